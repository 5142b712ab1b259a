"""What the history of a made-up organisation gives away, told without a line of the planner."""

import random
from dataclasses import dataclass
from itertools import combinations

from draagkracht.science.disclosure import Policy, plan

from . import disclosure_attacker as attacker
from .random_organisations import waves

POLICY = Policy()


@dataclass(frozen=True)
class Told:
    """`smallest`: the smallest atom ever; `isolated`: groups of fewer than three that some sums isolate; who was seen."""

    waves: int
    smallest: int
    isolated: int
    seen: attacker.Seen


def history(seed: int, forgetful: bool = False) -> Told:
    """Plans one wave after the other, and looks at all of them together; `forgetful` plans each by itself."""
    made: list[dict] = []
    groups: tuple = ()
    seen = attacker.Seen()
    for members in waves(seed):
        planned = plan(members, POLICY, seed=seed, groups=groups, earlier=[] if forgetful else made)
        groups = planned.groups
        made.append(planned.atoms)
        seen.add(members, planned)
    smallest = min((len(people) for atoms in made for people in atoms.values()), default=POLICY.k)
    found = attacker.isolated(made)
    draw = random.Random(seed)
    found += sum(attacker.small_cuts(one, other, draw) for one, other in combinations(made, 2))
    return Told(len(made), smallest, found, seen)


__all__ = ["POLICY", "Told", "history", "waves"]
