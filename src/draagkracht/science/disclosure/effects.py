"""From the analysis of a trajectory to what may be told of it: as coarse as the figures of a unit, and no finer by a detour.

Means of the arms come from `release_many`, on the same grid as those of units. A change is computed from those released
means and nothing else; so it tells nothing that they do not tell. What only the exact values can give (an adjusted difference, standard
errors, shares of variance) is told on grids that depend on numbers of people, never on what they answered. p-values and effect sizes
follow from the told numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10, sqrt

import numpy as np

from draagkracht.science.disclosure.coarsen import GRID, Cell
from draagkracht.science.disclosure.participation import participation_band
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.spread import LEAST, MOST, PUBLIC, STEP
from draagkracht.science.effect_size import small_sample_correction
from draagkracht.science.prepost.result import COMPARISON, PARTICIPANTS, Change, Difference, Effect

# Pairs, both arms together, from which the spread of their change is told rather than a public one; and from which
# details of the model and checks of its assumptions are told (where bands of people are told, too).
SPREAD_FROM, DETAILS_FROM = 20, 50
# Degrees of freedom are told as the next lower of these.
FREEDOM = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100)
# Shares of variance are told in twentieths.
SHARE = 20

# Flags of science.prepost that follow from numbers of people and teams alone, and those that follow from answers.
# "constant" is never told: that all answers are the same is itself a secret.
STRUCTURE_FLAGS = frozenset({"no-comparison", "few-teams", "one-team"})
ANSWER_FLAGS = frozenset({
    "ceiling", "floor", "change-by-team", "non-normal-residuals", "heteroscedastic", "unequal-slopes",
    "regression-to-mean", "model-singular", "model-not-converged", "model-not-estimable",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A coarse estimate in the metric of the outcome: 95 % interval, standard error, degrees of freedom and two-sided p.

    [least, most] is what coarsening leaves open around `value`; low = least - t x se, high = most + t x se. p is that of
    the point of [least, most] nearest to 0, so that p < .05 exactly where 0 lies outside the interval.
    """

    value: float
    low: float
    high: float
    se: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Size:
    """A standardised effect with the interval that follows from the told one: value / spread x J(df)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EffectFigures:
    """Everything that is told about one outcome.

    changes     {arm: one for each later moment}, after minus before; None where a mean is not told
    differences participants minus comparison for each later moment, adjusted for the value before (ANCOVA); empty without one
    size        standardised first change (gz), or with a comparison of the first difference in change (g)
    spread      standard deviation of one person's change, coarse
    variances   {"person", "team": share of variance of the mixed model in twentieths}; None with fewer than 50 pairs
    reliable    {arm: {"improved", "unchanged", "deteriorated": (from, to) in percent}}; no entry with too few pairs
    flags       (code, arm or None, moment or None), sorted
    """

    changes: dict[str, list[Told | None]]
    differences: list[Told | None]
    size: Size | None
    spread: float
    variances: dict[str, float] | None
    reliable: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    flags: tuple[tuple[str, str | None, int | None], ...] = ()

    @property
    def headline(self) -> Told | None:
        """The one answer: the first difference between the arms, or without a comparison the first change."""
        return (self.differences or self.changes[PARTICIPANTS])[0]


def tell(effect: Effect, means: Mapping[str, Sequence[Cell]], span: float, policy: Policy) -> EffectFigures:
    """What may be told of an analysis. `means` are the released means of each arm, one for each moment; `span` is U - L.

    The frozen n of the arms is that of `means`. Where the analysis could not estimate something (everybody alike, a model
    that found nothing) the figures look like any others: the spread has a floor, an adjusted difference becomes the
    difference of the changes.
    """
    n = {arm: next((cell.n for cell in cells if cell.n), 0) or 0 for arm, cells in means.items()}
    total, moments = sum(n.values()), range(1, len(means[PARTICIPANTS]))
    found = {(change.arm, change.moment): change for change in effect.changes}
    person = {at: _spread([(found.get((arm, at)), n[arm]) for arm in n], span, total, teams=False) for at in moments}
    wide = {at: _spread([(found.get((arm, at)), n[arm]) for arm in n], span, total, teams=True) for at in moments}
    freedom = {at: _freedom([(found.get((arm, at)), n[arm]) for arm in n], total) for at in moments}
    changes = {
        arm: [_change(cells[0], cells[at], wide[at] / sqrt(n[arm] or 1), freedom[at], span) for at in moments]
        for arm, cells in means.items()
    }
    between = {difference.moment: difference for difference in effect.differences}
    differences = [
        _difference(
            between.get(at),
            [changes[arm][at - 1] for arm in (PARTICIPANTS, COMPARISON)],
            n,
            wide[at],
            freedom[at],
            span,
        )
        for at in (moments if COMPARISON in n else ())
    ]
    return EffectFigures(
        changes, differences, _size(changes, n, person[1]), person[1],
        _variances(effect) if total >= DETAILS_FROM else None,
        _reliable(effect, n, policy), _flags(effect, total),
    )  # fmt: skip


def _spread(parts: Sequence[tuple[Change | None, int]], span: float, total: int, *, teams: bool) -> float:
    """Standard deviation of change pooled over the arms, coarse; with `teams` as much wider as teams change together."""
    if total < SPREAD_FROM:
        return span * PUBLIC
    found = [(_own_spread(change, teams), n) for change, n in parts]
    free = sum(max(1, n - 1) for _, n in found)
    pooled = sqrt(sum(max(1, n - 1) * own**2 for own, n in found) / free) / span
    return span * _up(pooled)


def _own_spread(change: Change | None, teams: bool) -> float:
    if change is None:
        return 0.0
    estimates = (change.change, change.change_teams if teams else None)
    return max((one.se or 0.0) * sqrt(change.n_pairs) if one else 0.0 for one in estimates)


def _freedom(parts: Sequence[tuple[Change | None, int]], total: int) -> int:
    """Degrees of freedom of the pooled spread of change; with few pairs those that follow from n alone."""
    free = 0.0
    for change, n in parts:
        known = [one.df for one in (change.change, change.change_teams) if one and one.df] if change else []
        free += min([n - 1, *known]) if total >= SPREAD_FROM else n - 1
    return _lower(free)


def _lower(df: float) -> int:
    return max((one for one in FREEDOM if one <= df + 1e-9), default=1)


def _change(before: Cell, after: Cell, se: float, df: int, span: float) -> Told | None:
    """After minus before, from the released means alone."""
    if before.value is None or after.value is None:
        return None
    least, most = after.low - before.high, after.high - before.low  # type: ignore[operator]
    return _told(after.value - before.value, least, most, se, df, span)


def _difference(
    found: Difference | None, changes: Sequence[Told | None], n: Mapping[str, int], wide: float, freedom: int, span: float
) -> Told | None:  # fmt: skip
    """The adjusted difference on a grid of 1/16 of the range for arms of up to 16, and 1/n of the smaller arm above.

    Where the analysis of covariance could not count teams, the standard error is no smaller than that of a difference of
    changes that does (`wide`, with `freedom`): teams that could not be modelled do not make an interval narrow.
    """
    ours, theirs = changes
    if ours is None or theirs is None:
        return None
    estimate = (found.adjusted or found.gains) if found else None
    exact = estimate.value if estimate else ours.value - theirs.value
    smaller, total = min(n.values()), sum(n.values())
    step = span / (GRID if smaller <= GRID else smaller)
    value = step * round(round(exact / step, 6))
    share = sqrt(sum(1 / count for count in n.values()))
    own = _up((estimate.se or 0.0) / share / span if estimate else 0.0) * span
    df = min(total - 3, estimate.df if estimate and estimate.df else total - 3)
    if found is None or found.method != "ancova_team":
        own, df = max(own, wide), min(df, freedom)
    return _told(value, value - step / 2, value + step / 2, share * own, _lower(df), span)


def _up(spread: float) -> float:
    """A spread as a share of the range, upward to the grid and kept between its bounds."""
    return min(MOST, max(LEAST, ceil(round(spread / STEP, 6)) * STEP))


def _told(value: float, least: float, most: float, se: float, df: int, span: float) -> Told:
    from scipy.special import stdtr, stdtrit

    margin = float(stdtrit(df, 0.975)) * se
    nearest = max(0.0, least, -most)
    p = 2 * float(stdtr(df, -nearest / se))
    # An arm can change by no more than its whole scale.
    low, high = max(-span, least - margin), min(span, most + margin)
    return Told(round(value, 10), round(low, 10), round(high, 10), round(se, 10), df, significant(p))


def significant(value: float, digits: int = 2) -> float:
    """Rounded to so many significant digits."""
    return 0.0 if value == 0 else round(value, digits - 1 - floor(log10(abs(value))))


def _size(changes: Mapping[str, Sequence[Told | None]], n: Mapping[str, int], spread: float) -> Size | None:
    """gz of the first change, or g of the first difference in change: from told numbers only."""
    ours, theirs = changes[PARTICIPANTS][0], changes.get(COMPARISON, [None])[0]
    if ours is None or (COMPARISON in n and theirs is None):
        return None
    df = sum(n.values()) - len(n)
    factor = small_sample_correction(df) / spread
    if theirs is None:
        return Size(*(round(factor * end, 2) for end in (ours.value, ours.low, ours.high)))
    value = ours.value - theirs.value
    half = sqrt((ours.high - ours.value) ** 2 + (theirs.high - theirs.value) ** 2)
    return Size(*(round(factor * end, 2) for end in (value, value - half, value + half)))


def _variances(effect: Effect) -> dict[str, float] | None:
    """Shares of the variance that lie between people and between teams, in twentieths."""
    found = effect.model.variances if effect.model else {}
    total = sum(found.values())
    if not found or not total:
        return None
    return {name: float(np.rint(SHARE * found[name] / total) / SHARE) for name in ("person", "team") if name in found}


def _reliable(effect: Effect, n: Mapping[str, int], policy: Policy) -> dict[str, dict[str, tuple[int, int]]]:
    """Who changed by more than noise, at the first later moment: shares in bands of ten points that k people fit into."""
    told = {}
    for change in effect.changes:
        counts = change.reliable
        if change.moment != 1 or counts is None or min(n[change.arm], counts.n) < max(policy.bands_from, 10 * policy.k):
            continue
        bands = {
            name: participation_band(counts.n, getattr(counts, name))
            for name in ("improved", "unchanged", "deteriorated")
        }
        told[change.arm] = {name: band for name, band in bands.items() if band}
    return told


def _flags(effect: Effect, total: int) -> tuple[tuple[str, str | None, int | None], ...]:
    allowed = STRUCTURE_FLAGS | (ANSWER_FLAGS if total >= DETAILS_FROM else frozenset())
    found = {(flag.code, flag.arm, flag.moment) for flag in effect.flags if flag.code in allowed}
    return tuple(sorted(found, key=repr))
