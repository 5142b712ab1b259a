"""A year beside the year before: a season is no change, noise is no change, a step is."""

import math
import random

import pytest

from draagkracht.science.periods import year_on_year

SEASON = [1.5 * math.cos(2 * math.pi * at / 12) for at in range(24)]


def made(draw: random.Random, alike: float, step: float = 0.0) -> list[float | None]:
    """24 months around 7 with a season, noise of 0.6 and a step after the first year."""
    noise, found = draw.gauss(0, 1), []
    for at in range(24):
        found.append(7 + SEASON[at] + 0.6 * noise + step * (at >= 12))
        noise = alike * noise + draw.gauss(0, 1) * math.sqrt(1 - alike**2)
    return found


def test_a_season_alone_is_no_change():
    found = year_on_year([7 + one for one in SEASON])
    assert found is not None and not found.clear and found.change == pytest.approx(0)


@pytest.mark.parametrize(("alike", "most"), [(0.0, 0.02), (0.5, 0.06), (0.7, 0.08)])
def test_noise_is_seldom_called_a_change(alike, most):
    draw = random.Random(20261122)
    called = sum(year_on_year(made(draw, alike)).clear for _ in range(600))
    assert called / 600 <= most


def test_a_step_of_three_times_the_noise_is_found():
    draw = random.Random(7)
    assert sum(year_on_year(made(draw, 0.0, 2.0)).clear for _ in range(200)) >= 170


def test_without_correlation_it_is_the_paired_t_interval():
    # Differences alternate, so neighbours do not resemble each other: 12 independent months. t(0.995, 11) = 3.10580651...
    found = year_on_year([5.0] * 12 + [6.0, 8.0] * 6)
    assert found.change == pytest.approx(2) and found.independent == 12
    half = 3.105806515539 * math.sqrt(12 / 11 / 12)
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half))


def test_what_both_years_do_not_have_does_not_count():
    first, second = [5.0] * 12, [6.0, 8.0] * 6
    first[0] = second[1] = None
    found = year_on_year([None, *first, *second])
    assert found.pairs == 10 and found.before == 5
    first[2] = first[3] = None
    assert year_on_year(first + second) is None


def test_less_than_two_years_says_nothing():
    assert year_on_year([7.0] * 23) is None


def test_a_change_that_is_the_same_in_every_month_is_clear_and_no_change_is_not():
    assert year_on_year([5.0] * 12 + [6.0] * 12).clear
    assert not year_on_year([5.0] * 24).clear
