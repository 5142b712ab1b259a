"""A questionnaire as it would be asked now, however unfinished: for the preview and for choosing earlier questions. No Django.

What is missing is filled in for the eye alone (another language, else dots); a condition that cannot be read yet counts
as none; what cannot be shown at all is left out. Nothing of a sketch is ever published.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from draagkracht.instruments import conditions, content, questions
from draagkracht.instruments.content import Content, Wordings
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document, asked
from draagkracht.instruments.document_checks import WITH_OPTIONS
from draagkracht.instruments.texts import Wording

DOTS = "…"


def sketch(draft: Document, instruments: Mapping[str, Instrument], wordings: Wordings) -> Content:
    """The content of a draft as far as there is one; `draft` has the shape of a document."""
    whole = _mended(draft, instruments)
    known = {name: instruments[name] for name in _chosen(whole)}
    full = {
        language: {
            name: wordings.get(language, {}).get(name) or placeholder(one, language) for name, one in known.items()
        }
        for language in whole["languages"]
    }
    return Content(content.build(whole, known, full), "")


def placeholder(instrument: Instrument, language: str) -> Wording:
    """Codes in the place of texts that were not imported; answers in words where the catalogue knows them."""
    labels = {}
    for item in instrument.key.items:
        words = instrument.item_labels(item.code, language)
        for place, value in enumerate(range(item.minimum, item.maximum + 1)):
            labels[f"{item.code}:{value}"] = (words[place] if place < len(words) else None) or str(value)
    return Wording({code: f"[{instrument.id} {code}]" for code in instrument.codes}, labels)


def _mended(draft: Document, instruments: Mapping[str, Instrument]) -> Document:
    whole = copy.deepcopy(draft)
    languages = whole["languages"]
    whole["title"] = _filled(whole["title"], languages)
    kinds: dict[str, str] = {}
    for section in whole["sections"]:
        for name in ("title", "text"):
            section[name] = _filled(section.get(name, {}), languages, "")
        _readable(section, kinds)
        kept = []
        for element in section["elements"]:
            names = _codes(element, instruments)
            if not names or any(name in kinds for name in names):
                continue
            _readable(element, kinds)
            if element["type"] == "question":
                _mend(element, languages)
            kinds.update(names)
            kept.append(element)
        section["elements"] = kept
    return whole


def _codes(element: Mapping[str, Any], instruments: Mapping[str, Instrument]) -> dict[str, str]:
    """What an element asks, with its kind in conditions; {} for what cannot be asked. A statement has the kind ''."""
    if element["type"] == "instrument":
        one = instruments.get(element["id"])
        return {f"{one.id}.{code}": "n" for code in one.codes} if one else {}
    return {f"own.{one['code']}": questions.IN_CONDITIONS.get(one["kind"], "") for one in asked(element)}


def _readable(part: dict[str, Any], kinds: Mapping[str, str]) -> None:
    text = str(part.pop("show_if", "") or "").strip()
    if not text:
        return
    try:
        fits = conditions.kind_of(conditions.parse(text), {code: kind for code, kind in kinds.items() if kind}) == "b"
    except conditions.ConditionError:
        return
    if fits:
        part["show_if"] = text


def _mend(question: dict[str, Any], languages: Sequence[str]) -> None:
    question["text"] = _filled(question["text"], languages)
    for name in ("help", "unit"):
        if question.get(name):
            question[name] = _filled(question[name], languages, "")
    if question.get("ends"):
        question["ends"] = [_filled(words, languages, "") for words in question["ends"]]
    for row in question.get("rows", ()):
        row["text"] = _filled(row["text"], languages)
    if question["kind"] in WITH_OPTIONS:
        question["options"] = _options(question, languages)
    if not _bounds_fit(question):
        question.pop("min", None)
        question.pop("max", None)


def _options(question: Mapping[str, Any], languages: Sequence[str]) -> list[dict[str, Any]]:
    found = [{"value": one["value"], "text": _filled(one["text"], languages)} for one in question.get("options", ())]
    found = found or [{"value": value, "text": dict.fromkeys(languages, DOTS)} for value in (1, 2)]
    values = [one["value"] for one in found]
    if question["kind"] in ("likert", "matrix") and values != list(range(values[0], values[0] + len(values))):
        return [{**one, "value": value} for value, one in enumerate(found, 1)]
    return list({one["value"]: one for one in found}.values())


def _bounds_fit(question: Mapping[str, Any]) -> bool:
    given = [one for one in (question.get("min"), question.get("max")) if one is not None]
    wanted = str if question["kind"] in ("date", "time") else (int, float)
    return all(isinstance(one, wanted) for one in given) and given == sorted(given)


def _filled(texts: Mapping[str, str], languages: Sequence[str], otherwise: str = DOTS) -> dict[str, str]:
    spare = next((text for text in texts.values() if text.strip()), "")
    words = {language: texts.get(language, "").strip() or spare or otherwise for language in languages}
    return words if any(words.values()) else {}


def _chosen(whole: Document) -> Iterable[str]:
    return (one["id"] for section in whole["sections"] for one in section["elements"] if one["type"] == "instrument")
