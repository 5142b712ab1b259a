"""An organisation of 120 people in twelve teams whose answers follow planted relations, over as many rounds as wished."""

import math
from types import SimpleNamespace

import numpy as np
from django_scopes import scope

from draagkracht.people.models import Organisation, Person, Unit

from . import build

DEMANDS = [f"pulse.{name}" for name in ("work_pressure", "role_conflict", "work_life_conflict", "emotional_demands")]
RESOURCES = [f"pulse.{name}" for name in ("feedback_skills", "autonomy_predictability", "social_support", "recovery")]
INSTRUMENTS = ("pulse", "bat-12", "uwes-9")
BAT = ["exhaustion", "mental_distance", "cognitive_impairment", "emotional_impairment"]
UWES = ["vigor", "dedication", "absorption"]


def world(teams: int = 12, size: int = 10, country: str = "BE") -> SimpleNamespace:
    """The organisation, its people, and where they belong."""
    made = Organisation.objects.create(slug="samen", name="Samen", country=country)
    with scope(organisation=made):
        root = Unit.objects.create(organisation=made, code="samen", name="Samen")
        parts = [
            Unit.objects.create(organisation=made, parent=root, code=f"d{n}", name=f"Afdeling {n}") for n in range(2)
        ]
        units = [
            Unit.objects.create(organisation=made, parent=parts[n % 2], code=f"t{n}", name=f"Team {n}")
            for n in range(teams)
        ]
        people = Person.objects.bulk_create(Person(organisation=made) for _ in range(teams * size))
    home = {person: units[at // size].id for at, person in enumerate(people)}
    return SimpleNamespace(organisation=made, people=people, home=home, units=units, root=root)


def answers(here: SimpleNamespace, rounds: int, seed: int = 1) -> list[dict]:
    """Per round {person: scores}. Work pressure .4 and recovery -.3 go with strain, support .4 with engagement; between
    rounds resources -> engagement .3 and demands -> strain .3, and nothing the other way round."""
    draw = np.random.default_rng(seed)
    n = len(here.people)
    demands, resources = draw.normal(size=(n, 4)), draw.normal(size=(n, 4))
    strain, engagement = draw.normal(size=n), draw.normal(size=n)
    found = []
    for _ in range(rounds):
        strain = 0.4 * strain + 0.5 * demands[:, 0] - 0.4 * resources[:, 3] + 0.5 * draw.normal(size=n)
        engagement = 0.4 * engagement + 0.5 * resources[:, 2] + 0.5 * draw.normal(size=n)
        found.append(
            {
                person: _scores(draw, demands[at], resources[at], strain[at], engagement[at])
                for at, person in enumerate(here.people)
            }
        )
        strain = strain + 0.3 * demands.mean(axis=1) * 2
        engagement = engagement + 0.3 * resources.mean(axis=1) * 2
        demands = 0.6 * demands + 0.8 * draw.normal(size=(n, 4))
        resources = 0.6 * resources + 0.8 * draw.normal(size=(n, 4))
    return found


def _scores(draw, demands, resources, strain: float, engagement: float) -> dict[str, float]:
    scores = dict(zip(DEMANDS + RESOURCES, (_on(v) for v in (*demands, *resources)), strict=True))
    scores |= {"pulse.energy": _on(-strain), "pulse.involvement": _on(-strain + 0.5 * draw.normal())}
    scores |= {f"bat-12.{name}": _on(strain + 0.3 * draw.normal()) for name in BAT}
    scores |= {f"uwes-9.{name}": _on(engagement + 0.3 * draw.normal(), 0, 6) for name in UWES}
    scores["bat-12.total"] = sum(scores[f"bat-12.{name}"] for name in BAT) / 4
    return scores | {"uwes-9.total": sum(scores[f"uwes-9.{name}"] for name in UWES) / 3}


def _on(value: float, low: float = 1, high: float = 5) -> float:
    """From a standard score to a step of a half on the scale."""
    middle, reach = (low + high) / 2, (high - low) / 4
    return float(np.clip(math.floor(2 * (middle + reach * value) + 0.5) / 2, low, high))


def close(here: SimpleNamespace, name: str, given: dict, number: int, **more):
    """A closed wave with these scores; None for who did not answer."""
    return build.wave(
        here.organisation, name, given, here.home, **({"instruments": INSTRUMENTS, "number": number} | more)
    )
