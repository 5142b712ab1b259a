"""Who works where, and when: the people of the demo, drawn from the catalogue with a seed. Pure, no Django.

A wave is numbered from 1; the last one (closed_waves + 1) is the open one. `teams[wave]` says where a person is.
"""

import datetime
import random
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent.parent / "catalogue" / "demo"
SEASONS = ("Winter", "Lente", "Zomer", "Najaar")
OPEN_FOR = datetime.timedelta(days=21)


@dataclass(frozen=True)
class WaveDates:
    """One round: its name and the days on which it opens and closes."""

    number: int
    name: str
    opens: datetime.date
    closes: datetime.date


@dataclass
class DemoPerson:
    """An invented person. `teams` maps the number of a wave to the code of the team; absent means not in service."""

    name: str
    email: str
    staff_number: str
    profession: str
    language: str
    teams: dict[int, str] = field(default_factory=dict)
    role: str = ""  # worker or team-lead of the cast
    leads: str = ""  # code of the team they lead

    def periods(self) -> list[tuple[str, int, int | None]]:
        """(team, first wave, first wave no longer there or None) in order of time."""
        found: list[tuple[str, int, int | None]] = []
        for wave in sorted(self.teams):
            if not found or found[-1][0] != self.teams[wave]:
                found.append((self.teams[wave], wave, None))
        ends = [*(start for _, start, _ in found[1:]), None]
        return [(team, start, end) for (team, start, _), end in zip(found, ends, strict=True)]


def read(name: str) -> Any:
    """One file of catalogue/demo."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def quarters(plan: dict[str, Any], today: datetime.date) -> list[WaveDates]:
    """The closed rounds, one a quarter up to the quarter before today's, and the one that is open now."""
    index = today.year * 4 + (today.month - 1) // 3
    closed = plan["closed_waves"]
    dates = []
    for number in range(1, closed + 1):
        year, quarter = divmod(index - closed - 1 + number, 4)
        start = datetime.date(year, quarter * 3 + 2, 8)
        opens = start + datetime.timedelta(days=-start.weekday() % 7)
        dates.append(WaveDates(number, f"{SEASONS[quarter]} {year}", opens, opens + OPEN_FOR))
    year, quarter = divmod(index, 4)
    opens = today - datetime.timedelta(days=10)
    dates.append(WaveDates(closed + 1, f"{SEASONS[quarter]} {year}", opens, today + datetime.timedelta(days=18)))
    return dates


def teams_of(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every team by its code, with the code of its department."""
    return {
        team["code"]: {**team, "department": department["code"]}
        for department in plan["departments"]
        for team in department["teams"]
    }


def address(name: str, domain: str) -> str:
    """first.last@domain in plain ASCII."""
    special = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "'": ""})
    plain = unicodedata.normalize("NFKD", name.translate(special)).encode("ascii", "ignore").decode().lower()
    first, _, last = plain.partition(" ")
    return f"{first}.{last.replace(' ', '')}@{domain}"


class Staff:
    """Draws people and lets them come, go and move; `people` keeps everybody who was ever there."""

    def __init__(self, plan: dict[str, Any], names: list[dict[str, Any]], seed: int) -> None:
        self.plan = plan
        self.names = names
        self.chance = random.Random(seed)
        self.teams = teams_of(plan)
        self.people: list[DemoPerson] = []
        self.taken = {member["name"] for member in plan["cast"].values()}
        self.addresses = {address(name, plan["domain"]) for name in self.taken}

    def _name(self) -> str:
        """A name that nobody here has yet."""
        while True:
            pool = self.chance.choices(self.names, [pool["share"] for pool in self.names])[0]
            # Some people have a first name from elsewhere than their family name.
            other = pool if self.chance.random() < 0.93 else self.chance.choice(self.names)
            name = f"{self.chance.choice(pool['first'])} {self.chance.choice(other['last'])}"
            email = address(name, self.plan["domain"])
            if name not in self.taken and email not in self.addresses:
                self.taken.add(name)
                self.addresses.add(email)
                return name

    def hire(self, team: str, wave: int) -> DemoPerson:
        """Somebody new in a team from this wave on."""
        jobs = self.plan["jobs"][self.teams[team]["jobs"]]
        profession = self.chance.choices(list(jobs), list(jobs.values()))[0]
        person = self._make(self._name(), profession)
        person.teams[wave] = team
        return person

    def _make(self, name: str, profession: str) -> DemoPerson:
        language = "en" if self.chance.random() < self.plan["english"] else "nl"
        number = f"W{1000 + 7 * len(self.people)}"
        person = DemoPerson(name, address(name, self.plan["domain"]), number, profession, language)
        self.people.append(person)
        return person

    def first_wave(self) -> None:
        """Fills every team to its size; the first of each leads it."""
        title = self.plan["lead_title"]
        for code, team in self.teams.items():
            faces = {role: m for role, m in self.plan["cast"].items() if m.get("team") == code}
            lead = self._make(faces["team-lead"]["name"], title) if "team-lead" in faces else self.hire(code, 1)
            lead.profession, lead.leads, lead.teams[1] = title, code, code
            lead.role = "team-lead" if "team-lead" in faces else ""
            if "worker" in faces:
                worker = self._make(faces["worker"]["name"], faces["worker"]["profession"])
                worker.role, worker.language, worker.teams[1] = "worker", "nl", code
                lead.language = "nl"
            for _ in range(team["size"] - 1 - ("worker" in faces)):
                self.hire(code, 1)

    def next_wave(self, wave: int) -> None:
        """Everybody stays, except those who leave or move; then others join."""
        turnover, present = self.plan["turnover"], [p for p in self.people if wave - 1 in p.teams]
        total = len(present)
        free = [p for p in present if not p.leads and not p.role]
        self.chance.shuffle(free)
        sizes = {code: sum(p.teams[wave - 1] == code for p in present) for code in self.teams}
        gone = self._leave(free, round(turnover["leave"] * total), wave, sizes)
        for person in present:
            if person not in gone:
                person.teams[wave] = person.teams[wave - 1]
        movers = [p for p in free if p not in gone]
        self._move(movers, round(turnover["move"] * total), wave, sizes)
        for _ in range(round(turnover["join"] * total)):
            team = max(self.teams, key=lambda code: self.teams[code]["size"] - sizes[code] + self.chance.random())
            sizes[team] += 1
            self.hire(team, wave)

    def _leave(self, free: list[DemoPerson], count: int, wave: int, sizes: dict[str, int]) -> list[DemoPerson]:
        gone = []
        for person in free:
            team = person.teams[wave - 1]
            if len(gone) < count and sizes[team] > self.plan["smallest_team"]:
                sizes[team] -= 1
                gone.append(person)
        return gone

    def _move(self, movers: list[DemoPerson], count: int, wave: int, sizes: dict[str, int]) -> None:
        for person in movers:
            here = person.teams[wave]
            there = self._vacancy(here, sizes)
            if count and there and sizes[here] > self.plan["smallest_team"]:
                sizes[here], sizes[there], count = sizes[here] - 1, sizes[there] + 1, count - 1
                person.teams[wave] = there

    def _vacancy(self, here: str, sizes: dict[str, int]) -> str | None:
        """Another team with the same kind of work that has room, preferably one that misses somebody."""
        kind = self.teams[here]["jobs"]
        open_teams = [
            code
            for code, team in self.teams.items()
            if code != here and team["jobs"] == kind and sizes[code] < min(team["size"] + 1, self.plan["largest_team"])
        ]
        return self.chance.choice(open_teams) if open_teams else None


def make_staff(plan: dict[str, Any], names: list[dict[str, Any]], seed: int | None = None) -> list[DemoPerson]:
    """Everybody who works in the demo organisation during one of its waves."""
    staff = Staff(plan, names, plan["seed"] if seed is None else seed)
    staff.first_wave()
    for wave in range(2, plan["closed_waves"] + 2):
        staff.next_wave(wave)
    return staff.people


class Work:
    """Draws contracts and shifts, apart from all other draws: what people answered stays the same."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan, self.teams = plan, teams_of(plan)
        self.chance = random.Random(f"{plan['seed']} work")

    def contract(self, person: DemoPerson) -> str:
        """The kind of contract; who leads a team has a permanent one."""
        kinds = self.plan["contracts"]
        drawn = self.chance.choices(list(kinds), list(kinds.values()))[0]
        return "permanent" if person.leads or person.role else drawn

    def shift(self, team: str) -> str:
        """The type of shift in that team."""
        shifts = self.plan["shifts"][self.teams[team]["jobs"]]
        drawn = self.chance.choices(list(shifts), list(shifts.values()))[0]
        return self.plan["shifts_of"].get(team, drawn)
