"""Conditions as FHIR's enableWhen, and back. No Django.

enableWhen is a list of comparisons of one question with one value, of which all or any must hold. What a condition says
beyond that (sums, both `and` and `or`) has no place there. FHIR's "!=" is true without an answer, ours is false; so ours
becomes "there is an answer" and "!=". Answers that are codes have no order there: `>= 3` becomes one comparison for each
answer that is high enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.exchange.gathering import Gathering, Known, Untranslatable, variable
from draagkracht.instruments.exchange.source import Asked
from draagkracht.instruments.questions import Question
from draagkracht.instruments.tables import gettext_noop

ALL, ANY = "all", "any"
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
HOLDS = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
CODED = ("choice", "likert", "multiple", "ranking", "yesno")
When = list[dict[str, Any]]


def enable_when(tree: Tree, kinds: Mapping[str, Asked], links: Mapping[str, str]) -> tuple[When, str] | None:
    """(comparisons, all or any) for a condition; None where FHIR has no words for it. `links`: code -> linkId."""
    operation, parts = tree[0], tree[1:]
    if operation in ("and", "or"):
        wanted = ALL if operation == "and" else ANY
        found = [enable_when(part, kinds, links) for part in parts]
        if any(one is None or (one[1] != wanted and len(one[0]) > 1) for one in found):
            return None
        return [one for pair in found if pair for one in pair[0]], wanted
    if operation == "not":
        return _denied(parts[0], kinds, links)
    return _plain(operation, parts, kinds, links)


def _plain(
    operation: str, parts: Sequence[Tree], kinds: Mapping[str, Asked], links: Mapping[str, str]
) -> tuple[When, str] | None:
    if operation == "answered" and parts[0][0] == "v":
        return [_exists(parts[0][1], links, True)], ALL
    sides = _sides("=" if operation == "includes" else operation, parts) if len(parts) == 2 else None
    if sides is None:
        return None
    sign, code, value = sides
    asked = kinds.get(code)
    if asked is None or not _fits(operation, asked, value):
        return None
    if sign == "!=":
        return [_exists(code, links, True), _compare("!=", asked, value, links)], ALL
    if asked.kind in CODED and sign != "=":
        fitting = [one for one in asked.values if HOLDS[sign](one, value)]
        return ([_compare("=", asked, one, links) for one in fitting], ANY) if fitting else None
    return [_compare(sign, asked, value, links)], ALL


def _denied(tree: Tree, kinds: Mapping[str, Asked], links: Mapping[str, str]) -> tuple[When, str] | None:
    """What holds when `tree` is not true: also without an answer."""
    operation, parts = tree[0], tree[1:]
    if operation == "answered" and parts[0][0] == "v":
        return [_exists(parts[0][1], links, False)], ALL
    sides = _sides("=" if operation == "includes" else operation, parts) if len(parts) == 2 else None
    if sides is None or sides[1] not in kinds or not _fits(operation, kinds[sides[1]], sides[2]):
        return None
    sign, code, value = sides
    asked = kinds[code]
    if sign == "=":
        return [_compare("!=", asked, value, links)], ALL
    if sign in DENIED and asked.kind not in CODED:
        return [_exists(code, links, False), _compare(DENIED[sign], asked, value, links)], ANY
    return None


def _fits(operation: str, asked: Asked, value: Any) -> bool:
    """Whether FHIR can compare this question with this value in this way."""
    if (operation == "includes") != (asked.kind == "multiple") or asked.kind == "ranking":
        return False
    if asked.kind in ("date", "time"):
        return isinstance(value, str) and Question("x", "x", "x", {}, asked.kind).accepts(value)
    if asked.kind == "text":
        return isinstance(value, str) and value != "" and operation in ("=", "!=")
    whole = not isinstance(value, str) and value == int(value)
    if asked.kind == "yesno":
        return not isinstance(value, str) and (value in (0, 1) or operation not in ("=", "!="))
    return whole if asked.kind != "number" else not isinstance(value, str)


def _sides(sign: str, parts: Sequence[Tree]) -> tuple[str, str, Any] | None:
    """(sign, code, value) of a question compared with a value, whichever stands first."""
    left, right = (_constant(part) for part in parts)
    if sign not in FLIPPED or (left[0] == "v") == (right[0] == "v"):
        return None
    if left[0] == "v" and right[0] in ("n", "t"):
        return sign, left[1], right[1]
    if right[0] == "v" and left[0] in ("n", "t"):
        return FLIPPED[sign], right[1], left[1]
    return None


def _constant(tree: Tree) -> Tree:
    return ["n", -tree[1][1]] if tree[0] == "neg" and tree[1][0] == "n" else tree


def _exists(code: str, links: Mapping[str, str], yes: bool) -> dict[str, Any]:
    return {"question": links[code], "operator": "exists", "answerBoolean": yes}


def _compare(sign: str, asked: Asked, value: Any, links: Mapping[str, str]) -> dict[str, Any]:
    made = {"question": links[asked.code], "operator": sign}
    if asked.kind == "yesno" and value in (0, 1):
        return made | {"answerBoolean": bool(value)}
    if asked.kind in CODED:
        return made | {"answerCoding": {"code": f"{value:g}"}}
    if asked.kind in ("scale", "number"):
        return made | ({"answerInteger": int(value)} if value == int(value) else {"answerDecimal": value})
    if asked.kind == "date":
        return made | {"answerDate": value}
    return made | ({"answerTime": f"{value}:00"} if asked.kind == "time" else {"answerString": value})


def read(when: When, behaviour: str, gathering: Gathering) -> Tree | None:
    """The tree of a list of comparisons. Raises Untranslatable."""
    trees = [_read_one(one, gathering) for one in when]
    if len(trees) < 2:
        return trees[0] if trees else None
    return ["or" if behaviour == ANY else "and", *trees]


def _read_one(one: Mapping[str, Any], gathering: Gathering) -> Tree:
    known = variable(gathering, one["question"])
    sign, name = one["operator"], ["v", known.code]
    answer = next((key for key in one if key.startswith("answer")), "")
    if sign == "exists":
        return ["answered", name] if one[answer] else ["not", ["answered", name]]
    value = _value(answer, one.get(answer), known)
    several = known.kind in ("multiple", "ranking")
    if sign in ("=", "!="):
        same = ["includes", name, value] if several else ["=", name, value]
        return same if sign == "=" else ["not", same]
    if several or sign not in FLIPPED:
        raise Untranslatable(gettext_noop("{sign} does not go with {name}"), sign=sign, name=one["question"])
    return [sign, name, value]


def _value(answer: str, value: Any, known: Known) -> Tree:
    kind = answer.removeprefix("answer")
    if kind == "Boolean":
        return number(int(value))
    if kind == "Coding":
        if value.get("code") not in known.values:
            raise Untranslatable(gettext_noop("there is no answer {name}"), name=value.get("code"))
        return number(known.values[value["code"]])
    if kind in ("Integer", "Decimal"):
        return number(known.values.get(str(value), value))
    if kind == "String" and known.values:
        if value not in known.values:
            raise Untranslatable(gettext_noop("there is no answer {name}"), name=value)
        return number(known.values[value])
    if kind in ("Date", "Time", "String"):
        return ["t", str(value)[:5] if kind == "Time" else str(value)]
    raise Untranslatable(gettext_noop("a value of the kind {kind}"), kind=kind or "-")


def number(value: float) -> Tree:
    """A number as the grammar reads it: a minus is an operation of its own."""
    whole = int(value) if value == int(value) else float(value)
    return ["neg", ["n", -whole]] if whole < 0 else ["n", whole]
