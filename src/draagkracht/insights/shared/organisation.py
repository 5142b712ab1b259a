"""The page of the whole organisation: how it is spread, unit by measure, over time, and what is not shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedUnit
from draagkracht.insights.shared import cells, pages, rounds, words
from draagkracht.insights.shared.published import (
    Figures,
    Marks,
    Measure,
    marks,
    measures_of,
    of_release,
    of_unit,
    releases,
    short_date,
)
from draagkracht.ui.charts import (
    Band,
    BandRow,
    Figure,
    HeatColumn,
    HeatRow,
    Moment,
    heat_table,
    stacked_bands,
    trend_line,
)

# A table of more cells than this is split over pages, so that a page stays light whatever the number of units.
CELLS = 300
TONES = {
    2: ("low", "high"),
    3: ("low", "warm", "high"),
    4: ("low", "mid", "warm", "high"),
    5: ("low", "mid", "even", "warm", "high"),
}


def organisation(request: HttpRequest) -> HttpResponse:
    """The whole on a screen."""
    return render(request, "insights/organisation.html", context(request))


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
    if release is None:
        return base
    theme, number = request.GET.get("theme", ""), request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    return base | about(release.id, marks(every), theme, page, whole, get_language() or "")


@lru_cache(maxsize=128)
def about(release_id: int, known: Marks, theme: str, number: int, whole: bool, language: str) -> dict[str, Any]:
    """Sentences and pictures of the whole in one release. Kept in memory under everything that it follows from."""
    every = releases()
    release = next(one for one in every if one.id == release_id)
    figures, measures = of_release(release), measures_of(release)
    root, until = figures.root(release), pages.until(release, rounds.beside(release, every))
    over_time, words_of = of_unit(root.unit_id, until), rounds.wordings(until)
    themes = pages.with_parts(measures)
    chosen = pages.chosen_theme(theme, themes)
    shown = [(t, m) for t, m in themes if whole or t == chosen]
    page = _page(_rows(figures, release), shown[0][1] if shown else [], number, whole)
    return {
        "headline": _headline(over_time, until, measures, words_of),
        "about": rounds.about(release),
        "untold": rounds.untold(release),
        "differing": _differing(figures, release, measures),
        "response": words.response(root.response_low, root.response_high),
        "counted": max((c.n or 0 for m in measures if (c := figures.mean(root, m))), default=0),
        "bands": bands(figures, root, measures),
        "themes": themes,
        "chosen": [
            {
                "theme": t,
                "heat": heat(figures, release, within, page, str(t.title)),
                "trends": [] if whole else _trends(over_time, until, within, words_of),
            }
            for t, within in shown
        ],
        "theme": chosen,
        "page": page,
        "withheld": withheld(figures, release, measures),
        "when": pages.month(release),
        "unvalidated": sorted({m.instrument for m in measures if not m.data["validated"]}),
        "doubts": words.doubts(measures),
    }


def _headline(figures: Figures, until: list[Release], measures: Sequence[Measure], words_of: rounds.Wordings) -> str:
    if len(until) < 2:
        return words.first(until[-1].whole, until[-1].scope_name)
    earlier, release = until[-2:]
    then, now = figures.root(earlier), figures.root(release)
    moves = [
        (
            m,
            "reworded"
            if rounds.reworded(words_of, earlier, release, m.id)
            else words.moved(m, figures.estimate(now, m), figures.estimate(then, m)),
        )
        for m in measures
        if not m.part_of
    ]
    return words.course(moves, pages.month(earlier))


def _below(figures: Figures, release: Release) -> list[ReleasedUnit]:
    """The units within what the round was about. The units above hold the same people, and are left out."""
    return [unit for unit in figures.units if rounds.below(release, unit)]


def _rows(figures: Figures, release: Release) -> list[ReleasedUnit]:
    return [figures.root(release), *_below(figures, release)]


def _differing(figures: Figures, release: Release, measures: Sequence[Measure]) -> str:
    """In how many of the units that are shown a difference from the whole is larger than the uncertainty."""
    whom = rounds.whom(release)
    root = figures.root(release)
    of_all = {m.id: figures.estimate(root, m) for m in measures}
    below = [u for u in _below(figures, release) if any(figures.estimate(u, m).value is not None for m in measures)]
    if not below:
        return ""
    clear = [u for u in below if any(words.apart(figures.estimate(u, m), of_all[m.id]) for m in measures)]
    if not clear:
        return _("No unit differs clearly from %(whom)s.") % {"whom": whom}
    text = ngettext(
        "%(clear)s of %(all)s units differs clearly from %(whom)s on at least one theme.",
        "%(clear)s of %(all)s units differ clearly from %(whom)s on at least one theme.",
        len(clear),
    )
    return text % {"clear": len(clear), "all": len(below), "whom": whom}


def bands(figures: Figures, root: ReleasedUnit, measures: Sequence[Measure]) -> list[tuple[Figure, list[str]]]:
    """Distributions of the whole, one picture for each set of words, with the population of the cut-offs."""
    alike: dict[tuple[str, ...], list[Measure]] = {}
    for measure in measures:
        if figures.cell(root, measure, "band-1"):
            words_of = measure.bands if measure.favourable == "low" else measure.bands[::-1]
            alike.setdefault(tuple(words_of), []).append(measure)
    found = []
    for names, chosen in alike.items():
        tones = TONES.get(len(names), TONES[5])
        rows = [BandRow(m.title, *_shares(figures, root, m, len(names))) for m in chosen]
        kinds = [Band(name, tone) for name, tone in zip(names, tones, strict=False)]
        notes = [f"{m.title}: {m.population}" for m in chosen]
        found.append((stacked_bands(rows, kinds, title=_("How it is spread over everybody")), notes))
    return found


def _shares(figures: Figures, root: ReleasedUnit, measure: Measure, count: int) -> tuple[tuple[float, ...], int]:
    found = [figures.cell(root, measure, f"band-{number}") for number in range(1, count + 1)]
    n = found[0].n or 1  # type: ignore[union-attr]
    shares = tuple(100 * (cell.value or 0.0) / n for cell in found if cell)
    return (shares if measure.favourable == "low" else shares[::-1]), n


def _page(rows: Sequence[ReleasedUnit], chosen: Sequence[Measure], number: int, whole: bool) -> Page:
    size = len(rows) if whole else max(20, CELLS // max(1, len(chosen)))
    return Paginator(rows, max(1, size)).get_page(number)


def heat(figures: Figures, release: Release, chosen: Sequence[Measure], page: Page, title: str) -> Figure:
    """Units by measures; the tint turns at the value of the whole that the round was about."""
    root = figures.root(release)
    columns = [HeatColumn(m.title, m.scale, m.heavy, figures.estimate(root, m).value) for m in chosen]
    above = {unit.id: unit.name for unit in _below(figures, release)}
    rows = [
        HeatRow(
            unit.name if unit.depth else _everybody(release),
            tuple(figures.estimate(unit, m) for m in chosen),
            _small_print(unit, above, chosen),
            reverse("insights:unit", args=[unit.unit_id]) if unit.depth and unit.unit_id else "",
        )
        for unit in page
    ]
    return heat_table(columns, rows, title=title)


def _everybody(release: Release) -> str:
    return _("Whole organisation") if release.whole else release.scope_name


def _small_print(unit: ReleasedUnit, above: dict[int, str], chosen: Sequence[Measure]) -> str:
    """The unit above, and the units with which it shares its figures."""
    together = next((names for m in chosen if (names := unit.groups.get(str(m.k)))), [])
    said = [above.get(unit.parent_id or 0, "")]
    said += [_("together with %(units)s") % {"units": ", ".join(together)}] if together else []
    return " · ".join(part for part in said if part)


def _trends(
    figures: Figures, until: list[Release], chosen: Sequence[Measure], words_of: rounds.Wordings
) -> list[tuple[Figure, str]]:
    """The course of each measure that was asked before, and what to know about its wording."""
    found = []
    for m in chosen:
        having = rounds.since_asked(words_of, until, m.id)
        if len(having) > 1:
            moments = [Moment(short_date(r), figures.estimate(figures.root(r), m)) for r in having]
            chart = trend_line(moments, m.scale, title=m.title, who=_everybody(until[-1]))
            found.append((chart, words.reworded(rounds.changed_within(words_of, having, m.id))))
    return found


def withheld(figures: Figures, release: Release, measures: Sequence[Measure]) -> list[dict[str, Any]]:
    """By smallest group: how many units are not shown and why, and how many people count only in a unit above."""
    found = []
    for k in sorted({m.k for m in measures}):
        first = next(m for m in measures if m.k == k)
        states = [(unit, figures.mean(unit, first)) for unit in _below(figures, release)]
        why = Counter(cell.reason for _u, cell in states if cell and cell.reason)
        found.append(
            {
                "k": k,
                "measures": ", ".join(m.title for m in measures if m.k == k and not m.part_of),
                "units": len(states),
                "shown": sum(1 for _u, cell in states if cell and cell.value is not None),
                "reasons": [(count, Reason(reason).label) for reason, count in sorted(why.items())],
                "only_above": _only_above(figures, first, k),
            }
        )
    return found


def _only_above(figures: Figures, measure: Measure, k: int) -> int:
    """People counted in the whole, but in no figure of a unit without units below it."""
    parents = {unit.parent_id for unit in figures.units}
    root = figures.units[0]
    total = figures.mean(root, measure)
    spread = figures.cell(root, measure, "spread")
    everybody = (spread and spread.n) or (total and total.n) or 0
    groups = {}
    for unit in figures.units:
        cell = figures.cell(unit, measure)
        if unit.id not in parents and unit.depth and cell and cell.n:
            groups[(unit.parent_id, *sorted([unit.name, *unit.groups.get(str(k), [])]))] = cell.n
    return max(0, everybody - sum(groups.values()))
