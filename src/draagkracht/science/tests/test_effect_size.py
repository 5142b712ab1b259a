import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.effect_size import (
    group_effect,
    group_effect_from_summary,
    noncentral_t_interval,
    paired_effect,
    small_sample_correction,
    small_sample_correction_approximate,
)

X = [3.1, 4.0, 2.2, 5.5, 4.1, None, 3.3]
Y = [2.0, 2.9, 1.1, 3.8, math.nan, 2.4]


def test_g_equals_the_formula_worked_out():
    effect = group_effect(X, Y)
    x, y = np.array([3.1, 4.0, 2.2, 5.5, 4.1, 3.3]), np.array([2.0, 2.9, 1.1, 3.8, 2.4])
    pooled = math.sqrt((5 * x.var(ddof=1) + 4 * y.var(ddof=1)) / 9)
    d = (x.mean() - y.mean()) / pooled
    j = math.gamma(4.5) / (math.sqrt(4.5) * math.gamma(4))
    assert (effect.n1, effect.n2) == (6, 5)
    assert effect.d == pytest.approx(d, rel=1e-12)
    assert effect.g == pytest.approx(j * d, rel=1e-12)
    assert effect.g_approximate == pytest.approx((1 - 3 / 35) * d, rel=1e-12)
    assert effect.variance == pytest.approx(1 / 6 + 1 / 5 + (j * d) ** 2 / 22, rel=1e-12)
    assert effect.normal_high - effect.normal_low == pytest.approx(2 * 1.959963984540054 * math.sqrt(effect.variance))


def test_the_limits_put_the_t_that_was_seen_in_the_tails():
    effect = group_effect(X, Y)
    per_sd = math.sqrt(1 / 6 + 1 / 5)
    t = effect.d / per_sd
    assert stats.nct.sf(t, 9, effect.d_low / per_sd) == pytest.approx(0.025, rel=1e-8)
    assert stats.nct.cdf(t, 9, effect.d_high / per_sd) == pytest.approx(0.025, rel=1e-8)
    assert (effect.low, effect.high) == pytest.approx((effect.j * effect.d_low, effect.j * effect.d_high))


def test_paired_sizes_equal_their_formulas():
    before, after = np.array([2.0, 3.0, 4.0, 3.5, 1.0]), np.array([3.0, 3.5, 4.2, 5.0, 2.5])
    effect = paired_effect([*before, None, 2.0], [*after, 3.0, math.nan])
    change = after - before
    r = stats.pearsonr(before, after).statistic
    assert effect.n == 5
    assert effect.r == pytest.approx(r)
    assert effect.dz == pytest.approx(change.mean() / change.std(ddof=1))
    assert effect.gz == pytest.approx(effect.dz * math.gamma(2) / (math.sqrt(2) * math.gamma(1.5)))
    assert effect.dav == pytest.approx(2 * change.mean() / (before.std(ddof=1) + after.std(ddof=1)))
    assert effect.drm == pytest.approx(effect.dz * math.sqrt(2 * (1 - r)))
    assert effect.g_pre == pytest.approx(effect.j * change.mean() / before.std(ddof=1))
    assert stats.nct.sf(effect.dz * math.sqrt(5), 4, effect.dz_low * math.sqrt(5)) == pytest.approx(0.025, rel=1e-8)


def test_a_constant_start_gives_what_does_not_divide_by_it():
    effect = paired_effect([2, 2, 2, 2], [3, 4, 3, 5])
    assert effect.r is effect.drm is effect.d_pre is effect.g_pre is None
    assert effect.dz == pytest.approx(1.75 / np.std([1, 2, 1, 3], ddof=1))


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([1], [1, 2], "at least 2"),
        ([1, None], [1, 2], "at least 2"),
        ([3, 3], [3, 3, 3], "spread"),
        ([0.1 + 0.2] * 3, [0.3] * 4, "spread"),
        ([1, math.inf], [1, 2], "infinite"),
        ([[1, 2]], [1, 2], "one column"),
    ],
)
def test_two_groups_that_allow_no_size(first, second, reason):
    with pytest.raises(ValueError, match=reason):
        group_effect(first, second)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([1, 2], [2, 4], "at least 3"),
        ([1, 2, 3], [2, 3, 4], "spread"),
        ([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], "spread"),
        ([1, 2, 3], [1, 2], "one length"),
    ],
)
def test_pairs_that_allow_no_size(before, after, reason):
    with pytest.raises(ValueError, match=reason):
        paired_effect(before, after)


def test_the_correction_tends_to_one():
    assert small_sample_correction(2) == pytest.approx(math.gamma(1) / math.gamma(0.5))
    assert small_sample_correction(100_000) == pytest.approx(1, abs=1e-5)
    assert small_sample_correction_approximate(41) == pytest.approx(small_sample_correction(41), abs=1e-4)
    for correction in (small_sample_correction, small_sample_correction_approximate):
        with pytest.raises(ValueError, match="degree"):
            correction(1)


@pytest.mark.parametrize(("t", "df"), [(0, 4), (3.3, 2), (-8, 30), (50, 9998), (200, 9998), (2, 1e7), (37, 10)])
def test_limits_far_out_are_still_limits(t, df):
    low, high = noncentral_t_interval(t, df)
    assert stats.nct.cdf(t, df, low) == pytest.approx(0.975, abs=1e-6)
    assert stats.nct.cdf(t, df, high) == pytest.approx(0.025, abs=1e-6)
    mirrored = noncentral_t_interval(-t, df)
    assert mirrored == pytest.approx((-high, -low), abs=1e-7)


def test_an_interval_refuses_what_has_no_meaning():
    for t, df, confidence in ((math.nan, 3, 0.95), (1, 0, 0.95), (1, 3, 1.0)):
        with pytest.raises(ValueError, match="finite"):
            noncentral_t_interval(t, df, confidence)


VALUES = st.lists(st.integers(0, 60).map(lambda x: x / 10), min_size=3, max_size=15)


@given(VALUES, VALUES, st.integers(-100, 100), st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_sizes_do_not_depend_on_order_units_or_holes(x, y, shift, factor):
    try:
        plain = group_effect(x, y)
    except ValueError:
        assert len(set(x)) == len(set(y)) == 1
        return
    other = group_effect([*(shift + factor * v for v in x[::-1]), None], [shift + factor * v for v in y])
    assert other.g == pytest.approx(plain.g, rel=1e-6, abs=1e-9)
    assert (other.low, other.high) == pytest.approx((plain.low, plain.high), rel=1e-6, abs=1e-8)
    swapped = group_effect(y, x)
    assert (swapped.g, swapped.low) == pytest.approx((-plain.g, -plain.high), rel=1e-6, abs=1e-8)
    assert plain.low <= plain.g <= plain.high


def test_a_report_with_n_mean_and_sd_gives_the_same():
    x, y = np.array([3.1, 4.0, 2.2, 5.5]), np.array([2.0, 2.9, 1.1])
    from_summary = group_effect_from_summary(4, x.mean(), x.std(ddof=1), 3, y.mean(), y.std(ddof=1))
    assert from_summary == group_effect(x, y)
    with pytest.raises(ValueError, match="at least 2"):
        group_effect_from_summary(1, 0, 1, 5, 0, 1)
