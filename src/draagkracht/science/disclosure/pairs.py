"""Who is counted in an effect: the people measured at every moment, so that no small group can be told from them.

Sees the staff list and who answered, never an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from draagkracht.science.disclosure.isolation import MOST_SETS, isolated
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import PROTECTED, TOO_FEW, Person

# The smallest arm, whatever k is.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One moment: the atoms of its release, and the people of earlier effects that used the same figures."""

    atoms: Sequence[Collection[Person]]
    earlier: Sequence[Collection[Person]] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """Who is counted in each arm, sorted; how many were held back; or the reason why nothing is shown."""

    arms: dict[str, tuple[Person, ...]]
    held_back: int = 0
    reason: str | None = None


class TooSmall(NamedTuple):
    """A moment at which a group of fewer than k is isolated: by which weights of the sets, and how many people are missing."""

    moment: Measured
    weights: tuple[int, ...]
    sets: list[Collection[Person]]
    missing: int


def smallest_arm(k: int) -> int:
    """Pairs that an arm needs: twice the smallest group, and never fewer than ten."""
    return max(2 * k, LEAST)


def count_pairs(
    arms: Mapping[str, Collection[Person]], moments: Sequence[Measured], policy: Policy, *, seed: Hashable,
    elsewhere: Sequence[Collection[Person]] = (),
) -> Counted:  # fmt: skip
    """Choose whom an effect counts, from people who answered at every moment.

    At each moment, the figures of the arms, of earlier effects and of published units together isolate nobody, or a
    group of at least k (see `isolation`). `elsewhere` are the people of earlier effects at other moments: an arm that
    overlaps with one of them differs from it by nobody, or by at least d people. To reach that a few people are held
    back from the effect, drawn with `seed`; they stay counted in the figures of their units. Who is in no atom of some
    moment is never counted.

    An arm of fewer than `smallest_arm(k)` people gives "too-few"; one that falls below it by holding people back, or an
    effect that would be the fifth over the same people, "protected". Raises ValueError for somebody in two arms.
    """
    if len({person for people in arms.values() for person in people}) != sum(len(set(p)) for p in arms.values()):
        raise ValueError("somebody is in two arms")
    k, published = policy.k, [set().union(*moment.atoms) for moment in moments]
    kept = {
        arm: {person for person in people if all(person in one for one in published)} for arm, people in arms.items()
    }
    if any(len(people) < smallest_arm(k) for people in kept.values()):
        return Counted({}, reason=TOO_FEW)
    before = sum(map(len, kept.values()))
    while (held := _to_hold_back(kept, moments, policy, elsewhere, seed)) is not None:
        for people in kept.values():
            people.difference_update(held)
        if not held or any(len(people) < smallest_arm(k) for people in kept.values()):
            return Counted({}, reason=PROTECTED)
    held_back = before - sum(map(len, kept.values()))
    return Counted({arm: tuple(sorted(people, key=repr)) for arm, people in kept.items()}, held_back)


def _to_hold_back(
    kept: Mapping[str, set[Person]], moments: Sequence[Measured], policy: Policy,
    elsewhere: Sequence[Collection[Person]], seed: Hashable,
) -> list[Person] | None:  # fmt: skip
    """Who leaves next: None when all is well, an empty list when nobody could help."""
    found = _too_small(kept, moments, policy.k)
    if found:
        person = _next(found, kept, seed)
        return [] if person is None else [person]
    for people in kept.values():
        for other in map(frozenset, elsewhere):
            shared = people & other
            if shared and 0 < len(people ^ other) < policy.d:
                return [min(shared, key=lambda one: _lot(seed, one))]
    return None


def _too_small(kept: Mapping[str, set[Person]], moments: Sequence[Measured], k: int) -> TooSmall | None:
    for moment in moments:
        sets: list[Collection[Person]] = [*kept.values(), *_touching(kept, moment)]
        if len(sets) > MOST_SETS:
            # Nobody who is held back could help.
            return TooSmall(Measured(()), (), sets, k)
        size, weights = isolated(moment.atoms, sets)
        if 0 < size < k:
            return TooSmall(moment, weights, sets, k - size)
    return None


def _touching(kept: Mapping[str, set[Person]], moment: Measured) -> list[frozenset]:
    """Earlier sets that share an atom with these arms, or with another such set; equal ones and those of the arms once."""
    reached = set().union(*kept.values())
    left = {frozenset(people) for people in moment.earlier if people} - {frozenset(people) for people in kept.values()}
    found: list[frozenset] = []
    grown = True
    while grown:
        wide = reached.union(*(atom for atom in moment.atoms if not reached.isdisjoint(atom)))
        more = sorted((people for people in left if not wide.isdisjoint(people)), key=lambda p: sorted(map(repr, p)))
        found += more
        left -= set(more)
        reached = wide.union(*more)
        grown = bool(more)
    return found


def _next(found: TooSmall, kept: Mapping[str, set[Person]], seed: Hashable) -> Person | None:
    """Whom to hold back next: one of the small group, where that takes it away soonest, else somebody who makes it larger."""
    small: list[Person] = []
    large: list[tuple[int, Person]] = []
    stuck = False
    for atom in found.moment.atoms:
        given = {person: _weight(person, found.weights, found.sets) for person in atom}
        counts = Counter(given.values())
        usual = min(counts, key=lambda weight: (-counts[weight], weight))
        for person, weight in given.items():
            own = _weight(person, found.weights, list(kept.values()))
            if weight != usual:
                small.append(person)
                stuck = stuck or weight - own != usual or not own
            elif own:
                large.append((counts[usual], person))
    if small and not stuck and len(small) <= found.missing:
        return min(small, key=lambda person: _lot(seed, person))
    return min(large, key=lambda one: (-one[0], _lot(seed, one[1])), default=(0, None))[1]


def _weight(person: Person, weights: Sequence[int], sets: Sequence[Collection[Person]]) -> int:
    """Of `sets` the first ones that have a weight."""
    return sum(weight for weight, one in zip(weights, sets, strict=False) if person in one)


def _lot(seed: Hashable, person: Person) -> tuple[bytes, str]:
    key = repr(person)
    return blake2b(f"{seed}\x1f{key}".encode(), digest_size=8).digest(), key


def team_cells(people: Collection[Person], teams: Mapping[Person, Hashable], k: int) -> dict[Person, int]:
    """Number the teams as an effect may tell them apart: each holds at least k of `people`; smaller ones are put together.

    Small teams together make one cell; where that is still smaller than k, it joins the smallest cell.
    """
    sizes = Counter(teams[person] for person in people)
    large = sorted((team for team in sizes if sizes[team] >= k), key=lambda team: (sizes[team], repr(team)))
    place = {team: number for number, team in enumerate(large)}
    rest = sum(count for team, count in sizes.items() if team not in place)
    spare = len(large) if rest >= k or not large else 0
    return {person: place.get(teams[person], spare) for person in people}
