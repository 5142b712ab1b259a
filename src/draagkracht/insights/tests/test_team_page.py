"""The page of a team: two focuses with the reason, one first step, a script, and a sheet of paper that is always one A4."""

import io
import random
import re
from html import unescape

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.models import ReleasedCell, ReleasedUnit
from draagkracht.insights.shared import unit as unit_page
from draagkracht.instruments import catalogue
from draagkracht.instruments.definition import scale_range
from draagkracht.people.models import Person, Unit

from . import build
from .conftest import scores
from .test_benchmark_beside import row

UWES = ("vigor", "dedication", "absorption")
LONG = (
    "Leefgroep voor mensen met dementie De Wilgenhartse Meidoornstraat en omstreken, eerste en tweede verdieping, " * 2
)
THREE = ("pulse", "bat-12", "uwes-9")


def three(draw: random.Random, **fixed: float) -> dict[str, float | None]:
    """Scores of one person on three questionnaires."""
    found = scores(draw, **fixed) | {f"uwes-9.{name}": draw.randint(0, 18) / 3 for name in UWES}
    return found | {"uwes-9.total": sum(found[f"uwes-9.{name}"] for name in UWES) / 3}


def filled(organisation, teams: int, size: int = 9, **fixed: float):
    """(answers, home) of new teams of `size` people under the organisation; the first team has the `fixed` scores."""
    draw = random.Random(teams)
    top = organisation.units.get(parent=None)
    units = [
        Unit.objects.create(organisation=organisation, parent=top, code=f"t{teams}-{at}", name=f"{LONG[:190]} {at}")
        for at in range(teams)
    ]
    people = Person.objects.bulk_create(Person(organisation=organisation) for _ in range(teams * size))
    home = {person: units[at // size].id for at, person in enumerate(people)}
    answers = {person: three(draw, **(fixed if home[person] == units[0].id else {})) for person in people}
    return units, answers, home


@pytest.fixture
def heavy(cast, sign_in):
    """(a team with three questionnaires and a very long name, whose work is heavy, and a coordinator's browser)."""
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        units, answers, home = filled(organisation, 10, 12, work_pressure=5.0, recovery=1.0)
        door.release(build.wave(organisation, "Eerste", answers, home, THREE))
        door.release(build.wave(organisation, "Tweede", answers, home, THREE, number=1))
    return units[0], sign_in(cast.accounts["coordinator"])


def read(client, unit: Unit, name: str = "unit", language: str = "nl", query: str = ""):
    return client.get(reverse(f"insights:{name}", args=[unit.id]) + query, headers={"accept-language": language})


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[1])).split())


def sheet_of(answer) -> tuple[str, pypdf.PdfReader]:
    found = pypdf.PdfReader(io.BytesIO(answer.content))
    return " ".join(" ".join(page.extract_text().split()) for page in found.pages), found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_team_reads_two_focuses_with_their_reason_and_one_first_step(heavy, language):
    team, client = heavy
    said = text_of(read(client, team, language=language))
    words = {
        "nl": ("eerst dit", "daarna", "Minder gunstig dan in de organisatie (hier", "één eerste stap", "Een gesprek van een half uur", "Liever niet:"),
        "en": ("first this", "then this", "Less favourable than in the organisation (here", "one first step", "A conversation of half an hour", "Better not:"),
    }[language]  # fmt: skip
    assert [word for word in words if word not in said] == []
    assert said.count(words[2]) == 2 and said.count(words[3]) == 1
    assert {"nl": ("Werkdruk", "Herstel na het werk"), "en": ("Work pressure", "Recovery after work")}[language][
        0
    ] in said


def test_every_course_has_a_sentence(heavy):
    team, client = heavy
    for theme in ("demands", "resources", "wellbeing"):
        body = read(client, team, query=f"?theme={theme}").content.decode()
        courses = body[body.index('id="over-time"') :].split("<section")[1:]
        assert courses and all(re.search(r'<p class="soft">[A-Z][^<]+\.</p>', unescape(one)) for one in courses)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sheet_is_one_a4_also_with_three_questionnaires_and_a_very_long_name(heavy, language):
    team, client = heavy
    text, document = sheet_of(read(client, team, "unit-paper", language))
    assert len(document.pages) == 1
    width, height = (float(x) / 72 * 25.4 for x in document.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    words = {
        "nl": ("eerst dit", "Minder gunstig dan", "12 mensen deden mee", "Een gesprek van een half uur", "Wat spreken we af?", "Wie", "Voorlopig"),
        "en": ("first this", "Less favourable than", "12 people took part", "A conversation of half an hour", "What do we agree?", "Who", "Provisional"),
    }[language]  # fmt: skip
    assert [word for word in words if word not in text.replace("- ", "")] == []


MANY = ("pulse", "bat-12", "uwes-9", "req", "cweq-ii", "pes")


def test_the_sheet_stays_one_a4_with_six_questionnaires_and_says_what_it_left_out(cast, sign_in):
    organisation, draw = cast.brug.organisation, random.Random(6)
    scales = [
        (f"{name}.{scale.id}", catalogue.find(name).key) for name in MANY for scale in catalogue.find(name).scales
    ]
    ranges = {name: scale_range(key, name.partition(".")[2]) for name, key in scales}
    with scope(organisation=organisation):
        units, answers, home = filled(organisation, 6, 12)
        answers = {p: {name: draw.uniform(*ends) for name, ends in ranges.items()} for p in answers}
        made = door.release(build.wave(organisation, "Eerste", answers, home, MANY))
    text, document = sheet_of(read(sign_in(cast.accounts["coordinator"]), units[0], "unit-paper"))
    left = int(re.search(r"(\d+) thema's of delen van thema's pasten niet op dit blad", text)[1])
    assert len(document.pages) == 1 and "Wat spreken we af?" in text
    assert text.count("12 mensen deden mee") == len(made.measures) - left <= 22


def test_a_benchmark_is_used_as_soon_as_there_is_one_and_says_who_the_others_are(published, sign_in):
    lead, team = sign_in(published.cast.accounts["team-lead"]), published.cast.brug.units["linde"]
    before = text_of(read(lead, team))
    with scope(organisation=published.organisation):
        row(published.release, "pulse.social_support", mean=4.5, mean_low=4.4, mean_high=4.6)
    after = text_of(read(lead, team))
    assert "vergelijkingsgroep" not in before
    assert "Minder gunstig dan in de vergelijkingsgroep (hier" in after and "daar 4,5)" in after
    assert "De vergelijkingsgroep: 900 mensen van 12 organisaties" in after


def test_a_team_that_shares_its_figures_says_so_where_it_reads_what_to_talk_about(cast, sign_in):
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        units, answers, home = filled(organisation, 8, 6, work_pressure=5.0)
        heavy_too = {person for person in answers if home[person] == units[1].id}
        answers |= {person: answers[person] | {"pulse.work_pressure": 5.0} for person in heavy_too}
        silent = [person for person in answers if home[person] == units[0].id][:2]
        door.release(build.wave(organisation, "Eerste", answers, home, THREE))
        later = build.wave(organisation, "Tweede", answers | dict.fromkeys(silent), home, THREE, number=1)
        made = door.release(later)
        (names,) = ReleasedUnit.objects.get(release=made, unit=units[0]).groups["5"]
    said = text_of(read(sign_in(cast.accounts["coordinator"]), units[0]))
    assert f"Samen met {names}" in said.split("Waar Leefgroep")[1]


def test_a_team_without_any_figure_keeps_its_conversation_and_its_sheet(cast, sign_in):
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        units, answers, home = filled(organisation, 4)
        # Three people without a sibling team: nothing of them can be shown.
        alone = Unit.objects.create(organisation=organisation, parent=units[2], code="alone", name="Nachtdienst")
        home |= {person: alone.id for person in [p for p in answers if home[p] == units[2].id][:3]}
        silent = {p: (None if home[p] == units[1].id else given) for p, given in answers.items()}
        made = door.release(build.wave(organisation, "Eerste", silent, home, THREE))
        cells = ReleasedCell.objects.filter(release=made, unit__unit=alone, statistic="mean")
        assert set(cells.values_list("reason", flat=True)) == {"too-few"}
    client = sign_in(cast.accounts["coordinator"])
    for unit, why in ((units[1], "Geen gegevens"), (alone, "Niet getoond: ")):
        said = text_of(read(client, unit))
        assert "Geen cijfers om te vergelijken" in said and "Het gesprek kan toch doorgaan" in said and why in said
        assert "kleiner dan de onzekerheid" not in said and "gunstig dan" not in said
        text, document = sheet_of(read(client, unit, "unit-paper"))
        assert len(document.pages) == 1 and why.strip() in text and "Wat spreken we af?" in text
    assert "Niet getoond" not in text_of(read(client, units[1])).split("Hoe lees ik dit?")[0]


def test_whoever_works_in_a_team_reads_the_same_page_as_who_leads_it(published, sign_in):
    team = published.cast.brug.units["linde"]
    worker, lead = (read(sign_in(published.cast.accounts[who]), team) for who in ("worker", "team-lead"))
    said = text_of(lead)
    assert text_of(worker).split("Noodnummer")[0] == said.split("Noodnummer")[0]
    assert "Wie in Team Linde werkt, kan deze zelfde pagina lezen." in said
    coordinator = sign_in(published.cast.accounts["coordinator"])
    assert "deze zelfde pagina lezen" not in text_of(read(coordinator, published.cast.brug.units["woonzorg"]))


def test_the_whole_has_nothing_to_be_compared_with_and_gets_no_suggestions(published, sign_in):
    coordinator = sign_in(published.cast.accounts["coordinator"])
    said = text_of(read(coordinator, published.cast.brug.units["brug"]))
    assert "Waar jullie het over kunnen hebben" not in said and "Een gesprek van een half uur" not in said
    assert sheet_of(read(coordinator, published.cast.brug.units["brug"], "unit-paper"))[1].get_num_pages() == 1


def test_a_first_round_tells_no_course(published, sign_in):
    said = text_of(read(sign_in(published.cast.accounts["team-lead"]), published.cast.brug.units["linde"]))
    assert "In de tijd" not in said and "sinds" not in said.split("Hoe lees ik dit?")[0]


def test_queries_and_weight_do_not_grow_with_the_number_of_units(cast, sign_in):
    organisation = cast.brug.organisation
    client = sign_in(cast.accounts["coordinator"])
    counts = []
    for number, teams in enumerate((1, 10, 40)):
        with scope(organisation=organisation):
            units, answers, home = filled(organisation, teams, 6)
            door.release(build.wave(organisation, f"Ronde {teams}", answers, home, THREE, number=number))
        read(client, units[0])
        unit_page.about.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            answer = read(client, units[0])
        assert len(answer.content) <= 120_000
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
