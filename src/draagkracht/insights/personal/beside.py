"""What was published about the own team in the same round, beside one's own value. Never a rank, never a place among others.

What this tells a worker about one colleague is what the release allows: the page holds the published cell and nothing that
the page of the team does not show to everybody in it. That somebody who reads it knows their own answer too is what a
release counts on: c = 1 insider in every team (docs/explanation/publishing.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, ReleasedUnit
from draagkracht.insights.shared.published import Measure, measures_of, of_unit
from draagkracht.people.models import Membership
from draagkracht.people.queries import on_day
from draagkracht.people.rules import Standing
from draagkracht.ui.charts import Estimate
from draagkracht.ui.charts.figure import between, took_part


@dataclass(frozen=True)
class Published:
    """The published figures of one's own unit in one round: what it is called, and a remark for each measure that has one.

    `people` tells once how many took part where all its figures count as many; else each remark tells its own number.
    """

    unit: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    people: str = ""


def published(standing: Standing, wave_id: int) -> Published:
    """Without remarks where nothing is published of the unit in which this person worked then and still does."""
    release = Release.objects.filter(wave_id=wave_id).first()
    unit_id = standing.own_unit_id
    if release is None or unit_id is None or not _was_in(standing, unit_id, release):
        return Published()
    figures = of_unit(unit_id, [release])
    unit = figures.unit(release, unit_id)
    if unit is None:
        return Published()
    shown = [(one, figures.estimate(unit, one)) for one in measures_of(release) if not one.yes_or_no]
    shown = [(one, estimate) for one, estimate in shown if estimate.value is not None]
    alike = len({estimate.n for _measure, estimate in shown}) == 1
    remarks = {one.id: _remark(_who(unit, one), one, estimate, alike) for one, estimate in shown}
    return Published(unit.name, remarks, took_part(shown[0][1].n) if alike else "")


def _who(unit: ReleasedUnit, measure: Measure) -> str:
    """The unit, with those that share its figure of this measure."""
    return " + ".join([unit.name, *unit.groups.get(str(measure.k), [])])


def _remark(who: str, measure: Measure, estimate: Estimate, alike: bool) -> str:
    scale = measure.scale
    people = "" if alike else took_part(estimate.n)
    told = ", ".join(part for part in (scale.about(estimate.value or 0.0), between(estimate, scale), people) if part)
    return _("%(unit)s together: %(figures)s") % {"unit": who, "figures": told}


def _was_in(standing: Standing, unit_id: int, release: Release) -> bool:
    """Who changed teams since then reads nothing of either here: not about colleagues of then, not beside those of now."""
    then = Membership.objects.filter(on_day(release.closed_on), person=standing.person, unit_id=unit_id)
    return then.exists()
