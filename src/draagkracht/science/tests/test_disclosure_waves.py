"""Comparison with everything published before: no combination of releases isolates one or two people, and it ends."""

import random
from fractions import Fraction
from itertools import combinations, islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.disclosure import Member, Policy, plan
from draagkracht.science.disclosure.cuts import small_cuts
from draagkracht.science.disclosure.kernel import Sums
from draagkracht.science.disclosure.past import Past
from draagkracht.science.tests import disclosure_attacker as attacker
from draagkracht.science.tests.disclosure_cast import counted_in, staff, teams, trees

CLIMATE = Policy()


class Span:
    """Whether a vector is a combination of others, over the rational numbers."""

    def __init__(self, rows):
        self.pivots: dict[int, list[Fraction]] = {}
        for row in rows:
            left = self.rest([Fraction(value) for value in row])
            at = next((number for number, value in enumerate(left) if value), None)
            if at is not None:
                self.pivots[at] = [value / left[at] for value in left]

    def rest(self, row):
        for at, pivot in sorted(self.pivots.items()):
            if row[at]:
                row = [value - row[at] * other for value, other in zip(row, pivot, strict=True)]
        return row


def isolated_by_hand(history, largest=2):
    """Groups of up to `largest` people of whom some weights, none of them 0, are a combination of the published sums.

    A combination with weights on a group and nobody else exists if the group's columns in what is left of the unit vectors
    are dependent; each smaller group is looked at by itself."""
    people = sorted({person for atoms in history for atom in atoms.values() for person in atom}, key=repr)
    span = Span([[person in atom for person in people] for atoms in history for atom in map(set, atoms.values())])
    left = [span.rest([Fraction(one == other) for other in people]) for one in people]
    found = {frozenset((one,)) for one, rest in zip(people, left, strict=True) if not any(rest)}
    for one, other in combinations(range(len(people)), 2) if largest > 1 else ():
        first, second = left[one], left[other]
        at = next((place for place, value in enumerate(first) if value), None)
        if at is not None and any(second) and all(
            value * second[at] == other_value * first[at] for value, other_value in zip(first, second, strict=True)
        ):  # fmt: skip
            found.add(frozenset((people[one], people[other])))
    return found


@st.composite
def histories(draw, waves=3):
    """A random small organisation over some waves: people answer or not, leave, join and move."""
    first = draw(trees(largest=8, depth=3, children=2).filter(lambda members: 8 <= len(members) <= 45))
    chance = draw(st.randoms(use_true_random=False))
    units = sorted({member.path for member in first})
    home, made = {member.person: member.path for member in first}, []
    for wave in range(waves):
        made.append([Member(person, path, chance.random() < 0.9) for person, path in home.items()])
        for person in list(home):
            fate = chance.random()
            if fate < 0.05:
                home[f"{person}+{wave}"] = home.pop(person)
            elif fate < 0.1:
                home[person] = chance.choice(units)
    return made


def released(waves, policy=CLIMATE, **options):
    history, groups = [], ()
    for members in waves:
        made = plan(members, policy, seed=1, groups=groups, earlier=history, **options)
        groups = made.groups
        history.append(made.atoms)
    return history


@settings(max_examples=30, deadline=None)
@given(histories(), st.booleans())
def test_no_combination_of_waves_isolates_one_or_two_people(waves, hold_back):
    history = released(waves, hold_back=hold_back)
    assert isolated_by_hand(history) == set()
    assert all(len(atom) >= 5 for atoms in history for atom in atoms.values())


def least_cut(before, now):
    """The fewest people, but more than nobody, whom a sum of atoms less a sum of atoms counts: every choice is tried."""
    ends = [{person: path for path, people in atoms.items() for person in people} for atoms in (before, now)]
    people = {**ends[0], **ends[1]}
    best = len(people)
    for chosen in product((0, 1), repeat=len(before) + len(now)):
        one = dict(zip(before, chosen, strict=False))
        other = dict(zip(now, chosen[len(before) :], strict=True))
        size = sum(one.get(ends[0].get(person), 0) != other.get(ends[1].get(person), 0) for person in people)
        best = min(best, size or best)
    return best


@settings(max_examples=40, deadline=None)
@given(histories(waves=2), st.sampled_from([3, 4, 5]))
def test_two_waves_tell_nothing_about_fewer_than_d_people(waves, d):
    before, now = released(waves, Policy(d=d))
    if now and before and len(before) + len(now) <= 12:
        assert least_cut(before, now) >= d


def test_without_the_comparison_people_are_isolated():
    """Guards the tests above: each wave planned by itself gives somebody away, and the attackers see it."""
    found = cuts = 0
    for seed in range(3):
        alone = [plan(members, CLIMATE, seed=seed).atoms for members in islice(attacker.organisation(seed, 0.9), 2)]
        found += attacker.isolated(alone)
        cuts += attacker.small_cuts(*alone, random.Random(seed))
    assert found > 20 and cuts > 20
    full, less = staff(teams(9, 8)), staff(teams(9, 8))[1:]
    assert len(isolated_by_hand([plan(members, CLIMATE, seed=1).atoms for members in (full, less)])) == 1


random_atoms = st.lists(st.integers(0, 3), min_size=4, max_size=9)


@settings(max_examples=100, deadline=None)
@given(st.lists(random_atoms, min_size=1, max_size=4))
def test_the_kernel_finds_exactly_who_is_isolated(columns):
    """Each list gives people's atoms in one release; 3 stands for not counted."""
    history = [
        {("org", str(atom)): [p for p, at in enumerate(column) if at == atom] for atom in set(column) - {3}}
        for column in columns
    ]
    sums = Sums(history)
    found = {frozenset(person for person, _ in group) for group in sums.isolated(7)}
    by_hand = isolated_by_hand(history)
    # Of people who are proportional to each other each is named with the first of them.
    assert found <= by_hand and set().union(*found) == set().union(*by_hand)
    assert all(sums.made_of(group) is not None for group in sums.isolated(7))


@settings(max_examples=100, deadline=None)
@given(random_atoms, random_atoms, st.integers(2, 5))
def test_small_cuts_are_found_exactly_when_there_are_any(first, second, least):
    homes = [{p: ("org", str(at)) for p, at in enumerate(column) if at != 3} for column in (first, second)]
    atoms = [{path: [p for p in home if home[p] == path] for path in set(home.values())} for home in homes]
    found = small_cuts(*homes, least)
    smallest = least_cut(*atoms) if any(homes) else least
    assert bool(found) == (smallest < least)
    for size, side in found:
        assert smallest <= size < least and side <= set(atoms[1])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=10, unique=True), st.data())
def test_held_back_are_the_fewest_that_keep_a_figure_apart(people, data):
    earlier = data.draw(st.lists(st.sets(st.integers(0, 12), min_size=5), max_size=3))
    past = Past.of([{("org", "team"): atom} for atom in earlier], 4)
    held = past.spare(people, 5, 0, "lot")
    fit = [
        size for size in range(len(people) - 4) for out in combinations(people, size)
        if all(len(set(people) - set(out) ^ atom) >= 4 or set(people) - set(out) == atom for atom in earlier)
    ]  # fmt: skip
    assert (held is None) == (not fit)
    if held is not None:
        assert len(held) == min(fit) and past.clear(set(people) - set(held))


def test_where_nothing_changed_everything_is_shown_exactly_as_before():
    members = staff(teams(9, 6, 12, head=5))
    first = plan(members, CLIMATE, seed=1)
    assert plan(members, CLIMATE, seed=1, earlier=[first.atoms]).atoms == first.atoms


def test_when_one_person_leaves_the_figure_differs_by_four():
    members = staff(teams(12, 11, 10))
    first = plan(members, CLIMATE, seed=1)
    second = plan(members[1:], CLIMATE, seed=1, earlier=[first.atoms])
    team = ("org", "dept", "team00")
    assert second.units[team].reason is None
    assert len(counted_in(first, team) ^ counted_in(second, team)) >= 4
    assert second.units[team].n + second.units[team].held_back == 11
    assert isolated_by_hand([first.atoms, second.atoms]) == set()


def test_a_team_that_can_spare_nobody_shares_a_figure_with_its_sibling():
    members = staff(teams(6, 6, 14))
    first = plan(members, CLIMATE, seed=1)
    second = plan(members[1:], CLIMATE, seed=1, earlier=[first.atoms])
    assert second.groups == ((("org", "dept", "team00"), ("org", "dept", "team01")),)
    assert isolated_by_hand([first.atoms, second.atoms]) == set()


def test_a_unit_whose_partner_is_gone_finds_another_and_both_groups_can_not_stand():
    members = staff(teams(6, 6, 14))
    first = plan(members, CLIMATE, seed=1)
    gone = (("org", "dept", "team00"), ("org", "dept", "team99"))
    second = plan(members[1:], CLIMATE, seed=1, groups=[gone], earlier=[first.atoms])
    assert second.groups == ((("org", "dept", "team00"), ("org", "dept", "team01")),)
    assert plan(members, CLIMATE, seed=1, groups=second.groups, earlier=[first.atoms, second.atoms]).atoms


def test_an_organisation_of_one_unit_says_nothing_rather_than_give_the_leaver_away():
    members = staff({("org",): 7})
    first = plan(members, CLIMATE, seed=1)
    second = plan(members[1:], CLIMATE, seed=1, earlier=[first.atoms])
    assert second.units[("org",)].reason == "protected" and second.atoms == {}


def test_what_was_given_away_before_can_not_be_mended_and_stops_nothing():
    broken = [{("org",): range(9)}, {("org",): range(8)}]
    members = [Member(number, ("org",), True) for number in range(20, 30)]
    assert plan(members, CLIMATE, seed=1, earlier=broken).units[("org",)].n == 10


@settings(max_examples=40, deadline=None)
@given(histories(waves=2), st.randoms(use_true_random=False))
def test_the_order_of_list_and_history_does_not_matter(waves, shuffler):
    history = released(waves)
    mixed = list(waves[1])
    shuffler.shuffle(mixed)
    turned = [{path: list(reversed(people)) for path, people in reversed(atoms.items())} for atoms in history]
    assert plan(mixed, CLIMATE, seed=2, earlier=turned) == plan(waves[1], CLIMATE, seed=2, earlier=history)


@pytest.mark.parametrize(("response", "visible", "counted"), [(0.9, 0.95, 0.9), (0.7, 0.9, 0.85)])
def test_eight_waves_of_the_yardstick_isolate_nobody_and_hide_few(response, visible, counted):
    seen, draw = attacker.Seen(), random.Random(1)
    history = attacker.history(1, response, seen)
    assert attacker.isolated(history) == 0
    assert not any(attacker.small_cuts(*pair, draw) for pair in combinations(history, 2))
    assert all(len(atom) >= CLIMATE.k for atoms in history for atom in atoms.values())
    assert seen.shown / seen.all >= visible and seen.counted / seen.all >= counted


@pytest.mark.parametrize("seed", range(3))
def test_organisations_of_all_sizes_isolate_nobody(seed):
    draw = random.Random(seed)
    history = []
    made = attacker.organisation(seed, draw.choice([0.6, 0.8, 0.95]), draw.randint(20, 60), draw.randint(2, 9))
    for _, members in zip(range(draw.randint(2, 8)), made, strict=False):
        history.append(plan(members, Policy(k=draw.choice([5, 8])), seed=seed, earlier=history).atoms)
    assert attacker.isolated(history) == 0
