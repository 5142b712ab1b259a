"""Who may be in an export, and what must hold before it leaves."""

import os
from collections import Counter

import pytest
from django_scopes import scope

from draagkracht.consent.models import AccessEntry
from draagkracht.consent.queries import access_log
from draagkracht.consent.vault import keys
from draagkracht.consent.vault.models import PersonKey
from draagkracht.insights import rights
from draagkracht.insights.models import ResearchExport, ResearchInclusion
from draagkracht.insights.research import actions
from draagkracht.insights.research.background import Earlier, Known, seniority, table
from draagkracht.insights.research.choices import Choices
from draagkracht.insights.research.decision import ways
from draagkracht.insights.research.gather import gather
from draagkracht.insights.research.reader import telling_routes
from draagkracht.insights.research.records import Record, closed_waves, consenting
from draagkracht.instruments.content import Content
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

from . import research_build as build

WORLD = {"people": 30, "refuse": 2}


@pytest.fixture
def world(world):
    with scope(organisation=world.organisation):
        yield world


def people_of(decision):
    return set(decision.people)


def ids(persons):
    return {person.pk for person in persons}


def test_only_who_says_yes_now_and_has_a_key_is_in_it(world):
    _, decision = actions.examine(world.study, build.opinions(world), "en")
    assert people_of(decision) == ids(world.persons[:28])
    rights.withdraw(world.persons[0], "research")
    rights.withdraw(world.persons[1], "measure")
    rights.erase(world.persons[2])
    PersonKey.objects.filter(id=world.persons[3].key_id).delete()
    _, decision = actions.examine(world.study, build.opinions(world), "en")
    # `measure` was never given here, so there was nothing to take back: the answers came from elsewhere.
    assert people_of(decision) == ids([world.persons[1], *world.persons[4:28]])


def test_who_takes_back_the_consent_to_take_part_is_not_in_it_either(world):
    from draagkracht.consent import purposes
    from draagkracht.consent.actions import grant

    grant(world.persons[1], "measure", "nl", purposes.current("measure", "nl").hash)
    rights.withdraw(world.persons[1], "measure")
    _, decision = actions.examine(world.study, build.opinions(world), "en")
    assert people_of(decision) == ids([world.persons[0], *world.persons[2:28]])


def test_a_yes_to_earlier_words_does_not_count_for_new_ones(world, monkeypatch):
    from draagkracht.consent import purposes

    known = purposes.catalogue()
    newer = {**known, "research": {**known["research"], 2: known["research"][1]}}
    monkeypatch.setattr(purposes, "catalogue", lambda: newer)
    assert consenting() == {}


def test_an_open_wave_and_a_wave_of_another_organisation_cannot_be_asked_for(world):
    before = closed_waves()
    world.waves[0].closed_at = None
    world.waves[0].save()
    assert [wave.pk for wave in closed_waves()] == [world.waves[1].pk] and len(before) == 2
    with scope(organisation=world.cast.buurt.organisation):
        assert closed_waves() == [] and consenting() == {}


def test_nobody_elses_answers_are_opened(world, monkeypatch):
    opened = []
    original = keys.unseal_many

    def unseal_many(items):
        items = list(items)
        opened.extend(key for key, _, _ in items)
        return original(items)

    monkeypatch.setattr(keys, "unseal_many", unseal_many)
    actions.examine(world.study, build.opinions(world), "en")
    assert set(opened) == {person.key_id for person in world.persons[:28]}


def test_background_that_makes_groups_small_is_refused_and_ways_out_pass(world):
    choices = build.opinions(world, background={"unit": "2", "profession": "exact"})
    material, decision = actions.examine(world.study, choices, "en")
    assert not decision.passed and decision.verdict.smallest < material.demand.k
    with pytest.raises(Refusal):
        actions.export(world.study, choices, "en", world.researcher)
    assert not ResearchExport.objects.exists() and not ResearchInclusion.objects.exists()
    found = ways(material)
    assert found
    for way in found:
        _, again = actions.examine(world.study, way.choices, "en")
        assert again.passed and (len(again.people), again.left_out) == (way.people, way.left_out)


def test_people_are_left_out_only_when_that_was_accepted_and_they_are_few(world):
    # A profession of two people of 28: seven in a hundred.
    for person in world.persons[:28]:
        person.memberships.update(profession="Nurse")
    for person in world.persons[:2]:
        person.memberships.update(profession="Diver")
    choices = build.opinions(world, background={"profession": "exact"})
    _, refused = actions.examine(world.study, choices, "en")
    assert not refused.passed and refused.verdict.too_small == 2
    accepted = build.opinions(world, background={"profession": "exact"}, leave_out=True)
    _, decision = actions.examine(world.study, accepted, "en")
    assert decision.passed and decision.left_out == 2 and people_of(decision) == ids(world.persons[2:28])
    for person in world.persons[2:4]:
        person.memberships.update(profession="Pilot")
    _, too_many = actions.examine(world.study, accepted, "en")
    assert not too_many.passed, "four of 28 is more than one in ten"


def test_what_left_before_counts_for_the_study_for_its_researcher_and_for_everybody_with_the_same_wave(world):
    for number, person in enumerate(world.persons[:28]):
        person.memberships.update(profession="Nurse" if number < 14 else "Cook")
    first = build.opinions(world, background={"profession": "exact"})
    by_shift = build.opinions(world, background={"own.shift": "exact"}, answers=("own.mood",))
    _, decision = actions.examine(world.study, by_shift, "en")
    assert decision.passed and decision.verdict.smallest == 14
    actions.export(world.study, first, "en", world.researcher).file.close()
    _, decision = actions.examine(world.study, by_shift, "en")
    assert not decision.passed and decision.verdict.smallest == 7, "profession by shift: seven people"
    other = actions.begin_study(world.organisation, "Other", "?", "", world.researcher)
    assert not actions.examine(other, by_shift, "en")[1].passed
    stranger = actions.begin_study(world.organisation, "Third", "?", "", world.cast.accounts["privacy-officer"])
    assert not actions.examine(stranger, by_shift, "en")[1].passed, "equal answers join the two files"


def test_who_says_yes_later_waits_for_enough_others(world):
    from draagkracht.consent import purposes
    from draagkracht.consent.actions import grant

    actions.export(world.study, build.opinions(world), "en", world.researcher).file.close()
    for person in world.persons[28:]:
        grant(person, "research", "nl", purposes.current("research", "nl").hash)
    _, decision = actions.examine(world.study, build.opinions(world, leave_out=True), "en")
    assert decision.passed and people_of(decision) == ids(world.persons[:28]) and decision.left_out == 2


def test_being_asked_something_tells_what_was_left_out(world):
    content = gather(world.organisation, build.opinions(world), [], closed_waves(), "en").contents
    content = content[world.waves[0].pk]
    assert telling_routes(content, build.opinions(world)) == []
    left_out = build.opinions(world, answers=("own.nights_hard",))
    assert telling_routes(content, left_out) == ["own.nights_hard"]
    background = build.opinions(world, answers=("own.nights_hard",), background={"own.shift": "exact"})
    assert telling_routes(content, background) == ["own.nights_hard"]
    _, decision = actions.examine(world.study, left_out, "en")
    assert decision.verdict.classes == 2 and decision.verdict.smallest == 14


def test_a_route_through_another_route_tells_as_much():
    def item(code, kind="likert", show=None):
        entry = {"code": f"own.{code}", "instrument": "own", "item": code, "kind": kind, "text": {"en": code}}
        return entry | ({"show": show} if show else {})

    def answered(code):
        return ["answered", ["v", f"own.{code}"]]

    items = [item("shift", "choice"), item("a", show=answered("shift")), item("b", show=answered("a")), item("c")]
    items.append(item("d", show=answered("c")))
    content = Content({"items": items, "sections": [], "instruments": []}, "")
    choices = Choices(waves=(1,), answers=("own.b", "own.d"))
    assert telling_routes(content, choices) == ["own.b"]


def test_the_export_is_written_down_for_the_study_and_for_each_person(world):
    parcel = actions.export(world.study, build.opinions(world), "en", world.researcher)
    parcel.file.close()
    made = ResearchExport.objects.get()
    assert (made.number, made.counts["people"], made.counts["rows"]) == (1, 28, 56)
    assert set(ResearchInclusion.objects.values_list("person_id", flat=True)) == ids(world.persons[:28])
    entries = AccessEntry.objects.filter(what="export.research")
    assert set(entries.values_list("person_id", flat=True)) == ids(world.persons[:28])
    look = access_log(world.persons[0])[0]
    assert "Sleep (1)" in look.what and world.researcher.name in look.who
    line = AuditLine.objects.get(act="research.exported")
    assert line.detail["hash"] == made.digest and line.account == world.researcher
    rights.erase(world.persons[0])
    assert not ResearchInclusion.objects.filter(person=world.persons[0]).exists()


@pytest.mark.parametrize("change", ["withdrawn", "another file", "a file of another study", "closed"])
def test_a_file_is_thrown_away_when_something_changed_while_it_was_made(world, monkeypatch, change):
    original = actions.write_package

    def meanwhile(*given):
        monkeypatch.setattr(actions, "write_package", original)
        if change == "withdrawn":
            rights.withdraw(world.persons[0], "research")
        elif change == "another file":
            actions.export(world.study, build.opinions(world), "en", world.researcher).file.close()
        elif change == "a file of another study":
            other = actions.begin_study(world.organisation, "Other", "?", "", world.cast.accounts["privacy-officer"])
            actions.export(other, build.opinions(world), "en", None).file.close()
        else:
            actions.close_study(world.study, None)
        return original(*given)

    monkeypatch.setattr(actions, "write_package", meanwhile)
    with pytest.raises(Refusal) as refused:
        actions.export(world.study, build.opinions(world), "en", world.researcher)
    assert refused.value.status == 409
    assert ResearchExport.objects.count() == ("file" in change)


def test_what_was_cut_off_is_swept_away_and_nothing_stays(world, tmp_path):
    old, young = tmp_path / "research-old", tmp_path / "research-young"
    for left in (old, young):
        left.mkdir()
        (left / "data.csv").write_text("x")
    os.utime(old, (0, 0))
    actions.export(world.study, build.opinions(world), "en", world.researcher).file.close()
    assert [one.name for one in tmp_path.glob("research-*")] == ["research-young"]


def test_pseudonyms_hold_for_one_study_and_die_with_it(world):
    from draagkracht.insights.research.dataset import pseudonym

    other = actions.begin_study(world.organisation, "Other", "?", "", world.researcher)
    secrets = [actions._secret(study) for study in (world.study, other)]
    assert secrets[0] != secrets[1] and len(secrets[0]) == 32
    person = world.persons[0].pseudonym
    codes = {pseudonym(secret, person) for secret in secrets}
    assert len(codes) == 2 and all(len(code) == 16 and str(person)[:8] not in code for code in codes)
    assert actions.close_study(world.study, world.researcher) and not actions.close_study(world.study, None)
    world.study.refresh_from_db()
    assert bytes(world.study.sealed) == b"" and not PersonKey.objects.filter(id=world.study.key_id).exists()
    with pytest.raises(Refusal) as refused:
        actions.export(world.study, build.opinions(world), "en", world.researcher)
    assert refused.value.status == 410
    with pytest.raises(Refusal) as taken:
        actions.begin_study(world.organisation, "Other", "?", "", None)
    assert taken.value.status == 409


def test_the_smallest_group_is_never_smaller_than_published_figures_have(world):
    material, _ = actions.examine(world.study, build.opinions(world, k=1), "en")
    strictest = max(one.measure.data["k"] for one in material.sensitive if one.measure)
    assert material.demand.k == strictest > 5
    material, _ = actions.examine(world.study, build.opinions(world, k=25), "en")
    assert material.demand.k == 25


# -- the table of the check, without a database ------------------------------------------------------------------------


def record(person, wave=1, path=("o", "d", "t"), profession="Nurse", years=3.0):
    return Record(person, wave, path, profession, years)


def known(records, earlier=(), k=2):
    return Known(records, {}, 2, list(earlier), k)


def test_units_go_from_teams_to_departments_to_nothing():
    rows = [record(1), record(2, path=("o", "d", "u"))]
    seen = table(known(rows), Choices(waves=(1,), background={"unit": "2"}))
    unit = next(one for one in seen.attributes if one.name == "unit")
    assert [len(set(level)) for level in unit.levels] == [2, 1, 1]


def test_rare_professions_are_one_group():
    rows = [record(1), record(2), record(3, profession="Pilot"), record(4, profession="Diver")]
    seen = table(known(rows), Choices(waves=(1,), background={"profession": "exact"}))
    levels = next(one for one in seen.attributes if one.name == "profession").levels
    assert [sorted(Counter(level).values()) for level in levels] == [[1, 1, 2], [2, 2], [4]]


def test_the_pattern_of_waves_and_earlier_files_count_and_cannot_be_made_coarser():
    rows = [record(1, 1), record(1, 2), record(2, 1), record(3, 2)]
    before = Earlier(Choices(waves=(1,)), frozenset({1}))
    seen = table(known(rows, [before]), Choices(waves=(2,)))
    assert seen.people == [1, 3], "who is in none of the chosen waves is not in the file"
    fixed = {one.name: one.levels for one in seen.attributes}
    assert fixed["waves"] == ([(1, 2), (2,)],) and fixed["earlier"] == ([(True,), (False,)],)


def test_what_left_at_a_finer_step_cannot_be_taken_back():
    rows = [record(1), record(2, path=("o", "d", "u"))]
    before = Earlier(Choices(waves=(1,), background={"unit": "2"}), frozenset({1, 2}))
    seen = table(known(rows, [before]), Choices(waves=(1,), background={"unit": "1"}))
    unit = next(one for one in seen.attributes if one.name == "unit")
    assert [len(set(level)) for level in unit.levels] == [2]


@pytest.mark.parametrize(
    ("years", "five", "two"),
    [(0, 0, 0), (1.99, 0, 0), (2, 2, 0), (5, 5, 5), (19.9, 10, 5), (40, 20, 5), (None, None, None)],
)
def test_seniority_falls_in_its_class(years, five, two):
    assert (seniority(years, "exact"), seniority(years, "coarse")) == (five, two)
