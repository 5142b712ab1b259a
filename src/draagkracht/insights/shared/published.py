"""What was published, read in a fixed number of queries whatever the number of units, waves or respondents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedCell, ReleasedUnit
from draagkracht.instruments.own_scales import OWN
from draagkracht.science.interval import group_interval
from draagkracht.ui.charts import Estimate, Scale

ROLES = ("demand", "resource", "strain", "engagement", "outcome")


@dataclass(frozen=True)
class Measure:
    """One scale as it was published with a release."""

    id: str
    data: dict[str, Any]

    def _say(self, key: str) -> Any:
        texts = self.data.get(key) or {}
        return texts.get(get_language() or "nl") or texts.get("en") or next(iter(texts.values()), "")

    @property
    def title(self) -> str:
        return self._say("title")

    @property
    def instrument(self) -> str:
        return self._say("instrument")

    @property
    def role(self) -> str:
        return self.data["role"]

    @property
    def favourable(self) -> str:
        """Which end of the scale is the favourable one: "high" or "low"."""
        return self.data["favourable"]

    @property
    def heavy(self) -> str:
        return "low" if self.favourable == "high" else "high"

    @property
    def bands(self) -> list[str]:
        return self._say("bands") or []

    @property
    def population(self) -> str:
        return self._say("population")

    @property
    def k(self) -> int:
        return self.data["k"]

    @property
    def part_of(self) -> bool:
        """A part of a total that is published too."""
        return self.data["family"] != self.id and not self.data["total_of"]

    @cached_property
    def scale(self) -> Scale:
        words = self._say("labels") or []
        ends = (words[0] or "", words[-1] or "") if words else ("", "")
        return Scale(self.data["low"], self.data["high"], *ends, shares=self.yes_or_no)

    @property
    def yes_or_no(self) -> bool:
        """A single question with two answers: its mean is the share of people who gave the second one."""
        return self.id.startswith(f"{OWN}.") and (self.data["low"], self.data["high"]) == (0, 1)


def releases() -> list[Release]:
    """Every release of this organisation, oldest first, without the descriptions of measures. Call inside its scope."""
    return list(Release.objects.defer("measures", "policy").order_by("closed_on", "id"))


Marks = tuple[tuple[int, float], ...]


def marks(found: Iterable[Release]) -> Marks:
    """What tells one set of releases from another. What is published never changes, so pages are kept under it."""
    return tuple((release.id, release.released_at.timestamp()) for release in found)


def measures_of(release: Release) -> list[Measure]:
    """The measures of a release in the order of its questionnaire."""
    return [Measure(data["id"], data) for data in release.measures]


def short_date(release: Release) -> str:
    """ "nov 2026": the label of a wave on an axis."""
    return date_format(release.closed_on, "M Y").replace(".", "").lower()


class Cell(NamedTuple):
    """A published figure as pages read it: as ReleasedCell, without the object, for a page may read thousands."""

    unit_id: int
    measure: str
    statistic: str
    low: float | None
    value: float | None
    high: float | None
    n: int | None
    reason: str


class Figures:
    """Published units and cells of one or several releases, for look-up by unit and measure."""

    def __init__(self, chosen: Iterable[Release], units: Iterable[ReleasedUnit], cells: Iterable[Cell]) -> None:
        self.releases = {release.id: release for release in chosen}
        self.units = sorted(units, key=lambda unit: (unit.release_id, unit.position))
        self._cells = {cell[:3]: cell for cell in cells}
        self._shown = {cell.unit_id for cell in self._cells.values() if cell.value is not None}
        self._estimates: dict[tuple[int, str], Estimate] = {}
        self._roots = {unit.release_id: unit for unit in self.units if unit.depth == 0}
        self._of = {(unit.release_id, unit.unit_id): unit for unit in self.units if unit.unit_id}

    def root(self, release: Release) -> ReleasedUnit:
        return self._roots[release.id]

    def unit(self, release: Release, unit_id: int) -> ReleasedUnit | None:
        """The unit as that release published it; None when it was not part of that wave."""
        return self._of.get((release.id, unit_id))

    def shows(self, unit: ReleasedUnit) -> bool:
        """Some figure of this unit was published."""
        return unit.id in self._shown

    def cell(self, unit: ReleasedUnit, measure: Measure, statistic: str = "mean") -> Cell | None:
        return self._cells.get((unit.id, measure.id, statistic))

    def mean(self, unit: ReleasedUnit | None, measure: Measure) -> Cell | None:
        """The mean of a unit. The organisation as a whole may have the mean of its published units in its place."""
        if unit is None:
            return None
        found = self.cell(unit, measure)
        return found or (self.cell(unit, measure, "mean-of-units") if unit.depth == 0 else None)

    def estimate(self, unit: ReleasedUnit | None, measure: Measure) -> Estimate:
        """A unit's mean with its interval, or the reason in words; without either there are no data."""
        if unit is None:
            return Estimate()
        known = self._estimates.get((unit.id, measure.id))
        if known is None:
            known = self._estimates[unit.id, measure.id] = self._estimate(unit, measure)
        return known

    def _estimate(self, unit: ReleasedUnit, measure: Measure) -> Estimate:
        cell = self.mean(unit, measure)
        if cell is None or cell.reason == Reason.NO_DATA:
            return Estimate()
        if cell.value is None or cell.low is None or cell.high is None:
            return Estimate(reason=because(cell.reason))
        spread = self.cell(self._roots[unit.release_id], measure, "spread")
        if spread is None or spread.value is None or not cell.n:
            return Estimate(cell.value, cell.low, cell.high, cell.n)
        low, high = group_interval(
            cell.value, cell.low, cell.high, cell.n, spread.value, measure.data["low"], measure.data["high"]
        )  # fmt: skip
        return Estimate(cell.value, low, high, cell.n)

    def spread(self, release: Release, measure: Measure) -> float:
        """The released spread between people; 0 where none was published."""
        cell = self.cell(self._roots[release.id], measure, "spread")
        return (cell.value if cell else None) or 0.0


def because(reason: str) -> str:
    """The reason of a withheld figure as a sentence, as managers read it."""
    if reason == Reason.PROTECTED:
        return _("together with the other figures a smaller group could be recognised.")
    return _("there are too few answers to protect everybody.")


def of_release(release: Release) -> Figures:
    """All units and cells of one release: two queries."""
    units = list(ReleasedUnit.objects.filter(release=release))
    return Figures([release], units, _cells(release=release))


def of_unit(unit_id: int | None, chosen: list[Release]) -> Figures:
    """One unit and the organisation as a whole, over these releases: two queries. None: the organisation alone."""
    units = list(ReleasedUnit.objects.filter(Q(unit_id=unit_id or 0) | Q(depth=0), release__in=chosen))
    return Figures(chosen, units, _cells(unit__in=[unit.id for unit in units]))


def _cells(**which: Any) -> Iterable[Cell]:
    return map(Cell._make, ReleasedCell.objects.filter(**which).values_list(*Cell._fields))
