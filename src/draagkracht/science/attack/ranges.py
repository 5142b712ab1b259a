"""How far everybody's score is narrowed by a system of sums: linear programming, and as little of it as is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from draagkracht.science.attack.patterns import Floats, Ints, System

# Widths and bounds are compared with this much room: a hundred times what the solver leaves open.
TOLERANCE = 1e-5
_SOLVED = 1e-7
# Rounds in which everybody who is still doubtful is pushed up, and then down, at once.
SWEEPS = 3
# Small systems that are tried around one pattern before the whole part of the system is.
LOCAL = 2


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
    done: np.ndarray | None = None,
) -> Ranges:  # fmt: skip
    """The range of one member of each pattern, as exactly as the verdict needs it.

    Of every pattern it is certain whether the range is narrower than `least`, and whether it reaches over an edge;
    `edges` are cut-offs as shares of the range. The narrowest of all is exact, if it is narrower than `beat`. `start` is
    a solution, if one is known: the made-up answers themselves. Patterns that are `done` (true) are not looked at.
    Raises Contradiction when the sums allow no answers.
    """
    count = len(found.sizes)
    parts = found.parts()
    base = _any_solution(found, parts) if start is None else start
    low, high = found.members_range(base)
    state = Ranges(np.zeros(count), np.ones(count), np.clip(low, 0, 1), np.clip(high, 0, 1))
    skip = np.zeros(count, bool) if done is None else done
    limits = np.asarray(edges, dtype=np.float64)
    search = _Search(found, least, beat, limits, skip, base, parts, _part_of(parts, count), state)
    for part in parts:
        search.sweep(*part)
    while (pattern := search.next_unsure()) is not None:
        search.settle(pattern)
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
    parts: list[tuple[Ints, Ints]]
    part_of: Ints
    state: Ranges

    def sweep(self, sums: Ints, patterns: Ints) -> None:
        """Everybody who is doubtful up, then down, at once: few solutions show that most people are not narrowed."""
        draw = np.random.default_rng(len(patterns))
        for number in range(SWEEPS):
            doubtful = self._doubtful()[patterns]
            if doubtful.sum() < 3:
                return
            push = doubtful * (1.0 if number == 0 else draw.choice([-1.0, 1.0], len(patterns)))
            for sign in (1.0, -1.0):
                total = self.base.copy()
                total[patterns] = _solve(self.found, sums, patterns, sign * push)
                self._saw(total)

    def next_unsure(self) -> int | None:
        """The pattern with the narrowest range so far of which more must be known."""
        unsure = self._unsure()
        return int(np.where(unsure, self.state.inner_width, np.inf).argmin()) if unsure.any() else None

    def settle(self, pattern: int) -> None:
        """Makes sure of one pattern: its own sums first, then those that a solution would break, then all.

        The ends of a smaller system are outer bounds. Its solution, with everybody else as in `base`, is moved toward `base`
        until all sums hold; that is an inner bound. With all sums taken in, both are the true end.
        """
        matrix = self.found.matrix
        rows, tried = matrix[:, [pattern]].nonzero()[0], 0
        while self._unsure()[pattern]:
            if tried == LOCAL:
                rows = self.parts[self.part_of[pattern]][0]
            tried += 1
            patterns = np.unique(matrix[rows].indices)
            push = (patterns == pattern).astype(np.float64)
            broken = [self._end(rows, patterns, sign * push, pattern) for sign in (1.0, -1.0)]
            more = np.concatenate(broken)
            if not len(more):
                # Nothing is left out: what was reached is the true end, whatever the solver rounded.
                self.state.low[pattern], self.state.high[pattern] = (
                    self.state.inner_low[pattern],
                    self.state.inner_high[pattern],
                )
            rows = np.union1d(rows, more)

    def _end(self, rows: Ints, patterns: Ints, push: Floats, pattern: int) -> Ints:
        """Learns from one end of the smaller system; the sums that its solution breaks."""
        found = self.found
        total = self.base.copy()
        total[patterns] = _solve(found, rows, patterns, push)
        low, high = found.members_range(total)
        if push.sum() > 0:
            self.state.low[pattern] = max(self.state.low[pattern], low[pattern] - _SOLVED)
        else:
            self.state.high[pattern] = min(self.state.high[pattern], high[pattern] + _SOLVED)
        reached, before = found.matrix @ total, found.matrix @ self.base
        over = np.maximum(reached - found.high, found.low - reached)
        room = np.where(reached > found.high, found.high - before, before - found.low)
        broken = np.flatnonzero(over > _SOLVED)
        share = np.min(np.maximum(room[broken], 0) / np.abs(reached - before)[broken], initial=1.0)
        self._saw(self.base + share * (total - self.base))
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

    def _unsure(self) -> np.ndarray:
        """Whoever is doubtful, and whoever may be the narrowest of all."""
        state = self.state
        narrowest = min(self.beat, state.width[~self.skip].min(initial=1.0))
        candidate = (state.inner_width < narrowest - TOLERANCE) & (state.width > state.inner_width + TOLERANCE)
        return np.asarray((self._doubtful() | candidate) & ~self.skip)


def spans(low: Floats, high: Floats, edges: Floats) -> np.ndarray:
    """Whether a range holds scores on both sides of some edge; a score on an edge belongs to the band above."""
    below, above = low[:, None] < edges - TOLERANCE, high[:, None] >= edges - TOLERANCE
    return np.asarray((below & above).any(axis=1))


def _part_of(parts: Sequence[tuple[Ints, Ints]], count: int) -> Ints:
    place = np.empty(count, dtype=np.int64)
    for number, (_, patterns) in enumerate(parts):
        place[patterns] = number
    return place


def _any_solution(found: System, parts: Sequence[tuple[Ints, Ints]]) -> Floats:
    total = np.zeros(len(found.sizes))
    for sums, patterns in parts:
        total[patterns] = _solve(found, sums, patterns, np.zeros(len(patterns)))
    return total


def _solve(found: System, sums: Ints, patterns: Ints, objective: Floats) -> Floats:
    """The totals of `patterns` that make `objective` least; only `sums` count."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    # The same solver as linprog (HiGHS), which would need every sum twice, once for each of its ends.
    done = milp(
        objective,
        bounds=Bounds(0.0, found.sizes[patterns]),
        constraints=LinearConstraint(found.matrix[sums][:, patterns], found.low[sums], found.high[sums]),
    )
    if done.status == 2:
        raise Contradiction
    if done.x is None:
        raise ArithmeticError(f"the solver gave up: {done.message}")
    return np.asarray(done.x)
