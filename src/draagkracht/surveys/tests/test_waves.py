"""Planning, opening, closing, reminding; posters; participation; who may."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from pypdf import PdfReader

from draagkracht.instruments.actions import MissingTexts
from draagkracht.outbox.models import Message
from draagkracht.people.models import Membership
from draagkracht.surveys.actions import (
    close_wave,
    letters,
    make_wave,
    open_wave,
    refresh_participation,
    renew_links,
    send_again,
    store_complete,
)
from draagkracht.surveys.models import Invitation, Submission, Wave
from draagkracht.surveys.queries import open_invitations, own_history, roster, sealed_scores
from draagkracht.surveys.tasks import open_and_close_due
from draagkracht.ui.refusal import Refusal

from .conftest import plan


@pytest.fixture
def inside(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast


def answer_all(wave, names, cast, value=3):
    """Complete answers for these people of the cast."""
    from draagkracht.consent.actions import ensure_key

    people = [cast.brug.people[name] for name in names]
    for person in people:
        ensure_key(person)
    codes = [item["code"] for item in wave.version.content["items"]]
    store_complete(wave, [(person, dict.fromkeys(codes, value), timezone.localdate()) for person in people])


def test_opening_invites_everybody_below_the_unit_once(inside):
    planned = plan(inside, unit="thuiszorg")
    assert open_wave(planned) == 12
    assert open_wave(planned) == 0
    assert Message.objects.count() == 12
    assert Invitation.objects.count() == 12


@pytest.mark.parametrize(
    ("language", "opening", "begin"),
    [("nl", "wil graag van je horen", "Begin hier:"), ("en", "would like to hear", "Start here:")],
)
def test_a_letter_names_its_own_questionnaire_in_the_language_of_the_person(inside, language, opening, begin):
    planned = plan(inside)
    open_wave(planned, mail=False)
    invitation = Invitation.objects.filter(person__email__gt="").first()
    invitation.person.language = language
    letter = letters._letter(planned, invitation, "invitation")
    assert letter.subject == "Kompas Lente 2026 · Lente 2026"
    assert opening in letter.body and "“Kompas Lente 2026”" in letter.body
    assert f"\n{begin}\n{letters.address(invitation)}\n" in letter.body


def test_who_opens_a_link_reads_the_name_of_the_campaign_and_of_the_round(client, held):
    page = client.get(held().path).content.decode()
    assert re.search(r"<h1[^>]*>Kompas Lente 2026</h1>", page)
    assert '<p class="soft">Lente 2026</p>' in page


def test_a_wave_without_texts_can_not_open_and_names_the_file(inside):
    planned = plan(inside, instruments=["pulse", "bat-12"])
    with pytest.raises(MissingTexts) as refused:
        open_wave(planned)
    assert "bat-12.nl.csv" in str(refused.value.message)
    planned.refresh_from_db()
    assert planned.opened_at is None
    assert not Invitation.objects.exists()


def test_names_are_taken_once_and_dates_follow_each_other(inside):
    planned = plan(inside)
    with pytest.raises(Refusal):
        make_wave(planned.campaign, planned.name, planned.unit, planned.opens_at, planned.closes_at)
    with pytest.raises(Refusal):
        make_wave(planned.campaign, "other", planned.unit, planned.closes_at, planned.opens_at)


def test_closing_freezes_who_belonged_where_and_who_answered(inside):
    planned = plan(inside)
    open_wave(planned, mail=False)
    planned.refresh_from_db()
    answer_all(planned, ["linde.amina", "noord.bram"], inside)
    leaver = inside.brug.people["zuid.eva"]
    Membership.objects.filter(person=leaver).update(ends_on=timezone.localdate())
    assert close_wave(planned)
    assert not close_wave(planned)
    frozen = {entry[0]: entry[1:] for entry in roster(planned)}
    assert len(frozen) == 30
    assert frozen[inside.brug.people["linde.amina"].pseudonym] == (("brug", "woonzorg", "linde"), True, True)
    assert frozen[leaver.pseudonym] == (("brug", "thuiszorg", "zuid"), True, False)
    assert set(sealed_scores(planned)) == {inside.brug.people[n].pseudonym for n in ("linde.amina", "noord.bram")}


def test_closing_deletes_what_was_not_completed(client, held, save, cast):
    link = held()
    save(client, link, ["t", 1, "pulse.wp1", 2, 0])
    with scope(organisation=cast.brug.organisation):
        close_wave(link.wave)
        assert not Submission.objects.exists()


def test_due_waves_open_and_close_by_themselves(inside):
    planned = plan(inside)
    assert open_and_close_due() == 1
    planned.refresh_from_db()
    assert planned.opened_at and planned.participation_on == timezone.localdate()
    assert open_and_close_due() == 0
    Wave.objects.filter(pk=planned.pk).update(
        opens_at=timezone.now() - datetime.timedelta(days=2), closes_at=timezone.now() - datetime.timedelta(hours=1)
    )
    assert open_and_close_due() == 1
    planned.refresh_from_db()
    assert planned.closed_at
    assert open_and_close_due() == 0


def test_participation_is_rounded_and_stands_still_for_a_day(inside):
    planned = plan(inside)
    open_wave(planned, mail=False)
    planned.refresh_from_db()
    Membership.objects.filter(person=inside.brug.people["eik.eva"]).delete()
    Membership.objects.filter(person=inside.brug.people["eik.farid"]).delete()
    answer_all(
        planned,
        [f"linde.{one}" for one in ("amina", "bram", "celine", "daan") if f"linde.{one}" in inside.brug.people],
        inside,
    )
    assert refresh_participation(planned)
    figures = {tuple(path): shown for path, _name, shown in planned.participation}
    assert figures["brug", "woonzorg", "eik"] is None
    assert all(shown is None or shown[0] % 5 == 0 for shown in figures.values())
    assert not refresh_participation(planned)


def test_a_reminder_goes_to_who_did_not_complete_and_tells_nobody(inside):
    planned = plan(inside, unit="linde")
    open_wave(planned)
    planned.refresh_from_db()
    answer_all(planned, ["linde.amina", "linde.bram"], inside)
    before = Message.objects.count()
    assert send_again(planned) is None
    reminded = set(Message.objects.order_by("id")[before:].values_list("person_id", flat=True))
    assert reminded == {p.pk for n, p in inside.brug.people.items() if n.startswith("linde.")} - {
        inside.brug.people[n].pk for n in ("linde.amina", "linde.bram")
    }
    renew_links(planned)
    assert set(Invitation.objects.values_list("link_number", flat=True)) == {1, 2}


def test_the_own_history_and_what_still_waits(inside):
    planned = plan(inside)
    open_wave(planned, mail=False)
    planned.refresh_from_db()
    amina, bram = inside.brug.people["linde.amina"], inside.brug.people["linde.bram"]
    answer_all(planned, ["linde.amina"], inside, value=4)
    assert open_invitations(amina) == []
    assert [one.wave_name for one in open_invitations(bram)] == [planned.name]
    (own,) = own_history(amina)
    assert own.scores["pulse.work_pressure"] == 4.0
    assert own_history(bram) == []


def test_a_coordinator_goes_from_nothing_to_an_open_wave(sign_in, cast):
    browser = sign_in(cast.accounts["coordinator"])
    made = browser.post(reverse("surveys:new-campaign"), {"name": "Kompas", "instruments": ["pulse"]})
    assert made.status_code == 302
    today = timezone.localdate()
    later = today + datetime.timedelta(days=10)
    fields = {"name": "Lente", "unit": cast.brug.units["linde"].pk, "opens_on": today, "closes_on": later}
    wave_page = browser.post(made["Location"], fields)["Location"]
    assert "Nu openen" in browser.get(wave_page).content.decode()
    opened = browser.post(f"{wave_page}open/", follow=True)
    assert "6 mensen krijgen een mail" in opened.content.decode()
    for act in ("send-again/", "renew-links/", "close/"):
        assert browser.post(f"{wave_page}{act}", follow=True).status_code == 200
    assert browser.post(f"{wave_page}send-again/").status_code == 409


def test_forms_say_what_is_wrong(sign_in, cast, wave):
    browser = sign_in(cast.accounts["coordinator"])
    assert browser.post(reverse("surveys:new-campaign"), {"name": "", "instruments": []}).status_code == 400
    fields = {"name": wave.name, "unit": wave.unit_id, "opens_on": "2031-05-02", "closes_on": "2031-05-01"}
    page = browser.post(reverse("surveys:new-wave", args=[wave.campaign_id]), fields)
    assert page.status_code == 400
    assert "komt voor de eerste" in page.content.decode()


def test_another_organisation_finds_no_wave(sign_in, cast, wave):
    browser = sign_in(cast.stranger)
    for name in ("wave", "poster"):
        assert browser.get(reverse(f"surveys:{name}", args=[wave.pk])).status_code == 404
    for name in ("open-wave", "close-wave", "send-again", "renew-links", "renew-link"):
        assert browser.post(reverse(f"surveys:{name}", args=[wave.pk])).status_code == 404


def test_the_wave_page_shows_no_name_of_a_person(sign_in, cast, wave):
    with scope(organisation=cast.brug.organisation):
        refresh_participation(wave)
    page = sign_in(cast.accounts["coordinator"]).get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert not any(person.name in page or person.email in page for person in cast.brug.people.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Alleen jij ziet welke antwoorden van jou zijn"), ("en", "Only you see which answers are yours")],
)
def test_a_poster_is_one_page_with_the_address(sign_in, cast, wave, language, words):
    page = sign_in(cast.accounts["adviser"]).get(
        reverse("surveys:poster", args=[wave.pk]), {"language": language, "unit": wave.unit_id}
    )
    paper = PdfReader(io.BytesIO(page.content))
    text = " ".join(paper.pages[0].extract_text().split())
    assert len(paper.pages) == 1
    assert words in text
    assert wave.poster_code in text


def test_the_poster_answers_everybody_alike_and_mails_only_members(client, cast, wave):
    start = reverse("surveys:start", args=[wave.poster_code])
    known, unknown = cast.brug.people["linde.amina"].email, "nobody@brug.example"
    pages = [
        client.post(start, {"email": email}).content for email in (known.upper(), unknown, "coordinator@buurt.example")
    ]
    assert len({page.partition(b"<main")[2].partition(b"</main")[0] for page in pages}) == 1
    client.post(start, {"email": known})
    with scopes_disabled():
        assert Message.objects.count() == 1
    assert client.post(start, {"email": "no address"}).status_code == 400
    assert client.get("/q/unknown123/").status_code == 404


def test_a_signed_in_worker_goes_straight_on(sign_in, cast, wave, held):
    browser = sign_in(cast.accounts["worker"], second_factor=False)
    assert browser.get(reverse("surveys:start", args=[wave.poster_code]))["Location"] == held("linde.amina").path
