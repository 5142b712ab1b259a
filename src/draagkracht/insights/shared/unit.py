"""The page of one unit: where it stands beside the organisation, and what may be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, ReleasedUnit
from draagkracht.insights.shared import benchmark, focus, pages, relations, rounds, words
from draagkracht.insights.shared.own_figures import section as own_figures
from draagkracht.insights.shared.published import (
    Figures,
    Marks,
    Measure,
    marks,
    measures_of,
    of_unit,
    releases,
    short_date,
)
from draagkracht.insights.shared.texts import with_texts
from draagkracht.people.models import Role, Unit
from draagkracht.people.queries import unit_paths
from draagkracht.people.rules import SEES_FIGURES, holds_unit, may_see_unit
from draagkracht.ui.charts import Estimate, Moment, trend_line
from draagkracht.ui.charts.figure import legend

# The last way to bring a page onto one sheet: not all themes.
BRIEF = "tight tighter brief"


def team(request: HttpRequest) -> HttpResponse:
    """To the page of one's own team: the unit that one leads, else the unit that one works in."""
    standing = request.standing  # type: ignore[attr-defined]
    led = standing.units.get(Role.TEAM_LEAD) or frozenset()
    unit_id = standing.own_unit_id
    if led and unit_id not in led:
        paths = unit_paths(standing.organisation)
        unit_id = min(led, key=lambda one: (len(paths[one]), paths[one]))
    if unit_id is None:
        return render(request, "insights/no_team.html")
    return redirect("insights:unit", unit_id)


def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit on a screen."""
    return render(request, "insights/unit.html", with_texts(context(request, unit_id), request))


def unit_paper(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The same on one A4 for the team meeting."""
    found = context(request, unit_id)
    name = slugify(found["unit"].name) or "team"
    return pages.paper(
        "insights/unit_paper.html", found, request, name, ("tight", "tight tighter", "tight tighter least", BRIEF)
    )


def context(request: HttpRequest, unit_id: int) -> dict[str, Any]:
    """Everything that the page of a unit shows. 404 for a unit of another organisation, 403 for one that is not theirs."""
    standing = request.standing  # type: ignore[attr-defined]
    live = Unit.objects.filter(id=unit_id).first()
    if live is None:
        raise Http404
    if not may_see_unit(standing, unit_id):
        raise PermissionDenied
    every = releases()
    own_rounds = rounds.of_unit(every, unit_id)
    release = pages.chosen_release(request, every, rounds.last(own_rounds, every))
    shown = [one for one in every if one in own_rounds or one == release]
    base = {"unit": live, "release": release, "releases": shown, "own": standing.own_unit_id == unit_id}
    base["own_figures"] = own_figures(unit_id, live.name, every, request.GET)
    if release is None:
        return base
    published = ReleasedUnit.objects.filter(release=release, unit_id=unit_id).first()
    made = about(
        unit_id, release.id, marks(every), benchmark.newest(), request.GET.get("theme", ""), get_language() or ""
    )
    return base | made | {"published": published} | _below(standing, published)


def _below(standing, published: ReleasedUnit | None) -> dict[str, Any]:
    """Name and address of the units just below, for who may open them; and whether there are any at all."""
    if published is None:
        return {"below": [], "lowest": False}
    children = list(ReleasedUnit.objects.filter(parent=published, unit__isnull=False).order_by("position"))
    found = [
        (child.name, reverse("insights:unit", args=[child.unit_id]))
        for child in children
        if holds_unit(standing, child.unit_id or 0, SEES_FIGURES)
    ]
    return {"below": found, "lowest": not children}


@lru_cache(maxsize=128)
def about(unit_id: int, release_id: int, known: Marks, last: int, theme: str, language: str) -> dict[str, Any]:
    """Sentences and pictures of one unit in one release, with the rounds before it.

    Kept in memory under everything that it follows from: published rows never change, and `last` is the number of the last
    benchmark. Call inside the scope.
    """
    every = releases()
    release = next(one for one in every if one.id == release_id)
    figures = of_unit(unit_id, every)
    published = figures.unit(release, unit_id)
    measures = measures_of(release)
    own = {measure.id: figures.estimate(published, measure) for measure in measures}
    mine = rounds.of_unit(every, unit_id)
    until = pages.until(release, mine) if release in mine else []
    words_of = rounds.wordings(until)
    compared = _compared(figures, release, published, measures, own)
    changes = _changes(figures, until, unit_id, measures, own, words_of)
    whom = rounds.whom(release) if compared else ""
    themes = pages.themed(measures)
    chosen = pages.chosen_theme(theme, themes)
    suggested = _suggested(release, published, compared, changes, whom)
    lead = [point.measure for point in suggested.points] if suggested else []
    shown = any(estimate.value is not None for estimate in own.values())
    return {
        "headline": words.headline(compared, shown, whom, lead),
        "shown": shown,
        "about": rounds.about(release),
        "untold": rounds.untold(release),
        "response": words.response(published.response_low, published.response_high) if published else "",
        "focus": suggested,
        "theme": chosen,
        "trends": _trends(figures, until, unit_id, dict(themes).get(chosen, []) if chosen else [], changes, words_of),
        "when": pages.month(release),
        "round": pages.round_name(release.closed_on, release.wave_name),
        "unvalidated": sorted({m.instrument for m in measures if not m.data["validated"]}),
        "doubts": words.doubts(measures),
    } | _pictures(figures, release, published, own, themes)


def _suggested(release, published, compared, changes, whom) -> focus.Suggestions | None:
    """What the unit could talk about; nothing for the whole that the round was about."""
    if not compared:
        return None
    alone = {c.measure.id: together(published, [c.measure]) for c in compared}
    said = {
        name: " ".join(p for p in (changes.get(name, ""), f"{one[:1].upper()}{one[1:]}." if one else "") if p)
        for name, one in alone.items()
    }
    return focus.suggestions(compared, said, whom, relations.impact(release), benchmark.beside(release))


def _pictures(figures: Figures, release: Release, published: ReleasedUnit | None, own, themes) -> dict[str, Any]:
    """Where the unit stands, theme by theme; for the sheet of paper in two columns under one legend."""

    def drawn(theme: pages.Theme, chosen: list[Measure]) -> dict[str, Any]:
        dots = _dots(figures, release, published, chosen, own, str(theme.title))
        return {"theme": theme, "dots": dots, "together": together(published, chosen)}

    short = pages.brief(themes)
    return {
        "themes": [drawn(*one) for one in themes],
        "legend": _legend(release, published),
        # Called by the sheet of paper alone.
        "sides": lambda: [[drawn(*one) for one in side] for side in pages.sides(themes)],
        "brief": lambda: [[drawn(*one) for one in side] for side in pages.sides(short)],
        "left_out": sum(len(chosen) for _t, chosen in themes) - sum(len(chosen) for _t, chosen in short),
    }


def _compared(figures, release, published, measures, own) -> list[words.Comparison]:
    """The unit beside the whole that the round was about; that whole itself is beside nothing."""
    if published is None or not rounds.below(release, published):
        return []
    root = figures.root(release)
    return [
        words.Comparison(m, own[m.id], figures.estimate(root, m), figures.spread(release, m)) for m in measures
    ]  # fmt: skip


def _changes(figures, until, unit_id, measures, own, words_of) -> dict[str, str]:
    """What may be said since the round before, of the rounds that were about all of this unit."""
    if len(until) < 2:
        return {}
    earlier, release = until[-2:]
    then, when = figures.unit(earlier, unit_id), pages.month(earlier)
    return {
        m.id: words.change(
            own[m.id], figures.estimate(then, m), when, rounds.reworded(words_of, earlier, release, m.id)
        )
        for m in measures
    }


def _dots(figures: Figures, release: Release, published, chosen: list[Measure], own, title: str):
    root = figures.root(release)
    of_all = root if published and rounds.below(release, published) else None
    rows = [(own[m.id], figures.estimate(of_all, m).value, remark(m, published, chosen)) for m in chosen]
    who = published.name if published else _("this unit")
    return pages.dots(chosen, rows, title=title, who=who, reference=rounds.reference(release))


def together(published: ReleasedUnit | None, chosen: Sequence[Measure]) -> str:
    """With which units all these measures share their figures; empty where they do not all share them with the same."""
    sets = {tuple(published.groups.get(str(measure.k), ())) if published else () for measure in chosen}
    names = ", ".join(next(iter(sets))) if len(sets) == 1 else ""
    return _("together with %(units)s") % {"units": names} if names else ""


def _legend(release: Release, published: ReleasedUnit | None) -> SafeString:
    """One legend for the whole sheet of paper, where names may be long."""
    entries = [("dot", _("this unit")), ("range", _("how sure we are"))]
    beside = published is not None and rounds.below(release, published)
    return legend([*entries, ("tick", rounds.reference(release))] if beside else entries)


def remark(measure: Measure, published: ReleasedUnit | None, beside: list[Measure]) -> str:
    """The small print of a row: which end is favourable or of what it is a part, and with which units it was put together.

    The latter is left out where it holds for all that stand beside it: then it is said once, above them.
    """
    said = [pages.direction(measure, beside)]
    said += [] if together(published, beside) else [together(published, [measure])]
    return " · ".join(part for part in said if part)


def _trends(figures, until, unit_id, measures, changes, words_of) -> list[dict[str, Any]]:
    """The course of these measures up to this round; nothing for a measure that was asked for the first time."""
    found = []
    for measure in measures:
        having = rounds.since_asked(words_of, until, measure.id)
        moments = [_moment(figures, one, unit_id, measure) for one in having]
        if len(moments) > 1 and not measure.part_of and any(one.estimate.value is not None for one in moments):
            who = next(unit.name for unit in figures.units if unit.unit_id == unit_id)
            chart = trend_line(moments, measure.scale, title=measure.title, who=who, reference_name=_("organisation"))
            said = [
                changes.get(measure.id) or words.untold(moments[-1].estimate, pages.month(until[-2])),
                words.reworded(rounds.changed_within(words_of, having, measure.id)),
            ]
            found.append({"measure": measure, "chart": chart, "said": [one for one in said if one]})
    return found


def _moment(figures: Figures, release: Release, unit_id: int, measure: Measure) -> Moment:
    published = figures.unit(release, unit_id)
    beside = published and published.depth and release.whole
    of_all = figures.estimate(figures.root(release), measure).value if beside else None
    return Moment(short_date(release), figures.estimate(published, measure) if published else Estimate(), of_all)
