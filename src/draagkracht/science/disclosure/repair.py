"""What is done about an atom that is too small: hold people back, else share a figure, else withhold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from draagkracht.science.disclosure.past import Past, drawn
from draagkracht.science.disclosure.tree import Node, Path, Person, Tree


class Rules(NamedTuple):
    """How a wave is planned; `more` is how many people a unit holds back at least, after an attempt that failed."""

    k: int
    seed: str
    hold_back: bool
    new_groups: bool
    past: Past | None = None
    more: Mapping[Path, int] = {}


def settle(node: Node, rules: Rules) -> list[tuple[Path, ...]]:
    """Decide about one unit, all units below it being decided: publish it with an atom that is empty or >= k,
    or hand its respondents to its parent. Returns the groups that were formed.

    In order: (1) hold back respondents of units below, who then count from here upward; (2) let a small leaf unit and
    its smallest sibling share one figure; (3) withhold the unit below that costs fewest people a figure.
    """
    k = rules.k
    below = any(child.published for child in node.children)
    formed: list[tuple[Path, ...]] = []
    missing = k - len(node.own)
    if node.own and missing > 0 and below:
        done = rules.hold_back and _hold_back(node, missing, rules)
        if not done and rules.new_groups:
            formed = _share_figures(node, k)
        if not done and not formed:
            _withhold(node)
    node.published = below if not node.own else len(node.own) >= k
    if rules.past and rules.hold_back and len(node.own) >= k:
        _keep_apart(node, rules)
    if not node.published and node.parent is not None:
        node.passed_up = node.own
        node.parent.own.extend(node.own)
    if not node.published:
        node.own = []
    return formed


def _keep_apart(node: Node, rules: Rules) -> None:
    """Hold back the fewest people that keep this atom apart from what was published before; else withhold the unit."""
    least = rules.more.get(node.paths[0], 0)
    lot = f"{rules.seed} {least}" if least else rules.seed
    held = rules.past.spare(node.own, rules.k, least, lot) if rules.past else []
    if held is None:
        if not node.children:
            node.published, node.withheld = False, True
        return
    _move(node, held, node.parent)


def _move(node: Node, people: list[Person], to: Node | None) -> None:
    moved = set(people)
    if to is not None:
        to.own.extend(person for person in node.own if person in moved)
    node.own = [person for person in node.own if person not in moved]
    node.given += len(moved)


def _hold_back(node: Node, missing: int, rules: Rules) -> bool:
    """Move `missing` people from atoms below to this atom; False, and nothing moved, if there are not enough.

    From few units rather than many: a figure that loses one person is easier to compare with an earlier one than a
    figure that loses four; and of those the nearest level first, because its people lose
    fewest figures, and then the largest atom. No unit gives more than k - 1 in all, and every atom keeps k.
    """
    k = rules.k
    spare = {unit: min(k - 1 - unit.given, len(unit.own) - k) for unit in node.walk() if unit.published}
    sources = [unit for unit, people in spare.items() if people > 0]
    if sum(spare[unit] for unit in sources) < missing:
        return False
    sources.sort(key=lambda unit: (unit.depth, -len(unit.own), unit.paths))
    moves: list[tuple[Node, list[Person]]] = []
    for unit in sources:
        chosen = _given(unit, min(missing, spare[unit]), rules)
        if chosen:
            moves.append((unit, chosen))
            missing -= len(chosen)
        if missing <= 0:
            break
    if missing > 0:
        return False
    for unit, chosen in moves:
        _move(unit, chosen, node)
    return True


def _given(unit: Node, count: int, rules: Rules) -> list[Person]:
    """Whom a unit can give so that its figure stays apart from earlier ones: about `count` people, or none."""
    if rules.past is None:
        return sorted(unit.own, key=lambda person: drawn(rules.seed, person))[:count]
    for least in range(count, 0, -1):
        chosen = rules.past.spare(unit.own, rules.k, least, rules.seed)
        if chosen:
            return chosen
    return []


def pair_hidden(tree: Tree, k: int) -> list[tuple[Path, ...]]:
    """Leaf units whose answers have no figure, each with a sibling to share one with.

    Another such unit, the smallest with the largest; if one is left over, the smallest unit that has a figure, unless the
    one left over has fewer than k people: that one could never have a figure, and the other would lose its own. Sizes
    are those of the staff list, for a group stays together for a year.
    """
    pairs = []
    for node in list(tree.root.walk()) if tree.root else []:
        leaves = [child for child in node.children if not child.children and not child.fixed]
        leaves.sort(key=lambda child: (child.invited, child.paths))
        hidden = [child for child in leaves if not child.published and child.passed_up]
        shown = [child for child in leaves if child.published]
        while len(hidden) > 1:
            pairs.append((hidden.pop(0), hidden.pop()))
        if hidden and shown and hidden[0].invited >= k:
            pairs.append((hidden[0], shown[0]))
    return [tuple(sorted((one.paths[0], other.paths[0]))) for one, other in pairs]


def _share_figures(node: Node, k: int) -> list[tuple[Path, ...]]:
    """Pair every too small leaf unit with a published sibling, if that empties this atom; else do nothing.

    Partners are the smallest siblings by the staff list, not by who answered: a group stays for a year.
    """
    leaves = [child for child in node.children if not child.children and not child.fixed]
    small = [child for child in leaves if child.passed_up]
    partners = sorted((child for child in leaves if child.published), key=lambda child: (child.invited, child.paths))
    if sum(len(child.passed_up) for child in small) != len(node.own) or len(partners) < len(small):
        return []
    node.own = []
    small.sort(key=lambda child: (child.invited, child.paths))
    return [_merge(node, one, other) for one, other in zip(small, partners, strict=False)]


def _merge(parent: Node, one: Node, other: Node) -> tuple[Path, ...]:
    """Put a node for both leaf units in their place."""
    pair = Node(tuple(sorted((one.paths[0], other.paths[0]))), parent, own=one.passed_up + other.own, fixed=True)
    pair.invited, pair.published = one.invited + other.invited, True
    one.merged_into = other.merged_into = pair
    parent.children = sorted((child for child in (*parent.children, pair) if not child.merged_into), key=_by_path)
    return pair.paths


def _by_path(node: Node) -> tuple[Path, ...]:
    return node.paths


def _withhold(node: Node) -> None:
    """Withhold the unit below, or chain of units, that costs fewest people a figure; its atom joins this atom.

    One is enough, as every atom below holds k people already. A unit with an empty atom of its own brings nobody,
    so the search goes on below it and counts both.
    """
    best = min((_cheapest(child) for child in node.children if _has_published(child)), key=_cost)
    for unit in best:
        node.own.extend(unit.own)
        unit.published, unit.withheld, unit.own = False, True, []


def _cheapest(unit: Node) -> tuple[Node, ...]:
    """The units to withhold so that one atom at or below `unit` moves above it."""
    if unit.published and unit.own:
        return (unit,)
    below = min((_cheapest(child) for child in unit.children if _has_published(child)), key=_cost)
    return (unit, *below) if unit.published else below


def _cost(units: tuple[Node, ...]) -> tuple[int, int, list[tuple[Path, ...]]]:
    """How many (person, figure) pairs are lost; ties go to the unit that comes first by path."""
    return sum(unit.counted() for unit in units), len(units), [unit.paths for unit in units]


def _has_published(unit: Node) -> bool:
    return any(below.published for below in unit.walk())
