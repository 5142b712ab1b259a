"""Which units of a tree may show a figure, so that no smaller group follows from it. Pure.

A figure of a department of twelve says something about each of them. And a figure of the whole less those of all other
departments is the figure of the one that was held back. So the same rule as for surveys, on numbers of people instead of
respondents: what is counted in a shown unit and in no shown unit below it (its atom) is nobody, or enough people.
"""

from collections.abc import Mapping


def shown(parents: Mapping[int, int | None], people: Mapping[int, int], least: int) -> frozenset[int]:
    """The units that may be shown.

    `parents` holds each unit that has a figure with the nearest unit above it that has one (None at the top); `people`
    counts everybody of a unit, those below included. Holding back a unit adds its people to the atom above. Where an atom is
    too small the smallest shown child is held back; without children the unit itself is.
    """
    kept = {unit for unit in parents if people[unit] >= least}
    changed = True
    while changed:
        changed = False
        for unit in sorted(kept):
            below = _children(unit, parents, kept)
            atom = people[unit] - sum(people[child] for child in below)
            if atom == 0 or atom >= least:
                continue
            kept.discard(min(below, key=lambda child: (people[child], child)) if below else unit)
            changed = True
            break
    return frozenset(kept)


def _children(unit: int, parents: Mapping[int, int | None], kept: set[int]) -> list[int]:
    """The shown units right below a unit, those behind a unit that is held back included."""
    return [other for other in kept if other != unit and _above(other, parents, kept) == unit]


def _above(unit: int, parents: Mapping[int, int | None], kept: set[int]) -> int | None:
    at = parents[unit]
    while at is not None and at not in kept:
        at = parents[at]
    return at
