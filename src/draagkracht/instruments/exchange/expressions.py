"""The tree of a condition as the text of a condition again. No Django."""

from __future__ import annotations

from draagkracht.instruments.conditions import Tree
from draagkracht.instruments.conditions.grammar import COMPARISONS

# How firmly an operation holds its parts together; what stands looser inside gets brackets.
FIRMNESS = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7}
ATOM = 8


class NoText(ValueError):
    """The language of conditions has no words for this, such as a text with both kinds of quotation mark."""


def as_text(tree: Tree) -> str:
    """A condition that `parse` reads into this tree. Raises NoText."""
    operation, parts = tree[0], tree[1:]
    if operation == "n":
        return number(parts[0])
    if operation == "t":
        return quoted(parts[0])
    if operation == "v":
        return f"{{{parts[0]}}}"
    if operation not in FIRMNESS:
        return f"{operation}({', '.join(as_text(part) for part in parts)})"
    firm = FIRMNESS[operation]
    if operation in ("not", "neg"):
        return ("not " if operation == "not" else "-") + _inside(parts[0], firm)
    if operation in ("and", "or"):
        return f" {operation} ".join(_inside(part, firm + 1) for part in parts)
    # A chain reads from the left; a comparison takes no other comparison.
    left = _inside(parts[0], firm if operation in "+-*/" else firm + 1)
    return f"{left} {operation} {_inside(parts[1], firm + 1)}"


def _inside(tree: Tree, least: int) -> str:
    text = as_text(tree)
    return text if FIRMNESS.get(tree[0], ATOM) >= least and not text.startswith("-") else f"({text})"


def number(value: float) -> str:
    """A number without an exponent, as the language of conditions reads it."""
    if isinstance(value, int) or value == int(value):
        return str(int(value))
    return f"{value:.12f}".rstrip("0")


def quoted(text: str) -> str:
    """A text between quotation marks. Raises NoText."""
    mark = "'" if "'" not in text else '"'
    if mark in text:
        raise NoText(text)
    return f"{mark}{text}{mark}"
