"""The formats of the exchange. Heavy libraries are loaded by the format that needs them, when it does. No Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange import (
    books,
    fhir_in,
    fhir_out,
    limesurvey,
    own_table,
    xlsform_in,
    xlsform_out,
)
from draagkracht.instruments.exchange.notes import Left, broken
from draagkracht.instruments.exchange.source import Source
from draagkracht.instruments.tables import gettext_noop

LARGEST = 5 * 2**20
CSV, XLSX, JSON = (
    "text/csv; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/fhir+json",
)


@dataclass(frozen=True)
class Format:
    """A format in which a questionnaire can leave. `about` is English; `suffix` ends the name of the file."""

    name: str
    title: str
    about: str
    suffix: str
    content_type: str
    write: Callable[[Source], tuple[bytes, Left]]


FORMATS = {
    one.name: one
    for one in (
        Format("table-xlsx", gettext_noop("Table (XLSX)"), gettext_noop("One row a question, to read and edit in a spreadsheet."), ".xlsx", XLSX, own_table.write_xlsx),
        Format("table-csv", gettext_noop("Table (CSV)"), gettext_noop("The same table as plain text."), ".csv", CSV, own_table.write_csv),
        Format("fhir-r5", "FHIR R5", gettext_noop("For health records and research platforms: Questionnaire, with scores as the standard has them."), ".fhir.json", JSON, partial(fhir_out.write, version="R5")),
        Format("fhir-r4b", "FHIR R4B", gettext_noop("The same for systems that speak the earlier version."), ".fhir.json", JSON, partial(fhir_out.write, version="R4B")),
        Format("xlsform", "XLSForm", gettext_noop("For ODK, KoboToolbox and other form programs."), ".xlsx", XLSX, xlsform_out.write),
    )
}  # fmt: skip


def write(source: Source, name: str) -> tuple[bytes, Left]:
    """The file in a format of FORMATS, and what it leaves behind. Raises KeyError, and Broken for what no file can hold."""
    return FORMATS[name].write(source)


def read(data: bytes, instruments: Mapping[str, Instrument], name: str = "") -> tuple[str, Document, Left]:
    """(title of the format, document, what is not carried over) of a file; the format is seen from what is in it.

    Raises Broken: nothing was understood, or something in it is wrong.
    """
    if len(data) > LARGEST:
        raise broken(gettext_noop("the file is larger than {most} MB"), most=LARGEST // 2**20)
    if not data.strip():
        raise broken(gettext_noop("the file is empty"))
    if data[:4] == books.ZIP:
        form = "survey" in books.names(data)
        document, left = xlsform_in.read(data, instruments) if form else own_table.read(data, instruments, name)
        return ("XLSForm" if form else FORMATS["table-xlsx"].title), document, left
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if name.lower().endswith((".lss", ".xml")) or start[:1] == b"<" or b"<\0" in start[:6]:
        return "LimeSurvey", *limesurvey.read(data, instruments)
    if name.lower().endswith(".json") or start[:1] in (b"{", b"["):
        return "FHIR", *fhir_in.read(data, instruments)
    return FORMATS["table-csv"].title, *own_table.read(data, instruments, name)
