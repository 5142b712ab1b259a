"""What is told of a coefficient: on a public grid, never narrower than it was, withheld by numbers of people alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.disclosure import Policy
from draagkracht.science.disclosure.relations import MOST, STEP, in_fives, may_tell, tell_relation, why_not
from draagkracht.science.disclosure.spread import spread_within
from draagkracht.science.linear import coefficient
from draagkracht.science.relations import fit_within

POLICY = Policy(k=8)


@settings(deadline=None, max_examples=300)
@given(st.floats(-3, 3), st.floats(1e-6, 1), st.integers(3, 400))
def test_the_interval_goes_outward_to_the_grid_and_holds_the_value(b, se, df):
    found = coefficient("x", b, se, df)
    told = tell_relation(found, 120)
    low, high = (max(-MOST, min(MOST, end)) for end in (found.low, found.high))
    assert low - STEP - 1e-6 <= told.low <= low + 1e-6 and high - 1e-6 <= told.high <= high + STEP + 1e-6
    assert told.low <= told.value <= told.high and (told.n, told.reason) == (120, None)
    for number in (told.low, told.value, told.high):
        assert number == round(round(number / STEP) * STEP, 2)
    # Nothing is claimed that was not so before rounding.
    assert not (told.low > 0 or told.high < 0) or (found.low > 0 or found.high < 0)


def test_two_coefficients_that_one_answer_could_part_are_told_alike():
    told = {tell_relation(coefficient("x", 0.33 + tiny, 0.08, 60), 90) for tiny in (0, 0.002, 0.004, 0.006)}
    assert len(told) == 1


def test_what_could_not_be_estimated_looks_like_what_is_not_known():
    told = tell_relation(None, 120)
    assert (told.low, told.value, told.high, told.n, told.reason) == (-1, 0, 1, 120, None)


@pytest.mark.parametrize(
    ("people", "factors", "reason"),
    [(49, 1, "too-few"), (50, 1, None), (50, 5, None), (79, 8, "too-few"), (80, 8, None), (100_000, 40, None)],
)
def test_fifty_people_and_ten_for_each_factor(people, factors, reason):
    assert why_not(people, factors, POLICY, rows=people, complete=people) == reason
    told = tell_relation(coefficient("x", 0.3, 0.1, 40), people, reason)
    assert (told.value is None) == (told.n is None) == (reason is not None)


def test_an_organisation_that_asks_for_more_before_it_shows_bands_gets_it():
    assert why_not(99, 1, Policy(k=8, bands_from=100), rows=99, complete=99) == "too-few"


def test_fewer_than_half_complete_is_no_data_and_half_is_enough():
    assert why_not(100, 2, POLICY, rows=301, complete=150) == "no-data"
    assert why_not(100, 2, POLICY, rows=300, complete=150) is None


def test_people_of_two_rounds_are_told_in_fives():
    assert [in_fives(n) for n in (50, 53, 54, 55)] == [50, 50, 50, 55]


@pytest.mark.parametrize(("teams", "size"), [(6, 10), (12, 10), (50, 10)])
@pytest.mark.parametrize("side", ["factor", "outcome", "what another factor leaves"])
@pytest.mark.parametrize("differ", [0, 1, 2, 3])
def test_all_the_same_but_for_a_few_is_told_as_all_the_same(teams, size, side, differ):
    draw = np.random.default_rng(differ)
    groups = np.repeat(np.arange(teams), size)
    flat, other = np.ones(len(groups)), draw.integers(1, 6, len(groups)).astype(float)
    flat[draw.choice(len(groups), differ, replace=False)] = 5.0
    y, factors = {
        "factor": (other, [flat]),
        "outcome": (flat, [other]),
        "what another factor leaves": (draw.normal(size=len(groups)), [other, other + flat]),
    }[side]
    found = fit_within(y, factors, groups)
    assert not may_tell(found.carried[0], [])


def test_ordinary_answers_are_carried_by_many_and_told():
    draw = np.random.default_rng(3)
    for _ in range(200):
        groups = np.repeat(np.arange(6), 10)
        x, y = draw.integers(1, 6, 60).astype(float), draw.normal(size=60)
        found = fit_within(y, [x], groups)
        assert may_tell(found.carried[0], [(spread_within(x, groups), 4.0)])


def test_a_spread_below_an_eighth_of_the_range_is_told_as_none():
    assert may_tell(20, [(0.5, 4.0), (1.0, 4.0)]) and not may_tell(20, [(0.49, 4.0), (1.0, 4.0)])
    groups, values = [1, 1, 2, 2, 2], [1.0, 3.0, 4.0, None, 6.0]
    assert spread_within(values, groups) == pytest.approx(np.sqrt((1 + 1 + 1 + 1) / 2))
