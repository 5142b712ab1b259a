"""Text answers, participation, and the interval around a group's figure."""

import random

import pytest
from hypothesis import given, settings

from draagkracht.science.disclosure import (
    Policy,
    Text,
    live_participation,
    participation_band,
    plan,
    release_texts,
)
from draagkracht.science.interval import group_interval
from draagkracht.science.tests.disclosure_cast import counted_in, staff, teams, trees

CLIMATE = Policy()
DEPT, OTHER, ORG = ("org", "dept"), ("org", "other"), ("org",)


def wrote(made, path, count, approved=True):
    people = sorted(counted_in(made, path))[:count]
    return [Text(person, f"text of {person}", approved) for person in people]


def test_texts_are_shown_from_department_upward_and_never_for_a_team():
    made = plan(staff(teams(12, 15) | teams(14, 9, department="other")), CLIMATE, seed=1)
    shown = release_texts(made, wrote(made, DEPT, 4), CLIMATE, seed=1)
    assert len(shown[DEPT].texts) == len(shown[ORG].texts) == 4
    assert (shown[DEPT].n, shown[ORG].n) == (27, 50)
    assert shown[("org", "dept", "team00")].reason == "protected"
    assert shown[OTHER].reason == "no-data" and shown[OTHER].n is None


def test_a_department_of_nine_shows_no_text():
    made = plan(staff(teams(9) | teams(14, 9, department="other")), CLIMATE, seed=1)
    shown = release_texts(made, wrote(made, DEPT, 9), CLIMATE, seed=1)
    assert shown[DEPT] == ((), None, "too-few")
    assert shown[OTHER].reason == "protected", (
        "what is in the organisation's list and not in this one would be of nine people"
    )
    assert len(shown[ORG].texts) == 9


@settings(max_examples=150, deadline=None)
@given(trees())
def test_a_text_that_one_list_has_and_another_lacks_may_be_of_at_least_ten_people(members):
    made = plan(members, CLIMATE, seed=1)
    texts = [Text(person, str(person), True) for people in made.atoms.values() for person in people]
    shown = {
        path: set(one.texts) for path, one in release_texts(made, texts, CLIMATE, seed=1).items() if not one.reason
    }
    for path, found in shown.items():
        below = [other for child, other in shown.items() if len(child) > len(path) and child[: len(path)] == path]
        rest = found.difference(*below)
        assert len(found) >= 10 and (not rest or len(rest) >= 10)


def test_only_texts_that_a_human_approved_are_shown():
    made = plan(staff(teams(12, 15)), CLIMATE, seed=1)
    assert release_texts(made, wrote(made, DEPT, 5, approved=False), CLIMATE, seed=1)[DEPT].reason == "no-data"


def test_the_order_of_texts_tells_nothing_about_when_they_were_written():
    made = plan(staff(teams(12, 15)), CLIMATE, seed=1)
    texts = wrote(made, DEPT, 20)
    mixed = random.Random(3).sample(texts, len(texts))
    shown = release_texts(made, texts, CLIMATE, seed=1)[DEPT].texts
    assert shown == release_texts(made, mixed, CLIMATE, seed=1)[DEPT].texts
    assert list(shown) != sorted(shown)
    assert shown != release_texts(made, texts, CLIMATE, seed=2)[DEPT].texts


@pytest.mark.parametrize(
    ("invited", "answered", "band"),
    [
        (9, 9, None),
        (10, 0, (0, 10)),
        (10, 1, (0, 10)),
        (10, 2, (20, 30)),
        (11, 2, (10, 20)),
        (10, 9, (90, 100)),
        (10, 10, (90, 100)),
        (240, 215, (80, 90)),
        (240, 216, (90, 100)),
        (1000, 0, (0, 10)),
    ],
)
def test_the_response_of_a_closed_wave_comes_in_bands_of_ten_points(invited, answered, band):
    assert participation_band(invited, answered) == band


def test_no_band_stands_for_a_single_number_of_answers_at_its_ends():
    for invited in range(10, 200):
        bands = [participation_band(invited, answered) for answered in range(invited + 1)]
        assert bands[0] == bands[1] and bands[-1] == bands[-2]


@pytest.mark.parametrize(
    ("invited", "answered", "told"),
    [(4, 3, None), (5, 5, 5), (12, 2, 0), (12, 3, 5), (12, 12, 10), (23, 22, 20), (250, 198, 200)],
)
def test_live_participation_is_rounded_to_fives(invited, answered, told):
    assert live_participation(invited, answered, 5) == told


def test_more_answers_than_invitations_are_refused():
    for function in (participation_band, lambda *counts: live_participation(*counts, 5)):
        with pytest.raises(ValueError):
            function(10, 11)


def test_an_interval_adds_sampling_error_to_the_released_interval():
    low, high = group_interval(3.0, 2.875, 3.125, 16, 0.8, 1, 5)
    assert (round(low, 4), round(high, 4)) == (round(2.875 - 0.391993, 4), round(3.125 + 0.391993, 4))


def test_an_interval_stays_within_the_scale():
    assert group_interval(1.4, 1.0, 1.75, 8, 0.8, 1, 5)[0] == 1.0
    assert group_interval(4.6, 4.25, 5.0, 8, 0.8, 1, 5)[1] == 5.0


@pytest.mark.parametrize(
    "wrong", [(3, 3.1, 3.2, 9, 1, 1, 5), (3, 2, 4, 0, 1, 1, 5), (3, 2, 4, 9, -1, 1, 5), (0, 0, 0, 9, 1, 1, 5)]
)
def test_an_impossible_interval_is_refused(wrong):
    with pytest.raises(ValueError):
        group_interval(*wrong)
