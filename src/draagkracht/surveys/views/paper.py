"""The questions as HTML: made once per version and language, then only the given answers are marked."""

from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import in_language


def paper(content: Content, language: str, given: Mapping[str, int | None]) -> SafeString:
    """Every question, stacked; `given` answers (None: rather not say) are checked."""
    text = _blank(content, language)
    for code, value in given.items():
        mark = _mark(code, value)
        text = text.replace(mark, f"{mark} checked", 1)
    return mark_safe(text)  # noqa: S308  (rendered by the template engine; codes come from the version)


def _mark(code: str, value: int | None) -> str:
    return f'name="q.{code}" value="{"" if value is None else value}"'


class _ByHash:
    """A content as a cache key: two with the same hash are the same."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and self.content.hash == other.content.hash

    def __hash__(self) -> int:
        return hash(self.content.hash)


def _blank(content: Content, language: str) -> str:
    return _rendered(_ByHash(content), language)


@lru_cache(maxsize=64)
def _rendered(key: _ByHash, language: str) -> str:
    content = key.content
    asked = language if language in content.languages or not content.languages else content.languages[0]
    instructions = {entry["id"]: in_language(entry["instruction"], asked) for entry in content.raw["instruments"]}
    shown: set[str] = set()
    questions = []
    for number, question in enumerate(content.questions, 1):
        first = question.instrument not in shown
        shown.add(question.instrument)
        questions.append(
            {
                "number": number,
                "code": question.code,
                "text": in_language(question.text, asked),
                "choices": question.choices(asked),
                "instruction": instructions[question.instrument] if first else "",
            }
        )
    with translation.override(language):
        return render_to_string(
            "surveys/questions.html",
            {"questions": questions, "total": len(questions), "asked": asked, "foreign": asked != language},
        )
