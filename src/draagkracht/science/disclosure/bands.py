"""Distributions: how many respondents of a large unit fall in each band of a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from draagkracht.science.disclosure.coarsen import Cell, Intervals, Scale, atom_intervals
from draagkracht.science.disclosure.nested import nest
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import Path, Person, Plan
from draagkracht.science.disclosure.table import Floats, Ints, Layout, column


def release_bands(
    plan: Plan,
    values: Mapping[Person, float | None],
    cutoffs: Sequence[float],
    low: float,
    high: float,
    policy: Policy,
) -> dict[Path, list[Cell]]:
    """How many people of a unit fall in each band: {unit: cells "band-1", "band-2", ...}, lowest band first.

    `cutoffs` are the inner edges, ascending; a score equal to an edge belongs to the band above it. low, value and high
    of a cell are numbers of people. Only units with at least policy.bands_from respondents appear, and only
    those whose distributions differ by at least so many people; the others have no entry at all.
    People without a score are in no band.

    A count is exact between two ends and told as "at most" or "at least" there: c + 1 people away from none and from all.
    Where the released means alone imply that at least, or at most, so many people fall in a band, the end lies
    (c + rho) of the range, counted in people, away from that number: means and counts together then fix nobody's band.
    So the means must have been released with the same policy, and with cut_low and cut_top equal to the first and last
    of `cutoffs`. How far means and counts together narrow a single score is for the attacker to tell: not yet built.
    """
    edges = np.array(cutoffs, dtype=np.float64)
    if not len(edges) or (np.diff(edges) <= 0).any() or edges[0] <= low or edges[-1] >= high:
        raise ValueError("cut-offs must ascend and lie inside the range of the scale")
    nested = nest(plan, policy.bands_from)
    if not nested.units:
        return {}
    layout = Layout(plan)
    arranged = layout.by_atom(*column(values))
    scale = Scale(low, high, float(edges[0]), float(edges[-1]))
    found = atom_intervals(layout, arranged, [scale], policy)
    shares = np.concatenate(([0.0], (edges - low) / (high - low), [1.0]))
    fewest, most = _implied(found, layout.sizes, shares)
    margins = _margins(shares, policy)
    counts = _counts(layout, arranged[:, 0], edges)
    place = {atom: number for number, atom in enumerate(plan.atoms)}
    blocks = []
    for block in nested.blocks:
        rows = [place[atom] for atom in block]
        implied = fewest[rows].sum(axis=0), most[rows].sum(axis=0)
        blocks.append(_told(counts[rows].sum(axis=0), *implied, int(layout.sizes[rows].sum()), margins))
    return {
        path: _cells(np.sum([blocks[b] for b in part], axis=0), plan.units[path].n)
        for path, part in nested.units.items()
    }


def _counts(layout: Layout, scores: Floats, edges: Floats) -> Ints:
    """People per atom (rows) and band (columns)."""
    atom = np.repeat(np.arange(len(layout.sizes)), layout.sizes)
    counts = np.zeros((len(layout.sizes), len(edges) + 1), dtype=np.int64)
    scored = ~np.isnan(scores)
    # Rounded before comparing: 3.02 as a mean of items must not fall below 3.02 by a last digit.
    band = np.searchsorted(np.round(edges, 9), np.round(scores[scored], 9), side="right")
    np.add.at(counts, (atom[scored], band), 1)
    return counts


def _implied(found: Intervals, sizes: Ints, shares: Floats) -> tuple[Ints, Ints]:
    """Fewest and most people per atom and band that the released mean intervals allow."""
    low = np.where(found.known, found.low, 0.0) * sizes[:, None]
    high = np.where(found.known, found.high, 1.0) * sizes[:, None]
    n = sizes[:, None]
    # At most so many at or above an edge, and at most so many below it, given the sum of the scores.
    above = np.minimum(n, np.floor(high / np.maximum(shares[:-1], 1e-12) + 1e-9)).astype(np.int64)
    below = np.minimum(n, np.floor((n - low) / np.maximum(1 - shares[1:], 1e-12) + 1e-9)).astype(np.int64)
    most = np.minimum(above, below)
    fewest = np.zeros_like(most)
    fewest[:, 0] = sizes - above[:, 1]
    fewest[:, -1] = sizes - below[:, -2]
    return fewest, most


def _margins(shares: Floats, policy: Policy) -> tuple[int, Ints, Ints]:
    """People hidden at none and at all; and, per band, at the fewest and at the most that the means imply."""
    rho = policy.hidden_share(0, 1, float(shares[1]), float(shares[-2]))
    edges = shares[1:-1]
    above, below = (np.ceil((policy.c + rho) / part).astype(np.int64) for part in (edges, 1 - edges))
    least = np.full(len(shares) - 1, policy.c + 1)
    least[0], least[-1] = above[0], below[-1]
    most = np.maximum(np.concatenate(([0], above)), np.concatenate((below, [0])))
    return policy.c + 1, np.maximum(least, policy.c + 1), np.maximum(most, policy.c + 1)


def _told(count: Ints, fewest: Ints, most: Ints, n: int, margins: tuple[int, Ints, Ints]) -> Floats:
    """low, value and high of every band (3 x bands) for one block of n people."""
    plain, above_fewest, below_most = margins
    bottom = np.where(fewest > 0, fewest + above_fewest, plain)
    top = np.where(most < n, most - below_most, n - plain)
    nothing = bottom >= top
    few, many = (count <= bottom) & ~nothing, (count >= top) & ~nothing
    low = np.where(nothing | few, 0, np.where(many, top, count))
    high = np.where(nothing | many, n, np.where(few, bottom, count))
    value = np.select([nothing, few, many], [(fewest + most) / 2, (fewest + bottom) / 2, (most + top) / 2], count)
    return np.array([low, value, high], dtype=np.float64)


def _cells(bounds: Floats, n: int) -> list[Cell]:
    return [
        Cell(f"band-{number}", low, value, high, n, None)
        for number, (low, value, high) in enumerate(bounds.T.tolist(), 1)
    ]
