"""A second, stricter partition: which units may also show a distribution or text answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from draagkracht.science.disclosure.repair import Rules, settle
from draagkracht.science.disclosure.structure import Path, Plan
from draagkracht.science.disclosure.tree import Node


class Nested(NamedTuple):
    """blocks: sets of atoms of the plan, each with at least so many respondents; units: the blocks that a unit sums."""

    blocks: list[tuple[Path, ...]]
    units: dict[Path, tuple[int, ...]]


def nest(plan: Plan, least: int, eligible: Callable[[Path], bool] = lambda path: True) -> Nested:
    """Choose units so that every difference between their figures is about `least` respondents or more.

    The rule of the plan once more, with `least` for k and whole atoms for people: nobody is held back, no group formed.
    """
    nodes = _nodes(plan, eligible)
    rules = Rules(least, "", hold_back=False, new_groups=False)
    for node in reversed(nodes):
        settle(node, rules)
    atom_of = {person: atom for atom, people in plan.atoms.items() for person in people}
    shown = [node for node in nodes if node.published]
    number = {node: place for place, node in enumerate(node for node in shown if node.own)}
    blocks = [tuple(sorted({atom_of[person] for person in node.own})) for node in number]
    units: dict[Path, tuple[int, ...]] = {}
    for node in shown:
        found = tuple(number[below] for below in node.walk() if below in number)
        units.update(dict.fromkeys((node.paths[0], *plan.units[node.paths[0]].grouped_with), found))
    return Nested(blocks, units)


def _nodes(plan: Plan, eligible: Callable[[Path], bool]) -> list[Node]:
    """The shown units that may take part, parents first, with the atoms of the others at the nearest one above."""
    at: dict[Path, Node] = {}
    for path, unit in plan.units.items():
        first_of_group = not unit.grouped_with or path < min(unit.grouped_with)
        if unit.reason is None and first_of_group and eligible(path):
            parent = _above(at, path)
            at[path] = Node((path,), parent)
            if parent:
                parent.children.append(at[path])
    for atom, people in plan.atoms.items():
        node = at.get(atom) or _above(at, atom)
        if node:
            node.own.extend(people)
    return [node for top in at.values() if top.parent is None for node in top.walk()]


def _above(at: dict[Path, Node], path: Path) -> Node | None:
    return next((at[path[:size]] for size in range(len(path) - 1, 0, -1) if path[:size] in at), None)
