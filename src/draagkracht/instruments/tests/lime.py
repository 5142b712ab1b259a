"""Writes survey files as LimeSurvey does: version 3 with the words in every row, version 6 in tables of their own."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

LANGUAGES = ("nl", "en")


def survey(
    questions: Sequence[dict[str, Any]], version: int = 6, group: dict[str, Any] | None = None, more: str = ""
) -> bytes:
    """`questions`: type, title, text (by language), relevance, help, answers [(code, words)], inside [(code, words)],
    attributes, and any other column of the table."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in (
        "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "question_l10ns", "subquestions",
        "question_attributes",
    )}  # fmt: skip
    said = group or {}
    words = said.get("text", {"nl": "Deel", "en": "Part"})
    number = {"gid": 7, "group_order": 0, "grelevance": said.get("relevance", "")}
    _words(
        tables,
        "groups",
        "group_l10ns",
        number,
        version,
        lambda one: {"group_name": words.get(one, ""), "description": ""},
    )
    for place, one in enumerate(questions, start=1):
        _question(tables, place, one, version)
    about = [
        {"surveyls_survey_id": 11, "surveyls_language": one, "surveyls_title": f"Peiling {one}"} for one in LANGUAGES
    ]
    tables["surveys"] = [{"sid": 11, "language": "nl", "additional_languages": "en"}]
    tables["surveys_languagesettings"] = about
    body = "".join(_table(name, rows) for name, rows in tables.items() if rows)
    spoken = "".join(f"<language>{one}</language>" for one in LANGUAGES)
    head = f"<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>{365 if version == 3 else 640}</DBVersion>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<document>{head}<languages>{spoken}</languages>{body}{more}</document>'
    return text.encode()


def _question(tables: dict[str, list[dict[str, Any]]], place: int, one: dict[str, Any], version: int) -> None:
    kept = {"text", "help", "answers", "inside", "attributes"}
    row = {"qid": place, "parent_qid": 0, "sid": 11, "gid": 7, "question_order": place, "relevance": "1"}
    row |= {name: value for name, value in one.items() if name not in kept}
    both = lambda language: {"question": one["text"].get(language, ""), "help": one.get("help", {}).get(language, "")}  # noqa: E731
    _words(tables, "questions", "question_l10ns", row, version, both)
    for number, (code, words) in enumerate(one.get("inside", ()), start=1):
        sub = {
            "qid": place * 100 + number,
            "parent_qid": place,
            "gid": 7,
            "type": "T",
            "title": code,
            "question_order": number,
        }
        _words(
            tables,
            "subquestions",
            "question_l10ns",
            sub,
            version,
            lambda language, words=words: {"question": words.get(language, "")},
        )
    for number, (code, words) in enumerate(one.get("answers", ()), start=1):
        answer = {"aid": place * 1000 + number, "qid": place, "code": code, "sortorder": number, "scale_id": 0}
        _words(
            tables,
            "answers",
            "answer_l10ns",
            answer,
            version,
            lambda language, words=words: {"answer": words.get(language, "")},
        )
    for name, value in one.get("attributes", {}).items():
        tables["question_attributes"].append({"qid": place, "attribute": name, "value": value})


def _words(tables, table, spoken, row, version, words) -> None:
    key = "aid" if table == "answers" else "gid" if table == "groups" else "qid"
    if version == 3:
        bare = {name: value for name, value in row.items() if name != "aid"}
        tables[table] += [{**bare, **words(one), "language": one} for one in LANGUAGES]
    else:
        tables[table].append(row)
        tables[spoken] += [{key: row[key], **words(one), "language": one} for one in LANGUAGES]


def _table(name: str, rows: list[dict[str, Any]]) -> str:
    fields = "".join(f"<fieldname>{one}</fieldname>" for one in rows[0])
    made = "".join(
        "<row>" + "".join(f"<{key}>{_cell(value)}</{key}>" for key, value in row.items()) + "</row>" for row in rows
    )
    return f"<{name}><fields>{fields}</fields><rows>{made}</rows></{name}>"


def _cell(value: Any) -> str:
    text = str(value)
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)
