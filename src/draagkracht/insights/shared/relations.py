"""How factors go together within the organisation, read from what was released of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedRelation
from draagkracht.insights.shared.coverage import role_name
from draagkracht.insights.shared.published import Marks, Measure, because, measures_of
from draagkracht.insights.shared.sections import Shown
from draagkracht.insights.shared.words import listed
from draagkracht.ui.charts import Arrow, Estimate, cycle
from draagkracht.ui.charts.figure import absence, number, took_part

ROLES = {"demands": "demand", "resources": "resource", "strain": "strain", "engagement": "engagement"}
OUTCOMES = ("strain", "engagement")
# Kind, its two sides, its tone.
CYCLES = (("gain", "resources", "engagement", "low"), ("loss", "demands", "strain", "high"))
TITLES = {"gain": gettext_lazy("Gain cycle"), "loss": gettext_lazy("Loss cycle")}
# What a clear path says: with a coefficient above 0, and below.
SAID = {
    ("resources", "engagement"): (
        gettext_lazy("Who had more of what carries in one round, was more engaged in the next than colleagues who had been just as engaged."),
        gettext_lazy("Who had more of what carries in one round, was less engaged in the next than colleagues who had been just as engaged."),
    ),
    ("engagement", "resources"): (
        gettext_lazy("Who was more engaged in one round, had more of what carries in the next than colleagues who had had just as much of it."),
        gettext_lazy("Who was more engaged in one round, had less of what carries in the next than colleagues who had had just as much of it."),
    ),
    ("demands", "strain"): (
        gettext_lazy("Of whom work asked more in one round, had more strain in the next than colleagues who had had just as much."),
        gettext_lazy("Of whom work asked more in one round, had less strain in the next than colleagues who had had just as much."),
    ),
    ("strain", "demands"): (
        gettext_lazy("Who had more strain in one round, was asked more by work in the next than colleagues of whom it had asked just as much."),
        gettext_lazy("Who had more strain in one round, was asked less by work in the next than colleagues of whom it had asked just as much."),
    ),
}  # fmt: skip
TOGETHER = {
    "gain": gettext_lazy("Seen in both directions, that is called a gain cycle."),
    "loss": gettext_lazy("Seen in both directions, that is called a loss cycle."),
}
# Themes that go together with more of an outcome, and with less of it.
CLEAR = {
    "strain": (
        gettext_lazy("Goes together with more strain: %(themes)s."),
        gettext_lazy("Goes together with less strain: %(themes)s."),
    ),
    "engagement": (
        gettext_lazy("Goes together with more engagement: %(themes)s."),
        gettext_lazy("Goes together with less engagement: %(themes)s."),
    ),
}
NONE_CLEAR = {
    "strain": gettext_lazy("No theme goes clearly together with strain."),
    "engagement": gettext_lazy("No theme goes clearly together with engagement."),
}


@dataclass(frozen=True)
class Relation:
    """A released coefficient (standardised) with its 95 % interval; or, without a value, the reason why it is withheld.

    `n`: how many people it rests on. `tangled`: the other factors tell most of this one, so that what is told of it alone
    is unsure (the wide interval says so too).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int | None = None
    reason: str = ""
    tangled: bool = False

    @property
    def clear(self) -> bool:
        """0 lies outside the interval: something may be said."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


Impacts = dict[str, dict[str, Relation]]


def impact(release: Release, statistic: str = "simple") -> Impacts:
    """{measure id: {"strain": Relation, "engagement": Relation}} for every demand and resource of a round. One query.

    A coefficient above 0: a higher score of the measure goes together with more strain, or with more engagement (of these two
    more is higher, whichever end of their scales is favourable). `statistic`: "simple" tells each factor alone, which is what
    "goes together with" says; "partial" what is left of it beside all others, which few organisations have people enough to
    see. An outcome that was not asked is absent. A part of a published total has no entry: look up its `family`. A round
    that was published before this was built gives an empty dictionary. Call inside the organisation's scope.
    """
    found: Impacts = {}
    rows = ReleasedRelation.objects.filter(release=release, kind="impact", statistic=statistic)
    for row in rows.order_by("id"):
        found.setdefault(row.source, {})[row.target] = of(row)
    return found


def of(row: ReleasedRelation) -> Relation:
    """A stored row as pages use it."""
    return Relation(row.value, row.low, row.high, row.n, row.reason, bool(row.detail.get("tangled")))


def with_status(release: Release, status: Mapping[str, str]) -> Iterator[tuple[ReleasedRelation, str]]:
    """Every relation of a release with the status of the least sure measure that it was made of; `status` by measure id."""
    for row in ReleasedRelation.objects.filter(release=release).order_by("id"):
        found = {status.get(one, "settled") for one in (*row.detail["source"], *row.detail["target"])}
        yield row, next((one for one in ("provisional", "unstudied") if one in found), "settled")


def section(shown: Shown) -> dict[str, Any] | None:
    """Both cycles and the table of what goes together with what; None for a round without any of it."""
    return _section(shown.release.id, shown.known, get_language() or "")


@lru_cache(maxsize=64)
def _section(release_id: int, known: Marks, language: str) -> dict[str, Any] | None:
    release = Release.objects.get(id=release_id)
    rows = list(ReleasedRelation.objects.filter(release=release).order_by("id"))
    if not rows:
        return None
    measures = measures_of(release)
    asked = {one.role for one in measures}
    cycles = [
        told(kind, first, second, tone, {(row.source, row.target): row for row in rows if row.kind == kind})
        for kind, first, second, tone in CYCLES
        if {ROLES[first], ROLES[second]} <= asked
    ]
    return {"cycles": cycles, "impacts": impacts(rows, measures)}


def told(
    kind: str, first: str, second: str, tone: str, rows: dict[tuple[str, str], ReleasedRelation]
) -> dict[str, Any]:
    """One cycle: sentence, picture, and on which rounds it rests. Without rows a second round is still needed."""
    there, back = rows.get((first, second)), rows.get((second, first))
    names = role_name(ROLES[first]), role_name(ROLES[second])
    chart = cycle(*names, _arrow(there), _arrow(back), title=str(TITLES[kind]), tone=tone)
    return {
        "title": TITLES[kind],
        "chart": chart,
        "sentence": sentence(kind, [of(row) for row in (there, back) if row], (first, second)),
        "about": _rests_on(there) if there else "",
    }


def _arrow(row: ReleasedRelation | None) -> Arrow:
    return Arrow(Estimate(), _("after the next round")) if row is None else Arrow(estimate(of(row)))


def estimate(found: Relation) -> Estimate:
    """A relation as charts and tables take it."""
    if found.value is None:
        return Estimate(reason="" if found.reason == Reason.NO_DATA else because(found.reason))
    return Estimate(found.value, found.low, found.high, found.n)


def sentence(kind: str, found: Sequence[Relation], sides: tuple[str, str]) -> str:
    """What may be said of a cycle: only of a path that leaves out 0, as a difference between colleagues, never as a cause."""
    if len(found) < 2:
        return _("A cycle is about two rounds that ask the same in the same words: it can be seen after the next one.")
    if all(one.value is None for one in found):
        return ""
    paths = zip((sides, sides[::-1]), found, strict=True)
    said = [str(SAID[path][0 if (one.value or 0) > 0 else 1]) for path, one in paths if one.clear]
    if not said:
        return _("From one round to the next no clear link is seen. That does not prove that there is none.")
    if len(said) == 1:
        return " ".join([*said, _("In the other direction no clear link is seen.")])
    both = all((one.value or 0) > 0 for one in found)
    return " ".join([*said, *([str(TOGETHER[kind])] if both else [])])


def _rests_on(row: ReleasedRelation) -> str:
    """Which rounds, and how many people answered two in a row: a number in fives, so "at least"."""
    rounds = row.detail["rounds"]
    if row.n is None:
        return ""
    told_of = {"first": rounds[0][0], "last": rounds[-1][1], "n": number(row.n)}
    return _("From %(first)s to %(last)s; at least %(n)s people answered two rounds in a row.") % told_of


def impacts(rows: Sequence[ReleasedRelation], measures: Sequence[Measure]) -> dict[str, Any] | None:
    """Sentences for each outcome, and a table with a row for each theme: each alone, and all beside each other. None without any."""
    found = {(row.statistic, row.source, row.target): of(row) for row in rows if row.kind == "impact"}
    outcomes = [one for one in OUTCOMES if any(target == one for _s, _m, target in found)]
    titles = {one.id: one.title for one in measures}
    if not outcomes:
        return None
    alone, beside = (
        {theme: [found[statistic, theme, one] for one in outcomes] for theme in dict.fromkeys(key[1] for key in found)}
        for statistic in ("simple", "partial")
    )
    return {
        "heads": [role_name(ROLES[one]) for one in outcomes],
        "alone": [(titles[theme], [_cell(one) for one in cells]) for theme, cells in alone.items()],
        "beside": [(titles[theme], [_cell(one) for one in cells]) for theme, cells in beside.items()],
        "sentences": [
            one
            for at, outcome in enumerate(outcomes)
            for one in clearest(outcome, {titles[theme]: cells[at] for theme, cells in alone.items()})
        ],
        "n": took_part(next((one.n for cells in alone.values() for one in cells if one.n), None)),
    }


def clearest(outcome: str, found: Mapping[str, Relation]) -> list[str]:
    """Which themes (by title) clearly go together with more and with less of an outcome, the strongest first."""
    shown = {title: one.value for title, one in found.items() if one.value is not None}
    clear = sorted((title for title in shown if found[title].clear), key=lambda title: -abs(shown[title]))
    sides = [title for title in clear if shown[title] > 0], [title for title in clear if shown[title] < 0]
    said = [str(text) % {"themes": listed(side)} for text, side in zip(CLEAR[outcome], sides, strict=True) if side]
    return said or ([str(NONE_CLEAR[outcome])] if shown else [])


def _cell(found: Relation) -> dict[str, str]:
    """What stands in the table: the coefficient only where it is clear, its interval always."""
    told_of = estimate(found)
    low, high = told_of.interval or (None, None)
    if told_of.value is None or low is None or high is None:
        return {"number": "", "word": absence(told_of)}
    reach = _("%(low)s to %(high)s") % {"low": number(low, 2, 1), "high": number(high, 2, 1)}
    note = _("the other themes tell most of it") if found.tangled else ""
    if found.clear:
        return {"number": number(told_of.value, 2, 1), "word": "", "reach": reach, "note": note}
    return {"number": "", "word": _("no clear link"), "reach": reach, "note": note}
