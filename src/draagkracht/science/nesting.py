"""Groups within groups: from labels per row to the cross products that a mixed model is computed from, and back.

The innermost groups stand in order of their outer group, so that what belongs together lies together. A slope is centred
and scaled for the search (its covariance matrix is translated back): time in years or in seconds gives the same model.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from draagkracht.science.columns import column
from draagkracht.science.mixed_deviance import Criterion, Remains

if TYPE_CHECKING:
    from draagkracht.science.mixed import Grouping


@dataclass(frozen=True, slots=True)
class Level:
    """One grouping. `codes`: the group of every row; `parents`: the outer group of every group (0 at the outermost level).

    `z` (rows, 1 or 2); `back` turns effects on the scaled slope into effects per unit of the slope.
    """

    name: str
    slope_name: str | None
    labels: list[Hashable]
    codes: np.ndarray
    parents: np.ndarray
    z: np.ndarray
    back: np.ndarray


@dataclass(frozen=True, slots=True)
class Nesting:
    """The levels, innermost first."""

    levels: tuple[Level, ...]

    def criterion(self, q: np.ndarray, y: np.ndarray, reml: bool) -> Criterion:
        """Cross products of [Z ... X y] per innermost group."""
        columns = np.column_stack([*(level.z for level in self.levels), q, y])
        inner = self.levels[0]
        order = np.argsort(inner.codes, kind="stable")
        begins = np.searchsorted(inner.codes[order], np.arange(len(inner.labels)))
        columns = columns[order]
        products = np.empty((len(inner.labels), columns.shape[1], columns.shape[1]))
        for i in range(columns.shape[1]):
            products[:, i] = np.add.reduceat(columns[:, i : i + 1] * columns, begins, axis=0)
        starts = tuple(np.searchsorted(level.parents, np.unique(level.parents)) for level in self.levels)
        widths = tuple(level.z.shape[1] for level in self.levels)
        self._must_not_be_described(q)
        return Criterion(products, starts, widths, len(y), q.shape[1], reml)

    def _must_not_be_described(self, q: np.ndarray) -> None:
        """A grouping whose every group can be written with the columns of the model leaves no variance to estimate."""
        for level in self.levels:
            first = np.zeros((len(level.labels), q.shape[1]))
            np.add.at(first, level.codes, q)
            if len(level.codes) - float((first**2).sum()) <= 1e-9 * len(level.codes):
                raise ValueError(f"the columns of the model already describe every {level.name}")

    def modes(self, remains: Remains, factors: list[np.ndarray]) -> list[np.ndarray]:
        """u of every group, outermost first computed, returned innermost first; (groups, width), scaled slope."""
        known: list[np.ndarray] = []
        for level, factor, (a, r) in reversed(list(zip(self.levels, factors, remains.steps, strict=True))):
            rest = r[:, :, -1] - r[:, :, -1 - len(remains.b) : -1] @ remains.b
            if known:
                outer = known[0][level.parents]
                rest = rest - (r[:, :, : outer.shape[1]] @ outer[:, :, None])[:, :, 0]
            known.insert(0, np.linalg.solve(a, rest[:, :, None])[:, :, 0] @ factor.T)
        return known

    def fitted(self, modes: list[np.ndarray]) -> np.ndarray:
        """What the groups add to the prediction of every row."""
        parts = [(level.z * mode[level.codes]).sum(axis=1) for level, mode in zip(self.levels, modes, strict=True)]
        return np.sum(parts, axis=0)

    def effects(self, modes: list[np.ndarray], unit: float) -> dict[str, dict[Hashable, tuple[float, ...]]]:
        """The deviation of every group in the units of the data."""
        made = {}
        for level, mode in zip(self.levels, modes, strict=True):
            values = (unit * mode @ level.back.T).tolist()
            made[level.name] = {label: tuple(value) for label, value in zip(level.labels, values, strict=True)}
        return made

    def variances(self, factors: list[np.ndarray], sigma2: float) -> dict[str, float]:
        """(Co)variances by name in the units of the data."""
        made: dict[str, float] = {}
        for level, factor in zip(self.levels, factors, strict=True):
            covariance = sigma2 * level.back @ factor @ factor.T @ level.back.T
            made[f"{level.name}.Intercept"] = float(covariance[0, 0])
            if level.slope_name is not None:
                made[f"{level.name}.{level.slope_name}"] = float(covariance[1, 1])
                made[f"{level.name}.Intercept_{level.slope_name}"] = float(covariance[0, 1])
        return made

    def sizes(self) -> dict[str, int]:
        return {level.name: len(level.labels) for level in self.levels}


def nest(groupings: Sequence[Grouping], rows: np.ndarray) -> Nesting:
    """Levels from one or two groupings (small to large), of the rows that are used.

    ValueError: one group only, as many effects as rows, both groupings the same, a slope that does not vary.
    """
    outer_labels, outer = _coded([groupings[-1].labels[row] for row in rows])
    if len(groupings) == 1:
        levels = [_level(groupings[0], rows, outer_labels, outer, np.zeros(len(outer_labels), int))]
    else:
        inner_labels = [groupings[0].labels[row] for row in rows]
        labels, codes = _coded([(outer_labels[o], label) for o, label in zip(outer, inner_labels, strict=True)])
        parents = np.zeros(len(labels), int)
        parents[codes] = outer
        order = np.argsort(parents, kind="stable")
        place = np.argsort(order)
        labels, codes, parents = [labels[i] for i in order], place[codes], parents[order]
        if len(labels) == len(outer_labels):
            raise ValueError(f"every {groupings[1].name} has one {groupings[0].name}: the groupings are the same")
        levels = [
            _level(groupings[0], rows, labels, codes, parents),
            _level(groupings[1], rows, outer_labels, outer, np.zeros(len(outer_labels), int)),
        ]
    return Nesting(tuple(levels))


def _coded(labels: list[Hashable]) -> tuple[list[Hashable], np.ndarray]:
    """Labels in order of appearance, and the place of every row's label among them."""
    places: dict[Hashable, int] = {}
    codes = np.fromiter((places.setdefault(label, len(places)) for label in labels), int, len(labels))
    return list(places), codes


def _level(
    grouping: Grouping, rows: np.ndarray, labels: list[Hashable], codes: np.ndarray, parents: np.ndarray
) -> Level:
    if len(labels) < 2:
        raise ValueError(f"{grouping.name} needs at least two groups")
    z, back = np.ones((len(rows), 1)), np.eye(1)
    if grouping.slope is not None:
        slope = column(grouping.slope, grouping.slope_name)[rows]
        centre, spread = float(slope.mean()), float(slope.std())
        if spread <= 1e-12 * max(abs(centre), 1e-300):
            raise ValueError(f"{grouping.slope_name} does not vary: it cannot have a slope")
        z = np.column_stack([np.ones(len(rows)), (slope - centre) / spread])
        back = np.array([[1.0, -centre / spread], [0.0, 1.0 / spread]])
    if len(labels) * z.shape[1] >= len(rows):
        raise ValueError(f"{len(rows)} rows are too few for the effects of {len(labels)} groups of {grouping.name}")
    return Level(
        grouping.name, grouping.slope_name if grouping.slope is not None else None, labels, codes, parents, z, back
    )
