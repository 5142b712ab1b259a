"""Only what is alike is compared: rounds about the same people, asked in the same words; and a page says who was asked."""

import copy
import datetime
import importlib
import io
import random
import re
from html import unescape

import pypdf
import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.consent.actions import ensure_key
from draagkracht.insights import release as door
from draagkracht.insights.models import Release
from draagkracht.insights.shared.cells import rows
from draagkracht.surveys.actions import close_wave, store_complete
from draagkracht.surveys.models import Campaign, Wave
from draagkracht.surveys.tests import kinds

from . import build
from .conftest import scores

DUTCH = {"accept-language": "nl"}
DAY = datetime.date(2026, 5, 1)


def read(client, name: str, *arguments: int, query: str = "", language: str = "nl") -> str:
    answer = client.get(reverse(f"insights:{name}", args=arguments) + query, headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def held(published, name: str, number: int, unit: str | None, **fixed: float) -> Release:
    """A round for one unit (or for all), in which everybody answered `fixed`."""
    organisation, draw = published.organisation, random.Random(number)
    with scope(organisation=organisation):
        inside = published.home
        if unit:
            top = published.cast.brug.units[unit]
            ids = {top.id, *organisation.units.filter(parent=top).values_list("id", flat=True)}
            inside = {person: at for person, at in published.home.items() if at in ids}
        answers = {person: scores(draw, **fixed) for person in inside}
        return door.release(build.wave(organisation, name, answers, inside, number=number, unit=unit))


@pytest.fixture
def part(published) -> Release:
    """After the round of everybody one of Woonzorg alone, in which nobody felt any support."""
    return held(published, "Proefronde", 2, "woonzorg", social_support=1.0, recovery=1.0)


def test_a_release_knows_whom_its_round_was_about(published, part):
    assert (published.release.scope, published.release.whole) == (["brug"], True)
    assert (part.scope, part.scope_name, part.whole) == (["brug", "woonzorg"], "Woonzorg", False)


def test_the_organisation_leads_with_rounds_of_everybody(published, part, sign_in):
    client = sign_in(published.cast.accounts["coordinator"])
    first = read(client, "organisation")
    assert "Hele organisatie" in first and "Deze ronde ging over" not in first
    assert f'href="?wave={part.id}' in first and "· Woonzorg" in first


@pytest.mark.parametrize("name", ["organisation", "organisation-paper"])
def test_a_round_of_one_department_says_so_and_is_compared_with_no_round_of_everybody(published, part, sign_in, name):
    client = sign_in(published.cast.accounts["coordinator"])
    address = reverse(f"insights:{name}") + f"?wave={part.id}"
    answer = client.get(address, headers=DUTCH)
    if name == "organisation":
        text = unescape(answer.content.decode())
    else:
        pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Deze ronde ging over Woonzorg, niet over de hele organisatie." in text
    assert "Hele organisatie" not in text and "gunstig dan in" not in text and "eerste ronde" in text
    assert "van de organisatie" not in text


def test_a_later_round_of_everybody_skips_the_round_of_one_department(published, part, sign_in):
    later = held(published, "September 2026", 3, None)
    client = sign_in(published.cast.accounts["coordinator"])
    text = read(client, "organisation", query=f"?wave={later.id}&theme=resources")
    assert "maart 2026" in text
    course = text[text.index("In de tijd") :]
    assert "mrt 2026" in course and "dec 2026" in course and "sep 2026" not in course


def test_a_unit_in_both_rounds_keeps_its_course_and_is_beside_the_department(published, part, sign_in):
    client = sign_in(published.cast.accounts["coordinator"])
    team = published.cast.brug.units["linde"].id
    text = read(client, "unit", team, query=f"?wave={part.id}&theme=resources")
    assert "Deze ronde ging over Woonzorg" in text and "met Woonzorg" in text and "met de organisatie" not in text
    assert "maart 2026" in text  # the change since the round of everybody
    beside = read(client, "unit", published.cast.brug.units["woonzorg"].id, query=f"?wave={part.id}")
    assert "Dit zijn de cijfers van iedereen samen." in beside


def test_a_unit_of_which_only_a_part_was_asked_is_not_compared(published, part, sign_in):
    client = sign_in(published.cast.accounts["coordinator"])
    whole = published.cast.brug.units["brug"].id
    assert "Deze ronde ging over" not in read(client, "unit", whole)
    chosen = read(client, "unit", whole, query=f"?wave={part.id}&theme=resources")
    assert "Deze ronde ging over Woonzorg" in chosen and "maart 2026:" not in chosen and "dan in maart" not in chosen
    elsewhere = read(client, "unit", published.cast.brug.units["zuid"].id)
    assert "· Woonzorg" not in elsewhere and "mensen deden mee" in elsewhere


def test_the_download_names_the_unit_of_each_round(published, part):
    with scope(organisation=published.organisation):
        about = {(row[0], row[10]) for row in rows()}
    assert about == {("Maart 2026", "brug"), ("Proefronde", "brug / woonzorg")}


def test_older_releases_learn_their_unit_from_the_wave(published, part):
    with scopes_disabled():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE insights_release SET scope = '[]', scope_name = ''")
        importlib.import_module("draagkracht.insights.migrations.0004_scope").from_waves(apps, None)
        found = {one.wave_name: (one.scope, one.scope_name) for one in Release._base_manager.all()}
    assert found["Proefronde"] == (["brug", "woonzorg"], "Woonzorg")
    assert found["Maart 2026"] == (["brug"], "Zorggroep De Brug")


def asked(cast, document, moods: int, number: int, nights: int = 12) -> Release:
    """A published round of own questions: the mood of everybody, and how many of 30 people work nights."""
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        Wave.objects.filter(name="Alles").update(name=f"Alles {number}")
        Campaign.objects.filter(name="Van alles").update(name=f"Van alles {number}")
    wave = kinds.open_link(cast, document).wave
    with scope(organisation=organisation):
        people = list(cast.brug.people.values())
        for person in people:
            ensure_key(person)
        given = kinds.GOOD | {"own.mood": moods}
        store_complete(
            wave, [(person, given | {"own.nights": int(n < nights)}, DAY) for n, person in enumerate(people)]
        )
        close_wave(wave)
        closed = timezone.now() - datetime.timedelta(days=90 * (3 - number))
        Wave.objects.filter(id=wave.id).update(closed_at=closed)
        wave.refresh_from_db()
        return door.release(wave)


def other_words(text: str) -> dict:
    document = copy.deepcopy(kinds.DOCUMENT)
    mood = next(one for one in document["sections"][1]["elements"] if one["code"] == "mood")
    mood["text"] = kinds.both(text, "How are you these days?")
    return document


@pytest.mark.parametrize("words", ["", "Hoe gaat het dezer dagen met je?"])
def test_other_words_make_no_change_real(cast, sign_in, words):
    asked(cast, kinds.DOCUMENT, 2, 1)
    asked(cast, other_words(words) if words else kinds.DOCUMENT, 9, 2)
    client = sign_in(cast.accounts["coordinator"])
    whole, unit = read(client, "organisation"), read(client, "unit", cast.brug.units["linde"].id)
    changed = "de tekst is na" in whole and "tekst van de vragen is na" in whole
    assert changed == bool(words) == ("tekst van de vragen is na" in unit)
    assert ("Gunstiger dan in" in whole) == ("Hoger dan in" in unit) == (not words)


def test_a_release_of_before_this_counts_as_asked_in_the_same_words(cast):
    from draagkracht.insights.shared import rounds

    class One:
        def __init__(self, id):
            self.id = id

    words = {
        1: {"m": {}},
        2: {"m": {"nl": "a"}},
        3: {"m": {"nl": "a", "en": "b"}},
        4: {"m": {"en": "c"}},
        5: {"m": {"fr": "c"}},
    }
    found = {
        (one, other): rounds.reworded(words, One(one), One(other), "m")
        for one, other in ((1, 2), (2, 3), (3, 4), (2, 5))
    }
    assert found == {(1, 2): False, (2, 3): False, (3, 4): True, (2, 5): True}


def test_yes_or_no_is_told_in_per_cent_and_n_is_who_took_part(cast, sign_in):
    asked(cast, kinds.DOCUMENT, 7, 2)
    client = sign_in(cast.accounts["coordinator"])
    whole = read(client, "organisation", query="?theme=wellbeing")
    assert re.search(r">\d\d\N{NO-BREAK SPACE}%", whole) and not re.search(r"\b0,[34]", whole)
    assert "30 mensen deden mee" in whole and "antwoorden geteld" not in whole
    unit = read(client, "unit", cast.brug.units["woonzorg"].id)
    assert re.search(r"ongeveer \d\d\N{NO-BREAK SPACE}% zegt ‘ja’", unit) and not re.search(r"\b0,[34]", unit)
    assert "mensen deden mee" in unit and "Deden mee" in unit


def test_questions_without_figures_are_told_once_with_where_they_go(cast, sign_in):
    made = asked(cast, kinds.DOCUMENT, 7, 2)
    assert made.without_figures == 8
    client = sign_in(cast.accounts["coordinator"])
    for text in (read(client, "organisation"), read(client, "unit", cast.brug.units["linde"].id)):
        assert text.count("Van 8 vragen uit deze ronde staan hier geen cijfers") == 1


def test_a_round_of_scales_alone_leaves_no_question_untold(published, sign_in):
    assert published.release.without_figures == 0
    client = sign_in(published.cast.accounts["coordinator"])
    assert "staan hier geen cijfers" not in read(client, "organisation")


def test_a_question_that_is_new_has_no_line_for_every_round_without_it(published, cast, sign_in):
    held(published, "Juni 2026 over", 1, None)
    asked(cast, kinds.DOCUMENT, 7, 2)
    asked(cast, kinds.DOCUMENT, 7, 3)
    client = sign_in(cast.accounts["coordinator"])
    text = read(client, "unit", cast.brug.units["linde"].id)
    course = text[text.index('id="over-time"') :]
    assert "Hoe gaat het met je?" in course and "Geen gegevens" not in course
    assert ">10</text>" in course and "10 10" not in course and "0 0<" not in course
