"""Which themes a group could talk about first: how far it stands from a benchmark, times how much the theme weighs there.

A pure rule over published numbers. It claims nothing: a theme counts only when its difference is larger than the
uncertainty of both figures together, and its weight only when the interval of the relation leaves out zero.
The idea (gap x impact) is common in employee research; the guards against noise are this project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Link:
    """How a theme goes together with one outcome, such as exhaustion, among the people of the benchmark.

    `strength` is standardised (a spread of the theme goes with so many spreads of the outcome) and above 0 when a less
    favourable score on the theme goes with a less favourable score on the outcome; `low` and `high` bound it.
    """

    outcome: str
    strength: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """The interval leaves out zero, on the side where worse goes with worse."""
        return self.low > 0


@dataclass(frozen=True)
class Place:
    """Where a group and its benchmark stand on a theme. `value` None: nothing is shown of one of the two.

    `own` and `other` are the 95 % intervals, `spread` the released spread between people (0: unknown), all in the unit of
    the scale. `links` None: no relation of this theme is known, which is not the same as none that is clear.
    """

    theme: str
    value: float | None
    own: Interval | None
    benchmark: float | None
    other: Interval | None
    spread: float
    high_is_favourable: bool
    links: tuple[Link, ...] | None = None

    @property
    def clear(self) -> bool:
        """The two intervals do not touch. Without both of them nothing is clear."""
        if self.value is None or self.benchmark is None or self.own is None or self.other is None:
            return False
        return self.own[0] > self.other[1] or self.own[1] < self.other[0]

    @property
    def favourable(self) -> bool:
        return ((self.value or 0.0) > (self.benchmark or 0.0)) == self.high_is_favourable

    @property
    def distance(self) -> float:
        """In spreads between people (in points where no spread is known); 0 where a figure is missing."""
        if self.value is None or self.benchmark is None:
            return 0.0
        return abs(self.value - self.benchmark) / (self.spread or 1.0)

    @property
    def telling(self) -> tuple[Link, ...]:
        """The clear relations, strongest first."""
        return tuple(
            sorted((one for one in self.links or () if one.clear), key=lambda one: (-one.strength, one.outcome))
        )


@dataclass(frozen=True)
class Focus:
    """A theme to talk about. `keep`: it stands out in a good way. `links`: the clear relations, strongest first."""

    theme: str
    keep: bool
    links: tuple[Link, ...]
    score: float


def choose(places: Sequence[Place], at_most: int = 2) -> list[Focus]:
    """The themes that stand out, in the order in which to talk about them; empty when none does.

    Unfavourable ones come first, then what to keep. Within each: themes with a clear relation by distance x strength of the
    strongest one, then the others by distance. Give only themes that a group can change itself (demands, resources).
    """
    found = [_focus(place) for place in places if place.clear]
    return sorted(found, key=lambda one: (one.keep, not one.links, -one.score, one.theme))[:at_most]


def heaviest(places: Sequence[Place], at_most: int = 3) -> list[str]:
    """Themes to choose from where none stands out: those with the strongest clear relation first, then as they were given."""
    weights = {place.theme: place.telling[0].strength if place.telling else 0.0 for place in places}
    return sorted(weights, key=lambda theme: -weights[theme])[:at_most]


def _focus(place: Place) -> Focus:
    links = place.telling
    weight = links[0].strength if links else 1.0
    return Focus(place.theme, place.favourable, links, place.distance * weight)
