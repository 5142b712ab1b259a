"""Files can be joined: what leaves in two goes by the same rules as what leaves at once, in either order."""

import zipfile

import pytest
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from draagkracht.insights.research import actions
from draagkracht.insights.research.choices import Choices
from draagkracht.insights.research.decision import ways
from draagkracht.insights.research.gather import earlier_files
from draagkracht.people.models import AuditLine

from . import research_build as build

TEAM = {"unit": "2"}
SEEN = ("own.hours", "own.shift", "own.bed", "own.change")


def ask(second=False):
    """Beside everything: a question about strain, and one whose kind is another in the second wave."""
    draft = build.draft(second)
    asked = draft["sections"][0]["elements"]
    asked.append(build.question("tired", "yesno", "Are you worn out?", strain=True, direction="unfavourable"))
    asked.append(build.question("ill", "choice", "Are you ill?", options=build.options("yes", "no")))
    if second:
        since = next(one for one in asked if one.get("code") == "since")
        asked[asked.index(since)] = build.question("since", "number", "Since which year?", min=0, max=3000)
    return draft


def answer(number, second=False):
    """The first team of six says yes to everything; everybody sleeps at another time; the first skips the second wave."""
    if second and not number:
        return None
    given = build.answers(number, second)
    told = 1 if number < 6 else 1 + number // 2 % 2
    given |= {"own.tired": 2 - told, "own.ill": 1 if number < 6 else 2}
    given |= {"own.hours": 20 + number % 15, "own.bed": f"{number % 24:02}:00"}
    if number < 6:
        given["own.helps"] = [2]
    return given | ({"own.since": 2010 + number % 2} if second else {})


WORLD = {"people": 30, "ask": ask, "answer": answer}


@pytest.fixture
def world(world):
    with scope(organisation=world.organisation):
        yield world


def first_wave(world, **more):
    return Choices(waves=(world.waves[0].pk,), **{"k": 5, **more})


def decided(world, choices, study=None):
    return actions.examine(study or world.study, choices, "en")[1]


def leaves(world, choices, study=None):
    actions.export(study or world.study, choices, "en", world.researcher).file.close()


def together(world, one, two, at_once):
    """All three alone; then each of the two after the other. True when the two may leave in that order."""
    assert not decided(world, at_once).passed
    assert decided(world, one).passed and decided(world, two).passed
    leaves(world, one)
    return decided(world, two).passed


TIRED = {"answers": ("own.mood", "own.tired")}
IN_TEAMS = {"answers": ("own.again",), "background": TEAM}
NIGHTS = {"answers": ("own.nights_hard",)}
HELPS = {"answers": ("own.helps",)}


@pytest.mark.parametrize(
    ("one", "two"),
    [pair for each in (TIRED, NIGHTS, HELPS) for pair in ((each, IN_TEAMS), (IN_TEAMS, each))],
    ids=[f"{first} {order}" for first in ("strain", "route", "alike") for order in ("first", "last")],
)
def test_two_files_pass_only_when_they_would_pass_at_once(world, one, two):
    codes = tuple({*one["answers"], *two["answers"]})
    at_once = first_wave(world, answers=codes, background=TEAM)
    assert not together(world, first_wave(world, **one), first_wave(world, **two), at_once)


def test_the_strictest_k_of_all_files_holds(world):
    moods = first_wave(world, answers=("own.again",), background=TEAM)
    material, decision = actions.examine(world.study, moods, "en")
    assert decision.passed and material.demand.k == 5
    leaves(world, first_wave(world, instruments=("pulse",)))
    material, decision = actions.examine(world.study, moods, "en")
    assert not decision.passed and material.demand.k == 8
    leaves(world, first_wave(world, answers=("own.again",), k=20))
    assert actions.examine(world.study, moods, "en")[0].demand.k == 20


def test_a_file_of_another_account_counts_when_it_shares_a_wave_directly_or_through_a_third(world):
    studies = [
        actions.begin_study(world.organisation, f"Study {number}", "?", "", world.cast.accounts[name])
        for number, name in enumerate(("privacy-officer", "coordinator", "adviser"))
    ]
    early, late = first_wave(world, **TIRED), Choices(waves=(world.waves[1].pk,), answers=("own.again",), k=5)
    for study, choices in zip(studies, (early, late), strict=False):
        actions.export(study, choices, "en", study.made_by).file.close()
    assert len(earlier_files(studies[2], late)) == 1
    assert not decided(world, first_wave(world, **IN_TEAMS), studies[2]).passed
    both = Choices(waves=(*early.waves, *late.waves), answers=("own.again",), k=5)
    assert len(earlier_files(studies[2], both)) == 2
    # The second study holds wave 2 only; its next file of wave 1 brings the first study along.
    assert len(earlier_files(studies[1], early)) == 2


def test_who_skipped_a_wave_is_not_singled_out_by_a_second_file(world):
    both = Choices(waves=tuple(wave.pk for wave in world.waves), answers=("own.again",), k=5)
    at_once = decided(world, both)
    assert not at_once.passed and at_once.verdict.smallest == 1
    leaves(world, first_wave(world, answers=("own.again",)))
    second = Choices(waves=both.waves[1:], answers=("own.again",), k=5)
    found = decided(world, second)
    assert not found.passed and found.verdict.smallest == 1 and found.asked == 29


def test_nobody_who_is_in_a_file_is_singled_out_by_being_left_out_of_the_next(world):
    for number, person in enumerate(world.persons):
        person.memberships.update(profession="Diver" if number < 2 else "Nurse")
    divers = first_wave(world, answers=("own.again",), background={"profession": "exact"}, leave_out=True)
    assert decided(world, divers).passed
    leaves(world, first_wave(world, answers=("own.again",)))
    material, decision = actions.examine(world.study, divers, "en")
    assert not decision.passed
    assert all(not way.choices.leave_out and not way.choices.background for way in ways(material))


def test_hours_shift_and_bedtime_stay_inside_k_whatever_they_are_called(world):
    named = first_wave(world, answers=("own.again", *SEEN))
    as_background = first_wave(world, answers=("own.again",), background=dict.fromkeys(SEEN, "exact"))
    for choices in (named, as_background):
        material, decision = actions.examine(world.study, choices, "en")
        assert not decision.passed and decision.verdict.smallest == 1
        assert set(material.choices.background) == set(SEEN) and material.choices.answers == ("own.again",)


@pytest.mark.parametrize(("code", "alike"), [("own.helps", 6), ("own.ill", 30)])
def test_a_team_that_all_answered_the_same_does_not_leave_without_a_scale_either(world, code, alike):
    given = {"answers": ("own.first", code), "background": TEAM}
    material, decision = actions.examine(world.study, first_wave(world, **given), "en")
    assert not decision.passed and (decision.verdict.too_small, decision.verdict.too_alike) == (0, alike)
    # The whole house does not answer the same.
    assert decided(world, first_wave(world, answers=given["answers"])).passed
    found = ways(material)
    assert found and all(decided(world, way.choices).passed for way in found)


def test_what_is_background_must_differ_within_a_team_too(world):
    ill = first_wave(world, answers=("own.first",), background={**TEAM, "own.ill": "exact"})
    verdict = decided(world, ill).verdict
    assert (verdict.smallest, verdict.too_small, verdict.too_alike) == (6, 0, 30)


def test_an_own_question_about_strain_counts_beside_a_scale_about_health(world):
    with_pulse = first_wave(world, instruments=("pulse",), answers=("own.tired", "own.helps", "own.mood"))
    material, _ = actions.examine(world.study, with_pulse, "en")
    found = {one.id for one in material.sensitive}
    assert {"own.tired", "own.helps"} < found and any(name.startswith("pulse.") for name in found)
    assert "own.mood" not in found, "its composer said that it is not about strain"


@pytest.mark.parametrize("step", ["exact", "coarse"])
def test_a_question_of_another_kind_in_another_wave_is_read_as_that_wave_asked_it(world, sign_in, step):
    browser, page = sign_in(world.researcher), reverse("insights:research-study", args=[world.study.pk])
    asked = {"wave": [wave.pk for wave in world.waves], "k": 8, "language": "nl", "instrument": ["pulse"]}
    answer = browser.get(page, {**asked, "q-own.since": step})
    assert answer.status_code == 200 and not answer.context["form"].errors
    offered = [value for value, _ in answer.context["form"].fields["q-own.since"].choices]
    assert offered == ["", "coarse", "exact"]
    choices = Choices(waves=(world.waves[1].pk,), answers=("own.again",), background={"own.since": step}, k=5)
    assert decided(world, choices).passed


def test_the_page_tells_no_small_number_and_every_look_is_written_down(world, sign_in):
    browser, page = sign_in(world.researcher), reverse("insights:research-study", args=[world.study.pk])
    asked = {"wave": [world.waves[0].pk], "k": 8, "language": "nl", "instrument": ["pulse"], "unit": "2"}
    with translation.override("en"):
        answer = browser.get(page, asked, headers={"accept-language": "en"})
    told = answer.context
    assert told["smallest"] in ("fewer than 8", "minder dan 8") and not told["decision"].passed
    assert all(not str(told[name]).isdigit() or told[name] == "0" for name in ("people", "too_small", "too_alike"))
    line = AuditLine.objects.get(act="research.checked")
    assert line.account == world.researcher and line.detail["study"] == world.study.pk
    assert line.detail["background"] == {"unit": "2"} and line.detail["passed"] is False
    browser.get(page, {"wave": [world.waves[0].pk]})
    assert AuditLine.objects.filter(act="research.checked").count() == 1
    index = browser.get(reverse("insights:research"))
    assert index.context["people"] == 30 and "30" in index.content.decode()


def test_the_number_of_people_who_say_yes_is_told_in_fives(world, sign_in):
    from draagkracht.insights import rights

    browser = sign_in(world.researcher)
    rights.withdraw(world.persons[0], "research")
    assert browser.get(reverse("insights:research")).context["people"] == 25
    rights.withdraw(world.persons[1], "research")
    assert browser.get(reverse("insights:research")).context["people"] == 25


def test_the_file_names_what_was_taken_on_the_word_of_the_researcher(world):
    choices = first_wave(world, answers=("own.tired", "own.mood"))
    with translation.override("en"):
        package = zipfile.ZipFile(actions.export(world.study, choices, "en", world.researcher).file)
    told = package.read("README.txt").decode()
    assert "on the word of the researcher that nobody else can know them: own_tired.\n" in told
    assert "own_mood" not in told, "what somebody thinks is nobody else's knowledge"
