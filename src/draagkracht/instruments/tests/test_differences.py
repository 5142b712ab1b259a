"""What changes between two versions, and what that means for trends."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.instruments import content, differences
from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.composer import edits
from draagkracht.instruments.document import blank
from draagkracht.instruments.texts import shipped

KNOWN = load_all()
NIGHTS = {"type": "question", "code": "nights", "kind": "number", "text": {"nl": "Hoeveel nachten?"}}
REST = {"type": "question", "code": "rest", "kind": "scale", "text": {"nl": "Hoe rust je?"}, "strain": False}
GLAD = {"type": "question", "code": "glad", "kind": "yesno", "text": {"nl": "Blij?"}}


def built(document):
    wordings = {language: {"pulse": shipped(KNOWN["pulse"], language)} for language in document["languages"]}
    return content.build(document, KNOWN, wordings)


@pytest.fixture
def document():
    made = blank({"nl": "Peiling"}, ["nl"])
    return edits.add(made, "s1", NIGHTS, REST, GLAD, {"type": "instrument", "id": "pulse"})


def compared(document, *changes):
    later = document
    for change in changes:
        later = change(later)
    found = differences.differences(built(document), built(later))
    return {one.code: one.how for one in found.questions}, {one.id: one.state for one in found.scales}, found


def test_nothing_changes_between_the_same(document):
    questions, scales, found = compared(document)
    assert questions == {} and set(scales.values()) == {"alike"} and found.none


def test_another_wording_is_told_and_its_scale_is_compared_with_care(document):
    questions, scales, found = compared(document, lambda d: edits.put(d, "rest", {**REST, "text": {"nl": "Rust je?"}}))
    assert questions == {"own.rest": ("words",)}
    assert scales["own.rest"] == "reworded" and scales["own.glad"] == "alike" and not found.none
    assert (found.questions[0].before, found.questions[0].after) == ({"nl": "Hoe rust je?"}, {"nl": "Rust je?"})


def test_another_direction_is_calculated_otherwise(document):
    _, scales, _ = compared(document, lambda d: edits.put(d, "rest", {**REST, "direction": "unfavourable"}))
    assert scales["own.rest"] == "rescored"


def test_another_kind_is_calculated_otherwise(document):
    questions, scales, _ = compared(document, lambda d: edits.put(d, "rest", {**REST, "kind": "yesno"}))
    assert questions == {"own.rest": ("answers",)} and scales["own.rest"] == "rescored"


def test_what_came_and_went(document):
    new = {**GLAD, "code": "proud"}
    questions, scales, _ = compared(document, lambda d: edits.remove(d, "glad"), lambda d: edits.add(d, "s1", new))
    assert questions == {"own.glad": ("removed",), "own.proud": ("new",)}
    assert (scales["own.glad"], scales["own.proud"]) == ("removed", "new")


def test_only_what_moved_has_moved(document):
    questions, _, _ = compared(document, lambda d: edits.move(d, "nights", 1), lambda d: edits.move(d, "nights", 1))
    assert questions == {"own.nights": ("moved",)}


def test_a_condition_on_a_section_reaches_its_questions(document):
    def parted(d):
        return edits.set_condition(edits.move(edits.add_section(d), "pulse", 1), None, "s2", "{own.nights} > 2")

    questions, scales, _ = compared(document, parted)
    assert len(questions) == 20 and set(questions.values()) == {("condition",)}
    assert scales["pulse.energy"] == "reworded" and scales["own.rest"] == "alike"


def test_a_language_more_rewords_nothing(document):
    questions, scales, found = compared(document, lambda d: edits.speak(d, ["nl", "en"]))
    assert questions == {} and set(scales.values()) == {"alike"}
    assert found.languages_added == ("en",) and not found.none


@given(st.permutations(list("abcdefgh")))
def test_as_few_as_possible_have_moved(order):
    def rows(codes):
        return {"languages": ["nl"], "minutes": 1, "instruments": [], "items": [{"code": c, "text": {}} for c in codes]}

    found = differences.differences(rows("abcdefgh"), rows(order))
    kept = [code for code in order if code not in {one.code for one in found.questions}]
    assert kept == sorted(kept)
    longest: dict[str, int] = {}
    for place, code in enumerate(order):
        longest[code] = 1 + max((longest[one] for one in order[:place] if one < code), default=0)
    assert len(kept) == max(longest.values())


def test_the_contents_are_left_as_they_were(document):
    raw = built(document)
    before = copy.deepcopy(raw)
    differences.differences(raw, built(edits.remove(document, "glad")))
    assert raw == before
