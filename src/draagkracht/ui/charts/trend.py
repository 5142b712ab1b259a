"""One measure over time: a person's own line with the zone in which small moves say little, or a unit's with intervals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import (
    Estimate,
    Figure,
    Scale,
    absence,
    between,
    dot,
    drawing,
    key_of,
    legend,
    line,
    open_mark,
    percent,
    table,
    told,
    told_heads,
    words,
)  # fmt: skip

HEIGHT, TOP, BOTTOM, RING, LABELS = 192, 30, 142, 165, 184
# First and last point stand off the edges (share of the width), so that their labels stay inside on a phone.
FIRST, LAST = 0.09, 0.91
# Width of a drawing on the narrowest phone and of a letter of its labels, in pixels.
PHONE, LETTER = 240, 6.8


@dataclass(frozen=True)
class Moment:
    """One wave or period: a short label ("nov 25"), the estimate, and the reference of that moment."""

    label: str
    estimate: Estimate
    reference: float | None = None


@dataclass(frozen=True)
class Zone:
    """Band in which moves say little, in the unit of the scale, with its word ("your usual zone")."""

    low: float
    high: float
    name: str


def trend_line(
    moments: Sequence[Moment], scale: Scale, *, title: str, who: str = "", zone: Zone | None = None,
    reference_name: str = "", key: str = "",
) -> Figure:  # fmt: skip
    """The course of one measure on its whole scale. Neighbouring moments with a value are joined; a gap stays a gap."""
    key = key or key_of("trend", moments, scale, title, zone)
    reference_name = reference_name or _("organisation")
    shapes = [*_ground(scale, zone), *_joints(moments, scale), *_marks(moments, scale), *_labels(moments)]
    picture = drawing(key, title, _summary(moments, scale, zone), HEIGHT, shapes)
    notes = format_html_join("", '<p class="why">{}: {}</p>', _gaps(moments))
    entries = _legend(moments, zone, who or _("you"), reference_name)
    return Figure(title, picture + notes, _table(moments, scale, title, reference_name), legend(entries))


def _gaps(moments: Sequence[Moment]) -> Iterator[tuple[str, str]]:
    """(labels of the moments without a value, why), each reason once."""
    found: dict[str, list[str]] = {}
    for moment in moments:
        if moment.estimate.value is None:
            found.setdefault(absence(moment.estimate), []).append(moment.label)
    return ((", ".join(labels), why) for why, labels in found.items())


def _x(at: int, count: int) -> float:
    return 0.5 if count == 1 else FIRST + (LAST - FIRST) * at / (count - 1)


def _y(value: float, scale: Scale) -> float:
    return round(BOTTOM - scale.share(value) * (BOTTOM - TOP), 2)


def _ground(scale: Scale, zone: Zone | None) -> Iterator[SafeString]:
    if zone:
        above, below = _y(zone.high, scale), _y(zone.low, scale)
        yield format_html(
            '<rect class="f-sand s-line" x="0" y="{}" width="100%" height="{}" rx="8"/>',
            f"{above:g}", f"{below - above:g}",
        )  # fmt: skip
    for value, word, y in ((scale.high, scale.high_word, TOP), (scale.low, scale.low_word, BOTTOM)):
        yield line("0%", "100%", y, y, "line", 1)
        yield words("0%", y - 6 if y == TOP else y + 15, scale.end(value, word), "start")


def _joints(moments: Sequence[Moment], scale: Scale) -> Iterator[SafeString]:
    for at, (one, two) in enumerate(pairwise(moments)):
        if one.estimate.value is not None and two.estimate.value is not None:
            ends = percent(_x(at, len(moments))), percent(_x(at + 1, len(moments)))
            yield line(*ends, _y(one.estimate.value, scale), _y(two.estimate.value, scale), "low", 2.5)


def _marks(moments: Sequence[Moment], scale: Scale) -> Iterator[SafeString]:
    last = max((at for at, moment in enumerate(moments) if moment.estimate.value is not None), default=None)
    for at, moment in enumerate(moments):
        x, estimate = percent(_x(at, len(moments))), moment.estimate
        if estimate.interval:
            low, high = estimate.interval
            yield line(x, x, _y(low, scale), _y(high, scale), "mid", 7)
        if moment.reference is not None:
            yield _dash(x, _y(moment.reference, scale))
        if estimate.value is not None:
            yield dot(x, _y(estimate.value, scale), 6)
        elif estimate.withheld:
            yield open_mark(x, RING)
        if at == last and estimate.value is not None:
            yield words(x, _over(estimate.value, estimate, scale), scale.said(estimate.value), css="said")


def _dash(x: str, y: float) -> SafeString:
    """The reference of one moment: a short level stroke, centred by moving it half its length."""
    return format_html(
        '<rect class="f-ink" x="{}" y="{}" width="20" height="2.5" transform="translate(-10)"/>',
        x, f"{y - 1.25:g}",
    )  # fmt: skip


def _over(value: float, estimate: Estimate, scale: Scale) -> float:
    """Height of the last figure: above its dot and interval."""
    return _y(estimate.interval[1] if estimate.interval else value, scale) - 12


def _labels(moments: Sequence[Moment]) -> Iterator[SafeString]:
    """Labels that fit on a phone: always the last, then every so many before it."""
    widest = max((len(moment.label) for moment in moments), default=1) * LETTER + 4
    apart = PHONE * (LAST - FIRST) / max(1, len(moments) - 1)
    every = ceil(widest / apart)
    for at, moment in enumerate(moments):
        if (len(moments) - 1 - at) % every == 0:
            yield words(percent(_x(at, len(moments))), LABELS, moment.label)


def _legend(moments: Sequence[Moment], zone: Zone | None, who: str, reference_name: str) -> list[tuple[str, str]]:
    entries = [("dot", who)]
    entries += [("range", _("how sure we are"))] if any(moment.estimate.interval for moment in moments) else []
    entries += [("sand", zone.name)] if zone else []
    entries += [("level", reference_name)] if any(moment.reference is not None for moment in moments) else []
    entries += [("gap", _("not shown"))] if any(moment.estimate.withheld for moment in moments) else []
    return entries


def _summary(moments: Sequence[Moment], scale: Scale, zone: Zone | None) -> str:
    said = [scale.words()]
    if zone:
        said.append(f"{zone.name}: " + between(Estimate(zone.low, zone.low, zone.high), scale))
    for moment in moments:
        shown = scale.said(moment.estimate.value) if moment.estimate.value is not None else absence(moment.estimate)
        said.append(f"{moment.label}: {' '.join(part for part in (shown, between(moment.estimate, scale)) if part)}")
    return "; ".join(said)


def _table(moments: Sequence[Moment], scale: Scale, title: str, reference_name: str) -> SafeString:
    compared = any(moment.reference is not None for moment in moments)
    heads = (pgettext("column of a chart", "When"), *told_heads(), *([reference_name] if compared else []))
    rows = (
        (moment.label, *told(moment.estimate, scale), *([scale.said(moment.reference)] if compared else []))
        for moment in moments
    )
    return table(title, heads, rows)


def sparkline(moments: Sequence[Moment], scale: Scale, *, title: str, key: str = "") -> SafeString:
    """A line of 96 by 24 px for inside a sentence or a cell; its description holds every number."""
    key = key or key_of("spark", moments, scale, title)
    if all(moment.estimate.value is None for moment in moments):
        withheld = next((moment.estimate for moment in moments if moment.estimate.withheld), Estimate())
        return format_html('<span class="why">{}</span>', absence(withheld))
    return drawing(key, title, _summary(moments, scale, None), 24, _sparks(moments, scale), spark=True)


def _sparks(moments: Sequence[Moment], scale: Scale) -> Iterator[SafeString]:
    places = [
        (percent(0.04 + 0.92 * at / max(1, len(moments) - 1)), moment.estimate.value)
        for at, moment in enumerate(moments)
    ]
    heights = [(x, None if value is None else 21 - scale.share(value) * 18) for x, value in places]
    for (x1, y1), (x2, y2) in pairwise(heights):
        if y1 is not None and y2 is not None:
            yield line(x1, x2, y1, y2, "low", 2)
    shown = [(x, y) for x, y in heights if y is not None]
    for x, y in shown:
        yield dot(x, y, 3.5 if (x, y) == shown[-1] else 2.5)
