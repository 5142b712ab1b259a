"""Small units are held back, and so is whatever would give them away: no difference of shown figures is about too few."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.figures.held import shown


@st.composite
def trees(draw):
    """(parents, people of each unit, people that belong to each unit itself): some units have no figure at all."""
    size = draw(st.integers(1, 8))
    above = [None, *(draw(st.integers(0, at - 1)) for at in range(1, size))]
    own = [draw(st.integers(0, 30)) for _ in range(size)]
    having = [True, *(draw(st.booleans()) or draw(st.booleans()) for _ in range(1, size))]
    people = list(own)
    for at in range(size - 1, 0, -1):
        people[above[at]] += people[at]
    parents = {}
    for at in range(size):
        if having[at]:
            up = above[at]
            while up is not None and not having[up]:
                up = above[up]
            parents[at] = up
    return parents, {at: people[at] for at in parents}, (above, own)


@settings(max_examples=300, deadline=None)
@given(trees(), st.sampled_from([5, 10, 16]))
def test_no_sum_or_difference_of_shown_figures_is_about_too_few_people(tree, least):
    parents, people, (above, own) = tree
    kept = shown(parents, people, least)
    rows = []
    for unit in kept:
        inside = [at for at in range(len(own)) if _within(at, unit, above)]
        rows.append([1 if at in inside else 0 for at in range(len(own))])
    # Every sum and difference of up to four figures: who is in it, with which weight.
    for count in range(1, min(4, len(rows)) + 1):
        for chosen in combinations(rows, count):
            for signs in np.ndindex(*(2,) * count):
                total = sum(
                    ((1 - 2 * sign) * np.array(row) for sign, row in zip(signs, chosen, strict=True)),
                    np.zeros(len(own)),
                )
                counted = sum(own[at] for at in range(len(own)) if total[at])
                assert counted == 0 or counted >= least


def _within(at, unit, above) -> bool:
    while at is not None:
        if at == unit:
            return True
        at = above[at]
    return False


def test_the_only_department_that_is_too_small_takes_a_sibling_along():
    parents, people = {0: None, 1: 0, 2: 0, 3: 0}, {0: 60, 1: 8, 2: 22, 3: 30}
    assert shown(parents, people, 10) == {0, 3}


def test_enough_people_everywhere_hides_nothing():
    parents, people = {0: None, 1: 0, 2: 0}, {0: 50, 1: 20, 2: 30}
    assert shown(parents, people, 16) == {0, 1, 2}


def test_a_whole_that_holds_fewer_than_its_parts_is_not_shown_beside_them():
    assert shown({0: None, 1: 0}, {0: 20, 1: 30}, 10) == {0}
