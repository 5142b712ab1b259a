import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.change import (
    ReliableCounts,
    clinically_significant_change,
    count_classes,
    count_reliable_changes,
    cut_off_a,
    cut_off_b,
    cut_off_c,
    mdc95,
    minimal_detectable_change,
    reliable_change,
    reliable_change_index,
    reliable_change_indices,
    sem,
)


def test_mdc95_equals_the_formula_worked_out():
    # sd 0.7, alpha 0.9: sem = 0.7 * sqrt(0.1) = 0.22135943621178655
    assert sem(0.7, 0.9) == pytest.approx(0.22135943621178655, rel=1e-14)
    # an sem of 0.490149219887 goes with 1.35859935669 (agreeableness of the bfi data, computed in R)
    assert mdc95(0.490149219887, 0) == pytest.approx(1.35859935669, rel=1e-11)


def test_mdc95_gives_the_known_size_for_the_short_burnout_scale():
    assert mdc95(0.62, 0.85) == pytest.approx(0.66, abs=0.01)


def test_the_index_of_jacobson_and_truax():
    # reference: sd 5.18246637678, reliability .80, standard error of a difference 3.27767952957
    assert 10 / reliable_change_index(0, 10, 5.18246637678, 0.8) == pytest.approx(3.27767952957, rel=1e-11)
    assert reliable_change_index(None, 3, 1, 0.8) is None
    assert reliable_change_index(3, None, 1, 0.8) is None


def test_a_small_difference_is_not_called_a_change():
    assert reliable_change(2.0, 2.65, 0.66) == "same"
    assert reliable_change(2.0, 2.75, 0.66) == "up"
    assert reliable_change(3.0, 2.0, 0.66) == "down"
    assert reliable_change(2.0, 2.5, 0.5) == "up"
    assert reliable_change(2.0, 2.0, 0.0) == "same"
    assert reliable_change(None, 2.0, 0.66) is None


@pytest.mark.parametrize(
    ("sd", "alpha"), [(-1, 0.8), (math.nan, 0.8), (math.inf, 0.8), (1, 1.1), (1, -0.1), (1, math.nan)]
)
def test_impossible_numbers_are_refused(sd, alpha):
    with pytest.raises(ValueError, match="must"):
        mdc95(sd, alpha)


def test_no_error_no_index():
    with pytest.raises(ValueError, match="no meaning"):
        reliable_change_index(1, 2, 1, 1)
    with pytest.raises(ValueError, match="0 or more"):
        reliable_change(1, 2, -1)


def test_another_confidence_needs_another_change():
    assert minimal_detectable_change(0.7, 0.9) == pytest.approx(mdc95(0.7, 0.9), rel=1e-14)
    assert minimal_detectable_change(1, 0, 0.9) == pytest.approx(1.6448536269514722 * math.sqrt(2), rel=1e-12)
    with pytest.raises(ValueError, match="confidence"):
        minimal_detectable_change(1, 0.5, 1)


def test_many_people_get_the_index_of_one():
    before, after = [1.0, 2.0, None, 4.0], [3.0, math.nan, 1.0, 4.0]
    found = reliable_change_indices(before, after, 0.9, 0.7)
    assert found[0] == pytest.approx(reliable_change_index(1, 3, 0.9, 0.7), rel=1e-14)
    assert math.isnan(found[1])
    assert math.isnan(found[2])
    assert found[3] == 0
    with pytest.raises(ValueError, match="one length"):
        reliable_change_indices([1, 2], [1], 1, 0.5)
    with pytest.raises(ValueError, match="numbers"):
        reliable_change_indices(["a"], [1], 1, 0.5)


def test_cut_offs_of_jacobson_and_truax():
    # A troubled group of 40 (sd 10) and a well group of 60 (sd 5), higher is better.
    assert cut_off_a(40, 10, True) == 60
    assert cut_off_b(60, 5, True) == 50
    assert cut_off_c(40, 10, 60, 5) == pytest.approx((10 * 60 + 5 * 40) / 15)
    # The same on a mirrored scale.
    assert cut_off_a(-40, 10, False) == -60
    assert cut_off_b(-60, 5, False) == -50
    assert cut_off_c(-40, 10, -60, 5) == pytest.approx(-cut_off_c(40, 10, 60, 5))
    with pytest.raises(ValueError, match="spread"):
        cut_off_c(1, 0, 2, 0)
    with pytest.raises(ValueError, match="sd must"):
        cut_off_a(1, -1, True)


def test_classes_of_people():
    # sd 2, reliability .5: one point is half a standard error of a difference, 1.96 needs 3.92 points.
    before = [10, 10, 10, 10, 20, None, 14]
    after = [16, 14, 13, 6, 26, 12, 18]
    classes = clinically_significant_change(before, after, 2, 0.5, True, cut_off=15)
    assert classes == ["recovered", "improved", "unchanged", "deteriorated", "improved", None, "recovered"]
    mirrored = clinically_significant_change(
        [None if x is None else -x for x in before], [-x for x in after], 2, 0.5, False, cut_off=-15
    )
    assert mirrored == classes
    assert count_classes(classes) == ReliableCounts(n=6, improved=2, unchanged=1, deteriorated=1, recovered=2)
    without = clinically_significant_change(before, after, 2, 0.5, True)
    assert "recovered" not in without
    assert count_classes(without, with_cut_off=False) == ReliableCounts(n=6, improved=4, unchanged=1, deteriorated=1)
    with pytest.raises(ValueError, match="no such class"):
        count_classes(["cured"])
    with pytest.raises(ValueError, match="above 0"):
        clinically_significant_change([1], [2], 1, 0.5, True, criterion=0)


def test_whoever_reaches_the_cut_off_exactly_has_crossed_it():
    assert clinically_significant_change([10], [15], 1, 0.5, True, cut_off=15) == ["recovered"]
    assert clinically_significant_change([15], [20], 1, 0.5, True, cut_off=15) == ["improved"]
    assert clinically_significant_change([20], [15], 1, 0.5, False, cut_off=15) == ["recovered"]


SCORES = st.lists(st.tuples(st.floats(0, 6), st.floats(0, 6)), min_size=1, max_size=20)


@given(SCORES, st.floats(0, 2), st.booleans())
@settings(max_examples=50, deadline=None)
def test_counts_equal_those_of_one_person_at_a_time(pairs, mdc, up_is_good):
    counts = count_reliable_changes([a for a, _ in pairs], [b for _, b in pairs], mdc, up_is_good)
    found = [reliable_change(a, b, mdc) for a, b in pairs]
    good, bad = ("up", "down") if up_is_good else ("down", "up")
    assert (counts.improved, counts.deteriorated) == (found.count(good), found.count(bad))
    assert counts.n == len(pairs) == counts.improved + counts.unchanged + counts.deteriorated
    # A hole more changes nothing; nor does another order.
    back = pairs[::-1]
    holed = count_reliable_changes([*(a for a, _ in back), math.nan], [*(b for _, b in back), 3], mdc, up_is_good)
    assert holed == counts


@given(SCORES, st.floats(0.1, 3), st.floats(0, 0.95), st.floats(-50, 50), st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_the_index_does_not_depend_on_the_units(pairs, sd, reliability, shift, factor):
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    plain = reliable_change_indices(before, after, sd, reliability)
    other = reliable_change_indices(
        [shift + factor * a for a in before], [shift + factor * b for b in after], factor * sd, reliability
    )
    error = 1e-12 * (1 + abs(shift)) / (factor * sd * math.sqrt(1 - reliability))
    assert other == pytest.approx(plain, rel=1e-9, abs=error)
