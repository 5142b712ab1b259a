"""A questionnaire as an XLSForm: the sheets survey, choices and settings (ODK, KoboToolbox). No Django.

Sections, scales and matrices are groups, statements are notes. What XLSForm has no column for stands in columns whose
names begin with draagkracht_; other programs pass over them. The format is described by xlsform.org (CC BY 4.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments import conditions, document
from draagkracht.instruments.conditions import ConditionError
from draagkracht.instruments.document import Element
from draagkracht.instruments.exchange import books
from draagkracht.instruments.exchange.notes import Left, Note, item
from draagkracht.instruments.exchange.source import Source
from draagkracht.instruments.exchange.xpath import NoWords, xpath
from draagkracht.instruments.own_scales import OWN, YES_NO, options
from draagkracht.instruments.questions import Question
from draagkracht.instruments.tables import gettext_noop

TYPES = {
    "number": "integer", "date": "date", "time": "time", "text": "text", "scale": "range", "statement": "note",
}  # fmt: skip
SELECTS = {
    "choice": "select_one",
    "likert": "select_one",
    "yesno": "select_one",
    "multiple": "select_multiple",
    "ranking": "rank",
}
PLAIN = ("type", "name", "relevant", "constraint", "appearance", "parameters")
OURS = ("kind", "condition", "min", "max", "decimals", "direction", "strain")
WORDS = ("label", "hint")
OUR_WORDS = ("unit", "low", "high")
Options = list[tuple[int, Mapping[str, str]]]

ALWAYS = gettext_noop(
    "other programs always show this: XLSForm has no words for the condition, which goes along for us only"
)
FOR_US = gettext_noop("{part} goes along for us only: XLSForm has no column for it")
PLACEHOLDER = gettext_noop("“${{” would name a question there and is written “$ {{”")


def write(source: Source) -> tuple[bytes, Left]:
    """The workbook, and what other programs will not see."""
    return _Writer(source).book()


def language_name(code: str) -> str:
    """A language as XLSForm names it: Dutch (nl)."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code, sep="-").english_name or code
    except (UnknownLocaleError, ValueError):
        name = code
    return f"{re.sub(r'[():]', '', name)} ({code})"


class _Writer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.languages = list(source.document["languages"]) or [source.language]
        self.columns = {language: language_name(language) for language in self.languages}
        self.left: Left = list(source.notes)
        self.kinds = source.kinds
        self.names = {code: code.removeprefix(f"{OWN}.") for code in self.kinds}
        self.rows: list[dict[str, str]] = []
        self.choices: list[dict[str, str]] = []
        self.lists: dict[str, str] = {}

    def leave(self, place: str, template: str, **values: Any) -> None:
        self.left.append(Note(item(place), template, values))

    def book(self) -> tuple[bytes, Left]:
        draft = self.source.document
        for section in draft["sections"]:
            self.section(section)
        told = [self.columns[language] for language in self.languages]
        header = [*PLAIN[:2], *(f"{name}::{one}" for name in WORDS for one in told), *PLAIN[2:]]
        header += [f"draagkracht_{name}" for name in OURS]
        header += [f"draagkracht_{name}::{one}" for name in OUR_WORDS for one in told]
        answers = ["list_name", "name", *(f"label::{one}" for one in told)]
        data, more = books.write(
            {
                "survey": (header, [[row.get(name, "") for name in header] for row in self.rows]),
                "choices": (answers, [[row.get(name, "") for name in answers] for row in self.choices]),
                "settings": self.settings(),
            }
        )
        return data, self.left + more

    def settings(self) -> tuple[list[str], list[list[str]]]:
        title = self.source.document["title"]
        cells = {
            "form_title": title.get(self.languages[0], "") or next(iter(title.values()), "") or "-",
            "form_id": "q-" + (self.source.digest[:16] or "draft"),
            "version": str(self.source.number),
            "default_language": self.columns[self.languages[0]],
            "draagkracht_languages": " ".join(self.source.document["languages"]),
        }
        cells |= {f"draagkracht_title_{language}": text for language, text in title.items()}
        if self.source.copyright():
            cells["draagkracht_copyright"] = self.source.copyright()
        return list(cells), [list(cells.values())]

    def add(self, kind: str, name: str, part: Mapping[str, Any], words: Mapping[str, str], **cells: str) -> None:
        row = {"type": kind, "name": name, **cells} | self.spoken("label", words, name)
        row |= self.spoken("hint", part.get("help", {}), name)
        text = document.condition(part)
        if text:
            row["draagkracht_condition"] = text
            try:
                row["relevant"] = xpath(conditions.parse(text), self.kinds, self.names)
            except (ConditionError, NoWords):
                self.leave(name, ALWAYS)
        self.rows.append(row)

    def spoken(self, column: str, words: Mapping[str, str], name: str) -> dict[str, str]:
        """Texts by column; an earlier answer in a text is named as XLSForm does."""
        found = {}
        for language, text in words.items():
            if language not in self.columns:
                self.leave(name, gettext_noop("texts in a language that is not chosen stay behind"))
                continue
            if "${" in text:
                self.leave(name, PLACEHOLDER)
                text = text.replace("${", "$ {")
            for code, short in self.names.items():
                text = text.replace(f"{{{code}}}", f"${{{short}}}") if code.startswith(f"{OWN}.") else text
            found[f"{column}::{self.columns[language]}"] = text
        return found

    def section(self, section: Mapping[str, Any]) -> None:
        name = f"section-{section['id']}"
        self.add("begin_group", name, {**section, "help": {}}, section.get("title", {}))
        if any(section.get("text", {}).values()):
            self.add("note", f"{name}-text", {}, section["text"])
        for element in section["elements"]:
            if element["type"] == "instrument":
                self.scale(element)
            elif element["kind"] == "matrix":
                self.matrix(element)
            else:
                self.question(element)
        self.rows.append({"type": "end_group", "name": name})

    def scale(self, element: Element) -> None:
        name = f"scale-{element['id']}"
        one = self.source.scales.get(element["id"])
        self.add("begin_group", name, element, one.title if one else {}, draagkracht_kind="instrument")
        for asked in self.source.questions.get(element["id"], ()):
            listed = self.listed(asked.code, list(asked.options))
            words = asked.text or {language: asked.code for language in self.languages}
            self.add(f"select_one {listed}", self.names[asked.code], {}, words, appearance="likert")
        self.rows.append({"type": "end_group", "name": name})

    def matrix(self, element: Element) -> None:
        more = {"draagkracht_kind": "matrix", **self.meaning(element, element["code"])}
        self.add("begin_group", element["code"], element, element["text"], appearance="table-list", **more)
        listed = self.listed(element["code"], [(one["value"], one["text"]) for one in element.get("options", ())])
        for one in document.asked(element):
            self.add(f"select_one {listed}", one["code"], {}, one["text"])
        if not element.get("rows"):
            self.leave(element["code"], gettext_noop("a matrix without rows leaves its answers behind"))
        self.rows.append({"type": "end_group", "name": element["code"]})

    def question(self, element: Element) -> None:
        code, kind = element["code"], element["kind"]
        cells = {"draagkracht_kind": kind} | self.meaning(element, code)
        if kind in SELECTS:
            answers = list(YES_NO) if kind == "yesno" else [(value, words) for value, words in options(element)]
            listed = "yes_no" if kind == "yesno" else ""
            made = f"{SELECTS[kind]} {self.listed(code, answers, listed)}"
            cells |= {"appearance": "likert"} if kind == "likert" else {}
        else:
            made = "decimal" if kind == "number" and element.get("decimals") else TYPES[kind]
        if kind == "scale":
            cells["parameters"] = "start=0 end=10 step=1"
        cells |= self.bounds(element, code)
        self.add(made, code, element, element["text"], **cells)

    def meaning(self, element: Element, code: str) -> dict[str, str]:
        cells = {
            f"draagkracht_{name}": str(element[name]).lower() for name in ("direction", "strain") if name in element
        }
        if cells:
            self.leave(code, FOR_US, part="direction")
        if element.get("decimals"):
            cells["draagkracht_decimals"] = str(element["decimals"])
        low, high = element.get("ends") or ({}, {})
        for name, words in (("unit", element.get("unit", {})), ("low", low), ("high", high)):
            found = self.spoken(f"draagkracht_{name}", words, code)
            if any(found.values()):
                cells |= found
                self.leave(code, FOR_US, part=name)
        return cells

    def bounds(self, element: Element, code: str) -> dict[str, str]:
        kind, low, high = element["kind"], element.get("min"), element.get("max")
        if kind == "text":
            return {"constraint": f"string-length(.) <= {element['longest']}"} if "longest" in element else {}
        cells = {
            f"draagkracht_{name}": str(value) for name, value in (("min", low), ("max", high)) if value is not None
        }
        if cells and kind in ("number", "date"):
            said = [(">=", low), ("<=", high)]
            cells["constraint"] = " and ".join(f". {sign} {_bound(value)}" for sign, value in said if value is not None)
        elif cells:
            self.leave(code, FOR_US, part="min, max")
        return cells

    def listed(self, code: str, answers: Options, name: str = "") -> str:
        """The name of the list with these answers; the same answers make one list."""
        key = repr([(value, sorted(words.items())) for value, words in answers]) + name
        if key not in self.lists:
            self.lists[key] = name or f"{code.removeprefix(f'{OWN}.')}-answers"
            for value, words in answers:
                row = {"list_name": self.lists[key], "name": str(value)}
                given = {language: words.get(language, "") or str(value) for language in self.languages}
                self.choices.append(row | self.spoken("label", given, code))
        return self.lists[key]


def _bound(value: Any) -> str:
    if isinstance(value, str):
        return f"date('{value}')" if Question("x", "x", "x", {}, "date").accepts(value) else f"'{value}'"
    return f"{value}"
