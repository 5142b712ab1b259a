"""People of an invented trajectory, measured before and after."""

from __future__ import annotations

import numpy as np

from draagkracht.science.prepost import Observation, Outcome

ENERGY = Outcome("energy", primary=True, higher_is_better=True, low=0, high=6, mdc=0.9)


def rows(values, arm="participants", teams=None, moments=None):
    """One observation per person and moment: `values` (people, moments)."""
    matrix = np.asarray(values, dtype=float)
    moments = moments or range(matrix.shape[1])
    return [
        Observation((arm, i), moment, value, None if teams is None else teams[i], arm)
        for i, line in enumerate(matrix.tolist())
        for moment, value in zip(moments, line, strict=True)
    ]


def people(seed, n=40, effect=0.5, moments=2, spread=0.5):
    """Values of n people at the moments; after the first they stand `effect` higher."""
    random = np.random.default_rng(seed)
    start = random.normal(3, 0.8, n)[:, None]
    return start + effect * (np.arange(moments) > 0) + random.normal(0, spread, (n, moments))


def two_arms(seed=1, n=40, teams=10):
    inside, outside = people(seed, n, 0.6), people(seed + 1, n, 0.0)
    labels = [i % teams for i in range(n)]
    return rows(inside, teams=labels) + rows(outside, "comparison", [label + 100 for label in labels])


def codes(effect):
    return {flag.code for flag in effect.flags}
