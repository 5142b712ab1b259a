"""Edits of a document: pure, whatever their order the shape stays right, and names are followed."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.composer import edits
from draagkracht.instruments.composer.kinds import KIND_NAMES, blank_question
from draagkracht.instruments.document import blank, elements, require_shape
from draagkracht.instruments.document_checks import checks

NIGHTS = {"type": "question", "code": "nights", "kind": "number", "text": {"nl": "Hoeveel nachten?"}}
HARD = {
    "type": "question", "code": "hard", "kind": "yesno", "text": {"nl": "Waren {own.nights} nachten zwaar?"},
    "show_if": "{own.nights} > 2 and { own.nights } < 20",
}  # fmt: skip


@pytest.fixture
def document():
    made = blank({"nl": "Peiling"}, ["nl"])
    return edits.add(edits.add_section(made), "s1", NIGHTS, HARD, {"type": "instrument", "id": "pulse"})


def names(document) -> list[list[str]]:
    return [[one.get("code", one.get("id")) for one in section["elements"]] for section in document["sections"]]


def test_an_edit_leaves_the_document_that_it_got_as_it_was(document):
    before = copy.deepcopy(document)
    edits.remove(document, "nights")
    edits.put(document, "nights", {**NIGHTS, "code": "nachten"})
    edits.word_section(document, "s1", {"nl": "Werk"}, {})
    edits.set_condition(document, None, "s2", "{own.hard} = 1")
    assert document == before


def test_conditions_and_texts_follow_a_new_short_name(document):
    changed = edits.put(document, "nights", {**NIGHTS, "code": "nachten"})
    hard = edits.element_of(changed, "hard")
    assert hard["text"]["nl"] == "Waren {own.nachten} nachten zwaar?"
    assert hard["show_if"] == "{own.nachten} > 2 and {own.nachten} < 20"
    assert checks(changed, load_all()) == []


def test_the_rows_of_a_matrix_follow_its_short_name():
    options = [{"value": 1, "text": {"nl": "nee"}}, {"value": 2, "text": {"nl": "ja"}}]
    rows = [{"code": "a", "text": {"nl": "A"}}]
    matrix = {"type": "question", "code": "m", "kind": "matrix", "text": {"nl": "?"}, "options": options, "rows": rows}
    document = edits.add(blank({"nl": "P"}, ["nl"]), "s1", matrix, {**NIGHTS, "show_if": "{own.m_a} = 2"})
    changed = edits.put(document, "m", {**matrix, "code": "rooster"})
    assert edits.element_of(changed, "nights")["show_if"] == "{own.rooster_a} = 2"


def test_a_question_moves_past_the_border_of_its_section(document):
    down = edits.move(edits.move(document, "hard", 1), "hard", 1)
    assert names(down) == [["nights", "pulse"], ["hard"]]
    assert names(edits.move(down, "hard", -1)) == [["nights", "pulse", "hard"], []]
    assert names(edits.move(document, "nights", -1)) == names(document)


def test_what_is_gone_is_named(document):
    for act in (
        lambda: edits.remove(document, "nought"),
        lambda: edits.put(document, "nought", NIGHTS),
        lambda: edits.move_section(document, "s9", 1),
        lambda: edits.set_condition(document, None, None, "1 = 1"),
    ):
        with pytest.raises(edits.NotThere):
            act()


def test_a_name_that_stands_twice_leads_to_both(document):
    twice = edits.add(document, "s2", NIGHTS)
    assert list(edits.keys(twice)) == ["nights", "hard", "pulse", "nights~2"]
    mended = edits.put(twice, "nights~2", {**NIGHTS, "code": "nights_2"})
    # The conditions meant the first: they stay.
    assert names(mended)[1] == ["nights_2"] and "{own.nights}" in edits.element_of(mended, "hard")["text"]["nl"]


def test_a_copy_has_a_short_name_of_its_own(document):
    twice = edits.duplicate(edits.duplicate(document, "nights"), "nights")
    assert names(twice)[0][:3] == ["nights", "nights_3", "nights_2"]


def test_the_only_section_is_emptied_not_removed(document):
    one = edits.remove_section(document, "s2")
    assert names(edits.remove_section(one, "s1")) == [[]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hoeveel nachten werkte je deze maand?", "hoeveel_nachten_werkte"),
        ("Één vraag: ça va?", "een_vraag_ca_va"),
        ("24 uur?", "q_24_uur"),
        ("???", "q"),
        ("", "q"),
        ("x" * 90, "x" * 24),
    ],
)
def test_a_short_name_comes_from_the_first_words(text, code):
    assert edits.code_from(text, set()) == code
    assert edits.code_from(text, {code}) == f"{code}_2"


TEXTS = st.dictionaries(st.sampled_from(["nl", "en"]), st.text(max_size=30))
SECTION, KEY, BY = st.integers(0, 4), st.integers(0, 20), st.sampled_from([-1, 1])
ACTS = st.one_of(
    st.tuples(st.just("add"), SECTION, st.sampled_from(list(KIND_NAMES))),
    st.tuples(st.just("add-scale"), SECTION, st.sampled_from(["pulse", "bat-12", "gse"])),
    st.tuples(st.just("add-section"), SECTION),
    st.tuples(st.just("word-section"), SECTION, TEXTS, TEXTS),
    st.tuples(st.just("move-section"), SECTION, BY),
    st.tuples(st.just("remove-section"), SECTION),
    st.tuples(st.just("move"), KEY, BY),
    st.tuples(st.just("remove"), KEY),
    st.tuples(st.just("duplicate"), KEY),
    st.tuples(st.just("rename"), KEY, st.text(max_size=40)),
    st.tuples(st.just("condition"), KEY, st.text(max_size=60)),
    st.tuples(st.just("retitle"), TEXTS),
    st.tuples(st.just("speak"), st.lists(st.sampled_from(["nl", "en", "fr"]), min_size=1, max_size=4)),
)


def apply(document, act):
    name, *given = act
    here = document["sections"][given[0] % len(document["sections"])]["id"] if "sec" in name or "add" in name else ""
    known = list(edits.keys(document))
    key = known[given[0] % len(known)] if known and not here and isinstance(given[0], int) else None
    if name in ("move", "remove", "duplicate", "rename", "condition") and key is None:
        return document
    if name == "add":
        question = blank_question(given[1], document["languages"])
        question["code"] = edits.code_from("vraag", edits.codes(document))
        return edits.add(document, here, question)
    if name == "rename":
        element = edits.element_of(document, key)
        if element["type"] == "instrument":
            return document
        return edits.put(document, key, {**element, "code": edits.code_from(given[1], edits.codes(document, key))})
    one_act = {
        "add-scale": lambda: edits.add(document, here, {"type": "instrument", "id": given[1]}),
        "add-section": lambda: edits.add_section(document, here),
        "word-section": lambda: edits.word_section(document, here, given[1], given[2]),
        "move-section": lambda: edits.move_section(document, here, given[1]),
        "remove-section": lambda: edits.remove_section(document, here),
        "move": lambda: edits.move(document, key, given[1]),
        "remove": lambda: edits.remove(document, key),
        "duplicate": lambda: edits.duplicate(document, key),
        "condition": lambda: edits.set_condition(document, key, None, given[1]),
        "retitle": lambda: edits.retitle(document, given[0]),
        "speak": lambda: edits.speak(document, given[0]),
    }
    return one_act[name]()


KNOWN = load_all()


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_whatever_the_edits_the_shape_stays_right(acts):
    document = blank({"nl": "Peiling"}, ["nl", "en"])
    for act in acts:
        document = apply(document, act)
        require_shape(document)
        checks(document, KNOWN)
    # Short names never get in each other's way: only scales may stand twice.
    own = [one["code"] for _, _, one in elements(document) if one["type"] == "question"]
    assert len(set(own)) == len(own)
