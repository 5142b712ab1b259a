"""Made-up answers that are hard to protect. They are fixed before anybody's answer is known, and depend on the structure alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b

import numpy as np

from draagkracht.science.attack.history import Person, Wave, everybody

Answers = dict[Person, float]

DRAWS = 6
USUAL = 4


def usual(history: Sequence[Wave], seed: str = "1") -> dict[str, Answers]:
    """{name: answers}, as shares of the range, such as people may well give: around the middle, four draws.

    A person's draw depends on the seed and on the person's key only: it is the same in a longer history.
    """
    people = everybody(history)
    return {f"usual-{number}": _usual(people, f"{number} {seed}") for number in range(1, USUAL + 1)}


def hostile(history: Sequence[Wave], seed: str = "1") -> dict[str, Answers]:
    """{name: answers}, as shares of the range, that are as hard to protect as a short list can make them.

    Drawn, six times: changers (whoever was not counted in the same atom in every wave) lowest or highest, the others anywhere.
    A difference of two waves tells most about people at an end of the scale, and how much depends on where the others'
    sum falls between two steps: each draw is another chance for that. Changers: all highest, or all lowest. Divided:
    everybody lowest or highest, with a half, a fifth or four fifths highest. Alike: all in the middle, lowest, highest.
    The hardest come first: whoever is found need not be looked at again.
    """
    people = everybody(history)
    changed = changers(history)
    found = {f"drawn-{number}": _drawn(people, set(changed), f"{number} {seed}") for number in range(1, DRAWS + 1)}
    first = found["drawn-1"]
    return found | {
        "changers-highest": first | dict.fromkeys(changed, 1.0),
        "changers-lowest": first | dict.fromkeys(changed, 0.0),
        "divided": _divided(people, 0.5, seed),
        "mostly-low": _divided(people, 0.2, seed),
        "mostly-high": _divided(people, 0.8, seed),
        "middle": dict.fromkeys(people, 0.5),
        "lowest": dict.fromkeys(people, 0.0),
        "highest": dict.fromkeys(people, 1.0),
    }


def changers(history: Sequence[Wave]) -> list[Person]:
    """Everybody whose atom is not the same in all waves; to be counted in none is to be elsewhere."""
    where: dict[Person, list[str]] = {}
    history = [one for one in history if not one.beside]
    for one in history:
        for atom, people in one.atoms.items():
            for person in people:
                where.setdefault(person, []).append(atom)
    return sorted((p for p, found in where.items() if len(found) < len(history) or len(set(found)) > 1), key=str)


def _drawn(people: Sequence[Person], changed: Collection[Person], seed: str) -> Answers:
    shares = _shares(people, f"drawn {seed}")
    return {one: float(share < 0.5) if one in changed else share for one, share in zip(people, shares, strict=True)}


def _divided(people: Sequence[Person], share: float, seed: str) -> Answers:
    found = _shares(people, f"divided {share} {seed}")
    return {person: float(one < share) for person, one in zip(people, found, strict=True)}


def _usual(people: Sequence[Person], seed: str) -> Answers:
    """From a normal with mean 1/2 and spread 1/4, in twelfths of the range, kept within it."""
    from scipy.special import ndtri

    normal = ndtri(np.array(_shares(people, f"usual {seed}")))
    return dict(zip(people, np.clip(np.round((0.5 + 0.25 * normal) * 12) / 12, 0.0, 1.0).tolist(), strict=True))


def _shares(people: Sequence[Person], seed: str) -> list[float]:
    """For each person a number strictly between 0 and 1 that depends on the seed and the person's key alone."""
    lots = (blake2b(f"{seed}\x1f{person}".encode(), digest_size=6).digest() for person in people)
    return [(int.from_bytes(lot, "big") + 0.5) / 2**48 for lot in lots]
