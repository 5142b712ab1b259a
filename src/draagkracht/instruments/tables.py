"""Tables as people bring them: CSV in the encodings and with the separators of spreadsheet programs, and XLSX. No Django.

Rows are counted as a spreadsheet shows them: the header is row 1. What a small file can unfold into is bounded: rows,
columns, and cells together, also those that a workbook leaves out between two others.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

SEPARATORS = ",;\t"
MOST_ROWS = 1_000_000
MOST_SHEETS = 100
MOST_COLUMNS = 5000
MOST_CELLS = 10_000_000
LAST_ROW = 2**20  # of a sheet in any spreadsheet program


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation where it is raised; `Fault.told` translates it where it is read."""
    return text


UNREADABLE = gettext_noop("not a readable XLSX file; save it as XLSX or CSV")
TOO_MANY_CELLS = gettext_noop("more than {most} cells")
TOO_WIDE = gettext_noop("row {row}: more than {most} columns")
MOST_PARTS, MOST_UNPACKED = 2000, 50 * 2**20


class Fault(ValueError):
    """What is wrong with a file: an English sentence with named places, so that it can be told in another language."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template, self.values = template, values

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate` (a gettext function)."""
        return translate(self.template).format(**self.values)


class TableError(Fault):
    """A file that cannot be read as a table; the message names the row where there is one."""


@dataclass(frozen=True)
class Table:
    """`rows` are (row number, cells), each with as many cells as the header. Cells are text, stripped in the header only."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    separator: str = ","
    byte_order_mark: bool = False
    comments: tuple[str, ...] = ()


def read(data: bytes, name: str = "") -> Table:
    """Reads CSV or, by its name or first bytes, XLSX. Lines before the header that begin with # are comments."""
    if data[:4] == b"PK\x03\x04":
        return _table(_sheet(data), ",", False)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise TableError(UNREADABLE)
    text = decode(data)
    comments, body, skipped = _comments(text)
    separator = _separator(body)
    records = _records(body, separator, skipped)
    return _table(records, separator, data[:3] == b"\xef\xbb\xbf", comments)


def decode(data: bytes) -> str:
    """Text from UTF-8 (with or without mark), UTF-16 with mark, Windows-1252, else Latin-1."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise TableError(gettext_noop("this is not a text file"))
        return text
    raise TableError(gettext_noop("the encoding of this file is not known; save it as CSV UTF-8"))


def _comments(text: str) -> tuple[tuple[str, ...], str, int]:
    lines = text.splitlines(keepends=True)
    count = 0
    while count < len(lines) and lines[count].lstrip('"').startswith("#"):
        count += 1
    # A spreadsheet program pads such a line with separators, and quotes it when it holds one.
    comments = tuple(line.strip(f'{SEPARATORS}"# \r\n') for line in lines[:count])
    return comments, "".join(lines[count:]), count


def _separator(text: str) -> str:
    """The separator that stands most often in the header, outside quotation marks."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(header.split('"')[::2])
    best = max(SEPARATORS, key=outside.count)
    return best if best in outside else ","


def _records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = skipped
    try:
        for number, cells in enumerate(reader, start=skipped + 1):
            yield number, cells
    except csv.Error as error:
        raise TableError(gettext_noop("row {row}: {problem}"), row=number + 1, problem=error) from error


def _sheet(data: bytes) -> Iterator[tuple[int, list[str]]]:
    _check_archive(data)
    try:
        book = opened(data, MOST_SHEETS)
        width = 0
        for number, values in filled_rows(book.worksheets[0], MOST_COLUMNS):
            cells = [_cell(value) for value in values]
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))
    except TableError:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as the library has lines
        raise TableError(UNREADABLE) from error


class _TooManySheets(Exception):
    pass


def opened(data: bytes, most_sheets: int) -> Any:
    """A workbook, to be read only. Raises TableError for more sheets, and for sheets that share one part of the file:

    opening costs the length of every sheet. Raises whatever the library raises for a damaged file.
    """
    from openpyxl.reader.excel import ExcelReader

    class FewSheets(ExcelReader):
        def read_worksheets(self) -> None:
            parts = [place.target for _, place in self.parser.find_sheets()]
            if len(parts) > most_sheets or len(set(parts)) < len(parts):
                raise _TooManySheets
            super().read_worksheets()

    try:
        reader = FewSheets(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader.read()
    except _TooManySheets as error:
        raise TableError(gettext_noop("more than {most} sheets"), most=most_sheets) from error
    return reader.wb


def filled_rows(sheet: Any, most_columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(row number, values up to the last that is not blank) of a sheet that was opened to be read only, without blank rows.

    Raises TableError at the first row that is wider than `most_columns`, and when blank cells make it endless.
    """
    looked_at = 0
    sheet.reset_dimensions()  # what a file says of its own size need not be true; each row is as wide as it is
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_ROW:
            raise TableError(gettext_noop("more than {most} rows"), most=LAST_ROW)
        width = len(values)
        looked_at += width
        if looked_at > MOST_CELLS:
            raise TableError(TOO_MANY_CELLS, most=MOST_CELLS)
        while width and (values[width - 1] is None or not str(values[width - 1]).strip()):
            width -= 1
        if width > most_columns:
            raise TableError(TOO_WIDE, row=number, most=most_columns)
        if width:
            yield number, values[:width]


def _check_archive(data: bytes) -> None:
    """Raises TableError for an archive that would unpack to something huge, or that defines entities."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            # zipfile never yields more than the size that a member declares.
            if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise TableError(gettext_noop("this workbook is too large once unpacked; save the sheet as CSV"))
            for member in members:
                with archive.open(member) as file:
                    if b"<!DOCTYPE" in file.read(2048).upper():
                        raise TableError(UNREADABLE)
    except TableError:
        raise
    except Exception as error:
        raise TableError(UNREADABLE) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(
    records: Iterator[tuple[int, list[str]]], separator: str, mark: bool, comments: tuple[str, ...] = ()
) -> Table:
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in records:
        if len(cells) > MOST_COLUMNS:
            raise TableError(TOO_WIDE, row=number, most=MOST_COLUMNS)
        if not any(cell.strip() for cell in cells) and (len(cells) <= 1 or not header):
            continue
        if not header:
            header = [cell.strip() for cell in cells]
            continue
        if len(cells) != len(header):
            raise TableError(
                gettext_noop("row {row} has {cells} cells, the header has {header}"),
                row=number,
                cells=len(cells),
                header=len(header),
            )
        if len(rows) == MOST_ROWS:
            raise TableError(gettext_noop("more than {most} rows"), most=MOST_ROWS)
        if len(rows) * len(header) >= MOST_CELLS:
            raise TableError(TOO_MANY_CELLS, most=MOST_CELLS)
        rows.append((number, cells))
    if not header:
        raise TableError(gettext_noop("the file is empty"))
    return Table(header, rows, separator, mark, comments)
