"""CSV and XLSX. The CSV holds numbers and codes alone; in the XLSX a text is always a text, never a formula."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from draagkracht.insights.shared.cells import harmless

from ..dataset import Dataset

# The earliest day that a ZIP can tell: the bytes must not depend on the clock.
EPOCH = (1980, 1, 1, 0, 0, 0)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# What XML 1.0 has no place for.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767


def write_csv(data: Dataset, path: Path) -> None:
    """UTF-8, comma, a header with the names; whatever begins like a formula gets an apostrophe before it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([one.name for one in data.variables])
        texts = [place for place, one in enumerate(data.variables) if one.kind == "text"]
        for row in data.rows:
            line = list(row)
            for place in texts:
                line[place] = harmless(line[place])
            writer.writerow(line)


def write_xlsx(data: Dataset, path: Path) -> None:
    """Three sheets: the data, the variables, and the words of every code. Written straight as XML: quick and repeatable."""
    sheets: list[tuple[str, list[Any]]] = [
        ("data", [[one.name for one in data.variables], *data.rows]),
        ("variables", list(variables_sheet(data))),
        ("values", list(values_sheet(data))),
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name, text in _frame_of_package([name for name, _rows in sheets]):
            package.writestr(_entry(name), text)
        for place, (_name, rows) in enumerate(sheets, start=1):
            with package.open(_entry(f"xl/worksheets/sheet{place}.xml"), "w", force_zip64=True) as target:
                for piece in _sheet(rows):
                    target.write(piece.encode())


def variables_sheet(data: Dataset) -> Iterator[list[Any]]:
    """A line for each variable."""
    yield [_("Name"), _("Label"), _("Group"), _("Measure"), _("Lowest"), _("Highest"), _("Comes from"), _("Note")]
    for one in data.variables:
        yield [one.name, one.label, one.group, one.measure, one.low, one.high, one.source, one.note]


def values_sheet(data: Dataset) -> Iterator[list[Any]]:
    """A line for each code of each variable; the last column tells whether it stands for something missing."""
    yield [_("Name"), _("Code"), _("Words"), _("Missing")]
    for one in data.variables:
        for code, words in one.values:
            yield [one.name, code, words, 0]
        for code, words in data.missing_words(one):
            yield [one.name, code, words, 1]


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, EPOCH)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _sheet(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
    yield '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    yield 'state="frozen"/></sheetView></sheetViews><sheetData>'
    for row in rows:
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any) -> str:
    if isinstance(value, str):
        text = escape(FORBIDDEN.sub("", value)[:LONGEST_CELL])
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return "<c/>" if value is None else f"<c><v>{value!r}</v></c>"


def _frame_of_package(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(names, start=1))
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n, _name in numbered
    )
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _name in numbered
    )
    yield (
        "[Content_Types].xml",
        f'{head}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "xl/workbook.xml",
        f'{head}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
    )
    yield "xl/_rels/workbook.xml.rels", f'{head}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
