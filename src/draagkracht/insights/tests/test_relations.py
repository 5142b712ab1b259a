"""How factors go together, from sealed answers to released rows: what is told, of whom, and what changes nothing."""

import numpy as np
import pytest
from django.db import transaction
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.models import Frozen, Release, ReleasedCell, ReleasedRelation, ReleasedStructure
from draagkracht.insights.release.rows import atoms_of
from draagkracht.insights.shared import relations
from draagkracht.science.relations import composite, fit_within

from . import relations_world
from .relations_world import DEMANDS, RESOURCES

pytestmark = pytest.mark.django_db
FIELDS = ("kind", "statistic", "source", "target", "low", "value", "high", "n", "reason", "detail")


@pytest.fixture
def here():
    made = relations_world.world()
    with scope(organisation=made.organisation):
        yield made


def publish(here, rounds: list[dict], **more) -> list[Release]:
    return [
        door.release(relations_world.close(here, f"Ronde {at}", given, at, **more))
        for at, given in enumerate(rounds, 1)
    ]


def rows(release: Release, **chosen) -> list[tuple]:
    found = ReleasedRelation.objects.filter(release=release, **chosen).order_by("id")
    return [tuple(getattr(row, name) for name in FIELDS) for row in found]


def test_every_factor_is_told_with_strain_and_engagement_as_the_science_computes_it(here):
    given = relations_world.answers(here, 1)[0]
    (release,) = publish(here, [given])
    found = relations.impact(release, "partial")
    assert list(found) == DEMANDS + RESOURCES and all(set(one) == {"strain", "engagement"} for one in found.values())
    atoms = atoms_of(ReleasedStructure.objects.get(release=release, k=8))
    scores = {person.pseudonym: own for person, own in given.items()}
    counted = [(at, scores[one]) for at, people in enumerate(atoms.values()) for one in people]
    column = lambda name: np.array([own[name] for _, own in counted])  # noqa: E731
    strain = composite(
        [column(f"{one}") for one in ("pulse.energy", "pulse.involvement", "bat-12.total")], [True, True]
    )
    fit = fit_within(strain, [column(one) for one in DEMANDS + RESOURCES], [at for at, _ in counted])
    for one, exact in zip(DEMANDS + RESOURCES, fit.coefficients, strict=True):
        told = found[one]["strain"]
        assert told.value == pytest.approx(exact.b, abs=0.0251)
        assert (
            exact.low - 0.0501 < told.low <= exact.low + 1e-6 and exact.high - 1e-6 <= told.high < exact.high + 0.0501
        )
        assert told.n == len(counted) == 120


def test_the_planted_relations_stand_out_and_the_others_claim_nothing(here):
    (release,) = publish(here, relations_world.answers(here, 1))
    found = relations.impact(release, "partial")
    strain = {one for one in found if found[one]["strain"].clear}
    assert strain == {"pulse.work_pressure", "pulse.recovery"}
    assert found["pulse.work_pressure"]["strain"].low > 0 > found["pulse.recovery"]["strain"].high
    assert {one for one in found if found[one]["engagement"].clear} == {"pulse.social_support"}
    assert found["pulse.social_support"]["engagement"].low > 0
    alone = relations.impact(release)
    assert alone["pulse.work_pressure"]["strain"].low > 0


def test_a_first_round_has_no_cycles_and_a_second_has_both_with_people_in_fives(here):
    first, second = relations_world.answers(here, 2)
    for person in here.people[::12]:
        second[person] = None
    one, two = publish(here, [first, second])
    assert rows(one, kind__in=["gain", "loss"]) == []
    found = {
        (row.source, row.target): row for row in ReleasedRelation.objects.filter(release=two).exclude(kind="impact")
    }
    assert set(found) == {
        ("resources", "engagement"), ("engagement", "resources"), ("demands", "strain"), ("strain", "demands"),
    }  # fmt: skip
    assert {row.n for row in found.values()} == {110} and {row.statistic for row in found.values()} == {"lagged"}
    assert found["resources", "engagement"].low > 0 and found["demands", "strain"].low > 0
    assert found["resources", "engagement"].detail == {
        "source": RESOURCES, "target": ["uwes-9.total"], "rounds": [["Ronde 1", "Ronde 2"]],
    }  # fmt: skip


def test_more_rounds_are_laid_together_the_last_four_at_most(here):
    made = publish(here, relations_world.answers(here, 6))
    row = ReleasedRelation.objects.get(release=made[-1], source="resources", target="engagement")
    assert row.detail["rounds"] == [[f"Ronde {at}", f"Ronde {at + 1}"] for at in (3, 4, 5)]
    assert row.n == 120 and row.low > 0
    # Nothing planted: engagement then, resources later.
    back = ReleasedRelation.objects.get(release=made[-1], source="engagement", target="resources")
    assert back.low <= 0 <= back.high


def test_of_very_many_people_the_last_two_rounds_are_enough(here, monkeypatch):
    monkeypatch.setattr("draagkracht.insights.release.relations.MANY_PEOPLE", 100)
    made = publish(here, relations_world.answers(here, 3))
    rounds = {str(row.detail["rounds"]) for row in made[-1].relations.exclude(kind="impact")}
    assert rounds == {"[['Ronde 2', 'Ronde 3']]"}


def test_exchanging_complete_records_of_people_who_share_their_places_changes_no_byte(here):
    """In every round everybody may swap all answers with somebody who was in the same atoms each time."""
    rounds = relations_world.answers(here, 3)
    before, cells = attempt(here, rounds)
    draw = np.random.default_rng(3)
    names = {person.pseudonym: person for person in here.people}
    swapped = [dict(given) for given in rounds]
    for cell in set(cells.values()):
        together = [names[one] for one, own in cells.items() if own == cell]
        for place, source in zip(together, draw.permutation(len(together)), strict=True):
            for number in range(3):
                swapped[number][place] = rounds[number][together[source]]
    assert sum(swapped[0][one] != rounds[0][one] for one in here.people) > 60
    after, same = attempt(here, swapped)
    assert same == cells and after == before
    # The test can fail: swapped over atoms, the records give other figures.
    turned = here.people[::-1]
    crossed = [
        {one: given[two] for one, two in zip(here.people, turned[7:] + turned[:7], strict=True)} for given in rounds
    ]
    assert attempt(here, crossed)[0] != before


def attempt(here, rounds: list[dict]) -> tuple[list, dict]:
    """The rows of these rounds and each person's atoms in them; nothing of it stays."""
    with transaction.atomic():
        made = publish(here, rounds)
        cells: dict = {}
        for release in made:
            structure = ReleasedStructure.objects.get(release=release, k=8)
            for path, people in atoms_of(structure).items():
                for person in people:
                    cells[person] = (*cells.get(person, ()), path)
        found = [rows(release) for release in made]
        transaction.set_rollback(True)
    return found, cells


def test_too_few_people_for_many_factors_still_tell_each_alone_and_below_fifty_nothing(here):
    given = relations_world.answers(here, 1)[0]
    chosen = {person: own for at, (person, own) in enumerate(given.items()) if at < 60}
    few = {person: own for at, (person, own) in enumerate(given.items()) if at < 40}
    sixty, forty = publish(here, [chosen, few])
    assert {one[8] for one in rows(sixty, statistic="partial")} == {"too-few"}
    assert {one[8] for one in rows(sixty, statistic="simple")} == {""}
    for kept in (rows(forty), rows(sixty, statistic="partial")):
        assert kept and all(one[4:9] == (None, None, None, None, "too-few") for one in kept)


def test_the_strictest_smallest_group_of_the_measures_counts(here):
    """In the Netherlands strain needs sixteen: relations are computed within the atoms of that plan, for engagement too."""
    here.organisation.country = "NL"
    here.organisation.save()
    given = relations_world.answers(here, 1)[0]
    wave = relations_world.close(here, "Ronde 1", given, 1)
    made = door.prepare(wave)
    assert len(made.plans[16].atoms) < len(made.plans[5].atoms)
    scores = {person.pseudonym: own for person, own in given.items()}
    counted = [(at, scores[one]) for at, people in enumerate(made.plans[16].atoms.values()) for one in people]
    fit = fit_within(
        [own["uwes-9.total"] for _, own in counted],
        [[own["pulse.social_support"] for _, own in counted]],
        [at for at, _ in counted],
    )
    row = next(
        one for one in made.relations
        if (one.statistic, one.source, one.target) == ("simple", "pulse.social_support", "engagement")
    )  # fmt: skip
    assert row.low - 1e-6 <= fit.coefficients[0].low and row.value == pytest.approx(fit.coefficients[0].b, abs=0.0251)


def test_who_skipped_most_questions_makes_no_data_and_tells_no_number(here):
    given = relations_world.answers(here, 1)[0]
    for person in here.people[:70]:
        given[person] |= {"pulse.recovery": None}
    (release,) = publish(here, [given])
    assert {one[8] for one in rows(release, statistic="partial")} == {"no-data"}
    assert [one[2] for one in rows(release, statistic="simple", reason="no-data")] == ["pulse.recovery"] * 2


def test_answers_that_are_all_the_same_look_like_nothing_known(here):
    given = relations_world.answers(here, 1)[0]
    for own in given.values():
        own["pulse.recovery"] = 5.0
    (release,) = publish(here, [given])
    told = relations.impact(release)["pulse.recovery"]["strain"]
    assert (told.low, told.value, told.high, told.n, told.reason) == (-1, 0, 1, 120, "")


@pytest.mark.parametrize("differ", [0, 1, 2, 3])
@pytest.mark.parametrize("measure", ["pulse.role_conflict", "uwes-9.total"])
def test_all_the_same_but_for_a_few_can_not_be_told_from_all_the_same(here, measure, differ):
    given = relations_world.answers(here, 1)[0]
    for at, person in enumerate(here.people):
        given[person][measure] = 5.0 if at in (0, 15, 37)[:differ] else 1.0
    (release,) = publish(here, [given])
    made = [
        one
        for one in release.relations.filter(kind="impact")
        if one.source == measure or measure in one.detail["target"]
    ]
    assert made and {(one.low, one.value, one.high, one.n, one.reason) for one in made} == {(-1, 0, 1, 120, "")}
    assert not any("tangled" in one.detail for one in made)


def test_rounds_about_a_department_are_not_laid_beside_those_of_everybody(here):
    first, second, third = relations_world.answers(here, 3)
    part = {person: own for person, own in second.items() if here.home[person] in [one.id for one in here.units[::2]]}
    one = door.release(relations_world.close(here, "Alles", first, 1))
    door.release(relations_world.close(here, "Deel", part, 2, unit="d0"))
    three = door.release(relations_world.close(here, "Weer alles", third, 3))
    assert ReleasedRelation.objects.filter(release__wave_name="Deel", kind="gain").count() == 0
    assert {str(row.detail["rounds"]) for row in three.relations.filter(kind="gain")} == {"[['Alles', 'Weer alles']]"}
    assert one.alike(three)


@pytest.mark.parametrize("pulse", ["Think of the past four weeks.", "Think of today."])
def test_measures_asked_in_other_words_are_not_paired(here, pulse):
    waves = [
        relations_world.close(here, f"Ronde {at}", given, at)
        for at, given in enumerate(relations_world.answers(here, 2))
    ]
    for wave, instruction in zip(waves, ("Think of the past four weeks.", pulse), strict=True):
        # Content is kept under its hash.
        wave.version.content_hash = instruction
        wave.version.content["languages"] = ["en"]
        for entry in wave.version.content["instruments"]:
            if entry["id"] == "pulse":
                entry["instruction"] = {"en": instruction}
        release = door.release(wave)
    # Demands and resources read otherwise, strain and engagement do not: no pair is left for either cycle.
    assert len(rows(release, kind__in=["gain", "loss"])) == (4 if pulse == "Think of the past four weeks." else 0)


def test_who_was_erased_is_left_aside_later_and_changes_nothing_that_was_published(here):
    from draagkracht.consent.vault import keys

    rounds = relations_world.answers(here, 3)
    one, two = publish(here, rounds[:2])
    before = [rows(one), rows(two)]
    gone = here.people[:15]
    for person in gone:
        keys.drop(person.key_id)
    assert [rows(one), rows(two)] == before
    left = {person: own for person, own in rounds[2].items() if person not in gone}
    three = door.release(relations_world.close(here, "Ronde 3", left, 3))
    assert {row.n for row in three.relations.filter(kind="gain")} == {105}


def test_rows_never_change_and_go_with_their_release(here):
    publish(here, relations_world.answers(here, 1))
    row = ReleasedRelation.objects.first()
    row.value = 0.9
    with pytest.raises(Frozen):
        row.save()
    with pytest.raises(Frozen):
        ReleasedRelation.objects.all().delete()
    with pytest.raises(Frozen):
        ReleasedRelation.objects.update(value=1)


def test_a_release_that_fails_leaves_no_relation(here, monkeypatch):
    monkeypatch.setattr("draagkracht.insights.release.rows.audit", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(here, relations_world.answers(here, 1))
    assert (Release.objects.count(), ReleasedCell.objects.count(), ReleasedRelation.objects.count()) == (0, 0, 0)


def test_a_round_without_outcomes_has_no_relations(here):
    (release,) = publish(here, relations_world.answers(here, 1), instruments=("gse",))
    assert rows(release) == [] and relations.impact(release) == {}


def test_impact_asks_once(here, django_assert_num_queries):
    (release,) = publish(here, relations_world.answers(here, 1))
    with django_assert_num_queries(1):
        relations.impact(release)
