"""How much one person's score must change before it is more than measurement noise, and who crossed a cut-off.

Formulas
    SEM    = sd * sqrt(1 - reliability)                    standard error of measurement
    MDC95  = z * sqrt(2) * SEM, z = 1.959963984540054      minimal detectable change (95 %)
    RCI    = (after - before) / (sqrt(2) * SEM)            reliable change index, Jacobson & Truax 1991
    cut-off between a troubled and a well group (same source), s = +1 if a higher score is better, else -1
        a = mean_troubled + 2 s sd_troubled                out of the range of the troubled group
        b = mean_well - 2 s sd_well                        within the range of the well group
        c = (sd_troubled mean_well + sd_well mean_troubled) / (sd_troubled + sd_well)    nearer to the well group

`sd` is the standard deviation between people (n - 1) in the metric of the score, `reliability` a number from 0 to 1
(Cronbach's alpha or a retest correlation). All results stand in the metric of the score, the index has no unit.
Missing data: None in gives None out; in arrays NaN gives NaN. A smaller change than MDC95 is not called a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING

from draagkracht.science.columns import complete_pairs, paired

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

Z95 = 1.959963984540054
# Jacobson and Truax call an index of at least 1.96 (not 1.95996...) a reliable change.
RELIABLE = 1.96
CLASSES = ("recovered", "improved", "unchanged", "deteriorated")


@dataclass(frozen=True, slots=True)
class ReliableCounts:
    """Numbers of people with both scores. `recovered` is None without a cut-off and is not part of `improved`."""

    n: int
    improved: int
    unchanged: int
    deteriorated: int
    recovered: int | None = None


def sem(sd: float, reliability: float) -> float:
    """Standard error of measurement. Raises ValueError for a negative sd or a reliability outside 0..1."""
    if not (isfinite(sd) and sd >= 0):
        raise ValueError(f"sd must be a number from 0 up, not {sd!r}")
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie between 0 and 1, not {reliability!r}")
    return sd * sqrt(1 - reliability)


def mdc95(sd: float, alpha: float) -> float:
    """Minimal detectable change of one person (95 %), from the standard deviation and Cronbach's alpha."""
    return Z95 * sqrt(2) * sem(sd, alpha)


def reliable_change_index(before: float | None, after: float | None, sd: float, reliability: float) -> float | None:
    """(after - before) in standard errors of a difference; None if a score is missing. ValueError if there is no error."""
    error = sqrt(2) * sem(sd, reliability)
    if before is None or after is None:
        return None
    if error == 0:
        raise ValueError("without measurement error (sd 0 or reliability 1) the index has no meaning")
    return (after - before) / error


def reliable_change(before: float | None, after: float | None, mdc: float) -> str | None:
    """'up', 'down' or 'same': a difference of at least `mdc` counts; None if a score is missing.

    Whether up is good depends on the scale; that is for the reader of the scale's direction to say.
    """
    if mdc < 0:
        raise ValueError(f"the smallest change must be 0 or more, not {mdc!r}")
    if before is None or after is None:
        return None
    difference = after - before
    if difference == 0 or abs(difference) < mdc:
        return "same"
    return "up" if difference > 0 else "down"


def minimal_detectable_change(sd: float, reliability: float, confidence: float = 0.95) -> float:
    """Minimal detectable change of one person at another confidence than 95 %. ValueError outside 0 < confidence < 1."""
    from statistics import NormalDist

    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence!r}")
    return NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(2) * sem(sd, reliability)


def reliable_change_indices(before: ArrayLike, after: ArrayLike, sd: float, reliability: float) -> np.ndarray:
    """The index of many people: two arrays of one length (persons) to one array; NaN where a score is missing.

    ValueError if the lengths differ or there is no measurement error (see `reliable_change_index`).
    """
    first, second = paired(before, after)
    per_point = reliable_change_index(0.0, 1.0, sd, reliability)
    return (second - first) * per_point


def cut_off_a(mean_troubled: float, sd_troubled: float, higher_is_better: bool) -> float:
    """Two standard deviations out of the troubled group: for when nothing is known about a well group."""
    return mean_troubled + (2 if higher_is_better else -2) * _spread(sd_troubled)


def cut_off_b(mean_well: float, sd_well: float, higher_is_better: bool) -> float:
    """Within two standard deviations of the well group."""
    return mean_well - (2 if higher_is_better else -2) * _spread(sd_well)


def cut_off_c(mean_troubled: float, sd_troubled: float, mean_well: float, sd_well: float) -> float:
    """The point where both groups are equally far in their own standard deviations. ValueError if both sd are 0."""
    total = _spread(sd_troubled) + _spread(sd_well)
    if total == 0:
        raise ValueError("a cut-off needs a spread in at least one of the groups")
    return (sd_troubled * mean_well + sd_well * mean_troubled) / total


def _spread(sd: float) -> float:
    if not (isfinite(sd) and sd >= 0):
        raise ValueError(f"sd must be a number from 0 up, not {sd!r}")
    return sd


def clinically_significant_change(
    before: ArrayLike,
    after: ArrayLike,
    sd: float,
    reliability: float,
    higher_is_better: bool,
    cut_off: float | None = None,
    criterion: float = RELIABLE,
) -> list[str | None]:
    """The class of every person, in the order given; None where a score is missing.

    recovered     reliably better and over the cut-off: before on the wrong side, after on it or on the right side
    improved      reliably better (index >= criterion in the good direction), not recovered
    deteriorated  reliably worse (index <= -criterion)
    unchanged     the rest
    Without a cut-off nobody is called recovered. ValueError as `reliable_change_indices`, or if criterion is not above 0.
    """
    import numpy as np

    if not criterion > 0:
        raise ValueError(f"the criterion must be above 0, not {criterion!r}")
    sign = 1 if higher_is_better else -1
    index = sign * reliable_change_indices(before, after, sd, reliability)
    first, second = (sign * scores for scores in paired(before, after))
    crossed = np.zeros(len(index), bool) if cut_off is None else (first < sign * cut_off) & (second >= sign * cut_off)
    better = index >= criterion
    classes = np.select([better & crossed, better, index <= -criterion], CLASSES[:2] + CLASSES[3:], "unchanged")
    return [None if missing else str(name) for name, missing in zip(classes, np.isnan(index), strict=True)]


def count_classes(classes: Sequence[str | None], with_cut_off: bool = True) -> ReliableCounts:
    """How many people are in each class; None (a score is missing) is not counted. ValueError for an unknown class."""
    known = [name for name in classes if name is not None]
    if unknown := sorted(set(known) - set(CLASSES)):
        raise ValueError(f"no such class: {', '.join(unknown)}")
    numbers = {name: known.count(name) for name in CLASSES}
    recovered = numbers.pop("recovered")
    return ReliableCounts(n=len(known), recovered=recovered if with_cut_off else None, **numbers)


def count_reliable_changes(before: ArrayLike, after: ArrayLike, mdc: float, higher_is_better: bool) -> ReliableCounts:
    """Counts of people by the smallest detectable change (`reliable_change`): no reliability needed at this place.

    Two arrays of one length; people with a missing score (NaN) are left out. ValueError if mdc < 0 or lengths differ.
    """
    first, second = complete_pairs(before, after)
    found = [reliable_change(float(a), float(b), mdc) for a, b in zip(first, second, strict=True)]
    up, down = found.count("up"), found.count("down")
    better, worse = (up, down) if higher_is_better else (down, up)
    return ReliableCounts(n=len(found), improved=better, unchanged=found.count("same"), deteriorated=worse)
