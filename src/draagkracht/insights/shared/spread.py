"""How the answers of everybody are spread over the bands of a scale; only the whole of a round has that."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from draagkracht.insights.models import ReleasedUnit
from draagkracht.insights.shared.published import Figures, Measure
from draagkracht.ui.charts import Band, BandRow, Figure, stacked_bands
from draagkracht.ui.charts.figure import number

TONES = {
    2: ("low", "high"),
    3: ("low", "warm", "high"),
    4: ("low", "mid", "warm", "high"),
    5: ("low", "mid", "even", "warm", "high"),
}


def bands(
    figures: Figures, root: ReleasedUnit, measures: Sequence[Measure]
) -> list[tuple[Figure, list[str], list[str]]]:
    """Distributions of the whole, one picture for each set of words: the picture, a sentence a measure, and the populations
    of the cut-offs."""
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
        said = [sentence(row, names) for row in rows]
        found.append((stacked_bands(rows, kinds, title=_("How it is spread over everybody")), said, notes))
    return found


def sentence(row: BandRow, names: Sequence[str]) -> str:
    """How many of a hundred people are in the most favourable and in the heaviest band; no judgement, no comparison."""
    if row.shares is None or len(names) < 2:
        return ""
    told = {"theme": row.name, "first": number(row.shares[0], 0), "best": names[0]}
    told |= {"last": number(row.shares[-1], 0), "worst": names[-1]}
    return _("%(theme)s: about %(first)s of every 100 people are in “%(best)s” and %(last)s in “%(worst)s”.") % told


def _shares(figures: Figures, root: ReleasedUnit, measure: Measure, count: int) -> tuple[tuple[float, ...], int]:
    found = [figures.cell(root, measure, f"band-{number}") for number in range(1, count + 1)]
    n = found[0].n or 1  # type: ignore[union-attr]
    shares = tuple(100 * (cell.value or 0.0) / n for cell in found if cell)
    return (shares if measure.favourable == "low" else shares[::-1]), n
