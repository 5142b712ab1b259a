import math
import time

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.mixed import Grouping, fit_mixed, icc_reml, likelihood_ratio
from draagkracht.science.mixed_deviance import deviance, gradient, hessian
from draagkracht.science.nesting import nest
from draagkracht.science.tests import dense_oracle as dense


def cast(seed, people=14, teams=4, moments=3, team_sd=1.0, person_sd=1.0, slope_sd=0.0, hole=0.2):
    """Values of people in teams at moments, about 100: y, moment, person, team (all arrays, with rows left out)."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), moments)
    team = (np.arange(people) % teams)[person]
    moment = np.tile(np.arange(moments), people).astype(float)
    y = 100 + 0.5 * moment + random.normal(0, team_sd, teams)[team] + random.normal(0, person_sd, people)[person]
    y = y + random.normal(0, slope_sd, people)[person] * moment + random.normal(0, 0.8, len(y))
    keep = random.random(len(y)) >= hole
    return y[keep], moment[keep], person[keep], team[keep]


def models(moment, person, team):
    """Groupings by name, with what the dense oracle needs: labels and Z per grouping."""
    one, line = np.ones((len(moment), 1)), np.column_stack([np.ones(len(moment)), moment])
    return {
        "person": ([Grouping("p", person)], [(person, one)]),
        "person and team": ([Grouping("p", person), Grouping("t", team)], [(person, one), (team, one)]),
        "slope per team": ([Grouping("t", team, moment)], [(team, line)]),
        "person, slope per team": ([Grouping("p", person), Grouping("t", team, moment)], [(person, one), (team, line)]),
    }


def parts(fit, groupings, plain):
    """The random parts of a fit as the dense oracle takes them."""
    made = []
    for grouping, (labels, z) in zip(groupings, plain, strict=True):
        v = {key.split(".")[1]: value for key, value in fit.variances.items() if key.startswith(f"{grouping.name}.")}
        g = [[v["Intercept"]]]
        if len(v) == 3:
            g = [[v["Intercept"], v["Intercept_slope"]], [v["Intercept_slope"], v["slope"]]]
        made.append((labels, z, np.array(g)))
    return made


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("name", ["person", "person and team", "slope per team", "person, slope per team"])
def test_a_fit_holds_against_the_model_written_out_in_full(name, reml):
    y, moment, person, team = cast(11, people=12, slope_sd=0.5)
    groupings, plain = models(moment, person, team)[name]
    x = np.column_stack([np.ones(len(y)), moment])
    fit = fit_mixed(y, {"moment": moment}, groupings, reml=reml)
    v = dense.covariance(parts(fit, groupings, plain), fit.variances["Residual"])
    b, spread = dense.fixed(x, y, v)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(dense.log_likelihood(y, x, v, reml), abs=1e-6)
    assert [one.b for one in fit.coefficients] == pytest.approx(list(b), rel=1e-7)
    assert [one.se for one in fit.coefficients] == pytest.approx(list(np.sqrt(np.diag(spread))), rel=1e-6)
    # No other variances do better: a search without gradients on the full matrices finds nothing above it.
    best = dense.best_log_likelihood(y, x, [p for p, _ in plain], [z for _, z in plain], reml, starts=(0.5,))
    assert fit.log_likelihood >= best - 1e-5
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 2 * fit.parameters)
    assert fit.bic == pytest.approx(fit.deviance + math.log(len(y)) * fit.parameters)


@pytest.mark.parametrize("reml", [True, False])
def test_degrees_of_freedom_equal_those_by_numerical_derivatives(reml):
    y, moment, person, team = cast(21, people=18, teams=5, team_sd=2)
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person), Grouping("t", team)], reml=reml)
    x, one = np.column_stack([np.ones(len(y)), moment]), np.ones((len(y), 1))

    def full(variances):
        return dense.covariance(
            [(person, one, np.array([[variances[0]]])), (team, one, np.array([[variances[1]]]))], variances[2]
        )

    expected = dense.satterthwaite(y, x, full, list(fit.variances.values()), reml)
    assert [one.df for one in fit.coefficients] == pytest.approx(list(expected), rel=1e-3)


def test_degrees_of_freedom_of_a_slope_between_groups():
    y, moment, person, _ = cast(22, people=16, moments=4, slope_sd=0.7)
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person, moment)])
    x = z = np.column_stack([np.ones(len(y)), moment])

    def full(v):
        return dense.covariance([(person, z, np.array([[v[0], v[2]], [v[2], v[1]]]))], v[3])

    expected = dense.satterthwaite(y, x, full, list(fit.variances.values()), True)
    assert [one.df for one in fit.coefficients] == pytest.approx(list(expected), rel=2e-3)


def test_estimates_equal_statsmodels():
    y, moment, person, team = cast(31, people=40, teams=8)
    x = np.column_stack([np.ones(len(y)), moment])
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person), Grouping("t", team)])
    known = sm.MixedLM(y, x, groups=team, exog_re=np.ones((len(y), 1)), exog_vc=_person_components(person, team)).fit(
        reml=True, method="powell"
    )
    assert [one.b for one in fit.coefficients] == pytest.approx(list(known.fe_params), rel=1e-5)
    assert fit.variances["t.Intercept"] == pytest.approx(float(np.asarray(known.cov_re)[0, 0]), rel=1e-2)
    assert fit.variances["p.Intercept"] == pytest.approx(float(known.vcomp[0]), rel=1e-2)
    assert fit.variances["Residual"] == pytest.approx(known.scale, rel=1e-3)


def _person_components(person, team):
    """Indicators of the people of every team, as statsmodels takes them."""
    from statsmodels.regression.mixed_linear_model import VCSpec

    teams = np.unique(team)
    matrices = [(person[team == t][:, None] == np.unique(person[team == t])[None]).astype(float) for t in teams]
    names = [[str(p) for p in np.unique(person[team == t])] for t in teams]
    return VCSpec(["p"], [names], [matrices])


def test_shrunken_effects_and_residuals_equal_their_formulas():
    y, moment, person, team = cast(41)
    groupings, plain = models(moment, person, team)["person, slope per team"]
    fit = fit_mixed(y, {"moment": moment}, groupings)
    random_parts = parts(fit, groupings, plain)
    v = dense.covariance(random_parts, fit.variances["Residual"])
    x = np.column_stack([np.ones(len(y)), moment])
    b, _ = dense.fixed(x, y, v)
    weighed = np.linalg.solve(v, y - x @ b)
    for t in np.unique(team):
        _, z, g = random_parts[1]
        expected = g @ z[team == t].T @ weighed[team == t]
        assert fit.effects["t"][t] == pytest.approx(tuple(expected), abs=1e-7)
    for p in np.unique(person):
        expected = random_parts[0][2][0, 0] * weighed[person == p].sum()
        assert fit.effects["p"][team[person == p][0], p] == pytest.approx((expected,), abs=1e-7)
    assert fit.residuals == pytest.approx(fit.variances["Residual"] * weighed, abs=1e-7)


def test_derivatives_equal_differences():
    y, moment, person, team = cast(51)
    random = np.random.default_rng(1)
    nesting = nest([Grouping("p", person, moment), Grouping("t", team)], np.arange(len(y)))
    q, _ = np.linalg.qr(np.column_stack([np.ones(len(y)), moment]))
    criterion = nesting.criterion(q, y - y.mean(), True)
    theta, h = random.normal(0.5, 0.3, 4), 1e-5
    for i, step in enumerate(np.eye(4) * h):
        numeric = (deviance(criterion, theta + step) - deviance(criterion, theta - step)).real / (2 * h)
        assert gradient(criterion, theta)[i] == pytest.approx(numeric, rel=1e-5, abs=1e-5)
        column = (gradient(criterion, theta + step) - gradient(criterion, theta - step)) / (2 * h)
        assert hessian(criterion, theta)[i] == pytest.approx(column, rel=1e-3, abs=1e-2)


@given(st.integers(0, 10_000), st.integers(-500, 500), st.floats(0.01, 1000), st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_a_fit_follows_units_and_ignores_order_names_and_holes(seed, shift, factor, random):
    y, moment, person, team = cast(seed, people=12)
    plain = fit_mixed(y, {"moment": moment}, [Grouping("p", person), Grouping("t", team)])
    order = random.sample(range(len(y)), len(y))
    values = [*(shift + factor * y[order]), None, 7.0, 7.0]
    moments = [*(2000 + moment[order] / 4), 2000.0, math.nan, 2000.0]
    people = [*(f"person {p}" for p in person[order]), "x", "y", "z"]
    teams = [*((t, "ward") for t in team[order]), ("new",), ("new",), None]
    other = fit_mixed(values, {"moment": moments}, [Grouping("p", people), Grouping("t", teams)])
    assert other.n == plain.n
    assert other.converged and plain.converged
    assert other["moment"].b == pytest.approx(4 * factor * plain["moment"].b, rel=1e-5, abs=1e-6 * factor)
    assert other["moment"].se == pytest.approx(4 * factor * plain["moment"].se, rel=1e-4)
    assert other["moment"].df == pytest.approx(plain["moment"].df, rel=1e-3)
    for name, value in plain.variances.items():
        assert other.variances[name] == pytest.approx(factor**2 * value, rel=1e-3, abs=1e-6 * factor**2)
    # A column in other units moves the criterion of REML by a known amount; the outcome by its own.
    assert other.log_likelihood == pytest.approx(
        plain.log_likelihood - (plain.n - 2) * math.log(factor) + math.log(4), abs=1e-5
    )


@given(st.integers(0, 10_000), st.floats(-2000, 2000), st.floats(0.001, 1000))
@settings(max_examples=5, deadline=None)
def test_a_slope_in_other_units_is_the_same_model(seed, origin, unit):
    y, moment, person, _ = cast(seed, people=12, moments=4, slope_sd=0.5)
    plain = fit_mixed(y, {"moment": moment}, [Grouping("p", person, moment)], reml=False)
    time_ = origin + unit * moment
    other = fit_mixed(y, {"moment": time_}, [Grouping("p", person, time_)], reml=False)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-5)
    assert other.variances["p.slope"] * unit**2 == pytest.approx(plain.variances["p.slope"], rel=1e-3, abs=1e-5)
    assert other.variances["Residual"] == pytest.approx(plain.variances["Residual"], rel=1e-3)


def test_people_of_two_teams_may_have_the_same_number():
    y, moment, person, team = cast(61, people=12, teams=3)
    plain = fit_mixed(y, {"moment": moment}, [Grouping("p", person), Grouping("t", team)])
    again = fit_mixed(y, {"moment": moment}, [Grouping("p", person // 3), Grouping("t", team)])
    assert again.n_groups == plain.n_groups
    assert again.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)


def test_a_variance_of_nothing_is_zero_and_flagged():
    y, moment, person, team = cast(71, people=30, teams=3, team_sd=0)
    y = y - np.array([y[team == t].mean() for t in range(3)])[team]
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person), Grouping("t", team)])
    assert fit.variances["t.Intercept"] == 0
    assert fit.singular
    assert fit.converged
    assert set(fit.effects["t"].values()) == {(0.0,)}
    without = fit_mixed(y, {"moment": moment}, [Grouping("p", person)])
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-8)
    assert fit["moment"].df == pytest.approx(without["moment"].df, rel=1e-6)


def test_without_any_random_variance_it_is_the_linear_model():
    random = np.random.default_rng(3)
    team, x = np.repeat(np.arange(6), 8), random.normal(size=48)
    y = x + random.normal(size=48)
    y = y - np.array([y[team == t].mean() for t in range(6)])[team]
    fit = fit_mixed(y, {"x": x}, [Grouping("team", team)])
    known = sm.OLS(y, sm.add_constant(x)).fit()
    assert fit.variances["team.Intercept"] == 0
    assert (fit["x"].b, fit["x"].se, fit["x"].p) == pytest.approx(
        (known.params[1], known.bse[1], known.pvalues[1]), rel=1e-6
    )
    assert fit["x"].df == pytest.approx(46, rel=1e-6)


def test_factors_and_interactions_are_coded():
    y, moment, person, team = cast(81)
    arm = ["in" if t % 2 else "out" for t in team]
    fit = fit_mixed(
        y,
        {"moment": moment, "arm": arm},
        [Grouping("p", person)],
        reference={"arm": "out"},
        interactions=[("moment", "arm")],
    )
    assert [one.name for one in fit.coefficients] == ["Intercept", "moment", "arm[in]", "moment:arm[in]"]


def test_a_larger_model_is_compared_by_its_likelihood():
    y, moment, person, _ = cast(91, people=20, slope_sd=1.5, moments=4)
    small = fit_mixed(y, {"moment": moment}, [Grouping("p", person)], reml=False)
    large = fit_mixed(y, {"moment": moment}, [Grouping("p", person, moment)], reml=False)
    found = likelihood_ratio(small, large)
    assert found.df == 2
    assert found.statistic == pytest.approx(2 * (large.log_likelihood - small.log_likelihood))
    assert found.p == pytest.approx(math.exp(-found.statistic / 2), rel=1e-9)
    with pytest.raises(ValueError, match="adds parameters"):
        likelihood_ratio(large, small)
    reml = fit_mixed(y, {}, [Grouping("p", person)])
    with pytest.raises(ValueError, match="same fixed effects"):
        likelihood_ratio(reml, fit_mixed(y, {"moment": moment}, [Grouping("p", person)]))
    with pytest.raises(ValueError, match="by ML"):
        likelihood_ratio(reml, large)


def test_the_share_between_groups_of_equal_groups_is_that_of_the_analysis_of_variance():
    random = np.random.default_rng(5)
    groups = np.repeat(np.arange(12), 6)
    values = random.normal(0, 1, 12)[groups] + random.normal(0, 1.5, 72)
    means = values.reshape(12, 6).mean(axis=1)
    between = 6 * means.var(ddof=1)
    within = values.reshape(12, 6).var(axis=1, ddof=1).mean()
    expected = (between - within) / (between + 5 * within)
    assert icc_reml(values, [f"group {g}" for g in groups]) == pytest.approx(expected, rel=1e-6)
    assert icc_reml([*values, None], [*groups, 99]) == pytest.approx(expected, rel=1e-6)


N = 12
ROWS = list(range(N))
PAIRED = [i // 2 for i in ROWS]
Y = [1.0, 2, 4, 3, 7, 6, 2, 2.5, 9, 8, 3, 5]


@pytest.mark.parametrize(
    ("y", "columns", "groupings", "reason"),
    [
        (Y, {}, [Grouping("p", ROWS)], "too few"),
        (Y, {}, [Grouping("p", [1] * N)], "two groups"),
        (Y, {}, [], "one or two"),
        (Y, {}, [Grouping("p", PAIRED), Grouping("p", PAIRED)], "different names"),
        (Y, {}, [Grouping("p", PAIRED), Grouping("t", PAIRED)], "same"),
        (Y, {}, [Grouping("p", PAIRED, [3.0] * N)], "does not vary"),
        (Y, {}, [Grouping("p", PAIRED, [0.0, 1] * 6)], "too few"),
        ([4.0] * N, {}, [Grouping("p", PAIRED)], "does not vary"),
        ([float(i // 2) for i in ROWS], {}, [Grouping("p", PAIRED)], "within"),
        (Y, {"x": [1.0, *([0.0] * 11)], "z": [1.0, *([0.0] * 11)]}, [Grouping("p", PAIRED)], "depends"),
        (Y, {"g": ["a"] * 6 + ["b"] * 6}, [Grouping("t", ["a"] * 6 + ["b"] * 6)], "already describe"),
        (Y[:3], {}, [Grouping("p", PAIRED)], "length"),
        ([None] * N, {}, [Grouping("p", PAIRED)], "no row"),
        ([1.0, 2.0], {"x": [1.0, 2.0]}, [Grouping("p", [0, 1])], "degree|two|few"),
    ],
)
def test_what_cannot_be_estimated_is_said(y, columns, groupings, reason):
    with pytest.raises(ValueError, match=reason):
        fit_mixed(y, columns, groupings)


@pytest.mark.parametrize("noise", [1.0, 0.01, 0.001])
def test_a_residual_that_is_almost_nothing_keeps_its_digits_and_its_degrees_of_freedom(noise):
    random = np.random.default_rng(8)
    person, moment = np.repeat(np.arange(20), 4), np.tile(np.arange(4.0), 20)
    y = random.normal(0, 100, 20)[person] + random.normal(0, noise, 80)
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person)])
    within = y - np.array([y[person == p].mean() for p in range(20)])[person]
    around = moment - moment.mean()
    slope = around @ within / (around @ around)
    assert fit.converged
    # In balanced data change is told within people: 60 - 1 degrees of freedom.
    assert fit.variances["Residual"] == pytest.approx(((within - slope * around) ** 2).sum() / 59, rel=1e-6)
    assert fit["moment"].df == pytest.approx(59, rel=1e-5)
    y = y + random.normal(0, 50, 20)[person] * moment
    fit = fit_mixed(y, {"moment": moment}, [Grouping("p", person, moment)])
    slopes = [np.polyfit(range(4), y[person == p], 1)[0] for p in range(20)]
    assert fit.converged
    assert fit["moment"].b == pytest.approx(np.mean(slopes))
    assert fit["moment"].se == pytest.approx(np.std(slopes, ddof=1) / math.sqrt(20), rel=1e-6)
    assert fit["moment"].df == pytest.approx(19, rel=1e-5)


def test_two_teams_with_a_line_each_are_few_but_no_reason_to_refuse():
    team, person = [0, 0, 2, 2, 2, 2, 2], [3, 3, 0, 1, 1, 2, 2]
    moment = [0.0, 1, 1, 0, 1, 0, 1]
    groupings = [Grouping("p", person), Grouping("t", team, moment)]
    fit = fit_mixed([3.0, 4.1, 2.2, 6.0, 5.1, 3.3, 4.0], {"moment": moment}, groupings, reml=False)
    assert math.isfinite(fit.log_likelihood)
    with pytest.raises(ValueError, match="within"):
        fit_mixed([m * (t + 1) + t for m, t in zip(moment, team, strict=True)], {}, groupings)


def test_ten_thousand_people_in_500_teams_take_seconds():
    y, moment, person, team = cast(101, people=10_000, teams=500, hole=0.1)
    columns = {"moment1": (moment == 1).astype(float), "moment2": (moment == 2).astype(float)}
    begin = time.process_time()
    fit = fit_mixed(y, columns, [Grouping("p", person), Grouping("t", team)])
    assert time.process_time() - begin < 10
    assert fit.converged
    assert fit.variances["p.Intercept"] == pytest.approx(1, rel=0.05)
    assert fit.variances["t.Intercept"] == pytest.approx(1, rel=0.3)
    assert fit.variances["Residual"] == pytest.approx(0.64, rel=0.05)
