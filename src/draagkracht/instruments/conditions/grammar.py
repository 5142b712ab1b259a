"""Reads the text of a condition into a tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from draagkracht.instruments.tables import Fault, gettext_noop

Tree = list[Any]

LONGEST = 1000
MOST_WORDS = 200
DEEPEST = 40
LARGEST = 10**15  # above it, whole numbers are no longer exact in a page
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
# How many values each takes; 0: any number, at least one.
FUNCTIONS = {"answered": 1, "count": 0, "sum": 0, "mean": 0, "min": 0, "max": 0, "includes": 2}
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>\{[^{}]*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign><=|>=|!=|==|[-+*/=<>(),])|(?P<word>[A-Za-z_]+))"
)
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*\.[A-Za-z0-9][A-Za-z0-9_-]*")


class ConditionError(Fault):
    """A condition that cannot be read; `position` counts its characters from 1."""

    def __init__(self, template: str, position: int, **values: object) -> None:
        super().__init__(template, position=position, **values)
        self.position = position


def parse(text: str) -> Tree:
    """The tree of a condition, plain JSON. Raises ConditionError with the place."""
    if len(text) > LONGEST:
        raise ConditionError(gettext_noop("the condition is longer than {most} characters"), LONGEST, most=LONGEST)
    tokens = list(_tokens(text))
    if len(tokens) > MOST_WORDS:
        message = gettext_noop("the condition has more than {most} words and signs")
        raise ConditionError(message, tokens[MOST_WORDS][2], most=MOST_WORDS)
    return _Reader(tokens, len(text) + 1).whole()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            message = gettext_noop("the sign {sign!r} at place {position} is not understood")
            raise ConditionError(message, at + 1, sign=text[at])
        kind = found.lastgroup or ""
        word = found[kind].lower() if kind == "word" else found[kind]
        yield kind, "=" if word == "==" else word, found.start(kind) + 1
        at = found.end()


class _Reader:
    """Reads tokens from left to right, by the grammar above, one method for each of its lines."""

    def __init__(self, tokens: list[tuple[str, str, int]], end: int) -> None:
        self.tokens, self.end, self.at, self.depth = tokens, end, 0, 0

    def whole(self) -> Tree:
        tree = self.condition()
        if self.at < len(self.tokens):
            self._stuck()
        return tree

    def condition(self) -> Tree:
        return self._joined("or", self.both)

    def both(self) -> Tree:
        return self._joined("and", self.denied)

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(gettext_noop("the condition has too many brackets"), self._place())
        parts = [part()]
        while self._take(word):
            parts.append(part())
        self.depth -= 1
        return [word, *parts] if len(parts) > 1 else parts[0]

    def denied(self) -> Tree:
        return self._prefixed("not", "not", self.comparison)

    def comparison(self) -> Tree:
        left = self.sum()
        sign = self._take(*COMPARISONS)
        return [sign, left, self.sum()] if sign else left

    def sum(self) -> Tree:
        return self._chain(("+", "-"), self.product)

    def product(self) -> Tree:
        return self._chain(("*", "/"), self.signed)

    def _chain(self, signs: tuple[str, str], part: Callable[[], Tree]) -> Tree:
        tree = part()
        while sign := self._take(*signs):
            tree = [sign, tree, part()]
        return tree

    def signed(self) -> Tree:
        return self._prefixed("-", "neg", self.atom)

    def _prefixed(self, sign: str, operation: str, part: Callable[[], Tree]) -> Tree:
        turns = 0
        while self._take(sign):
            turns += 1
        tree = part()
        for _ in range(turns):
            tree = [operation, tree]
        return tree

    def atom(self) -> Tree:
        kind, sign, place = self.tokens[self.at] if self.at < len(self.tokens) else ("", "", self.end)
        self.at += 1
        if kind == "number":
            return ["n", self._number(sign, place)]
        if kind == "text":
            return ["t", sign[1:-1]]
        if kind == "name":
            return self._name(sign[1:-1].strip(), place)
        if sign == "(":
            tree = self.condition()
            self._need(")")
            return tree
        if kind == "word" and sign in FUNCTIONS:
            return self._function(sign, place)
        self.at -= 1
        self._stuck()

    def _number(self, sign: str, place: int) -> int | float:
        if float(sign) > LARGEST:
            raise ConditionError(gettext_noop("the number at place {position} is too large"), place)
        return float(sign) if "." in sign else int(sign)

    def _name(self, code: str, place: int) -> Tree:
        if not CODE.fullmatch(code):
            message = gettext_noop("{code!r} at place {position} is not the code of a question")
            raise ConditionError(message, place, code=code)
        return ["v", code]

    def _function(self, name: str, place: int) -> Tree:
        self._need("(")
        parts = [self.condition()]
        while self._take(","):
            parts.append(self.condition())
        self._need(")")
        wanted = FUNCTIONS[name]
        if wanted and len(parts) != wanted:
            message = gettext_noop("{name} at place {position} takes {wanted} values, not {given}")
            raise ConditionError(message, place, name=name, wanted=wanted, given=len(parts))
        return [name, *parts]

    def _take(self, *tokens: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] in ("sign", "word"):
            token = self.tokens[self.at][1]
            if token in tokens:
                self.at += 1
                return token
        return ""

    def _need(self, token: str) -> None:
        if not self._take(token):
            message = gettext_noop("there must be a {token!r} at place {position}")
            raise ConditionError(message, self._place(), token=token)

    def _place(self) -> int:
        return self.tokens[self.at][2] if self.at < len(self.tokens) else self.end

    def _stuck(self) -> NoReturn:
        if self.at >= len(self.tokens):
            raise ConditionError(gettext_noop("the condition ends too early"), self.end)
        message = gettext_noop("{token!r} does not fit at place {position}")
        raise ConditionError(message, self._place(), token=self.tokens[self.at][1])
