import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.diagnostic import het_breuschpagan

from draagkracht.science.linear import ancova, compare, equal_spread, normality, ols


def cast(seed=1, n=40):
    """Before, after and arm of n people; the arms are named a, b and c."""
    random = np.random.default_rng(seed)
    before = random.normal(50, 8, n)
    arm = [("a", "b", "c")[i % 3] for i in range(n)]
    after = 10 + 0.7 * before + 3 * (np.array(arm) == "b") + random.normal(0, 4, n)
    return before, after, arm


def matrix(before, arm, reference="a"):
    levels = [level for level in ("a", "b", "c") if level != reference]
    return np.column_stack([np.ones(len(before)), before, *(np.array(arm) == level for level in levels)]).astype(float)


@pytest.mark.parametrize("reference", ["a", "c"])
def test_coefficients_equal_statsmodels(reference):
    before, after, arm = cast()
    found = ols(after, {"before": before, "arm": arm}, reference={"arm": reference})
    known = sm.OLS(after, matrix(before, arm, reference)).fit()
    others = [level for level in "abc" if level != reference]
    assert [one.name for one in found.coefficients] == ["Intercept", "before", *(f"arm[{level}]" for level in others)]
    for i, one in enumerate(found.coefficients):
        expected = (known.params[i], known.bse[i], known.tvalues[i], known.pvalues[i], *known.conf_int()[i])
        assert (one.b, one.se, one.t, one.p, one.low, one.high) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert found.r_squared == pytest.approx(known.rsquared)
    assert found.sigma == pytest.approx(math.sqrt(known.scale))
    assert found.df_residual == known.df_resid
    assert found.fitted + found.residuals == pytest.approx(after)


def test_robust_errors_equal_statsmodels():
    before, after, arm = cast(2)
    found = ols(after, {"before": before, "arm": arm}, robust=True)
    known = sm.OLS(after, matrix(before, arm)).fit().get_robustcov_results("HC3")
    assert [one.se for one in found.coefficients] == pytest.approx(list(known.bse), rel=1e-9)
    assert found.robust


def test_slopes_that_differ_are_tested_as_statsmodels_does():
    before, after, arm = cast(3)
    after = after + 0.3 * before * (np.array(arm) == "c")
    x = matrix(before, arm)
    known = sm.OLS(after, np.column_stack([x, x[:, 2:] * before[:, None]])).fit().compare_f_test(sm.OLS(after, x).fit())
    found = ancova(after, before, arm).slopes
    assert (found.statistic, found.p, found.df) == pytest.approx(known, rel=1e-8)
    assert ancova(after, before, arm, robust=True).slopes == found


def test_equal_spread_is_the_test_of_breusch_and_pagan():
    before, after, arm = cast(4)
    fit = ols(after + (before - 50) * np.random.default_rng(5).normal(0, 1, 40), {"before": before, "arm": arm})
    known = het_breuschpagan(fit.residuals, matrix(before, arm))
    found = equal_spread(fit)
    assert (found.statistic, found.p) == pytest.approx(known[:2], rel=1e-8)
    assert equal_spread(ols(after, {})) is None


def test_normality_is_doubted_where_it_should_be():
    random = np.random.default_rng(6)
    assert normality(random.normal(size=200)).p > 0.01
    assert normality(random.exponential(size=200)).p < 1e-6
    assert normality(random.exponential(size=6000)).p < 1e-6
    assert normality([1, 2, 3]) is None
    assert normality([2.0] * 50) is None
    assert normality([1, None, 2, 3, 4, 5, 6, 7, 9]).df is None


def test_rows_with_a_hole_are_left_out():
    before, after, arm = cast(7)
    plain = ols(after, {"before": before, "arm": arm})
    holed = ols(
        [*after, 1.0, None, 3.0],
        {"before": [*before, math.nan, 3.0, 5.0], "arm": [*arm, "a", "b", None]},
    )
    assert holed.n == 40
    assert list(holed.rows) == list(range(40))
    assert [one.b for one in holed.coefficients] == pytest.approx([one.b for one in plain.coefficients], rel=1e-12)


def test_a_level_that_only_occurs_in_incomplete_rows_does_not_exist():
    before, after, arm = cast(8)
    fit = ols([*after, None], {"before": [*before, 1.0], "arm": [*arm, "zzz"]})
    assert "arm[zzz]" not in [one.name for one in fit.coefficients]


def test_whole_numbers_can_be_labels():
    before, after, arm = cast(9)
    numbers = [{"a": 7, "b": 3, "c": 11}[level] for level in arm]
    by_text = ancova(after, before, arm, reference="a").fit
    by_number = ancova(after, before, numbers, reference=7).fit
    assert by_number["group[3]"].b == pytest.approx(by_text["group[b]"].b, rel=1e-12)
    assert by_number["group[11]"].se == pytest.approx(by_text["group[c]"].se, rel=1e-12)
    assert {one.name for one in ancova(after, before, numbers).fit.coefficients} >= {"group[3]", "group[7]"}


@given(st.integers(0, 10_000), st.floats(-1000, 1000), st.floats(0.01, 100), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_a_fit_follows_units_and_ignores_order_and_names(seed, shift, factor, random):
    before, after, arm = cast(seed, 18)
    plain = ancova(after, before, arm, reference="a").fit
    order = random.sample(range(18), 18)
    renamed = {"a": "zebra", "b": "1", "c": "ok"}
    other = ancova(
        shift + factor * after[order],
        shift + before[order] / factor,
        [renamed[arm[i]] for i in order],
        reference="zebra",
    ).fit
    assert other["group[1]"].b == pytest.approx(factor * plain["group[b]"].b, rel=1e-6, abs=1e-6 * factor)
    assert other["before"].b == pytest.approx(factor**2 * plain["before"].b, rel=1e-6)
    assert other["group[ok]"].p == pytest.approx(plain["group[c]"].p, rel=1e-5)


@pytest.mark.parametrize(
    ("y", "columns", "options", "reason"),
    [
        ([1, 2, 3], {"x": [1, 2]}, {}, "length"),
        ([1, 2, 4, 3], {"x": [5, 5, 5, 5]}, {}, "does not vary"),
        ([1, 2, 4, 3, 9], {"x": [1, 2, 3, 4, 5], "z": [3, 5, 7, 9, 11]}, {}, "z depends"),
        ([1, 2, 4, 3], {"g": ["a"] * 4}, {}, "one level"),
        ([1, 2, 4, 3], {"g": list("abab")}, {"reference": {"g": "c"}}, "reference"),
        ([1, 2, 4], {"x": [1, 2, 3]}, {"interactions": [("x", "w")]}, "interaction"),
        ([1, 2], {"x": [1, 2]}, {}, "degree of freedom"),
        ([1], {"x": [1], "z": [2]}, {}, "too few"),
        ([1, 2, 3], {"x": [1, 2, 3]}, {}, "perfect"),
        ([None, None], {"x": [1, 2]}, {}, "no row"),
        ([1, 2, 5, 4], {"Intercept": [1, 2, 3, 4]}, {}, "intercept"),
        ([1, 2, math.inf], {"x": [1, 2, 3]}, {}, "infinite"),
        ([1, 5, 2, 8, 9], {"x": [0, 0, 0, 0, 1]}, {"robust": True}, "one row alone"),
    ],
)
def test_what_cannot_be_fitted_is_said(y, columns, options, reason):
    with pytest.raises(ValueError, match=reason):
        ols(y, columns, **options)


def test_only_models_on_the_same_rows_are_compared():
    before, after, arm = cast(10)
    small, large = ols(after, {"before": before}), ols(after, {"before": before, "arm": arm})
    assert compare(small, large).df == 2
    with pytest.raises(ValueError, match="same rows"):
        compare(large, small)
    with pytest.raises(ValueError, match="same rows"):
        compare(ols([*after, 3.0], {"before": [*before, 50.0]}), large)


def test_groups_too_small_for_slopes_of_their_own():
    assert ancova([1, 4, 2, 5], [1, 2, 3, 5], list("aabb")).slopes is None
