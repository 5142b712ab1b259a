"""What others measured, beside a published round: of this installation's organisations together, or a norm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.insights.models import Benchmark, Release
from draagkracht.insights.shared import pages, rounds, words
from draagkracht.insights.shared.published import Marks, Measure, measures_of, of_unit
from draagkracht.insights.shared.sections import Shown
from draagkracht.ui.charts import Estimate
from draagkracht.ui.charts.figure import between, number


@dataclass(frozen=True)
class Beside:
    """The figure of others for one measure, in the unit of its scale.

    `low`..`high` is the 95 % interval of `mean`, `sd` the spread between people (None: unknown), `n` people of whom
    `organisations` organisations (None for a norm); `population` and `source` say who they are and where that stands.
    """

    mean: float
    low: float
    high: float
    n: int
    year: int
    population: str
    source: str
    sd: float | None = None
    organisations: int | None = None

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.mean, self.low, self.high, self.n)


def beside(release: Release) -> dict[str, Beside]:
    """Measure id -> the figure of others that may stand beside this round; a measure without one is absent. Two queries.

    First that of this installation, of the last year that is not after the round's, if the same words were asked; else the
    last norm of the organisation's country, else of all countries, if the validated wording was asked.
    """
    return {m.id: found for m, row in _chosen(release) if row.mean is not None and (found := _told(row))}


def missing(release: Release) -> dict[str, str]:
    """Measure id -> why there is no figure of others, where somebody looked and found that it may not be told."""
    return {m.id: row.get_reason_display() for m, row in _chosen(release) if row.mean is None}


def differs(own: Estimate, other: Beside) -> str:
    """ "higher", "lower" or "" (no claim): only where the two intervals do not touch."""
    if not words.apart(own, other.estimate):
        return ""
    return "higher" if (own.value or 0.0) > other.mean else "lower"


def _chosen(release: Release) -> list[tuple[Measure, Benchmark]]:
    measures = {m.id: m for m in measures_of(release)}
    country = release.organisation.country
    rows: dict[str, list[Benchmark]] = {}
    for row in Benchmark.objects.filter(measure__in=measures, year__lte=release.closed_on.year):
        if row.country in ("", country) and _fits(row, measures[row.measure]):
            rows.setdefault(row.measure, []).append(row)
    return [(measures[name], max(found, key=_rank)) for name, found in rows.items()]


def _rank(row: Benchmark) -> tuple:
    """A figure before a reason, this installation before a norm, the own country before all. Of figures made here the
    later year counts, of norms the one brought last: that is how a mistake is mended."""
    return row.mean is not None, row.here, bool(row.country), row.year if row.here else 0, row.id


def _fits(row: Benchmark, measure: Measure) -> bool:
    """The same scale, and asked in the same words: those of the other organisations, or the validated ones of a norm."""
    if (row.low, row.high) != (measure.data["low"], measure.data["high"]):
        return False
    if not row.here:
        return measure.data["validated"]
    return not row.wording or alike(row.wording, measure.data.get("wording") or {})


def alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Two wordings agree: in some language that both have the questions read the same, and in none they differ."""
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[name] == other[name] for name in shared)


def _told(row: Benchmark) -> Beside | None:
    if row.mean is None or row.mean_low is None or row.mean_high is None or row.n is None:
        return None
    return Beside(
        row.mean, row.mean_low, row.mean_high, row.n, row.year, _in_words(row.population), row.source, row.sd,
        row.organisations,
    )  # fmt: skip


def _in_words(texts: Mapping[str, str]) -> str:
    return texts.get(get_language() or "nl") or texts.get("en") or next(iter(texts.values()), "")


def newest() -> int:
    """The number of the last row: what a page that shows benchmarks is kept under. One query."""
    return Benchmark.objects.order_by("-id").values_list("id", flat=True).first() or 0


def section(shown: Shown) -> dict[str, Any] | None:
    """The whole beside the others: a sentence, a picture, who the others are, and what has no figure of them and why.

    None for a round that was not about everybody, and where nobody brought or made a benchmark.
    """
    if not shown.release.whole:
        return None
    return _section(shown.release.id, shown.known, newest(), get_language() or "")


@lru_cache(maxsize=64)
def _section(release_id: int, known: Marks, last: int, language: str) -> dict[str, Any] | None:
    release = Release.objects.select_related("organisation").get(id=release_id)
    others, without = beside(release), missing(release)
    measures = [m for m in measures_of(release) if not m.part_of]
    figures = of_unit(None, [release])
    own = {m.id: figures.estimate(figures.root(release), m) for m in measures}
    chosen = [m for m in measures if m.id in others and own[m.id].value is not None]
    reasons: dict[str, list[str]] = {}
    for m in measures:
        if m.id in without:
            reasons.setdefault(without[m.id], []).append(m.title)
    if not chosen and not reasons:
        return None
    rows = [(own[m.id], others[m.id].mean, remark(m, own[m.id], others[m.id])) for m in chosen]
    return {
        "sentence": sentence([(m, differs(own[m.id], others[m.id])) for m in chosen]) if chosen else "",
        "chart": pages.dots(
            chosen, rows, title=_("Beside others"), who=rounds.everybody(release), reference=_("the others")
        )
        if chosen
        else None,
        "sources": list(dict.fromkeys(who(others[m.id]) for m in chosen)),
        "missing": [(words.listed(titles), why) for why, titles in reasons.items()],
    }


def remark(measure: Measure, own: Estimate, other: Beside) -> str:
    """The small print of a row: the figure of the others with its interval and n, and what may be said of the difference."""
    said = {"higher": _("clearly higher"), "lower": _("clearly lower"), "": _("no clear difference")}[
        differs(own, other)
    ]
    told = {
        "value": measure.scale.said(other.mean), "between": between(other.estimate, measure.scale), "n": number(other.n),
    }  # fmt: skip
    return said + " · " + _("others %(value)s, %(between)s, n %(n)s") % told


def sentence(found: Sequence[tuple[Measure, str]]) -> str:
    """What may be said of the whole beside the others: "higher", "lower" or "" for each measure. No cause, no rank."""
    better = [m.title for m, move in found if move and (move == "higher") == (m.favourable == "high")]
    worse = [m.title for m, move in found if move and (move == "higher") != (m.favourable == "high")]
    parts = [_("More favourable than among the others: %(theme)s.") % {"theme": words.listed(better)}] if better else []
    parts += [_("Less favourable than among the others: %(theme)s.") % {"theme": words.listed(worse)}] if worse else []
    rest = len(found) - len(better) - len(worse)
    if not parts:
        return _("No clear difference from the others.")
    if rest:
        text = ngettext("No clear difference on %(n)s other theme.", "No clear difference on %(n)s other themes.", rest)
        parts.append(text % {"n": rest})
    return " ".join(parts)


def who(other: Beside) -> str:
    """Who the others are: how many people, of how many organisations or of which population, when, and the source."""
    told = {"n": number(other.n), "year": str(other.year), "organisations": other.organisations}
    if other.organisations:
        return _("%(n)s people of %(organisations)s organisations that measure with Draagkracht here, %(year)s") % told
    told |= {"who": other.population, "source": other.source}
    return _("%(who)s (%(n)s people, %(year)s). Source: %(source)s") % told
