"""The invented people and answers behave like real ones: computed here from the answers alone, with own formulas."""

import json
from collections import Counter
from itertools import pairwise

import jsonschema
import numpy as np
import pytest

from draagkracht.config.demo.generate import Study, make_study
from draagkracht.config.demo.organisation import FOLDER, Work, address, read
from draagkracht.people.work import KINDS

LAST_CLOSED = 5


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study()


def score(study: Study, scale: str, wave: int = LAST_CLOSED) -> np.ndarray:
    """Mean of the answered items of a scale, or of all scales of an instrument, of those who responded; else NaN."""
    codes = [q.code for q in study.questions if q.scale == scale or q.scale.startswith(f"{scale}.")]
    table = np.stack([study.answers[code][:, wave] for code in codes])
    given = ~np.isnan(table)
    mean = np.where(given, table, 0).sum(0) / np.maximum(given.sum(0), 1)
    return np.where(study.sent[:, wave] & given.any(0), mean, np.nan)


def alpha(items: np.ndarray) -> float:
    """Cronbach's alpha of complete rows."""
    items = items[~np.isnan(items).any(1)]
    size = items.shape[1]
    return size / (size - 1) * (1 - items.var(0, ddof=1).sum() / items.sum(1).var(ddof=1))


def icc1(values: np.ndarray, groups: np.ndarray) -> float:
    """ICC(1) from a one-way analysis of variance with unequal groups."""
    known = ~np.isnan(values)
    values, groups = values[known], groups[known]
    parts = [values[groups == group] for group in np.unique(groups)]
    sizes = np.array([len(part) for part in parts])
    between = sum(len(p) * (p.mean() - values.mean()) ** 2 for p in parts) / (len(parts) - 1)
    within = sum(((p - p.mean()) ** 2).sum() for p in parts) / (len(values) - len(parts))
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(parts) - 1)
    return (between - within) / (between + (size - 1) * within)


def together(first: np.ndarray, second: np.ndarray) -> float:
    known = ~np.isnan(first) & ~np.isnan(second)
    return float(np.corrcoef(first[known], second[known])[0, 1])


def of_unit(study: Study, unit: str, scale: str) -> list[float]:
    """Mean of a scale in a team or department, wave by wave."""
    places = study.places
    inside = [i for i, code in enumerate(places.codes) if unit in (code, places.above[i])]
    return [
        float(np.nanmean(score(study, scale, wave)[np.isin(places.team[:, wave], inside)]))
        for wave in range(LAST_CLOSED + 1)
    ]


def test_every_round_has_24_teams_of_5_to_15_and_about_240_people(study):
    for wave in study.waves:
        sizes = Counter(person.teams[wave.number] for person in study.people if wave.number in person.teams)
        assert len(sizes) == 24
        assert 5 <= min(sizes.values()) <= max(sizes.values()) <= 15
        assert 230 <= sum(sizes.values()) <= 250


def test_people_join_leave_and_move_between_rounds(study):
    for before, after in pairwise(study.waves):
        there = {p.email: p.teams.get(before.number) for p in study.people}
        here = {p.email: p.teams.get(after.number) for p in study.people}
        kinds = Counter(
            "joined" if not there[e] else "left" if not here[e] else "moved" for e in there if there[e] != here[e]
        )
        assert set(kinds) == {"joined", "left", "moved"}
        assert 0.04 <= sum(kinds.values()) / sum(map(bool, here.values())) <= 0.06


def test_periods_of_a_person_follow_on_each_other(study):
    moved = next(p for p in study.people if len(set(p.teams.values())) == 2)
    (first, start, end), (second, again, last) = moved.periods()
    assert (start, end, last) == (min(moved.teams), again, None)
    assert moved.teams[again - 1] == first != second == moved.teams[again]


def test_names_and_addresses_are_unique_and_every_team_has_one_lead(study):
    assert len({p.name for p in study.people}) == len({p.email for p in study.people}) == len(study.people)
    assert sorted(p.leads for p in study.people if p.leads) == sorted(study.places.codes)
    assert address("Małgorzata D'hondt Çelik", "x.example") == "malgorzata.dhondtcelik@x.example"


def test_the_same_seed_gives_the_same_people_and_answers(study):
    again, other = make_study(), make_study(seed=1)
    assert [p.email for p in again.people] == [p.email for p in study.people] != [p.email for p in other.people]
    assert all(np.array_equal(again.answers[c], t, equal_nan=True) for c, t in study.answers.items())


def test_answers_are_whole_steps_within_the_range_and_few_are_missing(study):
    missing = 0.0
    for question in study.questions:
        table = study.answers[question.code]
        given = table[~np.isnan(table)]
        assert set(np.unique(given)) == set(range(question.low, question.high + 1))
        missing += np.isnan(table).mean() / len(study.questions)
    assert 0.006 < missing < 0.016


def test_response_differs_between_teams(study):
    rates = []
    for team in range(24):
        inside = study.places.team == team
        rates.append(study.sent[inside].mean())
    assert 0.60 <= min(rates) < 0.80 < 0.88 < max(rates) <= 0.99
    assert 0.70 <= study.sent[study.places.team[:, LAST_CLOSED] >= 0, LAST_CLOSED].mean() <= 0.90


def test_scales_hang_together_as_questionnaires_do(study):
    scales = {q.scale for q in study.questions}
    assert len(scales) == 17
    for scale in scales | {"bat-12", "uwes-9"}:
        codes = [q.code for q in study.questions if q.scale == scale or q.scale.startswith(f"{scale}.")]
        rows = np.column_stack([study.answers[code][study.sent[:, LAST_CLOSED], LAST_CLOSED] for code in codes])
        low, high = (0.75, 0.93) if "." not in scale else (0.68, 0.90)
        assert low <= alpha(rows) <= high, scale


def test_teams_differ_about_as_much_as_real_teams(study):
    for scale in ("work_pressure", "emotional_demands", "social_support", "feedback_skills"):
        found = [
            icc1(score(study, f"pulse.{scale}", wave), study.places.team[:, wave]) for wave in range(LAST_CLOSED + 1)
        ]
        assert 0.04 <= np.mean(found) <= 0.14, scale


def test_demands_go_with_exhaustion_and_resources_with_engagement(study):
    demands = sum(
        score(study, f"pulse.{s}")
        for s in ("work_pressure", "work_life_conflict", "emotional_demands", "role_conflict")
    )
    resources = sum(
        score(study, f"pulse.{s}") for s in ("feedback_skills", "autonomy_predictability", "social_support")
    )
    exhaustion, distance = score(study, "bat-12.exhaustion"), score(study, "bat-12.mental_distance")
    assert 0.38 <= together(demands, exhaustion) <= 0.55
    assert 0.33 <= together(resources, score(study, "uwes-9")) <= 0.50
    assert together(resources, distance) < -0.2
    assert together(score(study, "pulse.energy"), exhaustion) < -0.5


def test_demands_go_on_into_exhaustion_in_the_next_round_and_resources_into_engagement(study):
    """More than what was there already: with last round's own value taken out of both."""
    for source, target in (("pulse.work_pressure", "bat-12.exhaustion"), ("pulse.social_support", "uwes-9")):
        before, was, now = (
            score(study, source, LAST_CLOSED - 1), score(study, target, LAST_CLOSED - 1), score(study, target)
        )  # fmt: skip
        r_now, r_was, stable = together(before, now), together(before, was), together(now, was)
        assert (r_now - r_was * stable) / np.sqrt((1 - r_was**2) * (1 - stable**2)) > 0.08


def test_people_resemble_themselves_from_round_to_round(study):
    now, before = score(study, "uwes-9"), score(study, "uwes-9", LAST_CLOSED - 1)
    assert 0.5 <= together(now, before) <= 0.8


def test_the_night_team_recovers_after_the_third_round(study):
    recovery, worn = of_unit(study, "nachtploeg", "pulse.recovery"), of_unit(study, "nachtploeg", "bat-12.exhaustion")
    assert np.mean(recovery[4:]) - np.mean(recovery[:3]) > 0.7
    assert np.mean(worn[4:]) - np.mean(worn[:3]) < -0.4


def test_pressure_at_the_emergency_department_mounts(study):
    pressure = of_unit(study, "spoed", "pulse.work_pressure")
    assert np.mean(pressure[3:]) - np.mean(pressure[:2]) > 0.3
    assert pressure[LAST_CLOSED] > of_unit(study, "ziekenhuis", "pulse.work_pressure")[LAST_CLOSED] + 0.3


def test_home_care_loses_its_say_and_gets_it_back(study):
    autonomy = of_unit(study, "thuiszorg", "pulse.autonomy_predictability")
    assert max(autonomy[2:4]) < min(*autonomy[:2], autonomy[5]) - 0.4


@pytest.mark.parametrize("name", ["organisation", "names", "story", "writings"])
def test_the_files_of_the_demo_obey_their_schema(name):
    schema = json.loads((FOLDER.parent / "schemas" / "demo.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
    assert [error.message for error in validator.iter_errors(read(name))] == []
    assert not validator.is_valid({"unknown": 1})


def test_every_event_of_the_story_speaks_of_a_unit_and_a_construct_that_exist(study):
    story, plan = read("story"), study.plan
    units = {plan["slug"], *(d["code"] for d in plan["departments"]), *study.places.codes}
    for event in story["events"]:
        assert event["unit"] in units
        assert set(event["shifts"]) <= {*story["factors"], *story["outcomes"]}
        assert all(len(series) == plan["closed_waves"] + 1 for series in event["shifts"].values())


def test_the_study_of_the_demo_names_rounds_units_and_themes_that_exist(study):
    asked, plan = study.plan["effect"], study.plan
    units = {unit["code"] for department in plan["departments"] for unit in (department, *department["teams"])}
    assert set(asked["participants"]) | set(asked["comparison"]) <= units
    assert not set(asked["participants"]) & set(asked["comparison"])
    assert asked["rounds"] == sorted(asked["rounds"]) and asked["rounds"][-1] <= plan["closed_waves"]
    assert {*asked["primary"], *asked["secondary"]} <= {question.scale for question in study.questions}


def test_contracts_and_shifts_are_believable(study):
    worked = Work(study.plan)
    drawn = [
        (person, worked.contract(person), worked.shift(list(person.teams.values())[-1])) for person in study.people
    ]
    contracts, shifts = Counter(contract for _, contract, _ in drawn), Counter(shift for _, _, shift in drawn)
    assert 0.6 < contracts["permanent"] / len(drawn) < 0.9
    assert set(contracts) <= set(KINDS["contract"]) and set(shifts) <= set(KINDS["shift"])
    assert all(contract == "permanent" for person, contract, _ in drawn if person.leads)
    night = [shift for person, _, shift in drawn if list(person.teams.values())[-1] == "nachtploeg"]
    assert night and set(night) == {"night"}
