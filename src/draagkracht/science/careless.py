"""Signs that somebody may have answered without reading. They are flags to look at, never a reason to delete in silence.

Signs
    longstring    the longest run of equal answers in a row, items in the order in which they were shown, raw answers
    variability   standard deviation (n - 1) of one person's raw answers            Dunn, Heffner, Shultz et al. 2018
    distance      squared Mahalanobis distance from the mean of all, d' C^-1 d, with the upper tail of a chi-square
                  distribution with k degrees of freedom                                        Meade & Craig 2012
    pace          seconds per answered item                                             Huang et al. 2012: below 2 s

Raw answers means before reversing: somebody who reads answers a reversed item at the other end.

Missing data. A missing answer ends a run and is not counted; variability needs two answers, else NaN; the distance needs
all answers of a person, else NaN (mean and covariance are those of the complete people).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from draagkracht.science.columns import column
from draagkracht.science.tables import Floats, Whole, as_table, complete_rows

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a sign is a flag. Judgements, to be set by whoever knows the questionnaire.

    A run of at least `run` (share of the items), a standard deviation of at most `variability`, a distance with a
    chi-square p below `p`, less than `seconds` per item.
    """

    run: float = 0.5
    variability: float = 0.0
    p: float = 0.001
    seconds: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Careless:
    """Flags per person, shape (n,), by sign: those that could be computed. `left_out` says why another could not."""

    flags: Mapping[str, Flags]
    left_out: Mapping[str, str]

    def at_least(self, signs: int) -> Flags:
        """Who has at least that many signs. Raises ValueError below 1."""
        if signs < 1:
            raise ValueError(f"at least one sign, not {signs}")
        return np.sum(list(self.flags.values()), axis=0) >= signs


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A mean of everybody and of those without a flag, with their numbers; `difference` is without minus with."""

    n: int
    mean: float
    n_without: int
    mean_without: float
    difference: float


def longstring(answers: ArrayLike) -> Whole:
    """Length of the longest run of equal answers of each person; `answers` (n, k), result (n,). 0 if nothing was answered."""
    table = as_table(answers)
    longest, run = np.zeros(table.shape[0], np.int64), np.zeros(table.shape[0], np.int64)
    for number in range(table.shape[1]):
        now = table[:, number]
        same = now == table[:, number - 1] if number else np.zeros(now.size, bool)
        run = np.where(same, run + 1, 1) * ~np.isnan(now)
        np.maximum(longest, run, out=longest)
    return longest


def variability(answers: ArrayLike) -> Floats:
    """Standard deviation (n - 1) of the answers of each person; `answers` (n, k), result (n,), NaN below two answers."""
    table = as_table(answers)
    given = ~np.isnan(table)
    n = given.sum(axis=1)
    enough = n > 1
    mean = np.divide(np.where(given, table, 0).sum(axis=1), n, out=np.zeros(n.size), where=enough)
    squares = (np.where(given, table - mean[:, None], 0) ** 2).sum(axis=1)
    spread = np.sqrt(np.divide(squares, n - 1, out=np.full(n.size, np.nan), where=enough))
    # Equal answers have no spread at all, whatever rounding left of it.
    lowest, highest = np.fmin.reduce(table, axis=1, initial=np.inf), np.fmax.reduce(table, axis=1, initial=-np.inf)
    return np.where(enough & (lowest == highest), 0.0, spread)


def distance(answers: ArrayLike) -> tuple[Floats, Floats]:
    """Squared Mahalanobis distance of each person and its chi-square p; `answers` (n, k), results (n,).

    Raises ValueError if the covariance matrix has no inverse: not more complete people than items, an item without
    spread, or an item that is an exact combination of others.
    """
    from scipy import special

    table = as_table(answers)
    whole = complete_rows(table)
    n, k = whole.shape
    if n <= k or k < 1:
        raise ValueError(f"a distance needs more complete people than items, not {n} people and {k} items")
    spread = whole.std(axis=0, ddof=1)
    if (whole.min(axis=0) == whole.max(axis=0)).any():
        raise ValueError("an item has no spread: everybody answered the same")
    standard = (table - whole.mean(axis=0)) / spread
    correlation = np.corrcoef(whole, rowvar=False).reshape(k, k)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise ValueError("an item is an exact combination of other items")
    squared = np.einsum("ij,ij->i", standard, np.linalg.solve(correlation, standard.T).T)
    return squared, special.chdtrc(k, squared)


def pace(seconds: ArrayLike, answers: ArrayLike) -> Floats:
    """Seconds per answered item: `seconds` (n,) in all, `answers` (n, k); NaN without a time or an answer.

    Raises ValueError for another number of people or a negative time.
    """
    table, time = as_table(answers), column(seconds, "seconds")
    if time.size != table.shape[0]:
        raise ValueError(f"{time.size} times for {table.shape[0]} people")
    if (time < 0).any():
        raise ValueError("a time below 0 seconds")
    given = (~np.isnan(table)).sum(axis=1)
    return np.divide(time, given, out=np.full(time.size, np.nan), where=given > 0)


def signs(answers: ArrayLike, seconds: ArrayLike | None = None, limits: Limits | None = None) -> Careless:
    """All signs of `answers` (n, k), raw and in the order shown, and `seconds` (n,) in all if they are known.

    What cannot be known of somebody (NaN) is no flag. A sign that cannot be computed for anybody is in `left_out`.
    Raises ValueError as `pace` does, and for a table without items.
    """
    table, limits = as_table(answers), limits or Limits()
    if table.shape[1] < 1:
        raise ValueError("no items")
    flags: dict[str, Flags] = {
        "longstring": longstring(table) >= max(limits.run * table.shape[1], 2),
        "variability": variability(table) <= limits.variability,
    }
    left_out: dict[str, str] = {}
    try:
        flags["distance"] = distance(table)[1] < limits.p
    except ValueError as reason:
        left_out["distance"] = str(reason)
    if seconds is None:
        left_out["pace"] = "the time that people took is not known"
    else:
        flags["pace"] = pace(seconds, table) < limits.seconds
    return Careless(flags, left_out)


def sensitivity(scores: ArrayLike, flagged: ArrayLike) -> Sensitivity:
    """What leaving out the `flagged` (n,) would do to the mean of `scores` (n,); people without a score do not count.

    Raises ValueError for another number of flags, or if nobody is left.
    """
    values, out = column(scores, "scores"), np.asarray(flagged, dtype=bool)
    if out.shape != values.shape:
        raise ValueError(f"{out.size} flags for {values.size} people")
    known = ~np.isnan(values)
    kept = known & ~out
    if not kept.any():
        raise ValueError("nobody with a score is without a flag")
    mean, without = float(values[known].mean()), float(values[kept].mean())
    return Sensitivity(int(known.sum()), mean, int(kept.sum()), without, without - mean)
