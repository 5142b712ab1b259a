"""From scores to released means: how coarse a figure is depends on numbers of respondents, never on what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import erf, exp, pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import NO_DATA, Path, Person, Plan
from draagkracht.science.disclosure.table import Floats, Ints, Layout, column

# The public norm that places a point in an end interval: group means lie around the middle of a scale (as shares of
# its range): middle 0.5, between groups 0.10, between people 0.25. Fixed for every scale, wave and organisation.
NORM_CENTRE, NORM_BETWEEN, NORM_PEOPLE = 0.5, 0.10, 0.25

# Below this many respondents the grid of an atom's mean is 1/16 of the range, above it 1/n.
GRID = 16


class Cell(NamedTuple):
    """One released figure: the interval [low, high] that is released, its point value, and n; or the reason why not."""

    statistic: str
    low: float | None
    value: float | None
    high: float | None
    n: int | None
    reason: str | None


class Scale(NamedTuple):
    """The range of a scale and the cut-offs of its outer bands, if it has any."""

    low: float
    high: float
    cut_low: float | None = None
    cut_top: float | None = None


class Intervals(NamedTuple):
    """Released intervals per atom and scale, as shares of the range; `known` is False where too few have a score."""

    low: Floats
    value: Floats
    high: Floats
    known: np.ndarray


def release_means(
    plan: Plan,
    values: Mapping[Person, float | None],
    low: float,
    high: float,
    policy: Policy,
    cut_low: float | None = None,
    cut_top: float | None = None,
) -> dict[Path, Cell]:
    """The released mean of every unit of the plan for one scale; see `release_many`."""
    return release_many(plan, *column(values), [Scale(low, high, cut_low, cut_top)], policy)[0]


def release_many(
    plan: Plan, people: Sequence[Person], table: ArrayLike, scales: Sequence[Scale], policy: Policy
) -> list[dict[Path, Cell]]:
    """The released means of every unit for many scales: one dictionary a scale, in the order of `scales`.

    `table` is people x scales; NaN is a missing score. `policy` must be the one that `plan` was made with.

    A unit's interval is the sum of its atoms' released intervals, weighted by their frozen numbers of respondents.
    Missing scores never change n or how coarse a figure is. An atom's mean is the mean of those who have a score; it is
    left out ("no-data") when fewer than half of the atom, or fewer than c + 2 people, have one. That bound keeps away
    from both ends, so it tells of nobody whether they skipped. A unit has no figure when the atoms left cover less
    than half of its n.

    Raises ValueError when a score lies outside its scale (the message names the scale's place, not the score).
    """
    layout = Layout(plan)
    hidden = [dict.fromkeys(plan.units, _EMPTY) for _ in scales]
    withheld = {
        path: Cell("mean", None, None, None, None, unit.reason) for path, unit in plan.units.items() if unit.reason
    }
    for cells in hidden:
        cells.update(withheld)
    if not plan.atoms:
        return hidden
    found = atom_intervals(layout, layout.by_atom(people, table), scales, policy)
    low, value, high, covered = _unit_intervals(layout, found, scales)
    counted = [unit.n for unit in layout.shown]
    for number, cells in enumerate(hidden):
        rows = zip(layout.shown, low[number], value[number], high[number], covered[number], counted, strict=True)
        for unit, least, middle, most, known, n in rows:
            if known:
                cells[unit.path] = Cell("mean", least, middle, most, n, None)
    return hidden


_EMPTY = Cell("mean", None, None, None, None, NO_DATA)


def _unit_intervals(layout: Layout, found: Intervals, scales: Sequence[Scale]) -> tuple[list, list, list, list]:
    """Per scale and shown unit, in the units of the scale, and whether the unit has a figure."""
    weight = np.where(found.known, layout.sizes[:, None], 0)
    total = layout.by_unit(weight)
    covered = 2 * total >= layout.by_unit(layout.sizes)[:, None]
    span = np.array([scale.high - scale.low for scale in scales])
    start = np.array([scale.low for scale in scales])
    parts = [layout.by_unit(weight * share) / np.maximum(total, 1) for share in (found.low, found.value, found.high)]
    low, value, high = (np.round(start + part * span, 10).T.tolist() for part in parts)
    return low, value, high, covered.T.tolist()


def atom_intervals(layout: Layout, arranged: Floats, scales: Sequence[Scale], policy: Policy) -> Intervals:
    """The released interval of every atom's mean, as shares of the range; `arranged` is people by atom x scales."""
    low, high = (np.array([scale[end] for scale in scales], dtype=np.float64) for end in (0, 1))
    _check_range(arranged, low, high)
    total, scored = layout.sums(arranged, low, high)
    n = layout.sizes[:, None]
    known = scored >= np.maximum(policy.c + 2, (n + 1) // 2)
    mean = total / np.maximum(scored, 1)
    hidden = np.array([policy.hidden_share(*scale) for scale in scales])
    bounds = _grid(mean, n, (policy.c + hidden) / n)
    return Intervals(*bounds, known)


def _check_range(arranged: Floats, low: Floats, high: Floats) -> None:
    if (high <= low).any():
        raise ValueError("a scale needs a lowest score below its highest score")
    slack = 1e-9 * (high - low)
    wrong = ((arranged < low - slack) | (arranged > high + slack)).any(axis=0)
    if wrong.any():
        raise ValueError(f"a score lies outside the range of scale number {int(np.argmax(wrong)) + 1}")


def _grid(mean: Floats, n: Ints, end: Floats) -> tuple[Floats, Floats, Floats]:
    """Round means to the grid points within [end, 1 - end]; beyond, only the end interval is told.

    A grid point stands for the interval of half a step around it; the outermost two reach exactly to `end`.
    """
    step = np.where(n <= GRID, 1 / GRID, 1 / n)
    point = np.rint(np.round(mean / step, 9))
    first, last = np.ceil(np.round(end / step, 9)), np.floor(np.round((1 - end) / step, 9))
    point = np.clip(point, first, last)
    low = np.where(point <= first, end, (point - 0.5) * step)
    high = np.where(point >= last, 1 - end, (point + 0.5) * step)
    value = (low + high) / 2
    exact = np.round(mean, 11)
    bottom, top = exact < np.round(end, 11), exact > np.round(1 - end, 11)
    at_end = _norm_table(n, end)
    low, high = np.where(bottom, 0.0, np.where(top, 1 - end, low)), np.where(top, 1.0, np.where(bottom, end, high))
    return low, np.where(bottom, at_end, np.where(top, 1 - at_end, value)), high


def _norm_table(n: Ints, end: Floats) -> Floats:
    widths = np.broadcast_to(n, end.shape).ravel().tolist()
    return np.array([norm_mean(*pair) for pair in zip(widths, end.ravel().tolist(), strict=True)]).reshape(end.shape)


@cache
def norm_mean(n: int, end: float) -> float:
    """Expected mean of a group of n under the public norm, given that it lies in [0, end] (shares of the range)."""
    spread = sqrt(NORM_BETWEEN**2 + NORM_PEOPLE**2 / n)
    bottom, top = (0 - NORM_CENTRE) / spread, (end - NORM_CENTRE) / spread
    inside = (erf(top / sqrt(2)) - erf(bottom / sqrt(2))) / 2
    if inside < 1e-12:
        return end / 2
    density = (exp(-(bottom**2) / 2) - exp(-(top**2) / 2)) / sqrt(2 * pi)
    return min(end, max(0.0, NORM_CENTRE + spread * density / inside))


def derived_means(parts: Sequence[Mapping[Path, Cell]], weights: Sequence[float]) -> dict[Path, Cell]:
    """A total from the released cells of its subscales: sum of weight x subscale, all from one plan.

    A total and its subscales are one family: only the subscales are released, so the total tells nothing more.
    Weights are the subscales' shares of items (negative for a subscale that counts the other way round).
    A total has the reason of the first subscale without a figure.
    """
    total = {}
    for path in parts[0]:
        cells = [part[path] for part in parts]
        reason = next((cell.reason for cell in cells if cell.reason), None)
        total[path] = Cell("mean", None, None, None, None, reason) if reason else _combined(cells, weights)
    return total


def _combined(cells: Sequence[Cell], weights: Sequence[float]) -> Cell:
    bounds = np.array([cell[1:4] for cell in cells], dtype=np.float64) * np.array(weights)[:, None]
    low, high = bounds.min(axis=1).sum(), bounds.max(axis=1).sum()
    value = bounds[:, 1].sum()
    return Cell("mean", round(float(low), 10), round(float(value), 10), round(float(high), 10), cells[0].n, None)
