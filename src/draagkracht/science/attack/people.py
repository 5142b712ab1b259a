"""Everybody who was ever counted and every published sum, as numbers: built once for a history, used for each case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from draagkracht.science.attack.history import Person, Wave, everybody
from draagkracht.science.attack.patterns import Floats, Ints, System, grouped
from draagkracht.science.attack.telling import told


@dataclass(frozen=True)
class Counted:
    """`matrix` is sparse, sums x people, 0 or 1; `sizes` people in each sum, `ends` the share that its ends hide.

    Atoms that hold the same people in several waves are one sum: with the same answers they tell the same. The sums stand in
    the order of their atoms' names, so that those of one team, and teams of one department, are near each other.
    """

    people: list[Person]
    matrix: Any
    sizes: Ints
    ends: Floats

    @classmethod
    def of(cls, history: Sequence[Wave]) -> Counted:
        people = everybody(history)
        place = {person: number for number, person in enumerate(people)}
        rows: dict[tuple[bytes, float], Ints] = {}
        named = sorted((name, number) for number, one in enumerate(history) for name in one.atoms)
        for name, number in named:
            inside = np.array([place[person] for person in history[number].atoms[name]], dtype=np.int64)
            inside.sort()
            if len(inside):
                rows.setdefault((inside.tobytes(), history[number].hidden_sum), inside)
        sizes = np.array([len(inside) for inside in rows.values()], dtype=np.int64)
        hidden = np.array([key[1] for key in rows], dtype=np.float64)
        return cls(people, _sparse(list(rows.values()), len(people)), sizes, hidden / np.maximum(sizes, 1))

    @cached_property
    def place(self) -> dict[Person, int]:
        return {person: number for number, person in enumerate(self.people)}

    @cached_property
    def _where(self) -> list[tuple[int, ...]]:
        """The sums in which each person stands."""
        turned = self.matrix.T.tocsr()
        turned.sort_indices()
        ends = turned.indptr.tolist()
        rows = turned.indices.tolist()
        return [tuple(rows[start:end]) for start, end in pairwise(ends)]

    def vector(self, answers: Mapping[Person, float]) -> Floats:
        """The answers in the order of `people`."""
        return np.array([answers[person] for person in self.people], dtype=np.float64)

    def told(self, scores: Floats) -> tuple[Floats, Floats]:
        """The lowest and highest sum that would be told of each atom if these were the scores."""
        low, high = told(self.matrix @ scores / np.maximum(self.sizes, 1), self.sizes, self.ends)
        return self.sizes * low, self.sizes * high

    def frame(self, insiders: Iterable[Person]) -> Frame:
        """The sums without those who tell their own answer."""
        out = np.zeros(len(self.people), dtype=bool)
        out[[self.place[person] for person in insiders]] = True
        alike = grouped((number, rows) for number, rows in enumerate(self._where) if not out[number])
        return Frame(self, out, list(alike.values()), _sparse(list(alike), self.matrix.shape[0]).T.tocsr())


@dataclass(frozen=True)
class Frame:
    """The part of a system that does not depend on answers: patterns of people, and who is an insider (`out`)."""

    counted: Counted
    out: np.ndarray
    members: list[list[int]]
    matrix: Any

    @cached_property
    def _groups(self) -> Any:
        return _sparse([np.array(one) for one in self.members], len(self.counted.people))

    @cached_property
    def names(self) -> tuple[tuple[Person, ...], ...]:
        return tuple(tuple(self.counted.people[number] for number in one) for one in self.members)

    def system(self, scores: Floats) -> tuple[System, Floats]:
        """The system for these answers, and the total of each pattern, which solves it."""
        low, high = self.counted.told(scores)
        given = self.counted.matrix @ np.where(self.out, scores, 0.0)
        sizes = np.array([len(one) for one in self.members], dtype=np.float64)
        return System(self.names, sizes, self.matrix, low - given, high - given), self._groups @ scores

    def some(self, people: Iterable[Person]) -> np.ndarray:
        """Per pattern, whether somebody of `people` is in it."""
        return self._among(people) > 0

    def all(self, people: Iterable[Person]) -> np.ndarray:
        """Per pattern, whether everybody in it is one of `people`."""
        return self._among(people) == [len(one) for one in self.members]

    def _among(self, people: Iterable[Person]) -> Floats:
        inside = np.zeros(len(self.counted.people))
        place = self.counted.place
        inside[[place[person] for person in people if person in place]] = 1
        return np.asarray(self._groups @ inside)


def _sparse(rows: Sequence[Any], width: int) -> Any:
    from scipy.sparse import csr_matrix

    counts = [len(one) for one in rows]
    columns = np.concatenate([np.asarray(one, dtype=np.int64) for one in rows]) if rows else np.zeros(0, np.int64)
    ends = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), width))
