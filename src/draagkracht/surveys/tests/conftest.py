"""An open wave in the cast's organisation, and a browser for the journeys."""

import datetime
import shutil
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django_scopes import scope


def plan(cast, instruments=("pulse",), unit="brug", name="Lente 2026", days=14):
    """A planned wave; call inside the scope."""
    from draagkracht.surveys.actions import make_campaign, make_wave

    now = timezone.now()
    campaign = make_campaign(cast.brug.organisation, f"Kompas {name}", list(instruments))
    return make_wave(campaign, name, cast.brug.units[unit], now, now + datetime.timedelta(days=days))


@pytest.fixture
def wave(cast):
    """An open wave for everybody of brug, asking the pulse, without mails."""
    from draagkracht.surveys.actions import open_wave

    with scope(organisation=cast.brug.organisation):
        planned = plan(cast)
        open_wave(planned, mail=False)
        planned.refresh_from_db()
    return planned


@pytest.fixture
def held(cast, wave):
    """held("linde.amina") -> the link of a person: person, invitation, token, path, version."""
    from draagkracht.surveys.models import Invitation
    from draagkracht.surveys.queries import link_token

    def of(name: str = "linde.amina") -> SimpleNamespace:
        with scope(organisation=cast.brug.organisation):
            invitation = Invitation.objects.get(wave=wave, person=cast.brug.people[name])
            token = link_token(invitation)
        return SimpleNamespace(
            person=cast.brug.people[name],
            invitation=invitation,
            token=token,
            path=f"/a/{token}/",
            version=wave.version.content_hash[:12],
            wave=wave,
        )

    return of


@pytest.fixture
def agreement():
    """[hash, language] of the words on the first page."""
    from draagkracht.consent import purposes

    return [purposes.current("measure", "nl").hash, "nl"]


@pytest.fixture
def save(agreement):
    """save(client, link, [tab, counter, code, value, base], ..., agree=True) -> the response."""

    def post(client, link, *answers, agree=True, **more):
        body = {"v": link.version, "a": [list(entry) for entry in answers], **more}
        if agree:
            body["c"] = agreement
        return client.post(f"{link.path}save", body, content_type="application/json")

    return post


@pytest.fixture
def stored(cast):
    """stored(link) -> the opened payload of its submission, None when there is none."""
    from draagkracht.surveys import entry
    from draagkracht.surveys.actions.answering import opened_payload

    def of(link):
        found = entry.find(link.token)
        return opened_payload(found) if found.submission_id else None

    return of


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def browser(monkeypatch):
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.skip("NOT TESTED: there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    # The driver runs an event loop in this thread; the database is only used between its calls.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def phone(browser):
    """phone(**options) -> a page on a screen of 390 x 844; what its console complains about fails the test."""
    complaints: list[str] = []

    def opened(**options):
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-BE", **options)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        return page

    yield opened
    assert complaints == []
