"""Answers laid out by atom, summed exactly whatever their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from draagkracht.science.disclosure.structure import Path, Person, Plan, UnitPlan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Scores are summed as whole numbers of 2**-40 of their range: such sums are exact, so the order of records can not show.
_GRAIN = float(2**40)


@dataclass(frozen=True)
class Layout:
    """A plan as arrays: the atoms in order, and for each unit that is shown the run of atoms that it is the sum of."""

    plan: Plan

    @cached_property
    def sizes(self) -> Ints:
        """Respondents per atom."""
        return np.array([len(people) for people in self.plan.atoms.values()], dtype=np.int64)

    @cached_property
    def starts(self) -> Ints:
        return np.concatenate(([0], np.cumsum(self.sizes)[:-1])).astype(np.int64)

    @cached_property
    def shown(self) -> list[UnitPlan]:
        return [unit for unit in self.plan.units.values() if unit.reason is None]

    @cached_property
    def _runs(self) -> Ints:
        place = {atom: number for number, atom in enumerate(self.plan.atoms)}
        firsts = [place[unit.atoms[0]] for unit in self.shown]
        lasts = [first + len(unit.atoms) for first, unit in zip(firsts, self.shown, strict=True)]
        return np.array([firsts, lasts], dtype=np.int64).T.ravel()

    def by_unit(self, per_atom: NDArray[Any]) -> NDArray[Any]:
        """Sums over the atoms of each shown unit: (atoms, ...) -> (shown units, ...)."""
        padded = np.concatenate((per_atom, np.zeros((1, *per_atom.shape[1:]), per_atom.dtype)))
        return np.add.reduceat(padded, self._runs, axis=0)[::2]

    def by_atom(self, people: Sequence[Person], table: ArrayLike) -> Floats:
        """The rows of `table` (people x scales) in the order of the atoms; people without a row get NaN.

        Rows of people whom the plan does not count (a late import, somebody who did not answer) are left aside.
        """
        row = {person: number for number, person in enumerate(people)}
        order = [row.get(person, -1) for atom in self.plan.atoms.values() for person in atom]
        scores = np.asarray(table, dtype=np.float64)
        missing = np.full((1, scores.shape[1]), np.nan)
        return np.concatenate((scores, missing))[order]

    def sums(self, arranged: Floats, low: Floats, high: Floats) -> tuple[Floats, Ints]:
        """Per atom and scale: the sum of the scores as shares of [low, high], and how many people have a score."""
        scored = ~np.isnan(arranged)
        share = np.where(scored, (arranged - low) / (high - low), 0.0)
        whole = np.rint(share * _GRAIN).astype(np.int64)
        total = np.add.reduceat(whole, self.starts, axis=0)
        return total / _GRAIN, np.add.reduceat(scored.astype(np.int64), self.starts, axis=0)


def column(values: Mapping[Person, float | None]) -> tuple[list[Person], Floats]:
    """One scale's scores as people and a table of one column; None becomes NaN."""
    scores = [np.nan if value is None else value for value in values.values()]
    return list(values), np.array(scores, dtype=np.float64).reshape(-1, 1)


def unit_means(plan: Plan, values: Mapping[Person, float | None]) -> dict[Path, float | None]:
    """Exact mean of the scores counted in each unit that is shown; None for the others and where nobody has a score.

    For use inside a release and in its tests only: these figures are never stored or shown.
    """
    means: dict[Path, float | None] = dict.fromkeys(plan.units)
    layout = Layout(plan)
    arranged = layout.by_atom(*column(values)) if plan.atoms else np.empty((0, 1))
    if np.isnan(arranged).all():
        return means
    low, high = np.nanmin(arranged), np.nanmax(arranged)
    high = high if high > low else low + 1
    total, scored = layout.sums(arranged, np.array([low]), np.array([high]))
    for unit, part, count in zip(layout.shown, layout.by_unit(total)[:, 0], layout.by_unit(scored)[:, 0], strict=True):
        if count:
            means[unit.path] = float(low + part / count * (high - low))
    return means
