"""Turns the rows of a staff file into entries, row by row, or says what is wrong with a row."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from . import work
from .staff_file import MAX_CELL, Row, Sheet

LANGUAGES = {
    **dict.fromkeys(("nl", "nederlands", "dutch", "n", "nl-be", "nl-nl"), "nl"),
    **dict.fromkeys(("en", "engels", "english", "e", "en-gb"), "en"),
    **dict.fromkeys(("fr", "frans", "french", "français", "f", "fr-be"), "fr"),
    **dict.fromkeys(("de", "duits", "german", "deutsch", "d", "de-be"), "de"),
}
ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?")
LOCAL_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
NO_END = 9999  # personnel systems write the year 9999 for "no end"
LENGTHS = {
    "staff_number": 64,
    "name": 200,
    "email": 254,
    "profession": 120,
    "contract": 60,
    "shift": 60,
    "unit": 400,
    "parent": 120,
    "team": 200,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of the file. Empty text or None = the file does not say.

    `place` is what the file tells about the unit: ("code", unit, parent, unit name) or ("path", name, name, ...).
    `leaves_on` is the first day that the person is no longer there: the day after the last working day.
    """

    number: int
    staff_number: str
    name: str
    email: str
    place: tuple[str, ...]
    unit: str = ""
    profession: str = ""
    contract: str = ""
    shift: str = ""
    starts_on: datetime.date | None = None
    leaves_on: datetime.date | None = None
    language: str = ""

    @property
    def told(self) -> list[str]:
        """Contract and shift as a page says them."""
        return [work.label(kind, value) for kind in work.KINDS if (value := getattr(self, kind))]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, in words for whoever made the file."""

    number: int
    reason: str


class BadRow(Exception):
    """A row that cannot be used; the text says why."""


def day(text: str) -> datetime.date | None:
    """A day written as year-month-day or day-month-year. None when empty or "no end". Raises BadRow."""
    if not text:
        return None
    match = ISO_DAY.fullmatch(text)
    parts = match.groups() if match else ()
    if not parts and (match := LOCAL_DAY.fullmatch(text)):
        parts = match.groups()[::-1]
    if parts and int(parts[0]) == NO_END:
        return None
    try:
        found = datetime.date(int(parts[0]), int(parts[1]), int(parts[2]))
    except (IndexError, ValueError) as error:
        raise BadRow(_("“%(text)s” is not a date; write it as 31-12-2026.") % {"text": text}) from error
    if not 1940 <= found.year <= 2100:
        raise BadRow(_("The date “%(text)s” cannot be right.") % {"text": text})
    return found


def read_rows(sheet: Sheet, columns: dict[str, int]) -> tuple[list[Entry], list[Fault]]:
    """Entries of the usable rows, and the faults of the others; duplicates within the file are faults."""
    entries, faults = [], []
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        try:
            entry = _entry(row, columns)
            _note_double(seen, entry)
        except BadRow as bad:
            faults.append(Fault(row.number, str(bad)))
        else:
            entries.append(entry)
    return entries, faults


def _note_double(seen: dict[tuple[str, str], int], entry: Entry) -> None:
    sentences: tuple[tuple[str, str, Callable[[], str]], ...] = (
        ("staff_number", entry.staff_number.casefold(), lambda: _("The staff number also stands in row %(row)s.")),
        ("email", entry.email, lambda: _("The e-mail also stands in row %(row)s.")),
    )
    for kind, value, sentence in sentences:
        if value and (kind, value) in seen:
            raise BadRow(sentence() % {"row": seen[kind, value]})
    for kind, value, _sentence in sentences:
        if value:
            seen[kind, value] = entry.number


def _entry(row: Row, columns: dict[str, int]) -> Entry:
    if row.extra:
        raise BadRow(_("The row has more cells than there are headings."))
    for cell in row.cells:
        if cell.startswith("="):
            raise BadRow(_("The row holds a formula. Paste the values instead of the formulas."))
        if len(cell) > MAX_CELL:
            raise BadRow(_("A cell holds more than %(limit)s characters.") % {"limit": MAX_CELL})
    told = {field: " ".join(row.cells[number].split()) for field, number in columns.items()}
    for field, limit in LENGTHS.items():
        if len(told.get(field, "")) > limit:
            raise BadRow(_("A cell holds more than %(limit)s characters.") % {"limit": limit})
    return _checked(row.number, told)


def _checked(number: int, told: dict[str, str]) -> Entry:
    email = told.get("email", "").lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise BadRow(_("“%(text)s” is not an e-mail address.") % {"text": email}) from error
    if not email and not told.get("staff_number"):
        raise BadRow(_("The row has neither a staff number nor an e-mail."))
    name = told.get("name") or " ".join(filter(None, (told.get("first_name"), told.get("last_name"))))
    if not name:
        raise BadRow(_("The row has no name."))
    entry = Entry(number, told.get("staff_number", ""), name[:200], email, _place(told))
    kinds: dict[str, Any] = {kind: work.normal(kind, told.get(kind, "")) for kind in work.KINDS}
    return _dated(replace(entry, profession=told.get("profession", ""), language=_language(told), **kinds), told)


def _dated(entry: Entry, told: dict[str, str]) -> Entry:
    starts, last = day(told.get("starts_on", "")), day(told.get("ends_on", ""))
    if starts and last and last < starts:
        raise BadRow(_("The last working day is before the start date."))
    return replace(entry, starts_on=starts, leaves_on=last + datetime.timedelta(days=1) if last else None)


def _language(told: dict[str, str]) -> str:
    text = told.get("language", "").casefold()
    if text and text not in LANGUAGES:
        raise BadRow(_("We do not know the language “%(text)s”; write nl or en.") % {"text": text})
    return LANGUAGES.get(text, "")


def _place(told: dict[str, str]) -> tuple[str, ...]:
    if "unit" in told:
        if not told["unit"]:
            raise BadRow(_("The row does not say in which unit the person works."))
        return ("code", told["unit"], told.get("parent", ""), told.get("unit_name", ""))
    names = tuple(filter(None, (told.get("department"), told.get("team"))))
    if not names:
        raise BadRow(_("The row does not say in which unit the person works."))
    return ("path", *names)
