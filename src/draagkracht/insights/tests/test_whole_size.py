"""The page of the whole stays light and asks as little of the database at 1, 10 and 200 units."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights.models import Release, ReleasedCell, ReleasedUnit
from draagkracht.insights.shared import organisation as organisation_page
from draagkracht.people.models import Organisation, Unit

BUDGET = 120_000
ROLES = ("demand", "resource", "strain")
LONG = "Voorspelbaarheid van het rooster en zelf kunnen kiezen"


def measure(number: int) -> dict:
    return {
        "id": f"long.scale_{number}", "title": {"nl": f"{LONG} {number}"}, "instrument": {"nl": "Lang"}, "low": 1, "high": 5,
        "favourable": "low", "strain": False, "role": ROLES[number // 4], "iglo": ["group"], "family": f"long.scale_{number}",
        "weights": {}, "total_of": [], "bands": {}, "starts": [], "population": {}, "labels": {}, "provisional": False,
        "validated": True, "mdc": None, "k": 5, "wording": {"nl": "abc"},
    }  # fmt: skip


def made(units: int, measures: int = 12, rounds: int = 6) -> Organisation:
    """An organisation with that many units, each with a long name, and as many published rounds."""
    organisation = Organisation.objects.create(slug=f"o{units}", name="Groot")
    with scope(organisation=organisation):
        root = Unit.objects.create(organisation=organisation, code="all", name="Groot")
        teams = Unit.objects.bulk_create(
            Unit(
                organisation=organisation,
                parent=root,
                code=f"t{n}",
                name=f"Leefgroep De Meidoorn op de tweede verdieping {n}",
            )
            for n in range(units)
        )
        for number in range(rounds):
            publish(organisation, root, teams, [measure(n) for n in range(measures)], number)
    return organisation


def publish(organisation: Organisation, root: Unit, teams: list[Unit], measures: list[dict], number: int) -> None:
    day = datetime.date(2026, 6, 1) - datetime.timedelta(days=60 * number)
    release = Release.objects.create(
        organisation=organisation, wave_id=number + 1, wave_name=f"R{number}", closed_on=day, scope=["all"], measures=measures, algorithm="test"
    )  # fmt: skip
    given = {"organisation": organisation, "release": release}
    top = ReleasedUnit.objects.create(path="all", position=0, name="Groot", depth=0, unit=root, **given)
    below = ReleasedUnit.objects.bulk_create(
        ReleasedUnit(path=f"all / {t.code}", position=at, name=t.name, depth=1, unit=t, parent=top, response_low=80, response_high=90, **given)
        for at, t in enumerate(teams, 1)
    )  # fmt: skip
    cells = []
    for at, unit in enumerate([top, *below]):
        for n, data in enumerate(measures):
            value = 1.5 + (at * 7 + n * 3) % 30 / 10
            told = (
                {"low": value - 0.1, "value": value, "high": value + 0.1, "n": 12}
                if at % 9
                else {"reason": "protected"}
            )
            told = {"low": 2.9, "value": 3.0, "high": 3.1, "n": 12 * len(teams)} if unit is top else told
            cells.append(ReleasedCell(unit=unit, measure=data["id"], statistic="mean", **told, **given))
    cells += [
        ReleasedCell(unit=top, measure=data["id"], statistic="spread", low=0.75, value=0.75, high=0.75, n=12, **given)
        for data in measures
    ]
    ReleasedCell.objects.bulk_create(cells, batch_size=2000)


@pytest.mark.django_db
def test_as_many_queries_and_a_light_page_at_1_10_and_200_units(sign_in):
    counts, sizes = {}, {}
    for units in (1, 10, 200):
        organisation = made(units)
        place = type("Place", (), {"organisation": organisation, "units": {}})
        client = sign_in(give_role(place, f"c{units}@o.example", "coordinator"))
        address = reverse("insights:organisation")
        client.get(address)
        organisation_page.about.cache_clear()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        body = answer.content.decode()
        assert answer.status_code == 200 and 'id="units"' in body and 'id="coverage"' in body
        counts[units], sizes[units] = len(queries), len(answer.content)
        last = client.get(address + "?theme=wellbeing&page=3")
        assert last.status_code == 200 and len(last.content) <= BUDGET
    assert counts[1] == counts[10] == counts[200], counts
    assert max(sizes.values()) <= BUDGET, sizes


@pytest.mark.django_db
def test_every_unit_of_two_hundred_stands_on_some_page_of_the_table(sign_in):
    organisation = made(200, measures=4, rounds=1)
    place = type("Place", (), {"organisation": organisation, "units": {}})
    client = sign_in(give_role(place, "c@o.example", "coordinator"))
    found, number = set(), 1
    while number <= 9:
        body = client.get(reverse("insights:organisation") + f"?page={number}").content.decode()
        table = body.split('<table class="heat">')[1].split("</table>")[0]
        found |= {n for n in range(200) if f"verdieping {n}<" in table}
        number += 1
    assert found == set(range(200))
