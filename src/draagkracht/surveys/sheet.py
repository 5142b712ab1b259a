"""Questionnaire versions kept in memory: they never change once published, so each is read from the database once."""

from functools import lru_cache

from django_scopes import scopes_disabled

from draagkracht.instruments.content import Content
from draagkracht.instruments.models import QuestionnaireVersion

Ranges = dict[str, tuple[int, int]]


@lru_cache(maxsize=64)
def content(version_id: int, version_hash: str) -> Content:
    """What a version asks. The hash is part of the key, so that nothing stale can be taken for it."""
    # Versions are reached through a wave that the caller may see.
    with scopes_disabled():
        raw = QuestionnaireVersion.objects.values_list("content", flat=True).get(pk=version_id)
    return Content(raw, version_hash)


@lru_cache(maxsize=64)
def ranges(version_id: int, version_hash: str) -> Ranges:
    """Question code -> lowest and highest answer."""
    return {q.code: (q.minimum, q.maximum) for q in content(version_id, version_hash).questions}


def measures(questionnaire: Content, answers: dict[str, int | None]) -> dict[str, float | None]:
    """Values by measure id, "<instrument>.<scale>"; None where the missing-data rule forbids one."""
    return {
        f"{instrument}.{scale}": value
        for instrument, values in questionnaire.scores(answers).items()
        for scale, value in values.items()
    }
