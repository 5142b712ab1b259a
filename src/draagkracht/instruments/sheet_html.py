"""The questions of a version as HTML, for whoever shows them: made once per version and language, then filled in.

Beside it, for the page: static/instruments/conditions.js and questions.js (what is shown, texts that carry an answer) and
questions.css. Without a script all questions stand below one another, and a condition is told in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from draagkracht.instruments.conditions.in_words import Asked, in_words
from draagkracht.instruments.content import Content, Section
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.document_checks import CARRIED
from draagkracht.instruments.entered import code_of, fields
from draagkracht.instruments.hints import fault, hint
from draagkracht.instruments.questions import ONE_OF, Answer, Question
from draagkracht.instruments.readable import readable

NOT_YET = "…"
TEMPLATES = {"scale": "ladder", "multiple": "boxes", "text": "words", "ranking": "ranks"}
TYPED = ("number", "date", "time")
Fields = Iterable[tuple[str, str]]


def questions_html(content: Content, language: str, given: Mapping[str, Answer]) -> SafeString:
    """Every question, below one another; `given` answers by code (None: rather not say) are filled in."""
    asked = spoken(content, language)
    known = [(content.question[code], value) for code, value in given.items() if code in content.question]
    pairs = [pair for question, value in known for pair in fields(question, value, asked)]
    return filled(content, language, pairs, content.counted(given) if "data-carry" in _blank(content, language) else {})


def filled(
    content: Content, language: str, pairs: Fields, carried: Mapping[str, Answer], faults: Iterable[str] = ()
) -> SafeString:
    """Every question with these (name, value) in its fields, right or wrong; what is wrong with `faults` (codes) shows."""
    text: str = _blank(content, language)
    for name, value in pairs:
        question = content.question.get(code_of(name))
        if question is not None:
            text = _marked(text, question, name, value)
    for code in faults:
        place = next(number for number, one in enumerate(content.questions, 1) if one.code == code)
        text = text.replace(f'id="f{place}" hidden', f'id="f{place}"', 1)
    return mark_safe(_carry(text, content, carried, language))  # noqa: S308  (rendered by the template engine, values escaped)


def spoken(content: Content, language: str) -> str:
    """The language in which the questions stand on a page in this language."""
    return language if language in content.languages or not content.languages else content.languages[0]


def _marked(text: str, question: Question, name: str, value: str) -> str:
    if question.kind in ONE_OF or question.kind == "multiple" or name.startswith("n."):
        mark = f'name="{name}" value="{escape(value)}"'
        return text.replace(mark, f"{mark} checked", 1)
    if question.kind == "text":
        begins, at, rest = text.partition(f'name="q.{question.code}" ')
        opened, closes, after = rest.partition("></textarea>")
        return f"{begins}{at}{opened}>{escape(value)}</textarea>{after}" if closes else text
    return text.replace(f'name="{name}" value=""', f'name="{name}" value="{escape(value)}"', 1)


def _carry(text: str, content: Content, answers: Mapping[str, Answer], language: str) -> str:
    asked = spoken(content, language)
    for code, value in answers.items():
        empty = f'<span data-carry="{code}">{NOT_YET}</span>'
        if value is not None and empty in text:
            words = escape(readable(content.question[code], value, asked))
            text = text.replace(empty, f'<span data-carry="{code}">{words}</span>')
    return text


class _ByHash:
    """A content as a cache key: two with the same hash are the same."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and self.content.hash == other.content.hash

    def __hash__(self) -> int:
        return hash(self.content.hash)


def _blank(content: Content, language: str) -> str:
    # Without a hash it is a draft, which changes.
    return _rendered(_ByHash(content), language) if content.hash else _rendered.__wrapped__(_ByHash(content), language)


@lru_cache(maxsize=64)
def _rendered(key: _ByHash, language: str) -> str:
    content = key.content
    asked = spoken(content, language)
    foreign = asked != language
    with translation.override(language):
        return render_to_string(
            "instruments/questions/all.html",
            {
                "screens": list(_screens(content, asked)),
                "total": len(content.question),
                "said": mark_safe(f' lang="{asked}"') if foreign else "",  # noqa: S308  (a language of the version)
                "own": mark_safe(f' lang="{language}"') if foreign else "",  # noqa: S308
            },
        )


def _screens(content: Content, asked: str) -> Iterator[dict[str, Any]]:
    instructions = {entry["id"]: in_language(entry["instruction"], asked) for entry in content.raw["instruments"]}
    words = {
        code: Asked(CARRIED.sub(NOT_YET, in_language(one.text, asked)), dict(one.choices(asked)))
        for code, one in content.question.items()
    }
    opened, number = -1, 0
    for place, question in enumerate(content.questions, 1):
        number += question.asked
        screen = _screen(question, asked) | {"place": place, "number": number, "part": question.section}
        screen["for_one"] = question.code in content.conditional
        screen |= _shown(question.show, words)
        if question.section != opened:
            opened = question.section
            screen["section"] = _section(content.sections[opened], opened, asked, words)
        screen["instruction"] = instructions.pop(question.instrument, "")
        yield screen


def _screen(question: Question, asked: str) -> dict[str, Any]:
    typed = question.kind in TYPED
    told = hint(question, asked)
    return {
        "code": question.code,
        "kind": question.kind,
        "fields": f"instruments/questions/{'line' if typed else TEMPLATES.get(question.kind, 'radios')}.html",
        "checked": typed or question.kind in ("text", "ranking"),
        "text": carrying(in_language(question.text, asked)),
        "stem": carrying(in_language(question.stem, asked)),
        "help": carrying(in_language(question.help, asked)),
        "choices": question.choices(asked),
        "low": in_language(question.ends[0], asked),
        "high": in_language(question.ends[1], asked),
        "unit": in_language(question.unit, asked),
        "min": _plain(question.minimum),
        "max": _plain(question.maximum),
        "decimals": question.decimals,
        "inputmode": _inputmode(question),
        "longest": question.longest,
        "rows": 3 if question.longest <= 250 else 7,
        "hint": told,
        "fault": fault(question, asked),
    }


def _plain(bound: Any) -> Any:
    """As an attribute that a script reads, not as the language writes it."""
    return None if bound is None else str(bound)


def _inputmode(question: Question) -> str:
    if question.minimum is None or not isinstance(question.minimum, (int, float)) or question.minimum < 0:
        return "text"  # the number pad of some phones has no minus
    return "decimal" if question.decimals else "numeric"


def _section(section: Section, number: int, asked: str, words: Mapping[str, Asked]) -> dict[str, Any] | None:
    title, text = in_language(section.title, asked), in_language(section.text, asked)
    if not (title or text or section.show):
        return None
    return {"number": number, "title": carrying(title), "text": carrying(text), **_shown(section.show, words)}


def _shown(tree: list | None, words: Mapping[str, Asked]) -> dict[str, str]:
    """The condition for the script, and in words for who reads the page without one."""
    if tree is None:
        return {}
    return {"show": json.dumps(tree, separators=(",", ":")), "when": in_words(tree, words, _)}


def carrying(text: str) -> SafeString:
    """A text, escaped, with a place for every earlier answer that it carries."""
    return mark_safe(re.sub(CARRIED, rf'<span data-carry="\1">{NOT_YET}</span>', escape(text)))  # noqa: S308  (escaped)
