"""How a large group is spread over bands: one stacked bar a theme, the share in figures inside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import (
    DASH,
    Estimate,
    Figure,
    absence,
    drawing,
    joined,
    key_of,
    legend,
    number,
    percent,
    table,
    took_part,
    words,
)  # fmt: skip

HEIGHT = 30
# A share below this has no room for its figure on a phone; the table holds it.
ROOM = 0.09


@dataclass(frozen=True)
class Band:
    """One class of answers: its word and its tone (low, mid, even, warm, high or top), from favourable to heavy."""

    name: str
    tone: str


@dataclass(frozen=True)
class BandRow:
    """Shares in percent (0 to 100), one for each band, or None with the reason (withheld) or without one (no data)."""

    name: str
    shares: tuple[float, ...] | None
    n: int | None = None
    reason: str = ""


def stacked_bands(rows: Sequence[BandRow], bands: Sequence[Band], *, title: str, key: str = "") -> Figure:
    """Distribution per theme. Shares are drawn in proportion to their own sum and written as they were given."""
    for row in rows:
        if row.shares is not None and len(row.shares) != len(bands):
            raise ValueError(f"{row.name}: {len(row.shares)} shares for {len(bands)} bands")
    key = key or key_of("bands", rows, bands, title)
    drawn = joined(_row(row, bands, f"{key}-{at}") for at, row in enumerate(rows))
    entries = [(band.tone, band.name) for band in bands]
    heads = (
        pgettext("column of a chart", "Theme"),
        *(f"{band.name} (%)" for band in bands),
        pgettext("column of a chart", "Took part"),
    )
    figures = table(title, heads, (_cells(row, bands) for row in rows))
    return Figure(title, format_html('<div class="scale">{}</div>', drawn), figures, legend(entries, _("share in %")))


def _row(row: BandRow, bands: Sequence[Band], key: str) -> SafeString:
    name = format_html('<div class="name">{}</div>', row.name)
    if row.shares is None:
        return format_html('<div>{}<div class="why">{}</div></div>', name, absence(Estimate(reason=row.reason)))
    said = "; ".join(f"{band.name} {number(share, 0)}%" for band, share in zip(bands, row.shares, strict=True))
    plot = drawing(key, f"{row.name}: {said}", took_part(row.n), HEIGHT, _segments(row.shares, bands))
    return format_html(
        '<div>{}<div class="value num"><small>{}</small></div><div class="plot">{}</div></div>',
        name,
        took_part(row.n),
        plot,
    )


def _segments(shares: Sequence[float], bands: Sequence[Band]) -> list[SafeString]:
    whole, at, shapes = sum(shares) or 1.0, 0.0, []
    for share, band in zip(shares, bands, strict=True):
        width = share / whole
        if width > 0:
            shapes.append(
                format_html(
                    '<rect class="f-{} s-card" x="{}" y="3" width="{}" height="24" rx="3" stroke-width="2"/>',
                    band.tone,
                    percent(at),
                    percent(width),
                )
            )
        if width >= ROOM:
            shapes.append(words(percent(at + width / 2), 20, number(share, 0), css=f"t-{band.tone}"))
        at += width
    return shapes


def _cells(row: BandRow, bands: Sequence[Band]) -> tuple[str, ...]:
    if row.shares is None:
        return (row.name, absence(Estimate(reason=row.reason)), *[DASH] * len(bands))
    return (row.name, *(number(share, 0) for share in row.shares), number(row.n))
