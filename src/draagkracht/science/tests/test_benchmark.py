"""A benchmark tells of many organisations together, and of none alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.science.benchmark import Whole, pooled, refused

WHOLES = st.lists(
    st.tuples(st.integers(8, 32), st.integers(0, 4), st.integers(10, 40)), min_size=10, max_size=40
).map(lambda found: [Whole(at / 8 - step / 16, at / 8, at / 8 + step / 16, n) for at, step, n in found])  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ([50] * 9, "few-organisations"),
        ([9] * 11, "few-people"),
        ([10] * 10, ""),
        ([31] + [9] * 10, "one-too-large"),
        ([30] + [9] * 10, ""),
        ([], "few-organisations"),
    ],
)
def test_at_least_ten_organisations_and_a_hundred_people_and_nobody_more_than_a_quarter(sizes, why):
    assert refused(sizes) == why


def test_what_makes_no_benchmark_is_refused():
    with pytest.raises(ValueError, match="few-organisations"):
        pooled([Whole(3, 3, 3, 100)] * 9, 1, 5)


def test_the_interval_is_that_of_a_t_test_over_organisations_of_equal_size():
    means = [2.1, 2.4, 2.6, 2.8, 2.9, 3.0, 3.1, 3.3, 3.6, 3.9]
    made = pooled([Whole(m, m, m, 20) for m in means], 1, 5)
    # scipy.stats.t.interval(0.95, 9, mean, sem) of these ten numbers
    assert made.mean == pytest.approx(2.97, abs=1e-12)
    assert (made.low, made.high) == pytest.approx((2.582487496515487, 3.3575125034845135), abs=1e-12)
    assert (made.n, made.organisations) == (200, 10)


@given(WHOLES.filter(lambda found: not refused([one.n for one in found])), st.randoms())
def test_it_lies_among_the_organisations_whatever_their_order(wholes: list[Whole], chance: random.Random):
    made = pooled(wholes, 1, 5)
    assert min(w.value for w in wholes) - 1e-9 <= made.mean <= max(w.value for w in wholes) + 1e-9
    assert 1 <= made.low <= made.mean + 1e-9 and made.mean - 1e-9 <= made.high <= 5
    mixed = list(wholes)
    chance.shuffle(mixed)
    assert pooled(mixed, 1, 5) == made


@given(WHOLES.filter(lambda found: not refused([one.n for one in found])))
def test_what_rounding_leaves_open_widens_it(wholes: list[Whole]):
    exact = pooled([Whole(w.value, w.value, w.value, w.n) for w in wholes], -10, 20)
    made = pooled(wholes, -10, 20)
    assert made.low <= exact.low + 1e-9 and made.high >= exact.high - 1e-9
