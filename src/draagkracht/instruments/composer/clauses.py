"""Conditions as somebody chooses them: clauses (a question, a comparison, a value) that all hold, or any of them. No Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from draagkracht.instruments import conditions
from draagkracht.instruments.conditions import ConditionError
from draagkracht.instruments.conditions.grammar import COMPARISONS as COMPARED
from draagkracht.instruments.content import Content
from draagkracht.instruments.questions import IN_CONDITIONS, ONE_OF, Question

ALL, ANY = "and", "or"
ANSWERED, NOT_ANSWERED, CHOSEN, NOT_CHOSEN = "answered", "not-answered", "chosen", "not-chosen"
ALWAYS = (ANSWERED, NOT_ANSWERED)
# Comparisons that make sense for each kind of question, the likeliest first.
COMPARISONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("likert", "scale"), (">=", "<=", "=", "!=", *ALWAYS)),
    **dict.fromkeys(("choice", "yesno"), ("=", "!=", *ALWAYS)),
    "number": (">", "<", ">=", "<=", "=", "!=", *ALWAYS),
    **dict.fromkeys(("date", "time"), (">=", "<=", "=", "!=", *ALWAYS)),
    "multiple": (CHOSEN, NOT_CHOSEN, *ALWAYS),
    **dict.fromkeys(("text", "ranking"), ALWAYS),
}
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Clause:
    """One comparison. `value` is a number, a text (dates, times), or None where the comparison needs none."""

    code: str
    how: str
    value: Any = None

    def text(self) -> str:
        """The clause in the language of conditions."""
        name = f"{{{self.code}}}"
        if self.how in ALWAYS:
            return f"answered({name})" if self.how == ANSWERED else f"not answered({name})"
        if self.how in (CHOSEN, NOT_CHOSEN):
            return f"{'not ' if self.how == NOT_CHOSEN else ''}includes({name}, {self.value})"
        value = f"'{self.value}'" if isinstance(self.value, str) else str(self.value)
        return f"{name} {self.how} {value}"


def joined(clauses: Sequence[Clause], join: str) -> str:
    """The condition that these clauses make; '' for none."""
    return f" {join} ".join(clause.text() for clause in clauses)


def taken_apart(text: str) -> tuple[list[Clause], str] | None:
    """(clauses, and|or) of a condition that has only those; None for one that says more, or cannot be read."""
    if not text.strip():
        return [], ALL
    try:
        tree = conditions.parse(text)
    except ConditionError:
        return None
    join = tree[0] if tree[0] in (ALL, ANY) else ALL
    parts = tree[1:] if tree[0] in (ALL, ANY) else [tree]
    found = [_clause(part) for part in parts]
    return ([one for one in found if one], join) if all(found) else None


def _clause(tree: Any) -> Clause | None:
    operation, parts = tree[0], tree[1:]
    if operation == "not" and parts[0][0] in ("answered", "includes"):
        inner = _clause(parts[0])
        return inner and Clause(inner.code, f"not-{inner.how}", inner.value)
    if not parts or not isinstance(parts[0], list) or parts[0][0] != "v":
        return None
    code = parts[0][1]
    if operation == "answered":
        return Clause(code, ANSWERED)
    value = _constant(parts[1]) if len(parts) == 2 else None
    if value is None:
        return None
    if operation == "includes":
        return Clause(code, CHOSEN, value)
    return Clause(code, operation, value) if operation in COMPARED else None


def _constant(tree: Any) -> Any:
    if tree[0] == "neg" and tree[1][0] == "n":
        return -tree[1][1]
    return tree[1] if tree[0] in ("n", "t") else None


def earlier(sketched: Content, code: str | None, section: int) -> list[Question]:
    """The questions that a condition may look at: before the question `code`, else before the section."""
    found = []
    for question in sketched.questions:
        if question.code == code or (code is None and question.section >= section):
            break
        if question.kind in IN_CONDITIONS:
            found.append(question)
    return found


def value_of(question: Question, how: str, given: str) -> Any:
    """What was typed or chosen as the value of a clause. Raises ValueError for what the question cannot have."""
    if how in ALWAYS:
        return None
    if question.kind in ("date", "time"):
        if not question.accepts(given) and not _plain(question).accepts(given):
            raise ValueError(given)
        return given
    if not NUMBER.fullmatch(given.strip()):
        raise ValueError(given)
    number = float(given.strip().replace(",", "."))
    value = int(number) if number == int(number) else number
    if question.kind in (*ONE_OF, "multiple") and value not in [one for one, _ in question.options]:
        raise ValueError(given)
    return value


def _plain(question: Question) -> Question:
    return Question(question.code, question.instrument, question.item, {}, question.kind)
