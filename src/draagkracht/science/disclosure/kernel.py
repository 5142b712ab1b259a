"""Whom all releases together isolate: people who can be computed from sums over atoms of any number of waves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from draagkracht.science.disclosure.tree import Path, Person

PRIME = 2**31 - 1


class Sums:
    """Published sums in echelon form modulo a prime.

    Every row is a sum over an atom. A row is reduced by the rows before it and keeps as pivot a person who is in as few
    rows as possible: nearly all atoms have people of their own, so that rows stay short and the work grows
    with the number of people. Negative keys are marks: how much of each marked atom is in a row.
    """

    def __init__(self, releases: Sequence[Mapping[Path, Collection[Person]]]):
        self.number: dict[Person, int] = {}
        for atoms in releases:
            self._know(person for people in atoms.values() for person in people)
        self.rare = Counter(self.number[p] for atoms in releases for people in atoms.values() for p in people)
        self.rows: list[dict[int, int]] = []
        self.order: dict[int, int] = {}
        rows = [(path, wave) for wave, atoms in enumerate(releases) for path in atoms]
        for path, wave in sorted(rows, key=lambda row: (-len(row[0]), row)):
            self.add(releases[wave][path])

    def _know(self, people: Iterable[Person]) -> None:
        # In an order that does not hang on how sets are stored, so that the same seed gives the same plan anywhere.
        for person in sorted(set(people).difference(self.number), key=repr):
            self.number.setdefault(person, len(self.number))

    def extended(self, people: Iterable[Person]) -> Sums:
        """A copy to which further sums can be added, also over people who are new."""
        other = Sums(())
        other.number, other.rare = dict(self.number), self.rare
        other.rows, other.order = list(self.rows), dict(self.order)
        other._know(people)
        return other

    def add(self, people: Collection[Person], mark: int | None = None) -> None:
        """One more published sum. `mark` (negative) lets `made_of` tell how much of it a combination needs."""
        row = dict.fromkeys((self.number[person] for person in people), 1)
        if mark is not None:
            row[mark] = 1
        row = self._reduced(row)
        own = [number for number in row if number >= 0]
        if not own:
            return
        pivot = min(own, key=lambda number: (self.rare[number], number))
        scale = pow(row.pop(pivot), -1, PRIME)
        self.order[pivot] = len(self.rows)
        self.rows.append({number: value * scale % PRIME for number, value in row.items()})

    def _reduced(self, row: dict[int, int]) -> dict[int, int]:
        """The row without pivots; the rows that it is reduced by lack their own pivot, which is 1."""
        order, rows = self.order, self.rows
        todo = [(order[number], number) for number in row if number in order]
        heapify(todo)
        while todo:
            place, pivot = heappop(todo)
            factor = row.pop(pivot, 0)
            if not factor:
                continue
            for number, value in rows[place].items():
                if number in row:
                    left = (row[number] - factor * value) % PRIME
                    if left:
                        row[number] = left
                    else:
                        del row[number]
                else:
                    row[number] = -factor * value % PRIME
                    if number in order:
                        heappush(todo, (order[number], number))
        return row

    def isolated(self, seed: int) -> list[tuple[tuple[Person, int], ...]]:
        """Groups of one or two people about whom some combination of the sums speaks, with their weights in it.

        Two random vectors of the kernel: who is 0 in both is isolated, people with equal ratios are so in pairs.
        What is isolated is always found; by chance (less than people² in 2^31) somebody is named wrongly.
        """
        first, second = self._kernel(seed)
        people = list(self.number)
        found: list[tuple[tuple[Person, int], ...]] = []
        ratios: dict[int, int] = {}
        for number, ratio in enumerate(_ratios(first, second)):
            if not first[number] and not second[number]:
                found.append(((people[number], 1),))
                continue
            other = ratios.setdefault(ratio, number)
            if other != number:
                weights = second if second[number] else first
                found.append(((people[number], weights[other]), (people[other], -weights[number] % PRIME)))
        return found

    def _kernel(self, seed: int) -> tuple[list[int], list[int]]:
        """Two random assignments to people that make every sum 0."""
        draw = np.random.default_rng(seed)
        first, second = draw.integers(1, PRIME, size=(2, len(self.number))).tolist()
        for pivot, row in zip(reversed(self.order), reversed(self.rows), strict=True):
            one = two = 0
            for number, value in row.items():
                if number >= 0:
                    one += value * first[number]
                    two += value * second[number]
            first[pivot], second[pivot] = -one % PRIME, -two % PRIME
        return first, second

    def made_of(self, group: Sequence[tuple[Person, int]]) -> dict[int, int] | None:
        """How much of each marked sum a combination that gives `group` needs; None if no combination gives it."""
        row = self._reduced({self.number[person]: weight for person, weight in group})
        if any(number >= 0 for number in row):
            return None
        return row


def _ratios(first: list[int], second: list[int]) -> list[int]:
    """first / second modulo the prime, by Fermat: the inverse is the power PRIME - 2; PRIME itself for a second of 0."""
    base, power = np.array(second, dtype=np.uint64), PRIME - 2
    prime = np.uint64(PRIME)
    inverse = np.ones_like(base)
    zero = base == 0
    while power:
        if power & 1:
            inverse = inverse * base % prime
        base, power = base * base % prime, power >> 1
    ratio: NDArray[np.uint64] = np.array(first, dtype=np.uint64) * inverse % prime
    ratio[zero] = PRIME
    return ratio.tolist()
