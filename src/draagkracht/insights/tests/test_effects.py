"""The effect of a trajectory: what is told of it, what is withheld, and that nobody can be found in it."""

import datetime
import json
import random
import uuid
from math import sqrt
from statistics import mean

import pytest
from django.utils import timezone
from django_scopes import scope

from draagkracht.insights import rights
from draagkracht.insights.models import EffectStructure, EffectStudy, Frozen, ReleasedEffect, ReleasedStructure
from draagkracht.insights.release import effects, studies
from draagkracht.people.models import AuditLine, Person
from draagkracht.science.disclosure.isolation import isolated
from draagkracht.surveys.models import Wave
from draagkracht.ui.refusal import Refusal

from .effect_world import add_wave, world

OURS, THEIRS = ["p1", "p2", "p3", "p4"], ["c1", "c2", "c3", "c4"]
RECOVERY = "pulse.recovery"


def study(made, title="Traject", waves=None, **options) -> EffectStudy:
    chosen = {"primary": [RECOVERY], "participants": OURS} | options
    if chosen.get("persons"):
        del chosen["participants"]
    return studies.register(made.organisation, title, [wave.pk for wave in waves or made.waves], **chosen)


def answer(made, **options) -> dict[str, ReleasedEffect]:
    """A study with its answer, by measure."""
    with scope(organisation=made.organisation):
        return {row.measure: row for row in effects.publish(study(made, **options))}


def told(row: ReleasedEffect) -> str:
    """Every byte that anybody may see of an effect."""
    return json.dumps([row.measure, row.data, row.arms, row.figures, row.reason], sort_keys=True)


# -- what is told ------------------------------------------------------------------------------------------------------


def test_a_change_is_the_difference_of_the_released_means_and_close_to_the_truth(db):
    made = world()
    row = answer(made, primary=[RECOVERY], secondary=["pulse.work_pressure"])[RECOVERY]
    ours = [person for person in made.people if person.staff_number.startswith("p")]
    exact = [mean(made.answers[at][person][RECOVERY] for person in ours) for at in (0, 1)]
    (low0, before, high0), (low1, after, high1) = row.arms["participants"]["cells"]
    change = row.figures["changes"]["participants"][0]
    assert row.arms["participants"]["n"] == 48 and set(row.arms) == {"participants"}
    assert low0 <= exact[0] <= high0 and low1 <= exact[1] <= high1
    assert change["value"] == pytest.approx(after - before) and change["low"] < exact[1] - exact[0] < change["high"]
    assert 0.3 < change["value"] < 0.9 and change["p"] < 0.05
    # The interval is never narrower than a plain one on the exact answers.
    changes = [made.answers[1][p][RECOVERY] - made.answers[0][p][RECOVERY] for p in ours]
    spread = sqrt(sum((c - mean(changes)) ** 2 for c in changes) / 47)
    assert change["high"] - change["low"] > 2 * 1.96 * spread / sqrt(48)
    assert [code for code, *_ in row.figures["flags"]][:1] == ["few-teams"] or "no-comparison" in str(
        row.figures["flags"]
    )


def test_with_a_comparison_group_the_adjusted_difference_is_the_answer(db):
    made = world(waves=3)
    rows = answer(made, comparison=THEIRS, secondary=["pulse.work_pressure", "pulse.social_support"])
    figures = rows[RECOVERY].figures
    assert figures["headline"] == figures["differences"][0] and len(figures["differences"]) == 2
    assert 0.2 < figures["headline"]["value"] < 1.0 and figures["headline"]["low"] > 0 and figures["p_adjusted"] < 0.05
    assert figures["correction"] == "holm" and rows["pulse.work_pressure"].figures["correction"] == "benjamini-hochberg"
    assert (
        rows["pulse.work_pressure"].figures["headline"]["low"]
        < 0
        < rows["pulse.work_pressure"].figures["headline"]["high"]
    )
    assert [told["n"] for told in rows[RECOVERY].arms.values()] == [48, 48]
    assert figures["variances"] and figures["size"]["value"] > 0


def test_a_total_is_added_up_from_its_released_parts(db):
    made = world(instruments=("pulse", "bat-12"))
    parts = ("exhaustion", "mental_distance", "cognitive_impairment", "emotional_impairment")
    rows = answer(made, primary=["bat-12.total"], secondary=[f"bat-12.{part}" for part in parts])
    for at in (0, 1):
        told = [rows[f"bat-12.{part}"].arms["participants"]["cells"][at] for part in parts]
        total = rows["bat-12.total"].arms["participants"]["cells"][at]
        assert total == pytest.approx([mean(ends) for ends in zip(*told, strict=True)])
    assert rows["bat-12.total"].data["k"] == 8


def test_who_did_not_answer_again_is_not_counted_and_the_share_is_told_in_tens(db):
    made = world(add=False)
    gone = [person for person in made.people if person.staff_number in ("p1-0", "p1-1", "p2-3", "p3-4", "p4-5")]
    made.answers[1].update(dict.fromkeys(gone))
    with scope(organisation=made.organisation):
        add_wave(made, 0)
        add_wave(made, 1)
        row = effects.publish(study(made))[0]
        counted = {person for people in EffectStructure.objects.get().arms.values() for person in people}
    assert not counted & {person.pseudonym.hex for person in gone}
    assert row.arms["participants"]["n"] == 43 and row.arms["participants"]["again"] == [80, 90]


# -- what is withheld --------------------------------------------------------------------------------------------------


def test_fewer_than_ten_pairs_and_fewer_than_twice_k_are_too_few(db):
    made = world(size=12, teams=["p1", "c1"], instruments=("pulse", "bat-12"))
    rows = answer(made, participants=["p1"], secondary=["bat-12.exhaustion"])
    assert rows[RECOVERY].reason == "" and rows[RECOVERY].arms["participants"]["n"] == 12
    strain = rows["bat-12.exhaustion"]
    assert strain.reason == "too-few" and strain.arms == {} and strain.figures == {}


def test_few_pairs_get_a_public_spread_and_no_check_of_the_answers(db):
    made = world(size=12, teams=["p1", "c1"])
    figures = answer(made, participants=["p1"])[RECOVERY].figures
    assert figures["spread"] == 1.0 and figures["variances"] is None and figures["reliable"] == {}
    assert {code for code, *_ in figures["flags"]} == {"no-comparison", "one-team"}


def test_that_everybody_answers_the_same_is_not_told(db):
    made = world(size=6, add=False)
    with scope(organisation=made.organisation):
        for at in (0, 1):
            for person in made.people:
                made.answers[at][person] = made.answers[at][person] | {RECOVERY: 1.0}
            add_wave(made, at)
        row = effects.publish(study(made, comparison=THEIRS))[0]
    cells = row.arms["participants"]["cells"]
    assert cells[0][0] == 1.0 and cells[0][2] > 1.1, "only the lowest part is told"
    assert row.figures["spread"] == 0.5 and "constant" not in str(row.figures)
    assert row.figures["headline"]["value"] == 0 and row.figures["headline"]["se"] > 0


def test_named_people_who_differ_by_one_from_an_earlier_study_are_not_told_apart(db):
    made = world()
    teams = [[p.pseudonym for p in made.people if p.staff_number.startswith(code)] for code in OURS]
    first = [person for team in teams for person in team[:7]]
    # The same but for one person, in place of whom a colleague stands.
    second = [*first[1:], teams[0][7]]
    with scope(organisation=made.organisation):
        effects.publish(study(made, persons=first))
        row = effects.publish(study(made, "Nog eens", persons=second))[0]
        one, *other = EffectStructure.objects.order_by("id")
        sets = [set(each.arms["participants"]) for each in (one, *other)]
        assert row.reason == "protected" or set(second) != {uuid.UUID(person) for person in sets[1]}
        for release in ReleasedStructure.objects.filter(k=5):
            size = isolated(list(release.atoms.values()), sets).size
            assert size == 0 or size >= 5


def test_a_study_of_the_same_people_may_be_made_again_and_the_fifth_different_one_not(db):
    made = world()
    rng = random.Random(2)
    with scope(organisation=made.organisation):
        everybody = [p.pseudonym for p in made.people]
        reasons = [effects.publish(study(made))[0].reason, effects.publish(study(made, "Zelfde"))[0].reason]
        for number in range(5):
            named = rng.sample(everybody, 60)
            reasons.append(effects.publish(study(made, f"Ander {number}", persons=named))[0].reason)
        sets = [people for one in EffectStructure.objects.all() for people in one.arms.values()]
    assert reasons[:2] == ["", ""] and reasons[-1] == "protected"
    assert len({frozenset(people) for people in sets}) <= 4


def test_a_team_is_told_apart_by_the_model_only_when_it_holds_k_people(db):
    for size, teams in ((12, 2), (4, 1)):
        made = world(size=12, teams=["p1", "p2"], add=False) if teams == 2 else made  # noqa: F821
        leave = [person for person in made.people if person.staff_number.startswith("p2")][size:]
        with scope(organisation=made.organisation):
            made.waves.clear()
            for at in (0, 1):
                made.answers[at].update(dict.fromkeys(leave))
                add_wave(made, at, name=f"{size} {at}")
            row = effects.publish(study(made, f"Met {size}", participants=["p1", "p2"]))[0]
        assert row.arms["participants"]["teams"] == teams


# -- nobody can be found in it -----------------------------------------------------------------------------------------


def test_exchanging_whole_records_within_a_team_of_an_arm_changes_no_byte(db):
    made = world(size=7, teams=["p1", "p2", "c1", "c2"], add=False)
    options = {"participants": ["p1", "p2"], "comparison": ["c1", "c2"], "secondary": ["pulse.work_pressure"]}
    seen, rng = set(), random.Random(8)
    for round_of in range(3):
        with scope(organisation=made.organisation):
            waves = [add_wave(made, at, name=f"{round_of} {at}") for at in (0, 1)]
            rows = effects.publish(study(made, f"Studie {round_of}", waves=waves, **options))
            seen.add("".join(told(row) for row in rows))
        for code in ("p1", "p2", "c1", "c2"):
            team = [person for person in made.people if person.staff_number.startswith(code)]
            order = rng.sample(team, len(team))
            for at in (0, 1):
                given = [made.answers[at][person] for person in order]
                made.answers[at].update(zip(team, given, strict=True))
    assert len(seen) == 1


def test_an_erasure_afterwards_changes_nothing_and_one_before_leaves_the_number_of_people(db):
    made = world(size=12, teams=["p1", "c1"])
    row = answer(made, participants=["p1"])[RECOVERY]
    for person in made.people[:2]:
        rights.erase_all(person.email, made.organisation.slug)
    with scope(organisation=made.organisation):
        assert Person.objects.get(pk=made.people[0].pk).erased_at
        assert told(ReleasedEffect.objects.get(pk=row.pk)) == told(row)
        later = effects.publish(study(made, "Later", participants=["p1"]))[0]
    rest = [person for person in made.people[2:] if person.staff_number.startswith("p1")]
    low, _, high = later.arms["participants"]["cells"][0]
    assert later.arms["participants"]["n"] == 12, "frozen when the round closed"
    assert low <= mean(made.answers[0][person][RECOVERY] for person in rest) <= high


def test_what_was_told_and_what_was_asked_never_change(db):
    made = world(size=12, teams=["p1", "c1"])
    row = answer(made, participants=["p1"])[RECOVERY]
    with scope(organisation=made.organisation):
        for one in (row, row.study, EffectStructure.objects.get()):
            with pytest.raises(Frozen):
                one.save()
            with pytest.raises(Frozen):
                one.delete()
        with pytest.raises(Refusal) as again:
            effects.publish(row.study)
        assert again.value.status == 409
        assert AuditLine.objects.filter(act="effect.released").count() == 1
        assert AuditLine.objects.filter(act="effect.registered").count() == 1


# -- writing a study down ----------------------------------------------------------------------------------------------


def test_a_study_says_whether_it_was_written_down_before_the_answers_were_in(db):
    made = world(size=3, teams=["p1", "c1"], waves=1)
    with scope(organisation=made.organisation):
        made.answers.append(made.answers[0])
        add_wave(made, 1, closed=False)
        early = study(made, participants=["p1"])
        assert not early.late
        with pytest.raises(Refusal) as wait:
            effects.publish(early)
        assert wait.value.status == 409 and "Ronde 2" in str(wait.value)
        Wave.objects.filter(pk=made.waves[1].pk).update(closed_at=timezone.now())
        assert study(made, "Laat", participants=["p1"]).late


def test_what_makes_no_sense_is_refused_and_nothing_is_stored(db):
    made = world(size=2, teams=["p1", "c1"])
    first, second = made.waves
    wrong = [
        {"waves": [first]},
        {"waves": [second, first]},
        {"waves": [first, first]},
        {"participants": ["elders"]},
        {"participants": []},
        {"participants": ["p1"], "comparison": ["p1"]},
        {"participants": ["p1"], "comparison": ["veld"]},
        {"persons": [uuid.uuid4()]},
        {"participants": ["p1"], "primary": []},
        {"participants": ["p1"], "primary": [RECOVERY], "secondary": [RECOVERY]},
        {"participants": ["p1"], "primary": ["pulse.nothing"]},
        {"participants": ["p1"], "title": "  "},
    ]
    with scope(organisation=made.organisation):
        for options in wrong:
            with pytest.raises(Refusal):
                study(made, **options)
        study(made, participants=["p1"])
        with pytest.raises(Refusal) as twice:
            study(made, participants=["p1"])
        assert twice.value.status == 409 and EffectStudy.objects.count() == 1


def test_rounds_share_only_what_they_ask_in_the_same_way(db):
    made = world(size=1, teams=["p1", "c1"], waves=1, instruments=("pulse", "bat-12"))
    with scope(organisation=made.organisation):
        made.instruments = ("pulse",)
        made.answers.append(made.answers[0])
        add_wave(made, 1)
        both = {measure.id for measure in studies.shared_measures([wave.pk for wave in made.waves])}
        assert RECOVERY in both and "bat-12.total" not in both
        assert studies.shared_measures([made.waves[0].pk, 0]) == []
        assert [one.name for one in studies.rounds()] == ["Ronde 1", "Ronde 2"]
        assert studies.rounds()[0].opens_on < datetime.date(2027, 1, 1)
