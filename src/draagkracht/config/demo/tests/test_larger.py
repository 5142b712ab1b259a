"""A large demo: the same organisation several times over, with more rounds before the story."""

import datetime

import numpy as np
import pytest

from draagkracht.config.demo.generate import make_study
from draagkracht.config.demo.larger import larger, longer
from draagkracht.config.demo.organisation import read, teams_of


def test_three_times_has_three_times_the_teams_with_names_of_their_own():
    plan = read("organisation")
    made = larger(plan, 3)
    assert len(teams_of(made)) == 3 * len(teams_of(plan))
    assert set(teams_of(plan)) <= set(teams_of(made))
    assert len({team["name"] for team in teams_of(made).values()}) == len(teams_of(made))


def test_eight_rounds_move_the_story_to_the_last_ones():
    plan, story = longer(read("organisation"), read("story"), 8)
    assert plan["effect"]["rounds"] == [number + 2 for number in read("organisation")["effect"]["rounds"]]
    for event, former in zip(story["events"], read("story")["events"], strict=True):
        for name, series in event["shifts"].items():
            assert len(series) == 9
            assert series[2:] == former["shifts"][name]


def test_the_story_needs_its_six_rounds():
    with pytest.raises(ValueError, match="needs 6"):
        longer(read("organisation"), read("story"), 5)


def test_a_large_study_is_complete():
    study = make_study(datetime.date(2026, 11, 21), times=4, rounds=7)
    assert len(study.waves) == 8
    assert len({person.email for person in study.people}) == len(study.people) > 900
    assert study.sent.shape == (len(study.people), 8)
    assert not np.isnan(next(iter(study.answers.values()))[study.sent]).all()
