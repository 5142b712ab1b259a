"""May a table about people leave the house? k-anonymity, l-diversity, and the search for what to make coarser.

People who share everything that others may know about them (the background) are a class.
    k-anonymity            every class holds at least k people
    distinct l-diversity   within a class the answers to a sensitive question take at least l values
    entropy l-diversity    exp(H) >= e, with H = - sum of p ln p over the shares p of those values within the class; with
                           two values and e = 1.38 the more common one is held by at most nine of ten
A missing sensitive value counts for no value: a class in which nobody has one passes, one in which only one value is
left fails. A class that fails can only be left out as a whole, so what is left keeps passing.

An answer can be background and sensitive at once. Within a class it is the same for all, which says nothing; so its
diversity is looked at in the larger groups of people who are alike in what was known before they answered.

Sweeney (2002), k-anonymity, IJUFKS 10(5); Machanavajjhala et al. (2007), l-diversity, ACM TKDD 1(1).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Values = Sequence[Hashable]
MOST_TRIES = 1500
# So that nine of ten is not turned away by the last digit of a logarithm.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Demand:
    """What must hold: at least `k` people in a class, `distinct` values and `entropy` in each, and (for proposals) at most
    the share `left_out` of the people left out."""

    k: int = 10
    distinct: int = 2
    entropy: float = 1.38
    left_out: float = 0.1


@dataclass(frozen=True)
class Attribute:
    """Something that others may know. `levels[i][person]` is its value at level i, each level coarser than the one
    before: people who are equal at one level are equal at every next. With one level it cannot be made coarser."""

    name: str
    levels: tuple[Values, ...]


@dataclass(frozen=True)
class Answered:
    """Background that was itself answered. `place`: of its attribute; `columns`: its values, a column for each time it was
    asked, None where missing; `known`: the places of the attributes in whose groups these must be diverse. Once every
    value of the attribute is None, it is left out, and nothing is asked of its columns."""

    place: int
    known: tuple[int, ...]
    columns: tuple[Values, ...]


@dataclass(frozen=True)
class Verdict:
    """`fails[person]`: the class of this person is too small or too much alike. `too_small`, `too_alike`: people in such
    classes (one that is both counts as too small); `smallest`: people in the smallest class, 0 without people."""

    people: int
    classes: int
    smallest: int
    too_small: int
    too_alike: int
    fails: tuple[bool, ...]

    @property
    def passed(self) -> bool:
        """Somebody is there, and nobody stands in a class that fails."""
        return self.people > 0 and not any(self.fails)


@dataclass(frozen=True)
class Proposal:
    """Levels by attribute, in their order, at which the check passes once `left_out` people are left out.

    `loss`: what the levels lose, summed over attributes: 1 - entropy at this level / entropy at the first.
    """

    levels: tuple[int, ...]
    left_out: int
    loss: float


def check(
    background: Sequence[Values], sensitive: Mapping[str, Values], demand: Demand, people: int,
    answered: Sequence[Answered] = (),
) -> Verdict:  # fmt: skip
    """The verdict on `people` people. `background`: one column for each attribute; `sensitive`: name -> column, None where
    missing. Raises ValueError when a column has another length."""
    columns = [*background, *sensitive.values(), *(column for one in answered for column in one.columns)]
    if any(len(column) != people for column in columns):
        raise ValueError("every column needs one value for each person")
    answers = [_codes(one) for one in sensitive.values()]
    return _judge([_codes(column) for column in background], answers, _coded(answered), demand, people)


def search(
    attributes: Sequence[Attribute], sensitive: Mapping[str, Values], demand: Demand, people: int,
    answered: Sequence[Answered] = (), most: int = 4,
) -> list[Proposal]:  # fmt: skip
    """Ways to pass, the one that loses least first; each next one leaves fewer people out. Empty: there is none.

    Goes through the combinations of levels from the least loss upwards, and stops when nobody is left out, or after
    MOST_TRIES. Deterministic.
    """
    coded = [[_codes(level) for level in one.levels] for one in attributes]
    losses = [[_loss(level, levels[0], people) for level in levels] for levels in coded]
    answers, both = [_codes(column) for column in sensitive.values()], _coded(answered)
    start = (0,) * len(attributes)
    queue, known = [(0.0, start)], {start}
    found: list[Proposal] = []
    for _ in range(MOST_TRIES):
        if not queue:
            break
        loss, levels = heappop(queue)
        verdict = _judge([one[level] for one, level in zip(coded, levels, strict=True)], answers, both, demand, people)
        left_out = sum(verdict.fails)
        if left_out < people and left_out <= demand.left_out * people:
            if not found or left_out < found[-1].left_out:
                found.append(Proposal(levels, left_out, loss))
            if not left_out:
                break
        for place, level in enumerate(levels):
            further = (*levels[:place], level + 1, *levels[place + 1 :])
            if level + 1 < len(coded[place]) and further not in known:
                known.add(further)
                heappush(queue, (sum(one[at] for one, at in zip(losses, further, strict=True)), further))
    # The first loses least, the last leaves fewest out.
    return found if len(found) <= most else [*found[: most - 1], found[-1]]


def _codes(column: Values) -> np.ndarray:
    """Whole numbers from 0 in the order of first appearance; -1 for None."""
    import numpy as np

    seen: dict[Hashable, int] = {None: -1}
    return np.fromiter((seen.setdefault(value, len(seen) - 1) for value in column), dtype=np.int64, count=len(column))


Coded = tuple[Answered, list["np.ndarray"]]


def _coded(answered: Sequence[Answered]) -> list[Coded]:
    return [(one, [_codes(column) for column in one.columns]) for one in answered]


def _judge(
    background: Sequence[np.ndarray], sensitive: Sequence[np.ndarray], answered: Sequence[Coded], demand: Demand,
    people: int,
) -> Verdict:  # fmt: skip
    import numpy as np

    if not people:
        return Verdict(0, 0, 0, 0, 0, ())
    classes = _classes(background, people)
    sizes = np.bincount(classes)
    small = (sizes < demand.k)[classes]
    alike = _too_alike(classes, sensitive, demand)
    for one, columns in answered:
        if background[one.place].max() >= 0:
            alike |= _too_alike(_classes([background[place] for place in one.known], people), columns, demand)
    told = int(small.sum()), int((alike & ~small).sum())
    return Verdict(people, len(sizes), int(sizes.min()), *told, tuple((small | alike).tolist()))


def _classes(background: Sequence[np.ndarray], people: int) -> np.ndarray:
    """The number of each person's class, from 0."""
    import numpy as np

    classes = np.zeros(people, dtype=np.int64)
    for column in background:
        # Numbered anew after each column, so that the product never outgrows 64 bits.
        _, classes = np.unique(classes * (column.max() + 2) + column + 1, return_inverse=True)
    return classes


def _too_alike(classes: np.ndarray, columns: Sequence[np.ndarray], demand: Demand) -> np.ndarray:
    """For each person: does any of these columns take too few values in the class?"""
    import numpy as np

    size = int(classes.max()) + 1
    found = np.zeros(size, dtype=bool)
    for column in columns:
        found |= _alike(classes, column, size, demand)
    return found[classes]


def _alike(classes: np.ndarray, column: np.ndarray, size: int, demand: Demand) -> np.ndarray:
    import numpy as np

    width = int(column.max()) + 1
    if width <= 0:
        return np.zeros(size, dtype=bool)
    there = column >= 0
    counts = np.bincount(classes[there] * width + column[there], minlength=size * width).reshape(size, width)
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    diverse = np.exp(-(shares * logs).sum(axis=1)) >= demand.entropy - TOLERANCE
    return (totals > 0) & (((counts > 0).sum(axis=1) < demand.distinct) | ~diverse)


def _loss(level: np.ndarray, finest: np.ndarray, people: int) -> float:
    whole = _entropy(finest, people)
    return 1 - _entropy(level, people) / whole if whole > 0 else 0.0


def _entropy(column: np.ndarray, people: int) -> float:
    import numpy as np

    shares = [count / people for count in np.unique(column, return_counts=True)[1].tolist()]
    return -sum(share * log(share) for share in shares)


def largest_share(entropy: float) -> float:
    """The share that the more common of two values may have at most: the p >= 1/2 with exp(H(p)) = entropy (1 to 2)."""
    low, high = 0.5, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        h = -sum(p * log(p) for p in (middle, 1 - middle) if p > 0)
        low, high = (middle, high) if exp(h) > entropy else (low, middle)
    return low
