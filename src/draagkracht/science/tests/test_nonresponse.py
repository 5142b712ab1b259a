"""Composition and post-stratification beside scipy and sums by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from draagkracht.science.nonresponse import composition, effective_n, poststratify

SHARES = {"nurse": 0.5, "doctor": 0.2, "office": 0.3}


def people(seed, n=90, names=tuple(SHARES)):
    draw = np.random.default_rng(seed)
    groups = draw.choice(names, n, p=[0.6, 0.3, 0.1]).tolist()
    return draw.normal(size=n) + [names.index(group) for group in groups], groups


@pytest.mark.parametrize("seed", range(4))
def test_composition_beside_scipy(seed):
    _, groups = people(seed)
    found = composition(groups, SHARES)
    observed = [groups.count(name) for name in SHARES]
    theirs = stats.chisquare(observed, [90 * share for share in SHARES.values()])
    assert (found.chi_square, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert (found.df, found.n, list(found.observed.values()), found.few) == (2, 90, observed, ())


def test_a_group_that_nobody_of_answered_still_counts_and_small_numbers_are_said():
    found = composition(["nurse"] * 6 + ["doctor"] * 2 + [None], SHARES)
    assert found.observed == {"nurse": 6, "doctor": 2, "office": 0}
    assert found.few == ("nurse", "doctor", "office")
    assert found.chi_square == pytest.approx(4 / 4 + 0.16 / 1.6 + 2.4)
    assert composition(["nurse"] * 9, SHARES | {"guest": 0}).df == 2


def test_numbers_as_groups_also_as_floats_from_a_file():
    assert composition(np.array([1.0, 2, 2, np.nan]), {1: 0.5, 2: 0.5}) == composition([1, 2, 2], {1: 0.5, 2: 0.5})


@pytest.mark.parametrize("seed", range(4))
def test_the_weighted_mean_is_the_sum_of_shares_times_means(seed):
    values, groups = people(seed)
    values[::7] = np.nan
    found = poststratify(values, groups, SHARES)
    known = ~np.isnan(values)
    of = {name: values[known & (np.array(groups) == name)] for name in SHARES}
    assert found.mean == pytest.approx(sum(SHARES[name] * of[name].mean() for name in SHARES))
    assert (found.raw, found.n) == (pytest.approx(values[known].mean()), known.sum())
    assert (np.isnan(found.weights) == ~known).all()
    assert found.weights[known].mean() == pytest.approx(1)
    assert found.effective_n == effective_n(found.weights)
    assert found.effective_n <= found.n + 1e-9
    for name in SHARES:
        assert found.weights[known & (np.array(groups) == name)].sum() == pytest.approx(found.n * SHARES[name])


def test_people_who_answered_as_they_were_asked_weigh_the_same():
    groups = ["nurse"] * 5 + ["doctor"] * 2 + ["office"] * 3
    found = poststratify(range(10), groups, SHARES)
    assert found.weights == pytest.approx(np.ones(10))
    assert (found.mean, found.effective_n) == (pytest.approx(4.5), pytest.approx(10))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.floats(-50, 50), st.floats(0.1, 10), st.randoms())
def test_order_names_and_metric_do_not_matter(seed, shift, factor, draw):
    values, groups = people(seed)
    order = list(range(90))
    draw.shuffle(order)
    renamed = {name: (name, place) for place, name in enumerate(SHARES)}
    found = poststratify(values, groups, SHARES)
    other = poststratify(
        values[order] * factor + shift,
        [renamed[groups[i]] for i in order],
        {renamed[name]: share for name, share in SHARES.items()},
    )
    assert other.mean == pytest.approx(found.mean * factor + shift, abs=1e-9)
    assert other.effective_n == pytest.approx(found.effective_n)


@pytest.mark.parametrize(
    ("groups", "shares", "reason"),
    [
        (["nurse"], {"nurse": 0.5, "doctor": 0.4}, "add up to 0.9"),
        (["nurse"], {"nurse": 1.5, "doctor": -0.5}, "from 0 up"),
        (["nurse"], {"nurse": float("nan")}, "from 0 up"),
        (["guest"], SHARES, "'guest' answered but has no share"),
        (["guest"], SHARES | {"guest": 0}, "'guest' answered but has no share"),
    ],
)
def test_shares_and_groups_that_do_not_go_together(groups, shares, reason):
    for wrong in (lambda: composition(groups, shares), lambda: poststratify([1.0], groups, shares)):
        with pytest.raises(ValueError, match=reason):
            wrong()


def test_what_cannot_be_computed_says_why():
    with pytest.raises(ValueError, match="at least two groups"):
        composition(["nurse"], {"nurse": 1.0})
    with pytest.raises(ValueError, match="nobody has a group"):
        composition([None, None], SHARES)
    with pytest.raises(ValueError, match="nobody of group 'office'"):
        poststratify([1, 2, None], ["nurse", "doctor", "office"], SHARES)
    with pytest.raises(ValueError, match="1 group labels for 2 people"):
        poststratify([1, 2], ["nurse"], SHARES)


def test_kish():
    assert effective_n([1, 1, 1, None]) == 3
    assert effective_n([3, 1]) == pytest.approx(16 / 10)
    assert effective_n([5, 0, 0]) == 1
    for weights in ([0, 0], [1, -1], []):
        with pytest.raises(ValueError, match="weights"):
            effective_n(weights)
