"""Turns the rows of a file into single numbers of a unit, a figure and a month, or says what is wrong with a row."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from draagkracht.ui.sheets import MAX_CELL, Row, Sheet

from .columns import MONTHS, figure_of, months_in
from .kinds import fields, said
from .months import month_in, month_of
from .numbers import NoNumber, TwoWays, amount_of
from .places import NoPlace, Place, Places, TwoPlaces

# Percentages that all lie below this, without a percent sign, look like shares of 1.
SHARES_BELOW = 0.3


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the file; `row` is the line that it stands in."""

    row: int
    unit: int
    key: str
    month: datetime.date
    amount: float


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a row, or why (a part of) it is left out, in words for whoever made the file."""

    row: int
    reason: str


class BadRow(Exception):
    """A row that cannot be used; the text says why."""


@dataclass(frozen=True)
class Reading:
    """How the file is laid out."""

    layout: str
    columns: dict[str, int]
    figure: str = ""


Cell = tuple[int, Place, str, datetime.date, str]


def read_rows(
    sheet: Sheet, reading: Reading, places: Places, today: datetime.date
) -> tuple[list[Entry], list[Remark], list[Remark]]:
    """(entries, faults, what is left out). A fault stops the file; what is left out does not."""
    entries, faults, left = [], [], []
    signs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    seen: dict[tuple[int, str, datetime.date], int] = {}
    for row in sheet.rows:
        try:
            for entry, percent in _row(row, sheet, reading, places, today, left):
                _note_double(seen, entry)
                signs[entry.key].append((entry.amount, percent))
                entries.append(entry)
        except BadRow as bad:
            faults.append(Remark(row.number, str(bad)))
    return entries, [*_shares(signs, entries), *faults], left


def _row(row, sheet, reading, places, today, left) -> Iterator[tuple[Entry, bool]]:
    """The entries of one row, all of them looked at before the first is given."""
    if row.extra:
        raise BadRow(_("The row has more cells than there are headings."))
    for cell in row.cells:
        if cell.startswith("="):
            raise BadRow(_("The row holds a formula. Paste the values instead of the formulas."))
        if len(cell) > MAX_CELL:
            raise BadRow(_("A cell holds more than %(limit)s characters.") % {"limit": MAX_CELL})
    place = _place(row, reading, places)
    kept = places.keeps(place)
    cells = list(_months_of(row, sheet, reading) if reading.layout == MONTHS else _fields_of(row, reading))
    found = [one for key, month, text in cells if (one := _entry(row, place, key, month, text, today))]
    if found and not kept:
        left.append(
            Remark(row.number, _("“%(unit)s” is a team: figures are kept for departments only.") % {"unit": place.name})
        )
        return iter(())
    whole_only = [one for one, _percent in found if place.parent is not None and fields()[one.key][1].reason]
    if whole_only:
        left.append(Remark(row.number, _("Reasons and themes are kept for the organisation as a whole only.")))
    return iter([pair for pair in found if pair[0] not in whole_only])


def _place(row: Row, reading: Reading, places: Places) -> Place:
    if "unit" not in reading.columns:
        return places.root
    text = row.cells[reading.columns["unit"]]
    try:
        return places.find(text)
    except NoPlace as error:
        raise BadRow(_("There is no unit “%(unit)s”.") % {"unit": text}) from error
    except TwoPlaces as error:
        raise BadRow(
            _("More than one unit is called “%(unit)s”. Write its code, or the path to it.") % {"unit": text}
        ) from error


def _months_of(row: Row, sheet: Sheet, reading: Reading) -> Iterator[tuple[str, datetime.date, str]]:
    key = reading.figure
    if "figure" in reading.columns:
        key = _figure(row.cells[reading.columns["figure"]])
    for number, month in months_in(sheet.header).items():
        yield key, month, row.cells[number]


def _fields_of(row: Row, reading: Reading) -> Iterator[tuple[str, datetime.date, str]]:
    month = _month(row, reading.columns)
    if "figure" in reading.columns:
        yield _figure(row.cells[reading.columns["figure"]]), month, row.cells[reading.columns["amount"]]
    # In the order of the file: a database may give the columns back in another one.
    for target, number in sorted(reading.columns.items(), key=lambda pair: pair[1]):
        if target in fields():
            yield target, month, row.cells[number]


def _figure(text: str) -> str:
    key = figure_of(text)
    if key is None:
        raise BadRow(_("We do not know the figure “%(figure)s”.") % {"figure": text})
    return key


def _month(row: Row, columns: dict[str, int]) -> datetime.date:
    text = row.cells[columns["month"]]
    if not text:
        raise BadRow(_("The row has no month."))
    found = month_in(row.cells[columns["year"]], text) if "year" in columns else month_of(text)
    if found is None:
        raise BadRow(_("“%(text)s” is not a month; write it as 2026-03.") % {"text": text})
    return found


def _entry(
    row: Row, place: Place, key: str, month: datetime.date, text: str, today: datetime.date
) -> tuple[Entry, bool] | None:
    try:
        amount, percent = amount_of(text)
    except TwoWays as error:
        raise BadRow(
            _("“%(text)s” can be read in two ways. Write 1250 or 1,25 (with a comma only before decimals).")
            % {"text": text}
        ) from error
    except (NoNumber, ValueError, OverflowError) as error:
        raise BadRow(_("“%(text)s” is not a number.") % {"text": text}) from error
    if amount is None:
        return None
    if month > today.replace(day=1):
        raise BadRow(_("%(month)s is still to come.") % {"month": date_format(month, "F Y")})
    return Entry(row.number, place.id, key, month, _ranged(key, round(amount, 6), percent)), percent


def _ranged(key: str, amount: float, percent: bool) -> float:
    """The amount, when it is one that this field can have. Raises BadRow."""
    kind, field = fields()[key]
    told = {"name": said(field.name, get_language() or "nl"), "amount": f"{amount:g}"}
    if percent and field.form != "percent":
        raise BadRow(_("%(name)s is not a percentage; leave the percent sign out.") % told)
    least, most = (kind.least, kind.most) if field.form in ("percent", "score") else (0, 10**9)
    if not least <= amount <= most:
        raise BadRow(
            _("%(amount)s cannot be right for %(name)s: it lies between %(least)s and %(most)s.")
            % {**told, "least": f"{least:g}", "most": f"{most:g}"}
        )
    if field.form == "count" and amount != int(amount):
        raise BadRow(_("%(amount)s cannot be right for %(name)s: it is a whole number.") % told)
    return amount


def _note_double(seen: dict, entry: Entry) -> None:
    place = (entry.unit, entry.key, entry.month)
    if place in seen:
        raise BadRow(
            _("Row %(row)s gives the same figure of this unit for %(month)s.")
            % {"row": seen[place], "month": date_format(entry.month, "F Y")}
        )
    seen[place] = entry.row


def _shares(signs: dict[str, list[tuple[float, bool]]], entries: list[Entry]) -> list[Remark]:
    """A fault for each column of percentages that looks like shares of 1 (0.052 for 5.2 %)."""
    found = []
    for key, told in signs.items():
        there = [(amount, percent) for amount, percent in told if amount]
        small = there and not any(percent for _amount, percent in there) and max(there)[0] < SHARES_BELOW
        if small and fields()[key][1].form == "percent":
            row = next(entry.row for entry in entries if entry.key == key and entry.amount)
            text = _("Every value of “%(name)s” is below 0.3. Write percentages such as 5.2, not shares such as 0.052.")
            found.append(Remark(row, text % {"name": said(fields()[key][1].name, get_language() or "nl")}))
    return found
