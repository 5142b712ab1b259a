"""Several tests at once: p values adjusted so that chance finds do not pile up.

Formulas, for m p values in rising order p(1) <= ... <= p(m), all at most 1
    bonferroni            m p                                  some false find at all (family-wise error)
    holm                  max over j <= i of (m - j + 1) p(j)  the same with more power                     Holm 1979
    benjamini-hochberg    min over j >= i of m / j p(j)        share of false finds among the finds   B. & H. 1995
    benjamini-yekutieli   the same times 1 + 1/2 + ... + 1/m   the same under any dependence          B. & Y. 2001

Missing data. A missing p value stays missing and does not count towards m.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.columns import column
from draagkracht.science.tables import Floats


def adjust(p: ArrayLike, method: str = "holm") -> Floats:
    """Adjusted p values, in the order of `p` (m,), by one of METHODS. Raises ValueError for a p outside 0..1."""
    given = column(p, "p values")
    if method not in METHODS:
        raise ValueError(f"unknown adjustment {method!r}, known are {', '.join(METHODS)}")
    known = ~np.isnan(given)
    values = given[known]
    if ((values < 0) | (values > 1)).any():
        raise ValueError("a p value lies between 0 and 1")
    order = np.argsort(values, kind="stable")
    adjusted, result = np.empty(values.size), np.full(given.shape, np.nan)
    adjusted[order] = np.minimum(METHODS[method](values[order]), 1)
    result[known] = adjusted
    return result


def bonferroni(p: ArrayLike) -> Floats:
    """`adjust` with the method of Bonferroni."""
    return adjust(p, "bonferroni")


def holm(p: ArrayLike) -> Floats:
    """`adjust` with the method of Holm."""
    return adjust(p, "holm")


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """`adjust` with the method of Benjamini and Hochberg."""
    return adjust(p, "benjamini-hochberg")


def benjamini_yekutieli(p: ArrayLike) -> Floats:
    """`adjust` with the method of Benjamini and Yekutieli."""
    return adjust(p, "benjamini-yekutieli")


def _bonferroni(rising: Floats) -> Floats:
    return rising * rising.size


def _holm(rising: Floats) -> Floats:
    return np.maximum.accumulate(rising * np.arange(rising.size, 0, -1))


def _benjamini_hochberg(rising: Floats) -> Floats:
    steps = rising * (rising.size / np.arange(1, rising.size + 1))
    return np.minimum.accumulate(steps[::-1])[::-1]


def _benjamini_yekutieli(rising: Floats) -> Floats:
    return _benjamini_hochberg(rising) * (1 / np.arange(1, rising.size + 1)).sum()


METHODS: dict[str, Callable[[Floats], Floats]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "benjamini-hochberg": _benjamini_hochberg,
    "benjamini-yekutieli": _benjamini_yekutieli,
}
