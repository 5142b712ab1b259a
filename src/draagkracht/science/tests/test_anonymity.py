from collections import Counter, defaultdict
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.anonymity import Answered, Attribute, Demand, check, largest_share, search

ROW = st.tuples(
    st.sampled_from("abcdef"), st.sampled_from("xy"), st.sampled_from([None, "low", "mid", "high"]), st.booleans()
)
TABLE = st.lists(ROW, max_size=60)
DEMAND = st.builds(
    Demand,
    k=st.integers(1, 6),
    distinct=st.integers(1, 3),
    entropy=st.sampled_from([1.0, 1.2, 1.38, 1.9]),
    left_out=st.sampled_from([0.0, 0.1, 0.5]),
)


def columns(table):
    return [[row[place] for row in table] for place in range(4)]


def failing(table, demand):
    """The same question, counted by hand: people by class, values within a class."""
    members, answers = defaultdict(int), defaultdict(lambda: (Counter(), Counter()))
    for team, shift, first, second in table:
        members[team, shift] += 1
        for column, value in enumerate((first, second)):
            if value is not None:
                answers[team, shift][column][value] += 1
    wrong = set()
    for group, size in members.items():
        alike = False
        for counted in answers[group]:
            total = sum(counted.values())
            if total:
                entropy = exp(-sum(n / total * log(n / total) for n in counted.values()))
                alike |= len(counted) < demand.distinct or entropy < demand.entropy - 1e-9
        if size < demand.k or alike:
            wrong.add(group)
    return [(team, shift) in wrong for team, shift, *_ in table]


def verdict(table, demand):
    team, shift, first, second = columns(table)
    return check([team, shift], {"first": first, "second": second}, demand, len(table))


@settings(deadline=None)
@given(TABLE, DEMAND)
def test_it_fails_exactly_where_counting_by_hand_fails(table, demand):
    found = verdict(table, demand)
    assert list(found.fails) == failing(table, demand)
    assert found.too_small + found.too_alike == sum(found.fails)
    assert found.passed == (bool(table) and not any(failing(table, demand)))


@settings(deadline=None)
@given(TABLE, DEMAND)
def test_background_that_was_answered_is_diverse_among_who_is_alike_in_the_rest(table, demand):
    team, shift, first, _ = columns(table)
    people = len(table)
    found = check([team, shift, first], {}, demand, people, [Answered(2, (0, 1), (first,))])
    small = check([team, shift, first], {}, demand, people).fails
    alike = check([team, shift], {"first": first}, Demand(1, demand.distinct, demand.entropy), people).fails
    told = any(value is not None for value in first)
    assert list(found.fails) == [one or (told and other) for one, other in zip(small, alike, strict=True)]
    assert found.too_small == sum(small) and found.too_small + found.too_alike == sum(found.fails)


def test_an_answer_that_is_left_out_is_not_asked_to_be_diverse():
    yes, team = ["yes"] * 10 + ["no"] * 10, ["a"] * 10 + ["b"] * 10
    attributes = [Attribute("team", (team, ["-"] * 20)), Attribute("ill", (yes, [None] * 20))]
    found = search(attributes, {}, Demand(), 20, [Answered(1, (0,), (yes,))])
    assert {one.levels for one in found} <= {(1, 0), (0, 1)} and found


@settings(deadline=None)
@given(TABLE, DEMAND)
def test_what_is_left_after_leaving_out_passes(table, demand):
    kept = [row for row, fails in zip(table, verdict(table, demand).fails, strict=True) if not fails]
    assert verdict(kept, demand).passed or not kept


@settings(deadline=None)
@given(TABLE, DEMAND, st.randoms())
def test_the_order_of_people_and_of_columns_changes_nothing(table, demand, random):
    order = list(range(len(table)))
    random.shuffle(order)
    before, after = verdict(table, demand), verdict([table[place] for place in order], demand)
    assert [before.fails[place] for place in order] == list(after.fails)
    team, shift, first, second = columns(table)
    turned = check([shift, team], {"second": second, "first": first}, demand, len(table))
    assert turned.fails == before.fails and turned.smallest == before.smallest


def ladders(table):
    team, shift, *_ = columns(table)
    coarse = ["ab" if one in "ab" else "cf" for one in team]
    return [
        Attribute("team", (team, coarse, ["-"] * len(table))),
        Attribute("shift", (shift, ["-"] * len(table))),
    ]


@settings(deadline=None)
@given(TABLE, DEMAND)
def test_every_proposal_passes_and_none_is_forgotten(table, demand):
    attributes = ladders(table)
    _, _, first, second = columns(table)
    sensitive = {"first": first, "second": second}
    found = search(attributes, sensitive, demand, len(table))
    assert [one.loss for one in found] == sorted(one.loss for one in found)
    assert [one.left_out for one in found] == sorted((one.left_out for one in found), reverse=True)
    for one in found:
        at = [attribute.levels[level] for attribute, level in zip(attributes, one.levels, strict=True)]
        fails = check(at, sensitive, demand, len(table)).fails
        assert sum(fails) == one.left_out <= demand.left_out * len(table)
        kept = [place for place, fails_here in enumerate(fails) if not fails_here]
        again = {name: [column[place] for place in kept] for name, column in sensitive.items()}
        assert check([[column[place] for place in kept] for column in at], again, demand, len(kept)).passed
    possible = [
        sum(check([team, shift], sensitive, demand, len(table)).fails)
        for team in attributes[0].levels
        for shift in attributes[1].levels
    ]
    allowed = [n for n in possible if table and n < len(table) and n <= demand.left_out * len(table)]
    assert bool(found) == bool(allowed)
    if found:
        assert found[-1].left_out == min(allowed)


def test_a_table_that_passes_is_proposed_as_it_is():
    attributes = [Attribute("unit", (["a"] * 10 + ["b"] * 10, ["-"] * 20))]
    answers = {"strain": ["low", "high"] * 10}
    assert [one.levels for one in search(attributes, answers, Demand(), 20)] == [(0,)]


def test_nine_of_ten_alike_passes_and_ten_of_eleven_does_not():
    for size, expected in ((10, True), (11, False)):
        column = ["low"] * (size - 1) + ["high"]
        assert check([["-"] * size], {"strain": column}, Demand(), size).passed is expected
    assert largest_share(1.38) == pytest.approx(0.9, abs=0.002)


def test_nobody_never_passes_and_columns_of_another_length_are_told():
    assert not check([], {}, Demand(), 0).passed
    with pytest.raises(ValueError, match="each person"):
        check([["a"]], {}, Demand(), 2)


def test_many_columns_do_not_outgrow_the_numbers():
    people = 500
    background = [[(person * step) % 499 for person in range(people)] for step in range(1, 30)]
    assert check(background, {}, Demand(k=1), people).classes == 499
