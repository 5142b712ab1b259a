"""One figure of many organisations together, to stand beside the figure of each.

The mean of everybody counted, weighted by people. Its uncertainty is that of a sample of organisations, not of people:
colleagues of one organisation resemble each other, so the deviations of the organisations carry it (the sandwich estimate
for clusters with a t quantile of one degree of freedom less than there are organisations; Cameron & Miller 2015, J. Human
Resources 50, 317-372). What rounding leaves open of each published mean is added on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scipy.stats import t as student

LEAST_PEOPLE = 100
LEAST_ORGANISATIONS = 10
LARGEST_SHARE = 0.25


class Whole(NamedTuple):
    """One organisation: its published mean as an interval with a point, in the unit of the scale, and how many it counts."""

    low: float
    value: float
    high: float
    n: int


class Pooled(NamedTuple):
    """All organisations together: the mean, the ends of its 95 % interval, people and organisations."""

    mean: float
    low: float
    high: float
    n: int
    organisations: int


def refused(sizes: Sequence[int]) -> str:
    """Why organisations of these numbers of people make no benchmark; empty where they do.

    "few-organisations" (fewer than 10), "few-people" (fewer than 100), "one-too-large" (more than a quarter of them in one).
    """
    if len(sizes) < LEAST_ORGANISATIONS:
        return "few-organisations"
    if sum(sizes) < LEAST_PEOPLE:
        return "few-people"
    return "one-too-large" if max(sizes) > LARGEST_SHARE * sum(sizes) else ""


def pooled(wholes: Sequence[Whole], scale_low: float, scale_high: float) -> Pooled:
    """The benchmark of these organisations; the interval stays within the scale.

    Raises ValueError where they make none (see `refused`). The order of the organisations changes nothing.
    """
    if reason := refused([one.n for one in wholes]):
        raise ValueError(reason)
    chosen = sorted(wholes)
    count, people = len(chosen), sum(one.n for one in chosen)
    mean = sum(one.n * one.value for one in chosen) / people
    variance = count / (count - 1) * sum((one.n * (one.value - mean)) ** 2 for one in chosen) / people**2
    reach = float(student.ppf(0.975, count - 1)) * variance**0.5
    low = sum(one.n * one.low for one in chosen) / people - reach
    high = sum(one.n * one.high for one in chosen) / people + reach
    return Pooled(mean, max(scale_low, low), min(scale_high, high), people, count)
