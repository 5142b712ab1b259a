"""How far people of one group, or raters of one target, agree: intraclass correlations and rwg.

Three questions, three families
    Do raters agree about the same targets?          `shrout_fleiss`, a table of targets by raters
    How much of the spread lies between teams?       `team_icc`, one score per person and the person's team
    Do the members of a team agree with each other?  `rwg`, answers per person and the person's team

Formulas
    one-way ANOVA    MSB = sum n_j (mean_j - mean)^2 / (J - 1), MSW = sum of squares within / (N - J), F = MSB / MSW
    ICC(1)           (MSB - MSW) / (MSB + (n - 1) MSW); n = N / J (mean size) or n0 = (N - sum n_j^2 / N) / (J - 1)
    ICC(2)           (MSB - MSW) / MSB                                                              Bliese 2000
    rwg(j)           j (1 - q) / (j (1 - q) + q), q = mean item variance / null variance, at most 1; for one item 1 - q
    uniform null     (A^2 - 1) / 12 for A equally likely answers                        James, Demaree & Wolf 1984
    six ICCs         Shrout & Fleiss 1979, intervals as corrected there and in McGraw & Wong 1996

With unequal teams the two ICC(1)s differ from each other and from the variance ratio of a REML random-intercept model:
always say which. Nothing here has a unit. An ICC can be negative: less spread between teams than chance gives.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import inf, isnan, nan

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.columns import column
from draagkracht.science.tables import (
    Floats,
    Groups,
    Moments,
    Whole,
    as_table,
    complete_rows,
    moments,
    one_side,
)

# Judgements, not laws: from these values on a mean of a team stands for its members (Bliese 2000; LeBreton & Senter 2008).
ENOUGH_ICC1, ENOUGH_ICC2, ENOUGH_RWG = 0.05, 0.70, 0.70


@dataclass(frozen=True, slots=True)
class Icc:
    """One intraclass correlation with its F test (`f` on `df1` and `df2`, `p` one-sided) and interval `low`..`high`.

    None where it is 0 / 0, as for two targets that two raters order the other way round.
    """

    value: float | None
    f: float | None
    df1: int
    df2: int
    p: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Teams:
    """One-way ANOVA over teams and the ICCs that follow; `icc2` is None when the teams have equal means (MSB 0)."""

    n: int
    groups: int
    msb: float
    msw: float
    f: float
    p: float
    mean_n: float
    n0: float
    icc1_mean_n: float
    icc1_n0: float
    icc2: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Rwg:
    """Agreement per group: `values` (NaN below two complete people) and `n` complete people, in the order of `labels`.

    `mean`, `median` and `share` (of groups at or above the threshold) over the `groups` that have a value.
    """

    labels: tuple[Hashable, ...]
    values: Floats
    n: Whole
    groups: int
    mean: float
    median: float
    share: float


def shrout_fleiss(ratings: ArrayLike, confidence: float = 0.95) -> dict[str, Icc]:
    """The six ICCs of `ratings` (n targets, k raters), by name: ICC1, ICC2, ICC3 (one rater) and ICC1k, ICC2k, ICC3k (mean).

    ICC1 each target has other raters; ICC2 raters are a sample; ICC3 these raters only (consistency). Targets with a
    missing rating are left out. If raters agree perfectly F is infinite and the limits are 1.
    Raises ValueError for fewer than two targets or raters, or if all ratings are equal.
    """
    table, side = complete_rows(as_table(ratings, "ratings")), one_side(confidence)
    n, k = table.shape
    if n < 2 or k < 2:
        raise ValueError(f"agreement needs at least two complete targets and two raters, not {n} and {k}")
    between, within, raters, rest = _two_way(table)
    if between <= 0 and within <= 0:
        raise ValueError("all ratings are equal: there is nothing to agree about")
    found = {
        "ICC1": _consistency(between, within, n, k, n * (k - 1), side),
        "ICC2": _absolute(between, raters, rest, n, k, side),
        "ICC3": _consistency(between, rest, n, k, (n - 1) * (k - 1), side),
    }
    return {name: pair[0] for name, pair in found.items()} | {f"{name}k": pair[1] for name, pair in found.items()}


def team_icc(values: ArrayLike, groups: ArrayLike | Iterable[Hashable]) -> Teams:
    """ICC(1) and ICC(2) of `values` (n,) in `groups` (n labels). People without a value or group are left out.

    A team of one person counts for the spread between teams, not within. Raises ValueError for fewer than two teams, if
    no team has two people, or if all values are equal.
    """
    scores = column(values)
    return teams_from(moments(scores[:, None], Groups.of(groups, scores.size)), 0)


def teams_from(found: Moments, place: int) -> Teams:
    """As `team_icc`, from the moments of groups: of the column at `place`."""
    from scipy import special

    kept = found.n[:, place] > 0
    sizes, means = found.n[kept, place], found.mean[kept, place]
    n, groups = int(sizes.sum()), int(kept.sum())
    if groups < 2 or n == groups:
        raise ValueError(f"{n} people in {groups} teams: at least two teams are needed, and two people in one of them")
    middle = float(sizes @ means / n)
    least = n * _rounding(means)
    msb = _above(least, float(sizes @ (means - middle) ** 2)) / (groups - 1)
    msw = _above(least, float(found.squares[:, place].sum())) / (n - groups)
    if msb <= 0 and msw <= 0:
        raise ValueError("all values are equal: there is no spread to divide")
    mean_n, n0 = n / groups, float((n - sizes @ sizes / n) / (groups - 1))
    f = msb / msw if msw > 0 else inf
    p = float(special.fdtrc(groups - 1, n - groups, f)) if msw > 0 else 0.0
    return Teams(
        n, groups, msb, msw, f, p, mean_n, n0,
        (msb - msw) / (msb + (mean_n - 1) * msw), (msb - msw) / (msb + (n0 - 1) * msw),
        (msb - msw) / msb if msb > 0 else None,
    )  # fmt: skip


def uniform_null(options: int) -> float:
    """The variance of `options` equally likely answers, such as 2.0 for five. Raises ValueError below two options."""
    if options < 2:
        raise ValueError(f"a question has at least two possible answers, not {options}")
    return (options * options - 1) / 12


def rwg(
    answers: ArrayLike,
    groups: ArrayLike | Iterable[Hashable],
    null_variance: float,
    threshold: float = ENOUGH_RWG,
) -> Rwg:
    """rwg per group of one item, `answers` (n,), or rwg(j) of j parallel items, (n, j); `groups` are n labels.

    People with a missing answer or group are left out. Variance above the null counts as the null: no agreement, 0.
    Raises ValueError unless null_variance > 0, or if no group has two complete people.
    """
    if not 0 < null_variance < inf:
        raise ValueError(f"the null variance is a number above 0, not {null_variance!r}")
    table = column(answers)[:, None] if np.ndim(answers) == 1 else as_table(answers)
    coded = Groups.of(groups, table.shape[0])
    table = np.where(np.isnan(table).any(axis=1, keepdims=True), nan, table)
    found, items = moments(table, coded), table.shape[1]
    n = found.n[:, 0] if items else np.zeros(len(coded.labels), np.int64)
    if not (n > 1).any():
        raise ValueError("no group has two people who answered everything")
    q = np.full(n.size, nan)
    np.divide(found.squares.mean(axis=1), n - 1, out=q, where=n > 1)
    q = np.minimum(q / null_variance, 1)
    values = items * (1 - q) / (items * (1 - q) + q)
    known = values[n > 1]
    return Rwg(
        coded.labels, values, n, known.size,
        float(known.mean()), float(np.median(known)), float((known >= threshold).mean()),
    )  # fmt: skip


def may_stand_for_team(teams: Teams, agreement: Rwg) -> tuple[str, ...]:
    """What speaks against letting the mean of a team stand for its members: "icc1", "icc2", "rwg"; nothing if all is well.

    Compares ICC(1) with n0, ICC(2) and the median rwg with the judgements ENOUGH_*, by >=.
    """
    found = {
        "icc1": (teams.icc1_n0, ENOUGH_ICC1),
        "icc2": (teams.icc2, ENOUGH_ICC2),
        "rwg": (agreement.median, ENOUGH_RWG),
    }
    return tuple(name for name, (value, enough) in found.items() if value is None or value < enough)


def _two_way(table: Floats) -> tuple[float, float, float, float]:
    """Mean squares of targets by raters: between targets, within targets, between raters, rest."""
    (n, k), least = table.shape, table.size * _rounding(table)
    table = table - table.mean()
    targets, raters = table.mean(axis=1), table.mean(axis=0)
    residual = table - targets[:, None] - raters
    return (
        _above(least, k * float(targets @ targets)) / (n - 1),
        _above(least, float(((table - targets[:, None]) ** 2).sum())) / (n * (k - 1)),
        _above(least, n * float(raters @ raters)) / (k - 1),
        _above(least, float((residual**2).sum())) / ((n - 1) * (k - 1)),
    )


def _rounding(numbers: Floats) -> float:
    """The square that rounding alone can make of one deviation between such numbers."""
    return float((8 * np.finfo(np.float64).eps * np.abs(numbers).max()) ** 2)


def _above(least: float, squares: float) -> float:
    """A sum of squares, 0 if it is no more than rounding."""
    return squares if squares > least else 0.0


def _consistency(between: float, error: float, n: int, k: int, df2: int, side: float) -> tuple[Icc, Icc]:
    """ICC1 or ICC3: one rating, and the mean of k, against one kind of error."""
    from scipy import special

    f = _ratio(between, error) if error > 0 or between == 0 else inf
    value = _ratio(between - error, between + (k - 1) * error)
    low, high = f / special.fdtri(n - 1, df2, 1 - side), f * special.fdtri(df2, n - 1, 1 - side)
    limits = tuple(1.0 if limit == inf else _ratio(limit - 1, limit + k - 1) for limit in (low, high))
    return _single_and_mean(value, f, n - 1, df2, limits, k)


def _absolute(between: float, raters: float, rest: float, n: int, k: int, side: float) -> tuple[Icc, Icc]:
    """ICC2, with Satterthwaite's degrees of freedom for its limits."""
    from scipy import special

    df2 = (n - 1) * (k - 1)
    f = _ratio(between, rest) if rest > 0 or between == 0 else inf
    value = _ratio(between - rest, between + (k - 1) * rest + k * (raters - rest) / n)
    a, b = k * value * raters, (n * (1 + (k - 1) * value) - k * value) * rest
    # a and b may cancel but for rounding: next to no freedom is no other case than none.
    freedom = np.maximum(_ratio((a + b) ** 2, a**2 / (k - 1) + b**2 / df2), 1e-9)
    spread = k * raters + (k * n - k - n) * rest
    upper, lower = special.fdtri(n - 1, freedom, 1 - side), special.fdtri(freedom, n - 1, 1 - side)
    low = _ratio(n * (between / upper - rest), spread + n * between / upper)  # F is infinite on next to no freedom
    high = _ratio(n * (lower * between - rest), spread + n * lower * between)
    limits = (1.0, 1.0) if rest == 0 and raters == 0 else (low, high)
    return _single_and_mean(value, f, n - 1, df2, limits, k)


def _single_and_mean(value: float, f: float, df1: int, df2: int, limits: tuple[float, ...], k: int) -> tuple[Icc, Icc]:
    """The ICC of one rating and that of the mean of k ratings: both stepped up in the same way, limits too."""
    from scipy import special

    test = (_or_none(f), df1, df2, 0.0 if f == inf else _or_none(special.fdtrc(df1, df2, f)))
    stepped = [_stepped_up(number, k) for number in (value, *limits)]
    return (
        Icc(_or_none(value), *test, *map(_or_none, limits)),
        Icc(_or_none(stepped[0]), *test, *map(_or_none, stepped[1:])),
    )


def _stepped_up(icc: float, k: int) -> float:
    """Spearman and Brown; the least that one rating can have, -1 / (k - 1), is minus infinity for their mean."""
    return -inf if abs(1 + icc * (k - 1)) < 1e-12 else k * icc / (1 + icc * (k - 1))


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below != 0 else nan


def _or_none(number: float) -> float | None:
    return None if isnan(number) else float(number)
