"""Own questions of an organisation: figures of groups where everybody was asked, one's own course, and nothing else."""

import copy
import datetime

import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.consent.actions import ensure_key
from draagkracht.insights import release as door
from draagkracht.insights.models import Release, ReleasedCell
from draagkracht.insights.release.measures import measures, published
from draagkracht.instruments.content import Content
from draagkracht.surveys.actions import close_wave, store_complete
from draagkracht.surveys.tests import kinds

DAY = datetime.date(2026, 5, 1)


@pytest.fixture
def closed(cast):
    """A closed wave of every kind, whose `own.sleep` is asked only of who works nights; everybody answered alike."""
    document = copy.deepcopy(kinds.DOCUMENT)
    document["sections"][1]["elements"][0]["show_if"] = "{own.nights} = 1"
    wave = kinds.open_link(cast, document).wave
    with scope(organisation=cast.brug.organisation):
        people = list(cast.brug.people.values())
        for person in people:
            ensure_key(person)
        store_complete(wave, [(person, kinds.GOOD | {"own.mood": 3 + n % 5}, DAY) for n, person in enumerate(people)])
        close_wave(wave)
        wave.refresh_from_db()
    return wave


def test_a_scale_that_only_some_were_asked_gets_no_figure_of_a_group(cast, closed):
    content = Content(closed.version.content, closed.version.content_hash)
    every = {one.id for one in measures(content, cast.brug.organisation)}
    shared = {one.id for one in published(content, cast.brug.organisation)}
    assert every - shared == {"own.sleep"}
    with scope(organisation=cast.brug.organisation):
        door.release(closed)
        assert {one["id"] for one in Release.objects.get().measures} == shared
        assert set(ReleasedCell.objects.values_list("measure", flat=True)) == shared
    assert shared == {"own.nights", "own.grid_a", "own.grid_b", "own.mood"}


def test_words_of_a_yes_or_no_stand_from_low_to_high_and_no_answer_is_in_a_title(cast, closed):
    content = Content(closed.version.content, closed.version.content_hash)
    found = {one.id: one.data for one in measures(content, cast.brug.organisation)}
    assert found["own.nights"]["labels"]["nl"] == ["nee", "ja"]
    assert found["own.sleep"]["title"]["nl"] == "Rust je goed uit, …?"
    assert (found["own.mood"]["k"], found["own.grid_a"]["k"]) == (5, 8)


def test_shared_pages_call_them_own_questions_that_nobody_studied(cast, closed, sign_in):
    with scope(organisation=cast.brug.organisation):
        door.release(closed)
    page = sign_in(cast.accounts["coordinator"]).get(
        reverse("insights:organisation"), headers={"accept-language": "nl"}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Hoe gaat het met je?" in text and "Rust je goed uit" not in text
    assert "Eigen vragen" in text and "niet de gevalideerde" not in text
    assert "Dank je" not in text


def test_the_own_page_shows_what_only_some_were_asked_but_no_course_of_a_yes(cast, closed, sign_in):
    page = sign_in(cast.brug.people["linde.amina"].account).get(
        reverse("insights:me") + "?all", headers={"accept-language": "nl"}
    )
    text, words, *_rest = page.content.decode().split("Vragen van je organisatie")
    assert page.status_code == 200
    assert "Rust je goed uit, …?" in text and "Hoe gaat het met je?" in text
    # Yes or no has no course: it stands in words alone.
    assert "Werk je in nachten?" not in text and "Werk je in nachten?" in words.split("</dl>")[0]


def test_the_own_page_stands_without_any_scored_question(cast, sign_in):
    elements = [kinds.question("why", "text", "Waarom?", "Why?"), kinds.question("nights", "yesno", "Nacht?", "Night?")]
    link = kinds.open_link(cast, kinds.DOCUMENT | {"sections": [{"id": "s1", "title": {}, "elements": elements}]})
    with scope(organisation=cast.brug.organisation):
        ensure_key(link.person)
        store_complete(link.wave, [(link.person, {"own.why": "Daarom", "own.nights": 1}, DAY)])
    page = sign_in(link.person.account).get(reverse("insights:me") + "?all")
    assert page.status_code == 200
