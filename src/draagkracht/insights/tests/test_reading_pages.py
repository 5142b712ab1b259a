"""The pages of who reads texts, and the pages on which they stand: nothing unread, nobody's, nothing that runs."""

import re
from html import unescape
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights.models import ReleasedText, TextDecision
from draagkracht.insights.reading import actions, clues
from draagkracht.insights.release.words import cleaned, shortened, words
from draagkracht.people.models import Role
from draagkracht.surveys.tests import kinds

from . import text_world
from .text_world import BETTER, HIDDEN, PROUD

HOSTILE = '<script>alert("x")</script> kijk op https://kwaad.example of bel 0470 12 34 56 {{ request.user }}'
RIGHT_TO_LEFT = "\u202eالعمل جيد\u202c 🙂 👩‍⚕️"
LONG = "woord " * 660


def answers(key: str) -> dict[str, str]:
    mean = {"linde.amina": HOSTILE, "linde.bram": RIGHT_TO_LEFT, "linde.daan": LONG.strip()}
    return {BETTER: mean.get(key, text_world.better(key)), PROUD: "Niets.", "own.more": HIDDEN}


@pytest.fixture
def world(cast):
    return text_world.world(cast, answers)


@pytest.fixture
def reader(world, sign_in):
    return sign_in(world.reader)


def address(name: str, world, *more) -> str:
    return reverse(f"insights:{name}", args=[world.release.pk, *more])


def page(browser, url: str, language: str = "nl") -> str:
    answer = browser.get(url, headers={"accept-language": language})
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def read_all(world, reader) -> None:
    answer = reader.post(address("texts-round", world))
    while "/publish" not in answer["Location"] and answer["Location"] != address("texts-round", world):
        answer = reader.post(answer["Location"], {"verdict": "whole", "seen": "0"})


def test_reading_begins_goes_on_and_ends_with_one_publication(world, reader):
    assert "Maart" not in page(reader, reverse("insights:texts"))
    assert world.release.wave_name in page(reader, reverse("insights:texts"))
    before = page(reader, address("texts-round", world))
    assert "Wat kan beter?" in before and "rust" not in before
    first = reader.post(address("texts-round", world))["Location"]
    shown = page(reader, first)
    assert "van 31" in shown
    assert reader.post(first, {"verdict": "left-out", "seen": "0"})["Location"] != first
    assert "1 van 31 teksten" in page(reader, address("texts-round", world))
    read_all(world, reader)
    assert reader.post(address("texts-publish", world)).status_code == 302
    done = page(reader, address("texts-round", world))
    assert "veranderen nooit" in done and "rust" not in done
    assert reader.get(first).status_code == 302
    assert reader.post(address("texts-publish", world)).status_code == 409


def test_one_text_is_seen_without_who_or_where_and_cannot_run(world, reader):
    reader.post(address("texts-round", world))
    with scope(organisation=world.organisation):
        pieces = actions.desk(actions.reads(world.release, world.reader)).pieces
    hostile = next(piece for piece in pieces if "script" in piece.text)
    shown = page(reader, address("text", world, hostile.mark))
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown
    assert 'href="https://kwaad' not in shown
    assert "een telefoonnummer" in shown and "een webadres" in shown
    for place in ("Linde", "Woonzorg", "amina.linde", "linde-0", HIDDEN):
        assert place not in shown
    assert reader.get(address("text", world, hostile.mark))["Cache-Control"].count("no-store")
    long = next(piece for piece in pieces if piece.text.startswith("woord woord"))
    assert len(page(reader, address("text", world, long.mark)).encode()) < 120_000


def test_a_wrong_choice_keeps_the_marks_and_says_what_to_do(world, reader):
    first = reader.post(address("texts-round", world))["Location"]
    answer = reader.post(first, {"verdict": "whole", "seen": "0", "w": ["1"]}, headers={"accept-language": "nl"})
    assert answer.status_code == 400
    assert "Je hebt woorden aangeduid" in unescape(answer.content.decode())
    assert re.search(r'name="w" value="1" checked', answer.content.decode())
    for bad in (
        {},
        {"verdict": "x"},
        {"verdict": "shortened", "w": ["99999", "-1", "a"]},
        {"verdict": "whole", "seen": "9"},
    ):
        assert reader.post(first, bad).status_code in (400, 409)
    with scope(organisation=world.organisation):
        assert not TextDecision.objects.exists()


def test_who_acts_for_the_employer_does_not_read_also_as_privacy_officer(world, sign_in):
    for role, unit in ((Role.COORDINATOR, None), (Role.TEAM_LEAD, "linde"), (Role.ADVISER, None)):
        both = give_role(world.cast.brug, f"{role.value}.both@brug.example", role.value, unit)
        give_role(world.cast.brug, both.email, Role.PRIVACY_OFFICER.value)
        browser = sign_in(both)
        assert browser.get(reverse("insights:texts")).status_code == 403
        assert browser.post(address("texts-round", world)).status_code == 403
    part = give_role(world.cast.brug, "part@brug.example", Role.PRIVACY_OFFICER.value, "woonzorg")
    assert sign_in(part).get(reverse("insights:texts")).status_code == 403


def test_published_texts_stand_on_the_pages_of_the_whole_and_of_departments_only(world, reader, sign_in):
    coordinator = sign_in(world.cast.accounts["coordinator"])
    units = world.cast.brug.units
    whole, where = reverse("insights:organisation"), lambda code: reverse("insights:unit", args=[units[code].pk])
    assert "In hun eigen woorden" not in page(coordinator, whole)
    read_all(world, reader)
    assert "rust tijdens" not in page(coordinator, whole)
    reader.post(address("texts-publish", world))
    shown = page(coordinator, whole)
    assert "In hun eigen woorden" in shown and "30 mensen deden mee" in shown and HIDDEN not in shown
    assert "(30 mensen schreven dit)" in shown
    assert "<script>alert" not in shown and 'href="https://kwaad' not in shown
    assert "In hun eigen woorden" in page(coordinator, where("woonzorg"))
    assert "Niet getoond" in page(coordinator, where("jeugd"))
    assert "In hun eigen woorden" not in page(coordinator, where("linde"))
    second = page(coordinator, f"{whole}?texts-2=2")
    assert "rust tijdens" in second and second != shown
    # Quotes go on no paper and in no file.
    assert "rust" not in coordinator.get(reverse("insights:organisation-cells")).content.decode()


def test_the_page_of_the_whole_asks_as_often_for_one_text_as_for_thousands(world, reader, sign_in):
    read_all(world, reader)
    reader.post(address("texts-publish", world))
    coordinator = sign_in(world.cast.accounts["coordinator"])

    def queries() -> int:
        page(coordinator, reverse("insights:organisation"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(coordinator, reverse("insights:organisation"))
        return len(asked)

    few = queries()
    with scope(organisation=world.organisation):
        row = ReleasedText.objects.filter(question__unit__depth=0).first().question
        ReleasedText.objects.bulk_create(
            ReleasedText(organisation=world.organisation, question=row, place=place, text="x")
            for place in range(100, 3000)
        )
    assert queries() == few
    assert len(page(coordinator, reverse("insights:organisation")).encode()) < 120_000


def test_words_are_cleaned_and_taken_out_wherever_they_stand():
    assert cleaned("\u202e a \r\n\r\n\r\n\r\nb\u0000\ufeff ") == "a\n\nb"
    assert cleaned("👩\u200d⚕️") == "👩\u200d⚕️"
    assert shortened("een twee, drie vier", {1, 2}) == "een […] vier"
    assert shortened("een twee drie", {0, 2}) == "[…] twee […]"
    assert shortened("een\n\ntwee", {5}) == "een\n\ntwee"
    assert len(words("a  b\nc")) == 3


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Bel Griet op 0470 12 34 56", {"phone", "name"}),
        ("mail naar a.b@c.be of www.x.be", {"mail", "web"}),
        ("Sinds 12 maart en 3/4/2026 loopt het mis", {"day"}),
        ("de nieuwe stagiair van kamer 14", {"role", "client", "number"}),
        ("ik wil niet meer leven", {"worry"}),
        ("Ik weet niet of ik het nog lang volhoud. Soms wil ik dat het stopt.", {"worry"}),
        ("Meer rust tijdens de late, graag. Ik slaap slecht.", set()),
    ],
)
def test_clues_point_and_never_decide(text, kinds):
    found = clues.clues(text)
    assert {clue.kind for clue in found} == kinds
    assert "".join(part for part, _ in clues.parts(text)) == text
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["0" * 4000, "a." * 2000 + "@", "Aa Bb " * 660, "0 " * 2000, "a-" * 2000])
def test_clues_of_a_text_that_is_made_to_stall_them_come_to_an_end(text):
    assert "".join(part for part, _ in clues.parts(text)) == text


def test_who_writes_reads_beforehand_who_will_read_it(cast, client):
    link = kinds.open_link(cast, text_world.DOCUMENT)
    for language, (reads, stays, alone) in {
        "nl": (
            "De privacyverantwoordelijke van je organisatie",
            "ook als je alles laat wissen",
            "Alleen jij ziet wat je",
        ),
        "en": (
            "The privacy officer of your organisation",
            "even if you have everything erased",
            "Only you see what you",
        ),
    }.items():
        text = unescape(client.get(link.path, headers={"accept-language": language}).content.decode())
        before = [part.rpartition("<fieldset")[2] for part in text.split("<textarea")[:3]]
        assert [reads in part and stays in part for part in before] == [True, True, False]
        assert alone in before[2]
        assert "10" in before[0]
