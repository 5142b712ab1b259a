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

    What is released is, at every edge, how many people reach it (and how many stay below the first); bands are differences
    of those, so that no band can be told exactly from the others. Such a count is exact between two ends and told as
    "at most" or "at least" there: c + 1 people away from none and from all. Where the released means alone imply that at
    least, or at most, so many people reach an edge, the end lies (c + rho) of the range, counted in people, away
    from that number. So the means must have been released with the same policy, and with cut_low and cut_top equal
    to the first and last of `cutoffs`. That means and counts together narrow nobody's score below rho is tested for units
    of one atom; for whole trees an attacker would have to tell; the one there is (`science.attack`) does not look at bands.
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
    counts = _reaching(layout, arranged[:, 0], edges)
    ends = _ends(found, layout.sizes, (edges - low) / (high - low), policy)
    place = {atom: number for number, atom in enumerate(plan.atoms)}
    blocks = []
    for block in nested.blocks:
        rows = [place[atom] for atom in block]
        blocks.append(_told(counts[rows].sum(axis=0), int(layout.sizes[rows].sum()), [end[rows] for end in ends]))
    return {
        path: _cells(np.sum([blocks[number] for number in part], axis=0), plan.units[path].n)
        for path, part in nested.units.items()
    }


def _reaching(layout: Layout, scores: Floats, edges: Floats) -> Ints:
    """People per atom (rows) who stay below the first edge (column 0) and who reach each edge (columns 1...)."""
    # Rounded before comparing: 3.02 as a mean of items must not fall below 3.02 by a last digit.
    score, edge = np.round(scores, 9)[:, None], np.round(edges, 9)
    there = np.concatenate((score < edge[:1], score >= edge), axis=1)
    return np.add.reduceat(there.astype(np.int64), layout.starts, axis=0)


def _ends(found: Intervals, sizes: Ints, edges: Floats, policy: Policy) -> tuple[Ints, Ints, Ints, Ints]:
    """Per atom, in the columns of `_reaching`: fewest and most people that the released means allow, and how many people
    next to each of them stay hidden.

    Hidden are c + 1 people at none and at all, and as many as (c + rho) of the range amounts to at what the sum of the
    scores implies: a score of 1 takes (1 - edge) more than the edge needs, one of 0 takes `edge` less.
    """
    n, rho = sizes[:, None], policy.hidden_share(0, 1, float(edges[0]), float(edges[-1]))
    low, high = np.where(found.known, found.low, 0.0) * n, np.where(found.known, found.high, 1.0) * n
    above, below = (np.floor(part + 1e-9).astype(np.int64) for part in (high / edges, (n - low) / (1 - edges)))
    # One person more for each further edge, as counts at two edges together tell more than each alone.
    spare = len(edges) - 1
    for_above, for_below = (np.ceil((policy.c + rho) / part).astype(np.int64) + spare for part in (edges, 1 - edges))
    least, most = np.hstack((n - above[:, :1], n - below)), np.hstack((below[:, :1], above))
    extra_least, extra_most = np.hstack((for_above[:1], for_below)), np.hstack((for_below[:1], for_above))
    fewest, largest = np.maximum(least, 0), np.minimum(most, n)
    at_least = np.maximum(policy.c + 1, least + extra_least) - fewest
    at_most = largest - np.minimum(n - policy.c - 1, most - extra_most)
    return fewest, largest, at_least, at_most


def _told(count: Ints, n: int, ends: Sequence[Ints]) -> Floats:
    """low, value and high of every column (3 x columns) for one block of n people; `ends` as in `_ends`, per atom."""
    fewest, most = (part.sum(axis=0) for part in ends[:2])
    # The atom that needs most room decides: others may take up all the slack of the block.
    bottom, top = fewest + ends[2].max(axis=0), most - ends[3].max(axis=0)
    nothing = bottom >= top
    few, many = (count <= bottom) & ~nothing, (count >= top) & ~nothing
    low = np.where(nothing | few, 0, np.where(many, top, count))
    high = np.where(nothing | many, n, np.where(few, bottom, count))
    value = np.select([nothing, few, many], [(fewest + most) / 2, (fewest + bottom) / 2, (most + top) / 2], count)
    return np.array([low, value, high], dtype=np.float64)


def _cells(told: Floats, n: int) -> list[Cell]:
    """Bands from people below the first edge and people who reach each edge."""
    reach = told[:, 1:]
    between = np.array([reach[0, :-1] - reach[2, 1:], reach[1, :-1] - reach[1, 1:], reach[2, :-1] - reach[0, 1:]])
    bands = np.maximum(np.concatenate((told[:, :1], between, reach[:, -1:]), axis=1), 0)
    return [Cell(f"band-{number}", *bounds, n, None) for number, bounds in enumerate(_triples(bands), 1)]


def _triples(bands: Floats) -> list[tuple[float, float, float]]:
    return [(float(low), float(value), float(high)) for low, value, high in bands.T]
