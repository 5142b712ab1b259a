"""Reads a survey of LimeSurvey (.lss, versions 3 to 6) into a document. No Django.

The file is XML: one element for each table of the database, with its rows. Version 3 has the words in the rows of groups,
questions and answers, one row a language; from version 4 they stand in tables of their own (group_l10ns, ...).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange import limesurvey_questions
from draagkracht.instruments.exchange.fhir_words import language_code
from draagkracht.instruments.exchange.foreign import LIME, translate
from draagkracht.instruments.exchange.gathering import Condition, Gathering
from draagkracht.instruments.exchange.notes import WHOLE, Left, Place, broken, item, line
from draagkracht.instruments.exchange.plain_text import plain
from draagkracht.instruments.tables import gettext_noop

Row = dict[str, str]
READ = {
    "LimeSurveyDocType", "DBVersion", "languages", "answers", "answer_l10ns", "groups", "group_l10ns", "questions",
    "question_l10ns", "subquestions", "question_attributes", "surveys", "surveys_languagesettings", "conditions",
}  # fmt: skip
# How it looks there; nothing of it is about the questions.
LOOKS = {"themes", "themes_inherited", "plugin_settings", "survey_url_parameters"}
MOST_ROWS = 50_000
PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+(?:\.[A-Za-z]+)?|INSERTANS:[0-9X]+[A-Za-z0-9_]*)\}")
NOT_CARRIED = gettext_noop("“{part}” is not carried over")
FORMATTING = gettext_noop("formatting, pictures and links in a text are not carried over: the words are")
UNFILLED = gettext_noop("“{name}” in a text is not filled in here")


def read(data: bytes, instruments: Mapping[str, Instrument]) -> tuple[Document, Left]:
    """The document in an .lss file, and what it cannot carry over. Raises Broken."""
    return Reader(_tables(data), instruments).document()


def _tables(data: bytes) -> dict[str, list[Row]]:
    """Table -> rows. Raises Broken with the line."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except ParseError as error:
        raise broken(gettext_noop("this is not readable XML"), line(error.position[0])) from error
    except DefusedXmlException as error:
        raise broken(gettext_noop("a document type or entities have no place in such a file")) from error
    except (ValueError, LookupError) as error:
        raise broken(gettext_noop("the encoding of this file is not known; save it as UTF-8")) from error
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        raise broken(gettext_noop("this is not a survey of LimeSurvey (.lss)"), found=kind or root.tag)
    found = {table.tag: [_row(row) for row in table.iterfind("rows/row")] for table in root}
    found["languages"] = [{"language": one.text or ""} for one in root.iterfind("languages/language")]
    if sum(map(len, found.values())) > MOST_ROWS:
        raise broken(gettext_noop("more than {most} rows"), most=MOST_ROWS)
    return found


def _row(element: Any) -> Row:
    return {cell.tag: (cell.text or "").strip() for cell in element}


class Reader:
    """`texts[table][id]` -> language -> row, whichever version wrote the file."""

    def __init__(self, tables: Mapping[str, list[Row]], instruments: Mapping[str, Instrument]) -> None:
        self.tables, self.gathering = tables, Gathering(instruments)
        survey = (tables.get("surveys") or [{}])[0]
        self.sid = survey.get("sid", "")
        named = [survey.get("language", ""), *survey.get("additional_languages", "").split()]
        named += [row["language"] for row in tables["languages"]]
        self.languages = list(dict.fromkeys(filter(None, map(language_code, named)))) or ["nl"]
        self.attributes: dict[str, dict[str, str]] = {}
        for row in tables.get("question_attributes", ()):
            if row.get("value"):
                self.attributes.setdefault(row.get("qid", ""), {}).setdefault(row.get("attribute", ""), row["value"])
        self.inside: dict[str, list[Row]] = {}
        for row in self._ordered("subquestions", "question_order"):
            self.inside.setdefault(row.get("parent_qid", ""), []).append(row)
        self.answers: dict[str, list[Row]] = {}
        for row in self._ordered("answers", "sortorder"):
            self.answers.setdefault(row.get("qid", ""), []).append(row)
        self.words_of = {
            table: self._index(table, key)
            for table, key in (
                ("group_l10ns", "gid"), ("question_l10ns", "qid"), ("answer_l10ns", "aid"), ("groups", "gid"),
                ("questions", "qid"), ("subquestions", "qid"),
            )
        }  # fmt: skip

    def _index(self, table: str, key: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.tables.get(table, ()):
            found.setdefault(row.get(key, ""), []).append(row)
        return found

    def _ordered(self, table: str, order: str) -> list[Row]:
        return sorted(self.tables.get(table, ()), key=lambda row: _whole(row.get(order, "")))

    def document(self) -> tuple[Document, Left]:
        for table, rows in self.tables.items():
            if rows and table not in READ | LOOKS:
                self.gathering.leave(WHOLE, NOT_CARRIED, part=table)
        title = self._about()
        asked: dict[str, list[Row]] = {}
        for row in self._ordered("questions", "question_order"):
            if row.get("parent_qid", "0") in ("", "0"):
                asked.setdefault(row.get("gid", ""), []).append(row)
        groups = self._ordered("groups", "group_order")
        for gid, group in first_of(groups, "gid").items():
            self.group(gid, group, asked.pop(gid, []))
        for rows in asked.values():
            for row in first_of(rows, "qid").values():
                self.gathering.fault(
                    item(row.get("title", "-")), gettext_noop("this question stands in a group that is not in the file")
                )
        self._carry()
        return self.gathering.document(title, self.languages), self.gathering.left

    def _about(self) -> dict[str, str]:
        title = {}
        for row in self.tables.get("surveys_languagesettings", ()):
            language = language_code(row.get("surveyls_language", ""))
            title[language] = self.text(row.get("surveyls_title", ""), WHOLE)
            for part in ("surveyls_description", "surveyls_welcometext", "surveyls_endtext", "surveyls_policy_notice"):
                if row.get(part):
                    self.gathering.leave(WHOLE, NOT_CARRIED, part=part)
        return {language: text for language, text in title.items() if language in self.languages}

    def group(self, gid: str, group: Row, questions: list[Row]) -> None:
        """A group is a section."""
        title = self.words("group", gid, group, "group_name")
        name = next(iter(title.values()), gid)
        place = item(name)
        text = self.words("group", gid, group, "description")
        when = self.when(group.get("grelevance", ""))
        if group.get("randomization_group"):
            self.gathering.leave(place, NOT_CARRIED, part="randomization_group")
        self.gathering.section(title, place, when=when, text=text)
        for row in first_of(questions, "qid").values():
            limesurvey_questions.question(row, self)

    def when(self, relevance: str) -> list[Condition]:
        """The condition in a relevance equation."""
        text = relevance.strip()
        if text in ("", "1"):
            return []

        def translated(gathering: Gathering) -> Tree | str | None:
            return translate(text.strip("{} "), LIME, gathering)

        return [translated]

    def words(self, kind: str, number: str, row: Row, column: str) -> dict[str, str]:
        """language -> plain text of a group, question, subquestion or answer."""
        rows = self.words_of[f"{kind}_l10ns"].get(number) if kind != "subquestion" else None
        if not rows:
            rows = self.words_of.get("question_l10ns", {}).get(number) if kind == "subquestion" else None
        rows = rows or self.words_of.get(f"{kind}s", {}).get(number) or [row]
        found = {}
        for one in rows:
            language = language_code(one.get("language", "")) or self.languages[0]
            text = self.text(one.get(column, ""), item(row.get("title") or number))
            if text and language in self.languages:
                found[language] = text
        return found

    def text(self, text: str, place: Place) -> str:
        """The words of a text with HTML in it."""
        found, lost = plain(text)
        if lost:
            self.gathering.leave(place, FORMATTING)
        return found

    def _carry(self) -> None:
        """Earlier answers in texts are named as we do; what cannot be filled in is listed."""
        for section in self.gathering.sections:
            for part in (section, *section["elements"]):
                self._carry_in(part, item(part.get("code") or part["id"]))

    def _carry_in(self, part: Any, place: Place) -> None:
        pairs = part.items() if isinstance(part, dict) else enumerate(part)
        for name, value in list(pairs):
            if isinstance(value, str) and name in self.languages:
                part[name] = PLACEHOLDER.sub(lambda found: self._named(found, place), value)
            elif isinstance(value, (dict, list)) and name != "elements":
                self._carry_in(value, place)

    def _named(self, found: re.Match[str], place: Place) -> str:
        name = found[1].removeprefix("INSERTANS:").partition(".")[0]
        known = self.gathering.known.get(name)
        if known is None or not known.code.startswith("own."):
            self.gathering.leave(place, UNFILLED, name=found[0])
            return found[0]
        return f"{{{known.code}}}"


def first_of(rows: list[Row], key: str) -> dict[str, Row]:
    """The first row of each: version 3 has one for every language."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), row)
    return found


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0
