"""Groups within groups: from labels per row to what a mixed model is computed from, and back.

The innermost groups stand in order of their outer group, so that what belongs together lies together. A slope is centred
and scaled for the search (its covariance matrix is translated back): time in years or in seconds gives the same model.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from draagkracht.science.columns import column
from draagkracht.science.mixed_deviance import Clusters, Criterion, Remains, scaled, spread


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who belongs together: one label per row. `slope` is a column whose effect differs between the groups."""

    name: str
    labels: Sequence[Hashable] | np.ndarray
    slope: Sequence[float] | np.ndarray | None = None
    slope_name: str = "slope"


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
        """What the deviance needs of [Z_2 X y] per innermost group, clustered."""
        self._must_not_be_described(q)
        inner, widths = self.levels[0], tuple(level.z.shape[1] for level in self.levels)
        order = np.argsort(inner.codes, kind="stable")
        codes = inner.codes[order]
        rest = np.column_stack([*(level.z for level in self.levels[1:]), q, y])[order]
        begins = np.searchsorted(codes, np.arange(len(inner.labels)))
        basis, roots = _split(inner.z[order], codes, begins)
        told = np.stack([np.add.reduceat(one[:, None] * rest, begins, axis=0) for one in basis], axis=1)
        for k, one in enumerate(basis):
            rest = rest - one[:, None] * told[codes, k]
        untold = np.empty((len(begins), rest.shape[1], rest.shape[1]))
        for i in range(rest.shape[1]):
            untold[:, i] = np.add.reduceat(rest[:, i : i + 1] * rest, begins, axis=0)
        return Criterion(_clusters(inner.parents, roots, told, untold), roots, told, widths, len(y), q.shape[1], reml)

    def _must_not_be_described(self, q: np.ndarray) -> None:
        """A grouping whose every group can be written with the columns of the model leaves no variance to estimate."""
        for level in self.levels:
            first = np.zeros((len(level.labels), q.shape[1]))
            np.add.at(first, level.codes, q)
            if len(level.codes) - float((first**2).sum()) <= 1e-9 * len(level.codes):
                raise ValueError(f"the columns of the model already describe every {level.name}")

    def modes(self, criterion: Criterion, remains: Remains, factors: list[np.ndarray]) -> list[np.ndarray]:
        """u of every group, innermost level first; (groups, width), on the scaled slope."""
        known: list[np.ndarray] = []
        beside = np.tile(np.append(-remains.b, 1.0), (len(criterion.told), 1))
        if len(factors) == 2:
            width = criterion.widths[1]
            outer = _outer_modes(
                remains.outer[:, :width, :width], remains.outer[:, :width, width:], factors[1], beside[0]
            )
            beside = np.column_stack([-outer[self.levels[0].parents], beside])
            known = [outer]
        left = np.linalg.solve(spread(criterion.roots, factors[0]), criterion.told @ beside[:, :, None])
        inner = np.swapaxes(criterion.roots @ factors[0], 1, 2) @ left
        return [inner[:, :, 0] @ factors[0].T, *known]

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


def _outer_modes(own: np.ndarray, with_rest: np.ndarray, factor: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """L A^-1 L' S_zr weighed with `beside`: what is left of y."""
    left = (with_rest @ beside) @ factor
    return np.linalg.solve(scaled(own, factor), left[:, :, None])[:, :, 0] @ factor.T


def _split(z: np.ndarray, codes: np.ndarray, begins: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Z = U C within every group (rows in order of their groups): the columns of U, and C (groups, q, q).

    A group whose slope does not vary has nothing to tell about it: zeros in U and in C.
    """
    n = np.diff(np.append(begins, len(codes)))
    roots = np.zeros((len(begins), z.shape[1], z.shape[1]))
    roots[:, 0, 0] = np.sqrt(n)
    basis = [1 / np.sqrt(n)[codes]]
    if z.shape[1] == 2:
        mean = np.add.reduceat(z[:, 1], begins) / n
        around = z[:, 1] - mean[codes]
        size = np.sqrt(np.add.reduceat(around**2, begins))
        size[size <= 1e-9] = 0.0
        roots[:, 0, 1], roots[:, 1, 1] = np.sqrt(n) * mean, size
        basis.append(np.where(size[codes] > 0, around / np.where(size > 0, size, 1.0)[codes], 0.0))
    return basis, roots


def _clusters(parents: np.ndarray, roots: np.ndarray, told: np.ndarray, untold: np.ndarray) -> Clusters:
    """Groups of one outer group with the same C (to 10 digits) become one."""
    key = np.column_stack([parents, roots.reshape(len(roots), -1).round(10)])
    kinds, cluster, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(cluster.ravel(), kind="stable")
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])

    def total(parts: np.ndarray) -> np.ndarray:
        return np.add.reduceat(parts[order], begins, axis=0)

    width, size = told.shape[1:]
    cross = np.empty((len(kinds), width, width, size, size))
    for k in range(width):
        for j in range(width):
            cross[:, k, j] = total(told[:, k, :, None] * told[:, j, None, :])
    starts = np.searchsorted(kinds[:, 0], np.unique(kinds[:, 0]))
    return Clusters(counts, total(roots) / counts[:, None, None], total(untold), cross, starts)


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
