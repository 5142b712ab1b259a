"""Answers as a person reads them: the words of the choice, numbers and dates as the language writes them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from draagkracht.instruments.entered import as_typed
from draagkracht.instruments.questions import ONE_OF, SEVERAL, Answer, Question


def readable(question: Question, answer: Answer, language: str) -> str:
    """One answer in words; "rather not say" for None, "none of these" for an empty list."""
    with translation.override(language):
        if answer is None:
            return _("Rather not say")
        if question.kind in ONE_OF:
            return question.label(answer, language)  # type: ignore[arg-type]
        if question.kind in SEVERAL:
            words = [question.label(one, language) for one in answer]  # type: ignore[union-attr,arg-type]
            return get_text_list(words, _("and")) if words else _("None of these")
        return written(question.kind, answer, language)


def written(kind: str, value: Any, language: str) -> str:
    """A number, a date, a time or a text as the language writes it: 2,5 and 21 november 2026."""
    if kind == "number":
        return as_typed(value, language)
    if kind == "date":
        with translation.override(language):
            return date_format(datetime.date.fromisoformat(value), "j F Y")
    return str(value)
