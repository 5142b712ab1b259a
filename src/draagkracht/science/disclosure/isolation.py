"""The smallest group that figures about chosen people isolate, together with the figures of units: exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from draagkracht.science.disclosure.structure import Person

# With more sets over the same people the search below would be long; such a figure is refused.
MOST_SETS = 4
# The largest determinant of a matrix of one row less than there are sets, with entries -1, 0 and 1.
_LARGEST = {1: 1, 2: 1, 3: 2, 4: 4}


class Isolated(NamedTuple):
    """The smallest group (0: none) and the combination of sets that isolates it: one whole number for each set."""

    size: int
    weights: tuple[int, ...]


def isolated(atoms: Sequence[Collection[Person]], sets: Sequence[Collection[Person]]) -> Isolated:
    """How few people some sum or difference of exact figures of `sets`, with any figures of `atoms`, speaks about.

    `atoms` are disjoint groups whose figures (or sums of them) are published; `sets` are further groups with a figure of
    their own, which may overlap. 0 means that the sets add nothing that isolates anybody: they are unions of atoms, and of
    each other. Combinations of atoms alone are not looked at: those isolate whole atoms.

    A combination gives every person a weight: that of the atom plus those of the person's sets. Whom it speaks about is
    who has a weight other than 0. For given weights of the sets, an atom's best weight makes as many of its people as
    possible 0. Which weights of sets can give a smallest group? Only those that are orthogonal to one less
    independent differences of memberships than there are sets; these differences hold -1, 0 and 1, so that the weights
    are determinants of such matrices, and small whole numbers suffice: all of them are tried.

    Raises ValueError for more than four sets that are not the same.
    """
    chosen = list({frozenset(people) for people in sets if people})
    order = [chosen.index(frozenset(people)) if people else None for people in sets]
    if len(chosen) > MOST_SETS:
        raise ValueError(f"more than {MOST_SETS} sets")
    if not chosen:
        return Isolated(0, (0,) * len(sets))
    weights = _weights(len(chosen))
    cost = np.zeros(len(weights), dtype=np.int64)
    for group, outside in _mixed(atoms, chosen):
        cost += _spoken_about(weights, group, outside)
    cost[cost == 0] = np.iinfo(np.int64).max
    best = int(np.argmin(cost))
    if cost[best] == np.iinfo(np.int64).max:
        return Isolated(0, (0,) * len(sets))
    # Equal sets are one set: the first of them carries its weight.
    found = [0 if at is None or order.index(at) != place else int(weights[best][at]) for place, at in enumerate(order)]
    return Isolated(int(cost[best]), tuple(found))


@cache
def _weights(count: int) -> NDArray[np.int64]:
    """Every combination that can give a smallest group; of a combination and its opposite only one."""
    largest = _LARGEST[count]
    every = product(range(-largest, largest + 1), repeat=count)
    return np.array([one for one in every if next((w for w in one if w), 0) > 0], dtype=np.int64)


def _mixed(atoms: Sequence[Collection[Person]], sets: list[frozenset]):
    """For each atom that the sets divide, and for those outside all atoms: {memberships: number of people}, outside or not."""
    inside: set[Person] = set()
    for atom in atoms:
        inside.update(atom)
        found = Counter(tuple(person in one for one in sets) for person in atom)
        if len(found) > 1:
            yield found, False
    beyond = set().union(*sets) - inside
    if beyond:
        yield Counter(tuple(person in one for one in sets) for person in beyond), True


def _spoken_about(weights: NDArray[np.int64], group: Counter, outside: bool) -> NDArray[np.int64]:
    """For each combination, how many of an atom's people keep a weight other than 0."""
    people = np.array(list(group.values()), dtype=np.int64)
    given = weights @ np.array(list(group), dtype=np.int64).T
    if outside:
        return ((given != 0) * people).sum(axis=1)
    alike = (given[:, :, None] == given[:, None, :]) @ people
    return people.sum() - alike.max(axis=1)
