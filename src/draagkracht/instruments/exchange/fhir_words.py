"""The vocabulary of FHIR that both directions use: versions, addresses of extensions, texts in languages. No Django.

Sources: HL7 FHIR R5 and R4B (Questionnaire, QuestionnaireResponse), the FHIR extensions pack, and Structured Data Capture
for scores that are calculated. HL7 publishes FHIR under CC0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from draagkracht.instruments.exchange.characters import NO_TEXT, unfit
from draagkracht.instruments.exchange.notes import Broken, Note, broken, item, line
from draagkracht.instruments.tables import decode, gettext_noop

VERSIONS = ("R5", "R4B")
CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
OURS = "urn:draagkracht:"

TRANSLATION = f"{CORE}translation"
WEIGHT = {"R5": f"{CORE}itemWeight", "R4B": f"{CORE}ordinalValue"}
CONTROL = f"{CORE}questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
LOWEST, HIGHEST = f"{CORE}minValue", f"{CORE}maxValue"
PLACES = f"{CORE}maxDecimalPlaces"
UNIT = f"{CORE}questionnaire-unit"
HIDDEN = f"{CORE}questionnaire-hidden"
CALCULATED = f"{SDC}sdc-questionnaire-calculatedExpression"

KIND, CONDITION, DIRECTION, STRAIN = (f"{OURS}{name}" for name in ("kind", "condition", "direction", "strain"))
LANGUAGES, DIGEST, RESPONDENT = (f"{OURS}{name}" for name in ("languages", "hash", "respondent"))

DEEPEST = 40
MOST_ITEMS, MOST_OPTIONS = 2000, 200
MOST_VALUE, DIGITS = 1e20, 20
Resource = dict[str, Any]


def read_json(data: bytes) -> Resource:
    """The resource in a file. Raises Broken with the line."""
    text = decode(data)
    if text.lstrip().startswith("<"):
        raise broken(gettext_noop("this is XML; bring the JSON form of the FHIR resource"))
    try:
        found = json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_short)
    except json.JSONDecodeError as error:
        raise broken(gettext_noop("this is not JSON: {why}"), line(error.lineno), why=error.msg) from error
    except (RecursionError, ValueError) as error:
        raise broken(gettext_noop("this JSON cannot be read")) from error
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise broken(gettext_noop("this is not a FHIR resource: there is no resourceType"))
    if _deep(found, DEEPEST):
        raise broken(gettext_noop("groups stand too deep inside each other"))
    wrong = unfit(found)
    if wrong:
        raise broken(NO_TEXT, item(_path(wrong[0])), code=wrong[1])
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    return value if abs(value) < MOST_VALUE else _no_constant(text)


def _short(text: str) -> int:
    return int(text) if len(text) <= DIGITS else int(_no_constant(text))


def _deep(value: Any, left: int) -> bool:
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_deep(part, left - 1) for part in parts)


def small(resource: Resource) -> None:
    """Raises Broken for more items or answers than a questionnaire can have: checking them would take long."""
    stack, items = [resource], 0
    while stack:
        part = stack.pop()
        inner = [one for one in part.get("item") or () if isinstance(one, dict)]
        items, options = items + len(inner), part.get("answerOption") or ()
        if items > MOST_ITEMS or len(options) > MOST_OPTIONS:
            most = MOST_ITEMS if items > MOST_ITEMS else MOST_OPTIONS
            raise broken(
                gettext_noop("there are more than {most} of these here"),
                item(str(part.get("linkId", "item"))),
                most=most,
            )
        stack += inner


def validate(resource: Resource, version: str) -> None:
    """Raises Broken with the path of everything that FHIR does not allow in this resource."""
    from pydantic import ValidationError

    try:
        _model(resource["resourceType"], version).model_validate(resource)
    except ValidationError as error:
        notes = [Note(item(_path(one["loc"])), "{why}", {"why": one["msg"][:200]}) for one in error.errors()[:20]]
        raise Broken(notes) from error
    except RecursionError as error:
        raise broken(gettext_noop("groups stand too deep inside each other")) from error


def _model(name: str, version: str) -> Any:
    from importlib import import_module

    if name not in ("Questionnaire", "QuestionnaireResponse", "Bundle"):
        raise KeyError(name)
    package = "fhir.resources.R4B" if version == "R4B" else "fhir.resources"
    return getattr(import_module(f"{package}.{name.lower()}"), name)


def _path(parts: Iterable[Any]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.lstrip(".") or "-"


def extension(url: str, **value: Any) -> Resource:
    """One extension, such as extension(KIND, valueCode="likert")."""
    return {"url": url, **value}


def extensions(part: Mapping[str, Any], url: str) -> list[Resource]:
    """All extensions of this address."""
    return [one for one in part.get("extension", ()) if one.get("url") == url]


def valued(part: Mapping[str, Any], url: str) -> Any:
    """The value of the first extension of this address, or None."""
    for one in extensions(part, url):
        return next((value for name, value in one.items() if name.startswith("value")), None)
    return None


def control(code: str) -> Resource:
    """How an item is shown: one of the codes of FHIR's own list."""
    return extension(CONTROL, valueCodeableConcept={"coding": [{"system": CONTROLS, "code": code}]})


def controls(part: Mapping[str, Any]) -> set[str]:
    """The codes that say how an item is shown."""
    found = [one.get("valueCodeableConcept", {}) for one in extensions(part, CONTROL)]
    return {coding.get("code", "") for concept in found for coding in concept.get("coding", ())}


def put(target: Resource, name: str, words: Mapping[str, str], language: str) -> None:
    """Sets a text in its main language, its translations beside it."""
    given = {one: text for one, text in words.items() if text.strip()}
    if language in given:
        target[name] = given[language]
    others = [(one, text) for one, text in given.items() if one != language]
    if others:
        target[f"_{name}"] = {"extension": [_translated(one, text) for one, text in others]}


def _translated(language: str, text: str) -> Resource:
    return extension(
        TRANSLATION,
        extension=[extension("lang", valueCode=language), extension("content", valueString=text)],
    )


def take(part: Mapping[str, Any], name: str, language: str) -> dict[str, str]:
    """The texts that `put` set: language -> text."""
    found = {language: part[name]} if part.get(name) else {}
    for one in extensions(part.get(f"_{name}") or {}, TRANSLATION):
        inner = {each.get("url"): each for each in one.get("extension", ())}
        other = language_code(str(inner.get("lang", {}).get("valueCode", "")))
        content = inner.get("content", {})
        text = content.get("valueString") or content.get("valueMarkdown")
        if other and text:
            found[other] = str(text)
    return found


def language_code(text: str) -> str:
    """A language as the product writes it (nl, nl-be); '' for what is none."""
    parts = text.replace("_", "-").lower().split("-")
    if not (parts[0].isascii() and parts[0].isalpha() and len(parts[0]) == 2):
        return ""
    fits = len(parts) > 1 and parts[1].isascii() and parts[1].isalpha() and 2 <= len(parts[1]) <= 4
    return f"{parts[0]}-{parts[1]}" if fits else parts[0]
