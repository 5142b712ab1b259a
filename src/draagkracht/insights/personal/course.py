"""Every measure of one person over time, and how far it moves by measurement noise alone.

The noise is MDC95 of the catalogue where it has one. Where it has none, an assumption until it does: a spread between
people of a fifth of the range, and questions that correlate 0.5 with each other, which gives a reliability by
Spearman-Brown. (For BAT-12 that gives 0.61 where the catalogue says 0.66.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from draagkracht.insights.release.measures import Measured, measures
from draagkracht.insights.shared.published import Measure
from draagkracht.insights.shared.rounds import otherwise
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.own_scales import OWN
from draagkracht.people.models import Organisation
from draagkracht.science.change import mdc95
from draagkracht.surveys import sheet
from draagkracht.surveys.queries import OwnWave
from draagkracht.ui.charts import Estimate, Figure, Moment, Zone, trend_line

SPREAD, CORRELATION = 0.2, 0.5
# More rounds than these are not drawn, and do not count for the usual zone: who one was years ago is another person.
AT_MOST = 12
# A value counts as outside a zone when it lies beyond it by more than this part of the scale: less is lost in the picture.
SEEN = 0.01


@dataclass(frozen=True)
class Own:
    """One measure of one person over time: (label, value) of each round that asked it, oldest first, and its noise MDC95.

    `other_words`: the places of rounds that asked it in other words than the last one. `when` and `earlier` name the last round
    that asked it and the one before inside a sentence; `current`: the former was the last round of all.
    """

    measure: Measure
    moments: list[tuple[str, float | None]]
    mdc: float
    other_words: frozenset[int] = field(default=frozenset())
    when: str = ""
    earlier: str = ""
    current: bool = True

    @property
    def values(self) -> list[float]:
        return [value for _label, value in self.moments if value is not None]

    @property
    def now(self) -> float | None:
        """The value of the last round that asked it; None when that round did not give one."""
        return self.moments[-1][1] if self.moments else None

    @property
    def before(self) -> float | None:
        """The value of the round before, if that asked it in the same words."""
        known = len(self.moments) > 1 and len(self.moments) - 2 not in self.other_words
        return self.moments[-2][1] if known else None

    @property
    def reworded(self) -> bool:
        """The round before asked it in other words."""
        return len(self.moments) - 2 in self.other_words

    @property
    def zone(self) -> tuple[float, float] | None:
        """Where a next value lies by noise alone: around the mean of the earlier rounds in the same words. None without one.

        Half width: 1.96 x SEM x sqrt(1 + 1/m) for m earlier rounds; with one earlier round that is MDC95 itself.
        """
        alike = [value for at, (_label, value) in enumerate(self.moments[:-1]) if at not in self.other_words]
        earlier = [value for value in alike if value is not None]
        if not earlier:
            return None
        middle, half = sum(earlier) / len(earlier), self.mdc / sqrt(2) * sqrt(1 + 1 / len(earlier))
        return max(self.measure.data["low"], middle - half), min(self.measure.data["high"], middle + half)

    @property
    def place(self) -> str:
        """ "inside", "above" or "below" the usual zone; empty while that can not be said."""
        if self.zone is None or self.now is None:
            return ""
        low, high = self.zone
        return "below" if self.now < low - self.edge else "above" if self.now > high + self.edge else "inside"

    @property
    def edge(self) -> float:
        """How far a value must lie beyond a border before that can be seen in a picture, in the unit of the scale."""
        return SEEN * (self.measure.data["high"] - self.measure.data["low"])

    @property
    def share(self) -> float | None:
        """The last value as a part of the scale, 0 to 1, counted towards the end that weighs or gives most: for a demand the
        heavy end, for everything else the favourable one. None without a value."""
        if self.now is None:
            return None
        data = self.measure.data
        share = (self.now - data["low"]) / (data["high"] - data["low"])
        wanted = "low" if self.measure.role == "demand" else "high"
        return share if data["favourable"] == wanted else 1 - share

    @property
    def chart(self) -> Figure:
        """The course with the zone in which moves say little."""
        zone = Zone(*self.zone, _("your usual zone")) if self.zone else None
        moments = [Moment(label, self.estimate(value)) for label, value in self.moments]
        return trend_line(moments, self.measure.scale, title=self.measure.title, who=_("you"), zone=zone)

    def estimate(self, value: float | None) -> Estimate:
        """The value with its own measurement error (95 %)."""
        if value is None:
            return Estimate()
        half = self.mdc / sqrt(2)
        return Estimate(
            value, max(self.measure.data["low"], value - half), min(self.measure.data["high"], value + half)
        )


@dataclass(frozen=True)
class Round:
    """One round of one person: what it asked of them (by measure id), and what came of it."""

    wave: OwnWave
    content: Content
    asked: Mapping[str, Measured]


def rounds(history: Sequence[OwnWave], organisation: Organisation) -> list[Round]:
    """The rounds with the measures that this person was asked."""
    found = []
    for one in history:
        content = sheet.content(one.version_id, one.version_hash)
        known = _measures(one.version_id, one.version_hash, organisation.country, organisation.raised_k)
        asked = {measured.id: measured for measured in known if _asked(content, one, measured)}
        found.append(Round(one, content, asked))
    return found


@lru_cache(maxsize=64)
def _measures(version_id: int, version_hash: str, country: str, raised_k: int | None) -> tuple[Measured, ...]:
    """The measures of a version, which never changes; of the organisation no more counts than these two."""
    return tuple(measures(sheet.content(version_id, version_hash), Organisation(country=country, raised_k=raised_k)))


def _asked(content: Content, one: OwnWave, measured: Measured) -> bool:
    """A scale is asked of somebody when any of its questions is, or when its score was brought in without questions."""
    name, scale = measured.id.split(".", 1)
    if name == OWN and content.question[measured.id].kind == "yesno":
        return False  # yes or no has no zone to move in; `pages` tells it in words
    codes = {f"{name}.{code}" for code in content.instruments[name].items_of(scale)}
    if not codes & content.conditional:
        return measured.id in one.scores
    return bool(codes & content.shown(one.answers))


def course(history: Sequence[OwnWave], organisation: Organisation) -> list[Own]:
    """Every measure that has a value in some round: those of the last questionnaire in its order, then older ones."""
    done = rounds(history, organisation)
    order = dict.fromkeys(measure for one in reversed(done) for measure in one.asked)
    found = [_own(done, measure) for measure in order]
    return [one for one in found if one.values]


def _own(done: Sequence[Round], measure: str) -> Own:
    """One measure over the rounds that asked it on the scale that it has now."""
    having = [one for one in done if measure in one.asked]
    last = having[-1]
    data = last.asked[measure].data
    ends = ("low", "high", "favourable")
    having = [one for one in having if all(one.asked[measure].data[end] == data[end] for end in ends)][-AT_MOST:]
    words = [one.asked[measure].data.get("wording", {}) for one in having]
    name, scale = measure.split(".", 1)
    when, earlier = [*(date_format(one.wave.closes_on, "F Y") for one in reversed(having)), ""][:2]
    return Own(
        Measure(measure, data),
        [(_label(one.wave), one.wave.scores.get(measure)) for one in having],
        noise(last.content.instruments[name], scale),
        frozenset(at for at, then in enumerate(words) if otherwise(then, words[-1])),
        when,
        earlier,
        last is done[-1],
    )


def _label(one: OwnWave) -> str:
    """The month of the round, as the pages of the team and the organisation name it."""
    return date_format(one.closes_on, "M Y").replace(".", "").lower()


def noise(instrument: Instrument, scale: str) -> float:
    """MDC95 of a scale: the catalogue's, else the assumption at the top of this file."""
    published = instrument.raw.get("change", {}).get(scale)
    if published is not None:
        return float(published)
    info = instrument.scale[scale]
    return mdc95(SPREAD * (info.maximum - info.minimum), _reliability(_items(instrument, scale)))


def _items(instrument: Instrument, scale: str) -> int:
    rule = next(one for one in instrument.key.scales if one.id == scale)
    return len(rule.items) or sum(_items(instrument, part) for part in rule.parts)


def _reliability(items: int) -> float:
    return items * CORRELATION / (1 + (items - 1) * CORRELATION)
