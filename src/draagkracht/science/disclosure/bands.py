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

    A count is exact between two ends and told as "at most" or "at least" there. The ends lie c + 1 people away from the
    fewest and the most that the released means alone already imply (0 and n where they imply nothing), so that means
    and counts together fix nobody's band. The means must therefore have been released with the same policy and with
    cut_low and cut_top equal to the first and last of `cutoffs`.
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
    counts = _counts(layout, arranged[:, 0], edges)
    place = {atom: number for number, atom in enumerate(plan.atoms)}
    blocks = []
    for block in nested.blocks:
        rows = [place[atom] for atom in block]
        ends = (fewest[rows].sum(axis=0) + policy.c + 1, most[rows].sum(axis=0) - policy.c - 1)
        blocks.append(_ends(counts[rows].sum(axis=0), *ends, int(layout.sizes[rows].sum()), policy.c + 1))
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


def _ends(count: Ints, bottom: Ints, top: Ints, n: int, margin: int) -> Floats:
    """low, value and high of every band (3 x bands) for one block of n people."""
    low = np.where(count <= bottom, 0, np.where(count >= top, top, count)).astype(np.float64)
    high = np.where(count <= bottom, bottom, np.where(count >= top, n, count)).astype(np.float64)
    value = np.where(count <= bottom, bottom - margin / 2, np.where(count >= top, top + margin / 2, count))
    nothing = bottom >= top
    return np.array(
        [np.where(nothing, 0, low), np.where(nothing, (bottom + top) / 2, value), np.where(nothing, n, high)]
    )


def _cells(bounds: Floats, n: int) -> list[Cell]:
    return [
        Cell(f"band-{number}", low, value, high, n, None)
        for number, (low, value, high) in enumerate(bounds.T.tolist(), 1)
    ]
