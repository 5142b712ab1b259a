"""Many people, few unknowns: people who stand in exactly the same sums are exchangeable, and one unknown is enough for them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from draagkracht.science.attack.history import Person, Sum

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class System:
    """low <= matrix @ y <= high with 0 <= y <= sizes: y is the sum of the scores of each pattern's members.

    A pattern is a set of people who stand in the same sums, insiders left out. The reduction loses nothing. Let a pattern have m
    members, each with a score in [0, 1]; the sums see its total y and nothing else. Every y in [0, m] is the total of some
    scores, and for a given y one member can have exactly the scores in [max(0, y - (m - 1)), min(1, y)]: the others make up
    the rest, which lies in [0, m - 1]. So the range of one member over all solutions of the full system, a variable
    for each person, is [max(0, least y - (m - 1)), min(1, most y)] over all solutions of this one.

    `matrix` is sparse: sums x patterns, 0 or 1. `members` are the people of each pattern.
    """

    members: tuple[tuple[Person, ...], ...]
    sizes: Floats
    matrix: Any
    low: Floats
    high: Floats

    def parts(self) -> list[tuple[Ints, Ints]]:
        """The independent parts of the system: (sums, patterns) that share no person with the other parts."""
        from scipy.sparse import bmat
        from scipy.sparse.csgraph import connected_components

        rows = self.matrix.shape[0]
        graph = bmat([[None, self.matrix], [self.matrix.T, None]], format="csr")
        count, label = connected_components(graph, directed=False)
        of_sum, of_pattern = _by_label(label[:rows], count), _by_label(label[rows:], count)
        return [(sums, found) for sums, found in zip(of_sum, of_pattern, strict=True) if len(found)]

    def members_range(self, total: Floats) -> tuple[Floats, Floats]:
        """The scores that one member can have beside others who make up the rest, for the given totals y."""
        return np.maximum(0.0, total - (self.sizes - 1)), np.minimum(1.0, total)


def system(sums: Sequence[Sum], insiders: Mapping[Person, float] | None = None) -> System:
    """The sums as a system; `insiders` = {person: own score}, as shares of the range, are taken out of them."""
    from scipy.sparse import csr_matrix

    known = insiders or {}
    where: dict[Person, list[int]] = {}
    low, high = [], []
    for row, one in enumerate(sums):
        given = sum(known[person] for person in one.people if person in known)
        low.append(one.low - given)
        high.append(one.high - given)
        for person in one.people:
            if person not in known:
                where.setdefault(person, []).append(row)
    alike = grouped((person, tuple(rows)) for person, rows in where.items())
    places = [(row, number) for number, rows in enumerate(alike) for row in rows]
    row_of, column_of = zip(*places, strict=True) if places else ((), ())
    matrix = csr_matrix((np.ones(len(places)), (row_of, column_of)), shape=(len(sums), len(alike)))
    sizes = np.array([len(people) for people in alike.values()], dtype=np.float64)
    return System(tuple(map(tuple, alike.values())), sizes, matrix, np.array(low), np.array(high))


def grouped(people: Iterable[tuple[Any, Hashable]]) -> dict[Any, list[Any]]:
    """People (or their numbers) who stand in the same sums: {sums: people}."""
    alike: dict[Hashable, list[Any]] = {}
    for person, rows in people:
        alike.setdefault(rows, []).append(person)
    return alike


def totals(found: System, answers: Mapping[Person, float]) -> Floats:
    """The total of each pattern under these answers."""
    return np.array([sum(answers[person] for person in people) for people in found.members])


def _by_label(label: Collection[int], count: int) -> list[Ints]:
    order = np.argsort(np.asarray(label), kind="stable")
    return np.split(order, np.cumsum(np.bincount(np.asarray(label), minlength=count))[:-1])
