"""Whether those who answered look like those who were asked, and what the mean would be if they did.

Formulas
    composition      chi-square = sum (observed - expected)^2 / expected, expected = n * share, groups - 1 df     Pearson
    weights          share of a group in the population / its share among those who answered
    post-stratified  sum share * mean of the group                                              Holt & Smith 1979
    effective n      (sum w)^2 / sum w^2                                                                Kish 1965

Shares are known figures of everybody who was asked (from the staff file), one per group, together 1.

Missing data. People without a group (None, NaN) or, for a mean, without a value are left out; their weight is NaN.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.columns import column
from draagkracht.science.tables import Floats, Groups

SMALL = 5  # expected numbers below it make the chi-square distribution a poor guide


@dataclass(frozen=True, slots=True)
class Composition:
    """Chi-square test of who answered against known shares; `observed` and `expected` numbers by group.

    `few` lists groups whose expected number is below 5: with any of them, do not lean on `p`.
    """

    n: int
    chi_square: float
    df: int
    p: float
    observed: Mapping[Hashable, int]
    expected: Mapping[Hashable, float]
    few: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A mean as it is (`raw`) and as it would be with the shares of the population (`mean`).

    `weights` (one per person that came in, NaN for those left out) have mean 1; `effective_n` is Kish's.
    """

    n: int
    raw: float
    mean: float
    weights: Floats
    effective_n: float


def composition(groups: ArrayLike | Iterable[Hashable], shares: Mapping[Hashable, float]) -> Composition:
    """Whether the `groups` (labels) of those who answered go with the known `shares`.

    Raises ValueError for shares that are no shares (see `poststratify`), fewer than two groups with a share, somebody
    in a group without a share, or nobody at all.
    """
    from scipy import special

    _check_shares(shares)
    coded = _coded(groups)
    counts = dict(zip(coded.labels, np.bincount(coded.codes[coded.codes >= 0]).tolist(), strict=True))
    _check_known(counts, shares)
    known = [label for label, share in shares.items() if share > 0]
    if len(known) < 2:
        raise ValueError("a composition has at least two groups")
    n = sum(counts.values())
    if n == 0:
        raise ValueError("nobody has a group")
    observed = {label: counts.get(label, 0) for label in known}
    expected = {label: n * shares[label] for label in known}
    chi_square = sum((observed[label] - expected[label]) ** 2 / expected[label] for label in known)
    df = len(known) - 1
    few = tuple(label for label in known if expected[label] < SMALL)
    return Composition(n, chi_square, df, float(special.chdtrc(df, chi_square)), observed, expected, few)


def poststratify(
    values: ArrayLike, groups: ArrayLike | Iterable[Hashable], shares: Mapping[Hashable, float]
) -> Weighted:
    """The mean of `values` (n,) of people in `groups` (n labels), weighted to the `shares` of the population.

    Raises ValueError unless shares are numbers from 0 up that add up to 1, for a person in a group without a share, and
    for a group with a share of which nobody has a value: join it with another first.
    """
    scores = column(values)
    _check_shares(shares)
    coded = Groups.of(groups, scores.size)
    kept = ~np.isnan(scores) & (coded.codes >= 0)
    n, codes = int(kept.sum()), coded.codes[kept]
    counts = np.bincount(codes, minlength=len(coded.labels))
    present = {label: int(count) for label, count in zip(coded.labels, counts, strict=True) if count}
    _check_known(present, shares)
    absent = [label for label, share in shares.items() if share > 0 and label not in present]
    if absent:
        raise ValueError(f"nobody of group {absent[0]!r} has a value: join it with another group")
    by_group = np.array(
        [n * shares.get(label, 0.0) / max(int(c), 1) for label, c in zip(coded.labels, counts, strict=True)]
    )
    weights = np.full(scores.size, np.nan)
    weights[kept] = by_group[codes]
    mean = float(weights[kept] @ scores[kept] / n)
    return Weighted(n, float(scores[kept].mean()), mean, weights, effective_n(weights))


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective number of people: how many without weights would tell as much. NaN weights are left out.

    Raises ValueError for a negative weight, or if none is above 0.
    """
    given = column(weights, "weights")
    given = given[~np.isnan(given)]
    if (given < 0).any() or not (given > 0).any():
        raise ValueError("weights are numbers from 0 up, and one is above 0")
    return float(given.sum() ** 2 / (given @ given))


def _coded(groups: ArrayLike | Iterable[Hashable]) -> Groups:
    labels: Any = groups if isinstance(groups, np.ndarray) else list(groups)  # type: ignore[arg-type]
    return Groups.of(labels, len(labels))


def _check_shares(shares: Mapping[Hashable, float]) -> None:
    if any(not isfinite(share) or share < 0 for share in shares.values()):
        raise ValueError("a share is a number from 0 up")
    if not abs(sum(shares.values()) - 1) < 1e-6:
        raise ValueError(f"the shares add up to {sum(shares.values()):g}, not to 1")


def _check_known(counts: Mapping[Hashable, int], shares: Mapping[Hashable, float]) -> None:
    unknown = [label for label in counts if not shares.get(label)]
    if unknown:
        raise ValueError(f"group {unknown[0]!r} answered but has no share in the population")
