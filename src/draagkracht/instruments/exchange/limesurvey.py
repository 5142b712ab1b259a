"""Reads a survey of LimeSurvey (.lss, versions 3 to 6) into a document. No Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange import limesurvey_questions
from draagkracht.instruments.exchange.fhir_words import language_code
from draagkracht.instruments.exchange.limesurvey_tables import NOT_CARRIED, Row, Survey, first_of, tables
from draagkracht.instruments.exchange.notes import WHOLE, Left, Place, item
from draagkracht.instruments.tables import gettext_noop

READ = {
    "LimeSurveyDocType", "DBVersion", "languages", "answers", "answer_l10ns", "groups", "group_l10ns", "questions",
    "question_l10ns", "subquestions", "question_attributes", "surveys", "surveys_languagesettings", "conditions",
}  # fmt: skip
# How it looks there; nothing of it is about the questions.
LOOKS = {"themes", "themes_inherited", "plugin_settings", "survey_url_parameters"}
PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+(?:\.[A-Za-z]+)?|INSERTANS:[0-9X]+[A-Za-z0-9_]*)\}")
UNFILLED = gettext_noop("“{name}” in a text is not filled in here")


def read(data: bytes, instruments: Mapping[str, Instrument]) -> tuple[Document, Left]:
    """The document in an .lss file, and what it cannot carry over. Raises Broken."""
    return _Reader(tables(data), instruments).document()


class _Reader(Survey):
    """The groups of a survey as sections, and their questions."""

    def document(self) -> tuple[Document, Left]:
        for table, rows in self.tables.items():
            if rows and table not in READ | LOOKS:
                self.gathering.leave(WHOLE, NOT_CARRIED, part=table)
        title = self._about()
        asked: dict[str, list[Row]] = {}
        for row in self.ordered("questions", "question_order"):
            if row.get("parent_qid", "0") in ("", "0"):
                asked.setdefault(row.get("gid", ""), []).append(row)
        groups = self.ordered("groups", "group_order")
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
