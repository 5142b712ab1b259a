"""An organisation in which four teams follow a trajectory and four do not: rounds before, after and later, all published."""

import random
from types import SimpleNamespace

from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.people.models import Membership, Organisation, Person, Unit

from . import build

TEAMS = [f"{arm}{number}" for arm in "pc" for number in range(1, 5)]
THEMES = ("pulse.work_pressure", "pulse.recovery", "pulse.social_support")


def world(
    size: int = 12, waves: int = 2, gain: float = 0.6, seed: int = 5, teams=TEAMS, instruments=("pulse",), country="BE",
    add: bool = True,
) -> SimpleNamespace:  # fmt: skip
    """`size` people a team. Recovery rises by `gain` in teams p1..p4 after the first round; nothing else changes.

    With `add` False no round is made yet: change `answers` (None: did not answer), then call `add_wave` for each.
    """
    organisation = Organisation.objects.create(slug="veld", name="Zorgveld", country=country)
    draw = random.Random(seed)
    with scope(organisation=organisation):
        root = Unit.objects.create(organisation=organisation, code="veld", name="Zorgveld")
        units = {
            code: Unit.objects.create(organisation=organisation, parent=root, code=code, name=f"Team {code.upper()}")
            for code in teams
        }
        people = Person.objects.bulk_create(
            Person(organisation=organisation, name=f"Naam {code} {n}", email=f"{code}.{n}@veld.example", staff_number=f"{code}-{n}")
            for code in teams
            for n in range(size)
        )  # fmt: skip
        home = {person: units[person.staff_number.partition("-")[0]].id for person in people}
        Membership.objects.bulk_create(
            Membership(organisation=organisation, person=person, unit_id=unit, starts_on=build.DAY.date())
            for person, unit in home.items()
        )
        answers = [{person: scores(draw, person, at, gain) for person in people} for at in range(waves)]
        made = SimpleNamespace(organisation=organisation, units=units, people=people, home=home, answers=answers, draw=draw, waves=[], instruments=instruments)  # fmt: skip
        for at in range(waves) if add else ():
            add_wave(made, at)
    return made


def add_wave(made: SimpleNamespace, at: int, closed: bool = True, name: str = ""):
    """Round number `at` from the answers of the world, published when it is closed."""
    name = name or f"Ronde {at + 1}"
    wave = build.wave(made.organisation, name, made.answers[at], made.home, made.instruments, at, closed=closed)
    made.waves.append(wave)
    if closed:
        door.release(wave)
    return wave


def scores(draw: random.Random, person: Person, at: int, gain: float) -> dict[str, float | None]:
    """Scores on the pulse (and BAT-12) that belong to the person, with noise and, for who takes part, a gain."""
    own = random.Random(person.staff_number)
    found: dict[str, float | None] = {}
    for theme in THEMES:
        level = 3 + 0.6 * own.gauss(0, 1) + 0.35 * draw.gauss(0, 1)
        level += gain if at and person.staff_number.startswith("p") and theme == "pulse.recovery" else 0
        found[theme] = min(5.0, max(1.0, round(2 * level) / 2))
    for part in ("exhaustion", "mental_distance", "cognitive_impairment", "emotional_impairment"):
        found[f"bat-12.{part}"] = min(
            5.0, max(1.0, round(3 * (2.2 + 0.5 * own.gauss(0, 1) + 0.3 * draw.gauss(0, 1))) / 3)
        )
    found["bat-12.total"] = sum(value or 0 for name, value in found.items() if name.startswith("bat-12.")) / 4
    return found
