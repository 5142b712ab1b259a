"""How many take part: never a person, never an exact share of a small unit."""

from __future__ import annotations

PEOPLE = 10


def participation_band(invited: int, answered: int) -> tuple[int, int] | None:
    """The response of a closed wave as a band of 10 percentage points, or None below 10 invited.

    The end bands are 0-10 and 90-100, both ends included: nobody at all and everybody never stand alone.
    """
    _check(invited, answered)
    if invited < PEOPLE:
        return None
    if 10 * answered <= invited:
        return 0, 10
    low = min(90, 10 * (10 * answered // invited))
    return low, low + 10


def live_participation(invited: int, answered: int, k: int) -> int | None:
    """How many have answered an open wave so far, rounded to fives and never above the number invited; None below k invited."""
    _check(invited, answered)
    if invited < k:
        return None
    return min((answered + 2) // 5, invited // 5) * 5


def _check(invited: int, answered: int) -> None:
    if not 0 <= answered <= invited:
        raise ValueError("answers must be between none and all of those invited")
