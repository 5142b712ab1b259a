"""How the answers of everybody are spread over the bands of a scale; only the whole of a round has that."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from draagkracht.insights.models import ReleasedUnit
from draagkracht.insights.shared.published import Figures, Measure
from draagkracht.ui.charts import Band, BandRow, Figure, stacked_bands

TONES = {
    2: ("low", "high"),
    3: ("low", "warm", "high"),
    4: ("low", "mid", "warm", "high"),
    5: ("low", "mid", "even", "warm", "high"),
}


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
