"""Pages of who runs surveys, in a real browser: nothing for axe to find, and a wave opened by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django_scopes import scope
from playwright.sync_api import expect

from draagkracht.people.models import Unit
from draagkracht.surveys.actions import refresh_participation

from .conftest import plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server, cast, sign_in, phone):
    """A page in the session of the coordinator."""
    session = sign_in(cast.accounts["coordinator"]).cookies["sessionid"].value
    page = phone()
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def violations(page) -> list:
    return [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]


@pytest.mark.layout
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(desk, live_server, wave, cast, width):
    with scope(organisation=cast.brug.organisation):
        Unit.objects.filter(code="linde").update(name="Afdeling Nachtverpleging Oost")
        refresh_participation(wave)
        wave.participation[0][2] = [1250, 10000]
        wave.participation[1][2] = None
        wave.save()
        blocked = plan(cast, instruments=["bat-12"], name="Zomer")
    desk.set_viewport_size({"width": width, "height": 900})
    addresses = [
        reverse("surveys:campaigns"),
        reverse("surveys:new-campaign"),
        reverse("surveys:campaign", args=[wave.campaign_id]),
        reverse("surveys:new-wave", args=[wave.campaign_id]),
        reverse("surveys:wave", args=[wave.pk]),
        reverse("surveys:wave", args=[blocked.pk]),
    ]
    for address in addresses:
        desk.goto(live_server.url + address)
        assert violations(desk) == [], address
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        tables = desk.evaluate("[...document.querySelectorAll('.scroll')].map((t) => t.scrollWidth <= t.clientWidth)")
        assert all(tables), address
    desk.context.clear_cookies()
    for address in (reverse("surveys:start", args=[wave.poster_code]), "/a/unknown/"):
        desk.goto(live_server.url + address)
        assert violations(desk) == [], address


def test_a_wave_opens_by_keyboard(desk, live_server, cast):
    with scope(organisation=cast.brug.organisation):
        planned = plan(cast, unit="linde")
    desk.goto(live_server.url + reverse("surveys:wave", args=[planned.pk]))
    desk.locator("main button", has_text="Nu openen").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#status")).to_contain_text("6 mensen krijgen een mail")
    expect(desk.locator("h1")).to_contain_text("open")
