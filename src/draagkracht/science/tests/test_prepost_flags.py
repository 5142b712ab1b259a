import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from draagkracht.science.prepost import FLAGS, analyse
from draagkracht.science.tests.prepost_cast import ENERGY, codes, people, rows, two_arms


def test_a_quiet_trajectory_raises_only_what_holds():
    effect = analyse(ENERGY, two_arms(21, n=60))
    assert codes(effect) - {"model-singular"} == set()
    alone = analyse(replace(ENERGY, mdc=None), rows(people(24, 60), teams=[i % 12 for i in range(60)]))
    assert codes(alone) - {"model-singular"} == {"no-comparison", "no-mdc"}
    assert alone.changes[0].reliable is None


def raise_ceiling():
    values = np.clip(people(31, 40), 0, 6)
    values[:10, 0] = 6
    return rows(values)


def raise_dropout_selective():
    values = people(32, 60)
    values[values[:, 0] < 2.7, 1] = math.nan
    return rows(values)


def raise_dropout_differs():
    inside, outside = people(33, 40), people(34, 40)
    inside[:12, 1] = math.nan
    return rows(inside) + rows(outside, "comparison")


def raise_unequal_slopes():
    inside, outside = people(35, 50, spread=0.3), people(36, 50, spread=0.3)
    inside[:, 1] = 3 + 0.0 * inside[:, 0] + np.random.default_rng(1).normal(0, 0.3, 50)
    return rows(inside) + rows(outside, "comparison")


def raise_heteroscedastic():
    inside, outside = people(37, 60, spread=0.1), people(38, 60, spread=1.2)
    return rows(inside) + rows(outside, "comparison")


def raise_non_normal():
    values = people(39, 60, spread=0.05)
    values[:, 1] += np.random.default_rng(2).exponential(1, 60)
    return rows(values)


def raise_return():
    return rows(np.column_stack([np.linspace(0, 6, 40), 3 + np.random.default_rng(3).normal(0, 0.3, 40)]))


def raise_team_changed():
    data = rows(people(40, 20), teams=[i % 4 for i in range(20)])
    return [replace(data[1], team="another"), *data[2:], data[0]]


RAISED = [
    ("no-comparison", lambda: rows(people(41))),
    ("few-pairs", lambda: rows(people(42, 9))),
    ("few-teams", lambda: rows(people(43), teams=[i % 9 for i in range(40)])),
    ("one-team", lambda: rows(people(44), teams=["a"] * 40)),
    ("one-team", lambda: rows(people(45))),
    ("team-changed", raise_team_changed),
    ("dropout", lambda: rows(np.where(np.arange(80).reshape(40, 2) % 4 == 3, np.nan, people(46)))),
    ("dropout-differs", raise_dropout_differs),
    ("dropout-selective", raise_dropout_selective),
    ("unequal-baseline", lambda: rows(people(47)) + rows(people(48) + 1, "comparison")),
    ("ceiling", raise_ceiling),
    ("floor", lambda: rows(np.clip(people(49) - 3, 0, 6))),
    ("constant", lambda: rows([[2, 3]] * 12)),
    ("non-normal-residuals", raise_non_normal),
    ("heteroscedastic", raise_heteroscedastic),
    ("unequal-slopes", raise_unequal_slopes),
    ("regression-to-mean", raise_return),
    ("model-not-estimable", lambda: rows([[2, 3]])),
    ("model-not-estimable", lambda: rows([[4, 4]] * 12)),
]


@pytest.mark.parametrize(("code", "data"), RAISED, ids=[f"{i} {code}" for i, (code, _) in enumerate(RAISED)])
def test_a_flag_is_raised_where_its_rule_holds(code, data):
    assert code in codes(analyse(ENERGY, data()))


def test_a_model_without_variance_of_people_is_flagged_singular():
    random = np.random.default_rng(50)
    noise = random.normal(3, 1, (40, 2))
    noise[:, 1] -= 0.9 * noise[:, 0]
    effect = analyse(ENERGY, rows(noise))
    assert effect.flagged("model-singular")
    assert effect.model.variances["person"] == 0


def test_every_flag_has_a_meaning_and_a_test():
    tested = {code for code, _ in RAISED} | {"no-mdc", "change-by-team", "model-singular"}
    # That the searches disagree could not be brought about with any data that were tried.
    assert set(FLAGS) - tested == {"model-not-converged"}


def test_the_page_about_statistics_tells_every_flag():
    page = Path(__file__).resolve().parents[4] / "docs" / "reference" / "statistics.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(tuple(f"| `{code}` |" for code in FLAGS))] == [
        f"| `{code}` | {meaning} |" for code, meaning in FLAGS.items()
    ]
