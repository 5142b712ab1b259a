"""Reads the conditions of other programs into our trees: XPath as XLSForm uses it, expressions of LimeSurvey. No Django.

Both are comparisons, `and`, `or`, `not`, arithmetic and functions over questions; they differ in their words. Where an
answer is missing, "!=" holds there and not here: it becomes `not a = b`, which means the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.conditions.grammar import LARGEST
from draagkracht.instruments.exchange.fhir_conditions import number
from draagkracht.instruments.exchange.gathering import Gathering, Known, Untranslatable, variable
from draagkracht.instruments.questions import IN_CONDITIONS
from draagkracht.instruments.tables import gettext_noop

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
DEEPEST = 40
MOST_TOKENS = 400
UNREADABLE = gettext_noop("it cannot be read at “{place}”")
NO_FUNCTION = gettext_noop("there is no “{name}” here")
NO_ANSWER = gettext_noop("there is no answer {name}")
NO_ORDER = gettext_noop("the answers of {name} have no order here")
TOO_LARGE = gettext_noop("a number in it is larger than {most}")
DIFFERENT = gettext_noop("it compares {name} with something of another kind")

Call = Callable[[str, list[Tree], Gathering], Tree]


@dataclass(frozen=True)
class Dialect:
    """`token`: named groups number, text, name, word, sign. `words`: what a word or sign stands for in our grammar.

    `call` makes the tree of a function; `name` turns what names a question into its name in the file.
    """

    token: re.Pattern[str]
    words: Mapping[str, str]
    call: Call
    name: Callable[[str], str] = str


def translate(text: str, dialect: Dialect, gathering: Gathering) -> Tree:
    """The tree of a condition. Raises Untranslatable, which says what has no words here."""
    tokens = []
    at = 0
    while text[at:].strip():
        found = dialect.token.match(text, at)
        if found is None or len(tokens) > MOST_TOKENS:
            raise Untranslatable(UNREADABLE, place=text[at:].strip()[:20])
        kind = found.lastgroup or ""
        value = found[kind]
        if kind in ("word", "sign") and value.lower() in dialect.words:
            kind, value = "sign", dialect.words[value.lower()]
        tokens.append((kind, value))
        at = found.end()
    reader = _Reader(tokens, dialect, gathering)
    tree = reader.joined("or")
    if reader.at < len(tokens):
        reader.stuck()
    return settled(tree, gathering)


class _Reader:
    """One method for each level, from the loosest to the firmest."""

    def __init__(self, tokens: list[tuple[str, str]], dialect: Dialect, gathering: Gathering) -> None:
        self.tokens, self.dialect, self.gathering = tokens, dialect, gathering
        self.at = self.depth = 0

    def joined(self, word: str) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            self.stuck()
        parts = [self._under(word)]
        while self.take(word):
            parts.append(self._under(word))
        self.depth -= 1
        return parts[0] if len(parts) == 1 else [word, *(settled(part, self.gathering) for part in parts)]

    def _under(self, word: str) -> Tree:
        return self.joined("and") if word == "or" else self.comparison()

    def comparison(self) -> Tree:
        left = self.chain(("+", "-"))
        sign = self.take(*COMPARISONS)
        return compare(sign, left, self.chain(("+", "-")), self.gathering) if sign else left

    def chain(self, signs: tuple[str, str]) -> Tree:
        under = (lambda: self.chain(("*", "/"))) if "+" in signs else self.prefixed
        tree = under()
        while sign := self.take(*signs):
            tree = [sign, settled(tree, self.gathering), settled(under(), self.gathering)]
        return tree

    def prefixed(self) -> Tree:
        sign = self.take("-", "!")
        if not sign:
            return self.atom()
        self.depth += 1
        if self.depth > DEEPEST:
            self.stuck()
        inner = settled(self.prefixed(), self.gathering)
        self.depth -= 1
        return ["neg", inner] if sign == "-" else denied(inner)

    def atom(self) -> Tree:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "number":
            return _within(float(value))
        if kind == "text":
            return ["t", value[1:-1]]
        if kind == "name":
            return ["var", value.strip("${} ")]
        if value == "(" and kind == "sign":
            tree = self.joined("or")
            self.need(")")
            return tree
        if kind == "word":
            called, dialect = self.take("("), self.dialect
            return dialect.call(value, self.arguments(), self.gathering) if called else ["var", dialect.name(value)]
        self.at -= 1
        return self.stuck()

    def arguments(self) -> list[Tree]:
        if self.take(")"):
            return []
        found = [self.joined("or")]
        while self.take(","):
            found.append(self.joined("or"))
        self.need(")")
        return found

    def take(self, *signs: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            self.stuck()

    def stuck(self) -> Any:
        place = " ".join(value for _, value in self.tokens[self.at : self.at + 3]) or "…"
        raise Untranslatable(UNREADABLE, place=place[:30])


def _within(value: float) -> Tree:
    """A number that conditions can hold. Raises Untranslatable, and ValueError for what is no number."""
    if abs(value) > LARGEST:
        raise Untranslatable(TOO_LARGE, most=LARGEST)
    return number(value)


def settled(tree: Tree, gathering: Gathering) -> Tree:
    """A name that nothing was compared with: only its value is meant."""
    if tree[0] != "var":
        return tree
    known = variable(gathering, tree[1])
    if IN_CONDITIONS[known.kind] == "l" or not _same_numbers(known):
        raise Untranslatable(NO_ORDER, name=tree[1])
    return ["v", known.code]


def compare(sign: str, left: Tree, right: Tree, gathering: Gathering) -> Tree:
    """A comparison; names of answers become their numbers. Raises Untranslatable."""
    if left[0] != "var" and right[0] == "var":
        left, right = right, left
        sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
    if left[0] == "var" and right[0] in ("t", "n", "neg"):
        known = variable(gathering, left[1])
        if right == ["t", ""] and sign in ("=", "!="):
            return _emptiness(known, sign == "=")
        made = _with_value(sign.replace("!=", "="), left[1], known, right)
    else:
        made = [sign.replace("!=", "="), settled(left, gathering), settled(right, gathering)]
    return denied(made) if sign == "!=" else made


def denied(tree: Tree) -> Tree:
    """Not that; what was denied twice stands as it was."""
    return tree[1] if tree[0] == "not" else ["not", tree]


def _emptiness(known: Known, empty: bool) -> Tree:
    if known.kind == "multiple" and len(known.values) == 1:
        chosen: Tree = ["includes", ["v", known.code], number(next(iter(known.values.values())))]
    else:
        chosen = ["answered", ["v", known.code]]
    return denied(chosen) if empty else chosen


def _with_value(sign: str, name: str, known: Known, value: Tree) -> Tree:
    """One question compared with one value."""
    kind = IN_CONDITIONS[known.kind]
    text = value[1] if value[0] == "t" else _plain(value)
    if kind == "l":
        if sign != "=" or set(known.values) != {"Y"} or text != "Y":
            raise Untranslatable(NO_ORDER, name=name)
        return ["includes", ["v", known.code], number(known.values["Y"])]
    if known.values and known.kind not in ("number", "scale"):
        return [sign, ["v", known.code], _answer(sign, name, known, value, text)]
    if kind == "t" and value[0] != "t":
        raise Untranslatable(DIFFERENT, name=name)
    if kind == "n" and value[0] == "t":
        try:
            value = _within(float(text))
        except ValueError as error:
            raise Untranslatable(DIFFERENT, name=name) from error
    return [sign, ["v", known.code], value]


def _answer(sign: str, name: str, known: Known, value: Tree, text: str) -> Tree:
    """The number of the answer that a value names."""
    if sign != "=" and not _same_numbers(known):
        raise Untranslatable(NO_ORDER, name=name)
    if text in known.values:
        return number(known.values[text])
    if sign == "=" or value[0] == "t":
        raise Untranslatable(NO_ANSWER, name=text)
    return value


def chosen(name: str, answer: str, gathering: Gathering) -> Tree:
    """Whether an answer was chosen, of a question with one or with several."""
    known = variable(gathering, name)
    if answer not in known.values:
        raise Untranslatable(NO_ANSWER, name=answer)
    value, several = number(known.values[answer]), IN_CONDITIONS[known.kind] == "l"
    return ["includes" if several else "=", ["v", known.code], value]


def _same_numbers(known: Known) -> bool:
    return all(name == str(value) for name, value in known.values.items())


def _plain(value: Tree) -> str:
    sign, inner = ("-", value[1][1]) if value[0] == "neg" else ("", value[1])
    return f"{sign}{inner}"


def _xpath_call(name: str, parts: list[Tree], gathering: Gathering) -> Tree:
    if name == "not" and len(parts) == 1:
        return denied(settled(parts[0], gathering))
    if name == "selected" and [part[0] for part in parts] in (["var", "t"], ["var", "n"], ["var", "neg"]):
        answer = parts[1][1] if parts[1][0] == "t" else _plain(parts[1])
        return chosen(parts[0][1], answer, gathering)
    if name == "date" and len(parts) == 1 and parts[0][0] == "t":
        return parts[0]
    if name in ("number", "int", "string") and len(parts) == 1 and name == "number":
        return parts[0]
    raise Untranslatable(NO_FUNCTION, name=f"{name}()")


XPATH = Dialect(
    re.compile(
        r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>\$\{\s*[^\s{}]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")"
        r"|(?P<sign><=|>=|!=|[-+*=<>(),])|(?P<word>[A-Za-z_][A-Za-z0-9_-]*))"
    ),
    {**{sign: sign for sign in ("<=", ">=", "!=", *"-+*=<>(),")}, "and": "and", "or": "or", "div": "/"},
    _xpath_call,
)


def _lime_call(name: str, parts: list[Tree], gathering: Gathering) -> Tree:
    lower = name.lower()
    if lower in ("is_empty", "empty") and len(parts) == 1 and parts[0][0] == "var":
        return _emptiness(variable(gathering, parts[0][1]), True)
    if lower in ("intval", "floatval") and len(parts) == 1:
        return parts[0]
    raise Untranslatable(NO_FUNCTION, name=f"{name}()")


def _lime_name(text: str) -> str:
    """Q1 of Q1.NAOK. Raises Untranslatable for what is not the answer itself, such as Q1.shown."""
    name, _, part = text.partition(".")
    if part.lower() not in ("", "naok", "value", "code", "valuenaok"):
        raise Untranslatable(NO_FUNCTION, name=text)
    return name


LIME = Dialect(
    re.compile(
        r"\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.])|\.\d+)|(?P<text>'[^']*'|\"[^\"]*\")"
        r"|(?P<sign>&&|\|\||==|<=|>=|!=|[-+*/=<>(),!])|(?P<word>[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*))"
    ),
    {
        **{sign: sign for sign in ("<=", ">=", "!=", *"-+*/=<>(),!")},
        "==": "=", "&&": "and", "||": "or", "and": "and", "or": "or", "not": "!", "eq": "=", "ne": "!=", "lt": "<",
        "le": "<=", "gt": ">", "ge": ">=",
    },
    _lime_call,
    _lime_name,
)  # fmt: skip
