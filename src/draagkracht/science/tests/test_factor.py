"""The one-factor model beside other minimisers, and cases that have an answer in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from draagkracht.science.factor import fit_minres, fit_ml
from draagkracht.science.tests.answers_cast import answers


def ml_by_hand(covariance):
    """Least of ln|S| + tr over loadings and logarithms of unique variances, with a minimiser that knows no slope."""
    k = len(covariance)

    def criterion(point):
        implied = np.outer(point[:k], point[:k]) + np.diag(np.exp(point[k:]))
        return np.linalg.slogdet(implied)[1] + np.trace(np.linalg.solve(implied, covariance))

    start = np.concatenate([np.sqrt(np.diag(covariance) / 2), np.log(np.diag(covariance) / 2)])
    found = optimize.minimize(criterion, start, method="BFGS", options={"gtol": 1e-7}).x
    return found[:k] * np.sign(found[:k].sum()), np.exp(found[k:])


@pytest.mark.parametrize("seed", range(6))
def test_maximum_likelihood_is_where_another_minimiser_finds_it(seed):
    covariance = np.cov(answers(seed, 150, 4 + seed), rowvar=False) * (1 + seed)
    fit = fit_ml(covariance)
    loadings, unique = ml_by_hand(covariance)
    assert fit.converged
    assert fit.loadings == pytest.approx(loadings, rel=1e-4)
    assert fit.unique == pytest.approx(unique, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_minres_leaves_the_least_squares_off_the_diagonal(seed):
    correlation = np.corrcoef(answers(seed, 80, 4 + seed), rowvar=False)
    fit = fit_minres(correlation)
    above = np.triu_indices(len(correlation), 1)

    def residuals(loadings):
        return (correlation - np.outer(loadings, loadings))[above]

    theirs = optimize.least_squares(residuals, np.full(len(correlation), 0.5), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    assert fit.converged
    assert fit.loadings == pytest.approx(theirs.x * np.sign(theirs.x.sum()), abs=1e-7)
    assert fit.criterion == pytest.approx(2 * theirs.cost, rel=1e-6)


def test_a_matrix_with_one_factor_gives_that_factor_back():
    loadings, unique = np.array([0.9, 0.7, -0.5, 1.4]), np.array([0.3, 0.6, 0.2, 2.0])
    fit = fit_ml(np.outer(loadings, loadings) + np.diag(unique))
    assert fit.loadings == pytest.approx(loadings, abs=1e-8)
    assert fit.unique == pytest.approx(unique, abs=1e-8)
    assert fit.criterion == pytest.approx(0, abs=1e-10)
    assert fit.heywood == ()


def test_three_items_have_an_answer_in_closed_form():
    correlation = np.array([[1, 0.42, 0.35], [0.42, 1, 0.3], [0.35, 0.3, 1]])
    closed = np.sqrt([0.42 * 0.35 / 0.3, 0.42 * 0.3 / 0.35, 0.35 * 0.3 / 0.42])
    assert fit_ml(correlation).loadings == pytest.approx(closed, abs=1e-7)
    assert fit_minres(correlation).loadings == pytest.approx(closed, abs=1e-7)


def test_a_heywood_case_is_flagged_and_not_pulled_back():
    correlation = np.array([[1, 0.8, 0.7], [0.8, 1, 0.5], [0.7, 0.5, 1]])  # 0.8 * 0.7 / 0.5 is more than 1
    for fit in (fit_ml(correlation), fit_minres(correlation)):
        assert fit.converged
        assert fit.heywood == (0,)
        assert fit.unique[0] == pytest.approx(1 - 0.8 * 0.7 / 0.5, abs=1e-6)


def test_correlations_that_no_factor_makes_do_not_pretend_to_converge():
    impossible = np.array([[1, 0.5, 0.5], [0.5, 1, -0.2], [0.5, -0.2, 1]])  # the product of the three is negative
    fit = fit_ml(impossible)
    assert not fit.converged or fit.heywood


def test_standard_errors_are_those_of_repeated_samples():
    loadings, unique = np.array([0.8, 0.6, 0.7, 0.5]), np.array([0.4, 0.6, 0.5, 0.8])
    whole, draw = np.outer(loadings, loadings) + np.diag(unique), np.random.default_rng(4)
    found = []
    for _ in range(250):
        fit = fit_ml(np.cov(draw.multivariate_normal(np.zeros(4), whole, size=300), rowvar=False))
        found.append(np.concatenate([fit.loadings, fit.unique]))
    expected = np.sqrt(np.diag(fit_ml(whole).covariance) / 299)
    assert np.std(found, axis=0) == pytest.approx(expected, rel=0.15)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000), st.permutations(range(5)))
def test_the_metric_and_the_order_of_items_change_nothing_but_themselves(seed, factor, order):
    covariance = np.cov(answers(seed, 200, 5), rowvar=False)
    fit, other = fit_ml(covariance), fit_ml((covariance * factor**2)[np.ix_(order, order)])
    assert other.loadings == pytest.approx(fit.loadings[order] * factor, rel=1e-6)
    assert other.unique == pytest.approx(fit.unique[order] * factor**2, rel=1e-6)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.eye(2), "three items"),
        (np.diag([1.0, 1.0, 0.0]), "item 3 has no spread"),
        (np.ones((3, 3)), "exact combination"),
        (np.full((3, 3), np.nan), "missing"),
        (np.ones((2, 3)), "square"),
        (np.array([[1, 0.5, 0.1], [0.2, 1, 0.1], [0.1, 0.1, 1]]), "symmetric"),
    ],
)
def test_what_is_no_covariance_matrix_is_refused(matrix, reason):
    with pytest.raises(ValueError, match=reason):
        fit_ml(matrix)


def test_minres_takes_a_correlation_matrix_even_a_singular_one():
    assert fit_minres(np.ones((3, 3))).loadings == pytest.approx([1, 1, 1])
    with pytest.raises(ValueError, match="correlation"):
        fit_minres(2 * np.eye(3))
