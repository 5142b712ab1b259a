"""What a mean is told as: the published rule, written anew from its description, without a line of the planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.attack.history import Person, Sum, Wave
from draagkracht.science.attack.patterns import Floats

# An atom of up to 16 people has its mean in sixteenths of the range, a larger one in nths.
SIXTEENTHS = 16
_TIE = 1e-9


def hidden_share(rho: float, edges: Sequence[float]) -> float:
    """The share of the range that must stay open for everybody: rho, and wider than each outer band.

    `edges` are the cut-offs as shares of the range, ascending; none for a scale without bands.
    """
    outer = [edges[0] + 0.02, 1 - edges[-1] + 0.02] if edges else []
    return min(1.0, max([rho, *outer]))


def told(mean: ArrayLike, n: ArrayLike, end: ArrayLike) -> tuple[Floats, Floats]:
    """The interval that is published for the mean of n people (shares of the range); `end` = (c + hidden share) / n.

    Below `end`, or above 1 - `end`, only that is told. Between them the nearest step; the outermost steps reach to `end`.
    An atom that is too small for two such ends must not exist; the attacker takes it that its mean is told to the step.
    """
    middle, ends = np.asarray(mean, dtype=np.float64), np.asarray(end, dtype=np.float64)
    ends = np.where(ends < 0.5, ends, 0.0)
    steps = np.where(np.asarray(n) <= SIXTEENTHS, SIXTEENTHS, n)
    first, last = np.ceil(ends * steps - _TIE), np.floor((1 - ends) * steps + _TIE)
    point = np.minimum(np.maximum(np.rint(np.round(middle * steps, 9)), first), last)
    low = np.where(point <= first, ends, (point - 0.5) / steps)
    high = np.where(point >= last, 1 - ends, (point + 0.5) / steps)
    bottom, top = middle < ends - _TIE, middle > 1 - ends + _TIE
    return np.where(bottom, 0.0, np.where(top, 1 - ends, low)), np.where(top, 1.0, np.where(bottom, ends, high))


def sums(history: Sequence[Wave], answers: Mapping[Person, float]) -> list[Sum]:
    """What the history would tell if these were the answers, the same in each wave: one interval for each atom.

    Units are sums of atoms' intervals, and the ends of an atom follow from those of the units by subtraction; so
    atoms are all that the figures of units hold. Everybody is taken to have a score: whoever skipped makes it
    harder for the attacker, not easier.
    """
    found = []
    for one in history:
        for people in one.atoms.values():
            n = len(people)
            low, high = told(sum(answers[person] for person in people) / n, n, one.hidden_sum / n)
            found.append(Sum(people, n * float(low), n * float(high)))
    return found
