"""Months as people write them: 2026-03, 03/2026, maart 2026, mrt-26, 202603, or a day of that month."""

import datetime
import re

NAMES = (
    "januari jan january", "februari feb february", "maart mrt mar march maa", "april apr", "mei may", "juni jun june",
    "juli jul july", "augustus aug august", "september sep sept", "oktober okt oct october", "november nov",
    "december dec",
)  # fmt: skip
NUMBER = {name: at for at, names in enumerate(NAMES, 1) for name in names.split()}
FIRST_YEAR, LAST_YEAR = 1990, 2100
_SEPARATOR = r"[\s./_'’-]*"
PATTERNS = tuple(
    (re.compile(pattern, re.ASCII), how)
    for pattern, how in (
        (r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.]\d{1,2})?(?:[T ]00:00(?::00)?)?", "number"),
        (r"(?:\d{1,2}[-/.])?(?P<m>\d{1,2})[-/.](?P<y>\d{4})", "number"),
        (r"(?P<y>(?:19|20)\d{2})(?:[mM]?)(?P<m>\d{2})", "number"),
        (rf"(?P<name>[a-z]+)\.?{_SEPARATOR}(?P<y>\d{{4}}|\d{{2}})", "name"),
        (rf"(?P<y>\d{{4}}){_SEPARATOR}(?P<name>[a-z]+)\.?", "name"),
        (rf"\d{{1,2}}{_SEPARATOR}(?P<name>[a-z]+)\.?{_SEPARATOR}(?P<y>\d{{4}})", "name"),
    )
)


def month_of(text: str) -> datetime.date | None:
    """The first day of the month that a text names; None when it names none, or none between 1990 and 2100."""
    bare = text.strip().lower()
    for pattern, how in PATTERNS:
        match = pattern.fullmatch(bare)
        if not match:
            continue
        month = int(match["m"]) if how == "number" else NUMBER.get(match["name"], 0)
        year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
        if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR:
            return datetime.date(year, month, 1)
    return None


def month_in(year: str, month: str) -> datetime.date | None:
    """The month of two columns: a year, and a number or a name."""
    if not re.fullmatch("[0-9]{4}", year.strip()):
        return None
    bare = month.strip().lower().rstrip(".")
    number = int(bare) if re.fullmatch("[0-9]{1,2}", bare) else NUMBER.get(bare, 0)
    if not (1 <= number <= 12 and FIRST_YEAR <= int(year) <= LAST_YEAR):
        return None
    return datetime.date(int(year), number, 1)


def later(month: datetime.date, by: int) -> datetime.date:
    """The month so many months later (earlier when negative)."""
    at = month.year * 12 + month.month - 1 + by
    return datetime.date(at // 12, at % 12 + 1, 1)


def through(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Every month from the first up to and including the last."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [later(first, at) for at in range(count)]
