"""`draagkracht audit released`: the privacy officer reads who is not protected, and that no answer was needed for it."""

import datetime

import pytest
from django.utils import translation
from django_scopes import scope

from draagkracht.consent.models import AccessEntry
from draagkracht.insights import audit
from draagkracht.insights import release as door
from draagkracht.insights.attack.rows import histories, is_certain
from draagkracht.insights.models import ReleasedStructure
from draagkracht.people.models import AuditLine
from draagkracht.surveys.models import RosterEntry
from draagkracht.ui.refusal import Refusal

from . import build

WORDS = ["--organisation", "brug", "--measure", "pulse.social_support"]


def later_round(published, without):
    """A second round of the same people, one of whom does not answer any more."""
    with scope(organisation=published.organisation):
        wave = build.wave(published.organisation, "Later", published.answers, published.home, number=2)
        RosterEntry.objects.filter(wave=wave, pseudonym=without).update(answered=False)
        door.release(wave)


def test_one_round_finds_nobody_and_says_so_in_both_languages(published, capsys):
    assert audit.main(WORDS) == 0
    dutch = capsys.readouterr().out
    assert "niemand van 29 is te vinden" in dutch and "1 meting" in dutch and "Met gewone antwoorden" in dutch
    with translation.override("en"):
        assert audit.main(WORDS) == 0
    english = capsys.readouterr().out
    assert "nobody of 29 is found" in english and "1 round" in english and "no real answer was read" in english


def test_the_rows_become_the_history_that_was_planned(published):
    with scope(organisation=published.organisation):
        every = {one.measure: one for one in histories()}
        support, total = every["pulse.social_support"], every["bat-12.total"]
        stored = ReleasedStructure.objects.get(k=5)
    assert {name: list(people) for name, people in support.history[0].atoms.items()} == stored.atoms
    assert support.history[0].hidden_sum == pytest.approx(1.5) and support.least == 0.5 and support.c == 1
    assert total.total and not support.total
    assert len({one.key for one in every.values()}) < len(every)


def test_who_stops_answering_between_two_rounds_is_protected(published, capsys):
    with scope(organisation=published.organisation):
        atoms = ReleasedStructure.objects.get(k=5).atoms
    later_round(published, max((people for people in atoms.values()), key=len)[0])
    assert audit.main([*WORDS, "--answers", "hostile"]) == 0
    assert "niemand van 29 is te vinden" in capsys.readouterr().out


def test_of_rounds_that_were_not_compared_somebody_is_found_and_the_exit_code_says_so(published, capsys, monkeypatch):
    # As it was published before rounds were compared, and before there was a gate.
    monkeypatch.setattr(door, "earlier", lambda k, found: [])
    monkeypatch.setattr(door.Gate, "plans", lambda gate, drafts: {k: draft(frozenset()) for k, draft in drafts.items()})
    with scope(organisation=published.organisation):
        atoms = ReleasedStructure.objects.get(k=5).atoms
    larger = max((people for people in atoms.values()), key=len)
    later_round(published, larger[0])
    assert audit.main([*WORDS, "--answers", "hostile"]) == 1
    said = capsys.readouterr().out
    assert "te vinden" in said and "2 metingen" in said and "niet beschermd zoals beloofd" in said
    assert larger[0] not in said and "Amina" not in said


def test_damaged_rows_are_refused_in_plain_words(published):
    with scope(organisation=published.organisation):
        stored = ReleasedStructure.objects.get(k=5)
        units = stored.units
        next(row for row in units.values() if not row["reason"])["n"] += 1
        from django.db import connection

        with connection.cursor() as cursor:
            import json

            cursor.execute(
                "UPDATE insights_releasedstructure SET units = %s WHERE id = %s", [json.dumps(units), stored.pk]
            )
    with pytest.raises(Refusal) as refused:
        audit.main(WORDS)
    assert "Maart 2026" in str(refused.value.message)


def test_an_unknown_measure_is_refused_with_those_that_exist(published):
    with pytest.raises(Refusal) as refused:
        audit.main(["--organisation", "brug", "--measure", "pulse.nothing"])
    assert "pulse.social_support" in str(refused.value.message)


def test_an_organisation_without_figures_has_nothing_to_attack(published, capsys):
    assert audit.main(["--organisation", "buurt"]) == 0
    assert "nog niets gepubliceerd" in capsys.readouterr().out


def test_a_range_that_changed_is_another_measure(published):
    with scope(organisation=published.organisation):
        before = len(histories())
        release = published.release
        changed = [data | {"high": data["high"] + 1} for data in release.measures]
        from draagkracht.insights.models import Release

        copy = Release(
            organisation=published.organisation, wave_id=999, wave_name="x", campaign_name="x", measures=changed,
            closed_on=release.closed_on + datetime.timedelta(days=1), policy=release.policy, algorithm="x",
        )  # fmt: skip
        copy.save()
        for one in ReleasedStructure.objects.filter(release=release):
            ReleasedStructure(
                release=copy, organisation=published.organisation, k=one.k, groups=one.groups, units=one.units,
                atoms=one.atoms,
            ).save()  # fmt: skip
        assert len(histories()) == 2 * before


def test_the_alarm_finds_with_real_answers_whom_a_forgetful_release_gave_away(published, capsys, monkeypatch):
    monkeypatch.setattr(door, "earlier", lambda k, found: [])
    monkeypatch.setattr(door.Gate, "plans", lambda gate, drafts: {k: draft(frozenset()) for k, draft in drafts.items()})
    with scope(organisation=published.organisation):
        atoms = ReleasedStructure.objects.get(k=5).atoms
        wave = build.wave(published.organisation, "Later", published.answers, published.home, number=2)
        gone = [people[0] for people in atoms.values() if len(people) > 5]
        RosterEntry.objects.filter(wave=wave, pseudonym__in=gone).update(answered=False)
        door.release(wave)
    assert audit.main(["--organisation", "brug", "--values"]) == 1
    said = capsys.readouterr().out
    assert "Met echte antwoorden" in said and "alarm, geen regel" in said and "te vinden" in said
    assert not any(str(person.pseudonym) in said or person.pseudonym.hex in said for person in published.answers)
    with scope(organisation=published.organisation):
        counted = {person for people in atoms.values() for person in people}
        lines = AccessEntry.objects.filter(what="released.audited")
        assert lines.count() == len(counted) and lines.values("person").distinct().count() == len(counted)
        assert AuditLine.objects.filter(act="released.audited").count() == 1


def test_the_alarm_is_silent_about_one_round_and_reads_nothing_without_being_asked(published, capsys, monkeypatch):
    assert audit.main(["--organisation", "brug", "--values", "--measure", "bat-12.exhaustion"]) == 0
    assert "niemand van 29 is te vinden" in capsys.readouterr().out
    monkeypatch.setattr(audit, "real_answers", lambda *given: pytest.fail("an answer was read"))
    assert audit.main(WORDS) == 0


def test_a_distribution_that_leaves_one_band_is_certain():
    assert is_certain([(0, 50), (50, 50)], 0) and is_certain([(0, 50), (49, 50)], 1)
    assert not is_certain([(0, 50), (48, 50)], 1) and not is_certain([], 1)


def test_the_total_is_attacked_by_its_own_cut_offs_and_the_figures_of_its_parts(published):
    with scope(organisation=published.organisation):
        every = {one.measure: one for one in histories()}
    total, part = every["bat-12.total"], every["bat-12.exhaustion"]
    assert total.edges and total.history[0].atoms == part.history[0].atoms
    assert not audit.is_derived(total, values=False) and audit.is_derived(total, values=True)
