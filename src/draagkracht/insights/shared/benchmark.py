"""What others measured, beside a published round: of this installation's organisations together, or a norm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from draagkracht.insights.models import Benchmark, Release
from draagkracht.insights.shared import words
from draagkracht.insights.shared.published import Measure, measures_of
from draagkracht.ui.charts import Estimate


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
    """A figure before a reason, this installation before a norm, the own country before all, the later before the earlier."""
    return row.mean is not None, row.here, bool(row.country), row.year, row.id


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
