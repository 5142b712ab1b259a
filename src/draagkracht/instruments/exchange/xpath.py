"""Conditions as XPath, in the words that XLSForm programs know. No Django.

XPath calculates with NaN where an answer is missing: a comparison with it is false, as ours is, except "!=". There, and
where a function skips missing answers, the XPath asks first whether there is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.exchange.expressions import NoText, number, quoted
from draagkracht.instruments.exchange.source import Asked


class NoWords(Exception):
    """XPath as these programs know it cannot say this."""


def xpath(tree: Tree, kinds: Mapping[str, Asked], names: Mapping[str, str]) -> str:
    """A condition as XPath. `names`: code -> name in the file. Raises NoWords."""
    operation, parts = tree[0], tree[1:]
    if operation in ("and", "or"):
        return "(" + f" {operation} ".join(xpath(part, kinds, names) for part in parts) + ")"
    if operation == "not":
        return f"not({xpath(parts[0], kinds, names)})"
    if operation == "answered" and parts[0][0] == "v":
        return f"{_name(parts[0], names)} != ''"
    if operation == "includes" and parts[0][0] == "v" and parts[1][0] in ("n", "neg"):
        value = number(parts[1][1]) if parts[1][0] == "n" else f"-{number(parts[1][1][1])}"
        return f"selected({_name(parts[0], names)}, '{value}')"
    if operation in ("=", "!=", "<", "<=", ">", ">="):
        return _comparison(operation, parts, kinds, names)
    raise NoWords(operation)


def _comparison(sign: str, parts: list[Tree], kinds: Mapping[str, Asked], names: Mapping[str, str]) -> str:
    days = sign not in ("=", "!=") and _texts(parts, kinds)
    if any(part[0] == "v" and _kind(part, kinds) == "time" for part in parts):
        raise NoWords("time")
    if days and not all(part[0] == "t" or _kind(part, kinds) == "date" for part in parts):
        raise NoWords("text")
    left, right = (_value(part, kinds, names, days) for part in parts)
    guards = [guard for part in parts for guard in _guards(part, names, sign == "!=")]
    said = f"{left} {sign} {right}"
    return f"({' and '.join(dict.fromkeys([*guards, said]))})" if guards else said


def _texts(parts: list[Tree], kinds: Mapping[str, Asked]) -> bool:
    return any(part[0] == "t" or (part[0] == "v" and _kind(part, kinds) in ("date", "text")) for part in parts)


def _value(tree: Tree, kinds: Mapping[str, Asked], names: Mapping[str, str], days: bool = False) -> str:
    """A number, a text or a question, and what is calculated from them."""
    operation, parts = tree[0], tree[1:]
    if operation == "n":
        return number(parts[0])
    if operation == "t":
        try:
            return f"date({quoted(parts[0])})" if days else quoted(parts[0])
        except NoText as error:
            raise NoWords("text") from error
    if operation == "v":
        return _name(tree, names)
    if operation == "neg":
        return f"-{_value(parts[0], kinds, names)}"
    if operation in ("+", "-", "*", "/"):
        left, right = (_value(part, kinds, names) for part in parts)
        return f"({left} {'div' if operation == '/' else operation} {right})"
    if operation in ("count", "sum", "mean") and all(part[0] == "v" for part in parts):
        given = " + ".join(f"if({_name(part, names)} != '', 1, 0)" for part in parts)
        total = " + ".join(f"number(coalesce({_name(part, names)}, 0))" for part in parts)
        return {"count": f"({given})", "sum": f"({total})", "mean": f"(({total}) div ({given}))"}[operation]
    raise NoWords(operation)


def _guards(tree: Tree, names: Mapping[str, str], strict: bool) -> list[str]:
    """What must be asked first. `strict`: also whether a plain question has an answer."""
    operation, parts = tree[0], tree[1:]
    if operation == "v":
        return [f"{_name(tree, names)} != ''"] if strict else []
    if operation in ("sum", "mean"):
        return ["(" + " or ".join(f"{_name(part, names)} != ''" for part in parts) + ")"]
    found = [guard for part in parts if isinstance(part, list) for guard in _guards(part, names, strict)]
    if operation == "count":
        return []
    if operation == "/" and parts[1][0] != "n":
        raise NoWords("/")
    return found


def _kind(tree: Tree, kinds: Mapping[str, Asked]) -> str:
    return kinds[tree[1]].kind if tree[1] in kinds else ""


def _name(tree: Tree, names: Mapping[str, str]) -> str:
    if tree[1] not in names:
        raise NoWords(tree[1])
    return f"${{{names[tree[1]]}}}"
