"""What every shared page needs: the chosen round, the theme, and a page of paper."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from draagkracht.insights.models import Release
from draagkracht.insights.shared.published import Measure, measures_of
from draagkracht.ui import stylesheet
from draagkracht.ui.charts import DotRow, Estimate, Figure, Scale, dot_interval
from draagkracht.ui.charts.figure import painted

PAPER = Path(__file__).parent.parent / "static" / "insights" / "paper.css"


@dataclass(frozen=True)
class Theme:
    """Measures with the same place in the job demands-resources model."""

    slug: str
    title: Any
    explained: Any
    roles: tuple[str, ...]


THEMES = (
    Theme("demands", _("What the work asks"), _("A higher value is heavier."), ("demand",)),
    Theme("resources", _("What carries you"), _("A higher value is more favourable."), ("resource",)),
    Theme("wellbeing", _("How people are doing"), "", ("strain", "engagement", "outcome")),
)


def themed(measures: Sequence[Measure]) -> list[tuple[Theme, list[Measure]]]:
    """The themes that these measures have, with their measures: totals before their parts."""
    found = []
    for theme in THEMES:
        chosen = [measure for measure in measures if measure.role in theme.roles]
        if chosen:
            found.append((theme, chosen))
    return found


def direction(measure: Measure, beside: Sequence[Measure]) -> str:
    """Of which total a measure is a part, or which end is favourable where the measures beside it do not agree on that."""
    total = next((m.title for m in beside if measure.part_of and m.id == measure.data["family"]), "")
    if total:
        return gettext("part of: %(total)s") % {"total": total}
    if len({m.favourable for m in beside}) < 2:
        return ""
    return gettext("higher is more favourable") if measure.favourable == "high" else gettext("higher is heavier")


def with_parts(measures: Sequence[Measure]) -> list[tuple[Theme, list[Measure]]]:
    """The themes without parts, and for each total a theme of its own with its parts."""
    found = [(theme, [m for m in chosen if not m.part_of]) for theme, chosen in themed(measures)]
    for total in measures:
        parts = [m for m in measures if m.id in total.data["total_of"]]
        if parts:
            found.append((Theme(slugify(total.id), total.title, "", ()), [total, *parts]))
    return [(theme, chosen) for theme, chosen in found if chosen]


def chosen_release(request: HttpRequest, releases: list[Release], first: Release | None) -> Release | None:
    """The round that `?wave=` names, else `first`; None before the first round was published."""
    wanted = request.GET.get("wave", "")
    return next((r for r in releases if str(r.id) == wanted), first)


def until(release: Release, releases: list[Release], at_most: int = 8) -> list[Release]:
    """The rounds up to and including this one, the last ones if they are many."""
    return releases[: [r.id for r in releases].index(release.id) + 1][-at_most:]


def chosen_theme(wanted: str, themes: Sequence[tuple[Theme, list[Measure]]]) -> Theme | None:
    """The theme of that name, else the first one there is."""
    return next((t for t, _m in themes if t.slug == wanted), themes[0][0] if themes else None)


def known_theme(wanted: str, release: Release) -> str:
    """What an address asks for, if a theme of the release is called so, else "": only names that exist are kept in memory."""
    return wanted if any(wanted == theme.slug for theme, _m in with_parts(measures_of(release))) else ""


def month(release: Release) -> str:
    """ "juni 2026": a round inside a sentence."""
    return date_format(release.closed_on, "F Y")


def round_name(closed_on: datetime.date, name: str) -> str:
    """The month in which a round closed with its own name, where that says more: "juni 2026 (Lente 2026)"."""
    when = date_format(closed_on, "F Y")
    return when if name.strip().lower() == when.lower() else f"{when} ({name})"


def dots(
    measures: Sequence[Measure], rows: Sequence[tuple[Estimate, float | None, str]], *, title: str, who: str,
    reference: str,
) -> Figure:  # fmt: skip
    """A row per measure of one theme: (estimate, value of the organisation, remark). A scale of its own is told beside it."""
    scale = measures[0].scale
    alike = [(m.scale.low, m.scale.high, m.scale.shares) == (scale.low, scale.high, scale.shares) for m in measures]
    same_words = all(m.scale == scale for m, same in zip(measures, alike, strict=True) if same)
    bare = scale if same_words else Scale(scale.low, scale.high, shares=scale.shares)
    return dot_interval(
        [
            DotRow(measure.title, estimate, of_all, note, None if same else measure.scale)
            for measure, (estimate, of_all, note), same in zip(measures, rows, alike, strict=True)
        ],
        bare,
        title=title,
        who=who,
        reference_name=reference,
    )


# As many themes as one sheet of paper holds beside what else stands on it.
ON_PAPER = 22


def brief(themes: Sequence[tuple[Theme, list[Measure]]]) -> list[tuple[Theme, list[Measure]]]:
    """What one sheet of paper holds of many themes: no parts of totals, and at most ON_PAPER of the others, in their order."""
    room, found = ON_PAPER, []
    for theme, measures in themes:
        chosen = [measure for measure in measures if not measure.part_of][:room]
        room -= len(chosen)
        found += [(theme, chosen)] if chosen else []
    return found


def sides(themes: Sequence[tuple[Theme, list[Measure]]]) -> list[list[tuple[Theme, list[Measure]]]]:
    """The themes over two columns of about the same length; a long theme goes on in the second one."""
    rows = [(theme, measure) for theme, measures in themes for measure in measures]
    half = (len(rows) + 1) // 2
    borders = [at for at in range(1, len(rows)) if rows[at][0] != rows[at - 1][0]]
    cut = min(borders, key=lambda at: abs(at - half), default=half)
    cut = cut if abs(cut - half) <= 2 else half
    found = []
    for side in (rows[:cut], rows[cut:]):
        grouped = {theme.slug: (theme, [m for other, m in side if other == theme]) for theme, _measure in side}
        found.append(list(grouped.values()))
    return found


def paper(
    template: str, context: dict[str, Any], request: HttpRequest, name: str, tighter: Sequence[str] = (),
    kept: bool = True, at_most: int = 1,
) -> HttpResponse:  # fmt: skip
    """The page as a PDF of A4, made with the stylesheet of the screen; nothing is fetched from anywhere.

    What is one person's own is not `kept` in memory.
    `tighter` are classes for the body (`tight` in the template), tried in turn until the document has `at_most` that many sheets.
    """
    texts = [painted(render_to_string(template, context | {"tight": one}, request)) for one in ("", *tighter)]
    printed = _printed if kept else _printed.__wrapped__
    answer = HttpResponse(printed(at_most, *texts), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@lru_cache(maxsize=16)
def _printed(at_most: int, *texts: str) -> bytes:
    """The first of these documents with `at_most` that many sheets, else the last; kept, because laying one out takes seconds."""
    from weasyprint import CSS, HTML

    # It warns about every rule that is only meant for screens.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    sheets = [CSS(string=stylesheet.build()), CSS(string=PAPER.read_text(encoding="utf-8"))]
    for html in texts:
        document = HTML(string=html, url_fetcher=_nothing).render(stylesheets=sheets)
        if len(document.pages) <= at_most:
            break
    return document.write_pdf()


def _nothing(url: str) -> dict[str, Any]:
    return {"string": b"", "mime_type": "text/plain"}
