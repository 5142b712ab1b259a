"""What may be told of coefficients: how factors go together in the whole, as coarse as numbers of people say, never finer.

A coefficient is told only of everybody whom a release counts, never of a unit. It sums over at least `bands_from` people and
ten for each factor in the model, on a public grid, its interval outward to that grid. Whether it is told follows from numbers of
people alone: a model that answers made impossible (no spread, factors that say the same) looks like one that knows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.spread import LEAST
from draagkracht.science.disclosure.structure import NO_DATA, TOO_FEW
from draagkracht.science.linear import Coefficient

# Coefficients and the ends of their intervals stand on this grid; beyond +-MOST they stand at the edge.
STEP, MOST = 0.05, 2.0
# People for each factor in a model.
PER_FACTOR = 10
# What is told where nothing could be estimated: nothing is known.
UNKNOWN = (-1.0, 0.0, 1.0)
# A coefficient that fewer people than this carry (`Within.carried`), or a theme whose spread within groups is below this share
# of its range (the floor of every released spread), is told as UNKNOWN too: else that would say "all the same but for one".
CARRIED_BY = 8.0
# Numbers of people who answered twice are told in fives.
FIVES = 5


@dataclass(frozen=True, slots=True)
class ToldRelation:
    """A coarse standardised coefficient with its 95 % interval and n; or the reason why it is withheld, and nothing else."""

    low: float | None
    value: float | None
    high: float | None
    n: int | None
    reason: str | None = None


def why_not(people: int, factors: int, policy: Policy, *, rows: int, complete: int) -> str | None:
    """None when a model of so many factors may be told, else "too-few" or "no-data".

    `people` whom the plan counts (for two rounds: in both), the `rows` that they have (one, or one a pair of rounds), and how
    many of these are `complete`. As for means: fewer than half and there is no figure, so that nobody learns who skipped a
    question.
    """
    if people < max(policy.bands_from, PER_FACTOR * factors):
        return TOO_FEW
    return NO_DATA if 2 * complete < rows else None


def may_tell(carried: float, spreads: Iterable[tuple[float, float]]) -> bool:
    """Whether answers differ enough for a coefficient to stand, else it is told as one that knows nothing.

    `carried` as `Within.carried` has it; `spreads` are (pooled spread within groups, range of the scale) of the factor and the
    outcome; of what is made of several scales that with the widest share.
    """
    return round(carried, 9) >= CARRIED_BY and all(round(spread / range_, 9) >= LEAST for spread, range_ in spreads)


def tell_relation(found: Coefficient | None, n: int, reason: str | None = None) -> ToldRelation:
    """A coefficient on the grid, its interval outward. `n` is told as it is: the frozen number, or one `in_fives`."""
    if reason is not None:
        return ToldRelation(None, None, None, None, reason)
    if found is None:
        return ToldRelation(*UNKNOWN, n)
    low, value, high = (_on_grid(bound, to) for bound, to in ((found.low, floor), (found.b, round), (found.high, ceil)))
    return ToldRelation(min(low, value), value, max(value, high), n)


def in_fives(people: int) -> int:
    """People who answered in two rounds, down to a multiple of five: beside the n of each round an exact number would count
    those who answered once."""
    return FIVES * (people // FIVES)


def _on_grid(number: float, to) -> float:
    # Rounded first, so that a last bit does not move a number to the next step.
    return round(STEP * to(round(min(MOST, max(-MOST, number)) / STEP, 6)), 2) + 0.0
