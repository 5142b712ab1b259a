"""An attacker of whole histories: written without a line of the planner, for tests and for `make prove`.

Eight waves of made-up organisations are planned one after the other; then it is computed whom all that was published
isolates, if everybody who stayed gave the same answers every time.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from draagkracht.science.disclosure import Member, Policy, plan

WAVES = 8
LEAVE, MOVE = 0.06, 0.03


def organisation(seed: int, response: float, teams: int = 48, departments: int = 6) -> Iterator[list[Member]]:
    """Teams of 5 to 15 at the start; per wave 6 % leave and are replaced, 3 % move; who answers is drawn anew."""
    draw = random.Random(seed)
    home = dict(enumerate(team for team in range(teams) for _ in range(draw.randint(5, 15))))
    for _ in range(WAVES):
        yield [
            Member(person, ("org", f"department {team % departments}", f"team {team}"), draw.random() < response)
            for person, team in home.items()
        ]
        for person in list(home):
            chance = draw.random()
            if chance < LEAVE:
                home[max(home) + 1] = home.pop(person)
            elif chance < LEAVE + MOVE:
                home[person] = draw.randrange(teams)


def isolated(history: list[dict]) -> int:
    """How many groups of one or two people some combination of all published sums isolates.

    Who has no part in any vector of the kernel is isolated, and so are two people whose parts are proportional.
    """
    people = {
        person: number for number, person in enumerate({p for atoms in history for a in atoms.values() for p in a})
    }
    atoms = [atom for atoms in history for atom in atoms.values()]
    sums = np.zeros((len(atoms), len(people)))
    for row, atom in enumerate(atoms):
        sums[row, [people[person] for person in atom]] = 1
    _, strength, vectors = np.linalg.svd(sums)
    kernel = vectors[int((strength > 1e-9).sum()) :]
    part = np.linalg.norm(kernel, axis=0)
    free = kernel[:, part > 1e-7] / part[part > 1e-7]
    alike = np.abs(free.T @ free) > 1 - 1e-9
    return int((part <= 1e-7).sum() + (alike.sum() - len(alike)) // 2)


def small_cuts(before: dict, now: dict, draw: random.Random) -> int:
    """Cuts of one or two people between two releases, by random labels (Pritchard and Thurimella).

    Edges outside a spanning forest get a random label, edges of the forest the XOR of those that go around them: label 0
    is a cut of one, two equal labels are a cut of two.
    """
    ends = [
        {p: (side, path) for path, people in atoms.items() for p in people} for side, atoms in enumerate((before, now))
    ]
    edges = [tuple(end.get(person, "outside") for end in ends) for person in {**ends[0], **ends[1]}]
    beside = defaultdict(list)
    for number, (one, other) in enumerate(edges):
        beside[one].append((number, other))
        beside[other].append((number, one))
    entered = spanning_forest(beside)
    forest = {step[0] for step in entered.values() if step}
    label = [0 if number in forest else draw.getrandbits(64) for number in range(len(edges))]
    around = dict.fromkeys(beside, 0)
    for number, ends_of in enumerate(edges):
        if number not in forest:
            for end in ends_of:
                around[end] ^= label[number]
    for vertex in reversed(entered):
        if entered[vertex]:
            number, above = entered[vertex]
            label[number] = around[vertex]
            around[above] ^= around[vertex]
    return label.count(0) + len(label) - len(set(label))


def spanning_forest(beside: dict) -> dict:
    """{vertex: (edge, vertex above) or None}, each vertex after the one above it."""
    entered: dict = {}
    for start in beside:
        todo = [(start, None)]
        while todo:
            vertex, step = todo.pop()
            if vertex not in entered:
                entered[vertex] = step
                todo += [(other, (number, vertex)) for number, other in beside[vertex]]
    return entered


@dataclass
class Seen:
    """Respondents over all waves: in all, with a figure of their own unit, counted in it, and not sharing it."""

    all: int = 0
    shown: int = 0
    counted: int = 0
    alone: int = 0

    def add(self, members: list[Member], made) -> None:
        answered = [member for member in members if member.answered]
        shown = [member for member in answered if made.units[member.path].reason is None]
        self.all += len(answered)
        self.shown += len(shown)
        self.counted += sum(member.person not in made.held_back for member in shown)
        self.alone += sum(not made.units[member.path].grouped_with for member in shown)


def history(seed: int, response: float, seen: Seen) -> list[dict]:
    earlier: list[dict] = []
    groups: tuple = ()
    for members in organisation(seed, response):
        made = plan(members, Policy(), seed=seed, groups=groups, earlier=earlier)
        groups = made.groups
        earlier.append(made.atoms)
        seen.add(members, made)
    return earlier
