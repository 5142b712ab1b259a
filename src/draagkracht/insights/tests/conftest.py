"""A published round for the tests of this room, and a world for research that the tests of a file share."""

import copy
import random
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.db import connections, transaction
from django_scopes import scope

from draagkracht.conftest import build_cast
from draagkracht.insights import release as door
from draagkracht.people.queries import members_on

from . import build, research_build

PULSE = [
    "work_pressure",
    "role_conflict",
    "work_life_conflict",
    "emotional_demands",
    "feedback_skills",
    "autonomy_predictability",
    "social_support",
    "recovery",
    "energy",
    "involvement",
]
BAT = ["exhaustion", "mental_distance", "cognitive_impairment", "emotional_impairment"]


def scores(draw: random.Random, **fixed: float) -> dict[str, float | None]:
    """Plausible scores of one person on the pulse and BAT-12; `fixed` by scale name of the pulse."""
    found: dict[str, float | None] = {f"pulse.{name}": draw.randint(2, 10) / 2 for name in PULSE}
    found |= {f"bat-12.{name}": draw.randint(3, 15) / 3 for name in BAT}
    found["bat-12.total"] = sum(found[f"bat-12.{name}"] for name in BAT) / 4
    return found | {f"pulse.{name}": value for name, value in fixed.items()}


@pytest.fixture
def published(cast) -> SimpleNamespace:
    """De Brug with one published round (all 30 people answered but one in Zuid) and one round that is still open.

    Team Linde feels no social support at all and Team Eik all of it; extreme answers that must not show anywhere.
    """
    organisation = cast.brug.organisation
    draw = random.Random(20260302)
    with scope(organisation=organisation):
        people = {p.id: p for p in cast.brug.people.values()}
        home = {people[person]: unit for person, unit in members_on(build.DAY.date())}
        answers = {}
        for person, unit in home.items():
            team = next(code for code, u in cast.brug.units.items() if u.id == unit)
            fixed = {"linde": {"social_support": 1.0}, "eik": {"social_support": 5.0}}.get(team, {})
            answers[person] = scores(draw, **fixed)
        answers[cast.brug.people["zuid.amina"]] = None
        wave = build.wave(organisation, "Maart 2026", answers, home)
        made = door.release(wave)
        opened = build.wave(organisation, "Juni 2026", answers, home, number=1, closed=False)
    return SimpleNamespace(
        cast=cast, organisation=organisation, wave=wave, release=made, open=opened, answers=answers, home=home
    )


@pytest.fixture(scope="module")
def research_world(request, django_db_setup, django_db_blocker):
    """`research_build.world` with what the module names WORLD, built once and rolled back after its last test."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
            stack.callback(transaction.set_rollback, True, using=alias)
        yield research_build.world(build_cast(), **getattr(request.module, "WORLD", {}))


@pytest.fixture
def world(research_world, db, tmp_path, settings):
    """The same for one test, which may change whatever it likes."""
    settings.DATA = tmp_path
    return copy.deepcopy(research_world)
