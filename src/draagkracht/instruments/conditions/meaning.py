"""What the tree of a condition means for given answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from draagkracht.instruments.conditions.grammar import COMPARISONS, ConditionError, Tree
from draagkracht.instruments.tables import gettext_noop

Value = float | str | bool | list[float] | None


def names(tree: Tree) -> Iterator[str]:
    """The codes of the questions that a tree looks at, in their order, each as often as it stands there."""
    if tree[0] == "v":
        yield tree[1]
    else:
        for part in tree[1:]:
            if isinstance(part, list):
                yield from names(part)


def kind_of(tree: Tree, kinds: Mapping[str, str]) -> str:
    """What a tree gives: n number, t text, l list, b true or false; `kinds` tells it of each question.

    Raises ConditionError (place 0) for a question that is not in `kinds`, and for values that never fit together.
    """
    operation, parts = tree[0], tree[1:]
    if operation in ("n", "t"):
        return operation
    if operation == "v":
        if parts[0] not in kinds:
            raise ConditionError(gettext_noop("there is no earlier question {code!r} to look at"), 0, code=parts[0])
        return kinds[parts[0]]
    found = [kind_of(part, kinds) for part in parts]
    wanted, gives = _signature(operation)
    if operation in COMPARISONS:
        if found[0] != found[1] or found[0] in "lb":
            raise ConditionError(gettext_noop("the two sides of {sign!r} cannot be compared"), 0, sign=operation)
    elif operation == "includes":
        if found != ["l", "n"]:
            raise ConditionError(gettext_noop("includes takes a question with several answers, and a number"), 0)
    elif wanted and any(kind != wanted for kind in found):
        message = (
            gettext_noop("{operation!r} takes numbers")
            if wanted == "n"
            else gettext_noop("{operation!r} joins conditions")
        )
        raise ConditionError(message, 0, operation=operation)
    return gives


def _signature(operation: str) -> tuple[str, str]:
    """(kind of every part, '' for any; kind of the result)."""
    if operation in ("and", "or", "not"):
        return "b", "b"
    if operation in COMPARISONS or operation in ("answered", "includes"):
        return "", "b"
    return ("" if operation == "count" else "n"), "n"


def holds(tree: Tree | None, answers: Mapping[str, Any]) -> bool:
    """Whether a condition holds for answers by question code; no condition always does."""
    return tree is None or evaluate(tree, answers) is True


def evaluate(tree: Tree, answers: Mapping[str, Any]) -> Value:
    """The value of a tree. Never raises for a tree of `parse`, whatever the answers are."""
    operation, parts = tree[0], tree[1:]
    if operation == "n":
        return float(parts[0])
    if operation == "t":
        return str(parts[0])
    if operation == "v":
        return _given(answers.get(parts[0]))
    if operation in ("and", "or"):
        found = (evaluate(part, answers) is True for part in parts)
        return all(found) if operation == "and" else any(found)
    values = [evaluate(part, answers) for part in parts]
    if operation == "not":
        return values[0] is not True
    if operation in COMPARISONS:
        return _compare(operation, values[0], values[1])
    if operation in ("+", "-", "*", "/", "neg"):
        return _calculate(operation, values)
    return _called(operation, values)


def _given(answer: Any) -> Value:
    if answer is None or isinstance(answer, (str, bool)):
        return answer
    return [float(one) for one in answer] if isinstance(answer, (list, tuple)) else float(answer)


def _kind(value: Value) -> str:
    return (
        "n" if isinstance(value, float) else "t" if isinstance(value, str) else "b" if isinstance(value, bool) else "l"
    )


def _compare(operation: str, left: Value, right: Value) -> bool:
    if left is None or right is None:
        return False
    kind = _kind(left)
    if kind != _kind(right) or kind == "l":
        return operation == "!="
    a, b = (_units(left), _units(right)) if kind == "t" else (left, right)
    if operation in ("=", "!="):
        return (a == b) is (operation == "=")
    if kind == "b":
        return False
    order: dict[str, Callable[[Any, Any], bool]] = {
        "<": lambda x, y: x < y,
        "<=": lambda x, y: x <= y,
        ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y,
    }
    return order[operation](a, b)


def _units(text: Any) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _calculate(operation: str, values: list[Value]) -> float | None:
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) != len(values) or (operation == "/" and numbers[1] == 0):
        return None
    if operation == "neg":
        result = 0.0 - numbers[0]
    elif operation == "+":
        result = numbers[0] + numbers[1]
    elif operation == "-":
        result = numbers[0] - numbers[1]
    else:
        result = numbers[0] * numbers[1] if operation == "*" else numbers[0] / numbers[1]
    return result if math.isfinite(result) else None


def _called(name: str, values: list[Value]) -> Value:
    if name == "answered":
        return values[0] is not None
    if name == "count":
        return float(sum(value is not None for value in values))
    if name == "includes":
        return isinstance(values[0], list) and isinstance(values[1], float) and values[1] in values[0]
    numbers = [value for value in values if isinstance(value, float)]
    if not numbers:
        return None
    if name in ("min", "max"):
        return min(numbers) if name == "min" else max(numbers)
    total = 0.0
    for number in numbers:  # one after the other: the page adds in the same order
        total += number
    result = total if name == "sum" else total / len(numbers)
    return result if math.isfinite(result) else None
