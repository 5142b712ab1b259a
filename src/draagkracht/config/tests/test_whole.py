"""A role that is held for a part of the organisation opens no page about all of it, and no page of one's own is kept."""

import pytest
from django.urls import reverse

from draagkracht.config.access import TABLE, WHOLE
from draagkracht.conftest import give_role
from draagkracht.insights.tests.conftest import published  # noqa: F401

ROUTES = ["insights:organisation", "insights:organisation-paper", "insights:organisation-cells", "insights:releases"]
OF_EFFECTS = ["insights:effects", "insights:effect-new"]


def test_the_routes_about_the_whole_are_these():
    effects = {f"insights:effect{rest}" for rest in ("s", "", "-new", "-calculate", "-table")}
    research = {f"insights:research{rest}" for rest in ("", "-study", "-download", "-close")}
    shared = {"insights:organisation-links", "insights:organisation-link-revoke"}
    texts = {f"insights:text{rest}" for rest in ("s", "s-round", "", "s-publish")}
    figures = {route for route in TABLE if route.startswith("figures:")}
    steps = (
        "s",
        "",
        "-new",
        "-codes",
        "-mail",
        "-open",
        "-close",
        "-results",
        "-texts",
        "-half-year",
        "-half-year-file",
    )
    ballots = {*(f"ballots:evaluation{rest}" for rest in steps), "ballots:signal-new"}
    insights = {*ROUTES, "insights:release", *effects, *research, *shared, *texts}
    assert insights | figures | ballots == WHOLE


@pytest.mark.parametrize("route", [*ROUTES, *OF_EFFECTS])
@pytest.mark.parametrize("role", ["coordinator", "adviser", "privacy-officer"])
def test_a_role_for_one_department_does_not_show_the_whole(published, sign_in, role, route):  # noqa: F811
    account = give_role(published.cast.brug, f"part.{role}@brug.example", role, "woonzorg")
    assert sign_in(account).get(reverse(route)).status_code == 403


def test_a_role_for_one_department_lands_on_its_page(published, sign_in):  # noqa: F811
    place = published.cast.brug
    browser = sign_in(give_role(place, "part@brug.example", "adviser", "woonzorg"))
    there = browser.get(reverse("home"))
    assert there.url == reverse("insights:unit", args=[place.units["woonzorg"].pk])
    page = browser.get(there.url)
    assert page.status_code == 200
    assert f'href="{reverse("insights:organisation")}"' not in page.content.decode()


@pytest.mark.parametrize("route", ["insights:me", "consent:mine", "people:security"])
def test_nothing_of_ones_own_pages_stays_on_a_shared_computer(cast, sign_in, route):
    kept = sign_in(cast.accounts["worker"]).get(reverse(route))["Cache-Control"]
    assert "no-store" in kept and "private" in kept


def test_published_figures_are_not_kept_either(published, sign_in):  # noqa: F811
    browser = sign_in(published.cast.accounts["coordinator"])
    for route in ROUTES[:3]:
        assert "no-store" in browser.get(reverse(route))["Cache-Control"]


def test_a_refused_visit_is_not_kept(cast, sign_in):
    assert "no-store" in sign_in(cast.accounts["worker"]).get(reverse("people:staff"))["Cache-Control"]
