"""The content of a questionnaire version: what was asked, word for word, and how it is scored. No Django.

Stored as JSON with a hash; everything the answer page, scoring and the dashboards need stands in it, so that a change of
the catalogue never changes what was published. `format` 1 knows only Likert items of the catalogue, one after the other;
2 has sections, own questions of every kind, and conditions, and keeps the document that it was made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from draagkracht.instruments import conditions, document, own_scales
from draagkracht.instruments.definition import Instrument, Texts, from_raw
from draagkracht.instruments.document import Document, Element
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Answer, Question, from_entry
from draagkracht.instruments.texts import Wording
from draagkracht.science.scoring import ALGORITHM, key_from_json, key_to_json, score

FORMAT = 2
Wordings = Mapping[str, Mapping[str, Wording]]


@dataclass(frozen=True)
class Section:
    """Questions that belong together. `show`: the tree of the condition under which any of them is asked."""

    title: Texts
    text: Texts
    show: list | None


@dataclass(frozen=True)
class Content:
    """One version, read. `instruments` carry the key with which this version is scored, whatever the catalogue says now."""

    raw: Mapping[str, Any]
    hash: str

    @property
    def title(self) -> Texts:
        return self.raw["title"]

    @property
    def languages(self) -> list[str]:
        return list(self.raw["languages"])

    @property
    def minutes(self) -> float:
        """Minutes that answering takes at most."""
        return self.raw["minutes"]

    @property
    def answerable(self) -> bool:
        """False for a version without texts, made only to bring in answers that were gathered elsewhere."""
        return bool(self.raw["languages"])

    @property
    def document(self) -> Document | None:
        """What it was composed from; None for a version of the first format."""
        return self.raw.get("document")

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """At least one; `Question.section` counts them from 0."""
        entries = self.raw.get("sections") or [{}]
        return tuple(Section(one.get("title", {}), one.get("text", {}), one.get("show")) for one in entries)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Everything that is shown, in order, statements too."""
        return tuple(from_entry(entry) for entry in self.raw["items"])

    @cached_property
    def question(self) -> dict[str, Question]:
        """What can be answered, by code."""
        return {question.code: question for question in self.questions if question.asked}

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Instruments by id, in the order in which they are asked; scored own questions are the instrument `own`."""
        return {
            entry["id"]: replace(from_raw(entry["definition"]), key=key_from_json(entry["key"]))
            for entry in self.raw["instruments"]
        }

    @cached_property
    def conditional(self) -> frozenset[str]:
        """Codes of what is not asked of everybody."""
        return frozenset(one.code for one in self.questions if one.show or self.sections[one.section].show)

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """Codes of the questions that conditions look at."""
        trees = [*(one.show for one in self.questions), *(one.show for one in self.sections)]
        return frozenset(code for tree in trees if tree for code in conditions.names(tree))

    def validated(self, instrument_id: str, language: str) -> bool:
        """Whether the wording in this language is the validated text, as somebody attested."""
        entry = next(entry for entry in self.raw["instruments"] if entry["id"] == instrument_id)
        return bool(entry["texts"].get(language, {}).get("validated"))

    def shown(self, answers: Mapping[str, Answer]) -> set[str]:
        """Codes of the questions and statements that are asked of somebody who gave these answers.

        A condition looks at earlier questions only; the answer to a question that is not shown counts as missing.
        """
        if not self.conditional:
            return {one.code for one in self.questions}
        seen: dict[str, Answer] = {}
        found = set()
        opened = -1
        passes = True
        for one in self.questions:
            if one.section != opened:
                opened, passes = one.section, conditions.holds(self.sections[one.section].show, seen)
            if passes and conditions.holds(one.show, seen):
                found.add(one.code)
                seen[one.code] = answers.get(one.code)
        return found

    def counted(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers without those to questions that are not shown to whoever gives them."""
        shown = self.shown(answers)
        return {code: value for code, value in answers.items() if code in shown}

    def scores(self, answers: Mapping[str, Answer]) -> dict[str, dict[str, float | None]]:
        """Values by instrument and scale, from answers by question code. Raises ValueError naming a bad answer."""
        unknown = [code for code in answers if code not in self.question]
        if unknown:
            raise ValueError(f"this questionnaire has no question {unknown[0]!r}")
        counted = self.counted(answers)
        return {
            name: score(instrument.key, {i: counted.get(f"{name}.{i}") for i in instrument.codes})  # type: ignore[misc]
            for name, instrument in self.instruments.items()
        }


def build(draft: Document, instruments: Mapping[str, Instrument], wordings: Wordings) -> dict[str, Any]:
    """The content of a version, from a document that passes `document_checks.checks`.

    `instruments` by id hold at least those of the document; `wordings[language][instrument id]` is complete for every
    language of the document, which may have none: then the version is only for answers gathered elsewhere.
    """
    chosen = [instruments[name] for name in document.instrument_ids(draft)]
    entries = [_instrument(one, wordings) for one in chosen]
    own = own_scales.definition([question for _, question in document.own_questions(draft)])
    if own is not None:
        entries.append(_instrument(from_raw(own), {}))
    return {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "title": dict(draft["title"]),
        "languages": list(draft["languages"]),
        "minutes": document.minutes(draft, instruments),
        "instruments": entries,
        "sections": [_section(section) for section in draft["sections"]],
        "items": [
            item
            for section, _, element in document.elements(draft)
            for item in _items(element, section, instruments, wordings)
        ],
        "document": draft,
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, whatever the order in which a database gives its fields back."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    entry = {"title": dict(section.get("title", {})), "text": dict(section.get("text", {}))}
    return entry | _show(section)


def _show(part: Mapping[str, Any]) -> dict[str, Any]:
    text = document.condition(part)
    return {"show": conditions.parse(text)} if text else {}


def _items(
    element: Element, section: int, instruments: Mapping[str, Instrument], wordings: Wordings
) -> list[dict[str, Any]]:
    placed = ({"section": section} if section else {}) | _show(element)
    if element["type"] == "instrument":
        one = instruments[element["id"]]
        return [_item(one, place, wordings) | placed for place in range(len(one.codes))]
    return [_own(question) | placed for question in document.asked(element)]


def _own(question: Element) -> dict[str, Any]:
    kept = ("kind", "text", "help", "stem", "min", "max", "decimals", "unit", "ends", "longest")
    entry = {name: question[name] for name in kept if question.get(name) not in (None, {}, [])}
    found = own_scales.options(question)
    return entry | {"code": f"{OWN}.{question['code']}", "instrument": OWN, "item": question["code"], "options": found}


def _instrument(instrument: Instrument, wordings: Wordings) -> dict[str, Any]:
    texts = {language: words[instrument.id] for language, words in wordings.items()}
    return {
        "id": instrument.id,
        "version": instrument.version,
        "definition": dict(instrument.raw),
        "key": key_to_json(instrument.key),
        "instruction": {language: wording.instruction for language, wording in texts.items() if wording.instruction},
        "texts": {
            language: {"validated": bool(wording.validated), "hash": content_hash(wording.stored())}
            for language, wording in texts.items()
        },
    }


def _item(instrument: Instrument, place: int, wordings: Wordings) -> dict[str, Any]:
    item = instrument.key.items[place]
    texts = {language: words[instrument.id] for language, words in wordings.items()}
    return {
        "code": f"{instrument.id}.{item.code}",
        "instrument": instrument.id,
        "item": item.code,
        "text": {language: wording.items[item.code] for language, wording in texts.items()},
        "labels": {language: wording.words(instrument, item.code) for language, wording in texts.items()},
        "min": item.minimum,
        "max": item.maximum,
    }
