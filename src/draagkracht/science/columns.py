"""Columns of numbers as the statistics read them: any sequence, None and NaN are missing, infinity is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


def column(values: ArrayLike, name: str = "a column") -> np.ndarray:
    """One column of floats, missing values as NaN. ValueError if it has more dimensions, text or an infinite value."""
    import numpy as np

    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must hold numbers: {problem}") from None
    if numbers.ndim != 1:
        raise ValueError(f"{name} must be one column, not an array of shape {numbers.shape}")
    if np.isinf(numbers).any():
        raise ValueError(f"{name} holds an infinite value")
    return numbers


def present(values: ArrayLike, name: str = "a column") -> np.ndarray:
    """The values that are not missing, in their order."""
    import numpy as np

    numbers = column(values, name)
    return numbers[~np.isnan(numbers)]


def paired(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Two columns of one length with NaN kept at its place. ValueError if the lengths differ."""
    first, second = column(before, "before"), column(after, "after")
    if len(first) != len(second):
        raise ValueError(f"before and after must have one length, not {len(first)} and {len(second)}")
    return first, second


def complete_pairs(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of which neither value is missing, in their order. ValueError if the lengths differ."""
    import numpy as np

    first, second = paired(before, after)
    both = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both]
