"""Answers of invented people for the tests of statistics: whole, with holes, shuffled, constant."""

import numpy as np
from hypothesis import strategies as st


def answers(seed, people=60, items=5, holes=0.0, share=1.0):
    """Answers 1..5 that have one thing in common; `share` is how much of it, `holes` the share of missing answers."""
    draw = np.random.default_rng(seed)
    weights = draw.uniform(0.5, 1.2, items) * share
    raw = 3 + draw.normal(size=(people, 1)) * weights + draw.normal(size=(people, items)) * draw.uniform(0.5, 1, items)
    table = np.clip(np.round(raw), 1, 5)
    table[draw.random(table.shape) < holes] = np.nan
    return table


def team_scores(seed, people=120, teams=9, spread=0.4, holes=0.0):
    """Scores of people and the number of their team, teams of unequal size."""
    draw = np.random.default_rng(seed)
    labels = np.sort(draw.integers(0, teams, people) * draw.integers(1, 3, people) % teams)
    scores = 3 + draw.normal(size=teams)[labels] * spread + draw.normal(size=people)
    scores[draw.random(people) < holes] = np.nan
    return scores, labels


@st.composite
def tables(draw, least_people=3, least_items=2):
    """Small tables of whole answers with holes: many constant, tied or empty in part."""
    people, items = draw(st.integers(least_people, 9)), draw(st.integers(least_items, 5))
    cell = st.one_of(st.integers(1, 5).map(float), st.just(float("nan"))) if draw(st.booleans()) else st.integers(1, 5)
    rows = draw(st.lists(st.lists(cell, min_size=items, max_size=items), min_size=people, max_size=people))
    return np.array(rows, dtype=float)


def computed(function, *arguments, **named):
    """What a function gives, or None where it says that it cannot be computed."""
    try:
        return function(*arguments, **named)
    except ValueError as reason:
        assert str(reason)
        return None
