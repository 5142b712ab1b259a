"""Who helps the attacker: respondents who tell their own answer, at most so many in an atom of any wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import combinations

from draagkracht.science.attack.history import Person, Wave, everybody

DRAWS = 1
NOBODY = "nobody"


def choices(history: Sequence[Wave], most: int, seed: str = "1") -> dict[str, frozenset[Person]]:
    """{name: insiders}: nobody; and, with `most` > 0, "companions" and a seeded draw.

    Companions is the choice that hurts most, as far as a short rule can tell: those first who left, came or moved with
    the fewest others, for whoever went with them is then alone. Not every choice is tried: there are too many.
    """
    found: dict[str, frozenset[Person]] = {NOBODY: frozenset()}
    if most:
        people = everybody(history)
        near = companions(history)
        far = len(people) + 1
        found["companions"] = _fill(history, most, sorted(people, key=lambda one: (near.get(one, far), str(one))))
        for number in range(1, DRAWS + 1):
            found[f"draw-{number}"] = _fill(history, most, _shuffled(people, f"insiders {number} {seed}"))
    return found


def companions(history: Sequence[Wave]) -> dict[Person, int]:
    """Per person the smallest group, of two or more, that made the same move between two waves, others staying."""
    smallest: dict[Person, int] = {}
    places = [
        {person: atom for atom, people in one.atoms.items() for person in people} for one in history if not one.beside
    ]
    for before, after in combinations(places, 2):
        moves: dict[tuple, list[Person]] = {}
        for person in before.keys() | after.keys():
            moves.setdefault((before.get(person), after.get(person)), []).append(person)
        for group in moves.values():
            if len(group) > 1:
                for person in group:
                    smallest[person] = min(smallest.get(person, len(group)), len(group))
    return smallest


def _fill(history: Sequence[Wave], most: int, order: Iterable[Person]) -> frozenset[Person]:
    """As many as fit, in this order: no atom of units of any wave holds more than `most` of them."""
    where: dict[Person, list[tuple[int, str]]] = {}
    for number, one in enumerate(one for one in history if not one.beside):
        for atom, people in one.atoms.items():
            for person in people:
                where.setdefault(person, []).append((number, atom))
    taken: Counter[tuple[int, str]] = Counter()
    chosen = []
    for person in order:
        if person in where and all(taken[place] < most for place in where[person]):
            taken.update(where[person])
            chosen.append(person)
    return frozenset(chosen)


def _shuffled(people: Iterable[Person], seed: str) -> list[Person]:
    """By lots that hang on the seed and the person alone: who comes later hardly changes who tells."""
    return sorted(people, key=lambda one: blake2b(f"{seed}\x1f{one}".encode(), digest_size=8).digest())
