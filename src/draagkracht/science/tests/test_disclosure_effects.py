"""What is told of an effect: coarse by numbers of people, and nothing that the released means do not tell."""

import random
from dataclasses import astuple, replace
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from draagkracht.science.disclosure import Cell, Policy
from draagkracht.science.disclosure.effects import FREEDOM, significant, tell
from draagkracht.science.prepost import COMPARISON, PARTICIPANTS, Observation, Outcome, analyse

SPAN = 4.0


def study(records, low=1.0, high=5.0, mdc=None):
    """records = {arm: [(team, before, after)]} -> the analysis and means on a grid of 1/n, as a release makes them."""
    rows, cells = [], {}
    for arm, people in records.items():
        for number, (team, *values) in enumerate(people):
            rows += [Observation(f"{arm}{number}", at, value, team, arm) for at, value in enumerate(values)]
        step = (high - low) / max(16, len(people))
        exact = [mean(person[at] for person in people) for at in (1, 2)]
        middle = [low + step * round((value - low) / step) for value in exact]
        cells[arm] = [Cell("mean", one - step / 2, one, one + step / 2, len(people), None) for one in middle]
    return analyse(Outcome("x", True, True, low, high, mdc), rows), cells


def people(rng, count, gain, teams=3):
    found = []
    for number in range(count):
        level = rng.gauss(3, 0.6)
        clip = [min(5.0, max(1.0, level + rng.gauss(extra, 0.4))) for extra in (0, gain)]
        found.append((f"t{number % teams}", *clip))
    return found


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 40), st.booleans())
def test_an_interval_and_its_p_value_agree_and_hold_the_exact_answer(seed, count, compared):
    rng = random.Random(seed)
    records = {PARTICIPANTS: people(rng, count, 0.4)} | ({COMPARISON: people(rng, count + 3, 0)} if compared else {})
    effect, cells = study(records)
    told = tell(effect, cells, SPAN, Policy())
    assert told.headline is (told.differences[0] if compared else told.changes[PARTICIPANTS][0])
    exact = effect.differences[0].adjusted if compared else effect.changes[0].change
    for one in (*told.differences, *(change for arm in told.changes.values() for change in arm)):
        assert one.low < one.value < one.high and one.df in FREEDOM and one.se > 0
        assert (one.p < 0.05) == (one.low > 0 or one.high < 0) or abs(one.p - 0.05) < 0.006
    assert told.headline.low <= exact.value <= told.headline.high
    # With few pairs the spread is a public one.
    assert told.spread == (1.0 if count < 20 and not compared else told.spread)
    assert told.spread / SPAN * 32 == pytest.approx(round(told.spread / SPAN * 32))


def test_a_change_follows_from_the_released_means_alone():
    rng = random.Random(3)
    effect, cells = study({PARTICIPANTS: people(rng, 30, 0.4)})
    told = tell(effect, cells, SPAN, Policy()).changes[PARTICIPANTS][0]
    before, after = cells[PARTICIPANTS]
    assert told.value == pytest.approx(after.value - before.value)
    error = t.ppf(0.975, told.df) * told.se
    assert told.high == pytest.approx(after.high - before.low + error), "rounding and sampling, both"
    assert told.low == pytest.approx(after.low - before.high - error)


def test_that_all_agree_looks_like_anything_else():
    alike = [(f"t{n % 3}", 2.0, 2.5) for n in range(60)]
    effect, cells = study({PARTICIPANTS: alike, COMPARISON: alike})
    told = tell(effect, cells, SPAN, Policy())
    assert told.spread == SPAN / 8 and told.headline.se > 0 and told.differences[0] is not None
    assert "constant" not in {code for code, *_ in told.flags}


def test_details_and_checks_of_answers_come_from_fifty_people():
    rng = random.Random(5)
    few, cells = study({PARTICIPANTS: people(rng, 49, 0.4)}, mdc=0.5)
    told = tell(few, cells, SPAN, Policy())
    assert told.variances is None and told.reliable == {}
    assert {code for code, *_ in told.flags} <= {"no-comparison", "few-teams", "one-team"}
    many, cells = study({PARTICIPANTS: people(rng, 60, 0.4)}, mdc=0.5)
    told = tell(many, cells, SPAN, Policy())
    assert set(told.variances) == {"person", "team"} and all(
        share * 20 == round(share * 20) for share in told.variances.values()
    )
    assert all(high - low == 10 and low % 10 == 0 for low, high in told.reliable[PARTICIPANTS].values())
    # A tenth of sixty people is less than eight: with k = 8 nobody is told how many changed.
    assert tell(many, cells, SPAN, Policy(k=8)).reliable == {}


def test_one_answer_moves_an_effect_by_no_more_than_a_step():
    rng = random.Random(9)
    records = {PARTICIPANTS: people(rng, 30, 0.4), COMPARISON: people(rng, 30, 0.0)}
    one = tell(*study(records), SPAN, Policy())
    team, before, _ = records[PARTICIPANTS][0]
    records[PARTICIPANTS][0] = (team, before, 1.0)
    other = tell(*study(records), SPAN, Policy())
    step = SPAN / 30
    assert abs(one.headline.value - other.headline.value) <= 2 * step + 1e-9
    assert abs(one.spread - other.spread) <= SPAN / 32 * 2


def test_teams_that_could_not_be_modelled_do_not_make_an_interval_narrow():
    rng = random.Random(4)
    effect, cells = study({PARTICIPANTS: people(rng, 40, 0.4, teams=4), COMPARISON: people(rng, 40, 0.0, teams=4)})
    found = effect.differences[0]
    plain = replace(found, method="ancova", adjusted=replace(found.adjusted, se=0.01, df=1000.0))
    told = tell(replace(effect, differences=(plain,)), cells, SPAN, Policy()).headline
    changes = tell(effect, cells, SPAN, Policy()).changes[PARTICIPANTS][0]
    assert told.se == pytest.approx(changes.se * 2**0.5) and told.df <= changes.df
    counted = replace(plain, method="ancova_team")
    assert tell(replace(effect, differences=(counted,)), cells, SPAN, Policy()).headline.se < told.se


def test_what_is_missing_stays_missing():
    effect, cells = study({PARTICIPANTS: people(random.Random(1), 20, 0.3)})
    cells[PARTICIPANTS][1] = Cell("mean", None, None, None, None, "no-data")
    told = tell(effect, cells, SPAN, Policy())
    assert told.headline is None and told.size is None
    assert astuple(told)[0] == {PARTICIPANTS: [None]}


def test_significant_digits():
    assert [significant(x) for x in (0.012345, 0.98765, 0, 1.0, 123.4)] == [0.012, 0.99, 0.0, 1.0, 120.0]
