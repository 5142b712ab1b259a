"""How much one person's score must change before it is more than measurement noise.

Formulas
    SEM    = sd * sqrt(1 - reliability)                    standard error of measurement
    MDC95  = z * sqrt(2) * SEM, z = 1.959963984540054      minimal detectable change (95 %)
    RCI    = (after - before) / (sqrt(2) * SEM)            reliable change index, Jacobson & Truax 1991

`sd` is the standard deviation between people (n - 1) in the metric of the score, `reliability` a number from 0 to 1
(Cronbach's alpha or a retest correlation). All results stand in the metric of the score, the index has no unit.
Missing data: None in gives None out. A smaller change than MDC95 is not called a change.
"""

from __future__ import annotations

from math import isfinite, sqrt

Z95 = 1.959963984540054


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
