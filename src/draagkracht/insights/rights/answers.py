"""What one person answered and scored, opened with that person's key: for the file of everything that is theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from draagkracht.consent.vault import keys
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.questions import Question
from draagkracht.instruments.readable import readable
from draagkracht.people.models import Person
from draagkracht.surveys import sheet
from draagkracht.surveys.models import Submission
from draagkracht.surveys.queries import context


def answers(person: Person, language: str) -> list[dict[str, Any]]:
    """Every round that this person began, oldest first, unfinished ones too. Call inside the organisation's scope.

    `readable` is False where the key is gone: then nothing but the row itself is left.
    """
    rows = Submission.objects.filter(person=person).order_by("started_on", "id")
    chosen = list(rows.select_related("wave__campaign", "version__questionnaire").defer("version__content"))
    opened = keys.unseal_many((row.key_id, row.sealed, context(row.pk)) for row in chosen)
    return [_one(row, plain, language) for row, plain in zip(chosen, opened, strict=True)]


def _one(row: Submission, plain: bytes | None, language: str) -> dict[str, Any]:
    content = sheet.content(row.version_id, row.version.content_hash)
    payload = json.loads(plain) if plain else {}
    given, scores = payload.get("answers", {}), payload.get("scores", {})
    return {
        "round": row.wave.name,
        "campaign": row.wave.campaign.name,
        "questionnaire": in_language(content.title, language),
        "questionnaire_name": row.version.questionnaire.slug,
        "questionnaire_version": row.version.number,
        "fingerprint": row.version.content_hash,
        "started_on": row.started_on,
        "completed_on": row.completed_on,
        "readable": plain is not None,
        "algorithm": payload.get("algorithm", ""),
        "answers": [_answer(content, code, value, language) for code, value in given.items()],
        "scores": [_score(content, measure, value, language) for measure, value in scores.items()],
    }


def _answer(content: Content, code: str, value: Any, language: str) -> dict[str, Any]:
    question = content.question.get(code)
    return {
        "code": code,
        "question": _asked(question, language) if question else "",
        "answer": value,
        "in_words": readable(question, value, language) if question else str(value),
    }


def _asked(question: Question, language: str) -> str:
    return " ".join(in_language(text, language) for text in (question.stem, question.text) if text)


def _score(content: Content, measure: str, value: float | None, language: str) -> dict[str, Any]:
    name, _dot, scale = measure.partition(".")
    instrument = content.instruments.get(name)
    info = instrument.scale.get(scale) if instrument else None
    raw: Mapping[str, Any] = instrument.raw if instrument else {}
    return {
        "measure": measure,
        "title": in_language(info.title, language) if info else "",
        "value": value,
        "lowest": info.minimum if info else None,
        "highest": info.maximum if info else None,
        "instrument": name,
        "instrument_version": str(raw.get("version", "")),
    }
