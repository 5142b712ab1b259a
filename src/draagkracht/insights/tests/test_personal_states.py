"""The own page in every state: other scales, nothing answered, one round and many, other words, questions with conditions,
and what was published about the team beside it."""

import copy
import dataclasses
import datetime
import io

import pypdf
import pytest
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from draagkracht.consent.actions import ensure_key
from draagkracht.insights.models import ReleasedCell, ReleasedUnit
from draagkracht.insights.personal import beside, course, energy, sentences
from draagkracht.insights.shared.published import Measure
from draagkracht.instruments import content
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.people.models import Membership
from draagkracht.people.queries import standing_in
from draagkracht.surveys.actions import store_complete
from draagkracht.surveys.models import Submission
from draagkracht.surveys.queries import own_history
from draagkracht.surveys.tests import kinds

from . import build
from .conftest import PULSE

ME = "insights:me"
NOTHING = {f"pulse.{name}": None for name in PULSE}


def pulse(**values: float) -> dict[str, float | None]:
    return {f"pulse.{name}": 3.0 for name in PULSE} | {f"pulse.{name}": value for name, value in values.items()}


def rounds(cast, *answered, asked=None):
    """Closed rounds of Amina alone; `asked` names the instruments of each (default: the pulse)."""
    amina = cast.brug.people["linde.amina"]
    home = {amina: cast.brug.units["linde"].pk}
    for number, scores in enumerate(answered):
        names = (asked or {}).get(number, ("pulse",))
        build.wave(cast.brug.organisation, f"Ronde {number}", {amina: scores}, home, names, number=number)
    return amina


def page(cast, sign_in, query: str = "", language: str = "nl") -> str:
    answer = sign_in(cast.accounts["worker"]).get(reverse(ME) + query, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main")[0]


# -- other scales ------------------------------------------------------------------------------------------------------


def test_a_round_with_other_scales_leaves_the_earlier_ones_in_sight(cast, sign_in):
    bat = {f"bat-12.{name}": 2.0 for name in ("total", "exhaustion", "mental_distance", "cognitive_impairment")}
    rounds(cast, pulse(work_pressure=5.0), bat, asked={1: ("bat-12",)})
    shown = page(cast, sign_in)
    assert "Uit je antwoorden van maart 2026: latere rondes vroegen dit niet." in shown
    assert "Langer geleden gevraagd" in shown and "Werkdruk" in shown and "Burn-outklachten" in shown
    assert "Er is nog niets om je laatste antwoorden mee te vergelijken." in shown
    assert "veranderd dat meer is dan toeval" not in shown


def test_a_scale_that_got_another_range_is_not_drawn_on_one_line(cast):
    amina = rounds(cast, pulse(energy=3.0), pulse(energy=3.0))
    with scope(organisation=cast.brug.organisation):
        history = own_history(amina)
        raw = copy.deepcopy(history[0].content)
        for scale in raw["instruments"][0]["definition"]["scales"]:
            scale["range"] = [1, 5]
        first = course.rounds(history, cast.brug.organisation)
        other = copy.deepcopy(first[0].asked)
        other["pulse.energy"].data["high"] = 10
        done = [dataclasses.replace(first[0], asked=other), first[1]]
        assert len(course._own(done, "pulse.energy").moments) == 1
        assert len(course._own(done, "pulse.recovery").moments) == 2


# -- nothing answered --------------------------------------------------------------------------------------------------


def test_a_first_round_with_everything_skipped_is_met_kindly(cast, sign_in):
    rounds(cast, NOTHING)
    shown = page(cast, sign_in)
    assert "Je sloeg over wat een cijfer geeft. Dat mag." in shown and "Wat je wel invulde, is bewaard." in shown
    assert "<svg" not in shown and "Je laatste resultaten" not in shown


def test_a_later_round_with_everything_skipped_claims_nothing(cast, sign_in):
    rounds(cast, pulse(), NOTHING)
    shown = page(cast, sign_in)
    assert "Energie: deze keer overgeslagen." in shown and "gewoonlijk voor jou" not in shown
    assert "veranderd dat meer is dan toeval" not in shown and "Geen gegevens" in shown


# -- one round, twelve, more -------------------------------------------------------------------------------------------


def test_many_rounds_draw_the_last_twelve_and_take_the_zone_from_them(cast, sign_in):
    amina = rounds(cast, *[pulse(energy=1.0)] * 3, *[pulse(energy=4.0)] * 12)
    with scope(organisation=cast.brug.organisation):
        own = next(
            one for one in course.course(own_history(amina), cast.brug.organisation) if "energy" in one.measure.id
        )
    assert len(own.moments) == 12 and own.values == [4.0] * 12
    assert sum(own.zone) / 2 == pytest.approx(4.0, abs=0.3) and own.place == "inside"
    assert "Je energie ligt in je gewone zone." in page(cast, sign_in)


def test_the_number_of_queries_is_the_same_at_two_rounds_and_at_twelve(cast, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    amina, counts = cast.brug.people["linde.amina"], []
    home = {amina: cast.brug.units["linde"].pk}
    browser = sign_in(amina.account)
    for number in range(12):
        build.wave(cast.brug.organisation, f"Ronde {number}", {amina: pulse()}, home, ("pulse",), number=number)
        if number in (1, 11):
            browser.get(reverse(ME))
            with CaptureQueriesContext(connection) as caught:
                browser.get(reverse(ME))
            counts.append(len(caught))
    assert counts[0] == counts[1]


# -- other words -------------------------------------------------------------------------------------------------------


def test_a_move_is_not_called_one_where_the_words_changed():
    data = {"low": 1.0, "high": 5.0, "favourable": "high", "family": "x.y", "total_of": [], "labels": {}}
    data |= {"title": {"nl": "Thema", "en": "Theme"}, "role": "resource"}
    own = course.Own(
        Measure("x.y", data), [("a", 1.0), ("b", 1.0), ("c", 5.0)], 1.0, frozenset({0, 1}), "mei 2026", "maart 2026"
    )
    assert own.zone is None and own.place == "" and own.before is None and own.reworded
    with translation.override("en"):
        said = sentences.since([own], 3)
    assert said == ["Theme: the wording changed after maart 2026, so compare with care."]
    alike = dataclasses.replace(own, other_words=frozenset({0}))
    assert alike.zone == (1.0, 2.0) and alike.place == "above" and not alike.reworded


def test_the_own_page_says_that_the_words_of_a_measure_changed(cast, sign_in):
    amina = rounds(cast, pulse(energy=1.0), pulse(energy=5.0))
    with scope(organisation=cast.brug.organisation):
        last = Submission.objects.filter(person=amina).order_by("completed_on").last()
        old = last.version
        for number, text in enumerate(("Zoals het was.", "Heel anders gevraagd."), 2):
            raw = copy.deepcopy(old.content)
            raw["languages"] = ["nl"]
            for item in raw["items"]:
                item["text"] = {"nl": text if "en" in item["code"].split(".")[1] else "Hetzelfde."}
            version = QuestionnaireVersion.objects.create(
                organisation=cast.brug.organisation, questionnaire=old.questionnaire, number=number, content=raw,
                content_hash=content.content_hash(raw),
            )  # fmt: skip
            chosen = Submission.objects.filter(person=amina).order_by("completed_on")[number - 2]
            Submission.objects.filter(pk=chosen.pk).update(version=version)
    shown = page(cast, sign_in)
    assert "Energie: de tekst is na maart 2026 veranderd, dus vergelijk voorzichtig." in shown
    assert "Betrokkenheid: de tekst" not in shown and "is er niets veranderd" in shown
    assert "hoger dan gewoonlijk" not in shown and "Hoger dan in" not in shown


# -- own questions, yes or no, conditions ------------------------------------------------------------------------------


@pytest.fixture
def asked(cast):
    """Two rounds of own questions of every kind; `own.sleep` only of who works nights."""
    shape = copy.deepcopy(kinds.DOCUMENT)
    shape["sections"][1]["elements"][0]["show_if"] = "{own.nights} = 1"
    wave = kinds.open_link(cast, shape).wave
    amina = cast.brug.people["linde.amina"]
    with scope(organisation=cast.brug.organisation):
        ensure_key(amina)
    return amina, wave


def answer(cast, asked, **given):
    amina, wave = asked
    with scope(organisation=cast.brug.organisation):
        day = datetime.date(2026, 5, 1)
        store_complete(wave, [(amina, kinds.GOOD | {f"own.{name}": one for name, one in given.items()}, day)])


def test_own_questions_stand_in_words_and_yes_or_no_has_no_zone(cast, sign_in, asked):
    answer(cast, asked)
    shown = page(cast, sign_in)
    told = shown.split("Vragen van je organisatie")[1]
    assert "Werk je in nachten?" in told and "ja" in told and "36,5 uur" in told
    assert "Werk je in nachten?" not in shown.split("Vragen van je organisatie")[0]


def test_a_question_that_was_not_asked_is_no_gap_and_no_skipped_answer(cast, sign_in, asked):
    answer(cast, asked, nights=0)
    shown = page(cast, sign_in)
    assert "Rust je goed uit" not in shown and "Geen gegevens" not in shown


# -- what helps --------------------------------------------------------------------------------------------------------


def test_every_bar_leads_to_what_helps_and_first_steps_fit_what_was_said(cast, sign_in):
    rounds(cast, pulse(work_pressure=5.0, social_support=1.0))
    shown = page(cast, sign_in)
    helps = reverse("insights:what-helps")
    for name in ("work-pressure", "role-conflict", "support", "recovery", "own-choices", "feedback-and-skills"):
        assert f'href="{helps}#{name}"' in shown, name
    assert "Vraagt nu veel van je: Werkdruk." in shown and "Werkdruk: vraagt veel van je" in shown
    assert "Niets van wat gevraagd werd, geeft je nu veel." in shown
    assert "geeft je weinig" in shown


def test_who_is_well_gets_no_advice_pressed_on(cast):
    amina = rounds(cast, pulse(work_pressure=1.0, **{n: 5.0 for n in PULSE if n in ("recovery", "social_support")}))
    with scope(organisation=cast.brug.organisation):
        found = course.course(own_history(amina), cast.brug.organisation)
    assert energy.helps(found, "BE") == []


def test_lower_energy_than_usual_comes_first_and_never_as_a_verdict(cast, sign_in):
    rounds(cast, pulse(energy=5.0), pulse(energy=5.0), pulse(energy=1.0, work_pressure=5.0))
    shown = page(cast, sign_in)
    first = shown.split('class="tag"')[1]
    assert "Energie: lager dan gewoonlijk voor jou" in first and "Als je energie laag is" in first
    assert "geen diagnose" in shown


# -- what the team published -------------------------------------------------------------------------------------------


@pytest.fixture
def only(published):
    """The published round is Amina's last one."""
    with scope(organisation=published.organisation):
        Submission.objects.filter(wave=published.open).delete()
    return published


def mine(published, name="linde.amina"):
    account = published.cast.brug.people[name].account
    return standing_in(account, published.organisation)


def test_beside_the_own_value_stands_the_published_cell_and_nothing_else(only, sign_in):
    published = only
    with scope(organisation=published.organisation):
        found = beside.published(mine(published), published.wave.pk)
        unit = ReleasedUnit.objects.get(release=published.release, unit__code="linde")
        shown = set(
            ReleasedCell.objects.filter(unit=unit, statistic="mean", value__isnull=False).values_list(
                "measure", flat=True
            )
        )
    assert found.unit == "Team Linde" and set(found.remarks) == shown and shown
    text = page(published.cast, sign_in)
    assert "Team Linde samen: ongeveer" in text and "Dat is geen maat die je moet halen." in text
    for word in ("percentiel", "rang", "beter dan", "slechter dan", "boven het gemiddelde", "Team Eik samen"):
        assert word not in text


def test_a_shuffle_of_the_colleagues_answers_changes_nothing_on_the_own_page(only, sign_in):
    """G1: what is beside the own value comes from the released row alone."""
    published = only
    before = page(published.cast, sign_in)
    assert "Team Linde samen" in before
    with scope(organisation=published.organisation):
        colleagues = [published.cast.brug.people[f"linde.{name}"] for name in ("bram", "daan", "eva")]
        Submission.objects.filter(person__in=colleagues, wave=published.wave).delete()
    assert page(published.cast, sign_in) == before


def test_who_changed_teams_since_then_reads_no_team_beside_it(published):
    amina = published.cast.brug.people["linde.amina"]
    with scope(organisation=published.organisation):
        moved = datetime.date(2026, 5, 1)
        Membership.objects.filter(person=amina).update(ends_on=moved)
        Membership.objects.create(
            organisation=published.organisation, person=amina, unit=published.cast.brug.units["eik"], starts_on=moved
        )
        assert beside.published(mine(published), published.wave.pk).remarks == {}


def test_a_round_without_a_published_figure_of_the_team_says_nothing(published):
    with scope(organisation=published.organisation):
        assert beside.published(mine(published), published.open.pk).remarks == {}
        # Five of six answered in Zuid: eight are needed for strain.
        remarks = beside.published(mine(published, "zuid.bram"), published.wave.pk).remarks
    assert not any(one.startswith("bat-12.") for one in remarks)


# -- on paper ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_own_page_on_paper_is_at_most_two_sheets_and_the_own_alone(published, sign_in, language):
    browser = sign_in(published.cast.accounts["worker"], second_factor=False)
    answer = browser.get(reverse("insights:me-paper"), headers={"accept-language": language})
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    sheets = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(sheet.extract_text() for sheet in sheets)
    assert len(sheets) <= 2 and "Amina" in text and "Bram" not in text
    assert sign_in(published.cast.accounts["coordinator"]).get(reverse("insights:me-paper")).status_code == 403


def test_paper_of_one_person_is_not_kept_in_memory(published, sign_in):
    from draagkracht.insights.shared import pages

    pages._printed.cache_clear()
    sign_in(published.cast.accounts["worker"]).get(reverse("insights:me-paper"))
    assert pages._printed.cache_info().currsize == 0


def test_before_the_first_round_there_is_paper_too(cast, sign_in):
    assert sign_in(cast.accounts["worker"]).get(reverse("insights:me-paper")).status_code == 200
