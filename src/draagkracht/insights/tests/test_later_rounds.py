"""A later round is planned beside everything that was published before: read back from the rows of earlier releases."""

import pytest
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.models import ReleasedStructure
from draagkracht.insights.release.history import earlier
from draagkracht.insights.release.rows import atoms_of, structure
from draagkracht.science.disclosure import Member, Policy, plan
from draagkracht.science.tests.disclosure_attacker import isolated
from draagkracht.surveys.queries import roster

from . import build


def later(published, number: int, *silent: str):
    """A round in which the people named did not answer, though they did before."""
    gone = {published.cast.brug.people[name] for name in silent}
    answers = {person: None if person in gone else given for person, given in published.answers.items()}
    return build.wave(published.organisation, f"Round {number}", answers, published.home, number=number)


def by_itself(wave):
    members = [Member(person, path, answered) for person, path, _invited, answered in roster(wave)]
    return plan(members, Policy(), seed=f"brug {Policy().k}")


@pytest.mark.parametrize("number", [1, 4], ids=["the same year", "the next year"])
def test_one_colleague_who_does_not_answer_again_is_not_given_away(published, number):
    with scope(organisation=published.organisation):
        first = ReleasedStructure.objects.get(release=published.release, k=5)
        wave = later(published, number, "linde.bram")
        # Guards the test: planned by itself, the round gives somebody away.
        assert isolated([atoms_of(first), by_itself(wave).atoms]) > 0
        made = door.release(wave)
        assert made.algorithm == "release-3"
        second = ReleasedStructure.objects.get(release=made, k=5)
        assert isolated([atoms_of(first), atoms_of(second)]) == 0
        assert all(len(people) >= 5 for people in atoms_of(second).values())


def test_what_is_stored_is_read_back_as_it_was_planned(published):
    with scope(organisation=published.organisation):
        made = door.prepare(later(published, 1, "linde.bram")).plans[5]
        stored = ReleasedStructure(k=5, **structure(made))
        assert {path: tuple(people) for path, people in atoms_of(stored).items()} == made.atoms


def test_a_round_with_the_same_answers_from_the_same_people_shows_the_same_units(published):
    with scope(organisation=published.organisation):
        made = door.release(later(published, 1))
        first, second = (ReleasedStructure.objects.get(release=released, k=5) for released in (published.release, made))
        shown = [{path for path, unit in one.units.items() if not unit["reason"]} for one in (first, second)]
        assert shown[0] == shown[1] and first.atoms == second.atoms


def test_a_history_under_a_smaller_group_size_counts_when_the_size_is_raised(published):
    organisation = published.organisation
    with scope(organisation=organisation):
        wave = later(published, 1, "linde.bram")
        found = door.published(door.Content(wave.version.content, wave.version.content_hash), organisation)
        climate = [measure for measure in found if measure.data["k"] == 5]
        assert len(earlier(5, climate)) == 1
        for measure in climate:
            measure.data["k"] = 6
        assert len(earlier(6, climate)) == 1
        assert earlier(6, []) == []


def test_every_round_counts_not_only_the_last(published):
    with scope(organisation=published.organisation):
        names = ("linde.bram", "eik.bram", "linde.anna")
        known = [name for name in names if name in published.cast.brug.people]
        for number, name in enumerate(known, start=1):
            door.release(later(published, number, name))
        history = [atoms_of(one) for one in ReleasedStructure.objects.filter(k=5)]
        assert len(history) == 1 + len(known) >= 3
        assert isolated(history) == 0
