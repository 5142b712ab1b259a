"""The codebook as DDI-Codebook 2.5 (XML), for archives and for programs that read it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.translation import gettext as _

from ..dataset import Dataset
from ..variables import TEXT, Variable
from .plain_files import FORBIDDEN
from .words import access_note, check_note, citations, licence_notes

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def codebook_xml(data: Dataset) -> bytes:
    """The whole document; the order of elements is that of the standard."""
    about = data.about
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", LANGUAGE: about.language})
    _citation(SubElement(root, "docDscr"), _("Codebook of %(title)s") % {"title": about.title}, data)
    _study(SubElement(root, "stdyDscr"), data)
    _file(SubElement(root, "fileDscr", {"ID": "F1"}), data)
    described = SubElement(root, "dataDscr")
    for place, one in enumerate(data.variables, start=1):
        _variable(described, place, one, data)
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _citation(parent: Element, title: str, data: Dataset) -> None:
    citation = SubElement(parent, "citation")
    statement = SubElement(citation, "titlStmt")
    _told(statement, "titl", title)
    _told(statement, "IDNo", f"{data.about.day:%Y%m%d}-{data.about.number}")
    responsible = SubElement(citation, "rspStmt")
    _told(responsible, "AuthEnty", data.about.organisation)
    made = SubElement(citation, "prodStmt")
    _told(made, "prodDate", data.about.day.isoformat()).set("date", data.about.day.isoformat())
    _told(made, "software", "Draagkracht")


def _study(parent: Element, data: Dataset) -> None:
    _citation(parent, data.about.title, data)
    info = SubElement(parent, "stdyInfo")
    _told(info, "abstract", data.about.question)
    summary = SubElement(info, "sumDscr")
    months = [str(row[2]) for row in data.rows]
    for event, month in (("start", min(months)), ("end", max(months))):
        told = f"{month[:4]}-{month[4:]}"
        _told(summary, "collDate", told).attrib.update({"event": event, "date": told})
    _told(summary, "anlyUnit", _("a person in a wave"))
    _told(summary, "universe", _("people who answered a closed wave and said yes to research"))
    _told(summary, "dataKind", _("answers to questionnaires, with pseudonyms"))
    method = SubElement(parent, "method")
    collected = SubElement(method, "dataColl")
    _told(collected, "timeMeth", _("repeated measurement") if len(data.material.waves) > 1 else _("one measurement"))
    _told(collected, "cleanOps", check_note(data))
    use = SubElement(SubElement(parent, "dataAccs"), "useStmt")
    _told(use, "conditions", access_note())
    if licence_notes(data):
        _told(use, "disclaimer", "\n".join(licence_notes(data)))
    if citations(data):
        materials = SubElement(parent, "othrStdyMat")
        for citation in citations(data):
            _told(materials, "relPubl", citation)


def _file(parent: Element, data: Dataset) -> None:
    text = SubElement(parent, "fileTxt")
    _told(text, "fileName", "data.csv")
    size = SubElement(text, "dimensns")
    _told(size, "caseQnty", str(len(data.rows)))
    _told(size, "varQnty", str(len(data.variables)))
    _told(text, "fileType", "text/csv")


def _variable(parent: Element, place: int, one: Variable, data: Dataset) -> None:
    kind = "discrete" if one.values or one.kind == TEXT else "contin"
    attributes = {"ID": f"V{place}", "name": one.name, "files": "F1", "intrvl": kind, "nature": one.measure}
    if one.measure == "scale":
        attributes["nature"] = "interval"
    found = SubElement(parent, "var", {**attributes, "dcml": str(one.decimals)})
    _told(found, "labl", one.label)
    if one.question:
        _told(SubElement(found, "qstn"), "qstnLit", one.question)
    bounds = {name: f"{value:g}" for name, value in (("min", one.low), ("max", one.high)) if value is not None}
    if bounds:
        SubElement(SubElement(found, "valrng"), "range", bounds)
    if one.codes:
        invalid = SubElement(found, "invalrng")
        for code in sorted(one.codes):
            SubElement(invalid, "item", {"VALUE": str(code)})
    if one.note:
        _told(found, "txt", one.note)
    for missing, pairs in (("N", one.values), ("Y", data.missing_words(one))):
        for code, words in pairs:
            category = SubElement(found, "catgry", {"missing": missing})
            _told(category, "catValu", str(code))
            _told(category, "labl", words)
    _told(found, "varFormat", "").set("type", "character" if one.kind == TEXT else "numeric")


def _told(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = FORBIDDEN.sub("", text) or None
    return made
