"""Relations within groups against other routes: statsmodels, dense matrices, planted coefficients; and what changes nothing."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.relations import Pair, composite, fit_lagged, fit_within

B = np.array([0.3, 0.2, 0.0, -0.2])


def world(seed: int, teams: int = 24, size: int = 10, slopes: float = 0.0):
    """Outcome with variance 1 within teams, four factors that correlate .4, and teams that differ the other way round."""
    draw = np.random.default_rng(seed)
    team = np.repeat(np.arange(teams), size)
    shape = np.linalg.cholesky(0.4 * np.ones((4, 4)) + 0.6 * np.eye(4))
    x = draw.normal(size=(len(team), 4)) @ shape.T
    rest = np.sqrt(1 - B @ shape @ shape.T @ B)
    own = B + slopes * draw.normal(size=(teams, 4))
    y = (x * own[team]).sum(axis=1) + rest * draw.normal(size=len(team))
    away = draw.normal(size=teams)[team]
    return y + away, x - away[:, None], team


def standardised(values: np.ndarray, team: np.ndarray) -> np.ndarray:
    """By hand: from the mean of the team, in pooled spreads within teams."""
    means = {one: values[team == one].mean(axis=0) for one in set(team.tolist())}
    centred = values - np.array([means[one] for one in team.tolist()])
    return centred / np.sqrt((centred**2).sum(axis=0) / (len(team) - len(means)))


def numbers(fit, name: str = "b") -> list[float]:
    return [getattr(one, name) for one in fit.coefficients]


def dummies(team: np.ndarray) -> np.ndarray:
    return (team[:, None] == np.unique(team)).astype(float)


def test_below_ten_teams_it_is_least_squares_with_a_column_per_team_and_hc3_of_statsmodels():
    import statsmodels.api as sm

    y, x, team = world(3, teams=6)
    fit = fit_within(y, list(x.T), team)
    ys, xs = standardised(y, team), standardised(x, team)
    reference = sm.OLS(ys, np.column_stack([xs, dummies(team)])).fit(cov_type="HC3", use_t=True)
    assert fit.errors == "HC3"
    assert numbers(fit) == pytest.approx(reference.params[:4], abs=1e-10)
    assert numbers(fit, "se") == pytest.approx(reference.bse[:4], rel=1e-10)
    assert numbers(fit, "low") == pytest.approx(reference.conf_int()[:4, 0], abs=1e-9)


def test_rows_of_the_same_people_have_the_cluster_robust_errors_of_statsmodels():
    import statsmodels.api as sm

    y, x, team = world(4)
    people = np.random.default_rng(4).permutation(len(y)) // 2
    fit = fit_within(y, list(x.T), team, people)
    reference = sm.OLS(standardised(y, team), np.column_stack([standardised(x, team), dummies(team)])).fit(
        cov_type="cluster", cov_kwds={"groups": people, "use_correction": True}, use_t=True
    )
    assert fit.errors == "CR1" and fit.coefficients[0].df == len(set(people.tolist())) - 1
    assert numbers(fit) == pytest.approx(reference.params[:4], abs=1e-10)
    assert numbers(fit, "se") == pytest.approx(reference.bse[:4], rel=1e-10)


def test_the_coefficients_are_those_of_a_mixed_model_in_which_team_means_stand_beside_the_factors():
    """Mundlak: with the means of the teams as columns a random intercept model gives the within coefficients."""
    import statsmodels.api as sm

    y, x, team = world(5)
    fit = fit_within(y, list(x.T), team)
    own = np.array([x[team == one].mean(axis=0) for one in range(24)])[team]
    model = sm.MixedLM(y, np.column_stack([np.ones(len(y)), x, own]), team).fit(method=["powell", "lbfgs"])
    spread_x, spread_y = (
        np.sqrt(
            ((v - np.array([v[team == one].mean(axis=0) for one in range(24)])[team]) ** 2).sum(axis=0) / (240 - 24)
        )
        for v in (x, y)
    )
    assert numbers(fit) == pytest.approx(model.fe_params[1:5] * spread_x / spread_y, abs=1e-6)


def test_cr2_and_its_degrees_of_freedom_are_those_of_the_dense_matrices():
    """Bell and McCaffrey written out: a column for each team, n x n projections, square roots of matrices."""
    y, x, team = world(6, teams=11, size=7)
    keep = np.random.default_rng(6).random(len(y)) > 0.2
    y, x, team = y[keep], x[keep], team[keep]
    fit = fit_within(y, list(x.T), team)
    full = np.column_stack([standardised(x, team), dummies(team)])
    ys = standardised(y, team)
    bread = np.linalg.inv(full.T @ full)
    away = np.eye(len(ys)) - full @ bread @ full.T
    scores, sides = [], []
    for one in np.unique(team):
        at = np.flatnonzero(team == one)
        values, vectors = np.linalg.eigh(away[np.ix_(at, at)])
        root = (vectors * np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)) @ vectors.T
        scores.append(bread @ full[at].T @ root @ (away @ ys)[at])
        sides.append(away[:, at] @ root @ full[at] @ bread)
    for at, found in enumerate(fit.coefficients):
        products = np.array([side[:, at] for side in sides])
        eigen = np.linalg.eigvalsh(products @ products.T)
        assert found.se == pytest.approx(np.sqrt(sum(score[at] ** 2 for score in scores)), rel=1e-9)
        assert found.df == pytest.approx(eigen.sum() ** 2 / (eigen**2).sum(), rel=1e-8)


@pytest.mark.parametrize(("teams", "size", "slopes"), [(24, 10, 0.1), (12, 6, 0.1), (6, 12, 0.0)])
def test_planted_coefficients_come_back_and_intervals_hold_them_nineteen_times_of_twenty(teams, size, slopes):
    found, held, rounds = np.zeros(4), np.zeros(4), 250
    for seed in range(rounds):
        fit = fit_within(*(lambda y, x, t: (y, list(x.T), t))(*world(seed, teams, size, slopes)))
        found += numbers(fit)
        held += [one.low <= b <= one.high for one, b in zip(fit.coefficients, B, strict=True)]
    assert np.abs(found / rounds - B).max() < 0.03
    # Four coefficients in 250 worlds: the share lies within .95 +- .03 far more often than 999 times of 1,000.
    assert 0.92 <= held.mean() / rounds <= 0.985


def lagged_world(seed: int, people: int = 300, moments: int = 4, path: float = 0.2, back: float = 0.0):
    """Two processes at some moments; those who left some moments out are others each time. No traits beneath them."""
    draw = np.random.default_rng(seed)
    team, rows = draw.integers(0, 24, people), []
    source, target = draw.normal(size=people), draw.normal(size=people)
    for _ in range(moments):
        rows.append((source, target, draw.random(people) < 0.8))
        shared = draw.normal(size=24)[team] * 0.3
        source, target = (
            0.6 * source + back * target + 0.75 * draw.normal(size=people) + shared,
            0.6 * target + path * source + 0.75 * draw.normal(size=people) + shared,
        )
    pairs = []
    for (x, y, here), (_, later, again) in pairwise(rows):
        both = np.flatnonzero(here & again)
        pairs.append(Pair(y[both], later[both], x[both], team[both], both))
    return pairs


def test_from_five_hundred_teams_the_quicker_errors_are_those_of_fewer():
    """Beside statsmodels on demeaned columns, and beside CR2 of the same world."""
    import statsmodels.api as sm

    from draagkracht.science import relations

    y, x, team = world(12, teams=600, size=6, slopes=0.1)
    fit = fit_within(y, list(x.T), team)
    reference = sm.OLS(standardised(y, team), standardised(x, team)).fit(
        cov_type="cluster", cov_kwds={"groups": team, "use_correction": True}, use_t=True
    )
    assert (fit.errors, fit.coefficients[0].df) == ("CR1", 599)
    assert numbers(fit, "se") == pytest.approx(reference.bse, rel=1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relations, "MANY", 10_000)
        slower = fit_within(y, list(x.T), team)
    assert slower.errors == "CR2"
    assert numbers(slower, "se") == pytest.approx(numbers(fit, "se"), rel=0.005)


def test_planted_paths_between_moments_come_back_and_no_path_is_found_where_there_is_none():
    """Truth: the path in a world of 200,000 people, standardised as the estimate is."""
    for path in (0.2, 0.0):
        truth = fit_lagged(lagged_world(9_999, people=200_000, path=path)).coefficients[0].b
        fits = [fit_lagged(lagged_world(seed, people=120, path=path)) for seed in range(250)]
        found = [fit.coefficients[0] for fit in fits]
        assert np.mean([one.b for one in found]) == pytest.approx(truth, abs=0.015)
        assert 0.91 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.985
        assert truth == pytest.approx(path * 0.93 if path else 0.0, abs=0.02)


def test_people_and_teams_that_go_opposite_ways_are_not_confused():
    y, x, team = world(7)
    assert np.corrcoef(y, x[:, 0])[0, 1] < -0.1 < 0.2 < fit_within(y, [x[:, 0]], team).coefficients[0].b


def test_missing_values_and_people_alone_in_their_group_are_left_out_and_counted():
    y, x, team = world(8)
    plain = fit_within(y, list(x.T), team)
    more_y = np.concatenate([y, [1.0, np.nan, 2.0]])
    more_x = np.vstack([x, [[1, 2, 3, 4], [0, 0, 0, 0], [1, np.nan, 1, 1]]])
    fit = fit_within(more_y, list(more_x.T), np.concatenate([team, [99, 3, 3]]))
    assert (fit.n, fit.left_out, fit.alone, fit.groups) == (240, 2, 1, 24)
    assert fit.coefficients == plain.coefficients


def test_collinearity_is_told_and_factors_that_say_the_same_have_no_coefficient():
    y, x, team = world(9)
    fit = fit_within(y, [*x.T, x[:, 0] + 0.3 * x[:, 1]], team)
    assert fit.coefficients == (None,) * 5 and fit.vif == (np.inf,) * 5
    xs = standardised(x, team)
    others = np.linalg.lstsq(xs[:, 1:], xs[:, 0], rcond=None)
    expected = (xs[:, 0] ** 2).sum() / float(others[1][0])
    assert fit_within(y, list(x.T), team).vif[0] == pytest.approx(expected, rel=1e-9)


def test_what_does_not_vary_within_teams_has_no_coefficient_and_leaves_the_others_alone():
    y, x, team = world(10)
    fit = fit_within(y, [x[:, 0], team * 1.5, x[:, 1]], team)
    assert fit.coefficients[1] is None and fit.vif[1] == np.inf
    assert [fit.coefficients[0], fit.coefficients[2]] == list(fit_within(y, [x[:, 0], x[:, 1]], team).coefficients)
    assert fit_within(np.ones(240), [x[:, 0]], team).coefficients == (None,)
    assert fit_within(x[:, 0] * 2 + team, [x[:, 0]], team).coefficients == (None,)
    assert fit_within(np.array([]), [np.array([])], np.array([])).coefficients == (None,)


def test_wrong_columns_are_refused():
    with pytest.raises(ValueError, match="at least one factor"):
        fit_within([1, 2], [], [0, 0])
    with pytest.raises(ValueError, match="differ in length"):
        fit_within([1, 2], [[1, 2, 3]], [0, 0])
    with pytest.raises(ValueError, match="differ in length"):
        fit_within([1, 2], [[1, 2]], [0, 0], [1])
    with pytest.raises(ValueError, match="pair of moments"):
        fit_lagged([])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-50, 50), st.sampled_from([6, 14]))
def test_neither_scale_nor_starting_point_nor_team_means_change_a_coefficient(seed, factor, away, teams):
    y, x, team = world(seed, teams=teams, size=8)
    fit = fit_within(y, list(x.T), team)
    moved = fit_within(y * factor + away * team, [x[:, 0], x[:, 1] * factor, x[:, 2] + away, -x[:, 3]], team)
    assert numbers(moved) == pytest.approx(np.array(numbers(fit)) * [1, 1, 1, -1], abs=1e-7)
    assert numbers(moved, "se") == pytest.approx(numbers(fit, "se"), rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([6, 14]))
def test_the_order_of_records_changes_no_bit(seed, rounded, teams):
    """Rounded records have equal values, as answers have."""
    y, x, team = world(seed, teams=teams, size=8)
    y, x = (np.round(y), np.round(x)) if rounded else (y, x)
    order = np.random.default_rng(seed).permutation(len(y))
    assert fit_within(y[order], list(x[order].T), team[order]) == fit_within(y, list(x.T), team)
    people = np.arange(len(y)) // 2
    assert fit_within(y[order], list(x[order].T), team[order], people[order]) == fit_within(y, list(x.T), team, people)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_a_composite_is_the_mean_of_z_scores_of_who_has_half_of_them(seed):
    draw = np.random.default_rng(seed)
    table = draw.normal(size=(60, 4)) * [1, 5, 0.1, 2] + 3
    table[draw.random((60, 4)) < 0.2] = np.nan
    found = composite(list(table.T), [False, True, False, False])
    z = (table - np.nanmean(table, axis=0)) / np.nanstd(table, axis=0, ddof=1) * [1, -1, 1, 1]
    enough = (~np.isnan(table)).sum(axis=1) >= 2
    assert found[enough] == pytest.approx(np.nanmean(z[enough], axis=1), abs=1e-9)
    assert np.isnan(found[~enough]).all()
    order = draw.permutation(60)
    assert (
        composite(list(table[order].T), [False, True, False, False])[enough[order]] == found[order][enough[order]]
    ).all()


def test_a_composite_of_columns_without_spread_is_nothing_for_everybody():
    assert composite([[3, 3, 3], [1, 1, 1]]).tolist() == [0, 0, 0]
    assert np.isnan(composite([[None, 1.0, 2.0]])[0])
