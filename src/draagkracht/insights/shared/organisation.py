"""The page of the whole organisation: what each section shows, in one order on a screen and on paper.

A section is a module of this folder with `section(shown)`: what its template `insights/sections/<name>.html` needs, or
None (or nothing at all) where there is nothing to show; then the page has no heading either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language

from draagkracht.insights.shared import (
    benchmark,
    cells,
    course,
    coverage,
    heat,
    pages,
    response,
    rounds,
    spread,
    withheld,
    words,
)
from draagkracht.insights.shared.breakdowns import section as breakdown
from draagkracht.insights.shared.own_figures import of_organisation
from draagkracht.insights.shared.published import Marks, marks, measures_of, of_release, of_unit, releases
from draagkracht.insights.shared.relations import section as related
from draagkracht.insights.shared.sections import Shown
from draagkracht.insights.shared.texts import with_texts
from draagkracht.ui.charts.figure import took_part


def organisation(request: HttpRequest) -> HttpResponse:
    """The whole on a screen."""
    return render(request, "insights/organisation.html", with_texts(context(request), request))


def organisation_paper(request: HttpRequest) -> HttpResponse:
    """The same on paper, with every theme and every unit."""
    found = context(request, whole=True)
    return pages.paper("insights/organisation_paper.html", found, request, slugify(found["name"]) or "organisation")


def download(request: HttpRequest) -> HttpResponse:
    """Every published figure as CSV: what the shared pages can show, nothing else."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = slugify(request.standing.organisation.name) or "organisation"  # type: ignore[attr-defined]
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    cells.write(answer)  # type: ignore[arg-type]
    return answer


def context(request: HttpRequest, whole: bool = False) -> dict[str, Any]:
    """Everything that the page shows; `whole` gives all themes and units at once, for paper."""
    every = releases()
    release = pages.chosen_release(request, every, rounds.leading(every))
    name = request.standing.organisation.name  # type: ignore[attr-defined]
    base = {"name": name, "release": release, "releases": every}
    base["own_figures"] = of_organisation(every, request.GET, whole)
    if release is None:
        return base
    theme = pages.known_theme(request.GET.get("theme", ""), release)
    page, narrow = _number(request, "page", 1), _number(request, "measure", 1) - 1
    made = about(release.id, marks(every), theme, page, narrow, whole, get_language() or "")
    shown = Shown(release, tuple(every), request.standing, whole)  # type: ignore[attr-defined]
    return base | made | _sections(shown) | {"breakdown": breakdown(shown, request.GET)}


def _number(request: HttpRequest, name: str, usual: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else usual


def _sections(shown: Shown) -> dict[str, Any]:
    """One line a section; what it needs often and never changes it keeps itself, under `shown.known`."""
    return {
        "relations": related(shown),
        "coverage": coverage.section(shown),
        "benchmark": benchmark.section(shown),
    }


@lru_cache(maxsize=128)
def about(
    release_id: int, known: Marks, theme: str, number: int, narrow: int, whole: bool, language: str
) -> dict[str, Any]:
    """Sentences and pictures of the whole in one release. Kept in memory under everything that it follows from.

    `number` is the page of the table, `narrow` the one measure of the theme (from 0) that the table shows on a phone.
    """
    every = releases()
    release = next(one for one in every if one.id == release_id)
    figures, measures = of_release(release), measures_of(release)
    root, until = figures.root(release), pages.until(release, rounds.beside(release, every))
    over_time, words_of = of_unit(root.unit_id, until), rounds.wordings(until)
    themes = pages.with_parts(measures)
    chosen = pages.chosen_theme(theme, themes)
    shown = [(t, m) for t, m in themes if whole or t == chosen]
    narrow = narrow if shown and 0 <= narrow < len(shown[0][1]) else 0
    page = heat.page_of(heat.rows(figures, release), shown[0][1] if shown else [], number, whole)
    return {
        "headline": course.headline(over_time, until, measures, words_of),
        "about": rounds.about(release),
        "untold": rounds.untold(release),
        "differing": course.differing(figures, release, measures),
        "response": words.response(root.response_low, root.response_high),
        "participation": response.response(figures, release, whole),
        "whole": whole,
        "counted": took_part(max((c.n or 0 for m in measures if (c := figures.mean(root, m))), default=0)),
        "bands": spread.bands(figures, root, measures),
        "themes": themes,
        "chosen": [
            {
                "theme": t,
                "heat": heat.heat(figures, release, within, page, str(t.title), narrow),
                "trends": [] if whole else course.trends(over_time, until, within, words_of),
            }
            for t, within in shown
        ],
        "theme": chosen,
        "narrow": narrow,
        "measure": shown[0][1][narrow] if shown else None,
        "page": page,
        "withheld": withheld.withheld(figures, release, measures),
        "when": pages.month(release),
        "round": pages.round_name(release.closed_on, release.wave_name),
        "unvalidated": sorted({m.instrument for m in measures if not m.data["validated"]}),
        "doubts": words.doubts(measures),
    }
