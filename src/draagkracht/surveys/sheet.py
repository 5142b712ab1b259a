"""Questionnaire versions kept in memory: they never change once published, so each is read from the database once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django_scopes import scopes_disabled

from draagkracht.instruments.content import Content
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.instruments.questions import Answer


@lru_cache(maxsize=64)
def content(version_id: int, version_hash: str) -> Content:
    """What a version asks. The hash is part of the key, so that nothing stale can be taken for it."""
    # Versions are reached through a wave that the caller may see.
    with scopes_disabled():
        raw = QuestionnaireVersion.objects.values_list("content", flat=True).get(pk=version_id)
    return Content(raw, version_hash)


def accepted(questionnaire: Content, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers as they are stored: those that count, each as its question takes it.

    Raises ValueError for a question that is not in the questionnaire, NotAnAnswer (a ValueError) for what is no answer.
    """
    unknown = [code for code in answers if code not in questionnaire.question]
    if unknown:
        raise ValueError(f"this questionnaire has no question {unknown[0]!r}")
    return questionnaire.counted({code: questionnaire.question[code].answer(value) for code, value in answers.items()})


def measures(questionnaire: Content, answers: Mapping[str, Answer]) -> dict[str, float | None]:
    """Values by measure id, "<instrument>.<scale>"; None where the missing-data rule forbids one."""
    return {
        f"{instrument}.{scale}": value
        for instrument, values in questionnaire.scores(answers).items()
        for scale, value in values.items()
    }
