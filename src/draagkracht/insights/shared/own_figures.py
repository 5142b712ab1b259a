"""Own figures of the organisation beside the survey: the same months, one picture under the other, moments marked.

No cause is claimed: the pictures stand beside each other, and the sentence tells of a year beside the year before, only when
that is more than the months go up and down by themselves (`science.periods`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.figures import queries
from draagkracht.figures.kinds import Kind, said
from draagkracht.figures.models import Moment as Happening
from draagkracht.figures.months import later, through
from draagkracht.figures.queries import Series
from draagkracht.insights.models import Release
from draagkracht.insights.shared import rounds
from draagkracht.insights.shared.published import Marks, Measure, marks, measures_of, of_unit, releases
from draagkracht.people.models import Unit
from draagkracht.science.periods import YearOnYear, year_on_year
from draagkracht.ui.charts import Estimate, Figure, Mark, Moment, Scale, month_line
from draagkracht.ui.charts.figure import number

# Tops of an axis that begins at zero.
TOPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
# Months before the first figure that a round of the survey may lie and still be in the picture.
MOST_MONTHS = 36


def section(
    unit_id: int, name: str, every: Sequence[Release], asked: Mapping[str, str] | None = None, paper: bool = False
) -> dict[str, Any] | None:
    """What the template shows of one unit; None where the organisation has no figure of it. `asked` may hold "figure" (a kind)
    and "beside" (a measure); `every` are all releases. Call inside the scope."""
    given = asked or {}
    wanted = given.get("figure", "")[:60], given.get("beside", "")[:120]
    key = marks(every), get_language() or "nl", timezone.localdate(), queries.stamp()
    return _section(unit_id, name, *wanted, paper, *key)


@lru_cache(maxsize=128)
def _section(
    unit_id: int, name: str, figure: str, beside: str, paper: bool, known: Marks, language: str, today: datetime.date,
    stamp: tuple[tuple, ...],
) -> dict[str, Any] | None:  # fmt: skip
    """The same, kept in memory under everything that it follows from."""
    there = queries.kinds_there(unit_id)
    if not there:
        return None
    kind = next((one for one in there if one.id == figure), there[0])
    found = queries.series(kind, unit_id, today, MOST_MONTHS)
    base = {
        "kinds": [(one.id, said(one.name, language), one == kind) for one in there],
        "kind": kind.id,
        "name": said(kind.name, language),
        "unit": name,
        "paper": paper,
        **{part: said(texts, language) for part, texts in kind.texts.items()},
    }
    if found is None:
        return {**base, "headline": _("The first half-year with figures is not over yet.")}
    if kind.half_years:
        return {**base, **_talks(kind, found, language)}
    return {**base, **_pictures(kind, found, unit_id, name, releases(), beside)}


def of_organisation(every: Sequence[Release], asked: Mapping[str, str], paper: bool = False) -> dict[str, Any] | None:
    """The same of the organisation as a whole."""
    root = Unit.objects.filter(parent=None).first()
    return section(root.pk, root.name, every, asked, paper) if root else None


def _pictures(
    kind: Kind, found: Series, unit_id: int, name: str, every: Sequence[Release], wanted: str
) -> dict[str, Any]:
    language = get_language() or "nl"
    own = [release for release in rounds.of_unit(list(every), unit_id) if release.whole or release.scope_name]
    first, last = found.points[0].month, found.points[-1].month
    inside = [one for one in own if first <= one.closed_on.replace(day=1)]
    ends = [one.closed_on.replace(day=1) for one in inside]
    axis = through(first, max([last, *ends]))[-MOST_MONTHS:]
    moments = [mark for one in queries.moments(unit_id) if (mark := _mark(one, axis))]
    places = [float(axis.index(end)) for end in ends if end in axis]
    unit = said(found.way.unit, language)
    title = said(kind.name, language)
    months = _months(found, axis)
    chart = month_line(months, _scale(kind, months), title=title, who=name, unit=unit, marks=moments, rounds=places)
    beside, measures, chosen = _survey(kind, unit_id, inside, axis, moments, name, wanted)
    return {
        "headline": _sentence(kind, found, unit),
        "chart": chart,
        "beside": beside,
        "measures": [(one.id, one.title, one.id == chosen) for one in measures],
        "people": found.kind.people,
        "clients": bool(kind.counted_by),
    }


def _months(found: Series, axis: Sequence[datetime.date]) -> list[Moment]:
    known = {point.month: point for point in found.points}
    reason = _too_few(found.kind)
    months = []
    for month in axis:
        point = known.get(month)
        withheld = point is not None and point.withheld
        months.append(Moment(label(month), Estimate(point.value if point else None, reason=reason if withheld else "")))
    return months


def _too_few(kind: Kind) -> str:
    if kind.counted_by:
        return _("fewer than %(least)s clients answered, or we do not know how many.") % {"least": kind.people}
    return _("a unit or what is left of one had fewer than %(least)s people.") % {"least": kind.people}


def label(month: datetime.date) -> str:
    """ "mrt 26": a month on an axis."""
    return date_format(month, "M y").replace(".", "").lower()


def _scale(kind: Kind, months: Sequence[Moment]) -> Scale:
    """From zero to a round number above everything that is shown; the whole range for a mark out of ten."""
    if kind.whole_scale:
        return Scale(kind.least, kind.most)
    highest = max((one.estimate.value for one in months if one.estimate.value is not None), default=1.0)
    tens = 1.0
    while highest > TOPS[-1] * tens:
        tens *= 10
    return Scale(0, next(top * tens for top in TOPS if highest <= top * tens))


def _place(day: datetime.date, axis: Sequence[datetime.date]) -> float:
    """Where a day stands among months drawn at their middle: half a month before the first is -0.5."""
    first = axis[0]
    at = (day.year - first.year) * 12 + day.month - first.month
    return at + (day.day - 1) / 31 - 0.5


def _mark(one: Happening, axis: Sequence[datetime.date]) -> Mark | None:
    """The moment in the picture; None where it lies outside. What began earlier or goes on stands at the edge."""
    last = later(axis[-1], 1)
    until = one.ends_on or one.starts_on
    if until < axis[0] or one.starts_on >= last:
        return None
    when = date_format(one.starts_on, "j F Y")
    if one.ends_on and one.ends_on != one.starts_on:
        when = f"{when} – {date_format(one.ends_on, 'j F Y')}"
    told = f"{when} · {one.unit.name}" if one.unit else when
    ends = min(len(axis) - 1.0, _place(one.ends_on, axis)) if one.ends_on else None
    return Mark(min(max(0.0, _place(one.starts_on, axis)), len(axis) - 1.0), one.title, told, ends)


def _survey(
    kind: Kind, unit_id: int, releases: Sequence[Release], axis: Sequence[datetime.date], moments: Sequence[Mark], name: str,
    wanted: str,
) -> tuple[Figure | None, list[Measure], str]:  # fmt: skip
    """The course of one measure on the same axis, the measures one may choose from, and which one it is."""
    if not releases:
        return None, [], ""
    figures = of_unit(unit_id, list(releases))
    measures = [one for one in measures_of(releases[-1]) if not one.part_of]
    shown = [
        one
        for one in measures
        if any(figures.estimate(figures.unit(release, unit_id), one).value is not None for release in releases)
    ]
    if not shown:
        return None, [], ""
    usual = next(
        (one for role in kind.beside for total in (True, False) for one in shown if _fits(one, role, total)), shown[0]
    )
    chosen = next((one for one in shown if one.id == wanted), usual)
    at = {release.closed_on.replace(day=1): release for release in releases}
    months = []
    for month in axis:
        release = at.get(month)
        published = figures.unit(release, unit_id) if release else None
        estimate = figures.estimate(published, chosen) if published else Estimate()
        months.append(Moment(label(month), estimate))
    chart = month_line(months, chosen.scale, title=chosen.title, who=name, marks=moments, bridged=True, listed=False)
    return chart, shown, chosen.id


def _fits(measure: Measure, role: str, total: bool) -> bool:
    """A total of several scales says more beside an own figure than one scale of a short pulse."""
    return measure.role == role and bool(measure.data["total_of"]) == total


def _sentence(kind: Kind, found: Series, unit: str) -> str:
    """The year beside the year before, by rule. A month is never compared with the month before."""
    values = [point.value for point in found.points]
    compared = year_on_year(values)
    last = found.points[-1].month
    if compared is None:
        shown = [value for value in values if value is not None]
        if not shown:
            return _("These figures are withheld, to protect people.")
        text = ngettext(
            "On average %(mean)s over %(n)s month. With two years of months we can compare a year with the year before.",
            "On average %(mean)s over %(n)s months. With two years of months we can compare a year with the year before.",
            len(shown),
        )
        return text % {"mean": _told(sum(shown) / len(shown), unit), "n": len(shown)}
    told = {
        "now": _told(compared.now, unit),
        "before": _told(compared.before, unit),
        "from": date_format(later(last, -11), "F Y"),
        "to": date_format(last, "F Y"),
        "verdict": _verdict(kind, compared),
    }
    text = _("From %(from)s to %(to)s on average %(now)s; in the year before %(before)s. %(verdict)s")
    return text % told


def _verdict(kind: Kind, compared: YearOnYear) -> str:
    if not compared.clear:
        return _("The difference is smaller than the months go up and down by themselves: we do not speak of a change.")
    favourable = (compared.change < 0) == (kind.favourable == "low")
    if favourable:
        return _("That is more than the months go up and down by themselves, in the favourable direction.")
    return _("That is more than the months go up and down by themselves, in the unfavourable direction.")


def _told(value: float, unit: str) -> str:
    return f"{number(value, 1, 1)}\N{NO-BREAK SPACE}{unit}"


def _talks(kind: Kind, found: Series, language: str) -> dict[str, Any]:
    """Talks by half-year, and the reasons of the last one that is shown, as a table."""
    halves = [
        {
            "name": _half(point.month),
            "count": None if point.value is None else int(point.value),
            "withheld": point.withheld,
            "months": found.covered.get(point.month, 0),
        }
        for point in reversed(found.points)
    ]
    names = {field.id: said(field.name, language) for field in kind.fields}
    together = _("all others together: each too few to tell apart")
    reasons = [(names.get(name, together), count) for name, count in found.reasons]
    alone = any(name for name, _count in found.reasons)
    shown = next((point for point in reversed(found.points) if point.value is not None), None)
    if shown is None:
        headline = _("In no half-year there were enough talks to show.")
    else:
        count = int(shown.value or 0)
        text = ngettext("%(n)s talk in %(half)s.", "%(n)s talks in %(half)s.", count)
        headline = text % {"n": number(count), "half": _half(shown.month)}
    return {
        "headline": headline,
        "halves": halves,
        "reasons": reasons if alone else [],
        "none_alone": bool(reasons) and not alone,
        "year": found.year,
        "people": kind.people,
    }


def _half(month: datetime.date) -> str:
    """ "January to June 2026"."""
    ends = later(month, 5)
    return _("%(from)s to %(to)s") % {"from": date_format(month, "F"), "to": date_format(ends, "F Y")}
