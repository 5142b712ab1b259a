"""What somebody else may see or break: another browser, another account, odd requests, a consent that was withdrawn."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.consent import purposes
from draagkracht.consent.actions import ensure_key, grant, withdraw
from draagkracht.surveys.actions import close_wave, renew_link, store_complete
from draagkracht.surveys.models import Invitation
from draagkracht.surveys.queries import roster, sealed_scores

LONG = "1" * 5000


def begin(browser, link, save) -> None:
    """Opens the page and answers every question of the pulse, without completing."""
    browser.get(link.path)
    codes = [item["code"] for item in link.wave.version.content["items"]]
    assert save(browser, link, *[["t", n, code, 4, 0] for n, code in enumerate(codes, 1)]).status_code == 200


def complete(browser, link):
    return browser.post(f"{link.path}complete", {"version": link.version, "rev": "0"})


def test_a_stranger_who_completes_a_begun_link_does_not_get_the_result(held, save):
    link, mine, other = held(), Client(), Client()
    begin(mine, link, save)
    other.get(link.path)
    assert complete(other, link).status_code == 303
    thanks = other.get(link.path)
    assert thanks.status_code == 200
    assert "Bedankt" in thanks.content.decode()
    assert "Toon mijn eigen resultaat" not in thanks.content.decode()
    assert other.get(f"{link.path}result/").status_code == 403
    assert mine.get(f"{link.path}result/").status_code == 200


def test_the_browser_that_began_sees_the_result_after_completing(held, save):
    link, mine = held(), Client()
    begin(mine, link, save)
    complete(mine, link)
    assert mine.get(f"{link.path}result/").status_code == 200


def test_in_the_browser_of_an_adviser_nobody_elses_answers_show(held, save, sign_in, cast):
    link, hr = held(), sign_in(cast.accounts["adviser"])
    begin(hr, link, save)
    begun = hr.get(link.path).content.decode()
    assert " checked" not in begun
    assert "zolang iemand anders is aangemeld" in begun
    assert "op een ander toestel" not in begun
    complete(hr, link)
    thanks = hr.get(link.path).content.decode()
    assert "Bedankt" in thanks
    assert "Toon mijn eigen resultaat" not in thanks
    assert "lead" not in thanks.partition("<main")[2]
    refused = hr.get(f"{link.path}result/")
    assert refused.status_code == 403
    assert "Werkdruk" not in refused.content.decode()
    hr.post(reverse("account_logout"))
    assert hr.get(f"{link.path}result/").status_code == 200


@pytest.mark.parametrize("value", ["--5", "5-", "\u0663", "1" * 9, "-", " 3"])
def test_a_form_with_no_number_is_refused(client, held, agreement, value):
    link = held()
    fields = {"version": link.version, "rev": "0", "agree": agreement[0], "language": "nl", "q.pulse.wp1": value}
    assert client.post(f"{link.path}complete", fields).status_code == 422


@pytest.mark.parametrize("rev", [LONG, "\u0663", "-1", "x"])
def test_an_odd_revision_counts_as_none(client, held, agreement, stored, rev):
    link = held()
    fields = {"version": link.version, "rev": rev, "agree": agreement[0], "language": "nl", "q.pulse.wp1": "3"}
    assert client.post(f"{link.path}complete", fields).status_code == 303
    assert stored(link)["answers"] == {"pulse.wp1": 3}


@pytest.mark.parametrize(
    "path", [f"/a/%00{'x' * 33}/", f"/a/{'x' * 33}%00/", f"/a/{'x' * 33}%0a/", "/q/%00/", "/q/a%00b/"]
)
def test_no_character_outside_its_alphabet_reaches_the_database(db, path):
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(path).status_code == 404
        for part in ("save", "complete", "wipe") if path.startswith("/a/") else ():
            assert Client().post(f"{path}{part}", "{}", content_type="application/json").status_code in (400, 404)
        body = '{"v":"12345678","a":[]}'
        assert Client().post(f"{path}save", body, content_type="application/json").status_code == 404
    assert [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]] == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("9999-12-31", "9999-12-31", "opens_on"),
        ("0001-01-01", "2026-12-30", "opens_on"),
        ("2026-12-01", "9999-12-31", "closes_on"),
        ("0001-01-01", "0001-01-01", "closes_on"),
    ],
)
@pytest.mark.parametrize(("language", "words"), [("nl", "Kies een dag tussen"), ("en", "Choose a day between")])
def test_a_wave_lies_between_last_year_and_five_years_on(sign_in, cast, wave, first, last, field, language, words):
    browser = sign_in(cast.accounts["coordinator"])
    fields = {"name": "Ver weg", "unit": cast.brug.units["linde"].pk, "opens_on": first, "closes_on": last}
    page = browser.post(
        reverse("surveys:new-wave", args=[wave.campaign_id]), fields, headers={"accept-language": language}
    )
    assert page.status_code == 400
    assert any(words in said for said in page.context["form"].errors[field])


def test_a_wave_of_next_year_is_fine(sign_in, cast, wave):
    first = timezone.localdate() + datetime.timedelta(days=400)
    fields = {"name": "Later", "unit": cast.brug.units["linde"].pk, "opens_on": first, "closes_on": first}
    page = sign_in(cast.accounts["coordinator"]).post(reverse("surveys:new-wave", args=[wave.campaign_id]), fields)
    assert page.status_code == 302


@pytest.mark.parametrize("unit", [LONG, "9" * 30, "x", "\u0663"])
def test_a_poster_of_an_impossible_unit_does_not_exist(sign_in, cast, wave, unit):
    poster = reverse("surveys:poster", args=[wave.pk])
    assert sign_in(cast.accounts["adviser"]).get(poster, {"unit": unit}).status_code == 404


@pytest.mark.parametrize("how", ["revoked", "replaced"])
def test_a_device_is_wiped_also_when_its_link_has_ended(held, save, cast, how):
    link, shared = held(), Client()
    begin(shared, link, save)
    with scope(organisation=cast.brug.organisation):
        if how == "revoked":
            Invitation.objects.filter(pk=link.invitation.pk).update(revoked_at=timezone.now())
        else:
            renew_link(link.wave, link.person.email)
    wiped = shared.post(f"{link.path}wipe")
    page = wiped.content.decode()
    assert wiped.status_code == 200
    assert 'data-done="wipe"' in page
    assert "answer.js" in page
    assert link.token[:12] in page.partition('id="setting"')[2].partition("</script>")[0]
    assert shared.cookies[f"device-{link.token[:12]}"].value == ""


def agree(person) -> None:
    grant(person, "measure", "nl", purposes.current("measure", "nl").hash)


def test_whoever_withdrew_before_the_release_is_not_counted(cast, wave):
    amina, bram, daan, eva = people = [cast.brug.people[f"linde.{one}"] for one in ("amina", "bram", "daan", "eva")]
    codes = [item["code"] for item in wave.version.content["items"]]
    with scope(organisation=cast.brug.organisation):
        for person in people:
            ensure_key(person)
        store_complete(wave, [(person, dict.fromkeys(codes, 3), timezone.localdate()) for person in people])
        for person in (amina, bram, daan):
            agree(person)
        close_wave(wave)
        withdraw(amina, "measure")
        withdraw(bram, "measure")
        agree(bram)  # thought again
        with CaptureQueriesContext(connection) as asked:
            counted = set(sealed_scores(wave))
        frozen = {pseudonym for pseudonym, _path, _invited, answered in roster(wave) if answered}
    # Eva's answers were brought in from elsewhere: there never was a consent here to withdraw.
    assert counted == {one.pseudonym for one in (bram, daan, eva)}
    assert frozen == {one.pseudonym for one in people}
    assert len(asked) == 1
