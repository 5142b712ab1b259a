"""Reads a table that somebody uploads: CSV in the encodings and separators that office programs write, or XLSX.

A cell becomes text without surrounding blanks; a date cell becomes YYYY-MM-DD; an empty cell is "". Rows without any
text are left out. What cannot be read at all raises Refusal with a sentence for whoever uploads the file. Macros are
never run, formulas never followed, links never opened. Knows no database.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

MAX_BYTES = 20 * 2**20
MAX_ROWS = 100_000
LAST_ROW = 2**20  # of any spreadsheet program
MAX_COLUMNS = 100
MAX_CELL = 500
MAX_UNPACKED = 300 * 2**20
SEPARATORS = ";,\t|"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Exact(str):
    """The text of a cell that a workbook holds as a number: a point before the decimals, nothing between thousands."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number as a spreadsheet shows it, and its cells, as many as the header has.

    `extra` says that the line has text beyond the last column of the header.
    """

    number: int
    cells: tuple[str, ...]
    extra: bool = False


@dataclass(frozen=True)
class Sheet:
    """The header and the rows below it."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read(data: bytes) -> Sheet:
    """Reads a file by what it is, whatever its name. Raises Refusal."""
    if len(data) > MAX_BYTES:
        raise Refusal(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 2**20}, 413)
    if data.startswith(OLD_OFFICE):
        raise Refusal(
            _("This is an old Excel file, or one with a password. Save it as .xlsx or .csv without a password.")
        )
    lines = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    return _sheet(lines)


def _sheet(lines: Iterable[tuple[int, list[str]]]) -> Sheet:
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if header is None:
            header = _header(cells)
            continue
        if len(rows) == MAX_ROWS:
            raise Refusal(_("The file has more than %(limit)s rows.") % {"limit": MAX_ROWS}, 413)
        width = len(header)
        padded = tuple(cells[:width]) + ("",) * (width - len(cells))
        rows.append(Row(number, padded, any(cells[width:])))
    if header is None:
        raise Refusal(_("The file is empty."))
    if not rows:
        raise Refusal(_("The file has a line with headings, but no rows below it."))
    return Sheet(header, tuple(rows))


def _header(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise Refusal(_("The file has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    if len(cells) < 2:
        raise Refusal(
            _("We found only one column. Save the file as CSV with a semicolon between the columns, or as XLSX.")
        )
    return tuple(cells)


# -- CSV --------------------------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(data)
    first, _newline, rest = text.partition("\n")
    start = 1
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text, start = first.strip()[4], rest, 2
    else:
        separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        while True:
            number = start + reader.line_num
            cells = next(reader, None)
            if cells is None:
                return
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refusal(_("Line %(line)s cannot be read: a quotation mark is not closed.") % {"line": number}) from error


def decode(data: bytes) -> str:
    """Text from UTF-8 (with or without mark), UTF-16 (either order, with or without mark) or Windows-1252."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        elif _looks_like_utf16(data):
            text = data.decode("utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be")
        else:
            text = _decode_bytes(data)
    except UnicodeDecodeError as error:
        raise Refusal(_("We do not recognise the letters in this file. Save it as “CSV UTF-8” or as XLSX.")) from error
    if "\x00" in text:
        raise Refusal(_("This is not a text file. Save your list as CSV or XLSX."))
    return text


def _decode_bytes(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _looks_like_utf16(data: bytes) -> bool:
    sample = data[:2000]
    # Western text in UTF-16 has a zero in nearly every pair; text in one byte has none.
    return len(sample) >= 4 and sample.count(0) > len(sample) * 0.3


def _separator(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(line.split('"')[0::2])
    return max(SEPARATORS, key=bare.count)


# -- XLSX -------------------------------------------------------------------------------------------------------------


def _xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            raise Refusal(_("The workbook has no sheet that we can read."))
        sheet.reset_dimensions()  # what a file says about its own size need not be true
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
            if number > LAST_ROW:  # a file may give its only row any number, and the rows between are made up
                raise Refusal(_("The file has more than %(limit)s rows.") % {"limit": LAST_ROW}, 413)
            yield number, [_cell(cell) for cell in cells]
    except Refusal:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as the library has lines
        raise Refusal(_("This workbook is damaged and cannot be read. Save it again as XLSX, or as CSV.")) from error


def _check_archive(data: bytes) -> None:
    """Refuses an archive that would unpack to something huge, or that defines entities. Raises Refusal."""
    damaged = _("This workbook is damaged and cannot be read. Save it again as XLSX, or as CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            # zipfile never yields more than the size that a member declares.
            if len(members) > 2000 or sum(m.file_size for m in members) > MAX_UNPACKED:
                raise Refusal(_("This workbook is too large once unpacked. Save only the list itself as CSV."), 413)
            if "xl/workbook.xml" not in archive.namelist():
                raise Refusal(_("This is not a workbook with a table. Save your list as CSV or XLSX."))
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as file:
                        if b"<!DOCTYPE" in file.read(2048).upper():
                            raise Refusal(damaged)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refusal(damaged) from error


def _cell(cell: Any) -> str:
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return Exact(f"{round(value * 100, 10):.10g}%")  # shown as 5.2 %, held as 0.052
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Exact(value) if type(value) in (int, float) else str(value).strip()


# -- out again --------------------------------------------------------------------------------------------------------


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def marked(sheet: Sheet, faults: Iterable[tuple[int, str]]) -> bytes:
    """Row number, reason and the row's own cells as CSV: UTF-8 with a mark and semicolons, as spreadsheets like it.

    `faults` are (row number, reason); a row may come more than once, and row 1 is the header where it has no cells of its own.
    """
    rows: dict[int, Sequence[str]] = {row.number: row.cells for row in sheet.rows}
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("Row"), _("Reason"), *map(harmless, sheet.header)])
    for number, reason in faults:
        writer.writerow([number, harmless(reason), *map(harmless, rows.get(number, ()))])
    return out.getvalue().encode("utf-8-sig")
