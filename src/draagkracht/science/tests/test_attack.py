"""The attacker finds whom it must find, leaves alone whom it must, and its short cuts lose nothing."""

import random

import numpy as np
import pytest

from draagkracht.science.attack import Damaged, Wave, attack, hidden_share, usual, wave
from draagkracht.science.attack.history import Sum
from draagkracht.science.attack.insiders import choices
from draagkracht.science.attack.patterns import system, totals
from draagkracht.science.attack.ranges import TOLERANCE, Contradiction, ranges, spans
from draagkracht.science.attack.telling import sums, told
from draagkracht.science.disclosure import Member, Policy, plan, release_means

TEAM = tuple(range(6))


def waves(*atoms, hidden_sum=1.5):
    return [Wave(str(number), one, {}, hidden_sum) for number, one in enumerate(atoms)]


def full(told_sums, person, people, known=None):
    """The range of one person by a linear program with a variable for everybody: no patterns, no parts, no short cut."""
    from scipy.optimize import linprog

    rows = np.array([[float(one in row.people) for one in people] for row in told_sums])
    limits = np.concatenate(([row.high for row in told_sums], [-row.low for row in told_sums]))
    goal = np.array([float(one == person) for one in people])
    boxes = [(known[one], known[one]) if known and one in known else (0, 1) for one in people]
    ends = [linprog(sign * goal, np.vstack((rows, -rows)), limits + 1e-9, bounds=boxes) for sign in (1, -1)]
    assert all(end.status == 0 for end in ends)
    return ends[0].fun, -ends[1].fun


def random_case(seed):
    """A small organisation over one to four waves: people come, go and move; answers that may be extreme."""
    draw = random.Random(seed)
    home = {person: draw.randrange(3) for person in range(draw.randint(12, 22))}
    history = []
    for number in range(draw.randint(1, 4)):
        atoms = {}
        for person, team in home.items():
            if draw.random() < 0.92:
                atoms.setdefault(f"team{team}", []).append(person)
        history.append(Wave(str(number), {name: tuple(p) for name, p in atoms.items() if len(p) >= 5}, {}))
        for person in list(home):
            if draw.random() < 0.15:
                home[person] = draw.randrange(3)
    share = draw.choice([0, 0.2, 0.5, None])
    answers = {p: draw.random() if share is None else float(draw.random() < share) for p in home}
    counted = sorted({p for one in history for atom in one.atoms.values() for p in atom})
    return history, answers, counted


@pytest.mark.parametrize("block", range(5))
def test_patterns_parts_and_short_cuts_give_what_the_full_linear_program_gives(block):
    for seed in range(8 * block, 8 * block + 8):
        history, answers, people = random_case(seed)
        if not people:
            continue
        known = {p: answers[p] for p in choices(history, seed % 2)["companions" if seed % 2 else "nobody"]}
        rows = sums(history, answers)
        edges = [0.3, 0.7] if seed % 3 == 0 else []
        found = system(rows, known)
        if not found.members:
            continue
        result = ranges(found, 0.5, edges, totals(found, answers))
        widths = []
        for number, members in enumerate(found.members):
            low, high = full(rows, members[0], people, known)
            widths.append(high - low)
            assert result.low[number] <= low + TOLERANCE and high <= result.high[number] + TOLERANCE
            assert low <= result.inner_low[number] + TOLERANCE and result.inner_high[number] <= high + TOLERANCE
            assert (high - low < 0.5 - 2 * TOLERANCE) <= (result.width[number] < 0.5 - TOLERANCE) <= (high - low < 0.5)
            if edges:
                real = spans(np.array([low]), np.array([high]), np.array(edges))[0]
                assert real == spans(result.low[[number]], result.high[[number]], np.array(edges))[0]
        assert result.width.min() == pytest.approx(min(widths), abs=2 * TOLERANCE)


def test_members_of_one_pattern_have_one_range():
    history, answers, people = random_case(3)
    rows = sums(history, answers)
    for members in system(rows).members:
        found = [full(rows, one, people) for one in members]
        assert all(one == pytest.approx(found[0], abs=1e-6) for one in found)


@pytest.mark.parametrize("rho", [0.5, 0.62])
@pytest.mark.parametrize("n", [5, 6, 8, 15, 16, 17, 23, 40])
def test_the_rule_written_anew_tells_what_the_release_tells(n, rho):
    members = [Member(person, ("org",), True) for person in range(n)]
    policy = Policy(rho=rho)
    made = plan(members, policy, seed=1)
    for step in range(12 * n + 1):
        mean = step / (12 * n)
        cell = release_means(made, dict.fromkeys(range(n), mean), 0, 1, policy)["org",]
        assert told(mean, n, (1 + rho) / n) == pytest.approx((cell.low, cell.high), abs=1e-8)


def test_the_hidden_share_is_that_of_the_policy():
    assert hidden_share(0.5, []) == 0.5
    for edges in ([0.3, 0.7], [0.6, 0.9], [0.1, 0.35], [0.99]):
        assert hidden_share(0.5, edges) == pytest.approx(Policy().hidden_share(0, 1, edges[0], edges[-1]))


def test_who_leaves_between_two_waves_is_found():
    verdict = attack(waves({"team": TEAM}, {"team": TEAM[:5]}), insiders=0)
    assert set(verdict.pinned) == {5} == verdict.outside
    assert verdict.narrowest.width < 0.5


def test_who_comes_is_found_as_well_as_who_moves():
    other = tuple(range(10, 16))
    moved = waves({"a": TEAM, "b": other}, {"a": TEAM[:5], "b": (*other, 5)})
    assert 5 in attack(moved, insiders=0).pinned
    assert 6 in attack(waves({"team": TEAM}, {"team": (*TEAM, 6)}), insiders=0).pinned


def test_a_department_minus_its_only_other_child_is_found():
    """As a publisher would tell it who looks at each figure alone: seven in the department, six of them in one team."""
    rows = [Sum((*TEAM, 6), 3.4, 3.6), Sum(TEAM, 2.9, 3.1)]
    found = system(rows)
    result = ranges(found, 0.5)
    alone = found.members.index((6,))
    assert (result.low[alone], result.high[alone]) == pytest.approx((0.3, 0.7), abs=1e-4)
    assert all(width == 1 for number, width in enumerate(result.inner_width) if number != alone)


def test_an_atom_too_small_to_exist_is_found():
    assert set(attack(waves({"department": (6,), "team": TEAM}), insiders=0).pinned) == {6}


def test_two_who_leave_together_are_found_once_one_of_them_tells():
    history = waves({"team": tuple(range(8))}, {"team": tuple(range(6))})
    answers = {"drawn": {person: 0.21 + person / 20 for person in range(6)} | {6: 0.0, 7: 1.0}}
    assert not attack(history, insiders=0, answers=answers).found
    verdict = attack(history, insiders=1, answers=answers)
    assert len(set(verdict.pinned) & {6, 7}) == 1 and not verdict.outside


def test_two_who_leave_together_and_think_alike_are_both_found():
    history = waves({"team": tuple(range(8))}, {"team": tuple(range(6))})
    assert attack(history, insiders=0).outside == {6, 7}
    assert not attack(history, insiders=0, answers=usual(history)).found


def test_a_band_that_is_certain_is_found_though_the_range_is_wide():
    """A range of 0.6 that lies in a band of 0.7: wide enough, and yet the band is known."""
    rows, everybody_low = [Sum((0,), 0.0, 0.6)], {0: 0.0}
    result = ranges(system(rows), 0.5, [0.7], totals(system(rows), everybody_low))
    assert result.width[0] > 0.5 and not spans(result.low, result.high, np.array([0.7]))[0]
    clamped = waves({"team": tuple(range(5))}, hidden_sum=0.6)
    zero = {"lowest": dict.fromkeys(range(5), 0.0)}
    assert attack(clamped, edges=[0.7], insiders=0, answers=zero).fixed == set(range(5))
    assert not attack(waves({"team": tuple(range(5))}, hidden_sum=1.72), edges=[0.7], insiders=1).found


@pytest.mark.parametrize("sizes", [(5,), (5, 6, 9), (5, 16, 17, 40)])
def test_one_wave_pins_nobody_with_one_insider_in_each_atom(sizes):
    start, atoms = 0, {}
    for size in sizes:
        atoms[f"team{size}"] = tuple(range(start, start + size))
        start += size
    verdict = attack(waves(atoms), insiders=1)
    assert not verdict.found and verdict.people == sum(sizes)
    assert verdict.narrowest.width >= 0.5


def test_the_same_people_in_eight_waves_tell_no_more_than_in_one():
    atoms = {"a": TEAM, "b": tuple(range(6, 15))}
    once, often = attack(waves(atoms)), attack(waves(*[atoms] * 8))
    assert not often.found and often.narrowest.width == pytest.approx(once.narrowest.width, abs=1e-4)


def test_more_insiders_than_promised_do_find_somebody():
    assert attack(waves({"team": TEAM}), insiders=5).found


def test_sums_that_contradict_each_other_are_said_to():
    with pytest.raises(Contradiction):
        ranges(system([Sum((1, 2), 0.0, 0.1), Sum((1, 2, 3), 1.5, 2.0)]), 0.5)


def test_a_stored_structure_becomes_atoms_and_units_and_groups():
    atoms = {"o / d": ["h"], "o / d / a": ["1", "2"], "o / e": ["3"]}
    rows = {name: {"n": n, "reason": ""} for name, n in {"o": 4, "o / d": 3, "o / d / a": 2, "o / d / b": 2}.items()}
    rows |= {"o / e": {"n": 1, "reason": ""}, "o / f": {"n": 1, "reason": "too-few"}}
    groups = [[["o", "d", "a"], ["o", "d", "b"], ["o", "d", "gone"]]]
    found = wave("w", atoms, rows, groups)
    assert (
        found.units["o"] == tuple(atoms) and found.units["o / d / b"] == ("o / d / a",) and "o / f" not in found.units
    )
    rows["o"]["n"] = 5
    with pytest.raises(Damaged):
        wave("w", atoms, rows, groups)


def test_insiders_are_at_most_so_many_in_any_atom_of_any_wave():
    history, _, _ = random_case(8)
    for most in (0, 1, 2):
        for chosen in choices(history, most).values():
            for one in history:
                assert all(len(chosen & set(people)) <= most for people in one.atoms.values())


def test_the_outcome_does_not_depend_on_the_order_of_rows():
    history, _, _ = random_case(4)
    turned = [Wave(one.name, dict(reversed(list(one.atoms.items()))), {}) for one in history]
    assert attack(history).pinned.keys() == attack(turned).pinned.keys()


def test_today_s_planner_protects_one_wave_and_not_yet_two():
    """An organisation of eight teams, planned by `plan` wave by wave; the day that earlier waves are looked at, this changes."""
    draw = random.Random(5)
    home = dict(enumerate(team for team in range(8) for _ in range(draw.randint(5, 15))))
    history = []
    for number in range(2):
        members = [Member(person, ("org", f"team{team}"), draw.random() < 0.9) for person, team in home.items()]
        made = plan(members, Policy(), seed="org")
        atoms = {" / ".join(path): people for path, people in made.atoms.items()}
        units = {" / ".join(path): {"n": unit.n, "reason": unit.reason or ""} for path, unit in made.units.items()}
        history.append(wave(str(number), atoms, units, made.groups))
    assert not attack(history[:1]).found and not attack(history[1:]).found
    assert attack(history, insiders=0).outside
