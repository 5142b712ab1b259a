"""Links for people without an account: one round, for a while, and nothing else."""

import datetime
import re

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.config.logs import JsonFormatter
from draagkracht.conftest import give_role
from draagkracht.insights.models import SharedLink, SharedVisit
from draagkracht.insights.shared import tokens
from draagkracht.insights.sharing import actions
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

from .test_rounds import held

DAY = datetime.timedelta(days=1)


@pytest.fixture
def link(published) -> SharedLink:
    with scope(organisation=published.organisation):
        return actions.make(
            published.organisation, whom="de ondernemingsraad", purpose="Overleg van 3 maart",
            until=timezone.localdate() + 10 * DAY, release=published.release, by=published.cast.accounts["coordinator"],
        )  # fmt: skip


def addresses(link: SharedLink) -> list[str]:
    names = ("insights:shared", "insights:shared-paper", "insights:shared-cells")
    return [reverse(name, args=[tokens.token(link)]) for name in names]


def test_the_link_opens_the_published_page_without_an_account(published, link, client):
    page = client.get(addresses(link)[0], headers={"accept-language": "nl"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Gedeeld met de ondernemingsraad tot en met" in text and "Overleg van 3 maart" in text
    assert "Zorggroep De Brug" in text and "Woonzorg" in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"] and "noindex" in page["X-Robots-Tag"]
    assert "sessionid" not in page.cookies
    assert client.get(addresses(link)[1]).content[:5] == b"%PDF-"
    lines = client.get(addresses(link)[2]).content.decode().splitlines()
    assert lines[0].startswith("wave,") and {line.split(",")[0] for line in lines[1:]} == {"Maart 2026"}


def test_a_program_that_only_asks_whether_the_link_opens_is_answered_and_not_counted(published, link, client):
    for address in addresses(link):
        asked = client.head(address)
        assert (asked.status_code, asked.content) == (200, b"")
    with scope(organisation=published.organisation):
        assert not SharedVisit.objects.exists()


def test_the_log_never_holds_what_opens_a_link(published, link, client, caplog):
    for address in addresses(link):
        for asked in (client.post(address), client.get(f"{address}x"), client.get(f"{address[:-1]}x")):
            assert asked.status_code in (301, 404, 405)
    said = " ".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/shared/…/" in said and tokens.token(link) not in said


def test_nothing_in_it_leads_further_than_itself(published, link, client):
    text = client.get(addresses(link)[0]).content.decode()
    leads = {there for there in re.findall(r'href="([^"#?]+)', text) if there.startswith("/")}
    style = re.search(r'stylesheet" href="([^"]+)"', text).group(1)
    assert leads == {"/", reverse("ui:help"), style, *addresses(link)[1:]}


def test_no_other_round_can_be_asked_for(published, link, client):
    other = held(published, "Geheime ronde", 3, None)
    for address in addresses(link):
        asked = client.get(f"{address}?wave={other.id}").content
        assert b"Geheime" not in asked
    assert "Geheime" not in client.get(addresses(link)[2]).content.decode()


def test_a_link_to_the_newest_round_follows_what_is_published(published, client):
    with scope(organisation=published.organisation):
        made = actions.make(
            published.organisation, whom="CPBW", purpose="-", until=timezone.localdate(), release=None,
            by=published.cast.accounts["privacy-officer"],
        )  # fmt: skip
    assert "maart 2026" in client.get(addresses(made)[0]).content.decode()
    held(published, "Nieuwste ronde", 3, None)
    held(published, "Alleen Woonzorg", 4, "woonzorg")
    assert "Nieuwste ronde" in client.get(addresses(made)[0]).content.decode()


def test_a_link_ends_on_its_day_or_when_it_is_taken_back(published, link, client, sign_in):
    SharedLink._base_manager.filter(pk=link.pk).update(until=timezone.localdate())
    assert client.get(addresses(link)[0]).status_code == 200
    SharedLink._base_manager.filter(pk=link.pk).update(until=timezone.localdate() - DAY)
    for address in addresses(link):
        gone = client.get(address, headers={"accept-language": "nl"})
        assert gone.status_code == 410 and "Deze link is voorbij" in gone.content.decode()
        assert "ondernemingsraad" not in gone.content.decode() and "Woonzorg" not in gone.content.decode()
    SharedLink._base_manager.filter(pk=link.pk).update(until=timezone.localdate() + DAY)
    coordinator = sign_in(published.cast.accounts["coordinator"])
    there = reverse("insights:organisation-link-revoke", args=[link.pk])
    assert coordinator.get(there).status_code == 405
    assert coordinator.post(there).status_code == 302 and coordinator.post(there).status_code == 302
    assert {client.get(address).status_code for address in addresses(link)} == {410}
    with scope(organisation=published.organisation):
        assert [line.act for line in AuditLine.objects.filter(act__startswith="link.")] == ["link.made", "link.revoked"]


def test_a_token_that_the_server_did_not_sign_does_not_exist(published, link, client, settings):
    right = tokens.token(link)
    elsewhere = Signer(key="another secret", salt=tokens.SALT, sep="~").sign(link.public_id)
    no_salt = Signer(sep="~").sign(link.public_id)
    for wrong in (
        link.public_id,
        f"{link.public_id}~",
        right[:-1],
        right[:-1] + "x",
        right + "x",
        elsewhere,
        no_salt,
        "~",
        "x" * 3000,
    ):
        assert client.get(reverse("insights:shared", args=[wrong])).status_code == 404, wrong
    # A new secret keeps links alive as long as the former one is configured, and no longer.
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new secret", [former]
    assert client.get(reverse("insights:shared", args=[right])).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(reverse("insights:shared", args=[right])).status_code == 404


def test_the_token_is_nowhere_in_the_database(published, link, client):
    client.get(addresses(link)[0])
    secret = tokens.token(link).partition("~")[2]
    for name in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - every table of the test database
            assert secret not in repr(cursor.fetchall()), name


def test_of_a_visit_only_the_day_is_kept(published, link):
    for _ in range(3):
        Client(headers={"user-agent": "Spion/1.0"}, REMOTE_ADDR="203.0.113.7").get(addresses(link)[0])
    with scopes_disabled():
        (row,) = SharedVisit.objects.filter(link=link).values()
    assert (row["day"], row["times"]) == (timezone.localdate(), 3)
    assert set(row) == {"id", "organisation_id", "link_id", "day", "times"}


def test_coordinator_and_privacy_officer_of_the_whole_make_links(published, sign_in):
    there = reverse("insights:organisation-links")
    until = timezone.localdate() + 20 * DAY
    given = {"whom": "OR", "purpose": "Overleg", "round": "", "until": until.isoformat()}
    for role in ("coordinator", "privacy-officer"):
        browser = sign_in(published.cast.accounts[role])
        assert browser.post(there, given).status_code == 302
        text = browser.get(there, headers={"accept-language": "nl"}).content.decode()
        assert "nog niet geopend" in text and "/shared/" in text
    for role in ("worker", "team-lead", "adviser", "researcher", "platform-admin"):
        assert sign_in(published.cast.accounts[role]).post(there, given).status_code == 403
    part = give_role(published.cast.brug, "part@brug.example", "coordinator", "woonzorg")
    assert sign_in(part).post(there, given).status_code == 403
    with scope(organisation=published.organisation):
        assert SharedLink.objects.count() == 2


@pytest.mark.parametrize("days", [-1, 91])
def test_a_day_that_can_not_be_is_refused_and_nothing_typed_is_lost(published, sign_in, days):
    browser = sign_in(published.cast.accounts["coordinator"])
    until = (timezone.localdate() + days * DAY).isoformat()
    given = {"whom": "De raad", "purpose": "Overleg", "round": "", "until": until}
    text = browser.post(
        reverse("insights:organisation-links"), given, headers={"accept-language": "nl"}
    ).content.decode()
    assert "de komende 90 dagen" in text and 'value="De raad"' in text and until in text
    with scope(organisation=published.organisation):
        assert not SharedLink.objects.exists()
        with pytest.raises(Refusal):
            actions.make(
                published.organisation, whom="x", purpose="x", until=timezone.localdate() + days * DAY, release=None,
                by=published.cast.accounts["coordinator"],
            )  # fmt: skip


def test_a_link_to_a_round_of_another_organisation_can_not_be_made(published, sign_in):
    browser = sign_in(published.cast.stranger)
    given = {"whom": "x", "purpose": "x", "round": str(published.release.pk), "until": timezone.localdate().isoformat()}
    assert browser.post(reverse("insights:organisation-links"), given).status_code == 200
    with scopes_disabled():
        assert not SharedLink.objects.exists()
