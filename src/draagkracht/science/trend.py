"""Whether a figure rises or falls over waves.

Formulas
    Cochran-Armitage    T = sum s_i (x_i - n_i p), p = sum x / sum n; var T = p (1 - p) (sum n s^2 - (sum n s)^2 / N);
                        chi-square = T^2 / var T, 1 df               Cochran 1954, Armitage 1955
    Kendall's tau-b     (C - D) / sqrt((pairs - ties in x)(pairs - ties in y)), C and D pairs in the same and in the
                        opposite order; over waves this is Mann-Kendall's test                          Kendall 1970
    Theil-Sen           median of the slopes of all pairs with different x; interval from the variance of Kendall's S
                                                                                              Sen 1968, section 5

Scores, x and slopes stand in the units that come in (waves, months); tau and chi-square have none.

Missing data. A pair with a missing part is left out; counts of proportions must all be known.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.columns import column
from draagkracht.science.tables import Floats, one_side

EXACT = 50  # below it, and without ties, Kendall's p is counted out


@dataclass(frozen=True, slots=True)
class Proportions:
    """A trend in proportions: `z` has the sign of the trend, `chi_square` is its square with `p` (1 df, two-sided)."""

    z: float
    chi_square: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Kendall:
    """Rank correlation `tau` (tau-b) with its two-sided `p`; `exact` says whether it was counted out. `n` pairs."""

    tau: float
    p: float
    exact: bool
    n: int


@dataclass(frozen=True, slots=True)
class Slope:
    """Theil-Sen `slope` of y per unit of x, `intercept` median(y) - slope * median(x), interval `low`..`high`.

    With few points no interval of that confidence exists: the limits are then infinite.
    """

    slope: float
    intercept: float
    low: float
    high: float
    n: int


def cochran_armitage(events: ArrayLike, totals: ArrayLike, scores: ArrayLike | None = None) -> Proportions:
    """Trend in `events` out of `totals` (k waves each) with `scores` (k,), by default 1, 2, ... k.

    Raises ValueError for unequal lengths, a missing number, events outside 0..total, fewer than two waves with people or
    with different scores, or if everybody or nobody has the event.
    """
    from scipy import special

    hits, n = column(events, "events"), column(totals, "totals")
    at = np.arange(1.0, n.size + 1) if scores is None else column(scores, "scores")
    if not hits.size == n.size == at.size or np.isnan([hits, n, at]).any():
        raise ValueError("events, totals and scores have one known number for every wave")
    if (hits < 0).any() or (hits > n).any():
        raise ValueError("events lie between 0 and the total of their wave")
    whole = n.sum()
    share = hits.sum() / whole if whole > 0 else 0.0
    middle = (n @ at) / whole if whole > 0 else 0.0
    variance = share * (1 - share) * (n @ (at - middle) ** 2)
    if variance <= 0:
        raise ValueError(
            "no trend without two waves and without both people who have the event and people who have not"
        )
    z = float((at - middle) @ (hits - n * share) / sqrt(variance))
    return Proportions(z, z * z, float(special.chdtrc(1, z * z)), int(whole))


def kendall(x: ArrayLike, y: ArrayLike) -> Kendall:
    """Kendall's tau-b of `x` and `y` (n,).

    p is exact (all orders equally likely) without ties below 50 pairs; otherwise from the normal distribution with the
    variance for ties and without continuity correction. Raises ValueError for unequal lengths, fewer than two pairs, or
    if x or y does not vary.
    """
    from scipy import stats

    x, y = _pairs(x, y)
    n = x.size
    exact = n < EXACT and np.unique(x).size == n and np.unique(y).size == n
    found = stats.kendalltau(x, y, method="exact" if exact else "asymptotic")
    return Kendall(float(found.statistic), float(found.pvalue), bool(exact), n)


def theil_sen(x: ArrayLike, y: ArrayLike, confidence: float = 0.95) -> Slope:
    """The median slope of `y` over `x` (n,), not moved by a few odd values. Memory grows with n squared.

    Raises ValueError for unequal lengths, fewer than two pairs, or if x does not vary.
    """
    from scipy import special

    side = one_side(confidence)
    x, y = _pairs(x, y, y_varies=False)
    first, second = np.triu_indices(x.size, 1)
    run = x[second] - x[first]
    slopes = np.sort((y[second] - y[first])[run != 0] / run[run != 0])
    slope = float(np.median(slopes))
    reach = -special.ndtri(side) * sqrt(_variance_of_s(x, y))
    # Sen's ranks, counted from 1: M1 from below and M2 + 1, the two ends of what tau = 0 leaves possible.
    low, high = round((slopes.size - reach) / 2), round((slopes.size + reach) / 2) + 1
    return Slope(
        slope,
        float(np.median(y) - slope * np.median(x)),
        float(slopes[low - 1]) if low >= 1 else -inf,
        float(slopes[high - 1]) if high <= slopes.size else inf,
        x.size,
    )


def _pairs(x: ArrayLike, y: ArrayLike, y_varies: bool = True) -> tuple[Floats, Floats]:
    first, second = column(x, "x"), column(y, "y")
    if first.size != second.size:
        raise ValueError(f"{first.size} values of x for {second.size} of y")
    known = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[known], second[known]
    if np.unique(first).size < 2 or (y_varies and np.unique(second).size < 2):
        raise ValueError("a trend needs at least two pairs that differ")
    return first, second


def _variance_of_s(x: Floats, y: Floats) -> float:
    """Variance of Kendall's S when there is no trend, corrected for ties in x and in y as Sen's section 5 has it."""

    def sizes(values: Floats) -> float:
        t = np.unique(values, return_counts=True)[1].astype(float)
        return float((t * (t - 1) * (2 * t + 5)).sum())

    n = x.size
    return max(0.0, (n * (n - 1) * (2 * n + 5) - sizes(x) - sizes(y)) / 18)
