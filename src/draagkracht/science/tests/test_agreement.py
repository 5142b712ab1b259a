"""Agreement beside the table of Shrout and Fleiss, direct sums and scipy, and data that stretch the formulas."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.agreement import may_stand_for_team, rwg, shrout_fleiss, team_icc, uniform_null
from draagkracht.science.mixed import icc_reml
from draagkracht.science.tests.answers_cast import answers, computed, tables, team_scores

# Shrout & Fleiss 1979, table 2: six targets, four judges.
PUBLISHED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


# --- raters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [("ICC1", 0.17), ("ICC2", 0.29), ("ICC3", 0.71), ("ICC1k", 0.44), ("ICC2k", 0.62), ("ICC3k", 0.91)],
)
def test_the_published_table_gives_the_published_values(kind, value):
    assert round(shrout_fleiss(PUBLISHED)[kind].value, 2) == value


def mean_squares(table):
    """Between targets, within, between raters, rest, cell by cell."""
    n, k = table.shape
    grand = table.mean()
    between = sum(k * (row.mean() - grand) ** 2 for row in table) / (n - 1)
    raters = sum(n * (rater.mean() - grand) ** 2 for rater in table.T) / (k - 1)
    within = sum(((row - row.mean()) ** 2).sum() for row in table) / (n * (k - 1))
    rest = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    return between, within, raters, rest


@pytest.mark.parametrize("seed", range(4))
def test_six_iccs_beside_direct_formulas(seed):
    table = answers(seed, 12, 3 + seed) + np.random.default_rng(seed).normal(size=3 + seed) / 2
    n, k = table.shape
    b, w, j, e = mean_squares(table)
    found = shrout_fleiss(table)
    expected = {
        "ICC1": ((b - w) / (b + (k - 1) * w), b / w, n - 1, n * (k - 1)),
        "ICC2": ((b - e) / (b + (k - 1) * e + k * (j - e) / n), b / e, n - 1, (n - 1) * (k - 1)),
        "ICC3": ((b - e) / (b + (k - 1) * e), b / e, n - 1, (n - 1) * (k - 1)),
        "ICC1k": ((b - w) / b, b / w, n - 1, n * (k - 1)),
        "ICC2k": ((b - e) / (b + (j - e) / n), b / e, n - 1, (n - 1) * (k - 1)),
        "ICC3k": ((b - e) / b, b / e, n - 1, (n - 1) * (k - 1)),
    }
    for kind, (value, f, df1, df2) in expected.items():
        icc = found[kind]
        assert (icc.value, icc.f) == pytest.approx((value, f))
        assert (icc.df1, icc.df2) == (df1, df2)
        assert icc.p == pytest.approx(stats.f.sf(f, df1, df2))
        assert icc.low < icc.value < icc.high


def test_intervals_of_consistency_turn_the_f_distribution_round():
    found = shrout_fleiss(PUBLISHED, confidence=0.9)
    f, n, k = found["ICC3"].f, 6, 4
    low = f / stats.f.ppf(0.95, n - 1, (n - 1) * (k - 1))
    high = f * stats.f.ppf(0.95, (n - 1) * (k - 1), n - 1)
    assert found["ICC3"].low == pytest.approx((low - 1) / (low + k - 1))
    assert found["ICC3k"].high == pytest.approx(1 - 1 / high)


def test_the_interval_of_absolute_agreement_holds_what_it_promises():
    draw, inside = np.random.default_rng(5), 0
    for _ in range(300):
        targets, raters = draw.normal(size=(25, 1)), draw.normal(size=(1, 6)) * 0.5
        icc = shrout_fleiss(targets + raters + draw.normal(size=(25, 6)))["ICC2"]
        inside += icc.low <= 1 / (1 + 0.25 + 1) <= icc.high
    assert inside / 300 == pytest.approx(0.95, abs=0.03)


def test_raters_who_agree_perfectly():
    same = shrout_fleiss([[1, 1, 1], [2, 2, 2], [4, 4, 4]])
    for icc in same.values():
        assert (icc.value, icc.low, icc.high, icc.f, icc.p) == (1, 1, 1, math.inf, 0)
    shifted = shrout_fleiss([[1, 2, 3], [2, 3, 4], [4, 5, 6]])
    assert shifted["ICC3"].value == 1
    assert shifted["ICC2"].value < 1 and shifted["ICC1"].value < 1


def test_targets_that_cannot_be_told_apart():
    found = shrout_fleiss([[1, 2, 3], [1, 2, 3], [1, 2, 3]])
    assert found["ICC3"].value is None and found["ICC3"].f is None and found["ICC3"].low is None
    assert found["ICC1"].value == pytest.approx(-1 / 2)
    assert found["ICC1k"].value == -math.inf
    opposite = shrout_fleiss([[1, 2], [2, 1]])
    assert opposite["ICC2"].value is None
    assert opposite["ICC3"].value == pytest.approx(-1)


def test_a_target_with_a_missing_rating_is_left_out():
    holed = np.array([*PUBLISHED, [5, np.nan, 5, 5]])
    assert shrout_fleiss(holed) == shrout_fleiss(PUBLISHED)


@pytest.mark.parametrize(
    "ratings", [[[1, 2]], [[1], [2]], [[2, 2], [2, 2]], [[0.1, 0.1, 0.1]] * 3, [[1, None], [None, 2]]]
)
def test_ratings_without_anything_to_agree_about_are_refused(ratings):
    with pytest.raises(ValueError, match=r"at least two|all ratings are equal"):
        shrout_fleiss(ratings)


@settings(max_examples=40, deadline=None)
@given(tables(), st.integers(-100, 100), st.sampled_from([0.25, 2, 8]))
def test_six_iccs_stand_whatever_the_order_and_the_metric(table, shift, factor):
    found, other = computed(shrout_fleiss, table), computed(shrout_fleiss, table[::-1, ::-1] * factor + shift)
    assert (found is None) == (other is None)
    for kind, icc in (found or {}).items():
        assert other[kind].value == pytest.approx(icc.value, abs=1e-9)
        assert other[kind].low == pytest.approx(icc.low, abs=1e-6)


# --- teams ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_one_way_anova_beside_scipy_and_direct_sums(seed):
    scores, labels = team_scores(seed, holes=0.1 * (seed % 2))
    kept = ~np.isnan(scores)
    by_team = [scores[kept & (labels == label)] for label in np.unique(labels[kept])]
    sizes = np.array([len(team) for team in by_team])
    found = team_icc(scores, labels)
    n, groups = sizes.sum(), len(sizes)
    assert (found.n, found.groups) == (n, groups)
    theirs = stats.f_oneway(*by_team)
    assert (found.f, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    b = sum(len(team) * (team.mean() - scores[kept].mean()) ** 2 for team in by_team) / (groups - 1)
    w = sum(((team - team.mean()) ** 2).sum() for team in by_team) / (n - groups)
    n0 = (n - (sizes**2).sum() / n) / (groups - 1)
    assert (found.msb, found.msw, found.n0, found.mean_n) == pytest.approx((b, w, n0, n / groups))
    assert found.icc1_mean_n == pytest.approx((b - w) / (b + (n / groups - 1) * w))
    assert found.icc1_n0 == pytest.approx((b - w) / (b + (n0 - 1) * w))
    assert found.icc2 == pytest.approx((b - w) / b)


def test_teams_of_one_size_have_one_icc1():
    scores = np.random.default_rng(1).normal(size=40)
    found = team_icc(scores, np.arange(40) % 8)
    assert found.icc1_mean_n == pytest.approx(found.icc1_n0)
    assert found.n0 == pytest.approx(5)
    assert found.icc2 == pytest.approx(5 * found.icc1_n0 / (1 + 4 * found.icc1_n0))


def test_with_teams_of_one_size_anova_and_the_mixed_model_agree():
    scores, labels = team_scores(4, 120, 12, spread=0.8)[0], np.arange(120) % 12
    scores = scores + labels / 6
    assert team_icc(scores, labels).icc1_n0 == pytest.approx(icc_reml(scores, labels), abs=1e-6)


def test_whatever_names_teams_have():
    scores, labels = team_scores(2)
    found = team_icc(scores, labels)
    for rename in (
        str,
        float,
        lambda label: ("ward", label),
        lambda label: frozenset({label}),
        lambda label: "ab c"[: label + 1],
    ):
        renamed = [rename(int(label)) for label in labels]
        if len(set(renamed)) == len(set(labels)):
            assert team_icc(scores, renamed).icc1_n0 == pytest.approx(found.icc1_n0)
    mixed = [int(label) if label % 2 else f"team {label}" for label in labels]
    assert team_icc(list(scores), mixed).icc2 == pytest.approx(found.icc2)


def test_people_without_a_team_or_a_score_are_left_out():
    scores, labels = team_scores(3)
    named = [str(label) for label in labels]
    holed = team_icc([*scores, 99, None], [*named, None, "0"])
    assert holed == team_icc(scores, named)
    assert team_icc(np.append(scores, 99), np.append(labels.astype(float), np.nan)) == team_icc(scores, labels)


def test_team_means_that_are_equal_and_teams_without_spread():
    equal = team_icc([1, 3, 1, 3], ["a", "a", "b", "b"])
    assert (equal.msb, equal.icc2) == (0, None)
    assert equal.icc1_n0 == pytest.approx(-1)
    certain = team_icc([1.1, 1.1, 3.3, 3.3], ["a", "a", "b", "b"])
    assert (certain.msw, certain.f, certain.p) == (0, math.inf, 0)
    assert certain.icc1_n0 == certain.icc2 == 1


@pytest.mark.parametrize(
    ("scores", "labels", "reason"),
    [
        ([1, 2, 3], ["a", "a", "a"], "at least two teams"),
        ([1, 2, 3], ["a", "b", "c"], "two people in one"),
        ([0.1] * 6, ["a", "a", "a", "b", "b", "b"], "all values are equal"),
        ([1, 2], ["a"], "1 group labels for 2 people"),
        ([], [], "at least two teams"),
        ([1, None], [None, "b"], "at least two teams"),
    ],
)
def test_no_icc_without_teams_and_spread(scores, labels, reason):
    with pytest.raises(ValueError, match=reason):
        team_icc(scores, labels)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.randoms(), st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_team_iccs_stand_whatever_the_order_and_the_metric(seed, draw, shift, factor):
    scores, labels = team_scores(seed, 40, 4)
    order = list(range(40))
    draw.shuffle(order)
    found, other = computed(team_icc, scores, labels), computed(team_icc, scores[order] * factor + shift, labels[order])
    assume(found)
    assert other.icc1_n0 == pytest.approx(found.icc1_n0, abs=1e-5)
    assert other.icc2 == pytest.approx(found.icc2, rel=1e-3, abs=1e-4)


# --- agreement within a team ----------------------------------------------------------------------------------------


def test_the_uniform_null():
    assert [uniform_null(options) for options in (2, 5, 7)] == [0.25, 2, 4]
    with pytest.raises(ValueError, match="two possible answers"):
        uniform_null(1)


@pytest.mark.parametrize(("items", "holes"), [(1, 0), (1, 0.2), (4, 0), (4, 0.1)])
def test_rwg_beside_direct_formulas(items, holes):
    table, labels = answers(items, 80, items, holes, share=0.4), np.random.default_rng(1).integers(0, 15, 80)
    found = rwg(table[:, 0] if items == 1 else table, labels, 2.0)
    whole = ~np.isnan(table).any(axis=1)
    assert found.labels == tuple(np.unique(labels))
    expected = []
    for place, label in enumerate(found.labels):
        team = table[whole & (labels == label)]
        assert found.n[place] == len(team)
        if len(team) < 2:
            assert np.isnan(found.values[place])
            continue
        q = min(team.var(axis=0, ddof=1).mean() / 2, 1)
        expected.append(items * (1 - q) / (items * (1 - q) + q))
        assert found.values[place] == pytest.approx(expected[-1])
    assert found.groups == len(expected)
    assert (found.mean, found.median) == pytest.approx((np.mean(expected), np.median(expected)))
    assert found.share == np.mean(np.array(expected) >= 0.7)


def test_full_agreement_is_one_and_more_spread_than_chance_is_none():
    found = rwg([[1, 2], [1, 2], [1, 5], [5, 1], [3, 3]], ["same", "same", "torn", "torn", "alone"], 2.0)
    assert dict(zip(found.labels, found.values.tolist(), strict=True)) == pytest.approx(
        {"same": 1, "torn": 0, "alone": math.nan}, nan_ok=True
    )
    assert (found.groups, found.mean, found.share) == (2, 0.5, 0.5)


@pytest.mark.parametrize("null", [0, -1, math.inf, math.nan])
def test_a_null_variance_is_above_zero(null):
    with pytest.raises(ValueError, match="null variance"):
        rwg([1, 2], ["a", "a"], null)


def test_rwg_needs_a_team_of_two():
    for table in ([1, 2], [[1, None], [1, 2]], np.empty((2, 0))):
        with pytest.raises(ValueError, match="no group has two people"):
            rwg(table, ["a", "b"] if np.ndim(table) == 1 else ["a", "a"], 2.0)


@settings(max_examples=40, deadline=None)
@given(tables(), st.randoms())
def test_rwg_lies_between_none_and_full_whatever_the_order(table, draw):
    labels = [draw.choice("ab") for _ in table]
    found = computed(rwg, table, labels, 2.0)
    assume(found)
    known = found.values[~np.isnan(found.values)]
    assert ((known >= 0) & (known <= 1)).all()
    order = list(range(len(table)))
    draw.shuffle(order)
    other = rwg(table[order][:, ::-1], [labels[i] for i in order], 2.0)
    assert other.values == pytest.approx(found.values, nan_ok=True)
    twice = rwg(np.vstack([table, table]), labels * 2, 2.0)
    assert (twice.values[found.n > 1] >= found.values[found.n > 1] - 1e-12).all()  # the same spread with more freedom


def test_what_speaks_against_a_mean_of_the_team():
    labels = np.repeat(np.arange(10), 20)
    apart = np.repeat(np.arange(10) % 5 + 1.0, 20)
    assert may_stand_for_team(team_icc(apart, labels), rwg(apart, labels, 2.0)) == ()
    torn = np.tile([1.0, 5.0], 100)
    assert may_stand_for_team(team_icc(torn, labels), rwg(torn, labels, 2.0)) == ("icc1", "icc2", "rwg")
