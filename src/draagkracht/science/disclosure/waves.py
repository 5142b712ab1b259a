"""Comparison with everything else that is published: which combinations isolate too few people, and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from draagkracht.science.disclosure.cuts import small_cuts
from draagkracht.science.disclosure.kernel import Sums
from draagkracht.science.disclosure.past import Past, drawn
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.tree import Node, Path, Person, Tree

Combination = Mapping[Path, int]
Atoms = Mapping[Path, Collection[Person]]


class TooFew(NamedTuple):
    """A combination about too few people: the weights of the draft's atoms in it, and how many people are missing."""

    combination: Combination
    missing: int = 1


@dataclass(frozen=True)
class History:
    """All earlier releases of the measure, and the other trees of the same wave, to compare a draft with.

    `beside` holds, for each other tree of the wave, the atom of every person: there the answers really are equal, so
    that a difference must be about k people.
    """

    past: Past
    beside: Sequence[Mapping[Person, Path]]
    sums: Sums
    known: frozenset[frozenset[Person]]
    policy: Policy
    seed: int

    @classmethod
    def of(cls, earlier: Sequence[Atoms], policy: Policy, seed: str, beside: Sequence[Atoms] = ()) -> History:
        past, now = Past.of(earlier, policy.d_local), Past.of(beside, policy.k)
        sums = Sums([*past.releases, *now.releases])
        number = int.from_bytes(drawn(seed, "kernel")[0], "big")
        known = frozenset(frozenset(person for person, _ in group) for group in sums.isolated(number))
        return cls(past, now.homes, sums, known, policy, number)

    def isolated(self, tree: Tree) -> list[TooFew]:
        """How the atoms of a draft take part in combinations about fewer than k people with another tree of this wave,
        or fewer than d with an earlier one (with all trees and waves together: fewer than 3).

        Groups that the others isolate without the draft are left out: nothing here could mend them.
        """
        atoms = (
            {node.paths[0]: node.own for node in tree.root.walk() if node.own and node.published} if tree.root else {}
        )
        return self._two_trees(atoms) or self._all_waves(atoms)

    def _two_trees(self, atoms: Atoms) -> list[TooFew]:
        """With d = 3 the test of all waves finds those of an earlier one too, so that its graph is searched only for more."""
        now = {person: path for path, people in atoms.items() for person in people}
        k, d = self.policy.k, self.policy.d
        pairs = [(home, k) for home in self.beside] + [(home, d) for home in self.past.homes if d > 3]
        return [
            TooFew(dict.fromkeys(sorted(side), 1), least - size)
            for home, least in pairs
            for size, side in small_cuts(home, now, least)
            if side
        ]

    def _all_waves(self, atoms: Atoms) -> list[TooFew]:
        sums, paths = self.sums.extended(person for people in atoms.values() for person in people), list(atoms)
        for number, path in enumerate(paths):
            sums.add(atoms[path], mark=-1 - number)
        found: list[TooFew] = []
        for group in sums.isolated(self.seed):
            if frozenset(person for person, _ in group) in self.known:
                continue
            made = sums.made_of(group)
            if made:
                found.append(TooFew({paths[-1 - number]: weight for number, weight in made.items()}))
        return found


def cheapest_merge(tree: Tree, combination: Combination) -> tuple[Node, ...]:
    """The units whose withholding makes one atom of two that have different weights, at the least cost in figures.

    The atom of a unit joins that of the nearest published unit above that has one; above the organisation is the
    outside, with weight 0. Some atom always can: the weights are not all 0.
    """
    chains = [chain for path in combination for chain in [_chain(tree.nodes[path], combination)] if chain]
    return min(chains, key=_cost)


def _chain(node: Node, combination: Combination) -> tuple[Node, ...]:
    node = node.merged_into or node
    chain, above = [node], node.parent
    while above is not None and not (above.published and above.own):
        if above.published:
            chain.append(above)
        above = above.parent
    other = combination.get(above.paths[0], 0) if above else 0
    return tuple(chain) if other != combination[node.paths[0]] else ()


def _cost(units: tuple[Node, ...]) -> tuple[int, int, list[tuple[Path, ...]]]:
    return sum(unit.counted() for unit in units), len(units), [unit.paths for unit in units]


def withhold_for(tree: Tree, found: Sequence[TooFew]) -> None:
    """Withhold, for each combination that no other repair touches, the cheapest units that undo it."""
    touched: set[Path] = set()
    for combination, _ in found:
        for unit in cheapest_merge(tree, combination) if touched.isdisjoint(combination) else ():
            above = withhold(unit)
            touched.update(one.paths[0] for one in (unit, above) if one)


def withhold(unit: Node) -> Node | None:
    """Withhold one shown unit: its atom joins that of the nearest shown unit above, which is returned.

    Of the organisation itself there is none: then these people are counted nowhere.
    """
    above = unit.parent
    while above is not None and not above.published:
        above = above.parent
    if above is not None:
        above.own.extend(unit.own)
    unit.published, unit.withheld, unit.own = False, True, []
    return above
