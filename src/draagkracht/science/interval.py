"""The uncertainty that is shown around a group's figure."""

from __future__ import annotations

from math import sqrt

# 95 % of a normal distribution.
Z = 1.959963984540054


def group_interval(
    value: float, low: float, high: float, n: int, spread: float, scale_low: float, scale_high: float
) -> tuple[float, float]:
    """The 95 % interval of a group's mean: sampling error on top of the released interval [low, high] around `value`.

    The sampling error is 1.96 x spread / sqrt(n), with the organisation's one released spread of the scale (never the
    unit's own: that would tell who thinks alike) and the frozen n. It is added outside the released interval, so the
    half width is the sampling error plus the coarsening's half width. Kept within the scale.

    Raises ValueError unless scale_low <= low <= value <= high <= scale_high, n >= 1 and spread >= 0.
    """
    if not scale_low <= low <= value <= high <= scale_high or n < 1 or spread < 0:
        raise ValueError("an interval needs low <= value <= high inside the scale, n >= 1 and a spread >= 0")
    error = Z * spread / sqrt(n)
    return max(scale_low, low - error), min(scale_high, high + error)
