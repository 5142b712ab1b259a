"""The page of the whole stays light and asks as little of the database at 1, 10 and 200 units, with every section there."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from draagkracht.conftest import give_role
from draagkracht.insights.shared import benchmark, breakdowns, coverage, organisation, own_figures, relations, unit
from draagkracht.insights.tests.whole_world import made

BUDGET = 120_000
KEPT = (
    organisation.about,
    unit.about,
    *(one._section for one in (benchmark, breakdowns, coverage, own_figures, relations)),
)
SECTIONS = (
    "response",
    "spread",
    "units",
    "over-time",
    "by",
    "relations",
    "own-figures",
    "coverage",
    "benchmark",
    "own-words",
)


def forget() -> None:
    """As a page that nobody opened before."""
    cache.clear()
    for one in KEPT:
        one.cache_clear()


@pytest.mark.django_db
def test_as_many_queries_and_a_light_page_at_1_10_and_200_units(sign_in):
    counts, sizes = {}, {}
    for units in (1, 10, 200):
        place = type("Place", (), {"organisation": made(units), "units": {}})
        client = sign_in(give_role(place, f"c{units}@o.example", "coordinator"))
        address = reverse("insights:organisation")
        client.get(address)
        forget()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        body = answer.content.decode()
        assert answer.status_code == 200
        assert [one for one in SECTIONS if f'id="{one}"' not in body] == []
        counts[units], sizes[units] = len(queries), len(answer.content)
        last = client.get(address + "?theme=wellbeing&page=3")
        assert last.status_code == 200 and len(last.content) <= BUDGET
        asked = client.get(address + "?theme=resources&figure=turnover&by=seniority")
        assert asked.status_code == 200 and len(asked.content) <= BUDGET
    assert counts[1] == counts[10] == counts[200], counts
    assert max(sizes.values()) <= BUDGET, sizes


@pytest.mark.django_db
def test_every_unit_of_two_hundred_stands_on_some_page_of_the_table(sign_in):
    place = type("Place", (), {"organisation": made(200, measures=4, rounds=1), "units": {}})
    client = sign_in(give_role(place, "c@o.example", "coordinator"))
    found, number = set(), 1
    while number <= 9:
        body = client.get(reverse("insights:organisation") + f"?page={number}").content.decode()
        table = body.split('<table class="heat">')[1].split("</table>")[0]
        found |= {n for n in range(200) if f"verdieping {n}<" in table}
        number += 1
    assert found == set(range(200))
