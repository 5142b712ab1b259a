"""The gate: what the attacker breaks is withheld, what can not be mended is told, and nothing is ever weaker than it says."""

import random

import pytest

from draagkracht.science import gate
from draagkracht.science.attack import attack, choices, usual
from draagkracht.science.disclosure import Member, Policy, plan


def organisation(seed, teams=6, waves=3):
    """Lists of members, wave after wave: people answer by a draw, leave, are replaced and move."""
    draw = random.Random(seed)
    home = dict(enumerate(team for team in range(teams) for _ in range(draw.randint(5, 15))))
    for number in range(waves):
        for person in list(home) if number else ():
            if draw.random() < 0.09:
                home[max(home) + 1] = home.pop(person) if draw.random() < 0.5 else draw.randrange(teams)
        yield [Member(p, ("org", f"d{t // 3}", f"t{t}"), draw.random() < 0.9) for p, t in home.items()]


def forgetful(members):
    """Plans as if there had been no other wave: what one must not do."""
    return lambda avoid: plan(members, Policy(), seed="org", avoid=avoid)


def found_by_attacker(history):
    return attack(history, answers=usual(history), helpers=choices(history, 1), exact=False).found


@pytest.mark.parametrize("seed", [1, 5])
def test_a_planted_bad_structure_is_found_withheld_and_mended(seed):
    first, second = organisation(seed, waves=2)
    before, _ = gate.gated(forgetful(first), [gate.Question()])
    past = (gate.as_published("spring", before),)
    bad = forgetful(second)(frozenset())
    assert found_by_attacker([*past, gate.as_published("autumn", bad)])
    made, outcome = gate.gated(forgetful(second), [gate.Question(past)])
    assert outcome.people and outcome.units and outcome.tries > 1 and not outcome.left
    assert not found_by_attacker([*past, gate.as_published("autumn", made)])
    hidden = [unit.reason for path, unit in made.units.items() if " / ".join(path) in outcome.units]
    assert hidden and set(hidden) == {"protected"}
    assert any(unit.reason is None for unit in made.units.values())


def test_one_wave_passes_untouched():
    for members in organisation(4, waves=1):
        made, outcome = gate.gated(forgetful(members), [gate.Question(edges=(0.3, 0.7))])
        assert made == forgetful(members)(frozenset()) and outcome.tries == 1
        assert outcome.people == outcome.past == outcome.left == 0 and outcome.units == ()
        assert outcome.questions == 1 and outcome.answers == ("usual-1", "usual-2", "usual-3", "usual-4")


def test_what_earlier_waves_give_away_alone_is_told_and_stops_nothing():
    first, second, third = organisation(2, waves=3)
    past = tuple(gate.as_published(str(n), forgetful(one)(frozenset())) for n, one in enumerate((first, second)))
    assert found_by_attacker(past)
    again, outcome = gate.gated(forgetful(second), [gate.Question(past)])
    assert outcome.past and not outcome.units and outcome.tries == 1
    assert again == forgetful(second)(frozenset())
    _, later = gate.gated(forgetful(third), [gate.Question(past)])
    assert later.past and not later.left


def test_the_same_list_gives_the_same_result_in_any_order():
    first, second = organisation(5, waves=2)
    past = (gate.as_published("spring", forgetful(first)(frozenset())),)
    turned = list(reversed(second))
    assert gate.gated(forgetful(second), [gate.Question(past)]) == gate.gated(forgetful(turned), [gate.Question(past)])


def test_it_never_goes_on_for_ever_and_says_when_nothing_helped():
    first, second = organisation(1, waves=2)
    past = (gate.as_published("spring", forgetful(first)(frozenset())),)
    drafts = []

    def stubborn(avoid):
        drafts.append(avoid)
        return plan(second, Policy(), seed="org")

    _, outcome = gate.gated(stubborn, [gate.Question(past)])
    assert outcome.left and len(drafts) <= gate.TRIES + gate.WIDE + 3


def test_a_step_that_adds_no_unit_is_followed_by_a_wider_one(monkeypatch):
    """Single units near the people who are found may all be withheld already: then everything wider is still tried."""
    first, second = organisation(1, waves=2)
    past = (gate.as_published("spring", forgetful(first)(frozenset())),)
    narrow = gate.withheld
    asked = []

    def stuck(made, found, number):
        asked.append(number)
        return frozenset() if number <= gate.TRIES + gate.WIDE else narrow(made, found, number)

    monkeypatch.setattr(gate, "withheld", stuck)
    made, outcome = gate.gated(forgetful(second), [gate.Question(past)])
    assert outcome.people and outcome.units and not outcome.left
    assert asked == [1, gate.TRIES + 1, gate.TRIES + gate.WIDE + 1]
    assert [path for path, unit in made.units.items() if unit.reason is None] == [("org",)]


def test_in_the_worst_case_nothing_is_published():
    """A history in which the organisation's own figure gives somebody away: nothing smaller helps, so nothing is shown."""
    people = [f"0-{number}" for number in range(6)]
    past = (gate.Wave("spring", {"org": tuple(people)}, {}),)
    members = [Member(person, ("org",), True) for person in people[:5]]
    made, outcome = gate.gated(forgetful(members), [gate.Question(past)])
    assert not made.atoms and outcome.units == ("org",) and not outcome.left and outcome.people


def test_every_question_counts_and_equal_ones_are_asked_once():
    first, second = organisation(1, waves=2)
    past = (gate.as_published("spring", forgetful(first)(frozenset())),)
    alone, both = gate.Question(), gate.Question(past)
    _, outcome = gate.gated(forgetful(second), [alone, both, gate.Question(past), gate.Question()])
    assert outcome.questions == 2 and outcome.people
    _, unasked = gate.gated(forgetful(second), [alone])
    assert not unasked.people


def test_a_band_that_is_certain_is_withheld_too():
    """Published with less hidden at the ends than the cut-off needs: the range is wide, and yet the band is known."""
    # These five draw answers that are low enough for it.
    members = [Member(person, ("org",), True) for person in range(1, 6)]
    question = gate.Question(edges=(0.99,), hidden=0.3)
    made, outcome = gate.gated(forgetful(members), [question])
    assert outcome.people and not made.atoms


def test_avoided_units_count_in_the_next_unit_above():
    members = next(organisation(3, waves=1))
    draft = plan(members, Policy(), seed="org")
    path = next(path for path in draft.atoms if len(path) == 3)
    made = plan(members, Policy(), seed="org", avoid={path, ("org", "gone")})
    assert made.units[path].reason == "protected" and made.units[path].n == 0
    assert made.units[path[:2]].n == draft.units[path[:2]].n and set(draft.atoms[path]) <= set(made.atoms[path[:2]])
    assert all(
        made.units[other] == unit for other, unit in draft.units.items() if len(other) > 1 and other[1] != path[1]
    )


def test_nobody_on_the_list_is_no_error():
    made, outcome = gate.gated(forgetful([]), [gate.Question()])
    assert not made.units and not outcome.people
