"""Answers in own words: sealed until a human approved them, published once, and never a way back to who wrote them."""

import datetime
import json
import random

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.consent.vault import keys
from draagkracht.consent.vault.models import PersonKey
from draagkracht.insights import rights
from draagkracht.insights.models import (
    Frozen,
    ReleasedQuestion,
    ReleasedText,
    TextDecision,
    TextReader,
    TextReading,
    Verdict,
)
from draagkracht.insights.reading import actions
from draagkracht.insights.release import texts
from draagkracht.people.models import AuditLine
from draagkracht.surveys.models import Submission
from draagkracht.surveys.queries import context
from draagkracht.ui.refusal import Refusal

from . import text_world
from .text_world import BETTER, HIDDEN, PROUD, better


@pytest.fixture
def world(cast):
    made = text_world.world(cast)
    with scope(organisation=made.organisation):
        yield made


def decide(reading, chooses=lambda piece: (Verdict.WHOLE, ())) -> None:
    desk = actions.desk(reading)
    for piece in desk.waiting:
        verdict, without = chooses(piece)
        actions.decide(reading, piece, verdict, without, 0, reading.begun_by)


def published(world, chooses=lambda piece: (Verdict.WHOLE, ())):
    reading = actions.begin(world.release, world.reader)
    decide(reading, chooses)
    actions.publish(reading, world.reader)
    return reading


def lists() -> dict[tuple[str, str], list[str]]:
    """(path, question) -> texts in their order, of everything that was published."""
    return {
        (row.unit.path, row.code): list(ReleasedText.objects.filter(question=row).order_by("place").values_list("text", flat=True))
        for row in ReleasedQuestion.objects.select_related("unit")
    }  # fmt: skip


def test_only_the_texts_of_open_questions_that_everybody_was_asked_leave_the_door(world):
    found = texts.material(world.release)
    assert [one.code for one in found.questions] == [BETTER, PROUD]
    assert {len(of) for of in found.given.values()} == {30}
    assert HIDDEN not in repr(found)


def test_nothing_that_was_written_is_stored_before_it_is_published(world):
    reading = actions.begin(world.release, world.reader)
    decide(reading, lambda piece: (Verdict.SHORTENED, [0, 2]))
    word = "rust"
    for name in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - every table of the test database
            assert word not in repr(cursor.fetchall()), name
    actions.publish(reading, world.reader)
    assert ReleasedText.objects.filter(text__contains=word).exists()


def test_a_department_shows_its_own_texts_and_the_whole_shows_all_in_one_order(world):
    published(world)
    found = lists()
    assert len(found["brug", BETTER]) == 30
    shown = [path for path in ("brug / thuiszorg", "brug / woonzorg") if found[path, BETTER]]
    # Without Jeugd's six the third department would follow from the others: one of the two is withheld.
    assert len(shown) == 1
    code = shown[0].split(" / ")[1]
    own = [better(key) for key in world.cast.brug.people if key.split(".")[0] in text_world_teams(code)]
    assert sorted(found[shown[0], BETTER]) == sorted(own)
    assert [text for text in found["brug", BETTER] if text in own] == found[shown[0], BETTER]
    reasons = dict(ReleasedQuestion.objects.filter(code=BETTER).values_list("unit__path", "reason"))
    assert reasons["brug / jeugd"] == "too-few"
    assert sorted(reasons.values()) == ["", "", "protected", "too-few"]
    assert not any("linde" in path or "horizon" in path for path, _ in found)


def text_world_teams(department: str) -> list[str]:
    from draagkracht.conftest import TREE

    return TREE[department]


def test_two_questions_of_one_person_stand_in_orders_that_have_nothing_to_do_with_each_other(world):
    published(world)
    found = lists()
    first = [text.split("zegt ")[1].rstrip(".") for text in found["brug", BETTER]]
    second = [text.split(", ")[1].rstrip("!") for text in found["brug", PROUD]]
    assert first != second
    same = sum(a == b for a, b in zip(first, second, strict=True))
    # Of two independent draws one text stands in its place on average; eight or more has a chance of 1 in 100,000.
    assert same < 8


def test_words_taken_out_leave_no_trace_and_a_text_left_out_is_in_no_list(world):
    def chooses(piece):
        if "linde.amina" in piece.text:
            return Verdict.LEFT_OUT, ()
        return (
            (Verdict.SHORTENED, [5, 6])
            if "eik.bram" in piece.text and piece.question.code == BETTER
            else (Verdict.WHOLE, ())
        )

    published(world, chooses)
    every = [text for of in lists().values() for text in of]
    assert not any("linde.amina" in text or "eik.bram" in text for text in every if "Op mijn" not in text)
    assert "Meer rust tijdens de late, […]" in every
    assert len(lists()["brug", BETTER]) == 29


def test_what_was_published_never_changes_after_an_erasure(world):
    published(world)
    before = lists()
    rights.erase(world.cast.brug.people["noord.amina"])
    assert lists() == before
    with pytest.raises(Frozen):
        ReleasedText.objects.all().delete()
    with pytest.raises(Frozen):
        ReleasedQuestion.objects.first().save()


def test_who_was_erased_or_withdrew_before_publishing_is_not_in_it(world):
    reading = actions.begin(world.release, world.reader)
    decide(reading)
    rights.erase(world.cast.brug.people["noord.amina"])
    rights.withdraw(world.cast.brug.people["noord.bram"], "measure")
    actions.publish(reading, world.reader)
    every = repr(lists())
    assert "noord.amina" not in every and "noord.bram" not in every
    assert "noord.daan" in every


def test_who_was_not_told_beforehand_is_not_read(cast):
    made = text_world.world(cast, told=False)
    with scope(organisation=made.organisation):
        assert texts.material(made.release).given == {}
        assert texts.people_read(made.release) == []
        # Agreeing to the new words later does not reach back.
        amina = cast.brug.people["linde.amina"]
        text_world.agree(amina)
        Grant.objects.filter(person=amina, version=2).update(granted_at=timezone.now() + datetime.timedelta(days=1))
        assert texts.material(made.release).given == {}


def told_to(monkeypatch, knows) -> None:
    """People for whom `knows(email key)` is false agreed to words from before anybody was told who reads."""
    agree = text_world.agree
    monkeypatch.setattr(text_world, "agree", lambda person, told=True: agree(person, told=knows(person.pk)))


@pytest.mark.parametrize("writers", [1, 9, 10])
def test_only_who_knew_who_reads_counts_towards_the_ten_who_may_have_written(cast, monkeypatch, writers):
    knew = [person.pk for person in cast.brug.people.values()][:writers]
    told_to(monkeypatch, knew.__contains__)
    made = text_world.world(cast)
    with scope(organisation=made.organisation):
        assert len(texts.people_read(made.release)) == (10 if writers == 10 else 0)
        published(made)
        whole = ReleasedQuestion.objects.get(code=BETTER, unit__depth=0)
        assert (whole.n, whole.reason) == ((10, "") if writers == 10 else (None, "too-few"))
        assert ReleasedText.objects.filter(question=whole).count() == (10 if writers == 10 else 0)


def test_two_lists_differ_by_ten_people_who_knew_who_reads(cast, monkeypatch):
    """Woonzorg and Thuiszorg have twelve each, but only two of Jeugd and Thuiszorg together knew: their texts stand alone."""
    people = cast.brug.people
    knew = [
        one.pk for key, one in people.items() if key.split(".")[0] in ("linde", "eik") or key.endswith("zuid.amina")
    ]
    told_to(monkeypatch, [*knew, people["horizon.amina"].pk].__contains__)
    made = text_world.world(cast)
    with scope(organisation=made.organisation):
        published(made)
        shown = {path for (path, code), found in lists().items() if found}
    assert shown == {"brug"}


def test_who_withdrew_after_closing_is_not_read(world):
    gone = world.cast.brug.people["noord.bram"]
    rights.withdraw(gone, "measure")
    assert gone.pk not in texts.people_read(world.release) and len(texts.people_read(world.release)) == 29
    assert gone.pseudonym not in {person for of in texts.material(world.release).given.values() for person, _ in of}
    actions.begin(world.release, world.reader)
    assert not AccessEntry.objects.filter(what="texts.read", person=gone).exists()


def test_a_round_of_fewer_than_ten_is_not_even_unsealed(cast):
    few = lambda key: text_world.everybody(key) if key.startswith("linde") else None  # noqa: E731
    made = text_world.world(cast, few)
    with scope(organisation=made.organisation):
        with CaptureQueriesContext(connections["vault"]) as asked:
            assert texts.material(made.release).given == {}
        assert not asked.captured_queries
        assert texts.people_read(made.release) == []


def test_everybody_who_is_read_can_see_it_at_once_whether_they_wrote_or_not(cast):
    silent = lambda key: text_world.everybody(key) if key != "eik.eva" else {}  # noqa: E731
    made = text_world.world(cast, silent)
    with scope(organisation=made.organisation):
        actions.begin(made.release, made.reader)
        actions.begin(made.release, made.reader)
        lines = AccessEntry.objects.filter(what="texts.read")
        assert lines.count() == 30
        assert lines.values("at").distinct().count() == 1
        assert {line.account_id for line in lines} == {made.reader.pk}
        assert AuditLine.objects.filter(act="texts.reading-begun").count() == 1


def test_a_text_that_many_wrote_is_decided_once_and_shown_once(cast):
    made = text_world.world(
        cast, lambda key: {BETTER: "Niets.\u202e", PROUD: "\u200f"} if key != "eik.eva" else {BETTER: "Niets."}
    )
    with scope(organisation=made.organisation):
        reading = actions.begin(made.release, made.reader)
        desk = actions.desk(reading)
        assert [(piece.text, piece.times) for piece in desk.pieces] == [("Niets.", 30)]
        decide(reading)
        assert actions.publish(reading, made.reader) == 1
        assert ReleasedText.objects.filter(question__unit__depth=0).values_list("text", "times").get() == ("Niets.", 30)
        assert set(ReleasedQuestion.objects.filter(code=PROUD).values_list("reason", flat=True)) <= {"no-data", "too-few", "protected"}  # fmt: skip


def test_two_readers_at_once_do_not_overwrite_each_other(world):
    reading = actions.begin(world.release, world.reader)
    other = world.cast.accounts["researcher"]
    actions.begin(world.release, other)
    piece = actions.desk(reading).waiting[0]
    actions.decide(reading, piece, Verdict.LEFT_OUT, (), 0, world.reader)
    with pytest.raises(Refusal) as refused:
        actions.decide(reading, piece, Verdict.WHOLE, (), 0, other)
    assert refused.value.status == 409
    assert actions.decisions(reading)[piece.mark].verdict == Verdict.LEFT_OUT
    actions.decide(reading, piece, Verdict.WHOLE, (), 1, other)
    assert actions.decisions(reading)[piece.mark].verdict == Verdict.WHOLE
    assert TextDecision.objects.count() == 2 and TextReader.objects.count() == 2
    assert TextReading.objects.count() == 1


def test_publishing_waits_for_every_text_and_happens_once(world):
    reading = actions.begin(world.release, world.reader)
    with pytest.raises(Refusal):
        actions.publish(reading, world.reader)
    assert not ReleasedQuestion.objects.exists()
    decide(reading)
    actions.publish(reading, world.reader)
    for again in (lambda: actions.publish(reading, world.reader), lambda: actions.begin(world.release, world.reader)):
        with pytest.raises(Refusal) as refused:
            again()
        assert refused.value.status == 409
    assert AuditLine.objects.filter(act="texts.published").count() == 1


def test_after_publishing_nobody_can_tell_which_text_a_decision_was_about(world):
    reading = published(world, lambda piece: (Verdict.LEFT_OUT if "eik" in piece.text else Verdict.WHOLE, ()))
    reading.refresh_from_db()
    assert bytes(reading.sealed) == b""
    assert not PersonKey.objects.filter(id=reading.key_id).exists()
    with pytest.raises(keys.KeyGone):
        actions.secret(reading)
    assert "rust" not in json.dumps(list(AuditLine.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("verdict", "without"),
    [("", ()), ("burn", ()), (Verdict.SHORTENED, ()), (Verdict.SHORTENED, range(7)), (Verdict.WHOLE, (1,)), (Verdict.SHORTENED, (99,))],
)  # fmt: skip
def test_a_decision_that_can_not_be_meant_is_refused_and_not_stored(world, verdict, without):
    reading = actions.begin(world.release, world.reader)
    piece = next(one for one in actions.desk(reading).pieces if one.question.code == BETTER)
    with pytest.raises(Refusal) as refused:
        actions.decide(reading, piece, verdict, without, 0, world.reader)
    assert refused.value.status == 400
    assert not TextDecision.objects.exists()


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whose_record_it_was_within_an_atom_changes_no_byte(world, chance: random.Random):
    """Complete records, texts and figures, change hands among the people of an atom: the same lists, byte by byte."""
    secret = b"s" * 32
    before = _everything(world, secret)
    atoms = texts.planned_for(world.release, world.wave)[0].atoms
    rows = {row.person.pseudonym: row for row in Submission.objects.select_related("person").filter(wave=world.wave)}
    opened = {person: keys.unseal(row.key_id, row.sealed, context(row.pk)) for person, row in rows.items()}
    for people in atoms.values():
        shuffled = chance.sample(people, len(people))
        for person, other in zip(people, shuffled, strict=True):
            row = rows[person]
            row.sealed = keys.seal(row.key_id, opened[other], context(row.pk))
            row.save(update_fields=["sealed"])
    assert _everything(world, secret) == before


def _everything(world, secret: bytes) -> str:
    found = texts.material(world.release)
    pieces = texts.pieces(found, secret)
    chosen = (Verdict.WHOLE, Verdict.LEFT_OUT, Verdict.SHORTENED)
    decisions = {
        piece.mark: TextDecision(verdict=chosen[int(piece.mark, 16) % 3], without=[0]) for piece in pieces
    }  # fmt: skip
    return repr((pieces, texts.made_of(found, secret, decisions)))
