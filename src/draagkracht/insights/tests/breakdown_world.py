"""De Brug grown to a hundred people: teams, professions and shifts as they go together in care, over some rounds."""

import datetime
import random
from types import SimpleNamespace

from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.people.models import Membership, Person, Unit

from . import build
from .conftest import scores

TEAMS = {"linde": 24, "eik": 22, "noord": 20, "zuid": 18}
JOBS = {"Verpleegkundige": 9, "Zorgkundige": 8, "Kok / keukenhulp": 2, "Planner": 1}
SHIFTS = {"night": 2, "early-late": 6, "day": 4, "": 1}


def grow(cast) -> SimpleNamespace:
    """The people with home and groups; nothing measured yet."""
    organisation, draw = cast.brug.organisation, random.Random(7)
    home, groups = {}, {}
    with scope(organisation=organisation):
        for code, size in TEAMS.items():
            unit = Unit.objects.get(code=code)
            for number in range(size):
                person = Person.objects.create(
                    organisation=organisation, name=f"{code} {number}", staff_number=f"x{code}{number}"
                )
                groups[person] = {
                    "profession": draw.choices(list(JOBS), list(JOBS.values()))[0],
                    "shift": draw.choices(list(SHIFTS), list(SHIFTS.values()))[0],
                }
                home[person] = unit.pk
                Membership.objects.create(
                    organisation=organisation, person=person, unit=unit, starts_on=datetime.date(2020, 1, 1)
                )
    return SimpleNamespace(cast=cast, organisation=organisation, home=home, groups=groups, draw=draw, waves=[])


def wave(world, name: str, *breakdowns: str, number: int = 0, without=(), **options):
    """One more closed round; `without` are people who did not answer."""
    answers = {person: None if person in without else scores(world.draw) for person in world.home}
    groups = {person: {key: own[key] for key in breakdowns} for person, own in world.groups.items()}
    made = build.wave(
        world.organisation, name, answers, world.home, number=number, groups=groups if breakdowns else None, **options
    )
    world.waves.append(made)
    return made


def published(world, *args, **options):
    """A round that is published at once: its release."""
    with scope(organisation=world.organisation):
        return door.release(wave(world, *args, **options))
