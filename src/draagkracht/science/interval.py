"""The uncertainty that is shown around a group's figure, and around a share."""

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


def wilson(events: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a share `events` / `total`, both counts of people: Wilson's score interval.

        (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)                           Wilson 1927

    It stays within 0..1 and says something at 0 and at all of them too. Both counts must be known. Raises ValueError
    unless 0 <= events <= total, total >= 1 and 0 < confidence < 1.
    """
    from statistics import NormalDist

    if not 0 <= events <= total or total < 1 or not 0 < confidence < 1:
        raise ValueError(f"a share needs 0 <= events <= total and total >= 1, not {events} of {total}, at {confidence}")
    z = Z if confidence == 0.95 else NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = float(events / total), float(z * z / total)
    middle = share + square / 2
    reach = z * sqrt(share * (1 - share) / total + square / (4 * total))
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    # At the ends the limit is the end itself; rounding would put it a hair outside.
    return (0.0 if events == 0 else max(0.0, low)), (1.0 if events == total else min(1.0, high))
