"""A condition in words, for somebody who reads a questionnaire on paper or without a script. No Django.

    {own.nights} = 1        ->  Only if you answered “yes” to “Do you work at night?”.

Every sentence goes through `translate` (a gettext function), whole: languages put the words of a clause in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from draagkracht.instruments.conditions.grammar import COMPARISONS, Tree
from draagkracht.instruments.tables import gettext_noop

LONGEST = 90
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Asked:
    """A question as the words name it, and the words of its answers."""

    text: str
    answers: Mapping[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        text = self.text.strip()
        return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"


ONLY_IF = gettext_noop("Only if {clause}.")
AND, OR = gettext_noop("{first} and {second}"), gettext_noop("{first} or {second}")
NOT = gettext_noop("it is not so that {clause}")
CHOSE = gettext_noop("you answered “{answer}” to “{question}”")
CHOSE_NOT = gettext_noop("you answered something else than “{answer}” to “{question}”")
INCLUDES = gettext_noop("“{answer}” is among your answers to “{question}”")
ANSWERED, UNANSWERED = (
    gettext_noop("you answered “{question}”"),
    gettext_noop("you did not answer “{question}”"),
)
COMPARED = {
    "=": gettext_noop("{left} is {right}"),
    "!=": gettext_noop("{left} is not {right}"),
    "<": gettext_noop("{left} is less than {right}"),
    "<=": gettext_noop("{left} is at most {right}"),
    ">": gettext_noop("{left} is more than {right}"),
    ">=": gettext_noop("{left} is at least {right}"),
}
# What a value is called; `parts` are names joined by commas.
CALLED = {
    "+": gettext_noop("{left} plus {right}"),
    "-": gettext_noop("{left} minus {right}"),
    "*": gettext_noop("{left} times {right}"),
    "/": gettext_noop("{left} divided by {right}"),
    "neg": gettext_noop("minus {left}"),
    "sum": gettext_noop("the sum of {parts}"),
    "mean": gettext_noop("the mean of {parts}"),
    "min": gettext_noop("the lowest of {parts}"),
    "max": gettext_noop("the highest of {parts}"),
    "count": gettext_noop("the number of answers to {parts}"),
}
QUESTION = gettext_noop("your answer to “{question}”")
NOTHING = gettext_noop("something that is never so")
GONE = gettext_noop("(a question that is not there any more)")


def in_words(tree: Tree, asked: Mapping[str, Asked], translate: Translate) -> str:
    """One sentence. `asked` by code; a question that is not in it is called GONE."""
    return _Teller(asked, translate).whole(tree)


class _Teller:
    def __init__(self, asked: Mapping[str, Asked], translate: Translate) -> None:
        self.asked, self.translate = asked, translate

    def whole(self, tree: Tree) -> str:
        return self.say(ONLY_IF, clause=self.clause(tree))

    def say(self, template: str, **values: str) -> str:
        return self.translate(template).format(**values)

    def clause(self, tree: Tree) -> str:
        operation, parts = tree[0], tree[1:]
        if operation in ("and", "or"):
            return self._joined(operation, parts)
        if operation == "not":
            return self._denied(parts[0])
        if operation == "answered":
            return self._answered(ANSWERED, parts[0])
        if operation == "includes":
            return self._chosen(INCLUDES, parts[0], parts[1]) or self.say(NOTHING)
        if operation in COMPARISONS:
            return self._compared(operation, parts[0], parts[1])
        return self.say(NOTHING)

    def _joined(self, operation: str, parts: list[Tree]) -> str:
        # An "or" inside an "and" would be read wrongly without brackets of its own.
        clauses = [f"({self.clause(part)})" if part[0] in ("and", "or") else self.clause(part) for part in parts]
        first, last = ", ".join(clauses[:-1]), clauses[-1]
        return self.say(AND if operation == "and" else OR, first=first, second=last)

    def _denied(self, tree: Tree) -> str:
        if tree[0] == "answered":
            return self._answered(UNANSWERED, tree[1])
        clause = self.clause(tree)
        return self.say(NOT, clause=f"({clause})" if tree[0] in ("and", "or") else clause)

    def _answered(self, template: str, tree: Tree) -> str:
        name = self._of(tree[1]).name if tree[0] == "v" else self.value(tree)
        return self.say(template, question=name)

    def _compared(self, sign: str, left: Tree, right: Tree) -> str:
        if sign in ("=", "!="):
            template = CHOSE if sign == "=" else CHOSE_NOT
            found = self._chosen(template, left, right) or self._chosen(template, right, left)
            if found:
                return found
        return self.say(COMPARED[sign], left=self.value(left, right), right=self.value(right, left))

    def _chosen(self, template: str, question: Tree, answer: Tree) -> str:
        """A question with words for its answers beside one of them; '' for anything else."""
        if question[0] != "v" or answer[0] != "n" or answer[1] not in self._of(question[1]).answers:
            return ""
        asked = self._of(question[1])
        return self.say(template, answer=asked.answers[int(answer[1])], question=asked.name)

    def value(self, tree: Tree, beside: Tree | None = None) -> str:
        operation, parts = tree[0], tree[1:]
        if operation == "n":
            return self._number(parts[0], beside)
        if operation == "t":
            return f"“{parts[0]}”"
        if operation == "v":
            return self.say(QUESTION, question=self._of(parts[0]).name)
        if operation not in CALLED:
            return self.clause(tree)
        words = [self.value(part) for part in parts]
        return self.say(CALLED[operation], left=words[0], right=words[-1], parts=", ".join(words))

    def _number(self, number: float, beside: Tree | None) -> str:
        """A number; beside a question with words for its answers, those words."""
        words = self._of(beside[1]).answers if beside is not None and beside[0] == "v" else {}
        named = words.get(int(number)) if number == int(number) else None
        text = str(int(number)) if number == int(number) else str(number)
        return f"“{named}”" if named and named != text else text

    def _of(self, code: str) -> Asked:
        return self.asked.get(code) or Asked(self.translate(GONE))
