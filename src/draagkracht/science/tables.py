"""What the statistics of this room take in: tables of people by items, columns of numbers, and labels of groups.

A table is anything numpy turns into numbers: people in rows, items (or scales, or raters) in columns. None and NaN are
missing; an infinite number is refused. A group label is anything that can be a key of a dict: a number, a text, a tuple.
None and NaN as a label mean that somebody's group is not known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from draagkracht.science.columns import column

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def as_table(answers: ArrayLike, name: str = "answers") -> Floats:
    """`answers` as float64 (n, k). Raises ValueError unless it has two dimensions, numbers only, none infinite."""
    array = np.asarray(answers)
    if array.ndim != 2:
        raise ValueError(f"{name} must be a table of people by items, not an array of shape {array.shape}")
    # How it lies in memory stays as it is: turning a large table costs time.
    order: Literal["F", "C"] = "F" if np.isfortran(array) else "C"
    return column(array.ravel(order), name).reshape(array.shape, order=order)


def complete_rows(table: Floats) -> Floats:
    """The rows without a missing value (listwise deletion); the same array if nothing is missing."""
    missing = np.isnan(table)
    return table[~missing.any(axis=1)] if missing.any() else table


def one_side(confidence: float) -> float:
    """The probability that an interval leaves on each side. Raises ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence of an interval lies between 0 and 1, not {confidence!r}")
    return (1 - confidence) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Who belongs where: `labels` of the groups and one code per person, -1 for a group that is not known.

    Labels are in rising order if they can be compared with each other, else in the order in which they first appear.
    """

    labels: tuple[Hashable, ...]
    codes: Whole

    @classmethod
    def of(cls, labels: ArrayLike | Iterable[Hashable], size: int) -> Groups:
        """The groups of `size` people. Raises ValueError for another number of labels."""
        coded = _code_numbers(labels) if isinstance(labels, np.ndarray) and labels.dtype.kind in "iufSU" else None
        names, codes = coded or _code_anything(labels)  # type: ignore[arg-type]
        if codes.shape != (size,):
            raise ValueError(f"{codes.size} group labels for {size} people")
        return cls(names, codes)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Per group (rows) and column: how many values, their mean, and the sum of squares around that mean.

    `n`, `mean` and `squares` have the shape (groups, columns); mean is NaN where n is 0, squares is 0 there.
    """

    n: Whole
    mean: Floats
    squares: Floats


def moments(table: Floats, groups: Groups) -> Moments:
    """Moments of every column of `table` (n, k) in every group; a missing value or group is left out of that column."""
    shape = (len(groups.labels), table.shape[1])
    n, mean, squares = np.zeros(shape, np.int64), np.empty(shape), np.empty(shape)
    for number in range(table.shape[1]):
        values, codes = table[:, number], groups.codes
        kept = ~np.isnan(values) & (codes >= 0)
        if not kept.all():
            values, codes = values[kept], codes[kept]
        # Around the middle of the column first, so that a large offset costs no digits.
        middle = values.mean() if values.size else 0.0
        values = values - middle
        n[:, number] = np.bincount(codes, minlength=shape[0])
        total = np.bincount(codes, values, shape[0])
        centre = np.divide(total, n[:, number], out=np.full(shape[0], np.nan), where=n[:, number] > 0)
        squares[:, number] = np.bincount(codes, (values - centre[codes]) ** 2, shape[0])
        mean[:, number] = centre + middle
    return Moments(n, mean, squares)


def _code_numbers(labels: NDArray) -> tuple[tuple[Hashable, ...], Whole]:
    """Codes of an array of one plain type, with one sort."""
    known = np.ones(labels.shape, bool) if labels.dtype.kind != "f" else ~np.isnan(labels)
    names, inverse = np.unique(labels[known], return_inverse=True)
    codes = np.full(labels.shape, -1, np.int64)
    codes[known] = inverse
    return tuple(names.tolist()), codes


def _code_anything(labels: Iterable[Hashable]) -> tuple[tuple[Hashable, ...], Whole]:
    """Codes of labels of any kind, with one dict."""
    seen: dict[Hashable, int] = {}
    codes = np.array([-1 if _unknown(label) else seen.setdefault(label, len(seen)) for label in labels], np.int64)
    names = tuple(seen)
    try:
        order = sorted(range(len(names)), key=names.__getitem__)  # type: ignore[arg-type]
    except TypeError:
        return names, codes
    place = np.empty(len(names) + 1, np.int64)
    place[order], place[-1] = np.arange(len(names)), -1
    return tuple(names[number] for number in order), place[codes]


def _unknown(label: Hashable) -> bool:
    return label is None or label != label  # NaN is the one label that differs from itself
