"""Figures by profession and the like, through the door: kept apart from all that is published of the same people."""

import json

import pytest
from django.db.models import Q
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.attack.rows import histories
from draagkracht.insights.models import (
    Frozen,
    ReleasedBreakdown,
    ReleasedCategory,
    ReleasedCell,
    ReleasedStructure,
    ReleasedUnit,
)
from draagkracht.insights.release.history import categories_of, earlier
from draagkracht.insights.release.rows import atoms_of
from draagkracht.people.models import Person
from draagkracht.science.attack import attack, hostile
from draagkracht.science.tests import disclosure_attacker as attacker
from draagkracht.science.tests.test_disclosure_breakdown import smallest_difference
from draagkracht.surveys.models import RosterEntry

from . import breakdown_world as growing
from .build import SECRET


@pytest.fixture
def world(cast):
    return growing.grow(cast)


@pytest.fixture
def inside(world):
    with scope(organisation=world.organisation):
        yield world


def rows(release, measure="pulse.recovery", breakdown="profession"):
    found = ReleasedCategory.objects.filter(release=release, measure=measure, breakdown=breakdown)
    return {tuple(row.categories): row for row in found.order_by("position")}


def test_a_round_that_chose_nothing_publishes_what_it_always_did(inside):
    plain, chosen = (door.prepare(growing.wave(inside, name, *by)) for name, by in (("A", ()), ("B", ("profession",))))
    assert plain.broken == [] and plain.categories == []
    assert {k: plan.atoms for k, plan in plain.plans.items()} == {k: plan.atoms for k, plan in chosen.plans.items()}
    assert len(chosen.broken) == len(chosen.plans) == 2 and chosen.categories


def test_every_category_has_a_figure_of_enough_people_or_a_reason(inside):
    made = growing.published(inside, "Maart", "profession")
    found = rows(made)
    assert list(found) == [("Verpleegkundige",), ("Zorgkundige",), ("Kok / keukenhulp", "Planner")]
    assert all(row.reason or (row.n >= 5 and row.low <= row.value <= row.high) for row in found.values())
    assert sum(row.n or 0 for row in found.values()) > 75, "most people are counted"
    strain = rows(made, "bat-12.total")
    assert all(row.reason or row.n >= 8 for row in strain.values())
    assert len(ReleasedCategory.objects.values("measure").distinct()) == 15


def test_units_and_categories_together_tell_of_nobody_and_of_no_small_group(inside):
    growing.published(inside, "Maart", "profession", "shift")
    for structure in ReleasedStructure.objects.all():
        units = atoms_of(structure)
        trees = [categories_of(one) for one in ReleasedBreakdown.objects.filter(k=structure.k).order_by("id")]
        assert len(trees) == 2
        for tree in trees:
            assert all(len(people) >= structure.k for people in tree.values())
            assert smallest_difference(tree, units) not in range(1, structure.k)
        assert smallest_difference(*trees) not in range(1, structure.k)


def test_rounds_with_and_without_a_breakdown_are_kept_apart_from_one_another(inside):
    """Units in the second round, when two had stopped answering, must not show whom the professions of the first counted."""
    growing.published(inside, "Maart", "profession")
    gone = list(inside.home)[3:5]
    growing.published(inside, "Juni", number=1, without=gone)
    growing.published(inside, "September", "profession", "shift", number=2, without=gone[:1])
    for k in (5, 8):
        history = [atoms_of(one) for one in ReleasedStructure.objects.filter(k=k)]
        history += [categories_of(one) for one in ReleasedBreakdown.objects.filter(k=k)]
        assert len(history) == 6 and attacker.isolated(history) == 0
        naive = [tree for tree in history if len(tree) < 8]
        assert naive, "there are breakdowns among them"


def test_a_later_round_is_planned_against_the_categories_of_earlier_ones(inside):
    growing.published(inside, "Maart", "profession")
    counted = [sorted(map(sorted, map(list, one.atoms))) for one in ReleasedBreakdown.objects.order_by("k")]
    heeded = [list(earlier(k, door.published(_content(inside), inside.organisation))) for k in (5, 8)]
    told = [[sorted(sorted(p.hex for p in people) for people in tree.values()) for tree in trees] for trees in heeded]
    assert all(tree in trees for tree, trees in zip(counted, told, strict=True)) and list(map(len, told)) == [2, 2]


def _content(world):
    version = world.waves[0].version
    return door.Content(version.content, version.content_hash)


def test_categories_stay_together_until_the_year_ends(inside):
    first = growing.published(inside, "Maart", "profession")
    for person in list(inside.groups)[:30]:
        inside.groups[person]["profession"] = "Planner"
    later = growing.published(inside, "Juni", "profession", number=1)
    next_year = growing.published(inside, "Volgend jaar", "profession", number=4)
    together = ("Kok / keukenhulp", "Planner")
    assert together in rows(first) and together in rows(later)
    assert ("Planner",) in rows(next_year)


def test_capitals_make_no_other_profession_and_who_has_none_is_together_with_the_small_ones(inside):
    people = list(inside.groups)
    for person in people[:6]:
        inside.groups[person]["profession"] = inside.groups[person]["profession"].upper()
    inside.groups[people[7]]["profession"] = ""
    found = rows(growing.published(inside, "Maart", "profession"))
    assert list(found) == [("Verpleegkundige",), ("Zorgkundige",), ("Kok / keukenhulp", "Planner", "")]


def test_erasing_and_importing_never_change_what_was_published(inside):
    made = growing.published(inside, "Maart", "profession")
    before = json.dumps([list(ReleasedCategory.objects.order_by("id").values()), [
        (one.atoms, one.details) for one in ReleasedBreakdown.objects.order_by("id")
    ]])  # fmt: skip
    RosterEntry.objects.filter(wave_id=made.wave_id).update(groups={"profession": "Kok"})
    Person.objects.filter(pk=next(iter(inside.home)).pk).delete()
    after = json.dumps([list(ReleasedCategory.objects.order_by("id").values()), [
        (one.atoms, one.details) for one in ReleasedBreakdown.objects.order_by("id")
    ]])  # fmt: skip
    assert before == after
    for model in (ReleasedBreakdown, ReleasedCategory):
        with pytest.raises(Frozen):
            model.objects.first().save()
        with pytest.raises(Frozen):
            model.objects.all().delete()


def test_units_are_read_as_before_and_no_answer_is_in_any_row(inside):
    made = growing.published(inside, "Maart", "profession")
    assert not ReleasedUnit.objects.filter(Q(name__contains="Verpleeg") | Q(path__contains="all")).exists()
    assert (
        ReleasedCell.objects.filter(release=made, unit__depth=0, measure="pulse.recovery", statistic="mean").count()
        == 1
    )
    told = json.dumps([list(model.objects.values()) for model in (ReleasedBreakdown, ReleasedCategory)], default=str)
    assert SECRET not in told and "linde 0" not in told


def test_who_exchanges_answers_within_team_and_profession_changes_no_figure(inside):
    made = growing.wave(inside, "Maart", "profession")
    before = door.prepare(made)
    scores = door.sealed_scores(made)
    counted = {person: atom for atom, people in before.plans[5].atoms.items() for person in people}
    by_category = {p: a for one in before.broken if one.k == 5 for a, people in one.plan.atoms.items() for p in people}
    alike: dict = {}
    for person in scores:
        alike.setdefault((counted[person], by_category[person]), []).append(person)
    pairs = [people[:2] for people in alike.values() if len(people) > 1]
    assert len(pairs) > 4
    for one, other in pairs:
        scores[one], scores[other] = scores[other], scores[one]
    door_scores, door.sealed_scores = door.sealed_scores, lambda wave: scores
    try:
        after = door.prepare(made)
    finally:
        door.sealed_scores = door_scores
    only = [[row.value, row.low, row.high, row.n] for row in before.categories if row.measure.startswith("pulse.")]
    assert only == [
        [row.value, row.low, row.high, row.n] for row in after.categories if row.measure.startswith("pulse.")
    ]


def test_a_round_of_one_department_has_its_own_rule_of_what_goes_together(inside):
    whole = growing.published(inside, "Maart", "profession")
    woonzorg = {person: unit for person, unit in inside.home.items() if person.name.startswith(("linde", "eik"))}
    inside.home = woonzorg
    part = growing.published(inside, "Mei", "profession", number=1, unit="woonzorg")
    assert list(rows(whole)) == list(rows(part)) or ("Verpleegkundige",) in rows(part)
    assert max(row.n or 0 for row in rows(part).values()) < max(row.n or 0 for row in rows(whole).values())


def test_a_round_in_which_too_few_answered_has_no_category(inside):
    keep = list(inside.home)[:4]
    made = growing.published(inside, "Maart", "profession", without=set(inside.home) - set(keep))
    assert {row.reason for row in rows(made).values()} <= {"too-few", "no-data", "protected"}
    assert all(row.n is None for row in rows(made).values())


def test_the_attacker_looks_at_units_and_categories_together_and_finds_nobody(inside):
    growing.published(inside, "Maart", "profession", "shift")
    growing.published(inside, "Juni", "profession", number=1, without=list(inside.home)[3:5])
    one = next(one for one in histories() if one.measure == "pulse.recovery")
    assert one.rounds == 2 and [wave.beside for wave in one.history][:4] == [False, True, True, False]
    counted = {person for people in one.history[0].atoms.values() for person in people}
    assert {person for people in one.history[1].atoms.values() for person in people} <= counted
    verdict = attack(one.history, least=one.least, edges=one.edges, insiders=0, answers=hostile(one.history))
    assert verdict.people == 84 and not verdict.found


def test_the_attacker_finds_who_is_given_away_by_categories_that_were_not_planned_beside_the_units(inside):
    made = growing.published(inside, "Maart", "profession")
    units = atoms_of(ReleasedStructure.objects.get(k=5))
    everybody = [person.hex for people in units.values() for person in people]
    # As if six people had a contract of their own, and five of these six so many years in service.
    for breakdown, size in (("contract", 6), ("seniority", 5)):
        told = [everybody[:size], everybody[size:]]
        ReleasedBreakdown(
            release=made, organisation=inside.organisation, breakdown=breakdown, k=5, atoms=told,
            details=[{"categories": [name], "n": len(people), "reason": ""} for name, people in zip("ab", told, strict=True)],
        ).save()  # fmt: skip
    one = next(one for one in histories() if one.measure == "pulse.recovery")
    verdict = attack(one.history, least=one.least, edges=one.edges, insiders=0, answers=hostile(one.history))
    assert everybody[5] in verdict.found
