"""The attack: what the published history of one measure would tell about anybody, in the worst cases that are tried."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from draagkracht.science.attack.answers import hostile
from draagkracht.science.attack.history import Person, Wave
from draagkracht.science.attack.insiders import NOBODY, choices
from draagkracht.science.attack.people import Counted
from draagkracht.science.attack.ranges import TOLERANCE, Ranges, ranges, spans


@dataclass(frozen=True)
class Narrowest:
    """The narrowest range that was found, as shares of the range of the scale, and with which answers and insiders."""

    low: float
    high: float
    answers: str
    insiders: str

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass
class Verdict:
    """What was found. `people` is how many were counted at all; `narrowest` is None when nobody was.

    `pinned` = {person: a width below `least` to which their range is narrowed}; `fixed` = people whose band is certain;
    `outside` = those of both for whom no insider was needed. Somebody who is found is not looked at again, so with findings
    there may be narrower ranges than `narrowest`; without any it is exact for the cases that were tried.
    """

    people: int
    least: float
    narrowest: Narrowest | None = None
    pinned: dict[Person, float] = field(default_factory=dict)
    fixed: set[Person] = field(default_factory=set)
    outside: set[Person] = field(default_factory=set)

    @property
    def found(self) -> set[Person]:
        """Everybody who is pinned or whose band is certain."""
        return set(self.pinned) | self.fixed

    def add(
        self, members: Sequence[Sequence[Person]], seen: np.ndarray, result: Ranges, edges: Sequence[float],
        answers: str, insiders: str,
    ) -> None:  # fmt: skip
        """Takes up one case; `seen` marks the patterns that were looked at."""
        if not seen.any():
            return
        place = int(np.where(seen, result.width, np.inf).argmin())
        here = Narrowest(float(result.low[place]), float(result.high[place]), answers, insiders)
        if self.narrowest is None or here.width < self.narrowest.width - TOLERANCE:
            self.narrowest = here
        narrow = seen & (result.width < self.least - TOLERANCE)
        certain = seen & ~spans(result.low, result.high, np.asarray(edges)) if len(edges) else np.zeros_like(seen)
        for number in map(int, np.flatnonzero(narrow | certain)):
            if narrow[number]:
                self.pinned.update(dict.fromkeys(members[number], float(result.width[number])))
            if certain[number]:
                self.fixed.update(members[number])
            if insiders == NOBODY:
                self.outside.update(members[number])


def attack(
    history: Sequence[Wave], *, least: float = 0.5, edges: Sequence[float] = (), insiders: int = 1,
    answers: Mapping[str, Mapping[Person, float]] | None = None, only: Iterable[Person] | None = None,
    helpers: Mapping[str, Collection[Person]] | None = None, exact: bool = True,
) -> Verdict:  # fmt: skip
    """Attacks one measure over all its waves. No real answer is used.

    `least` (rho) is the share of the range that must stay open for everybody; `edges` are the cut-offs as shares of the
    range, ascending; `insiders` is how many in each atom tell their own answer (0: nobody). `answers` are the made-up
    ones, as of `usual` or `hostile` (the default). A case is one set of made-up answers with one choice of insiders: the figures that these answers would
    give are computed anew, and then everybody's range is what the figures and the insiders leave possible, if nobody ever
    changes their answer. Insiders are no targets in their own case.

    `only` are the people to look at (None: everybody). `helpers` are choices of insiders as of `choices`, to be used
    instead of those of this history. `exact=False` is quicker: everybody is found all the same, but `narrowest` is then
    only known to be no narrower than `least` when nobody is.
    """
    counted = Counted.of(history)
    verdict = Verdict(len(counted.people), least)
    made = hostile(history) if answers is None else answers
    scores = {name: counted.vector(given) for name, given in made.items()}
    chosen = choices(history, insiders) if helpers is None else helpers
    # With colleagues who tell nobody's range is wider. So nobody's help comes last, and then only who told every time
    # is looked at, and who was found: was help needed?
    always = frozenset(counted.people).intersection(*(own for name, own in chosen.items() if name != NOBODY))
    for choice, telling in sorted(chosen.items(), key=lambda one: one[0] == NOBODY):
        frame = counted.frame(set(telling).intersection(counted.place))
        aim = frame.some(counted.people if only is None else only)
        if choice == NOBODY and len(chosen) > 1:
            aim &= frame.some(always | verdict.found)
        for name, given in scores.items():
            known = frame.all(verdict.outside if choice == NOBODY else verdict.found)
            seen = aim & ~known
            if not seen.any():
                continue
            found, total = frame.system(given)
            beat = verdict.narrowest.width if verdict.narrowest else np.inf
            result = ranges(found, least, edges, total, beat, ~seen, exact)
            verdict.add(found.members, seen, result, edges, name, choice)
    return verdict
