"""A questionnaire as a FHIR Questionnaire, R5 or R4B. No Django.

Sections and scales are groups, statements are displays, explanations are displays with the control `help`. The linkId of
a question is its code (own.nights, bat-12.ex1), so that answers come back by themselves. What FHIR has no place for
stands in extensions under urn:draagkracht: and in the list of what other programs will not see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from draagkracht.instruments import conditions, document
from draagkracht.instruments.conditions import ConditionError
from draagkracht.instruments.document import Element
from draagkracht.instruments.document_checks import CARRIED
from draagkracht.instruments.exchange import fhir_conditions, fhir_scores
from draagkracht.instruments.exchange.fhir_words import (
    CONDITION,
    DIGEST,
    DIRECTION,
    HIGHEST,
    KIND,
    LANGUAGES,
    LOWEST,
    PLACES,
    STRAIN,
    UNIT,
    WEIGHT,
    Resource,
    control,
    extension,
    put,
    validate,
)
from draagkracht.instruments.exchange.notes import Left, item
from draagkracht.instruments.exchange.notes import Note as _Note
from draagkracht.instruments.exchange.source import Source
from draagkracht.instruments.own_scales import OWN, options
from draagkracht.instruments.tables import gettext_noop

TYPES = {
    "choice": "coding", "multiple": "coding", "likert": "coding", "ranking": "coding", "yesno": "boolean",
    "scale": "integer", "number": "integer", "date": "date", "time": "time", "text": "text", "statement": "display",
}  # fmt: skip
ALWAYS = gettext_noop(
    "other programs always show this: FHIR has no words for the condition, which goes along for us only"
)
ORDER = gettext_noop("other programs ask to choose several, not to put them in order")
FROM_ANSWERS = gettext_noop("other programs do not fill in the earlier answer in the text")
READING = gettext_noop("how a mean is read (more is better or worse, strain) goes along for us only")
NO_GROUP = gettext_noop("a section without questions becomes an empty group")


def write(source: Source, version: str = "R5") -> tuple[bytes, Left]:
    """The resource as JSON, and what other programs will not see. It is checked against FHIR before it leaves."""
    writer = _Writer(source, version)
    made = writer.questionnaire()
    validate(made, version)
    return json.dumps(made, ensure_ascii=False, indent=1).encode(), writer.left


class _Writer:
    def __init__(self, source: Source, version: str) -> None:
        self.source, self.version, self.language = source, version, source.language
        self.left: Left = list(source.notes)
        self.kinds = source.kinds
        self.links = {code: code for code in self.kinds}

    def leave(self, place: str, template: str, **values: Any) -> None:
        self.left.append(_Note(item(place), template, values))

    def put(self, target: Resource, name: str, words: Mapping[str, str]) -> None:
        put(target, name, words, self.language)

    def questionnaire(self) -> Resource:
        source = self.source
        made: Resource = {"resourceType": "Questionnaire", "language": self.language}
        spoken = " ".join(source.document["languages"])
        made["extension"] = [extension(LANGUAGES, valueString=spoken)] if spoken else []
        if source.address:
            made["url"] = source.address
        if source.digest:
            made["identifier"] = [{"system": DIGEST, "value": source.digest}]
        if source.number:
            made["version"] = str(source.number)
        if source.number > 1 and source.address:
            made["derivedFrom"] = [f"{source.address}|{source.number - 1}"]
        self.put(made, "title", source.document["title"])
        made["status"] = "active" if source.number else "draft"
        made["subjectType"] = ["Person"]
        if source.published:
            made["date"] = source.published.isoformat()
        if source.copyright():
            made["copyright"] = source.copyright()
        made["item"] = [self.section(one) for one in source.document["sections"]]
        return {name: value for name, value in made.items() if value != []}

    def section(self, section: Mapping[str, Any]) -> Resource:
        made: Resource = {"linkId": f"section/{section['id']}", "type": "group"}
        self.put(made, "text", section.get("title", {}))
        self.condition(made, section, made["linkId"])
        inner = []
        if any(text.strip() for text in section.get("text", {}).values()):
            said: Resource = {"linkId": f"{made['linkId']}/text", "type": "display"}
            self.put(said, "text", section["text"])
            inner.append(said)
        for element in section["elements"]:
            inner.append(self.scale(element) if element["type"] == "instrument" else self.question(element))
        if inner:
            made["item"] = inner
        else:
            self.leave(made["linkId"], NO_GROUP)
        return made

    def condition(self, made: Resource, part: Mapping[str, Any], place: str) -> None:
        """enableWhen where it can say it; the condition itself goes along unless reading gives the same text."""
        text = document.condition(part)
        if not text:
            return
        made.setdefault("extension", []).append(extension(CONDITION, valueString=text))
        try:
            found = fhir_conditions.enable_when(conditions.parse(text), self.kinds, self.links)
        except (ConditionError, KeyError):
            found = None
        if found is None:
            self.leave(place, ALWAYS)
            return
        made["enableWhen"] = found[0]
        if len(found[0]) > 1:
            made["enableBehavior"] = found[1]

    def scale(self, element: Element) -> Resource:
        name = element["id"]
        made: Resource = {"linkId": f"scale/{name}", "type": "group", "text": name}
        one = self.source.scales.get(name)
        if one is not None:
            made.pop("text")
            self.put(made, "text", one.title)
            if "text" not in made:
                made["text"] = name
        made["extension"] = [extension(KIND, valueCode="instrument")]
        self.condition(made, element, made["linkId"])
        inner = []
        for asked in self.source.questions.get(name, ()):
            question: Resource = {"linkId": asked.code, "type": self.type("coding"), "text": asked.code}
            if asked.text:
                question.pop("text")
                self.put(question, "text", asked.text)
            question["answerOption"] = [self.option(value, words) for value, words in asked.options]
            inner.append(question)
        if one is not None:
            totals, notes = fhir_scores.items(one, self.language, self.version)
            inner += totals
            self.left += notes
        return made | ({"item": inner} if inner else {})

    def question(self, element: Element) -> Resource:
        code, kind = f"{OWN}.{element['code']}", element["kind"]
        made: Resource = {"linkId": code, "type": "group" if kind == "matrix" else self.type(self._type(element))}
        self.put(made, "text", element["text"])
        made["extension"] = [extension(KIND, valueCode=kind)]
        self.condition(made, element, code)
        self.meaning(made, element, code)
        self.bounds(made, element)
        if kind in ("multiple", "ranking"):
            made["repeats"] = True
        if kind == "ranking":
            self.leave(code, ORDER)
        if kind in ("choice", "multiple", "likert", "ranking"):
            made["answerOption"] = [self.option(value, words) for value, words in options(element)]
        inner = self.beside(element, code)
        if kind == "matrix":
            inner += [self.row(one) for one in document.asked(element)]
            if not element.get("rows"):
                self.leave(code, gettext_noop("a matrix without rows leaves its answers behind"))
        if inner and kind == "statement":
            self.leave(code, gettext_noop("a statement has no explanation in FHIR: it is not carried over"))
        elif inner:
            made["item"] = inner
        made = {name: value for name, value in made.items() if value != []}
        return made

    def _type(self, element: Element) -> str:
        return "decimal" if element["kind"] == "number" and element.get("decimals") else TYPES[element["kind"]]

    def type(self, name: str) -> str:
        """The name of a type in this version of FHIR."""
        return "choice" if name == "coding" and self.version == "R4B" else name

    def row(self, one: Element) -> Resource:
        made: Resource = {"linkId": f"{OWN}.{one['code']}", "type": self.type("coding")}
        self.put(made, "text", one["text"])
        made["answerOption"] = [self.option(value, words) for value, words in options(one)]
        return {name: value for name, value in made.items() if value != []}

    def option(self, value: int, words: Mapping[str, str]) -> Resource:
        coding: Resource = {"code": str(value)}
        self.put(coding, "display", words)
        return {"extension": [extension(WEIGHT[self.version], valueDecimal=value)], "valueCoding": coding}

    def meaning(self, made: Resource, element: Element, code: str) -> None:
        if "direction" in element:
            made["extension"].append(extension(DIRECTION, valueCode=element["direction"]))
        if "strain" in element:
            made["extension"].append(extension(STRAIN, valueBoolean=element["strain"]))
        if "direction" in element or "strain" in element:
            self.leave(code, READING)
        if any(CARRIED.search(text) for text in element["text"].values()):
            self.leave(code, FROM_ANSWERS)

    def bounds(self, made: Resource, element: Element) -> None:
        kind = element["kind"]
        low, high = (0, 10) if kind == "scale" else (element.get("min"), element.get("max"))
        for url, value in ((LOWEST, low), (HIGHEST, high)):
            if value is not None and kind in ("scale", "number", "date", "time"):
                made["extension"].append(extension(url, **_bound(kind, value, bool(element.get("decimals")))))
        if kind == "number" and "decimals" in element and element["decimals"]:
            made["extension"].append(extension(PLACES, valueInteger=element["decimals"]))
        if kind == "number" and any(element.get("unit", {}).values()):
            coding: Resource = {}
            self.put(coding, "display", element["unit"])
            made["extension"].append(extension(UNIT, valueCoding=coding))
        if kind == "scale":
            made["extension"].append(control("slider"))
        if kind == "text" and "longest" in element:
            made["maxLength"] = element["longest"]

    def beside(self, element: Element, code: str) -> list[Resource]:
        """The explanation and the words at the ends of a scale."""
        low, high = element.get("ends") or ({}, {})
        found = []
        for name, words in (("help", element.get("help", {})), ("lower", low), ("upper", high)):
            if any(text.strip() for text in words.values()):
                said: Resource = {"linkId": f"{code}/{name}", "type": "display", "extension": [control(name)]}
                self.put(said, "text", words)
                found.append(said)
        return found


def _bound(kind: str, value: Any, decimal: bool) -> Resource:
    if kind == "date":
        return {"valueDate": value}
    if kind == "time":
        return {"valueTime": f"{value}:00"}
    return {"valueDecimal": value} if decimal or value != int(value) else {"valueInteger": int(value)}
