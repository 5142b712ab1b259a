"""A questionnaire as it stands, however unfinished; and conditions as clauses that somebody chooses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.instruments import conditions
from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.composer import clauses, edits
from draagkracht.instruments.composer.clauses import Clause
from draagkracht.instruments.composer.kinds import KIND_NAMES, blank_question
from draagkracht.instruments.composer.sketch import sketch
from draagkracht.instruments.document import blank
from draagkracht.instruments.questions import Question
from draagkracht.instruments.tests.test_edits import ACTS, apply

KNOWN = load_all()


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_whatever_is_being_composed_can_be_shown(acts):
    document = blank({}, ["nl", "en"])
    for act in acts:
        document = apply(document, act)
    content = sketch(document, KNOWN, {})
    for question in content.questions:
        assert all(question.text.get(language) for language in content.languages)
    content.shown({})


def test_what_is_missing_is_filled_in_for_the_eye():
    document = edits.add(
        blank({"nl": "P"}, ["nl", "en"]), "s1", blank_question("choice", ["nl"]), {"type": "instrument", "id": "bat-12"}
    )
    document = edits.set_condition(document, "bat-12", None, "{own.later} = 1")
    first, second, *_ = sketch(document, KNOWN, {}).questions
    assert first.text == {"nl": "…", "en": "…"} and len(first.options) == 2
    assert second.text["nl"] == "[bat-12 ex1]" and second.show is None
    # What stands in the draft is not touched by it.
    assert edits.element_of(document, "q")["text"] == {}


def test_every_kind_can_be_shown_empty():
    for kind in KIND_NAMES:
        document = edits.add(blank({}, ["nl"]), "s1", blank_question(kind, ["nl"]))
        assert len(sketch(document, KNOWN, {}).questions) == (0 if kind == "matrix" else 1)


CLAUSES = [
    Clause("own.nights", ">", 2),
    Clause("own.nights", "<=", -1.5),
    Clause("own.day", ">=", "2026-11-21"),
    Clause("own.help", "chosen", 3),
    Clause("own.help", "not-chosen", 3),
    Clause("bat-12.ex1", "answered"),
    Clause("own.text", "not-answered"),
]


@given(st.lists(st.sampled_from(CLAUSES), max_size=5), st.sampled_from(["and", "or"]))
def test_clauses_come_back_as_they_were_chosen(chosen, join):
    text = clauses.joined(chosen, join)
    assert clauses.taken_apart(text) == (chosen, join if len(chosen) > 1 else "and")
    if chosen:
        assert conditions.parse(text)


@pytest.mark.parametrize(
    "text", ["mean({own.a}, {own.b}) > 2", "{own.a} = {own.b}", "({own.a} = 1 or {own.b} = 1) and {own.c} = 1", "{own."]
)
def test_a_condition_that_says_more_is_left_to_its_text(text):
    assert clauses.taken_apart(text) is None


def test_a_value_must_be_one_that_the_question_can_have():
    often = Question("own.o", "own", "o", {"nl": "Vaak?"}, options=((1, {"nl": "nooit"}), (2, {"nl": "soms"})))
    assert clauses.value_of(often, "=", "2") == 2
    number = Question("own.n", "own", "n", {}, "number", minimum=0)
    assert clauses.value_of(number, ">", "2,5") == 2.5
    assert clauses.value_of(Question("own.d", "own", "d", {}, "date"), ">", "2026-11-21") == "2026-11-21"
    assert clauses.value_of(often, "answered", "") is None
    for question, given_value in ((often, "3"), (often, "x"), (number, ""), (number, "1e9"), (number, "٣")):
        with pytest.raises(ValueError):
            clauses.value_of(question, "=", given_value)
    with pytest.raises(ValueError):
        clauses.value_of(Question("own.d", "own", "d", {}, "date"), "=", "21/11/2026")


def test_only_earlier_questions_can_be_looked_at():
    document = blank({"nl": "P"}, ["nl"])
    for code, kind in (("a", "yesno"), ("b", "statement"), ("c", "text")):
        document = edits.add(document, "s1", {**blank_question(kind, ["nl"]), "code": code})
    document = edits.add(edits.add_section(document), "s2", {**blank_question("yesno", ["nl"]), "code": "d"})
    found = sketch(document, KNOWN, {})
    assert [one.code for one in clauses.earlier(found, "own.c", 0)] == ["own.a"]
    assert [one.code for one in clauses.earlier(found, None, 1)] == ["own.a", "own.c"]
    assert clauses.earlier(found, "own.a", 0) == [] and clauses.earlier(found, None, 0) == []
