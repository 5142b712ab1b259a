"""Units by measures: which rows a page of the table has, and the table itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, ReleasedUnit
from draagkracht.insights.shared import rounds
from draagkracht.insights.shared.published import Figures, Measure
from draagkracht.ui.charts import Estimate, Figure, HeatColumn, HeatRow, heat_table

# A table of more cells than this is split over pages, so that a page stays light whatever the number of units.
CELLS = 120


def below(figures: Figures, release: Release) -> list[ReleasedUnit]:
    """The units within what the round was about. The units above hold the same people, and are left out."""
    return [unit for unit in figures.units if rounds.below(release, unit)]


def rows(figures: Figures, release: Release) -> list[ReleasedUnit]:
    return [figures.root(release), *below(figures, release)]


def page_of(rows: Sequence[ReleasedUnit], chosen: Sequence[Measure], number: int, whole: bool) -> Page:
    size = len(rows) if whole else max(16, CELLS // max(1, len(chosen)))
    return Paginator(rows, max(1, size)).get_page(number)


def heat(
    figures: Figures, release: Release, chosen: Sequence[Measure], page: Page, title: str, narrow: int = 0
) -> Figure:
    """Units by measures; the tint turns at the value of the whole that the round was about. A phone shows one column.

    A unit is a link where a figure of it was published; who opens this page may open all of them (config.access).
    """
    root = figures.root(release)
    columns = [_column(m, figures.estimate(root, m)) for m in chosen]
    above = {unit.id: unit.name for unit in below(figures, release)}
    rows = [
        HeatRow(
            unit.name if unit.depth else rounds.everybody(release),
            tuple(figures.estimate(unit, m) for m in chosen),
            _small_print(unit, above, chosen),
            reverse("insights:unit", args=[unit.unit_id])
            if unit.depth and unit.unit_id and figures.shows(unit)
            else "",
        )
        for unit in page
    ]
    return heat_table(columns, rows, title=title, narrow=narrow)


def _column(measure: Measure, of_all: Estimate) -> HeatColumn:
    """Around the whole and its uncertainty; a whole without one is beside nothing, so no difference from it is clear."""
    around = of_all.interval or (measure.scale.low, measure.scale.high)
    return HeatColumn(measure.title, measure.scale, measure.heavy, of_all.value, around)


def _small_print(unit: ReleasedUnit, above: dict[int, str], chosen: Sequence[Measure]) -> str:
    """The unit above, and the units with which it shares its figures."""
    together = next((names for m in chosen if (names := unit.groups.get(str(m.k)))), [])
    said = [above.get(unit.parent_id or 0, "")]
    said += [_("together with %(units)s") % {"units": ", ".join(together)}] if together else []
    return " · ".join(part for part in said if part)
