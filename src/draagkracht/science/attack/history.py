"""What the attacker starts from: per wave who was counted in which sum, as the published rows say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

# Anything hashable: a pseudonym in the database, a number in a test.
Person: TypeAlias = Any

SEPARATOR = " / "


@dataclass(frozen=True)
class Wave:
    """One published wave of one measure: `atoms` = {name: the people counted there and in no published unit below}.

    `units` = {unit: the atoms that its figure is a sum of}, for the units that show one. The attacker is taken to know all
    of it, those who were held back included: that is more than anybody outside can know. `hidden_sum` is c + the hidden
    share of the scale: near an end, no more of an atom's sum is told than that it lies within so much of that end.
    `beside`: the same wave seen by profession or the like. Its sums are known too, but who changes units and how many of a
    unit put their heads together is asked of the units.
    """

    name: str
    atoms: Mapping[str, tuple[Person, ...]]
    units: Mapping[str, tuple[str, ...]]
    hidden_sum: float = 1.5
    beside: bool = False


class Sum(NamedTuple):
    """What is known of some people together: low <= the sum of their scores <= high, scores as shares of the range."""

    people: tuple[Person, ...]
    low: float
    high: float


class Damaged(ValueError):
    """The published rows contradict each other: a unit counts other people than its atoms hold."""


def wave(
    name: str,
    atoms: Mapping[str, Sequence[Person]],
    units: Mapping[str, Mapping[str, Any]],
    groups: Sequence[Sequence[Sequence[str]]],
    hidden_sum: float = 1.5,
) -> Wave:
    """A wave from a stored structure: `atoms`, `units` and `groups` as in ReleasedStructure (paths joined by " / ").

    A unit's figure sums the atoms at and below it; units of one group share a figure, whose atom is named after the first of
    them. Raises Damaged when a shown unit's n is not the number of people in its atoms.
    """
    owner = _owners(units, groups)
    told: dict[str, tuple[str, ...]] = {}
    under = _at_or_below(atoms)
    for unit, row in units.items():
        if row["reason"]:
            continue
        told[unit] = tuple(under.get(owner.get(unit, unit), ()))
        counted = sum(len(atoms[atom]) for atom in told[unit])
        if counted != row["n"]:
            raise Damaged(f"{name}, {unit}: n is {row['n']}, but its atoms hold {counted}")
    return Wave(name, {atom: tuple(people) for atom, people in atoms.items()}, told, hidden_sum)


def _at_or_below(atoms: Iterable[str]) -> dict[str, list[str]]:
    """Unit -> the atoms at it and below it."""
    under: dict[str, list[str]] = {}
    for atom in atoms:
        steps = atom.split(SEPARATOR)
        for size in range(1, len(steps) + 1):
            under.setdefault(SEPARATOR.join(steps[:size]), []).append(atom)
    return under


def _owners(units: Mapping[str, Mapping[str, Any]], groups: Sequence[Sequence[Sequence[str]]]) -> dict[str, str]:
    """Unit of a group -> the unit that its atom is named after: the first that still exists and has no unit below."""
    inner = {unit.rsplit(SEPARATOR, 1)[0] for unit in units if SEPARATOR in unit}
    owner = {}
    for group in groups:
        here = sorted(tuple(path) for path in group)
        names = [name for name in map(SEPARATOR.join, here) if name in units and name not in inner]
        owner.update(dict.fromkeys(names, names[0] if names else ""))
    return owner


def everybody(history: Sequence[Wave]) -> list[Person]:
    """All people who were ever counted, in the order of their keys: a draw must not depend on how rows are stored."""
    return sorted({person for one in history for people in one.atoms.values() for person in people}, key=str)
