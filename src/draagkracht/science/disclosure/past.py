"""What was published before, and which people a figure may count so that it stays far enough from all of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations

from draagkracht.science.disclosure.tree import Path, Person

# Among more people than this, only so many of them (by lot) are tried in the search for whom to hold back.
WIDEST = 14
# So many sets of one size are tried at most, and a quarter of that once one was found.
MOST_TRIES = 12_000


@dataclass(frozen=True)
class Past:
    """The atoms of all earlier releases, and in each of them the atom of every person; `apart` is policy.d_local."""

    releases: Sequence[Mapping[Path, frozenset[Person]]]
    homes: Sequence[Mapping[Person, Path]]
    apart: int
    asked: dict[tuple, list[Person] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, earlier: Sequence[Mapping[Path, Collection[Person]]], apart: int) -> Past:
        releases = [{path: frozenset(people) for path, people in atoms.items() if people} for atoms in earlier]
        homes = [{person: path for path, people in atoms.items() for person in people} for atoms in releases]
        return cls(releases, homes, apart)

    def near(self, people: Collection[Person]) -> set[frozenset[Person]]:
        """The earlier atoms from which some part of `people` could differ by fewer than `apart` persons."""
        found = set()
        for atoms, home in zip(self.releases, self.homes, strict=True):
            for path, shared in Counter(home[person] for person in people if person in home).items():
                if len(atoms[path]) - shared < self.apart:
                    found.add(atoms[path])
        return found

    def clear(self, people: Collection[Person]) -> bool:
        """Whether `people` is each earlier atom exactly, or differs from it by `apart` persons or more."""
        own = set(people)
        return all(len(own ^ atom) >= self.apart or own == atom for atom in self.near(own))

    def spare(self, people: Sequence[Person], keep: int, least: int, lot: str) -> list[Person] | None:
        """The fewest of `people`, at least `least`, without whom the others are `clear` and still `keep` or more.

        None if none was found. Of choices of one size first the one that leaves exactly an earlier atom, which tells
        nothing new, then the one that keeps farthest from earlier atoms; `lot` decides between equals, never an answer.
        """
        question = (frozenset(people), keep, least, lot)
        if question not in self.asked:
            self.asked[question] = self._spare(people, keep, least, lot)
        return self.asked[question]

    def _spare(self, people: Sequence[Person], keep: int, least: int, lot: str) -> list[Person] | None:
        near = self.near(people)
        most = len(people) - keep
        order = sorted(people, key=lambda person: drawn(lot, person))
        if not near:
            return order[:least] if least <= most else None
        number = {person: 1 << place for place, person in enumerate(order)}
        every = (1 << len(order)) - 1
        atoms = [(sum(number.get(p, 0) for p in atom), sum(p not in number for p in atom)) for atom in near]
        exact = [every ^ inside for inside, gone in atoms if not gone]
        for size in range(least, most + 1):
            same = [held for held in exact if held.bit_count() == size and self._room(every ^ held, atoms) is not None]
            best = max(same) if same else self._farthest(size, min(len(order), WIDEST), every, atoms)
            if best is not None:
                return [person for person in order if number[person] & best]
        return None

    def _farthest(self, size: int, among: int, every: int, atoms: list[tuple[int, int]]) -> int | None:
        best, farthest = None, -1
        for tried, places in enumerate(combinations(range(among), size)):
            held = sum(1 << place for place in places)
            room = self._room(every ^ held, atoms)
            if room is not None and room > farthest:
                best, farthest = held, room
            if tried > (MOST_TRIES if best is None else MOST_TRIES // 4):
                break
        return best

    def _room(self, kept: int, atoms: list[tuple[int, int]]) -> int | None:
        """How far from the near atoms a choice keeps; None when it is too close to one. Far enough is far enough."""
        room = 0
        for inside, gone in atoms:
            change = (kept ^ inside).bit_count() + gone
            if 0 < change < self.apart:
                return None
            room += min(change, 2 * self.apart)
        return room


def drawn(seed: str, person: Person) -> tuple[bytes, str]:
    """A person's lot: depends on the seed and the person's key, on nothing that was answered."""
    key = repr(person)
    return blake2b(f"{seed}\x1f{key}".encode(), digest_size=8).digest(), key
