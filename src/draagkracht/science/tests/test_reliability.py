"""Alpha and omega beside direct formulas, on answers that are shuffled, renamed, holed or constant."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.reliability import alpha, alpha_interval, omega
from draagkracht.science.tests.answers_cast import answers, computed, tables


def by_sums(table):
    """Alpha from the variances of items and of people's sums."""
    k = table.shape[1]
    return k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))


def test_three_people_worked_by_hand():
    # Item variances 1, 1 and 7/3; sums 3, 8, 9 with variance 31/3.
    found = alpha([[1, 1, 1], [2, 3, 3], [3, 2, 4]])
    assert found.raw == pytest.approx(1.5 * (1 - (13 / 3) / (31 / 3)))
    assert (found.n, found.k) == (3, 3)


@pytest.mark.parametrize("seed", range(5))
def test_alpha_and_its_items_beside_direct_formulas(seed):
    table = answers(seed, 70, 3 + seed)
    found = alpha(table)
    assert found.raw == pytest.approx(by_sums(table))
    r = np.corrcoef(table, rowvar=False)
    k = len(r)
    mean_r = r[np.triu_indices(k, 1)].mean()
    assert found.mean_r == pytest.approx(mean_r)
    assert found.standardised == pytest.approx(by_sums(stats.zscore(table, ddof=1)))
    for item in range(k):
        rest = np.delete(table, item, axis=1)
        assert found.item_total[item] == pytest.approx(np.corrcoef(table[:, item], rest.sum(axis=1))[0, 1])
        assert found.if_dropped[item] == pytest.approx(by_sums(rest))


@pytest.mark.parametrize("seed", range(4))
def test_missing_answers_listwise_and_pairwise(seed):
    table = answers(seed, 50, 4, holes=0.15)
    whole = table[~np.isnan(table).any(axis=1)]
    assert alpha(table).raw == pytest.approx(by_sums(whole))
    assert alpha(table).n == len(whole) < 50
    covariance = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            both = table[~np.isnan(table[:, [i, j]]).any(axis=1)]
            covariance[i, j] = np.cov(both[:, i], both[:, j])[0, 1]
    pairwise = alpha(table, missing="pairwise")
    assert pairwise.raw == pytest.approx(4 / 3 * (1 - np.trace(covariance) / covariance.sum()))
    given_both = ~np.isnan(table)
    assert pairwise.n == (given_both.T.astype(int) @ given_both).min()


def test_without_missing_answers_pairwise_is_listwise():
    table = answers(1)
    assert alpha(table, missing="pairwise").raw == alpha(table).raw


def test_the_interval_of_alpha_is_feldts():
    low, high = alpha_interval(0.8, 100, 6)
    assert 1 - (1 - 0.8) * stats.f.ppf(0.975, 99, 495) == pytest.approx(low)
    assert 1 - (1 - 0.8) * stats.f.ppf(0.025, 99, 495) == pytest.approx(high)
    wide = alpha_interval(0.8, 100, 6, confidence=0.99)
    assert wide[0] < low < 0.8 < high < wide[1]
    assert alpha_interval(1, 10, 3) == (1, 1)


def test_intervals_hold_what_they_promise():
    loadings, unique, draw = np.full(5, 0.7), np.full(5, 0.51), np.random.default_rng(11)
    whole = np.outer(loadings, loadings) + np.diag(unique)
    true = loadings.sum() ** 2 / whole.sum()  # equal loadings: alpha and omega are the same
    inside = np.zeros(2)
    for _ in range(250):
        table = draw.multivariate_normal(np.zeros(5), whole, size=80)
        for place, found in enumerate((alpha(table), omega(table))):
            inside[place] += found.low <= true <= found.high
    assert inside / 250 == pytest.approx([0.95, 0.95], abs=0.03)


def test_omega_of_equal_loadings_is_alpha_and_else_it_is_more():
    equal = np.outer(np.ones(4), np.ones(4)) + np.eye(4)
    unequal = np.outer([1.5, 1, 0.5, 0.2], [1.5, 1, 0.5, 0.2]) + np.eye(4)
    for matrix, same in ((equal, True), (unequal, False)):
        table = with_covariance(matrix)
        difference = omega(table).value - alpha(table).raw
        assert abs(difference) < 1e-7 if same else difference > 0.01
        true = 1 - 4 / matrix.sum()
        assert omega(table).value == pytest.approx(true, abs=1e-7)
        assert omega(table, variance="observed").value == pytest.approx(true, abs=1e-7)


def with_covariance(matrix, people=60):
    """Answers that have exactly this covariance matrix."""
    draw = np.random.default_rng(3).normal(size=(people, len(matrix)))
    draw -= draw.mean(axis=0)
    white = draw @ np.linalg.inv(np.linalg.cholesky(np.cov(draw, rowvar=False))).T
    return white @ np.linalg.cholesky(matrix).T


def test_omega_by_minres_stands_on_correlations():
    table = answers(5, 100, 4) * [1, 10, 0.1, 5]
    plain, stretched = omega(stats.zscore(table), "minres"), omega(table, "minres")
    assert stretched.value == pytest.approx(plain.value)
    assert stretched.low is None
    observed = omega(table, "minres", "observed")
    r = np.corrcoef(table, rowvar=False)
    assert observed.value == pytest.approx(observed.fit.loadings.sum() ** 2 / r.sum())


def test_omega_says_when_its_factor_is_not_to_be_relied_on():
    table = with_covariance(np.array([[1, 0.8, 0.7], [0.8, 1, 0.5], [0.7, 0.5, 1]]))
    found = omega(table)
    assert found.fit.heywood == (0,)
    # Three items of which one has next to nothing in common with another: no factor is the best one.
    nothing = omega(with_covariance(np.array([[1, 0.5, 0.5], [0.5, 1, -0.2], [0.5, -0.2, 1]])))
    assert nothing.value is None or nothing.fit.heywood


def test_an_item_that_everybody_answered_the_same():
    table = answers(2, 40, 4)
    table[:, 1] = 3
    found = alpha(table)
    assert found.raw == pytest.approx(by_sums(table))
    assert found.mean_r is None and found.standardised is None
    assert np.isnan(found.item_total).tolist() == [False, True, False, False]
    with pytest.raises(ValueError, match="item 2 has no spread"):
        omega(table)


def test_two_items_have_no_alpha_without_one_of_them():
    assert np.isnan(alpha(answers(1, 20, 2)).if_dropped).all()


def test_an_item_that_was_not_reversed_can_make_alpha_negative():
    table = answers(3, 100, 2)
    table[:, 1] = 6 - table[:, 1]
    assert alpha(table).raw == pytest.approx(by_sums(table))
    assert alpha(table).raw < 0


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (np.full((5, 3), 2.0), "does not differ"),
        (np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 3.0]]), "does not differ"),
        (np.array([[1.0, 2.0]]), "at least two are needed"),
        (np.array([[1.0, np.nan], [np.nan, 2.0]]), "0 people"),
        (np.ones((4, 1)), "at least two items"),
        (np.ones(4), "table"),
        (np.array([[1.0, np.inf], [1, 2]]), "infinite"),
        ([["often", "never"], ["never", "often"]], "numbers"),
        (np.empty((0, 3)), "at least two are needed"),
        (np.empty((3, 0)), "at least two are needed"),
    ],
)
def test_what_cannot_be_computed_says_why(table, reason):
    with pytest.raises(ValueError, match=reason):
        alpha(table)


def test_unknown_ways_are_refused():
    table = answers(1)
    for wrong in (
        lambda: alpha(table, missing="mean"),
        lambda: omega(table, "pca"),
        lambda: omega(table, "ml", "guess"),
    ):
        with pytest.raises(ValueError, match=r"mean|pca|guess"):
            wrong()
    with pytest.raises(ValueError, match="confidence"):
        alpha(table, confidence=95)
    with pytest.raises(ValueError, match="two people"):
        alpha_interval(0.8, 1, 3)
    with pytest.raises(ValueError, match="fewer than two people"):
        alpha([[1, None], [None, 2], [3, 1], [2, None]], missing="pairwise")
    with pytest.raises(ValueError, match="three items"):
        omega(answers(1, 30, 2))
    with pytest.raises(ValueError, match="more people than items"):
        omega(np.random.default_rng(1).normal(size=(5, 8)))


# --- what must not matter, and what must ----------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(tables(), st.randoms(), st.sampled_from(["listwise", "pairwise"]))
def test_the_order_of_people_and_items_does_not_matter(table, draw, missing):
    people, items = list(range(len(table))), list(range(table.shape[1]))
    draw.shuffle(people)
    draw.shuffle(items)
    found, other = computed(alpha, table, missing), computed(alpha, table[people][:, items], missing)
    assert (found is None) == (other is None)
    if found:
        assert other.raw == pytest.approx(found.raw, abs=1e-9)
        assert other.item_total == pytest.approx(found.item_total[items], abs=1e-6, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(tables(), st.floats(-1000, 1000), st.floats(0.01, 100))
def test_another_metric_does_not_matter_to_alpha(table, shift, factor):
    found, other = computed(alpha, table), computed(alpha, table * factor + shift)
    assume(found)
    assert other.raw == pytest.approx(found.raw, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_everybody_twice_gives_the_same_alpha_with_a_closer_interval(table):
    found, twice = computed(alpha, table), computed(alpha, np.vstack([table, table]))
    assume(found)
    assert twice.raw == pytest.approx(found.raw, abs=1e-9)
    assert twice.n == 2 * found.n
    if found.raw < 1 - 1e-9:
        assert twice.high - twice.low < found.high - found.low


@settings(max_examples=40, deadline=None)
@given(tables())
def test_people_who_left_something_out_change_nothing_listwise(table):
    holed = np.vstack([table, np.where(np.arange(table.shape[1]) == 0, np.nan, 5.0)])
    found, other = computed(alpha, table), computed(alpha, holed)
    assert (found is None) == (other is None)
    if found:
        assert (other.raw, other.n) == (found.raw, found.n)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 7), st.floats(-50, 50), st.floats(0.1, 10))
def test_omega_stands_whatever_the_order_and_the_metric(seed, items, shift, factor):
    table = answers(seed, 60, items)
    found, other = computed(omega, table), computed(omega, table[::-1, ::-1] * factor + shift)
    assert (found is None) == (other is None)
    if found and found.value is not None and not found.fit.heywood:
        assert other.value == pytest.approx(found.value, abs=1e-6)
        assert other.low == pytest.approx(found.low, abs=1e-5)
        assert 0 <= found.low <= found.value <= found.high <= 1
