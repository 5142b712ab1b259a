"""Workbooks (XLSX) that are safe to open and safe to hand out. No Django."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from draagkracht.instruments.exchange.notes import Broken, Left, Note, Place, broken, of_fault, row
from draagkracht.instruments.tables import Fault, filled_rows, gettext_noop, opened

LARGEST_UNPACKED = 20 * 2**20
MOST_PARTS = 500
MOST_SHEETS = 20
MOST_ROWS = 20_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_000
ZIP = b"PK\x03\x04"
# What a spreadsheet program takes for the beginning of a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

T = TypeVar("T")
Rows = list[tuple[int, dict[str, str]]]
NOT_A_BOOK = gettext_noop("not a readable XLSX file; save it as XLSX")
TOO_LONG = gettext_noop("a text is too long for a cell and stays behind")


def guarded(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula; `unguarded` gives the text back."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` made."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def escaped(text: str) -> str:
    """A text that can stand between signs | in one cell; `parts` gives it back."""
    return text.replace("\\", "\\\\").replace("|", "\\|")


def parts(text: str) -> list[str]:
    """The parts of a cell, divided at each | that has no backslash before it."""
    found, current, escaped = [], "", False
    for sign in text:
        if escaped or (sign != "\\" and sign != "|"):
            current, escaped = current + sign, False
        elif sign == "\\":
            escaped = True
        else:
            found.append(current)
            current = ""
    return [part.strip() for part in [*found, current]]


def check(data: bytes) -> None:
    """Raises Broken for a file that unpacks to more than a questionnaire can need."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except Exception as error:  # a damaged archive fails in as many ways as the library has lines
        raise broken(NOT_A_BOOK) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise broken(gettext_noop("this file unpacks to more than {most} MB"), most=LARGEST_UNPACKED // 2**20)


def names(data: bytes) -> list[str]:
    """The sheets of a workbook, lower case. Raises Broken."""
    return [sheet.title.strip().lower() for sheet in _open(data, lambda book: book.worksheets)]


def read(data: bytes, wanted: Collection[str]) -> dict[str, Rows]:
    """Sheet (lower case) -> (row number, cells by header), without empty rows and cells. Raises Broken.

    Sheets that are not `wanted` are there without rows: nobody looks at them.
    """

    def read_in(book: Any) -> dict[str, Rows]:
        titled = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        return {name: _rows(sheet) if name in wanted else [] for name, sheet in titled.items()}

    return _open(data, read_in)


def _open(data: bytes, use: Callable[[Any], T]) -> T:
    check(data)
    try:
        return use(opened(data, MOST_SHEETS))
    except Broken:
        raise
    except Fault as fault:
        raise Broken([of_fault(fault)]) from fault
    except Exception as error:  # a damaged workbook, or one with a password, fails in as many ways as there are lines
        raise broken(NOT_A_BOOK) from error


def _rows(sheet: Any) -> Rows:
    place = Place("{name}", {"name": sheet.title})
    header: list[str] = []
    found: Rows = []
    try:
        for number, cells in filled_rows(sheet, MOST_COLUMNS):
            if number > MOST_ROWS:
                raise broken(gettext_noop("more than {most} rows"), place, most=MOST_ROWS)
            values = [_cell(value) for value in cells]
            if not header:
                header = [value.strip() for value in values]
                continue
            named = zip(header, values, strict=False)
            found.append((number, {name: value for name, value in named if name and value.strip()}))
    except Fault as fault:
        raise Broken([of_fault(fault, place)]) from fault
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def write(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[str]]]]) -> tuple[bytes, Left]:
    """A workbook of (header, rows) by sheet; every cell is text, so that none is a formula."""
    import openpyxl

    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    left: Left = []
    for name, (header, rows) in sheets.items():
        sheet = book.create_sheet(name)
        for number, cells in enumerate([header, *rows], start=1):
            for column, text in enumerate(cells, start=1):
                clean = _CONTROL.sub("", text)
                if len(clean) > LONGEST_CELL:
                    left.append(Note(row(number, name), TOO_LONG))
                elif clean:
                    cell = sheet.cell(number, column)
                    cell.value, cell.data_type = clean, "s"
        sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue(), left
