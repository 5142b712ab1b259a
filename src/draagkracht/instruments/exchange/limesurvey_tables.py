"""The tables of a LimeSurvey file, the words in them and the relevance of what stands there. No Django.

The file is XML: one element for each table of the database, with its rows. Version 3 has the words in the rows of groups,
questions and answers, one row a language; from version 4 they stand in tables of their own (group_l10ns, ...).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.exchange.fhir_words import language_code
from draagkracht.instruments.exchange.foreign import LIME, translate
from draagkracht.instruments.exchange.gathering import Condition, Gathering
from draagkracht.instruments.exchange.limits import LONGEST, TOO_LONG
from draagkracht.instruments.exchange.notes import Place, broken, item, line
from draagkracht.instruments.exchange.plain_text import plain
from draagkracht.instruments.tables import gettext_noop

Row = dict[str, str]
MOST_ROWS = 50_000
LONGEST_HTML = 10 * LONGEST
NOT_CARRIED = gettext_noop("“{part}” is not carried over")
FORMATTING = gettext_noop("formatting, pictures and links in a text are not carried over: the words are")


def tables(data: bytes) -> dict[str, list[Row]]:
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


class Survey:
    """What questions are read from. `inside`, `answers`: subquestions and answers by the number of their question;
    `attributes`: number of a question -> name -> value; `sid`: the number of the survey."""

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
        for row in self.ordered("subquestions", "question_order"):
            self.inside.setdefault(row.get("parent_qid", ""), []).append(row)
        self.answers: dict[str, list[Row]] = {}
        for row in self.ordered("answers", "sortorder"):
            self.answers.setdefault(row.get("qid", ""), []).append(row)
        self.words_of = {
            table: self._index(table, key)
            for table, key in (
                ("group_l10ns", "gid"), ("question_l10ns", "qid"), ("answer_l10ns", "aid"), ("groups", "gid"),
                ("questions", "qid"), ("subquestions", "qid"),
            )
        }  # fmt: skip

    def _index(self, table: str, key: str) -> dict[str, list[Row]]:
        """The rows of each, one a language: the last of a language counts."""
        found: dict[str, dict[str, Row]] = {}
        for row in self.tables.get(table, ()):
            found.setdefault(row.get(key, ""), {})[row.get("language", "")] = row
        return {name: list(rows.values()) for name, rows in found.items()}

    def ordered(self, table: str, order: str) -> list[Row]:
        """The rows of a table, by a column with numbers."""
        return sorted(self.tables.get(table, ()), key=lambda row: _whole(row.get(order, "")))

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
        if len(text) > LONGEST_HTML:
            raise broken(TOO_LONG, place, most=LONGEST_HTML)
        found, lost = plain(text)
        if lost:
            self.gathering.leave(place, FORMATTING)
        return found


def first_of(rows: list[Row], key: str) -> dict[str, Row]:
    """The first row of each: version 3 has one for every language."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), row)
    return found


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0
