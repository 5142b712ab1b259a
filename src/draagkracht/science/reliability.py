"""How much of a scale's spread is shared by its items: Cronbach's alpha and McDonald's omega, with intervals.

Formulas, with C the covariance matrix (divisor n - 1) of k items answered by n people
    alpha          k / (k - 1) * (1 - trace(C) / sum(C))                                    Cronbach 1951
    standardised   k r / (1 + (k - 1) r), r the mean correlation between two items
    interval       1 - (1 - alpha) * F(1 - a, n - 1, (n - 1)(k - 1)), a = .025 and .975     Feldt, Woodruff & Salih 1987
    item-total     correlation of an item with the sum of the other items ("corrected")
    omega          (sum l)^2 / ((sum l)^2 + sum u) with loadings l and unique variances u of one factor    McDonald 1999
                   (implied variance), or (sum l)^2 / sum(C) (observed variance)
    its interval   delta method on logit(omega) with the covariance of the ML estimates     Raykov & Marcoulides 2011

Items stand in columns and point in one direction: reverse them first (`minimum + maximum - x`). Nothing here has a unit.

Missing data. listwise: only people who answered every item. pairwise (alpha only): every covariance from the people who
answered both items, every variance from those who answered that item; n is then the smallest of those numbers, so that
the interval is rather too wide than too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.factor import OneFactor, fit_minres, fit_ml
from draagkracht.science.tables import Floats, as_table, complete_rows, one_side


@dataclass(frozen=True, slots=True, eq=False)
class Alpha:
    """Cronbach's alpha of k items.

    `raw` with its interval `low`..`high`; `standardised` and `mean_r` (None if an item has no spread); per item, shape
    (k,): `item_total` (NaN for an item without spread, or whose rest has none) and `if_dropped`, alpha of the other
    items (NaN where they are fewer than two or have no common spread). `n` people, see the module for pairwise.
    """

    raw: float
    low: float
    high: float
    standardised: float | None
    mean_r: float | None
    item_total: Floats
    if_dropped: Floats
    n: int
    k: int


@dataclass(frozen=True, slots=True, eq=False)
class Omega:
    """Omega total of one factor.

    `value` is None if the fit did not converge. `low`..`high` exist for ml with the implied variance; they are None
    otherwise, for a fit without standard errors, and for an omega outside 0..1. `fit` holds loadings and flags: with `fit.heywood` not
    empty, omega is as found and not to be relied on. `n` people who answered all k items.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    k: int
    fit: OneFactor


def alpha(answers: ArrayLike, missing: str = "listwise", confidence: float = 0.95) -> Alpha:
    """Cronbach's alpha of `answers` (n, k) and what goes with it.

    Raises ValueError for fewer than two items or two people (after leaving out), and if the sum of the items does not
    differ between people.
    """
    covariance, n = covariances(answers, missing)
    raw = alpha_of(covariance)
    mean_r = _mean_correlation(covariance)
    k = covariance.shape[0]
    low, high = alpha_interval(raw, n, k, confidence)
    standardised = _stepped_up(mean_r, k)
    return Alpha(raw, low, high, standardised, mean_r, _item_total(covariance), _if_dropped(covariance), n, k)


def alpha_of(covariance: Floats) -> float:
    """Alpha from a covariance matrix (k, k). Raises ValueError for one item, or if the sum of the items has no spread."""
    k = covariance.shape[0]
    total, own = covariance.sum(), np.trace(covariance)
    if k < 2:
        raise ValueError("alpha needs at least two items")
    if not total > 1e-12 * own:
        raise ValueError("the sum of the items does not differ between people")
    return float(k / (k - 1) * (1 - own / total))


def alpha_interval(value: float, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of an alpha `value` of `k` items from `n` people.

    Raises ValueError for n or k below 2, an alpha above 1, or a confidence outside 0..1.
    """
    from scipy import special

    side = one_side(confidence)
    if n < 2 or k < 2 or not value <= 1:
        raise ValueError(f"an interval of alpha needs two people, two items and alpha <= 1, not {n}, {k} and {value}")
    between, within = n - 1, (n - 1) * (k - 1)
    return (
        float(1 - (1 - value) * special.fdtri(between, within, 1 - side)),
        float(1 - (1 - value) * special.fdtri(between, within, side)),
    )


def omega(answers: ArrayLike, method: str = "ml", variance: str = "implied", confidence: float = 0.95) -> Omega:
    """Omega total of `answers` (n, k), listwise; one factor by `method` "ml" (on covariances) or "minres" (on correlations).

    `variance` is the denominator: "implied" by the model or "observed". With minres all is in units of the standardised
    items, the observed variance too.

    Raises ValueError for fewer than three items, an item without spread, an unknown method or variance, and with ml for
    items that are an exact combination of others (or not more people than items).
    """
    side = one_side(confidence)
    if method not in ("ml", "minres") or variance not in ("implied", "observed"):
        raise ValueError(f"omega knows ml and minres, implied and observed, not {method!r} and {variance!r}")
    covariance, n = covariances(answers)
    if method == "ml":
        fit = fit_ml(covariance)
    else:
        covariance = _correlations(covariance)
        fit = fit_minres(covariance)
    k = covariance.shape[0]
    if not fit.converged:
        return Omega(None, None, None, n, k, fit)
    shared = fit.loadings.sum() ** 2
    value = shared / (shared + fit.unique.sum() if variance == "implied" else covariance.sum())
    known = fit.covariance is not None and variance == "implied"
    error = sqrt(_variance_of_omega(fit) / (n - 1)) if known else nan
    low, high = _logit_interval(float(value), error, side)
    return Omega(float(value), low, high, n, k, fit)


def covariances(answers: ArrayLike, missing: str = "listwise") -> tuple[Floats, int]:
    """Covariance matrix (k, k) of `answers` (n, k) with divisor n - 1, and the number of people behind it.

    A pairwise covariance is NaN-free or refused: raises ValueError if fewer than two people answered two items, and for
    an unknown way to treat missing answers.
    """
    table = as_table(answers)
    if missing not in ("listwise", "pairwise"):
        raise ValueError(f"missing answers are treated listwise or pairwise, not {missing!r}")
    given = ~np.isnan(table)
    if missing == "pairwise" and not given.all():
        return _pairwise(table, given)
    table = complete_rows(table)
    n = table.shape[0]
    if n < 2 or table.shape[1] < 1:
        raise ValueError(f"{n} people answered every one of {table.shape[1]} items: at least two are needed")
    mean = table.mean(axis=0)
    centred = table - mean
    return _exact_zeros(centred.T @ centred / (n - 1), mean), n


def _pairwise(table: Floats, given: np.ndarray) -> tuple[Floats, int]:
    """Covariances around the means of the people who answered both items, as R's cov(use = "pairwise")."""
    both = given.astype(np.float64)
    counts = both.T @ both
    fewest = int(counts.min())
    if fewest < 2:
        raise ValueError("two items were answered together by fewer than two people")
    mean = np.nanmean(table, axis=0)
    filled = np.where(given, table - mean, 0.0)
    sums = filled.T @ both  # of item i over those who answered j as well
    return _exact_zeros((filled.T @ filled - sums * sums.T / counts) / (counts - 1), mean), fewest


def _exact_zeros(covariance: Floats, mean: Floats) -> Floats:
    """Without the spread of 1e-32 that rounding makes of an item that everybody answered the same."""
    rounding = (8 * np.finfo(np.float64).eps * mean) ** 2
    constant = np.diag(covariance) <= rounding
    covariance[constant, :] = covariance[:, constant] = 0.0
    return covariance


def _correlations(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diag(covariance))
    if (spread == 0).any():
        raise ValueError(f"item {int(np.argmax(spread == 0)) + 1} has no spread: everybody answered the same")
    correlation = covariance / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _mean_correlation(covariance: Floats) -> float | None:
    if (np.diag(covariance) == 0).any():
        return None
    k = covariance.shape[0]
    return float((_correlations(covariance).sum() - k) / (k * (k - 1)))


def _stepped_up(mean_r: float | None, k: int) -> float | None:
    below = 0.0 if mean_r is None else 1 + (k - 1) * mean_r
    return None if mean_r is None or below <= 1e-12 else k * mean_r / below


def _item_total(covariance: Floats) -> Floats:
    own, total = np.diag(covariance), covariance.sum()
    with_all = covariance.sum(axis=1)
    product = own * (total - 2 * with_all + own)
    # A rest without spread leaves a variance of rounding: relative to the whole it is nothing.
    possible = product > 1e-12 * own * total
    return np.divide(
        with_all - own, np.sqrt(np.where(possible, product, 1)), out=np.full(own.shape, nan), where=possible
    )


def _if_dropped(covariance: Floats) -> Floats:
    k, own = covariance.shape[0], np.diag(covariance)
    if k < 3:
        return np.full(k, nan)
    rest = covariance.sum() - 2 * covariance.sum(axis=1) + own
    own_rest = own.sum() - own
    possible = rest > 1e-12 * own_rest
    ratio = np.divide(own_rest, rest, out=np.full(k, nan), where=possible)
    return (k - 1) / (k - 2) * (1 - ratio)


def _variance_of_omega(fit: OneFactor) -> float:
    """Delta method: slope' V slope for one observation, of omega with the implied variance."""
    total, unique = fit.loadings.sum(), fit.unique.sum()
    whole = (total**2 + unique) ** 2
    k = fit.loadings.size
    slope = np.concatenate([np.full(k, 2 * total * unique / whole), np.full(k, -(total**2) / whole)])
    return float(slope @ fit.covariance @ slope)


def _logit_interval(value: float, error: float, side: float) -> tuple[float, float] | tuple[None, None]:
    from scipy import special

    if not 0 < value < 1 or not np.isfinite(error):
        return None, None
    reach = -special.ndtri(side) * error / (value * (1 - value))
    middle = log(value / (1 - value))
    return float(special.expit(middle - reach)), float(special.expit(middle + reach))
