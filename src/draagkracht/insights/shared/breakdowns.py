"""The whole by profession, years in service, contract or shift: one breakdown at a time, its groups beside everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedCategory
from draagkracht.insights.shared import pages, rounds, words
from draagkracht.insights.shared.published import Marks, Measure, because, measures_of, of_unit
from draagkracht.insights.shared.sections import Shown
from draagkracht.people.work import BREAKDOWNS, label
from draagkracht.science.interval import group_interval
from draagkracht.ui.charts import DotRow, Estimate, Figure, HeatColumn, HeatRow, dot_interval, heat_table

SENIORITY = "seniority"
# As many dots as are still read one by one; more stand in one table, which is light too.
DOTS = 12


def section(shown: Shown, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """The breakdown that `?by=` names, else the first, for the chosen `?theme=` (on paper for all). None without any.

    Groups stand by name, years in service in order; never by value.
    """
    by = asked.get("by", "") if asked.get("by") in BREAKDOWNS else ""
    theme = pages.known_theme(asked.get("theme", ""), shown.release)
    return _section(shown.release.id, shown.known, by, theme, shown.paper, get_language() or "")


@lru_cache(maxsize=64)
def _section(release_id: int, known: Marks, by: str, theme: str, paper: bool, language: str) -> dict[str, Any] | None:
    rows = list(ReleasedCategory.objects.filter(release=release_id).order_by("position"))
    names = [name for name in BREAKDOWNS if any(row.breakdown == name for row in rows)]
    if not names:
        return None
    release = Release.objects.get(id=release_id)
    measures = measures_of(release)
    chosen = by if by in names else names[0]
    whole = whole_of(release, measures)
    groups = groups_of([row for row in rows if row.breakdown == chosen], measures, whole)
    themes = pages.with_parts(measures)
    current = pages.chosen_theme(theme, themes)
    within = dict(themes).get(current, []) if current else []
    dotted = not paper and len(groups) * len(within) <= DOTS
    tabled = [] if dotted else themes if paper else [(t, ms) for t, ms in themes if t == current]
    return {
        "choices": [(name, str(BREAKDOWNS[name])) for name in names],
        "by": chosen,
        "title": _title(chosen),
        "theme": current,
        "sentence": sentence([m for m in measures if not m.part_of], groups, whole, rounds.whom(release)),
        "together": [(name, note) for name, note, _cells in groups if note],
        "paper": paper,
        "charts": [_dots(m, groups, whole, release, chosen) for m in within] if dotted else [],
        "tables": [(t.title, _table(ms, groups, whole, chosen, str(t.title))) for t, ms in tabled],
    }


def _title(breakdown: str) -> str:
    return {
        "profession": _("By profession"),
        SENIORITY: _("By years in service"),
        "contract": _("By kind of contract"),
        "shift": _("By type of shift"),
    }[breakdown]


Whole = Mapping[str, tuple[Estimate, float]]
Group = tuple[str, str, Mapping[str, Estimate]]


def whole_of(release: Release, measures: Sequence[Measure]) -> Whole:
    """Measure id -> the figure of everybody together, and the released spread between people."""
    figures = of_unit(None, [release])
    root = figures.root(release)
    return {m.id: (figures.estimate(root, m), figures.spread(release, m)) for m in measures}


def groups_of(rows: Iterable[ReleasedCategory], measures: Sequence[Measure], whole: Whole) -> list[Group]:
    """(name, small print, {measure id: estimate}) of each figure, in the order in which they stand on the page."""
    known = {m.id: m for m in measures}
    found: dict[int, tuple[ReleasedCategory, dict[str, Estimate]]] = {}
    for row in rows:
        if row.measure in known:
            cells = found.setdefault(row.position, (row, {}))[1]
            cells[row.measure] = estimate(row, known[row.measure], whole[row.measure][1])
    ordered = sorted(found.values(), key=lambda one: _place(one[0]))
    return [(*name_of(row.breakdown, row.categories), cells) for row, cells in ordered]


def _place(row: ReleasedCategory) -> tuple[bool, int, str]:
    """By name in the language of the reader, years in order; what is together, or has no name, last."""
    last = len(row.categories) > 1 or not row.categories[0]
    return last, row.position if row.breakdown == SENIORITY else 0, name_of(row.breakdown, row.categories)[0].casefold()


def name_of(breakdown: str, categories: Sequence[str]) -> tuple[str, str]:
    """What a figure is called, and for one of several groups together which these are."""
    names = [label(breakdown, value) if value else _("not filled in") for value in categories]
    if len(names) == 1:
        return names[0][:1].upper() + names[0][1:], ""
    return _("Small groups together"), ", ".join(names)


def estimate(row: ReleasedCategory, measure: Measure, spread: float) -> Estimate:
    """A group's mean with its interval, made as that of a unit; or the reason why it is not there."""
    if row.reason == Reason.NO_DATA:
        return Estimate()
    if row.value is None or row.low is None or row.high is None or not row.n:
        return Estimate(reason=because(row.reason))
    if not spread:
        return Estimate(row.value, row.low, row.high, row.n)
    low, high = group_interval(
        row.value, row.low, row.high, row.n, spread, measure.data["low"], measure.data["high"]
    )  # fmt: skip
    return Estimate(row.value, low, high, row.n)


def sentence(measures: Sequence[Measure], groups: Sequence[Group], whole: Whole, whom: str) -> str:
    """What may be said: on which themes some group lies clearly beside everybody. Which group, and whether that is good,
    stands in the picture; nobody is ranked."""
    shown = [group for group in groups if any(one.value is not None for one in group[2].values())]
    if not shown:
        return _("Too few people answered to show groups.")
    clear = [
        m.title
        for m in measures
        if any(m.id in cells and words.apart(cells[m.id], whole[m.id][0]) for _name, _note, cells in shown)
    ]
    if not clear:
        return _("No group differs clearly from %(whom)s. Small differences say nothing.") % {"whom": whom}
    text = ngettext(
        "On %(theme)s at least one group differs clearly from %(whom)s. On all other themes the differences are too small.",
        "On %(theme)s at least one group differs clearly from %(whom)s each time. Other differences are too small.",
        len(clear),
    )
    return text % {"theme": words.listed(clear), "whom": whom}


def _dots(measure: Measure, groups: Sequence[Group], whole: Whole, release: Release, breakdown: str) -> Figure:
    rows = [
        DotRow(name, cells.get(measure.id, Estimate()), whole[measure.id][0].value) for name, _note, cells in groups
    ]
    return dot_interval(
        rows, measure.scale, title=measure.title, who=_("this group"), reference_name=rounds.reference(release),
        row_head=str(BREAKDOWNS[breakdown]),
    )  # fmt: skip


def _table(measures: Sequence[Measure], groups: Sequence[Group], whole: Whole, breakdown: str, title: str) -> Figure:
    columns = [HeatColumn(m.title, m.scale, m.heavy, whole[m.id][0].value) for m in measures]
    rows = [HeatRow(name, tuple(cells.get(m.id, Estimate()) for m in measures)) for name, _note, cells in groups]
    head = str(BREAKDOWNS[breakdown])
    # The table of units carries the name of the theme already: each region has a name of its own.
    return heat_table(columns, rows, title=f"{head} · {title}", row_head=head)
