"""Step 6 in a release: attacked before any answer is read, withheld where it breaks, kept for the privacy officer."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights import audit
from draagkracht.insights import release as door
from draagkracht.insights.models import Release, ReleasedCell, ReleasedStructure
from draagkracht.insights.release import gate as door_gate
from draagkracht.insights.shared.gate import sentences
from draagkracht.science.attack import answers
from draagkracht.science.gate import Outcome
from draagkracht.surveys.models import RosterEntry

from . import build


def later_wave(published):
    """A closed second round of the same people; of every atom of more than five one does not answer any more."""
    with scope(organisation=published.organisation):
        wave = build.wave(published.organisation, "Later", published.answers, published.home, number=2)
        atoms = ReleasedStructure.objects.get(k=5, release=published.release).atoms
        gone = [people[0] for people in atoms.values() if len(people) > 5]
        assert len(gone) > 1
        RosterEntry.objects.filter(wave=wave, pseudonym__in=gone).update(answered=False)
    return wave


@pytest.fixture
def forgetful(monkeypatch):
    """A planner that looks at no earlier round: the mistake that the gate is there for.

    Pseudonyms are drawn anew in each test, and made-up answers hang on them: with many sets somebody is always found.
    """
    monkeypatch.setattr(answers, "USUAL", 16)
    monkeypatch.setattr(door, "earlier", lambda k, found: [])


def ungated(gate, drafts):
    """Step 6 left out."""
    return {k: draft(frozenset()) for k, draft in drafts.items()}


def test_a_first_round_passes_and_says_what_was_tried(published):
    assert published.release.algorithm == "release-3"
    gate = published.release.gate
    assert set(gate) == {str(k) for k in published.release.policy} and gate
    for outcome in gate.values():
        assert outcome["people"] == outcome["left"] == outcome["past"] == 0 and outcome["units"] == []
        assert outcome["insiders"] == 1 and outcome["answers"] and outcome["questions"] >= 1 and outcome["tries"] == 1


def test_what_the_planner_overlooks_the_gate_withholds(published, forgetful):
    wave = later_wave(published)
    with scope(organisation=published.organisation):
        made = door.release(wave)
        gate = Release.objects.get(pk=made.pk).gate["5"]
        reasons = {path: row["reason"] for path, row in ReleasedStructure.objects.get(release=made, k=5).units.items()}
        shown = ReleasedCell.objects.filter(release=made, measure="pulse.social_support", reason="", statistic="mean")
        told = {cell.unit.path for cell in shown}
    assert gate["people"] and gate["units"] and not gate["left"]
    assert {reasons[path] for path in gate["units"]} == {"protected"} and told.isdisjoint(gate["units"])
    assert audit.main(["--organisation", "brug", "--measure", "pulse.social_support", "--answers", "usual"]) == 0


def test_no_answer_is_unsealed_before_the_gate_has_passed(published, monkeypatch):
    wave = later_wave(published)
    order = []
    plans, breakdowns, scores = door.Gate.plans, door.Gate.breakdowns, door.sealed_scores
    monkeypatch.setattr(door.Gate, "plans", lambda *given: order.append("gate") or plans(*given))
    monkeypatch.setattr(door.Gate, "breakdowns", lambda *given: order.append("breakdowns") or breakdowns(*given))
    monkeypatch.setattr(door, "sealed_scores", lambda given: order.append("scores") or scores(given))
    with scope(organisation=published.organisation):
        door.release(wave)
    assert order == ["gate", "breakdowns", "scores"]


def test_a_gate_that_fails_stops_the_release_before_any_answer(published, monkeypatch):
    wave = later_wave(published)

    def broken(*given):
        raise ArithmeticError("the solver gave up")

    monkeypatch.setattr(door.Gate, "plans", broken)
    monkeypatch.setattr(door, "sealed_scores", lambda given: pytest.fail("an answer was read"))
    with scope(organisation=published.organisation):
        with pytest.raises(ArithmeticError):
            door.release(wave)
        assert not Release.objects.filter(wave_id=wave.id).exists()


def test_what_earlier_rounds_give_away_is_told_and_stops_nothing(published, forgetful, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(door.Gate, "plans", ungated)
        with scope(organisation=published.organisation):
            door.release(later_wave(published))
    with scope(organisation=published.organisation):
        third = build.wave(published.organisation, "Third", published.answers, published.home, number=3)
        gate = door.release(third).gate["5"]
    assert gate["past"] and not gate["left"]


def test_the_privacy_officer_reads_what_was_tried_and_what_it_cost(published, forgetful, sign_in):
    wave = later_wave(published)
    with scope(organisation=published.organisation):
        made = door.release(wave)
        names = dict(made.units.values_list("path", "name"))
    officer = sign_in(published.cast.accounts["privacy-officer"])
    first, later = (
        officer.get(reverse("insights:release", args=[one.pk])).content.decode() for one in (published.release, made)
    )
    assert "Er werd niemand gevonden." in first and "Daarom niet getoond" not in first
    assert "te vinden" in later and "Daarom niet getoond, tot er niemand meer te vinden was: " in later
    hidden = ", ".join(names[path] for path in made.gate["5"]["units"])
    assert f"te vinden was: {hidden}." in later and not any(p.pseudonym.hex in later for p in published.answers)


def test_when_somebody_is_found_whatever_is_withheld_nothing_of_that_k_is_published(published, monkeypatch, sign_in):
    """A gate that ends with people still found: not one figure of that smallest group, and it says so."""
    wave, gated, over = later_wave(published), door_gate.gated, {}

    def never_done(draft, questions):
        plan, outcome = gated(draft, questions)
        # Only the k that comes first: the others stay as they are.
        left = 2 if over.setdefault("first", id(draft)) == id(draft) else 0
        return plan, replace(outcome, people=outcome.people + left, left=left)

    monkeypatch.setattr(door_gate, "gated", never_done)
    with scope(organisation=published.organisation):
        made = door.release(wave)
        stopped, *others = [k for k, one in sorted(made.gate.items(), key=lambda one: int(one[0])) if one["left"]]
        structure = ReleasedStructure.objects.get(release=made, k=int(stopped))
        assert not structure.atoms and all(unit["reason"] for unit in structure.units.values()) and not others
        of_k = {one["id"] for one in made.measures if one["k"] == int(stopped)}
        cells = ReleasedCell.objects.filter(release=made, measure__in=of_k)
        assert cells.exists() and not cells.filter(reason="").exists()
    officer = sign_in(published.cast.accounts["privacy-officer"])
    page = officer.get(reverse("insights:release", args=[made.pk])).content.decode()
    assert "2 mensen zijn te vinden, wat er ook wegblijft. Daarom staat van deze vragen in deze ronde niets." in page


def test_a_release_from_before_says_so():
    assert len(sentences(None, {})) == len(sentences({}, {})) == 1
    outcome = Outcome(("a",), 1, 1, 0.5, 2, ("o / t",), 2, 1, 0).stored() | {"breakdowns": ["contract"]}
    said = " ".join(sentences(outcome, {"o / t": "Team T"}))
    assert "Team T" in said and "contract" in said
