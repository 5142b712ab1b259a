"""The command `draagkracht benchmark YEAR`: the organisations of this installation together, once a year, the same for all.

The one job that looks across organisations. It reads what each of them had published about its whole, and nothing else:
no answer, no unit, no roster. What it makes is post-processing of published figures, so it tells nothing new of any person;
that no organisation shows through is what science.benchmark asks of numbers. Own questions stay out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from draagkracht.insights.models import Benchmark, Release, ReleasedCell
from draagkracht.instruments.own_scales import OWN
from draagkracht.people.actions import audit
from draagkracht.people.models import Organisation
from draagkracht.science import benchmark as science
from draagkracht.ui.refusal import Refusal

ALGORITHM = "benchmark-1"


class Told(NamedTuple):
    """What one organisation published of a measure about its whole: scale, words, mean, and the spread between its people."""

    low: float
    high: float
    wording: Mapping[str, str]
    whole: science.Whole
    spread: float | None


def main(argv: list[str]) -> int:
    """0 when the figures of that year stand."""
    parser = argparse.ArgumentParser(prog="draagkracht benchmark")
    parser.add_argument("year", type=int)
    made = make(parser.parse_args(argv).year)
    shown = [one for one in made if not one.reason]
    told = ngettext("%(n)s measure has a benchmark.", "%(n)s measures have a benchmark.", len(shown))
    sys.stdout.write(told % {"n": len(shown)} + "\n")
    for one in made:
        if one.reason:
            sys.stdout.write(f"  {one.measure}: {one.get_reason_display()}\n")
    return 0


def make(year: int) -> list[Benchmark]:
    """Makes and keeps the benchmark of a year that is over. Raises Refusal for a year that is not, or that has one already."""
    if year >= timezone.localdate().year:
        raise Refusal(_("The year %(year)s is not over yet: a benchmark holds all of it.") % {"year": year})
    with transaction.atomic():
        if Benchmark.objects.filter(here=True, year=year).exists():
            raise Refusal(_("The benchmark of %(year)s was made already. It is made once.") % {"year": year}, 409)
        told = gather(year)
        if not told:
            raise Refusal(_("No organisation published a round about its whole in %(year)s.") % {"year": year}, 404)
        made = [_row(year, measure, of_measure) for measure, of_measure in sorted(told.items())]
        for row in made:
            row.save()
        audit(None, None, "benchmark.made", year=year, measures=len(made))
    return made


def gather(year: int) -> dict[str, list[Told]]:
    """Measure -> what each organisation published of it in its last round of everybody in that year."""
    found: dict[str, list[Told]] = defaultdict(list)
    for organisation in Organisation.objects.order_by("id"):
        with scope(organisation=organisation):
            for measure, told in _of_organisation(year).items():
                found[measure].append(told)
    return dict(found)


def _of_organisation(year: int) -> dict[str, Told]:
    latest: dict[str, tuple[Release, dict[str, Any]]] = {}
    for release in Release.objects.filter(closed_on__year=year).order_by("closed_on", "id"):
        if release.whole:
            latest |= {data["id"]: (release, data) for data in release.measures if not data["id"].startswith(f"{OWN}.")}
    rounds = {release.id for release, _data in latest.values()}
    cells = {
        (cell.release_id, cell.measure, cell.statistic): cell
        for cell in ReleasedCell.objects.filter(release_id__in=rounds, unit__depth=0)
    }
    found = {}
    for measure, (release, data) in latest.items():
        mean = cells.get((release.id, measure, "mean")) or cells.get((release.id, measure, "mean-of-units"))
        if mean and mean.value is not None and mean.low is not None and mean.high is not None and mean.n:
            spread = cells.get((release.id, measure, "spread"))
            whole = science.Whole(mean.low, mean.value, mean.high, mean.n)
            found[measure] = Told(
                data["low"], data["high"], data.get("wording") or {}, whole, spread.value if spread else None
            )
    return found


def _row(year: int, measure: str, of_measure: Sequence[Told]) -> Benchmark:
    chosen, wording = alike(of_measure)
    low, high = chosen[0].low, chosen[0].high
    reason = science.refused([one.whole.n for one in chosen])
    row = Benchmark(
        here=True, year=year, measure=measure, low=low, high=high, reason=reason, wording=wording, algorithm=ALGORITHM
    )
    if not reason:
        made = science.pooled([one.whole for one in chosen], low, high)
        row.mean, row.mean_low, row.mean_high = made.mean, made.low, made.high
        row.n, row.organisations, row.sd = made.n, made.organisations, _spread(chosen)
    return row


def alike(of_measure: Sequence[Told]) -> tuple[list[Told], dict[str, str]]:
    """The largest set of organisations with the same scale that asked in the same words of some language, and those words.

    Rounds published before words were kept know none; they go together. Of two sets as large the first by name counts.
    """
    count: Counter[tuple] = Counter()
    for one in of_measure:
        count.update((one.low, one.high, *words) for words in one.wording.items() or [("", "")])
    low, high, language, text = min(count, key=lambda key: (-count[key], *map(str, key)))
    chosen = [
        one
        for one in of_measure
        if (one.low, one.high) == (low, high) and (one.wording.get(language) == text if language else not one.wording)
    ]
    return chosen, {language: text} if language else {}


def _spread(chosen: Sequence[Told]) -> float | None:
    """The spread between people, pooled over the organisations that published one."""
    known = [(one.whole.n, one.spread) for one in chosen if one.spread]
    return (sum(n * spread**2 for n, spread in known) / sum(n for n, _s in known)) ** 0.5 if known else None
