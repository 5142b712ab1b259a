"""What the history of a made-up organisation gives away, when each of its waves was planned and passed the gate."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from draagkracht.science import attack
from draagkracht.science.disclosure import Member, Plan, Policy, plan
from draagkracht.science.gate import Question, as_published, gated

from . import disclosure_attacker as attacker
from .random_organisations import waves

POLICY = Policy()
# Units that share a figure do so for a year of so many waves.
A_YEAR = 4
# Narrower than this share of the range is "pinned": half a point of four.
PINNED = 1 / 8


@dataclass(frozen=True)
class Told:
    """What is found out about one organisation.

    waves     how many; people: counted in any of them
    smallest  the smallest atom ever
    isolated  groups of fewer than three people that some combination of all sums, or of two releases, isolates
    narrowed  people whose range is below rho of the scale, with one insider in each atom; pinned: below 1/8 of it
    stopped   people whom the gate found in first drafts, and the units that it withheld
    """

    waves: int
    people: int
    smallest: int
    isolated: int
    narrowed: int
    pinned: int
    stopped: int
    withheld: int
    seen: attacker.Seen


def history(seed: int, forgetful: bool = False) -> Told:
    """An organisation of any shape, planned wave after wave; `forgetful` plans each by itself, and attacks none."""
    return _told(waves(seed), seed, forgetful)


def yardstick(seed: int, response: float) -> Told:
    """The yardstick's organisation: about 480 people in 48 teams of 5 to 15, eight waves, 9 % leave or move each time."""
    return _told(attacker.organisation(seed, response), seed, False)


def _told(lists: Iterable[list[Member]], seed: int, forgetful: bool) -> Told:
    made: list[Plan] = []
    past: list[attack.Wave] = []
    seen, stopped, withheld = attacker.Seen(), 0, 0
    for number, members in enumerate(lists):
        groups = made[-1].groups if number % A_YEAR else ()
        earlier = [] if forgetful else [one.atoms for one in made]

        def draft(avoid, members=members, groups=groups, earlier=earlier) -> Plan:
            return plan(members, POLICY, seed=f"{seed}", groups=groups, earlier=earlier, avoid=avoid)

        if forgetful:
            planned = draft(frozenset())
        else:
            planned, outcome = gated(draft, [Question(tuple(past), (), POLICY.rho, POLICY.c)])
            stopped, withheld = stopped + outcome.people, withheld + len(outcome.units)
        made.append(planned)
        past.append(as_published(f"wave {number}", planned))
        seen.add(members, planned)
    atoms = [one.atoms for one in made]
    found = attack.attack(past, answers=attack.usual(past, seed="others")) if not forgetful else attack.Verdict(0, 0.5)
    draw = random.Random(seed)
    return Told(
        waves=len(made),
        people=found.people,
        smallest=min((len(people) for one in atoms for people in one.values()), default=POLICY.k),
        isolated=attacker.isolated(atoms) + sum(attacker.small_cuts(*two, draw) for two in combinations(atoms, 2)),
        narrowed=len(found.pinned),
        pinned=sum(width < PINNED for width in found.pinned.values()),
        stopped=stopped,
        withheld=withheld,
        seen=seen,
    )


__all__ = ["POLICY", "Told", "history", "waves", "yardstick"]
