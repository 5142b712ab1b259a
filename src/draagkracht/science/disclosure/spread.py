"""One spread per scale for the whole organisation: what the uncertainty of every group's figure is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.columns import column as numbers_of
from draagkracht.science.disclosure.coarsen import Scale
from draagkracht.science.disclosure.structure import Person, Plan
from draagkracht.science.disclosure.table import Layout, column

# As shares of the range: the grid that a spread is rounded up to, its bounds, and what a small organisation gets.
STEP, LEAST, MOST, PUBLIC = 1 / 32, 1 / 8, 1 / 2, 1 / 4
PEOPLE = 50


def pooled_spread(plan: Plan, values: Mapping[Person, float | None], low: float, high: float) -> float:
    """The released spread of one scale; see `pooled_spreads`."""
    return pooled_spreads(plan, *column(values), [Scale(low, high)])[0]


def pooled_spreads(plan: Plan, people: Sequence[Person], table: ArrayLike, scales: Sequence[Scale]) -> list[float]:
    """Per scale the standard deviation of people within atoms, pooled over the organisation, coarsened for publication.

    Rounded up to 1/32 of the range and kept between 1/8 and 1/2 of it: that everybody thinks alike stays hidden.
    With fewer than 50 respondents in the plan every scale gets 1/4 of its range, a public figure. Too few people with a
    score (no degree of freedom for half of the respondents) also gives that public figure.
    """
    layout = Layout(plan)
    span = np.array([scale.high - scale.low for scale in scales])
    if int(layout.sizes.sum()) < PEOPLE:
        return (span * PUBLIC).tolist()
    low, high = np.array([scale.low for scale in scales]), np.array([scale.high for scale in scales])
    arranged = layout.by_atom(people, table)
    total, scored = layout.sums(arranged, low, high)
    squares, _ = layout.sums((((arranged - low) / span) ** 2), np.zeros(len(scales)), np.ones(len(scales)))
    within = (squares - total**2 / np.maximum(scored, 1)).sum(axis=0)
    free = np.maximum(scored - 1, 0).sum(axis=0)
    spread = np.sqrt(np.maximum(within, 0) / np.maximum(free, 1))
    coarse = np.clip(np.ceil(np.round(spread / STEP, 6)) * STEP, LEAST, MOST)
    return (np.where(2 * free >= layout.sizes.sum() - len(layout.sizes), coarse, PUBLIC) * span).tolist()


def spread_within(values: ArrayLike, groups: ArrayLike) -> float:
    """The pooled spread of one column within groups, in its own unit; 0 without a degree of freedom. None and NaN are left out."""
    numbers, labels = numbers_of(values), np.asarray(groups, dtype=np.int64)
    has = ~np.isnan(numbers)
    _, at = np.unique(labels[has], return_inverse=True)
    sizes = np.bincount(at)
    centred = numbers[has] - (np.bincount(at, numbers[has]) / np.maximum(sizes, 1))[at]
    # Sorted, so that the order of people does not show in a last bit.
    return float(np.sqrt(np.sort(centred**2).sum() / max(int(has.sum()) - len(sizes), 1)))
