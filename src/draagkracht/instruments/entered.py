"""What the fields of a question hold, and the answer that this is. No Django.

q.<code>            radios; checkboxes, "-" for "none of these"; the field of a number, a date, a time or a text
r.<code>.<option>   ranking: the place of one option, 1 for the first
n.<code>            "rather not say", ticked; with radios it is the empty choice
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from draagkracht.instruments.questions import ONE_OF, Answer, Question

NONE = "-"
PREFIXES = ("q.", "r.", "n.")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unanswered(Exception):
    """Nothing was filled in."""


def entered(question: Question, values: Callable[[str], Sequence[str]]) -> Answer | Any:
    """The value in the fields of one question; what cannot be read stays text, for `Question.answer` to refuse.

    `values` gives everything that a form sent under a name. Raises Unanswered when nothing was filled in.
    """
    code, kind = question.code, question.kind
    if values(f"n.{code}"):
        return None
    if kind == "ranking":
        return _ranked(question, values)
    given = [_UNSEEN.sub(" ", one) for one in values(f"q.{code}")]
    if kind == "multiple":
        return _several(given)
    if not given or (kind not in ONE_OF and not given[0].strip()):
        raise Unanswered
    if kind in ONE_OF:
        return _whole(given[0]) if given[0] else None
    return _number(given[0].strip()) if kind == "number" else given[0].strip() if kind != "text" else given[0]


def code_of(name: str) -> str:
    """The question that a field belongs to."""
    return name[2:] if name[:2] != "r." else name[2:].rpartition(".")[0]


def fields(question: Question, answer: Answer, language: str) -> Iterator[tuple[str, str]]:
    """(name, value) of every field that shows this answer; numbers with the decimal sign of the language."""
    code, kind = question.code, question.kind
    if answer is None:
        yield (f"q.{code}", "") if kind in ONE_OF else (f"n.{code}", "1")
    elif kind == "ranking":
        for place, value in enumerate(answer, 1):  # type: ignore[arg-type]
            yield f"r.{code}.{value}", str(place)
    elif kind == "multiple":
        for value in answer:  # type: ignore[union-attr]
            yield f"q.{code}", str(value)
        if not answer:
            yield f"q.{code}", NONE
    elif kind == "number":
        yield f"q.{code}", as_typed(answer, language)  # type: ignore[arg-type]
    else:
        yield f"q.{code}", str(answer)


def as_typed(value: float, language: str) -> str:
    """A number with the decimal sign of the language and no sign between thousands."""
    text = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text if language.startswith("en") else text.replace(".", ",")


def _whole(text: str) -> Any:
    return int(text) if _WHOLE.fullmatch(text) else text


def _number(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    text = text.replace(",", ".")
    return float(text) if "." in text else int(text)


def _several(given: Sequence[str]) -> Any:
    if not given:
        raise Unanswered
    # "None of these" beside something that was chosen: the choice says more.
    return [_whole(one) for one in given if one != NONE]


def _ranked(question: Question, values: Callable[[str], Sequence[str]]) -> Any:
    places = [(" ".join(values(f"r.{question.code}.{value}")).strip(), value) for value, _ in question.options]
    if not any(place for place, _ in places):
        raise Unanswered
    if sorted(place for place, _ in places) != sorted(str(number) for number in range(1, len(places) + 1)):
        return []
    return [value for _, value in sorted(places, key=lambda one: int(one[0]))]
