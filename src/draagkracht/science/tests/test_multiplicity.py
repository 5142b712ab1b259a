"""Adjusted p values: worked by hand, and against what each method promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.multiplicity import (
    METHODS,
    adjust,
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    holm,
)

P = [0.01, 0.04, 0.03, 0.005]
LISTS = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_four_p_values_worked_by_hand():
    assert bonferroni(P) == pytest.approx([0.04, 0.16, 0.12, 0.02])
    assert holm(P) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(P) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_yekutieli(P) == pytest.approx(np.array([0.02, 0.04, 0.04, 0.02]) * 25 / 12)


@settings(max_examples=60, deadline=None)
@given(LISTS, st.floats(0.001, 0.999))
def test_rejecting_by_the_adjusted_value_is_the_procedure_of_the_book(p, level):
    rising, m = sorted(p), len(p)
    down = next((i for i in range(m) if rising[i] * (m - i) > level), m)  # Holm stops at the first that fails
    up = max((i + 1 for i in range(m) if rising[i] * (m / (i + 1)) <= level), default=0)  # the last that passes
    assert (holm(p) <= level).sum() == down
    assert (benjamini_hochberg(p) <= level).sum() == up


@settings(max_examples=60, deadline=None)
@given(LISTS, st.randoms())
def test_order_is_kept_and_methods_stand_in_order(p, draw):
    for method in METHODS:
        adjusted = adjust(p, method)
        assert ((adjusted >= np.array(p)) & (adjusted <= 1)).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
        order = list(range(len(p)))
        draw.shuffle(order)
        assert adjust([p[i] for i in order], method) == pytest.approx(adjusted[order])
    assert (benjamini_hochberg(p) <= holm(p) * (1 + 1e-12)).all() and (holm(p) <= bonferroni(p)).all()
    assert (benjamini_hochberg(p) <= benjamini_yekutieli(p)).all()


def test_a_missing_p_value_stays_missing_and_does_not_count():
    for method in METHODS:
        assert adjust([0.01, None, 0.04], method) == pytest.approx(
            [*adjust([0.01, 0.04], method)[:1], np.nan, *adjust([0.01, 0.04], method)[1:]], nan_ok=True
        )
    assert adjust([]).tolist() == [] and np.isnan(adjust([None])).all()


def test_what_is_no_p_value_or_method():
    for p, method, reason in (
        ([1.2], "holm", "between 0 and 1"),
        ([-0.1], "holm", "between"),
        ([0.1], "sidak", "sidak"),
    ):
        with pytest.raises(ValueError, match=reason):
            adjust(p, method)
