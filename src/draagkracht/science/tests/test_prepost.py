import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.comparison import paired_t, welch, wilcoxon
from draagkracht.science.effect_size import group_effect, paired_effect
from draagkracht.science.linear import ancova
from draagkracht.science.mixed import Grouping, fit_mixed
from draagkracht.science.multiplicity import benjamini_hochberg, holm
from draagkracht.science.prepost import Observation, analyse, analyse_all
from draagkracht.science.tests.prepost_cast import ENERGY, codes, people, rows, two_arms


def test_the_change_of_the_same_people_is_what_the_tests_say():
    values = people(3)
    values[:5, 1] = math.nan
    values[38:, 0] = math.nan
    effect = analyse(ENERGY, rows(values))
    (change,) = effect.changes
    before, after = values[5:38].T
    test, size = paired_t(before, after), paired_effect(before, after)
    assert (change.n_pairs, change.lost) == (33, 5)
    assert (change.before, change.after) == pytest.approx((before.mean(), after.mean()))
    assert (change.change.value, change.change.low, change.change.p) == pytest.approx(
        (test.difference, test.low, test.p)
    )
    assert (change.dz.value, change.dz.low, change.gz.high) == pytest.approx((size.dz, size.dz_low, size.gz_high))
    assert change.wilcoxon_p == pytest.approx(wilcoxon(before, after).p)
    assert change.reliable.improved == int((after - before >= 0.9).sum())
    assert change.reliable.n == 33
    assert [(one.moment, one.n) for one in effect.summaries] == [(0, 38), (1, 35)]


def test_the_difference_between_the_arms_is_that_of_the_ancova():
    inside, outside = people(4, 30, 0.6), people(5, 25, 0.1)
    effect = analyse(ENERGY, rows(inside) + rows(outside, "comparison"))
    (difference,) = effect.differences
    both = np.vstack([inside, outside])
    arm = ["in"] * 30 + ["out"] * 25
    known = ancova(both[:, 1], both[:, 0], arm, reference="out")
    robust = ancova(both[:, 1], both[:, 0], arm, reference="out", robust=True).fit["group[in]"]
    gains = (inside[:, 1] - inside[:, 0], outside[:, 1] - outside[:, 0])
    assert difference.method == "ancova"
    assert difference.adjusted.value == pytest.approx(known.fit["group[in]"].b)
    assert difference.adjusted.p == pytest.approx(known.fit["group[in]"].p)
    assert difference.robust.se == pytest.approx(robust.se)
    assert difference.slopes_p == pytest.approx(known.slopes.p)
    assert difference.gains.low == pytest.approx(welch(*gains).low)
    assert (difference.g.value, difference.g.low) == pytest.approx((group_effect(*gains).g, group_effect(*gains).low))
    assert effect.headline.source == "difference"
    assert effect.headline.estimate == difference.adjusted
    assert effect.headline.better is True
    assert "no-comparison" not in codes(effect)


def test_teams_that_differ_widen_the_adjusted_difference():
    random = np.random.default_rng(6)
    team = np.arange(80) // 8
    shift = random.normal(0, 0.8, 10)[team]
    values = people(7, 80, 0.3)
    values[:, 1] += shift
    inside, outside = values[:40], values[40:]
    data = rows(inside, teams=list(team[:40])) + rows(outside, "comparison", list(team[40:]))
    (difference,) = analyse(ENERGY, data).differences
    known = fit_mixed(
        values[:, 1], {"before": values[:, 0], "arm": (team < 5).astype(float)}, [Grouping("team", team)]
    )["arm"]
    assert difference.method == "ancova_team"
    assert (difference.adjusted.value, difference.adjusted.df) == pytest.approx((known.b, known.df), rel=1e-4)
    assert difference.adjusted.se > 1.5 * difference.robust.se


def test_the_mixed_model_uses_everybody_who_was_measured():
    values = people(8, 30, 0.4, moments=3)
    values[:6, 1] = math.nan
    values[4:9, 2] = math.nan
    teams = [i % 6 for i in range(30)]
    effect = analyse(ENERGY, rows(values, teams=teams))
    lines, at = np.nonzero(~np.isnan(values))
    known = fit_mixed(
        values[lines, at],
        {"one": (at == 1).astype(float), "two": (at == 2).astype(float)},
        [Grouping("person", lines), Grouping("team", np.array(teams)[lines])],
    )
    assert effect.model.n_rows == 90 - 6 - 5
    assert (effect.model.n_people, effect.model.n_teams) == (30, 6)
    assert effect.model.terms["moment2"].value == pytest.approx(known["two"].b)
    assert effect.model.terms["moment1"].df == pytest.approx(known["one"].df, rel=1e-3)
    assert set(effect.model.variances) == {"person", "team", "residual"}
    alone = analyse(ENERGY, rows(values))
    assert alone.headline.source == "change"
    assert alone.headline.estimate == alone.model.terms["moment1"]


def test_with_two_arms_the_model_holds_the_extra_change_of_the_participants():
    inside, outside = people(9, 30, 0.6), people(10, 30, 0.1)
    model = analyse(ENERGY, rows(inside) + rows(outside, "comparison")).model
    assert list(model.terms) == ["Intercept", "moment1", "participants", "participants:moment1"]
    # Without holes the estimate is the difference of the mean changes.
    expected = np.diff(inside.mean(axis=0))[0] - np.diff(outside.mean(axis=0))[0]
    assert model.terms["participants:moment1"].value == pytest.approx(expected)


def test_a_follow_up_of_participants_alone_stays_out_of_the_model_of_both_arms():
    inside, outside = people(11, 20, 0.6, moments=3), people(12, 20, 0.1)
    effect = analyse(ENERGY, rows(inside) + rows(outside, "comparison"))
    assert "moment2" not in effect.model.terms
    assert [change.moment for change in effect.changes] == [1, 2, 1, 2]
    assert effect.changes[1].n_pairs == 20
    assert effect.changes[3].n_pairs == 0
    assert effect.changes[3].change is None
    assert effect.differences[1].adjusted is None


def test_change_that_differs_between_teams_is_told_with_its_wider_interval():
    random = np.random.default_rng(13)
    team = np.arange(60) // 5
    values = people(14, 60, 0.3)
    values[:, 1] += random.normal(0, 0.8, 12)[team]
    effect = analyse(ENERGY, rows(values, teams=list(team)))
    (change,) = effect.changes
    assert effect.flagged("change-by-team", "participants", 1)
    assert change.team_share > 0.3
    assert change.change_teams.high - change.change_teams.low > change.change.high - change.change.low
    assert effect.headline.source == "teams"
    assert effect.headline.estimate == change.change_teams


def test_lower_is_better_turns_the_counts_and_the_ends():
    values = 6 - np.clip(people(51, 40, 0.8), 0, 6)
    outcome = replace(ENERGY, higher_is_better=False)
    effect = analyse(outcome, rows(values))
    mirrored = analyse(ENERGY, rows(6 - values))
    assert effect.changes[0].reliable == mirrored.changes[0].reliable
    assert effect.headline.better is mirrored.headline.better is True
    assert effect.headline.estimate.value == pytest.approx(-mirrored.headline.estimate.value)
    assert {f for f in codes(effect) if f in ("ceiling", "floor")} == {
        f for f in codes(mirrored) if f in ("ceiling", "floor")
    }
    without = analyse(replace(outcome, higher_is_better=None), rows(values))
    assert without.headline.better is None
    assert without.changes[0].reliable is None


@pytest.mark.parametrize(
    "data",
    [
        rows([[2.0, 3.0]]),
        rows([[2.0, 3.0], [3.0, 3.5]]),
        rows([[2.0, math.nan], [math.nan, 3.5], [3, math.nan]]),
        rows([[2.0], [3.0]]),
        rows([[2.0], [3.0]], moments=[1]),
        rows([[2.0, 3.0]] * 5, teams=["a"] * 5),
        rows([[2.0, 3.0]] * 3) + rows([[1.0, 1.0]] * 3, "comparison"),
        rows(people(61, 3), teams=["a", "b", "c"]) + rows(people(62, 1), "comparison", ["d"]),
        rows(people(63, 2)) + rows(people(64, 30), "comparison"),
        rows([[math.nan, math.nan], [1, 2], [1, 3], [2, 2]], teams=["a", "b", "b", None]),
        rows([[1, 2], [1, 3], [1, 5], [1, 1]]) + rows([[1, 2], [1, 2], [1, 3]], "comparison"),
    ],
)
def test_few_constant_or_holed_data_never_break_the_analysis(data):
    effect = analyse(ENERGY, data)
    assert effect.flags
    for change in effect.changes:
        assert (change.change is None) == (change.n_pairs == 0)
        estimates = [change.change, change.change_teams, change.dz, change.gz]
        assert all(math.isfinite(one.value) for one in estimates if one)
    if effect.headline:
        assert math.isfinite(effect.headline.estimate.low)
        assert 0 <= effect.headline.estimate.p <= 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "nobody"),
        ([Observation("a", 0, None)], "nobody"),
        ([Observation("a", 0, 1.0), Observation("a", 0, 1.0)], "two values"),
        ([Observation("a", 0, 1.0), Observation("a", 1, 1.0, arm="comparison")], "both arms"),
        ([Observation("a", -1, 1.0)], "from 0"),
        ([Observation("a", 0, math.inf)], "finite"),
        ([Observation("a", 0, 1.0, arm="control")], "unknown arm"),
    ],
)
def test_contradictions_are_refused(data, reason):
    with pytest.raises(ValueError, match=reason):
        analyse(ENERGY, data)


def alike(one, other, factor=1.0):
    """Two analyses tell the same, apart from rounding and a factor of units."""
    assert one.flags == other.flags
    assert (one.headline is None) == (other.headline is None)
    if one.headline:
        mine, theirs = one.headline.estimate, other.headline.estimate
        assert (one.headline.source, one.headline.better) == (other.headline.source, other.headline.better)
        assert theirs.value == pytest.approx(factor * mine.value, rel=1e-5, abs=1e-7 * factor)
        assert theirs.p == pytest.approx(mine.p, rel=1e-3)
    for mine, theirs in zip(one.changes, other.changes, strict=True):
        assert (mine.n_pairs, mine.n_teams, mine.lost, mine.reliable) == (
            theirs.n_pairs,
            theirs.n_teams,
            theirs.lost,
            theirs.reliable,
        )
        if mine.gz:
            assert theirs.gz.value == pytest.approx(mine.gz.value, rel=1e-6, abs=1e-9)
    if one.model:
        for name, estimate in one.model.terms.items():
            expected = factor * estimate.se
            assert other.model.terms[name].se == pytest.approx(expected, rel=1e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_order_names_and_people_without_values_change_nothing(seed):
    random = Random(seed)
    data = two_arms(seed, n=16, teams=4)
    data = [replace(row, value=None) if random.random() < 0.15 else row for row in data]
    shuffled = random.sample(data, len(data))
    renamed = [replace(row, person=f"#{row.person}", team=("team", row.team)) for row in shuffled]
    empty = [Observation(f"nobody {i}", i % 2, None) for i in range(4)]
    alike(analyse(ENERGY, data), analyse(ENERGY, [*empty, *renamed]))


@given(st.integers(0, 10_000), st.integers(-20, 20), st.sampled_from([0.25, 4.0, 64.0]))
@settings(max_examples=4, deadline=None)
def test_results_follow_the_units(seed, shift, factor):
    data = two_arms(seed, n=16, teams=4)
    # Powers of two: rounding does not decide who passes the smallest detectable change.
    data = [replace(row, value=round(row.value * 16) / 16) for row in data]
    other = [replace(row, value=shift + factor * row.value) for row in data]
    outcome = replace(ENERGY, low=shift, high=shift + 6 * factor, mdc=0.9 * factor)
    alike(analyse(ENERGY, data), analyse(outcome, other), factor)


def test_several_outcomes_are_corrected_apart():
    outcomes = [replace(ENERGY, code=f"p{i}") for i in range(3)] + [
        replace(ENERGY, code=f"s{i}", primary=False) for i in range(3)
    ]
    data = [(outcome, rows(people(70 + i, 20, 0.1 * i))) for i, outcome in enumerate(outcomes)]
    data.insert(3, (replace(ENERGY, code="empty"), rows([[2.0]])))
    effects = analyse_all(data)
    assert [effect.outcome.code for effect in effects] == ["p0", "p1", "p2", "empty", "s0", "s1", "s2"]
    assert effects[3].headline is None
    first, last = effects[:3], effects[4:]
    for part, adjust, name in ((first, holm, "holm"), (last, benjamini_hochberg, "benjamini-hochberg")):
        expected = adjust([effect.headline.estimate.p for effect in part])
        assert [effect.headline.p_adjusted for effect in part] == pytest.approx(list(expected))
        assert {effect.headline.correction for effect in part} == {name}
    with pytest.raises(ValueError, match="code"):
        analyse_all([data[0], data[0]])


def test_importing_the_shapes_needs_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, draagkracht.science.prepost, draagkracht.science.change\n"
        "print([name for name in ('numpy', 'scipy', 'django') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
