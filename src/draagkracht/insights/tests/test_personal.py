"""One's own page: one's own answers, beside one's own earlier ones, and nobody else's."""

import random

import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights.personal import course
from draagkracht.insights.shared.published import Measure
from draagkracht.instruments import catalogue
from draagkracht.people.queries import members_on

from . import build
from .conftest import scores

ME = "insights:me"


def rounds(cast, *own: dict[str, float]):
    """Closed rounds in which Amina of Linde scored like this; the others at random."""
    organisation = cast.brug.organisation
    draw = random.Random(9)
    with scope(organisation=organisation):
        people = {person.id: person for person in cast.brug.people.values()}
        home = {people[number]: unit for number, unit in members_on(build.DAY.date())}
        for number, fixed in enumerate(own):
            answers = {person: scores(draw) for person in home}
            answers[cast.brug.people["linde.amina"]] = scores(random.Random(1), **fixed)
            build.wave(organisation, f"Ronde {number}", answers, home, number=number)


def body(cast, sign_in, who: str = "worker", query: str = "", language: str = "nl") -> str:
    answer = sign_in(cast.accounts[who]).get(reverse(ME) + query, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_answer_the_page_says_what_will_come(cast, sign_in):
    page = body(cast, sign_in)
    assert "Hier komt je eigen verloop te staan." in page and "Niemand anders kan ze zien" in page
    assert "Er wacht nu geen vragenlijst op je." in page


def test_one_round_shows_results_and_claims_no_change(cast, sign_in):
    rounds(cast, {"energy": 2.0})
    page = body(cast, sign_in)
    assert "Je eerste resultaten staan hier." in page and "Vanaf je volgende ronde" in page
    assert "jouw gewone zone" not in page and "ongeveer 2,0" in page


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (3.5, "Je energie ligt in je gewone zone."),
        (1.0, "Je energie ligt lager dan gewoonlijk voor jou."),
        (5.0, "Je energie ligt hoger dan gewoonlijk voor jou."),
    ],
)
def test_the_sentence_follows_the_own_zone(cast, sign_in, last, sentence):
    rounds(cast, {"energy": 3.0}, {"energy": 3.0}, {"energy": last})
    page = body(cast, sign_in)
    assert sentence in page
    assert ("niets veranderd dat meer is dan toeval" in page) == (last == 3.5)


def test_no_answer_of_a_colleague_and_no_comparison_is_on_the_page(cast, sign_in):
    rounds(cast, {"recovery": 1.5}, {"recovery": 1.5})
    page = body(cast, sign_in, query="?all=1")
    assert build.SECRET not in page and "organisatie</li>" not in page
    for name in ("Bram", "Céline", "eik"):
        assert name not in page.split("<main")[1]
    other = sign_in(cast.brug.people["eik.bram"].account).get(reverse(ME)).content.decode()
    assert other != page


def test_the_page_needs_a_place_as_a_worker(cast, sign_in):
    for who in ("coordinator", "adviser", "privacy-officer", "researcher"):
        assert sign_in(cast.accounts[who]).get(reverse(ME)).status_code == 403
    assert sign_in(cast.stranger).get(reverse(ME)).status_code == 403


def test_what_is_not_settled_is_said(cast, sign_in):
    rounds(cast, {})
    page = body(cast, sign_in)
    assert "Voorlopig: Burn-out Assessment Tool, 12 vragen (BAT-12)." in page and "geen diagnose" in page
    assert "Nog niet onderzocht: Korte peiling van taakeisen en energiebronnen." in page
    assert "Provisional: Burnout Assessment Tool, 12 questions (BAT-12)." in body(cast, sign_in, language="en")


def test_costs_stand_left_and_what_gives_right(cast, sign_in):
    rounds(cast, {"work_pressure": 5.0, "social_support": 5.0})
    page = body(cast, sign_in)
    balance = page.split("Wat kost, wat geeft")[2]
    assert balance.index("Werkdruk") < balance.index("Steun van collega")


def own(values, mdc=1.0) -> course.Own:
    data = {"low": 1.0, "high": 5.0, "favourable": "high", "family": "x.y", "total_of": [], "labels": {}, "title": {}}
    return course.Own(Measure("x.y", data), [(str(n), value) for n, value in enumerate(values)], mdc)


def test_the_zone_of_one_earlier_round_is_mdc95_wide_and_narrows_with_more():
    assert own([3.0]).zone is None and own([3.0]).place == ""
    assert own([3.0, 3.9]).zone == pytest.approx((2.0, 4.0)) and own([3.0, 3.9]).place == "inside"
    assert own([3.0, 4.1]).place == "above"
    # What lies at the border in the picture, or reads as the border, is not called outside: 1 % of a scale of 1 to 5.
    assert own([3.0, 4.01]).place == "inside" and own([3.0, 1.97]).place == "inside"
    assert own([3.0, 4.05]).place == "above" and own([3.0, 1.95]).place == "below"
    # Four earlier rounds: 1.0 / sqrt(2) * sqrt(1 + 1/4)
    assert own([3.0] * 4 + [3.8]).zone == pytest.approx((3 - 0.790569415, 3 + 0.790569415))
    assert own([3.0, None]).place == "" and own([1.2, 1.0]).zone[0] == 1.0


def test_noise_is_the_published_one_where_there_is_one():
    bat, pulse = catalogue.find("bat-12"), catalogue.find("pulse")
    assert course.noise(bat, "total") == 0.66
    # Three questions: reliability 3 * 0.5 / (1 + 2 * 0.5) = 0.75; 1.96 * sqrt(2) * 0.8 * sqrt(0.25)
    assert course.noise(bat, "exhaustion") == pytest.approx(1.1087, abs=1e-4)
    assert course.noise(pulse, "energy") == pytest.approx(1.959964 * 2**0.5 * 0.8 * (1 / 3) ** 0.5, abs=1e-5)


def test_a_waiting_questionnaire_stands_first(published, sign_in):
    page = sign_in(published.cast.brug.people["zuid.amina"].account).get(reverse(ME)).content.decode()
    assert "wacht op je" in page and "Juni 2026" in page and 'href="/a/' in page
    done = sign_in(published.cast.accounts["worker"]).get(reverse(ME)).content.decode()
    assert "wacht op je" not in done
