"""Tests of a difference between two groups, or between two moments of the same people.

    welch               two means, unequal variances; degrees of freedom of Welch & Satterthwaite
    paired_t            mean change of the same people
    wilcoxon            signed ranks of the changes: V is the sum of the ranks of positive changes (R's V, not the smaller sum)
    mann_whitney        ranks of two groups: U of the first group (R's W)

The rank tests use the normal approximation with corrections for ties and continuity; V drops changes of exactly 0.
All p-values are two-sided. Missing values (None, NaN) are left out; in pairs both go. ValueError where nothing can be
tested: too few values, or no spread at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from draagkracht.science.columns import complete_pairs, present

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class MeanTest:
    """A difference of means (in the metric of the values), its standard error, t, df, p and interval."""

    difference: float
    se: float
    t: float
    df: float
    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RankTest:
    """`statistic` is V or U; `n` the values that took part (pairs with a change, or both groups together)."""

    statistic: float
    z: float
    p: float
    n: int


def welch(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> MeanTest:
    """Mean of the first minus mean of the second column. At least 2 values in each and a spread in one of them."""
    x, y = present(first, "the first group"), present(second, "the second group")
    if len(x) < 2 or len(y) < 2:
        raise ValueError(f"the test needs at least 2 values in each group, not {len(x)} and {len(y)}")
    of_x, of_y = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    difference, se = float(x.mean() - y.mean()), sqrt(of_x + of_y)
    _must_spread(se, max(abs(float(x.mean())), abs(float(y.mean()))))
    df = (of_x + of_y) ** 2 / (of_x**2 / (len(x) - 1) + of_y**2 / (len(y) - 1))
    return t_result(difference, se, df, confidence)


def paired_t(before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> MeanTest:
    """Mean of after minus before, one row per person. At least 2 complete pairs, and change must vary."""
    first, second = complete_pairs(before, after)
    n = len(first)
    if n < 2:
        raise ValueError(f"the test needs at least 2 complete pairs, not {n}")
    change = second - first
    se = float(change.std(ddof=1)) / sqrt(n)
    _must_spread(se, float(abs(first).max() + abs(second).max()))
    return t_result(float(change.mean()), se, n - 1, confidence)


def t_result(difference: float, se: float, df: float, confidence: float = 0.95) -> MeanTest:
    """An estimate with its standard error as a t test against 0 with interval."""
    from scipy.special import stdtr, stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence!r}")
    t = difference / se
    error = float(stdtrit(df, (1 + confidence) / 2)) * se
    p = min(1.0, 2 * float(stdtr(df, -abs(t))))
    return MeanTest(difference, se, t, df, p, difference - error, difference + error)


def wilcoxon(before: ArrayLike, after: ArrayLike) -> RankTest:
    """Signed-rank test of after minus before. ValueError if nobody changed."""
    import numpy as np

    first, second = complete_pairs(before, after)
    change = second - first
    change = change[change != 0]
    n = len(change)
    if n == 0:
        raise ValueError("the test needs at least one pair that changed")
    ranks, ties = _ranks(np.abs(change))
    statistic = float(ranks[change > 0].sum())
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return _rank_result(statistic, n * (n + 1) / 4, variance, n)


def mann_whitney(first: ArrayLike, second: ArrayLike) -> RankTest:
    """U counts how often a value of the first group is the larger one (ties half). ValueError if all values are equal."""
    import numpy as np

    x, y = present(first, "the first group"), present(second, "the second group")
    if not (len(x) and len(y)):
        raise ValueError("the test needs at least one value in each group")
    ranks, ties = _ranks(np.concatenate([x, y]))
    n = len(ranks)
    statistic = float(ranks[: len(x)].sum()) - len(x) * (len(x) + 1) / 2
    variance = len(x) * len(y) / 12 * (n + 1 - ties / (n * (n - 1)))
    if ties == n**3 - n:
        raise ValueError("the test needs values that differ")
    return _rank_result(statistic, len(x) * len(y) / 2, variance, n)


def _ranks(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Average ranks, and the sum over ties of t^3 - t."""
    import numpy as np
    from scipy.stats import rankdata

    _, sizes = np.unique(values, return_counts=True)
    sizes = sizes.astype(float)
    return rankdata(values), float((sizes**3 - sizes).sum())


def _rank_result(statistic: float, expected: float, variance: float, n: int) -> RankTest:
    from scipy.special import ndtr

    away = statistic - expected
    corrected = away - (0.5 if away > 0 else -0.5 if away < 0 else 0.0)
    z = corrected / sqrt(variance)
    return RankTest(statistic, z, min(1.0, 2 * float(min(ndtr(z), ndtr(-z)))), n)


def _must_spread(se: float, size: float) -> None:
    """As R: an error of the size of rounding means that the values are essentially constant."""
    if se <= 1e-14 * size or se == 0:
        raise ValueError("the values are constant: there is nothing to test")
