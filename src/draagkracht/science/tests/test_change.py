import math

import pytest

from draagkracht.science.change import mdc95, reliable_change, reliable_change_index, sem


def test_mdc95_equals_the_formula_worked_out():
    # sd 0.7, alpha 0.9: sem = 0.7 * sqrt(0.1) = 0.22135943621178655
    assert sem(0.7, 0.9) == pytest.approx(0.22135943621178655, rel=1e-14)
    # an sem of 0.490149219887 goes with 1.35859935669 (agreeableness of the bfi data, computed in R)
    assert mdc95(0.490149219887, 0) == pytest.approx(1.35859935669, rel=1e-11)


def test_mdc95_gives_the_known_size_for_the_short_burnout_scale():
    assert mdc95(0.62, 0.85) == pytest.approx(0.66, abs=0.01)


def test_the_index_of_jacobson_and_truax():
    # reference: sd 5.18246637678, reliability .80, standard error of a difference 3.27767952957
    assert 10 / reliable_change_index(0, 10, 5.18246637678, 0.8) == pytest.approx(3.27767952957, rel=1e-11)
    assert reliable_change_index(None, 3, 1, 0.8) is None
    assert reliable_change_index(3, None, 1, 0.8) is None


def test_a_small_difference_is_not_called_a_change():
    assert reliable_change(2.0, 2.65, 0.66) == "same"
    assert reliable_change(2.0, 2.75, 0.66) == "up"
    assert reliable_change(3.0, 2.0, 0.66) == "down"
    assert reliable_change(2.0, 2.5, 0.5) == "up"
    assert reliable_change(2.0, 2.0, 0.0) == "same"
    assert reliable_change(None, 2.0, 0.66) is None


@pytest.mark.parametrize(
    ("sd", "alpha"), [(-1, 0.8), (math.nan, 0.8), (math.inf, 0.8), (1, 1.1), (1, -0.1), (1, math.nan)]
)
def test_impossible_numbers_are_refused(sd, alpha):
    with pytest.raises(ValueError, match="must"):
        mdc95(sd, alpha)


def test_no_error_no_index():
    with pytest.raises(ValueError, match="no meaning"):
        reliable_change_index(1, 2, 1, 1)
    with pytest.raises(ValueError, match="0 or more"):
        reliable_change(1, 2, -1)
