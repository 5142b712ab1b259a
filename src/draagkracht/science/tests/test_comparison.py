import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.comparison import mann_whitney, paired_t, t_result, welch, wilcoxon

TENTHS = st.integers(0, 40).map(lambda x: x / 8)
GROUP = st.lists(TENTHS, min_size=2, max_size=20)
PAIRS = st.lists(st.tuples(TENTHS, TENTHS), min_size=2, max_size=25)


@given(GROUP, GROUP)
@settings(max_examples=60, deadline=None)
def test_welch_equals_scipy(x, y):
    if len(set(x)) == len(set(y)) == 1:
        with pytest.raises(ValueError, match="constant"):
            welch(x, y)
        return
    found, known = welch([*x, None], [math.nan, *y]), stats.ttest_ind(x, y, equal_var=False)
    limits = known.confidence_interval(0.95)
    assert (found.t, found.df, found.p) == pytest.approx((known.statistic, known.df, known.pvalue), rel=1e-8)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=1e-8, abs=1e-9)


@given(PAIRS)
@settings(max_examples=60, deadline=None)
def test_paired_t_equals_scipy(pairs):
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    if len({b - a for a, b in pairs}) == 1:
        with pytest.raises(ValueError, match="constant"):
            paired_t(before, after)
        return
    found, known = paired_t([*before, None], [*after, 1.0]), stats.ttest_rel(after, before)
    limits = known.confidence_interval(0.95)
    assert (found.t, found.df, found.p) == pytest.approx((known.statistic, known.df, known.pvalue), rel=1e-8)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=1e-8, abs=1e-9)


@given(PAIRS)
@settings(max_examples=60, deadline=None)
def test_wilcoxon_equals_scipy_but_for_the_side_of_its_sum(pairs):
    before, after = np.array(pairs).T
    change = after - before
    if not change.any():
        with pytest.raises(ValueError, match="changed"):
            wilcoxon(before, after)
        return
    found = wilcoxon(before, after)
    known = stats.wilcoxon(change, zero_method="wilcox", correction=True, method="asymptotic")
    n = np.count_nonzero(change)
    assert known.statistic == min(found.statistic, n * (n + 1) / 2 - found.statistic)
    # Where the sum equals its expectation scipy still corrects; R and this do not.
    assert found.p == pytest.approx(1.0 if found.z == 0 else known.pvalue, rel=1e-9)
    assert found.n == n
    # Turned round, the positive ranks are the others.
    turned = wilcoxon(after, before)
    assert (turned.statistic, turned.z) == pytest.approx((n * (n + 1) / 2 - found.statistic, -found.z))


@given(GROUP, GROUP)
@settings(max_examples=60, deadline=None)
def test_mann_whitney_equals_scipy(x, y):
    if len({*x, *y}) == 1:
        with pytest.raises(ValueError, match="differ"):
            mann_whitney(x, y)
        return
    found, known = mann_whitney(x, [*y, None]), stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=True)
    assert found.statistic == known.statistic
    assert found.p == pytest.approx(1.0 if found.z == 0 else known.pvalue, rel=1e-9)
    assert found.statistic + mann_whitney(y, x).statistic == len(x) * len(y)


@given(PAIRS, st.integers(-50, 50), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_ranks_do_not_depend_on_order_or_units(pairs, shift, factor):
    before, after = np.array(pairs).T
    if not (after - before).any():
        return
    plain = wilcoxon(before, after)
    other = wilcoxon((shift + factor * before)[::-1], (shift + factor * after)[::-1])
    assert (other.statistic, other.p) == pytest.approx((plain.statistic, plain.p))


@pytest.mark.parametrize(
    ("test", "first", "second", "reason"),
    [
        (welch, [1], [1, 2], "at least 2"),
        (paired_t, [1, None], [1, 2], "at least 2"),
        (paired_t, [1, 2], [1, 2, 3], "one length"),
        (mann_whitney, [], [1], "at least one"),
        (wilcoxon, [1, 2], [1, 2], "changed"),
        (welch, ["a", "b"], [1, 2], "numbers"),
    ],
)
def test_what_cannot_be_tested_is_said(test, first, second, reason):
    with pytest.raises(ValueError, match=reason):
        test(first, second)


def test_another_confidence_widens():
    assert t_result(1, 0.5, 10, 0.99).low < t_result(1, 0.5, 10, 0.95).low < 1
    with pytest.raises(ValueError, match="confidence"):
        t_result(1, 0.5, 10, 1.5)
