"""How far everybody's score is narrowed by a system of sums: linear programming, and as little of it as is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from draagkracht.science.attack.patterns import Floats, Ints, System

# Widths and bounds are compared with this much room: a hundred times what the solver leaves open.
TOLERANCE = 1e-5
_SOLVED = 1e-7
# A part of up to so many patterns is solved as a whole; a larger one in blocks, with the others as they are in `base`.
WHOLE, BLOCK = 2500, 400
# A sweep that settles a smaller share of those in doubt than this is the last one.
WORTH = 0.25


class Contradiction(Exception):
    """No answers fit the sums: somebody changed their answer between waves, or some people had no score."""


@dataclass(frozen=True)
class Ranges:
    """Per pattern what is known of the scores that one member can have, as shares of the range.

    `low`..`high` holds every possible score. All scores of `inner_low`..`inner_high` are possible.
    """

    low: Floats
    high: Floats
    inner_low: Floats
    inner_high: Floats

    @property
    def width(self) -> Floats:
        return self.high - self.low

    @property
    def inner_width(self) -> Floats:
        return self.inner_high - self.inner_low


def ranges(
    found: System, least: float, edges: Sequence[float] = (), start: Floats | None = None, beat: float = np.inf,
    done: np.ndarray | None = None, exact: bool = True,
) -> Ranges:  # fmt: skip
    """The range of one member of each pattern, as exactly as the verdict needs it.

    Of every pattern it is certain whether the range is narrower than `least`, and whether it reaches over an edge;
    `edges` are cut-offs as shares of the range. With `exact` the narrowest of all is exact too, if it is narrower than
    `beat`. `start` is a solution, if one is known: the made-up answers themselves. Patterns that are `done` (true) are
    not looked at. Raises Contradiction when the sums allow no answers.
    """
    count = len(found.sizes)
    parts = found.parts()
    base = _any_solution(found, parts) if start is None else start
    low, high = found.members_range(base)
    state = Ranges(np.zeros(count), np.ones(count), np.clip(low, 0, 1), np.clip(high, 0, 1))
    skip = np.zeros(count, bool) if done is None else done
    limits = np.asarray(edges, dtype=np.float64)
    search = _Search(found, least, beat, limits, skip, base, state, exact)
    search.alone([patterns[0] for _, patterns in parts if len(patterns) == 1])
    for part in parts:
        if len(part[1]) > 1 and search.unsure()[part[1]].any():
            search.through(*part)
    return state


@dataclass
class _Search:
    """Branch and bound: solutions widen the inner ranges, relaxed systems narrow the outer ones, until they decide.

    `base` is one solution of the whole system.
    """

    found: System
    least: float
    beat: float
    edges: Floats
    skip: np.ndarray
    base: Floats
    state: Ranges
    exact: bool

    @cached_property
    def _columns(self) -> Any:
        return self.found.matrix.tocsc()

    @cached_property
    def _reached(self) -> Floats:
        """The sums under `base`."""
        return np.asarray(self.found.matrix @ self.base)

    def alone(self, patterns: Sequence[int]) -> None:
        """Parts of one pattern: what its sums leave of the total is all there is to know. A first wave has no others."""
        found, state = self.found, self.state
        chosen = np.zeros(len(found.sizes), dtype=bool)
        chosen[np.asarray(patterns, dtype=np.int64)] = True
        entry = found.matrix.tocoo()
        rows, columns = entry.row[chosen[entry.col]], entry.col[chosen[entry.col]]
        bottom, top = np.zeros_like(found.sizes), found.sizes.copy()
        np.maximum.at(bottom, columns, found.low[rows])
        np.minimum.at(top, columns, found.high[rows])
        if (bottom > top + _SOLVED).any():
            raise Contradiction
        low, high = np.clip(found.members_range(bottom)[0], 0, 1), np.clip(found.members_range(top)[1], 0, 1)
        for ends, values in ((("low", "inner_low"), low), (("high", "inner_high"), high)):
            for end in ends:
                getattr(state, end)[chosen] = values[chosen]

    def through(self, sums: Ints, patterns: Ints) -> None:
        """One part: everybody who is in doubt up, then down, at once, as long as that settles many; the others singly."""
        draw = np.random.default_rng(len(patterns))
        blocks = [patterns] if len(patterns) <= WHOLE else _blocks(patterns, _firsts(self._columns, patterns))
        left, worth = int(self.unsure()[patterns].sum()), True
        while left:
            # Only after everything was swept without much gain is it worth looking at one after the other.
            if worth and left > 2:
                for block in blocks:
                    self._sweep(block, draw)
            else:
                self._settle(self._narrowest(patterns), sums, patterns)
            now = int(self.unsure()[patterns].sum())
            worth, left = worth and now <= (1 - WORTH) * left, now

    def _sweep(self, patterns: Ints, draw: np.random.Generator) -> None:
        doubtful = self.unsure()[patterns]
        if not doubtful.any():
            return
        push = doubtful * draw.uniform(0.5, 1.0, len(patterns)) * draw.choice([-1.0, 1.0], len(patterns))
        for sign in (1.0, -1.0):
            self._saw(self._beside_base(patterns, sign * push))

    def _beside_base(self, patterns: Ints, push: Floats) -> Floats:
        """The solution that makes `push` least, with all other patterns as they are in `base`."""
        columns = self._columns[:, patterns]
        rows = np.unique(columns.indices)
        inside = columns[rows]
        others = self._reached[rows] - inside @ self.base[patterns]
        low, high = (
            np.minimum(self.found.low[rows], self._reached[rows]),
            np.maximum(self.found.high[rows], self._reached[rows]),
        )
        total = self.base.copy()
        total[patterns] = _solve(push, self.found.sizes[patterns], inside, low - others, high - others)
        return total

    def _narrowest(self, patterns: Ints) -> int:
        """The pattern with the narrowest range so far of which more must be known."""
        return int(patterns[np.where(self.unsure()[patterns], self.state.inner_width[patterns], np.inf).argmin()])

    def _settle(self, pattern: int, sums: Ints, patterns: Ints) -> None:
        """Makes sure of one pattern: of a large part, its own sums first, then also those that a solution would break.

        The ends of a smaller system are outer bounds. With the others as in `base` it gives inner bounds, and so does
        a solution that breaks nothing. A system of half the part is given up for the whole part.
        """
        rows = self._columns[:, [pattern]].indices
        while len(patterns) > WHOLE and 2 * len(rows) < len(sums):
            near = np.unique(self.found.matrix[rows].indices)
            push = (near == pattern).astype(np.float64)
            for sign in (1.0, -1.0):
                self._saw(self._beside_base(near, sign * push))
            if not self.unsure()[pattern]:
                return
            broken = [self._outer(rows, near, sign * push, pattern) for sign in (1.0, -1.0)]
            rows = np.union1d(rows, np.concatenate(broken))
            if not self.unsure()[pattern]:
                return
        self._whole(pattern, sums, patterns)

    def _whole(self, pattern: int, sums: Ints, patterns: Ints) -> None:
        """Both true ends of one pattern, with nothing left out."""
        push = (patterns == pattern).astype(np.float64)
        inside = self.found.matrix[sums][:, patterns]
        for sign in (1.0, -1.0):
            total = self.base.copy()
            total[patterns] = _solve(
                sign * push, self.found.sizes[patterns], inside, self.found.low[sums], self.found.high[sums]
            )
            self._saw(total)
        # What was reached is the true end, whatever the solver rounded.
        state = self.state
        state.low[pattern], state.high[pattern] = state.inner_low[pattern], state.inner_high[pattern]

    def _outer(self, rows: Ints, patterns: Ints, push: Floats, pattern: int) -> Ints:
        """Learns from one end of the system of these sums alone; the sums that its solution breaks."""
        found = self.found
        total = self.base.copy()
        inside = found.matrix[rows][:, patterns]
        total[patterns] = _solve(push, found.sizes[patterns], inside, found.low[rows], found.high[rows])
        low, high = found.members_range(total)
        if push.sum() > 0:
            self.state.low[pattern] = max(self.state.low[pattern], low[pattern] - _SOLVED)
        else:
            self.state.high[pattern] = min(self.state.high[pattern], high[pattern] + _SOLVED)
        columns = self._columns[:, patterns]
        reached = self._reached + columns @ (total - self.base)[patterns]
        broken = np.flatnonzero(np.maximum(reached - found.high, found.low - reached) > _SOLVED)
        if not len(broken):
            self._saw(total)
        return broken

    def _saw(self, total: Floats) -> None:
        """Learns from a solution: every member may have any score that the pattern's total leaves open."""
        low, high = self.found.members_range(total)
        np.minimum(self.state.inner_low, np.clip(low, 0, 1), out=self.state.inner_low)
        np.maximum(self.state.inner_high, np.clip(high, 0, 1), out=self.state.inner_high)

    def _doubtful(self) -> np.ndarray:
        """Whose range may be too narrow, and is not shown to be."""
        state = self.state
        doubtful = (state.inner_width < self.least - TOLERANCE) & (state.width >= self.least - TOLERANCE)
        if len(self.edges):
            reaches_over = spans(state.inner_low, state.inner_high, self.edges)
            doubtful |= ~reaches_over & spans(state.low, state.high, self.edges)
        return doubtful & ~self.skip

    def unsure(self) -> np.ndarray:
        """Whoever is in doubt, and, where the narrowest shall be exact, whoever may be the narrowest of all."""
        if not self.exact:
            return self._doubtful()
        state = self.state
        narrowest = min(self.beat, state.width[~self.skip].min(initial=1.0))
        candidate = (state.inner_width < narrowest - TOLERANCE) & (state.width > state.inner_width + TOLERANCE)
        return np.asarray((self._doubtful() | candidate) & ~self.skip)


def spans(low: Floats, high: Floats, edges: Floats) -> np.ndarray:
    """Whether a range holds scores on both sides of some edge; a score on an edge belongs to the band above."""
    below, above = low[:, None] < edges - TOLERANCE, high[:, None] >= edges - TOLERANCE
    return np.asarray((below & above).any(axis=1))


def _firsts(columns: Any, patterns: Ints) -> Ints:
    """The first sum of each pattern: near numbers stand for near teams."""
    return np.asarray(columns.indices[columns.indptr[patterns]])


def _blocks(patterns: Ints, firsts: Ints) -> list[Ints]:
    order = patterns[np.argsort(firsts, kind="stable")]
    return np.array_split(order, ceil(len(order) / BLOCK))


def _any_solution(found: System, parts: Sequence[tuple[Ints, Ints]]) -> Floats:
    total = np.zeros(len(found.sizes))
    for sums, patterns in parts:
        inside = found.matrix[sums][:, patterns]
        total[patterns] = _solve(
            np.zeros(len(patterns)), found.sizes[patterns], inside, found.low[sums], found.high[sums]
        )
    return total


def _solve(objective: Floats, sizes: Floats, matrix: Any, low: Floats, high: Floats) -> Floats:
    """The totals of patterns, low <= matrix @ total <= high, that make `objective` least."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    # The same solver as linprog (HiGHS), which would need every sum twice, once for each of its ends.
    done = milp(objective, bounds=Bounds(0.0, sizes), constraints=LinearConstraint(matrix, low, high))
    if done.status == 2:
        raise Contradiction
    if done.x is None:
        raise ArithmeticError(f"the solver gave up: {done.message}")
    return np.asarray(done.x)
