"""Scores against values worked out by hand, and the rules that hold for any key and any answers."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.scoring import (
    Item,
    Scale,
    ScoringKey,
    band,
    key_from_json,
    key_to_json,
    score,
    score_columns,
)

ITEMS = tuple(Item(f"q{n}", 1, 5) for n in range(1, 8))
CODES = tuple(item.code for item in ITEMS)


def key(*scales: Scale, items: tuple[Item, ...] = ITEMS) -> ScoringKey:
    return ScoringKey("trial", "1", items, scales)


def answers(*values: int | None) -> dict[str, int | None]:
    return dict(zip(CODES, values, strict=False))


# --- worked by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        ((1, 2, 2, 5, 4, 3, 2), 2.7142857142857144),  # 19 / 7
        ((5, 5, 5, 5, 5, 5, 4), 4.857142857142857),  # 34 / 7
        ((1, None, 2, None, 4, 4, None), 2.75),  # 11 / 4
        ((1, None, 2, None, 4, None, None), None),  # three of seven is less than half
    ],
)
def test_a_mean_divides_by_the_answers_given(given_answers, expected):
    assert score(key(Scale("a", CODES, at_least=4)), answers(*given_answers)) == {"a": expected}


def test_a_reversed_item_counts_from_the_other_end():
    scale = Scale("a", CODES, reverse=frozenset({"q1", "q3", "q5"}))
    # 6-1 + 2 + 6-2 + 5 + 6-4 + 3 + 2 = 23
    assert score(key(scale), answers(1, 2, 2, 5, 4, 3, 2))["a"] == 3.2857142857142856


def test_reversal_uses_the_range_of_the_item():
    from_zero = key(Scale("a", ("x",), reverse=frozenset({"x"})), items=(Item("x", 0, 6),))
    assert score(from_zero, {"x": 0})["a"] == 6
    assert score(from_zero, {"x": 5})["a"] == 1


def test_a_sum_needs_every_answer_unless_the_rule_substitutes():
    strict, lenient = Scale("strict", CODES, "sum"), Scale("lenient", CODES, "sum", at_least=4, substitute=True)
    full = score(key(strict, lenient), answers(1, 2, 2, 5, 4, 3, 2))
    assert full == {"strict": 19, "lenient": 19}
    holed = score(key(strict, lenient), answers(1, 2, None, 5, 4, 3, 2))
    assert holed == {"strict": None, "lenient": 19.833333333333332}  # 17 * 7 / 6


def test_a_mean_of_scales_weighs_every_scale_the_same():
    scales = (
        Scale("all", method="mean_of_scales", parts=("a", "b")),
        Scale("a", CODES[:2]),
        Scale("b", CODES[2:], at_least=3),
    )
    assert score(key(*scales), answers(1, 2, 3, 4, 4, 5, 2)) == {"all": 2.55, "a": 1.5, "b": 3.6}
    assert score(key(*scales), answers(1, None, 3, 4, 4, 5, 2)) == {"all": None, "a": None, "b": 3.6}


def test_a_total_may_require_every_subscale():
    scales = (
        Scale("total", CODES, at_least=1, requires=("a", "b")),
        Scale("a", CODES[:3], at_least=2),
        Scale("b", CODES[3:], at_least=2),
    )
    assert score(key(*scales), answers(1, 2, None, 4, 5, None, None)) == {"total": 3.0, "a": 1.5, "b": 4.5}
    assert score(key(*scales), answers(1, None, None, 4, 5, 5, 5)) == {"total": None, "a": None, "b": 4.75}


def test_a_sum_of_scales_needs_every_scale():
    scales = (Scale("a", CODES[:2]), Scale("b", CODES[2:4]), Scale("all", method="sum_of_scales", parts=("a", "b")))
    assert score(key(*scales), answers(1, 2, 3, 5)) == {"a": 1.5, "b": 4.0, "all": 5.5}
    assert score(key(*scales), answers(1, None, 3, 5))["all"] is None


def test_a_value_can_stand_in_another_metric():
    items = tuple(Item(f"q{n}", 0, 4) for n in range(1, 5))
    scales = (
        Scale("quarters", CODES[:4], multiply=25),  # 0, 25, 50, 75, 100 an answer
        Scale("times_four", CODES[:4], "sum", multiply=4),
        Scale("moved", CODES[:4], "sum", multiply=0.5, add=10),
    )
    assert score(key(*scales, items=items), answers(0, 1, 3, 4)) == {
        "quarters": 50.0,
        "times_four": 32.0,
        "moved": 14.0,
    }


@pytest.mark.parametrize(
    ("first", "rest", "value"),
    [
        (1, (1, 0, 1), 2.0),
        (1, (1, None, 1), None),  # every answer is needed
        (0, (1, 1, 1), 0.0),  # said no at the gate: what was answered beyond it does not count
        (0, (None, None, None), 0.0),
        (None, (1, 1, 1), None),
    ],
)
def test_a_gate_decides_whether_the_rest_counts(first, rest, value):
    items = (Item("gate", 0, 1), *(Item(code, 0, 1) for code in ("a", "b", "c")))
    trial = key(Scale("count", ("a", "b", "c"), "sum", gate="gate"), items=items)
    assert score(trial, {"gate": first, **dict(zip("abc", rest, strict=True))}) == {"count": value}


def test_nobody_scores_without_answers():
    scales = (Scale("a", CODES, at_least=1), Scale("b", CODES, "sum", at_least=1, substitute=True))
    assert score(key(*scales), {}) == {"a": None, "b": None}


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 6, -1, 3.5, 3.0, True, "3", math.nan])
def test_an_impossible_answer_is_refused_with_the_name_of_its_item(value):
    with pytest.raises(ValueError, match="q2"):
        score(key(Scale("a", CODES)), {"q1": 1, "q2": value})


@pytest.mark.parametrize("value", [3, None])
def test_an_unknown_item_is_refused(value):
    with pytest.raises(ValueError, match="'q9'"):
        score(key(Scale("a", CODES)), {"q9": value})


@pytest.mark.parametrize("value", [0.0, 6.0, 3.5, math.inf, -math.inf])
def test_a_column_with_an_impossible_answer_is_refused_with_item_and_row(value):
    with pytest.raises(ValueError, match=r"q2.*row 1"):
        score_columns(key(Scale("a", CODES)), {"q1": np.array([1.0, 2.0]), "q2": np.array([1.0, value])})


def test_columns_that_do_not_fit_are_refused():
    trial = key(Scale("a", CODES))
    with pytest.raises(ValueError, match="unequal"):
        score_columns(trial, {"q1": np.ones(2), "q2": np.ones(3)})
    with pytest.raises(ValueError, match="'q9'"):
        score_columns(trial, {"q9": np.ones(2)})
    with pytest.raises(ValueError, match="dimension"):
        score_columns(trial, {"q1": np.ones((2, 2))})


@pytest.mark.parametrize(
    ("scales", "words"),
    [
        ((Scale("a", ("q9",)),), "unknown item"),
        ((Scale("a", ("q1", "q1")),), "twice"),
        ((Scale("a", ("q1",)), Scale("a", ("q2",))), "twice"),
        ((Scale("a", ("q1",), reverse=frozenset({"q2"})),), "reverse"),
        ((Scale("a", ("q1",), "median"),), "method"),
        ((Scale("a"),), "names"),
        ((Scale("a", ("q1",), parts=("b",)),), "names"),
        ((Scale("a", ("q1",), at_least=2),), "needs"),
        ((Scale("a", ("q1", "q2"), "sum", at_least=1),), "substitution"),
        ((Scale("a", method="mean_of_scales", parts=("b",)),), "unknown scale"),
        ((Scale("a", method="sum_of_scales", parts=("b",)),), "unknown scale"),
        ((Scale("a", ("q1",), gate="q9"),), "unknown item"),
        ((Scale("a", ("q1",), gate="q1"),), "gate"),
        ((Scale("a", ("q1",), multiply=0),), "multiply"),
        ((Scale("a", ("q1",), add=math.inf),), "multiply"),
        ((Scale("a", ("q1",), requires=("b",)), Scale("b", ("q1",), requires=("a",))), "rests on itself"),
    ],
)
def test_a_key_that_contradicts_itself_is_refused(scales, words):
    with pytest.raises(ValueError, match=words):
        key(*scales)


def test_items_of_a_key_must_make_sense():
    with pytest.raises(ValueError, match="twice"):
        key(Scale("a", ("x",)), items=(Item("x", 1, 5), Item("x", 1, 5)))
    with pytest.raises(ValueError, match="x"):
        key(Scale("a", ("x",)), items=(Item("x", 5, 5),))


# --- bands ----------------------------------------------------------------------------------------------------------


def test_a_band_begins_at_its_threshold_on_the_unrounded_value():
    assert [band(v, [2.59, 3.02]) for v in (1.0, 2.5899999, 2.59, 3.0199999, 3.02, 5.0)] == [0, 0, 1, 1, 2, 2]
    # 2.585 would round into the higher band of a table with two decimals
    assert band(2.585, [2.59, 3.02]) == 0
    with pytest.raises(ValueError, match="rise"):
        band(1, [3, 2])


# --- properties -----------------------------------------------------------------------------------------------------


METRICS = [(1.0, 0.0), (1.0, 0.0), (4, 0), (25.0, 0.0), (0.1, 1.7), (1, -50)]


@st.composite
def keys(draw):
    """A key with up to twelve items of differing range, scales of every kind and rules of every kind."""
    count = draw(st.integers(1, 12))
    items = []
    for number in range(count):
        low = draw(st.integers(-2, 3))
        items.append(Item(f"i{number}", low, low + draw(st.integers(1, 9))))
    codes = [item.code for item in items]
    scales = []
    for number in range(draw(st.integers(1, 5))):
        chosen = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, unique=True)))
        method = draw(st.sampled_from(["mean", "sum"]))
        substitute = draw(st.booleans())
        at_least = draw(st.integers(0, len(chosen))) if method == "mean" or substitute else 0
        requires = tuple(draw(st.lists(st.sampled_from([s.id for s in scales]), unique=True))) if scales else ()
        reverse = frozenset(draw(st.lists(st.sampled_from(chosen))))
        gate = draw(st.sampled_from(["", *(code for code in codes if code not in chosen)]))
        metric = draw(st.sampled_from(METRICS))
        scales.append(Scale(f"s{number}", chosen, method, reverse, (), at_least, requires, substitute, gate, *metric))
    if draw(st.booleans()):
        parts = tuple(draw(st.lists(st.sampled_from([s.id for s in scales]), min_size=1, unique=True)))
        kind = draw(st.sampled_from(["mean_of_scales", "sum_of_scales"]))
        metric = draw(st.sampled_from(METRICS))
        scales.insert(0, Scale("top", method=kind, parts=parts, multiply=metric[0], add=metric[1]))
    return ScoringKey("drawn", "1", tuple(items), tuple(scales))


def respondents(trial: ScoringKey, most: int = 8):
    one = st.fixed_dictionaries({i.code: st.none() | st.integers(i.minimum, i.maximum) for i in trial.items})
    return st.lists(one, min_size=1, max_size=most)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_one_by_one_and_by_column_give_the_same_bits(data):
    trial = data.draw(keys())
    people = data.draw(respondents(trial))
    columns = {c: np.array([np.nan if p[c] is None else p[c] for p in people], float) for c in trial.ranges}
    table = score_columns(trial, columns)
    assert list(table) == [scale.id for scale in trial.scales]
    for row, person in enumerate(people):
        for scale, value in score(trial, person).items():
            column_value = table[scale][row]
            assert math.isnan(column_value) if value is None else value == column_value


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_order_of_answers_items_and_scales_does_not_matter(data):
    trial = data.draw(keys())
    person = data.draw(respondents(trial, 1))[0]
    shuffled = dict(data.draw(st.permutations(list(person.items()))))
    scales = tuple(
        replace(s, items=tuple(data.draw(st.permutations(s.items)))) for s in data.draw(st.permutations(trial.scales))
    )
    items = tuple(data.draw(st.permutations(trial.items)))
    assert score(ScoringKey("drawn", "1", items, scales), shuffled) == score(trial, person)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_reversing_twice_changes_nothing(data):
    trial = data.draw(keys())
    # A gate is a question of its own: it is not turned, so it is left out of this test.
    trial = ScoringKey("drawn", "1", trial.items, tuple(replace(s, gate="") for s in trial.scales))
    person = data.draw(respondents(trial, 1))[0]
    turned = {c: None if v is None else sum(trial.ranges[c]) - v for c, v in person.items()}
    scales = tuple(replace(s, reverse=frozenset(s.items) - s.reverse) for s in trial.scales)
    assert score(ScoringKey("drawn", "1", trial.items, scales), turned) == score(trial, person)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_none_and_an_absent_item_are_the_same(data):
    trial = data.draw(keys())
    person = data.draw(respondents(trial, 1))[0]
    assert score(trial, {c: v for c, v in person.items() if v is not None}) == score(trial, person)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mean_stays_within_the_range_of_its_items(data):
    trial = data.draw(keys())
    person = data.draw(respondents(trial, 1))[0]
    values = score(trial, person)
    for scale in trial.scales:
        if scale.method == "mean" and values[scale.id] is not None:
            ranges = [trial.ranges[code] for code in scale.items]
            low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
            assert scale.transformed(low) <= values[scale.id] <= scale.transformed(high)


@settings(max_examples=100, deadline=None)
@given(keys())
def test_a_key_survives_storage(trial):
    assert key_from_json(json.loads(json.dumps(key_to_json(trial)))) == trial


def test_a_key_stored_before_gates_and_metrics_reads_the_same_and_keeps_its_bytes():
    scale = {"id": "a", "items": ["x", "y"], "method": "sum", "reverse": ["y"], "parts": [], "at_least": 2,
             "requires": [], "substitute": False}  # fmt: skip
    stored = {"instrument": "trial", "version": "1", "items": [["x", 0, 3], ["y", 0, 3]], "scales": [scale]}
    trial = key_from_json(stored)
    assert key_to_json(trial) == stored
    assert score(trial, {"x": 1, "y": 1}) == {"a": 3}
