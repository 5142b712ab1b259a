"""The product's own table of a questionnaire, CSV or XLSX: one row a question. No Django.

    kind        code     condition  text nl    options nl                 min  max  ...
    title                           Werkdruk
    section     s1                  Jouw werk
    instrument  bat-12
    choice      shift               Dienst?    1 = vroeg | 2 = laat
    number      nights   {own.shift} = 2  ...                             0    31

Columns of words stand there once for each language: text, help, options, rows, unit, ends. `|` divides answers, rows and
ends; inside a word it is written \\|. `kind` is title, section (text: its title, help: its introduction), instrument, or
a kind of question. The wording of scales never stands in it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document, Element
from draagkracht.instruments.exchange import books
from draagkracht.instruments.exchange.fhir_words import language_code
from draagkracht.instruments.exchange.gathering import CODE, ROW, Condition, Gathering
from draagkracht.instruments.exchange.notes import Broken, Left, Note, Place, broken, item, of_fault, row
from draagkracht.instruments.exchange.source import Source
from draagkracht.instruments.questions import KINDS
from draagkracht.instruments.tables import Fault, Table, gettext_noop
from draagkracht.instruments.tables import read as read_table

PLAIN = ("kind", "code", "condition", "min", "max", "decimals", "longest", "direction", "strain")
WORDS = ("text", "help", "options", "rows", "unit", "ends")
SHEET = "questionnaire"
YES = {"yes": True, "no": False, "ja": True, "nee": False, "true": True, "false": False, "1": True, "0": False}
WHOLE = re.compile(r"-?\d{1,4}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,10}([.,]\d{1,6})?", re.ASCII)


def write_csv(source: Source) -> tuple[bytes, Left]:
    """The table as CSV in UTF-8."""
    header, rows, left = _table(source)
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return ("\ufeff" + text.getvalue()).encode(), left


def write_xlsx(source: Source) -> tuple[bytes, Left]:
    """The table as XLSX."""
    header, rows, left = _table(source)
    data, more = books.write({SHEET: (header, rows)})
    return data, left + more


def _table(source: Source) -> tuple[list[str], list[list[str]], Left]:
    draft = source.document
    languages = list(draft["languages"])
    header = [*PLAIN, *(f"{name} {language}" for language in languages for name in WORDS)]
    entries = [_entry({"kind": "title", "text": draft["title"]}, languages)]
    for section in draft["sections"]:
        about = {"code": section["id"], "text": section.get("title", {}), "help": section.get("text", {})}
        entries.append(_entry({"kind": "section", **about, "show_if": section.get("show_if", "")}, languages))
        entries += [_entry(_flat(element), languages) for element in section["elements"]]
    rows = [[books.guarded(entry.get(name, "")) for name in header] for entry in entries]
    return header, rows, [*_not_catalogue(source), *_other_languages(draft, languages)]


def _not_catalogue(source: Source) -> Left:
    unknown = [note for note in source.notes if note.place.values.get("name") not in source.scales]
    return [*unknown, *(Note(item(name), NAME_ONLY) for name in source.scales)]


def _other_languages(draft: Document, languages: list[str]) -> Left:
    found = {}
    for section in draft["sections"]:
        for part in (section, *section["elements"]):
            for name in ("title", "text", "help"):
                for language in set(part.get(name, {})) - set(languages):
                    found[language] = Note(
                        item(language), gettext_noop("texts in a language that is not chosen stay behind")
                    )
    return list(found.values())


def _flat(element: Element) -> dict[str, Any]:
    if element["type"] == "instrument":
        return {"kind": "instrument", "code": element["id"], "show_if": element.get("show_if", "")}
    return dict(element)


def _entry(part: Mapping[str, Any], languages: list[str]) -> dict[str, str]:
    """The cells of one row by column."""
    cells = {name: _cell(part.get(name)) for name in PLAIN} | {"condition": str(part.get("show_if") or "").strip()}
    for language in languages:
        for name in ("text", "help", "unit"):
            cells[f"{name} {language}"] = part.get(name, {}).get(language, "")
        for name, key in (("options", "value"), ("rows", "code")):
            pairs = [(str(one[key]), one["text"].get(language, "")) for one in part.get(name, ())]
            cells[f"{name} {language}"] = " | ".join(f"{key} = {books.escaped(text)}" for key, text in pairs)
        ends = [one.get(language, "") for one in part.get("ends", ())]
        cells[f"ends {language}"] = " | ".join(map(books.escaped, ends)) if any(ends) else ""
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def read(data: bytes, instruments: Mapping[str, Instrument], name: str = "") -> tuple[Document, Left]:
    """The document in a table, and what it cannot carry over. Raises Broken with the row of every fault."""
    if data[:4] == books.ZIP:
        books.check(data)
    try:
        table = read_table(data, name)
    except Fault as fault:
        raise Broken([of_fault(fault)]) from fault
    return _Reader(table, instruments).document()


class _Reader:
    def __init__(self, table: Table, instruments: Mapping[str, Instrument]) -> None:
        self.gathering = Gathering(instruments)
        self.columns = {name.lower(): place for place, name in reversed(list(enumerate(table.header))) if name}
        self.table, self.title = table, {}
        self.languages = list(
            dict.fromkeys(
                found for name in self.columns_in_order() if name.startswith("text ") and (found := _language(name))
            )
        )
        self.codes: set[str] = set()

    def columns_in_order(self) -> list[str]:
        return sorted(self.columns, key=lambda name: self.columns[name])

    def document(self) -> tuple[Document, Left]:
        if "kind" not in self.columns or not self.languages:
            missing = "kind" if "kind" not in self.columns else "text nl"
            raise broken(gettext_noop("there is no column “{name}”"), row(1), name=missing)
        wanted = {*PLAIN, *(f"{name} {language}" for language in self.languages for name in WORDS)}
        for name in self.columns_in_order():
            if name not in wanted:
                self.gathering.leave(row(1), gettext_noop("the column “{name}” is not carried over"), name=name)
        for number, cells in self.table.rows:
            self.row(row(number), cells)
        return self.gathering.document(self.title, self.languages), self.gathering.left

    def row(self, place: Place, cells: list[str]) -> None:
        given = {name: books.unguarded(cells[at]) for name, at in self.columns.items() if cells[at]}
        given = {name: value for name, value in given.items() if value.strip()}
        kind = given.get("kind", "").strip().lower()
        if not given:
            return
        if kind == "title":
            self.title = self.words(given, "text")
        elif kind == "section":
            self.section(given, place)
        elif kind == "instrument":
            self.instrument(given, place)
        elif kind in KINDS:
            self.question(kind, given, place)
        else:
            known = ", ".join(("title", "section", "instrument", *KINDS))
            self.gathering.fault(place, UNKNOWN_KIND, kind=given.get("kind", ""), known=known)

    def words(self, given: Mapping[str, str], name: str) -> dict[str, str]:
        return {one: given[f"{name} {one}"] for one in self.languages if f"{name} {one}" in given}

    def when(self, given: Mapping[str, str]) -> list[Condition]:
        text = given.get("condition", "").strip()
        return [lambda _: text] if text else []

    def section(self, given: Mapping[str, str], place: Place) -> None:
        name = given.get("code", "").strip()
        if name and not CODE.fullmatch(name):
            self.gathering.fault(place, NO_CODE, name=name)
        text = self.words(given, "help")
        self.gathering.section(self.words(given, "text"), place, name=name, when=self.when(given), text=text)

    def instrument(self, given: Mapping[str, str], place: Place) -> None:
        name = given.get("code", "").strip()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            self.gathering.fault(place, NO_CODE, name=name)
            return
        self.gathering.instrument(name, place, {}, self.when(given))

    def question(self, kind: str, given: Mapping[str, str], place: Place) -> None:
        code = given.get("code", "").strip()
        if not code:
            code = f"q{len(self.codes) + 1}"
            self.gathering.leave(place, gettext_noop("a question without a short name got one: {code}"), code=code)
        elif not CODE.fullmatch(code):
            self.gathering.fault(place, NO_CODE, name=code)
            return
        if code in self.codes:
            self.gathering.fault(place, gettext_noop("the short name {name} stands in the file twice"), name=code)
            return
        self.codes.add(code)
        more = {
            "options": self.listed(given, "options", "value", place),
            "rows": self.listed(given, "rows", "code", place),
            "ends": self.ends(given, place),
            "help": self.words(given, "help"),
            "unit": self.words(given, "unit"),
            "min": self.bound(given, "min", kind, place),
            "max": self.bound(given, "max", kind, place),
            "decimals": self.whole(given, "decimals", 0, 6, place),
            "longest": self.whole(given, "longest", 1, 4000, place),
            "direction": self.choice(given, "direction", DIRECTIONS, place),
            "strain": self.choice(given, "strain", YES, place),
        }
        self.gathering.question(code, kind, self.words(given, "text"), place, when=self.when(given), **more)

    def listed(self, given: Mapping[str, str], name: str, key: str, place: Place) -> list[dict[str, Any]]:
        """Answers or rows; every language has to name the same ones, in the same order."""
        found: list[dict[str, Any]] = []
        for language, cell in self.words(given, name).items():
            pairs = [part.partition("=") for part in books.parts(cell)]
            keys = [before.strip() for before, _, _ in pairs]
            pattern = WHOLE if key == "value" else ROW
            wrong = next((one for one in keys if not pattern.fullmatch(one)), None)
            if wrong is not None:
                self.gathering.fault(place, NO_PAIR, cell=wrong[:40], column=f"{name} {language}")
                return []
            if not found:
                found = [{key: int(one) if key == "value" else one, "text": {}} for one in keys]
            if [str(one[key]) for one in found] != [str(int(one)) if key == "value" else one for one in keys]:
                self.gathering.fault(place, DIFFERENT, column=f"{name} {language}")
                return []
            for one, (_, _, words) in zip(found, pairs, strict=True):
                one["text"].update({language: words.strip()} if words.strip() else {})
        return found

    def ends(self, given: Mapping[str, str], place: Place) -> list[dict[str, str]]:
        found: list[dict[str, str]] = [{}, {}]
        for language, cell in self.words(given, "ends").items():
            parts = books.parts(cell)
            if len(parts) != 2:
                self.gathering.fault(place, gettext_noop("“{column}” must be two words with | between"), column="ends")
                return []
            for target, text in zip(found, parts, strict=True):
                target.update({language: text} if text else {})
        return found if any(found) else []

    def bound(self, given: Mapping[str, str], name: str, kind: str, place: Place) -> Any:
        text = given.get(name, "").strip()
        if kind in ("date", "time"):
            # A spreadsheet program makes a moment of a date, and adds seconds to a time.
            return text[: 10 if kind == "date" else 5] or None
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self.gathering.fault(place, NO_NUMBER, column=name, value=text[:40])
            return None
        value = float(text.replace(",", "."))
        return int(value) if value == int(value) else value

    def whole(self, given: Mapping[str, str], name: str, low: int, high: int, place: Place) -> int | None:
        text = given.get(name, "").strip()
        if text and not (WHOLE.fullmatch(text) and low <= int(text) <= high):
            self.gathering.fault(place, NO_NUMBER, column=name, value=text[:40])
            return None
        return int(text) if text else None

    def choice(self, given: Mapping[str, str], name: str, known: Mapping[str, Any], place: Place) -> Any:
        text = given.get(name, "").strip().lower()
        if text and text not in known:
            self.gathering.fault(place, NO_CHOICE, column=name, value=text[:40], known=", ".join(known))
        return known.get(text)


NAME_ONLY = gettext_noop("of a scale of the catalogue the table holds the name, never the questions")
DIRECTIONS = {"favourable": "favourable", "unfavourable": "unfavourable"}
UNKNOWN_KIND = gettext_noop("there is no kind “{kind}”; there are {known}")
NO_CODE = gettext_noop("“{name}” cannot be a short name: lower case letters, digits and _, a letter first")
NO_PAIR = gettext_noop("“{cell}” in the column “{column}” must be a number or short name, =, and its words")
DIFFERENT = gettext_noop("the column “{column}” names other answers than the first language")
NO_NUMBER = gettext_noop("“{value}” in the column “{column}” is not a number that fits there")
NO_CHOICE = gettext_noop("“{value}” in the column “{column}” must be one of {known}")


def _language(column: str) -> str:
    name = column.partition(" ")[2]
    return name if language_code(name) == name else ""
