"""A column that is the same for a whole group, such as the arm of a team, never keeps a model from being estimated."""

import random

import numpy as np
import pytest

from draagkracht.science.mixed import Grouping, fit_mixed


def teams_in_two_arms(seed: int):
    """Whole and half scores of teams of three to nine, every other team with a trajectory."""
    rng, rows = random.Random(seed), []
    for team in range(rng.randint(3, 18)):
        for _ in range(rng.randint(3, 9)):
            before = rng.randint(2, 10) / 2
            rows.append((team, before, min(5.0, max(1.0, float(round(before + rng.gauss(0.5 * (team % 2), 1)))))))
    team, before, after = (np.array(column) for column in zip(*rows, strict=True))
    return team, before, after


@pytest.mark.parametrize("seed", range(0, 48, 2))
def test_the_arm_of_whole_teams_is_estimated_as_generalised_least_squares_does(seed):
    team, before, after = teams_in_two_arms(seed)
    columns = {"before": before, "group": ["p" if one % 2 else "c" for one in team]}
    fit = fit_mixed(after, columns, [Grouping("team", list(team))], reference={"group": "c"})
    x = np.column_stack([np.ones(len(team)), before, team % 2])
    v = fit.variances["Residual"] * np.eye(len(team)) + fit.variances["team.Intercept"] * (team[:, None] == team)
    weighed = x.T @ np.linalg.inv(v)
    expected = np.linalg.solve(weighed @ x, weighed @ after)
    assert [one.b for one in fit.coefficients] == pytest.approx(list(expected), rel=1e-6, abs=1e-9)
    errors = np.sqrt(np.diag(np.linalg.inv(weighed @ x)))
    assert [one.se for one in fit.coefficients] == pytest.approx(list(errors), rel=1e-6)
