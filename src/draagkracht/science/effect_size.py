"""How large a difference is, in standard deviations, with its uncertainty.

Two groups (first minus second)
    d = (mean1 - mean2) / sd_pooled                                 Cohen
    g = J d,  J = gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)), m = n1 + n2 - 2     Hedges 1981, exact
    J is about 1 - 3 / (4 m - 1)
    variance of g = 1/n1 + 1/n2 + g^2 / (2 (n1 + n2))               large samples (metafor: SMD, LS)
One group, before and after (after minus before; D the change, r the correlation, m = n - 1)
    dz = mean(D) / sd(D);  gz = J dz
    dav = mean(D) / ((sd_before + sd_after) / 2)                    Cumming 2012
    drm = dz sqrt(2 (1 - r))                                        Morris & DeShon 2002
    d_pre = mean(D) / sd_before;  g_pre = J d_pre                   Becker 1988
The intervals invert the noncentral t distribution: the limits of its parameter for which the t that was seen lies at 97.5
and 2.5 per cent, brought back to the metric of d (and times J for g). Smithson 2003.

Standard deviations are those of a sample (n - 1). Missing values (None, NaN) are left out; in pairs both go.
ValueError: too few values, or no spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, lgamma, log, sqrt
from typing import TYPE_CHECKING

from draagkracht.science.columns import complete_pairs, present

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """Two independent groups. `low`, `high`: noncentral t interval of g; `normal_low`, `normal_high`: g -+ z sqrt(variance).

    `d_low`, `d_high`: noncentral t interval of d.
    """

    n1: int
    n2: int
    mean_difference: float
    sd_pooled: float
    d: float
    d_low: float
    d_high: float
    j: float
    g: float
    g_approximate: float
    low: float
    high: float
    variance: float
    normal_low: float
    normal_high: float


@dataclass(frozen=True, slots=True)
class PairedEffect:
    """The same people twice. `dz_low`, `dz_high`: noncentral t interval of dz; times `j` it is that of gz.

    `r`, `drm`, `dav`, `d_pre` and `g_pre` are None where a standard deviation that they divide by is 0.
    """

    n: int
    mean_change: float
    sd_change: float
    r: float | None
    dz: float
    dz_low: float
    dz_high: float
    j: float
    gz: float
    gz_low: float
    gz_high: float
    dav: float | None
    drm: float | None
    d_pre: float | None
    g_pre: float | None


def small_sample_correction(df: float) -> float:
    """J exact: what makes g unbiased. `df` above 1, else ValueError."""
    if not df > 1:
        raise ValueError(f"the correction needs more than 1 degree of freedom, not {df!r}")
    return exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))


def small_sample_correction_approximate(df: float) -> float:
    """J as 1 - 3 / (4 df - 1), as many programs have it."""
    if not df > 1:
        raise ValueError(f"the correction needs more than 1 degree of freedom, not {df!r}")
    return 1 - 3 / (4 * df - 1)


def noncentral_t_interval(t: float, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """The noncentrality parameters for which `t` lies at the upper and the lower tail of (1 - confidence) / 2.

    Where the distribution cannot be computed (|t| in the dozens), its normal approximation takes over:
    P(T <= t) = Phi((t (1 - 1/(4 df)) - parameter) / sqrt(1 + t^2 / (2 df))), Johnson & Welch 1940.
    """
    if not (isfinite(t) and df > 0 and 0 < confidence < 1):
        raise ValueError("an interval needs a finite t, degrees of freedom above 0 and a confidence between 0 and 1")
    tail = (1 - confidence) / 2
    return _parameter(t, df, 1 - tail), _parameter(t, df, tail)


def _parameter(t: float, df: float, probability: float) -> float:
    from scipy.optimize import brentq
    from scipy.special import nctdtr, ndtri

    spread = sqrt(1 + t * t / (2 * df))
    guess = t * (1 - 1 / (4 * df)) - float(ndtri(probability)) * spread

    def miss(parameter: float) -> float:
        return float(nctdtr(df, parameter, t)) - probability

    width = 2 * spread
    for _ in range(6):
        low, high = guess - width, guess + width
        ends = miss(low), miss(high)
        if not (isfinite(ends[0]) and isfinite(ends[1])):
            break
        if ends[0] > 0 > ends[1]:
            return float(brentq(miss, low, high, xtol=1e-12, rtol=1e-14, maxiter=200))
        width *= 2
    return guess


def group_effect(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> GroupEffect:
    """Cohen's d and Hedges' g of two columns of values (any lengths), first minus second. At least 2 values in each."""
    x, y = present(first, "the first group"), present(second, "the second group")
    if len(x) < 2 or len(y) < 2:
        raise ValueError(f"an effect size needs at least 2 values in each group, not {len(x)} and {len(y)}")
    return group_effect_from_summary(
        len(x), float(x.mean()), float(x.std(ddof=1)), len(y), float(y.mean()), float(y.std(ddof=1)), confidence
    )


def group_effect_from_summary(
    n1: int, mean1: float, sd1: float, n2: int, mean2: float, sd2: float, confidence: float = 0.95
) -> GroupEffect:
    """The same from what a report gives: n, mean and standard deviation (n - 1) of both groups."""
    from scipy.special import ndtri

    if n1 < 2 or n2 < 2:
        raise ValueError(f"an effect size needs at least 2 values in each group, not {n1} and {n2}")
    df, difference = n1 + n2 - 2, mean1 - mean2
    pooled = sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / df)
    _must_spread(pooled, abs(mean1) + abs(mean2))
    d, j, per_sd = difference / pooled, small_sample_correction(df), sqrt(1 / n1 + 1 / n2)
    low, high = (limit * per_sd for limit in noncentral_t_interval(d / per_sd, df, confidence))
    g = j * d
    variance = 1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2))
    error = float(ndtri((1 + confidence) / 2)) * sqrt(variance)
    return GroupEffect(
        n1=n1,
        n2=n2,
        mean_difference=difference,
        sd_pooled=pooled,
        d=d,
        d_low=low,
        d_high=high,
        j=j,
        g=g,
        g_approximate=small_sample_correction_approximate(df) * d,
        low=j * low,
        high=j * high,
        variance=variance,
        normal_low=g - error,
        normal_high=g + error,
    )


def paired_effect(before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> PairedEffect:
    """Effect sizes of change, two columns with one row per person. At least 3 complete pairs, and change must vary."""
    first, second = complete_pairs(before, after)
    n = len(first)
    if n < 3:
        raise ValueError(f"an effect size of change needs at least 3 complete pairs, not {n}")
    change = second - first
    mean, sd = float(change.mean()), float(change.std(ddof=1))
    _must_spread(sd, float(abs(first).max() + abs(second).max()))
    sd_before, sd_after = float(first.std(ddof=1)), float(second.std(ddof=1))
    r = _correlation(first, second)
    dz, j = mean / sd, small_sample_correction(n - 1)
    low, high = (limit / sqrt(n) for limit in noncentral_t_interval(dz * sqrt(n), n - 1, confidence))
    d_pre = None if sd_before == 0 else mean / sd_before
    return PairedEffect(
        n=n,
        mean_change=mean,
        sd_change=sd,
        r=r,
        dz=dz,
        dz_low=low,
        dz_high=high,
        j=j,
        gz=j * dz,
        gz_low=j * low,
        gz_high=j * high,
        dav=mean / ((sd_before + sd_after) / 2),
        drm=None if r is None else dz * sqrt(2 * (1 - r)),
        d_pre=d_pre,
        g_pre=None if d_pre is None else j * d_pre,
    )


def _correlation(first, second) -> float | None:  # type: ignore[no-untyped-def]
    """Pearson r, None if one of the columns is constant."""
    a, b = first - first.mean(), second - second.mean()
    size = sqrt(float(a @ a) * float(b @ b))
    return None if size == 0 else max(-1.0, min(1.0, float(a @ b) / size))


def _must_spread(sd: float, size: float) -> None:
    """Rounding alone leaves about 1e-16 of the size of the values: that is no spread."""
    if not isfinite(sd) or sd <= 1e-13 * size:
        raise ValueError("without spread an effect size has no meaning")
