"""Which units may be shown: exact suppression within one wave, decided without any answer."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.repair import Rules, pair_hidden, settle
from draagkracht.science.disclosure.tree import Node, Path, Person, Tree, build
from draagkracht.science.disclosure.waves import History, cheapest_merge, withhold, withhold_for

TOO_FEW = "too-few"
PROTECTED = "protected"
NO_DATA = "no-data"

# So often others are held back before a unit is withheld because of earlier waves; in a breakdown, which has few
# categories with many people each, there is more to try.
ATTEMPTS, ATTEMPTS_BESIDE = 2, 6


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
    earlier: Sequence[Mapping[Path, Collection[Person]]] = (),
    beside: Sequence[Mapping[Path, Collection[Person]]] = (),
    avoid: Collection[Path] = (),
) -> Plan:
    """Decide which units of one tree may be shown for one wave. Sees no answer values.

    `members` is the staff list frozen when the wave closed: one organisation, each person once, in the unit that they
    belonged to. Their order does not matter. `seed` (the wave's id or a hash of the frozen list) decides who is held back.
    `groups` are the fixed groups of earlier waves of the same year; `new_groups=False` forms no others.
    `hold_back=False` withholds units instead of holding people back; it serves comparison.
    `earlier` are the `Plan.atoms` of all earlier releases of the same measure, oldest first; `beside` those of the trees
    of this same wave that are planned already (see `breakdown`).
    `avoid` are units that must show no figure, because an attack on a draft found somebody: the plan is the same draft,
    with their atoms joined to those of the next shown units above.

    Every atom of the result is empty or holds at least policy.k people, so that no sum or difference of exact figures
    isolates a smaller group. Together with all of `earlier`, no combination of exact figures isolates one or two
    people, and with any one of them none isolates fewer than policy.d by sums and differences, even if
    everybody answered the same each time. With any one of `beside`, none isolates fewer than policy.k.
    What `earlier` and `beside` isolate without this tree can not be mended and is left as it is.

    Raises ValueError for an empty path, two organisations, or a person who is listed twice.
    """
    _check(members)
    fixed = [tuple(sorted(group)) for group in groups]
    history = History.of(earlier, policy, str(seed), beside) if any(earlier) or any(beside) else None
    rules = Rules(policy.k, str(seed), hold_back, new_groups, history.past if history else None)
    tree, formed = _draft(members, fixed, rules)
    if history:
        if new_groups and any(earlier):
            fixed = _with(fixed, pair_hidden(tree, policy.k))
            tree, formed = _draft(members, fixed, rules)
        tree, formed = _set_apart(members, fixed, rules, history, (tree, formed))
    _withhold_all(tree, avoid)
    return _result(tree, tuple(sorted(set(_with(fixed, formed)))))


def _with(fixed: list[tuple[Path, ...]], new: list[tuple[Path, ...]]) -> list[tuple[Path, ...]]:
    """Groups with new ones: a group of which one unit is left gives way when that unit finds another partner."""
    taken = {path for group in new for path in group}
    return [group for group in fixed if taken.isdisjoint(group)] + new


Draft: TypeAlias = tuple[Tree, list[tuple[Path, ...]]]


def _draft(members: Sequence[Member], fixed: list[tuple[Path, ...]], rules: Rules) -> Draft:
    """The tree, settled for this wave, and the groups that this formed."""
    tree = build(members, fixed)
    formed: list[tuple[Path, ...]] = []
    for node in _bottom_up(tree.root):
        formed += settle(node, rules)
    return tree, formed


def _set_apart(
    members: Sequence[Member], fixed: list[tuple[Path, ...]], rules: Rules, history: History, draft: Draft
) -> Draft:
    """Hold back others, or more, where a draft and the past isolate too few; after some attempts withhold.

    Ends: each withholding takes a unit that is shown, and with none shown nothing is isolated.
    """
    more: dict[Path, int] = {}
    found = history.isolated(draft[0])
    attempts = ATTEMPTS_BESIDE if history.beside else ATTEMPTS
    for _ in range(attempts if rules.hold_back else 0):
        if not found:
            break
        for combination, missing in found:
            first = cheapest_merge(draft[0], combination)[0].paths[0]
            more[first] = more.get(first, 0) + missing
        draft = _draft(members, fixed, rules._replace(more=more))
        found = history.isolated(draft[0])
    while found:
        withhold_for(draft[0], found)
        found = history.isolated(draft[0])
    return draft


def _withhold_all(tree: Tree, paths: Collection[Path]) -> None:
    """Joining atoms never isolates anybody whom the draft did not, so that nothing has to be looked at again."""
    for path in sorted(paths, key=lambda path: (-len(path), path)):
        if path in tree.nodes:
            node = tree.nodes[path].merged_into or tree.nodes[path]
            if node.published:
                withhold(node)


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


def _held_back(shown: Iterable[Node], home: Mapping[Person, Path]) -> tuple[dict[Path, int], frozenset[Person]]:
    """Per unit, how many of its respondents its figures leave out; and who is left out of a figure that is shown."""
    shown = list(shown)
    visible = {path for node in shown for path in node.paths}
    counted = {person: node for node in shown for person in node.own}
    left_out: dict[Path, int] = {}
    held: set[Person] = set()
    for person, own in home.items():
        node = counted.get(person)
        if node and own in node.paths:
            continue
        for size in range(node.depth + 1 if node else 1, len(own) + 1):
            unit = own[:size]
            left_out[unit] = left_out.get(unit, 0) + 1
            if unit in visible:
                held.add(person)
    return left_out, frozenset(held)
