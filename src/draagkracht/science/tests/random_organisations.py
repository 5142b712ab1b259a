"""Made-up organisations of all shapes over one to eight waves, for the proofs: people come, leave, move; units change too."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from draagkracht.science.disclosure import Member

SMALLEST, LARGEST, MOST_WAVES = 200, 600, 8
Path = tuple[str, ...]


@dataclass
class Organisation:
    """Everybody's home, and the tree as it stands now: `above` maps a unit to the path of the unit above it."""

    draw: random.Random
    above: dict[str, Path] = field(default_factory=dict)
    home: dict[int, str] = field(default_factory=dict)
    ever: int = 0

    @classmethod
    def of(cls, seed: int) -> "Organisation":
        """Two to nine departments, some with sections, teams of 3 to 25, heads who sit above, and a staff of the whole."""
        made = cls(random.Random(seed))
        draw = made.draw
        size, departments = draw.randint(SMALLEST, LARGEST), draw.randint(2, 9)
        made.above["org"] = ()
        for number in range(departments):
            made.above[f"d{number}"] = ("org",)
        sections = [f"s{number}" for number in range(draw.randint(0, departments))]
        for section in sections:
            made.above[section] = ("org", f"d{draw.randrange(departments)}")
        smallest, largest = sorted((draw.randint(3, 25), draw.randint(6, 25)))
        while len(made.home) < size:
            where = draw.random()
            if where < 0.06:
                made._fill(draw.choice(["org", *(f"d{number}" for number in range(departments)), *sections]), 1)
            else:
                made._fill(made._team(), draw.randint(smallest, largest))
        return made

    def _fill(self, unit: str, count: int) -> None:
        for _ in range(count):
            self.home[self.ever], self.ever = unit, self.ever + 1

    def _team(self) -> str:
        parents = [unit for unit in self.above if unit[0] in "ds"]
        code, parent = f"t{len(self.above)}", self.draw.choice(parents)
        self.above[code] = (*self.above[parent], parent)
        return code

    def teams(self) -> list[str]:
        return sorted(unit for unit in self.above if unit.startswith("t"))

    def later(self, leave: float, move: float) -> None:
        """People leave and are replaced or not, move, come; sometimes two teams become one, or a team gets another head office."""
        draw = self.draw
        for person in list(self.home):
            chance = draw.random()
            if chance < leave:
                unit = self.home.pop(person)
                if draw.random() < 0.9:
                    self._fill(unit, 1)
            elif chance < leave + move:
                self.home[person] = draw.choice(list(self.above))
        if draw.random() < 0.2:
            one, other = draw.sample(self.teams(), 2)
            self.home = {person: one if unit == other else unit for person, unit in self.home.items()}
        if draw.random() < 0.2:
            section = draw.choice([unit for unit in self.above if unit[0] in "ds"])
            self.above[draw.choice(self.teams())] = (*self.above[section], section)

    def path(self, unit: str) -> Path:
        return (*self.above[unit], unit)


def waves(seed: int) -> Iterator[list[Member]]:
    """The staff list of each wave with who answered. Some answer nearly always, some nearly never."""
    made = Organisation.of(seed)
    draw = random.Random(f"{seed} answers")
    leave, move, usual = draw.uniform(0, 0.1), draw.uniform(0, 0.08), draw.uniform(0.5, 0.95)
    eager: dict[int, float] = {}
    for number in range(draw.randint(1, MOST_WAVES)):
        if number:
            made.later(leave, move)
        for person in made.home:
            eager.setdefault(person, min(1.0, max(0.02, draw.gauss(usual, 0.2))))
        yield [Member(person, made.path(unit), draw.random() < eager[person]) for person, unit in made.home.items()]
