"""Whom an effect counts: on small groups every combination is tried, on whole organisations the promise is checked."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.disclosure import Member, Policy, plan
from draagkracht.science.disclosure.isolation import isolated
from draagkracht.science.disclosure.pairs import Counted, Measured, count_pairs, smallest_arm, team_cells


def smallest_by_rank(atoms, sets, people) -> int:
    """The smallest group outside which some figure that needs the sets vanishes: by ranks, for every group of people."""
    own = np.array([[p in atom for p in people] for atom in atoms], float).reshape(len(atoms), len(people))
    both = np.array([[p in one for p in people] for one in [*atoms, *sets]], float).reshape(-1, len(people))

    def rank(matrix):
        return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0

    for size in range(1, len(people) + 1):
        for group in combinations(range(len(people)), size):
            rest = [place for place in range(len(people)) if place not in group]
            if rank(both) - rank(both[:, rest]) > rank(own) - rank(own[:, rest]):
                return size
    return 0


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(3, 7), st.integers(1, 4))
def test_the_smallest_group_is_exact(rng, count, number):
    people = list(range(count))
    places = [rng.randint(0, 3) for _ in people]
    # Who is at place 0 is in no atom: people outside the release.
    atoms = [atom for at in (1, 2, 3) if (atom := [p for p in people if places[p] == at])]
    sets = [[p for p in people if rng.random() < 0.5] for _ in range(number)]
    found = isolated(atoms, sets)
    assert found.size == smallest_by_rank(atoms, sets, people)
    assert len(found.weights) == number and any(found.weights) == bool(found.size)


def test_unions_of_atoms_isolate_nobody_and_a_fifth_set_is_refused():
    assert isolated(["abc", "def"], ["abc", "abcdef"]).size == 0
    assert isolated(["abcdef"], ["abcd"]).size == 2 and isolated(["abcdef"], ["ab", "cdef"]).size == 2
    assert isolated([], [""]).size == 0
    with pytest.raises(ValueError, match="4"):
        isolated(["abcdefgh"], ["ab", "ac", "ad", "ae", "af"])


def organisation(rng: random.Random, strain: bool):
    """Plans of two rounds of 24 teams with movers and leavers, who answered both, and everybody's team."""
    policy = Policy.for_country("BE", strain)
    place = {(t, n): ("o", f"d{t // 8}", f"t{t}") for t in range(24) for n in range(rng.randint(5, 15))}
    homes, rounds, answered = dict(place), [], []
    for _ in range(2):
        members = [Member(p, path, rng.random() < 0.85) for p, path in homes.items()]
        rounds.append(list(plan(members, policy, seed="x").atoms.values()))
        answered.append({m.person for m in members if m.answered})
        for person in list(homes):
            chance = rng.random()
            if chance < 0.02:
                del homes[person]
            elif chance < 0.035:
                homes[person] = rng.choice(list(place.values()))
    return policy, rounds, {p: place[p][-1] for p in answered[0] & answered[1]}


@pytest.mark.parametrize("seed", range(24))
def test_whatever_the_organisation_no_small_group_can_be_told_from_an_effect(seed):
    rng = random.Random(seed)
    policy, rounds, team = organisation(rng, strain=bool(seed % 2))
    teams = rng.sample(range(24), 8)
    arms = {"participants": [p for p in team if team[p] in {f"t{t}" for t in teams[:4]}]}
    if seed % 3:
        arms["comparison"] = [p for p in team if team[p] in {f"t{t}" for t in teams[4:]}]
    # An earlier effect over nearly the same people, and one of other rounds that misses one of them.
    earlier = [set(arms["participants"][3:])] if seed % 4 == 0 else []
    other = [set(arms["participants"][1:])] if seed % 5 == 0 else []
    made = count_pairs(arms, [Measured(atoms, earlier) for atoms in rounds], policy, seed=seed, elsewhere=other)
    if made.reason:
        assert made.arms == {}
        return
    for atoms in rounds:
        size = isolated(atoms, [*made.arms.values(), *earlier]).size
        assert size == 0 or size >= policy.k
    for people in made.arms.values():
        assert len(people) >= smallest_arm(policy.k)
    ours = set(made.arms["participants"])
    assert all(not ours ^ one or len(ours ^ one) >= policy.d or not ours & one for one in other)
    assert made.held_back == sum(map(len, arms.values())) - sum(map(len, made.arms.values()))
    again = count_pairs(
        {arm: people[::-1] for arm, people in arms.items()},
        [Measured(atoms, earlier) for atoms in rounds], policy, seed=seed, elsewhere=other,
    )  # fmt: skip
    assert again == made, "the order of the list decides nothing"


def test_most_effects_of_whole_teams_can_be_told():
    told = 0
    for seed in range(20):
        rng = random.Random(seed)
        policy, rounds, team = organisation(rng, strain=bool(seed % 2))
        ours = {f"t{t}" for t in rng.sample(range(24), 4)}
        people = {"participants": [p for p in team if team[p] in ours]}
        told += count_pairs(people, [Measured(atoms) for atoms in rounds], policy, seed=seed).reason is None
    assert told >= 18


def test_too_few_are_too_few_and_one_person_in_two_arms_is_a_mistake():
    team = [f"p{n}" for n in range(12)]
    moments, policy = [Measured([team])] * 2, Policy()
    assert count_pairs({"a": team}, moments, policy, seed=1) == Counted({"a": tuple(sorted(team))}, 0)
    assert count_pairs({"a": team[:9]}, moments, policy, seed=1).reason == "too-few"
    # Eleven of twelve: the twelfth would be found by subtraction, and nobody can be spared.
    assert count_pairs({"a": team[:11]}, moments, policy, seed=1).reason == "protected"
    assert count_pairs({"a": [*team, "stranger"]}, moments, policy, seed=1).arms["a"] == tuple(sorted(team))
    with pytest.raises(ValueError, match="two arms"):
        count_pairs({"a": team, "b": team[:1]}, moments, policy, seed=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=10, max_size=60), st.sampled_from([5, 8]))
def test_every_team_that_an_effect_tells_apart_holds_k_people(teams, k):
    people = list(range(len(teams)))
    cells = team_cells(people, dict(enumerate(teams)), k)
    sizes = [list(cells.values()).count(cell) for cell in set(cells.values())]
    assert min(sizes) >= k or len(sizes) == 1
    for team in set(teams):
        assert len({cells[p] for p in people if teams[p] == team}) == 1, "a team is never split"
