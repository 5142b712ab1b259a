"""Personal links: right, wrong, replaced, early, late, of another person."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from draagkracht.surveys.actions import close_wave, renew_link
from draagkracht.surveys.models import Invitation, Wave
from draagkracht.surveys.queries import link_token


def test_a_personal_link_opens_the_whole_questionnaire(client, held):
    response = client.get(held().path)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<fieldset") == 20
    assert "no-store" in response["Cache-Control"]


def test_any_changed_letter_of_a_link_is_unknown(client, held):
    link = held()
    for at in (0, 5, 11, 12, 20, len(link.token) - 1):
        other = "x" if link.token[at] != "x" else "y"
        assert client.get(f"/a/{link.token[:at]}{other}{link.token[at + 1 :]}/").status_code == 404
    assert client.get(f"/a/{link.token}x/").status_code == 404
    assert client.get("/a/é/").status_code == 404


def test_a_renewed_link_ends_the_earlier_one_and_keeps_what_was_answered(client, held, save, stored, cast, wave):
    link = held()
    save(client, link, ["t", 1, "pulse.wp1", 3, 0])
    with scope(organisation=cast.brug.organisation):
        renew_link(wave, link.person.email.upper())
        newer = link_token(Invitation.objects.get(pk=link.invitation.pk))
    old = client.get(link.path)
    assert old.status_code == 410
    assert client.get(f"/a/{newer}/").status_code == 200
    link.token = newer
    assert stored(link)["answers"] == {"pulse.wp1": 3}


def test_a_revoked_link_is_gone(client, held, save):
    link = held()
    with scope(organisation=link.wave.organisation):
        Invitation.objects.filter(pk=link.invitation.pk).update(revoked_at=timezone.now())
    assert client.get(link.path).status_code == 410
    assert save(client, link, ["t", 1, "pulse.wp1", 3, 0]).json()["error"] == "revoked-link"


def test_an_early_visitor_reads_the_date(client, held):
    link = held()
    with scope(organisation=link.wave.organisation):
        Wave.objects.filter(pk=link.wave.pk).update(
            opened_at=None,
            opens_at=datetime.datetime(2031, 3, 5, tzinfo=datetime.UTC),
            closes_at=datetime.datetime(2031, 4, 5, tzinfo=datetime.UTC),
        )
    page = client.get(link.path)
    assert page.status_code == 200
    assert "5 maart 2031" in page.content.decode()


def test_after_closing_a_visitor_is_thanked(client, held):
    link = held()
    with scope(organisation=link.wave.organisation):
        close_wave(link.wave)
    page = client.get(link.path)
    assert page.status_code == 410
    assert "Bedankt" in page.content.decode()


def test_old_secrets_keep_links_alive(client, held, settings):
    link = held()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a fresh one"
    assert client.get(link.path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(link.path).status_code == 404


def test_a_link_acts_for_its_own_person_whoever_is_signed_in(held, save, sign_in, cast, stored):
    link = held("linde.amina")
    other = sign_in(cast.brug.people["linde.bram"].account, second_factor=False)
    page = other.get(link.path).content.decode()
    assert "iemand anders aangemeld" in page
    save(other, link, ["t", 1, "pulse.wp1", 4, 0])
    assert stored(link)["answers"] == {"pulse.wp1": 4}
    assert stored(held("linde.bram")) is None


def test_another_device_goes_on_without_seeing_what_was_answered(client, held, save):
    link = held()
    client.get(link.path)
    save(client, link, ["t", 1, "pulse.wp1", 4, 0])
    assert 'name="q.pulse.wp1" value="4" checked' in client.get(link.path).content.decode()
    elsewhere = Client().get(link.path).content.decode()
    assert "checked" not in elsewhere
    assert "pulse.wp1" in elsewhere.partition('id="setting"')[2].partition("</script>")[0]


def test_signed_in_the_person_sees_it_on_any_device(client, held, save, sign_in):
    link = held()
    client.get(link.path)
    save(client, link, ["t", 1, "pulse.wp1", 4, 0])
    own = sign_in(link.person.account, second_factor=False)
    assert 'value="4" checked' in own.get(link.path).content.decode()


@pytest.mark.parametrize("part", ["save", "complete", "wipe"])
def test_nothing_is_written_by_looking(client, held, part):
    assert client.get(f"{held().path}{part}").status_code == 405
