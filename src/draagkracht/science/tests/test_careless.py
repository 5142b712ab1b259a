"""Signs of careless answers beside person by person computations; what cannot be known of somebody is no flag."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import mahalanobis

from draagkracht.science.careless import Limits, distance, longstring, pace, sensitivity, signs, variability
from draagkracht.science.tests.answers_cast import answers, tables


@settings(max_examples=60, deadline=None)
@given(tables(least_people=1, least_items=1))
def test_the_longest_run_and_the_spread_of_each_person(table):
    for row, run, spread in zip(table, longstring(table), variability(table), strict=True):
        runs = [sum(1 for _ in same) for value, same in groupby(row, key=lambda x: x if x == x else None) if value]
        assert run == max(runs, default=0)
        given_answers = row[~np.isnan(row)]
        expected = np.std(given_answers, ddof=1) if given_answers.size > 1 else np.nan
        assert spread == pytest.approx(expected, nan_ok=True, abs=1e-12)


def test_a_missing_answer_ends_a_run():
    assert longstring([[2, 2, None, 2, 2, 2], [None] * 6, [1, 2, 3, 4, 5, 1]]).tolist() == [3, 0, 1]


def test_nobody_and_no_items():
    for table in (np.empty((0, 3)), np.empty((2, 0))):
        assert longstring(table).tolist() == [0] * len(table)
        assert variability(table) == pytest.approx([np.nan] * len(table), nan_ok=True)


def test_one_answer_throughout_is_no_spread_at_all():
    assert variability(np.full((1, 7), 0.1)).tolist() == [0]


@pytest.mark.parametrize("holes", [0, 0.1])
def test_the_distance_beside_scipy(holes):
    table = answers(1, 80, 5, holes)
    squared, p = distance(table)
    whole = table[~np.isnan(table).any(axis=1)]
    inverse = np.linalg.inv(np.cov(whole, rowvar=False))
    for row, found, tail in zip(table, squared, p, strict=True):
        expected = np.nan if np.isnan(row).any() else mahalanobis(row, whole.mean(axis=0), inverse) ** 2
        assert found == pytest.approx(expected, nan_ok=True)
        assert tail == pytest.approx(stats.chi2.sf(expected, 5), nan_ok=True)
    assert np.nanmean(squared) == pytest.approx(5 * (len(whole) - 1) / len(whole))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5000), st.floats(-100, 100), st.floats(0.01, 100))
def test_the_distance_does_not_depend_on_the_metric(seed, shift, factor):
    table = answers(seed, 40, 3)
    assert distance(table[::-1, ::-1] * factor + shift)[0][::-1] == pytest.approx(
        distance(table)[0], rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (answers(1, 4, 5), "more complete people than items"),
        (np.column_stack([np.arange(9.0), np.ones(9)]), "no spread"),
        (np.column_stack([np.arange(9.0), np.arange(9.0) * 2]), "exact combination"),
        (np.full((9, 2), np.nan), "more complete people"),
        (np.empty((4, 0)), "more complete people"),
    ],
)
def test_a_distance_that_cannot_be_computed_says_why(table, reason):
    with pytest.raises(ValueError, match=reason):
        distance(table)


def test_seconds_per_answer_that_was_given():
    assert pace([10, 9, None, 5], [[1, 2], [1, None], [1, 1], [None, None]]) == pytest.approx(
        [5, 9, np.nan, np.nan], nan_ok=True
    )
    for seconds, reason in (([1, 2], "2 times for 1"), ([-1], "below 0")):
        with pytest.raises(ValueError, match=reason):
            pace(seconds, [[1, 2]])


def test_signs_are_flags_and_what_is_not_known_is_none():
    table = answers(7, 60, 6)
    table[0] = 3  # one answer throughout, in no time
    table[1] = np.nan
    table[2] = [1, 5, 1, 5, 1, 5]
    seconds = np.full(60, 40.0)
    seconds[0], seconds[3] = 5, np.nan
    found = signs(table, seconds)
    assert set(found.flags) == {"longstring", "variability", "distance", "pace"}
    assert [bool(flag[0]) for flag in found.flags.values()] == [True, True, False, True]
    assert not any(flag[1] for flag in found.flags.values())
    assert not found.flags["pace"][3]
    assert found.at_least(3).tolist() == [True] + [False] * 59
    assert found.left_out == {}
    with pytest.raises(ValueError, match="at least one sign"):
        found.at_least(0)


def test_the_limits_can_be_set():
    table, seconds = answers(7, 60, 6), np.full(60, 30.0)
    strict = signs(table, seconds, Limits(run=1.1, variability=-1, p=0, seconds=0))
    wide = signs(table, seconds, Limits(run=0, variability=9, p=1.1, seconds=9))
    assert not any(flag.any() for flag in strict.flags.values())
    assert all(flag.all() for name, flag in wide.flags.items() if name != "longstring")
    assert (wide.flags["longstring"] == (longstring(table) >= 2)).all()  # a run of one is no run


def test_a_sign_that_cannot_be_had_is_left_out_with_its_reason():
    found = signs(answers(1, 4, 6))
    assert set(found.flags) == {"longstring", "variability"}
    assert "more complete people" in found.left_out["distance"] and "time" in found.left_out["pace"]
    with pytest.raises(ValueError, match="no items"):
        signs(np.empty((3, 0)))


def test_what_leaving_out_would_do():
    found = sensitivity([1, 2, 3, None, 10], [False, False, False, False, True])
    assert (found.n, found.mean, found.n_without, found.mean_without, found.difference) == (4, 4, 3, 2, -2)
    for flagged, reason in (([True], "1 flags for 2"), ([True, True], "nobody")):
        with pytest.raises(ValueError, match=reason):
            sensitivity([1, 2], flagged)
