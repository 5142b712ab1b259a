"""Which units may be shown: exact suppression within one wave, decided without any answer."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.repair import settle
from draagkracht.science.disclosure.tree import Node, Path, Person, Tree, build

TOO_FEW = "too-few"
PROTECTED = "protected"
NO_DATA = "no-data"


class Member(NamedTuple):
    """One person of the frozen staff list: key, path of unit keys from the organisation to the own unit, answered or not."""

    person: Person
    path: Path
    answered: bool


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What may be shown of one unit.

    n            respondents that the unit's figures count (for a group: of the whole group); show it only if `reason` is None
    invited      people of the staff list at or below the unit
    answered     those among them who answered, held back or not: for participation only, never beside a figure
    reason       None when the unit may be shown, else "too-few", "protected" or "no-data"
    grouped_with sibling units with which this unit shares one figure
    held_back    respondents at or below the unit whom its figures leave out
    atoms        ids of the atoms that its figures are sums of; empty when the unit is not shown
    """

    path: Path
    n: int
    invited: int
    answered: int
    reason: str | None
    grouped_with: tuple[Path, ...]
    held_back: int
    atoms: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The structure of a release.

    atoms is a partition of the counted respondents: {path of the owning unit: persons}; a group's atom is owned by the
    first of its units. groups are the units that share a figure: hand them to the plans of the next waves of the year.
    """

    units: dict[Path, UnitPlan]
    atoms: dict[Path, tuple[Person, ...]]
    held_back: frozenset[Person]
    groups: tuple[tuple[Path, ...], ...]


def plan(
    members: Sequence[Member],
    policy: Policy,
    *,
    seed: Hashable,
    groups: Iterable[Sequence[Path]] = (),
    new_groups: bool = True,
    hold_back: bool = True,
    earlier: Collection[object] = (),
) -> Plan:
    """Decide which units of one tree may be shown for one wave. Sees no answer values.

    `members` is the staff list frozen when the wave closed: one organisation, each person once, in the unit that they
    belonged to. Their order does not matter. `seed` (the wave's id or a hash of the frozen list) decides who is held back.
    `groups` are the fixed groups of earlier waves of the same year; `new_groups=False` forms no others.
    `hold_back=False` withholds units instead of holding people back; it serves comparison.

    Every atom of the result is empty or holds at least policy.k people, so that no sum or difference of exact figures
    isolates a smaller group. Not done yet: earlier waves are not looked at. `earlier` is kept for that; passing any
    raises NotImplementedError rather than giving a promise that is not kept.

    Raises ValueError for an empty path, two organisations, or a person who is listed twice.
    """
    if earlier:
        raise NotImplementedError("comparison with earlier waves is not built yet")
    _check(members)
    fixed = [tuple(sorted(group)) for group in groups]
    tree = build(members, fixed)
    formed: list[tuple[Path, ...]] = []
    for node in _bottom_up(tree.root):
        formed += settle(node, policy.k, str(seed), hold_back=hold_back, new_groups=new_groups)
    return _result(tree, tuple(sorted({*fixed, *formed})))


def _check(members: Sequence[Member]) -> None:
    if any(not member.path for member in members):
        raise ValueError("every person needs a unit: an empty path")
    if len({member.path[0] for member in members}) > 1:
        raise ValueError("a plan is about one organisation: the paths begin with different units")
    if len({member.person for member in members}) != len(members):
        raise ValueError("a person is listed twice: a release counts everybody once")


def _bottom_up(root: Node | None) -> list[Node]:
    return list(root.walk())[::-1] if root else []


def _result(tree: Tree, groups: tuple[tuple[Path, ...], ...]) -> Plan:
    shown = [node for node in _bottom_up(tree.root)[::-1] if node.published]
    atoms = {node.paths[0]: tuple(sorted(node.own, key=repr)) for node in shown if node.own}
    under = _atoms_under(tree.root)
    left_out, held = _held_back(shown, tree.home)
    units = {}
    for path in sorted(tree.nodes):
        node = tree.nodes[path].merged_into or tree.nodes[path]
        units[path] = UnitPlan(
            path=path,
            n=sum(len(atoms[atom]) for atom in under[node]),
            invited=tree.invited[path],
            answered=tree.answered[path],
            reason=_reason(node, tree),
            grouped_with=tuple(other for other in node.paths if other != path),
            held_back=left_out.get(path, 0) if node.published else 0,
            atoms=under[node] if node.published else (),
        )
    return Plan(units, atoms, held, groups)


def _atoms_under(root: Node | None) -> dict[Node, tuple[Path, ...]]:
    """The ids of the atoms at or below each node, parents before children, so that each node's are consecutive."""
    under: dict[Node, tuple[Path, ...]] = {}
    for node in _bottom_up(root):
        found = [node.paths[0]] if node.own else []
        for child in node.children:
            found.extend(under[child])
        under[node] = tuple(found)
    return under


def _reason(node: Node, tree: Tree) -> str | None:
    if node.published:
        return None
    if not any(tree.answered[path] for path in node.paths):
        return NO_DATA
    return PROTECTED if node.withheld else TOO_FEW


def _held_back(shown: Iterable[Node], home: dict[Person, Path]) -> tuple[dict[Path, int], frozenset[Person]]:
    """Per unit, how many of its respondents its figures leave out; and who is left out of a figure that is shown."""
    shown = list(shown)
    visible = {path for node in shown for path in node.paths}
    left_out: dict[Path, int] = {}
    held: set[Person] = set()
    for node in shown:
        for person in node.own:
            if home[person] in node.paths:
                continue
            for size in range(node.depth + 1, len(home[person]) + 1):
                unit = home[person][:size]
                left_out[unit] = left_out.get(unit, 0) + 1
                if unit in visible:
                    held.add(person)
    return left_out, frozenset(held)
