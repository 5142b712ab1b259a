"""Trends beside permutations counted out, other formulas and scipy; the interval of a share turned back into its test."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.interval import wilson
from draagkracht.science.tests.answers_cast import computed
from draagkracht.science.trend import cochran_armitage, kendall, theil_sen

# --- proportions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scores", [None, [0, 1, 2, 12]])
def test_cochran_armitage_is_the_correlation_of_people_and_waves(scores):
    events, totals = [10, 12, 20, 30], [50, 40, 60, 55]
    at = scores or [1, 2, 3, 4]
    wave = np.repeat(at, totals)
    has = np.concatenate([np.r_[np.ones(e), np.zeros(n - e)] for e, n in zip(events, totals, strict=True)])
    r = np.corrcoef(wave, has)[0, 1]
    found = cochran_armitage(events, totals, scores)
    assert found.chi_square == pytest.approx(r * r * has.size)
    assert found.z == pytest.approx(r * math.sqrt(has.size))
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.z)))
    assert found.n == 205


def test_two_waves_are_the_test_of_two_proportions():
    table = [[12, 28], [25, 20]]
    chi_square = stats.chi2_contingency(table, correction=False).statistic
    assert cochran_armitage([12, 25], [40, 45]).chi_square == pytest.approx(chi_square)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=6),
    st.floats(-5, 5),
    st.floats(0.1, 9),
)
def test_a_trend_turns_with_its_scores(counts, shift, factor):
    events, totals = [a for a, _ in counts], [a + b for a, b in counts]
    found = computed(cochran_armitage, events, totals)
    assume(found)
    at = np.arange(1, len(counts) + 1)
    assert cochran_armitage(events, totals, at * factor + shift).z == pytest.approx(found.z, abs=1e-6)
    assert cochran_armitage(events, totals, -at).z == pytest.approx(-found.z, abs=1e-9)
    others = [b for _, b in counts]
    assert cochran_armitage(others, totals).z == pytest.approx(-found.z, abs=1e-9)


@pytest.mark.parametrize(
    ("events", "totals", "scores", "reason"),
    [
        ([1, 2], [5], None, "for every wave"),
        ([1, None], [5, 5], None, "known number"),
        ([6, 1], [5, 5], None, "between 0 and the total"),
        ([-1, 1], [5, 5], None, "between 0"),
        ([0, 0], [5, 5], None, "no trend"),
        ([5, 5], [5, 5], None, "no trend"),
        ([1, 2], [5, 5], [3, 3], "no trend"),
        ([1, 0], [5, 0], None, "no trend"),
        ([0, 0], [0, 0], None, "no trend"),
        ([1], [5], None, "no trend"),
    ],
)
def test_no_trend_without_waves_that_differ(events, totals, scores, reason):
    with pytest.raises(ValueError, match=reason):
        cochran_armitage(events, totals, scores)


# --- order ----------------------------------------------------------------------------------------------------------


def pairs_in_order(x, y):
    n = len(x)
    return sum(np.sign(x[j] - x[i]) * np.sign(y[j] - y[i]) for i in range(n) for j in range(i + 1, n))


@pytest.mark.parametrize("y", [[3, 1, 2, 4], [5, 4, 3, 1, 2], [1, 2, 3, 4, 5, 6], [2, 5, 1, 6, 3, 4]])
def test_the_exact_p_counts_all_orders(y):
    x = list(range(len(y)))
    s = [pairs_in_order(x, order) for order in permutations(y)]
    seen = pairs_in_order(x, y)
    found = kendall(x, y)
    tail = min(np.mean(np.array(s) >= seen), np.mean(np.array(s) <= seen))
    assert found.exact
    assert found.tau == pytest.approx(seen / (len(y) * (len(y) - 1) / 2))
    assert found.p == pytest.approx(min(1, 2 * tail))


def test_ties_bring_tau_b_and_the_normal_distribution():
    x, y = [1, 1, 2, 3, 4, 4, 5], [2, 1, 3, 3, 3, 5, 4]
    s, n = pairs_in_order(x, y), 7
    found = kendall(x, y)
    pairs = n * (n - 1) / 2
    assert found.tau == pytest.approx(s / math.sqrt((pairs - 2) * (pairs - 3)))
    # Kendall 1970: ties of 2 and 2 in x, of 3 in y.
    v0, vx, vy = n * (n - 1) * (2 * n + 5), 2 * (2 * 1 * 9), 3 * 2 * 11
    v1 = (2 * 2) * (3 * 2) / (2 * n * (n - 1))
    v2 = 0 * 6 / (9 * n * (n - 1) * (n - 2))
    assert not found.exact
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(s) / math.sqrt((v0 - vx - vy) / 18 + v1 + v2)))


def test_many_waves_take_the_normal_distribution():
    x = np.arange(60)
    assert not kendall(x, np.random.default_rng(1).normal(size=60)).exact
    assert kendall(x, x).tau == 1


# --- slope ----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), min_size=2, max_size=12))
def test_the_median_of_all_slopes(points):
    x, y = [a for a, _ in points], [b for _, b in points]
    slopes = [(y[j] - y[i]) / (x[j] - x[i]) for i in range(len(x)) for j in range(i) if x[i] != x[j]]
    found = computed(theil_sen, x, y)
    assert (found is None) == (not slopes)
    if found:
        assert found.slope == pytest.approx(np.median(slopes))
        assert found.low <= found.slope <= found.high
        assert found.intercept == pytest.approx(np.median(y) - found.slope * np.median(x))


def test_the_interval_beside_scipy_and_none_for_few_points():
    draw = np.random.default_rng(2)
    x, y = np.arange(12), draw.normal(size=12) + 0.3 * np.arange(12)
    theirs = stats.theilslopes(y, x, alpha=0.95)
    found = theil_sen(x, y)
    assert (found.slope, found.low, found.high) == pytest.approx((theirs[0], theirs[2], theirs[3]))
    few = theil_sen([1, 2, 3, 4], [1, 2, 4, 8])
    assert (few.low, few.high) == (-math.inf, math.inf)
    assert theil_sen([1, 2, 3, 4], [1, 2, 4, 8], confidence=0.5).low > 0
    flat = theil_sen([1, 2, 3], [5, 5, 5])
    assert (flat.slope, flat.low, flat.high) == (0, 0, 0)


def test_an_odd_wave_does_not_move_the_slope():
    y = np.arange(10.0)
    y[4] = 400
    assert theil_sen(range(10), y).slope == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.randoms(), st.floats(-20, 20), st.floats(0.1, 10))
def test_tau_and_slope_stand_whatever_the_order_and_the_metric(seed, draw, shift, factor):
    y = np.random.default_rng(seed).normal(size=9)
    order = list(range(9))
    draw.shuffle(order)
    x = np.arange(9.0)
    assert kendall(x[order], y[order] * factor + shift).tau == pytest.approx(kendall(x, y).tau)
    slope, other = theil_sen(x, y), theil_sen(x[order] * 2, y[order] * factor + shift)
    assert (other.slope, other.low) == pytest.approx((slope.slope * factor / 2, slope.low * factor / 2), abs=1e-6)


def test_pairs_with_a_missing_part_are_left_out():
    assert kendall([1, 2, None, 4, 3], [2, 1, 5, 6, None]) == kendall([1, 2, 4], [2, 1, 6])
    assert theil_sen([1, 2, None, 4], [2, 1, 5, 6]) == theil_sen([1, 2, 4], [2, 1, 6])


def test_a_trend_needs_two_points_that_differ():
    for wrong in (
        lambda: kendall([1], [1]),
        lambda: kendall([1, 1], [1, 2]),
        lambda: kendall([1, 2], [3, 3]),
        lambda: theil_sen([2, 2], [1, 2]),
        lambda: theil_sen([], []),
    ):
        with pytest.raises(ValueError, match="two pairs"):
            wrong()
    with pytest.raises(ValueError, match="1 values of x for 2"):
        kendall([1], [1, 2])


# --- a share --------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.95, 0.99])
)
def test_wilsons_limits_are_the_shares_that_the_score_test_just_keeps(counts, confidence):
    events, total = counts
    z = stats.norm.ppf((1 + confidence) / 2)
    for limit in wilson(events, total, confidence):
        assert 0 <= limit <= 1
        assert (events / total - limit) ** 2 == pytest.approx(z * z * limit * (1 - limit) / total, abs=1e-12)
    low, high = wilson(events, total, confidence)
    assert low <= events / total <= high
    assert wilson(total - events, total, confidence) == pytest.approx((1 - high, 1 - low))


def test_nobody_and_everybody_have_an_interval_too():
    assert wilson(0, 10)[0] == 0 and wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)
    assert wilson(10, 10)[1] == 1
    for events, total in ((1, 0), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="0 <= events <= total"):
            wilson(events, total)
    with pytest.raises(ValueError, match="at 95"):
        wilson(1, 2, 95)
