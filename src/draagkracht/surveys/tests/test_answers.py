"""Merging of saves that come twice, late or in another order."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from draagkracht.surveys.answers import MOST_TABS, Change, blank, merge

changes = st.lists(
    st.builds(
        Change,
        code=st.sampled_from(["a", "b"]),
        value=st.none() | st.integers(1, 5),
        tab=st.sampled_from(["x", "y", "z"]),
        counter=st.integers(1, 6),
        base=st.integers(0, 12),
    ),
    max_size=20,
)


@given(changes, st.data())
def test_sending_anything_again_in_any_order_changes_no_answer(sent, data):
    payload = blank("v")
    merge(payload, sent)
    before = copy.deepcopy(payload)
    merge(payload, data.draw(st.permutations(sent)))
    assert payload == before


@given(changes)
def test_of_one_tab_the_highest_counter_wins_in_any_order(sent):
    own = {entry.counter: Change("a", entry.value, "x", entry.counter, 0) for entry in sent}
    if not own:
        return
    for order in (list(own.values()), list(reversed(own.values()))):
        payload = blank("v")
        merge(payload, order)
        assert payload["answers"]["a"] == own[max(own)].value


@given(st.integers(1, 5), st.integers(1, 5))
def test_what_was_given_without_sight_of_a_newer_answer_does_not_replace_it(older, newer):
    payload = blank("v")
    merge(payload, [Change("a", newer, "y", 1, 0)])
    assert merge(payload, [Change("a", older, "x", 9, 0)]) == ["a"]
    assert payload["answers"]["a"] == newer
    assert merge(payload, [Change("a", older, "x", 10, payload["rev"])]) == []
    assert payload["answers"]["a"] == older


def test_the_payload_stays_small_whatever_is_sent():
    payload = blank("v")
    for number in range(500):
        merge(payload, [Change("a", 1, f"tab{number}", 1, number)])
    assert len(payload["seen"]["a"][2]) <= MOST_TABS
