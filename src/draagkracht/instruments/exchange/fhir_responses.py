"""Answers as FHIR QuestionnaireResponses (R5, R4B), and such responses as answers. No Django.

"Rather not say" is an item without an answer and the extension data-absent-reason (asked-declined). "None of these" of a
question with several answers is an item without an answer and an extension of our own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from draagkracht.instruments import document
from draagkracht.instruments.content import Content
from draagkracht.instruments.document import Element
from draagkracht.instruments.exchange.fhir_words import (
    CORE,
    OURS,
    RESPONDENT,
    Resource,
    extension,
    read_json,
    validate,
    valued,
)
from draagkracht.instruments.exchange.notes import Broken, Left, Note, Place, broken, item
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Answer, NotAnAnswer, Question
from draagkracht.instruments.tables import MOST_ROWS, Table, decode, gettext_noop

ABSENT = f"{CORE}data-absent-reason"
NONE = f"{OURS}none"
DECLINED = "asked-declined"
NO_VALUE = gettext_noop("this is not an answer to {code}")
NO_QUESTION = gettext_noop("this questionnaire has no question {code}")
OTHER = gettext_noop("this answers another questionnaire: {found}")


@dataclass(frozen=True)
class Response:
    """One respondent: answers by question code, who (an identifier, '' for nobody) and when (an ISO date or '')."""

    answers: dict[str, Answer]
    who: str = ""
    day: str = ""


def write(
    content: Content,
    answers: Mapping[str, Answer],
    day: datetime.date,
    *,
    address: str,
    number: int,
    who: str = "",
    language: str = "nl",
    version: str = "R5",
) -> Resource:
    """One person's answers to a published version, checked against FHIR. `who` is a pseudonym; '' names nobody."""
    draft = content.document or document.of_instruments(content.title, list(content.instruments), content.languages)
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{address}|{number}",
        "status": "completed",
        "authored": day.isoformat(),
    }
    if who:
        made["subject"] = {"identifier": {"system": RESPONDENT, "value": who}}
    sections = []
    for section in draft["sections"]:
        inner = [one for element in section["elements"] for one in _element(element, content, answers, language)]
        if inner:
            sections.append({"linkId": f"section/{section['id']}", "item": inner})
    if sections:
        made["item"] = sections
    validate(made, version)
    return made


def bundle(responses: list[Resource], version: str = "R5") -> bytes:
    """Responses together in one file."""
    made: Resource = {"resourceType": "Bundle", "type": "collection"}
    if responses:
        made["entry"] = [{"resource": one} for one in responses]
    validate(made, version)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _element(element: Element, content: Content, answers: Mapping[str, Answer], language: str) -> list[Resource]:
    """The items of one element that were answered, in a group where the questionnaire has one."""
    if element["type"] == "instrument":
        asked = [one for one in content.questions if one.instrument == element["id"]]
        inner = [_item(one, answers[one.code], language) for one in asked if one.code in answers]
        return [{"linkId": f"scale/{element['id']}", "item": inner}] if inner else []
    codes = [f"{OWN}.{one['code']}" for one in document.asked(element)]
    inner = [_item(content.question[code], answers[code], language) for code in codes if code in answers]
    if element["kind"] == "matrix":
        return [{"linkId": f"{OWN}.{element['code']}", "item": inner}] if inner else []
    return inner


def _item(question: Question, answer: Answer, language: str) -> Resource:
    made: Resource = {"linkId": question.code}
    if answer is None:
        return made | {"extension": [extension(ABSENT, valueCode=DECLINED)]}
    if answer == []:
        return made | {"extension": [extension(NONE, valueBoolean=True)]}
    values = answer if isinstance(answer, list) else [answer]
    return made | {"answer": [_value(question, value, language) for value in values]}


def _value(question: Question, value: Any, language: str) -> Resource:
    kind = question.kind
    if kind == "yesno":
        return {"valueBoolean": bool(value)}
    if kind in ("scale", "number"):
        return {"valueInteger": value} if isinstance(value, int) else {"valueDecimal": value}
    if kind in ("date", "text"):
        return {"valueDate" if kind == "date" else "valueString": value}
    if kind == "time":
        return {"valueTime": f"{value}:00"}
    words = question.label(value, language)
    return {"valueCoding": {"code": str(value)} | ({"display": words} if words else {})}


def read(data: bytes, content: Content, canonical: str = "") -> list[Response]:
    """Every response in a file (one, a Bundle, or one a line) to a version of ours.

    `canonical`: address|number that the responses must name, if given. Raises Broken with the path of every fault.
    """
    faults: Left = []
    found = [_read_one(one, path, content, canonical, faults) for path, one in _resources(data)]
    if faults:
        raise Broken(faults[:50])
    return found


def table(data: bytes) -> Table:
    """The responses of a file as a table: one row each, a column for each linkId, and `subject` and `authored`.

    For answers whose questionnaire is not in the file. Rows are numbered as the responses stand in the file, from 1.
    Raises Broken.
    """
    rows = []
    columns: dict[str, None] = {"subject": None, "authored": None}
    for number, (_, one) in enumerate(_resources(data), start=1):
        cells = {"subject": _who(one), "authored": str(one.get("authored", ""))[:10]}
        for _, each in _items(one, ""):
            values = [_text(value) for value in each.get("answer", ())]
            if values:
                cells[each["linkId"]] = ",".join(values)
        columns.update(dict.fromkeys(cells))
        rows.append((number, cells))
    return Table(list(columns), [(number, [cells.get(name, "") for name in columns]) for number, cells in rows])


def is_json(data: bytes, name: str) -> bool:
    """Whether a file of answers is FHIR rather than a table."""
    return name.lower().endswith((".json", ".ndjson")) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _resources(data: bytes) -> Iterator[tuple[str, Resource]]:
    """(path, response) of every response in the file, each checked against FHIR."""
    for path, one in _unpacked(data):
        if one.get("resourceType") != "QuestionnaireResponse":
            wrong = str(one.get("resourceType"))
            raise broken(gettext_noop("this is a {found}, not a QuestionnaireResponse"), item(path or "-"), found=wrong)
        try:
            validate(one, "R5" if one.get("questionnaire") else "R4B")
        except Broken as error:
            raise Broken(
                Note(item(f"{path}.{note.place}".lstrip(".")), note.template, note.values) for note in error.notes
            ) from error
        yield path, one


def _unpacked(data: bytes) -> Iterator[tuple[str, Resource]]:
    lines = [line for line in decode(data).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{"):
        for number, line in enumerate(lines, start=1):
            try:
                yield f"line {number}", read_json(line.encode())
            except Broken as error:
                note = error.notes[0]
                place = Place(gettext_noop("line {line}"), {"line": number})
                raise Broken([Note(place, note.template, note.values)]) from error
        return
    found = read_json(data)
    if found["resourceType"] != "Bundle":
        yield "", found
        return
    entries = found.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries) or len(entries) > MOST_ROWS:
        raise broken(gettext_noop("this Bundle cannot be read"), item("entry"))
    for number, entry in enumerate(entries):
        resource = entry.get("resource")
        yield f"entry[{number}].resource", resource if isinstance(resource, dict) else {}


def _items(part: Resource, path: str) -> Iterator[tuple[str, Resource]]:
    """(path, item) of every item at any depth, those inside answers too."""
    for number, one in enumerate(part.get("item", ())):
        where = f"{path}.item[{number}]".lstrip(".")
        yield where, one
        yield from _items(one, where)
        for place, answer in enumerate(one.get("answer", ())):
            yield from _items(answer, f"{where}.answer[{place}]")


def _read_one(one: Resource, path: str, content: Content, canonical: str, faults: Left) -> Response:
    if canonical and one.get("questionnaire") != canonical:
        faults.append(
            Note(item(f"{path}.questionnaire".lstrip(".")), OTHER, {"found": str(one.get("questionnaire"))[:200]})
        )
    answers: dict[str, Answer] = {}
    for where, each in _items(one, path):
        code, place = each["linkId"], item(where)
        given = each.get("answer")
        if code not in content.question:
            if given and not code.startswith("scale/"):
                faults.append(Note(place, NO_QUESTION, {"code": code}))
            continue
        if code in answers:
            faults.append(Note(place, gettext_noop("{code} is answered twice"), {"code": code}))
        try:
            if given:
                answers[code] = content.question[code].answer(_answered(content.question[code], given))
            elif valued(each, ABSENT):
                answers[code] = None
            elif valued(each, NONE):
                answers[code] = content.question[code].answer([])
        except (NotAnAnswer, ValueError):
            faults.append(Note(place, NO_VALUE, {"code": code}))
    return Response(answers, _who(one), str(one.get("authored", ""))[:10])


def _who(one: Resource) -> str:
    return str((one.get("subject") or {}).get("identifier", {}).get("value", ""))


def _answered(question: Question, given: list[Resource]) -> Any:
    """The value as `Question.answer` takes it. Raises ValueError."""
    values = [_plain(question, one) for one in given]
    if question.kind in ("multiple", "ranking"):
        return values
    if len(values) > 1:
        raise ValueError(question.code)
    return values[0]


def _plain(question: Question, one: Resource) -> Any:
    name = next((key for key in one if key.startswith("value")), "")
    value = one.get(name)
    if name == "valueCoding":
        return int(value.get("code", "")) if isinstance(value, Mapping) else None
    if name == "valueBoolean":
        return int(bool(value))
    if name == "valueTime":
        return str(value)[:5]
    return str(value)[:10] if name in ("valueDate", "valueDateTime") else value


def _text(one: Resource) -> str:
    """A value as a cell: the code of a coding, the name of a thing."""
    value = next((value for key, value in one.items() if key.startswith("value")), "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Mapping):
        return str(value.get("code") or value.get("display") or value.get("value") or "")
    return str(value)
