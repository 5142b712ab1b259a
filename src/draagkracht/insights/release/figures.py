"""From scores to what may be published of them: one plan for each smallest group size, every figure from that plan."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from draagkracht.insights.release.measures import Measured
from draagkracht.science.disclosure import (
    Path,
    Plan,
    Policy,
    derived_means,
    pooled_spreads,
    release_bands,
    release_many,
    unit_means,
)
from draagkracht.science.disclosure.coarsen import Cell
from draagkracht.science.disclosure.table import Floats

Scores = Mapping[uuid.UUID, Mapping[str, float | None]]


@dataclass(frozen=True)
class Table:
    """Scores in memory: people x measures, NaN where a score is missing. It lives only while a release is made."""

    people: list[uuid.UUID]
    values: Floats
    measures: list[str]

    def columns(self, names: Sequence[str]) -> Floats:
        """The columns of these measures, in this order."""
        return self.values[:, [self.measures.index(name) for name in names]]

    def by_person(self, name: str) -> dict[uuid.UUID, float | None]:
        """One measure's scores by pseudonym."""
        column = self.values[:, self.measures.index(name)].tolist()
        return dict(zip(self.people, column, strict=True))


def tabulate(scores: Scores, names: list[str]) -> Table:
    """Puts unsealed scores into one table, people in the order of their pseudonyms."""
    people = sorted(scores)
    rows = [[own.get(name) for name in names] for own in (scores[person] for person in people)]
    # None becomes NaN on its way into the array.
    return Table(people, np.array(rows, dtype=np.float64).reshape(len(people), len(names)), names)


def cells_of(
    plan: Plan, policy: Policy, measures: Sequence[Measured], table: Table, root: Path
) -> Iterator[tuple[Path, str, Cell]]:
    """(unit, measure, cell) of every figure that these measures publish; all have the k of `policy`.

    Of a total only the parts are released; the total follows from their intervals. The organisation as a whole shows a
    distribution where there are cut-offs, and then no mean of that family: a mean or bands, never both.
    """
    means = means_of(plan, policy, measures, table)
    names, every = [measure.id for measure in measures], [measure.scale for measure in measures]
    spreads = dict(zip(names, pooled_spreads(plan, table.people, table.columns(names), every), strict=True))
    banded = _banded(plan, policy, measures, table, root)
    families = {measure.data["family"] for measure in measures if measure.id in banded}
    for measure in measures:
        yield from _one(measure, means[measure.id], spreads[measure.id], banded.get(measure.id), families, plan, root)


def means_of(plan: Plan, policy: Policy, measures: Sequence[Measured], table: Table) -> dict[str, Mapping[Path, Cell]]:
    """The mean of every unit of a plan, by measure; that of a total from those of its parts."""
    finest = [measure for measure in measures if not measure.weights]
    columns = table.columns([measure.id for measure in finest])
    released = release_many(plan, table.people, columns, [measure.scale for measure in finest], policy)
    means: dict[str, Mapping[Path, Cell]] = dict(zip([measure.id for measure in finest], released, strict=True))
    for measure in measures:
        if measure.weights:
            parts = [means[part] for part in measure.weights]
            means[measure.id] = derived_means(parts, list(measure.weights.values()))
    return means


def _one(
    measure: Measured, means: Mapping[Path, Cell], spread: float, bands: list[Cell] | None,
    families: set[str], plan: Plan, root: Path,
) -> Iterator[tuple[Path, str, Cell]]:  # fmt: skip
    for path, cell in means.items():
        if path != root or measure.data["family"] not in families:
            yield path, measure.id, cell
    if measure.data["family"] in families:
        yield root, measure.id, _mean_of_units(plan, means, root)
    for cell in bands or ():
        yield root, measure.id, cell
    if plan.units[root].reason is None:
        yield root, measure.id, Cell("spread", spread, spread, spread, plan.units[root].n, None)


def _banded(
    plan: Plan, policy: Policy, measures: Sequence[Measured], table: Table, root: Path
) -> dict[str, list[Cell]]:
    """Distributions of the organisation as a whole, by measure: of the total of a family, or of a scale on its own.

    Only the whole gets one. The attacker that would test bands of departments beside the means of their teams is not
    built yet, and until it is, the careful choice is none.
    """
    below = [unit for path, unit in plan.units.items() if path != root and unit.reason is None]
    if plan.units[root].reason is not None or not below:
        return {}
    found = {}
    for measure in measures:
        if measure.data["starts"] and measure.data["family"] == measure.id:
            edges = measure.data["starts"]
            bands = release_bands(plan, table.by_person(measure.id), edges, *measure.scale[:2], policy)
            if root in bands:
                found[measure.id] = bands[root]
    return found


def _mean_of_units(plan: Plan, means: Mapping[Path, Cell], root: Path) -> Cell:
    """For the whole: the mean of the published units nearest below it, weighted by their n. It tells nothing new."""
    weighed: dict[tuple[Path, ...], tuple[int, Cell]] = {}
    for path in sorted(means, key=len):
        cell = means[path]
        if path == root or cell.value is None or cell.n is None:
            continue
        if not any(path[: len(other)] == other for group in weighed for other in group):
            group = tuple(sorted((path, *plan.units[path].grouped_with)))
            weighed[group] = (cell.n, cell)
    total = sum(n for n, _ in weighed.values())
    if not total:
        return Cell("mean-of-units", None, None, None, None, "no-data")
    low, value, high = (
        round(sum(n * getattr(cell, end) for n, cell in weighed.values()) / total, 10)
        for end in ("low", "value", "high")
    )
    return Cell("mean-of-units", low, value, high, total, None)


def exact_means(plan: Plan, table: Table, measure: str) -> dict[Path, float | None]:
    """Means before any coarsening, for tests against a direct computation. Never stored, never shown."""
    return unit_means(plan, table.by_person(measure))
