"""The content of a questionnaire version: what was asked, word for word, and how it is scored. No Django.

Stored as JSON with a hash; everything the answer page, scoring and the dashboards need stands in it, so that a change of
the catalogue never changes what was published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from draagkracht.instruments.definition import Instrument, Texts, from_raw
from draagkracht.instruments.texts import Wording
from draagkracht.science.scoring import ALGORITHM, key_from_json, key_to_json, score

FORMAT = 1


@dataclass(frozen=True)
class Question:
    """One question of a questionnaire. `code` is unique in it: instrument, a dot, item. Labels run from low to high."""

    code: str
    instrument: str
    item: str
    text: Texts
    labels: Mapping[str, Sequence[str]]
    minimum: int
    maximum: int

    def choices(self, language: str) -> list[tuple[int, str]]:
        """Possible answers with their words, from low to high."""
        return list(enumerate(self.labels.get(language) or next(iter(self.labels.values())), start=self.minimum))


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
        """Minutes that answering takes."""
        return self.raw["minutes"]

    @property
    def answerable(self) -> bool:
        """False for a version without texts, made only to bring in answers that were gathered elsewhere."""
        return bool(self.raw["languages"])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(
            Question(q["code"], q["instrument"], q["item"], q["text"], q["labels"], q["min"], q["max"])
            for q in self.raw["items"]
        )

    @cached_property
    def question(self) -> dict[str, Question]:
        """Questions by code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """Instruments by id, in the order in which they are asked."""
        return {
            entry["id"]: replace(from_raw(entry["definition"]), key=key_from_json(entry["key"]))
            for entry in self.raw["instruments"]
        }

    def validated(self, instrument_id: str, language: str) -> bool:
        """Whether the wording in this language is the validated text, as somebody attested."""
        entry = next(entry for entry in self.raw["instruments"] if entry["id"] == instrument_id)
        return bool(entry["texts"].get(language, {}).get("validated"))

    def scores(self, answers: Mapping[str, int | None]) -> dict[str, dict[str, float | None]]:
        """Values by instrument and scale, from answers by question code. Raises ValueError naming a bad answer."""
        unknown = [code for code in answers if code not in self.question]
        if unknown:
            raise ValueError(f"this questionnaire has no question {unknown[0]!r}")
        return {
            name: score(instrument.key, {i: answers.get(f"{name}.{i}") for i in instrument.codes})
            for name, instrument in self.instruments.items()
        }


def build(
    title: Texts, instruments: Sequence[Instrument], wordings: Mapping[str, Mapping[str, Wording]]
) -> dict[str, Any]:
    """The content of a version. `wordings[language][instrument id]` is complete for every language, or empty."""
    return {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "title": dict(title),
        "languages": list(wordings),
        "minutes": sum(instrument.minutes for instrument in instruments),
        "instruments": [_instrument(instrument, wordings) for instrument in instruments],
        "items": [
            _item(instrument, place, wordings) for instrument in instruments for place in range(len(instrument.codes))
        ],
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, whatever the order in which a database gives its fields back."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _instrument(instrument: Instrument, wordings: Mapping[str, Mapping[str, Wording]]) -> dict[str, Any]:
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


def _item(instrument: Instrument, place: int, wordings: Mapping[str, Mapping[str, Wording]]) -> dict[str, Any]:
    item = instrument.key.items[place]
    texts = {language: words[instrument.id] for language, words in wordings.items()}
    values = [str(value) for value in range(item.minimum, item.maximum + 1)]
    return {
        "code": f"{instrument.id}.{item.code}",
        "instrument": instrument.id,
        "item": item.code,
        "text": {language: wording.items[item.code] for language, wording in texts.items()},
        "labels": {language: [wording.labels[value] for value in values] for language, wording in texts.items()},
        "min": item.minimum,
        "max": item.maximum,
    }
