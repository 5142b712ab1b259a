"""A figure by month, with the moments of a calendar marked; two of them one under the other share the axis of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import (
    NOTHING,
    Figure,
    Scale,
    absence,
    between,
    dot,
    drawing,
    joined,
    key_of,
    legend,
    line,
    number,
    open_mark,
    percent,
    table,
    words,
)  # fmt: skip
from draagkracht.ui.charts.trend import FIRST, LAST, LETTER, PHONE, Moment

PLOT, LANE, HEAD, FOOT = 112, 22, 30, 50
# Half the width of a numbered mark with some air, in pixels.
MARK = 12
# More months than this are drawn as a line alone, with a point at its end.
POINTS = 18


@dataclass(frozen=True)
class Mark:
    """A moment of the calendar. `start` and `end` are places on the axis, counted in months from its first (0.5 is the middle
    of the first); `end` None is one day. `name` and `when` stand in the list below the picture."""

    start: float
    name: str
    when: str
    end: float | None = None


def month_line(
    months: Sequence[Moment], scale: Scale, *, title: str, who: str, unit: str = "", marks: Sequence[Mark] = (),
    rounds: Sequence[float] = (), bridged: bool = False, listed: bool = True, key: str = "",
) -> Figure:  # fmt: skip
    """One value a month on a scale. A missing month is a gap, never zero; a withheld one an open ring at the foot.

    `unit` stands behind each number; without it the scale says how a number is told. `rounds` are places of survey rounds.
    `bridged`: only some months can have a value (rounds of a survey), and these are joined over the others. `listed` False
    leaves out the list of moments, where a picture beside it has it.
    """
    key = key or key_of("months", months, scale, title, marks, rounds)
    lanes = _lanes(marks, len(months))
    top = HEAD + LANE * (max(lanes) + 1 if lanes else 0)
    plot = _Plot(len(months), top, top + PLOT, scale, unit)
    shapes = [
        *_ground(plot),
        *_moments(plot, marks, lanes),
        *_rounds(plot, rounds),
        *_course(plot, months, bridged),
        *_labels(plot, months),
    ]
    picture = drawing(key, title, _summary(plot, months, marks, bridged), top + PLOT + FOOT, shapes)
    notes = format_html_join("", '<p class="why">{}: {}</p>', _gaps(months, bridged))
    entries = [("dot", who)]
    entries += [("range", _("how sure we are"))] if any(one.estimate.interval for one in months) else []
    entries += [("tick", _("survey round"))] if rounds else []
    entries += [("gap", _("not shown"))] if any(one.estimate.withheld for one in months) else []
    return Figure(
        title,
        joined([picture, notes, _list(marks) if listed else NOTHING]),
        _table(plot, months, title, bridged),
        legend(entries),
    )


@dataclass(frozen=True)
class _Plot:
    """Where things stand: `x` as a share of the width, `y` in pixels."""

    count: int
    top: float
    bottom: float
    scale: Scale
    unit: str

    def x(self, place: float) -> float:
        share = 0.5 if self.count == 1 else min(1.0, max(0.0, place / (self.count - 1)))
        return FIRST + (LAST - FIRST) * share if self.count > 1 else share

    def at(self, place: float) -> str:
        return percent(self.x(place))

    def y(self, value: float) -> float:
        return round(self.bottom - self.scale.share(value) * (self.bottom - self.top), 2)

    def said(self, value: float) -> str:
        return f"{number(value, 1)}\N{NO-BREAK SPACE}{self.unit}" if self.unit else self.scale.said(value)


def _lanes(marks: Sequence[Mark], count: int) -> list[int]:
    """For each mark the lowest row above the plot in which its number touches no other one, on the narrowest phone."""
    width = PHONE * (LAST - FIRST) / max(1, count - 1)
    taken: list[float] = []
    found = []
    for mark in marks:
        left = mark.start * width - MARK
        lane = next((row for row, right in enumerate(taken) if right <= left), len(taken))
        taken[lane:] = [left + 2 * MARK, *taken[lane + 1 :]]
        found.append(lane)
    return found


def _ground(plot: _Plot) -> Iterator[SafeString]:
    scale = plot.scale
    for value, word, y in ((scale.high, scale.high_word, plot.top), (scale.low, scale.low_word, plot.bottom)):
        yield line("0%", "100%", y, y, "line", 1)
        told = f"{number(value)}\N{NO-BREAK SPACE}{plot.unit}" if plot.unit else scale.end(value, word)
        yield words("0%", y - 6 if y == plot.top else y + 15, told, "start")


def _rounds(plot: _Plot, rounds: Sequence[float]) -> Iterator[SafeString]:
    for place in rounds:
        yield line(plot.at(place), plot.at(place), plot.bottom - 5, plot.bottom + 5, "ink", 2.5, "butt")


def _moments(plot: _Plot, marks: Sequence[Mark], lanes: Sequence[int]) -> Iterator[SafeString]:
    for mark in marks:
        if mark.end is not None and plot.x(mark.end) > plot.x(mark.start):
            yield format_html(
                '<rect class="f-sand" x="{}" y="{}" width="{}" height="{}"/>',
                plot.at(mark.start), f"{plot.top:g}", percent(plot.x(mark.end) - plot.x(mark.start)),
                f"{plot.bottom - plot.top:g}",
            )  # fmt: skip
    for at, (mark, lane) in enumerate(zip(marks, lanes, strict=True), 1):
        y = 14 + LANE * lane
        yield _dashed(plot.at(mark.start), y + 9, plot.bottom)
        yield _numbered(plot.at(mark.start), y, str(at))


def _dashed(x: str, top: float, bottom: float) -> SafeString:
    return format_html(
        '<line class="s-soft" x1="{}" x2="{}" y1="{}" y2="{}" stroke-width="1" stroke-dasharray="2 3"/>',
        x, x, f"{top:g}", f"{bottom:g}",
    )  # fmt: skip


def _numbered(x: str, y: float, text: str) -> SafeString:
    ring = format_html(
        '<circle class="f-card s-soft" cx="{}" cy="{}" r="9" stroke-width="1.2"/>',
        x, f"{y:g}",
    )  # fmt: skip
    return ring + words(x, y + 4.5, text)


def _course(plot: _Plot, months: Sequence[Moment], bridged: bool) -> Iterator[SafeString]:
    there = [(at, one.estimate) for at, one in enumerate(months) if one.estimate.value is not None]
    for (at, one), (to, two) in pairwise(there):
        if to == at + 1 or bridged:
            yield line(plot.at(at), plot.at(to), plot.y(one.value or 0.0), plot.y(two.value or 0.0), "low", 2.5)
    neighbours = {at for at, _one in there}
    for at, estimate in there:
        x, value = plot.at(at), estimate.value or 0.0
        if estimate.interval:
            low, high = estimate.interval
            yield line(x, x, plot.y(low), plot.y(high), "mid", 7)
        alone = not {at - 1, at + 1} & neighbours
        if bridged or alone or at == there[-1][0] or len(months) <= POINTS:
            yield dot(x, plot.y(value), 5)
    for at, month in enumerate(months):
        if month.estimate.withheld:
            yield open_mark(plot.at(at), plot.bottom + 27)
    if there:
        at, estimate = there[-1]
        over = plot.y(estimate.interval[1] if estimate.interval else estimate.value or 0.0) - 10
        anchor = "end" if plot.x(at) > 0.8 else "middle"
        shown = plot.said(estimate.value or 0.0) if len(plot.unit) < 3 else number(estimate.value, 1)
        yield words(plot.at(at), over, shown, anchor, css="said")


def _labels(plot: _Plot, months: Sequence[Moment]) -> Iterator[SafeString]:
    """Labels that fit on a phone: the last one, then every so many before it."""
    widest = max((len(month.label) for month in months), default=1) * LETTER + 6
    every = ceil(widest / (PHONE * (LAST - FIRST) / max(1, len(months) - 1)))
    for at, month in enumerate(months):
        if (len(months) - 1 - at) % every == 0:
            yield words(plot.at(at), plot.bottom + FOOT - 4, month.label)


def _gaps(months: Sequence[Moment], bridged: bool) -> Iterator[tuple[str, str]]:
    """(months without a value as spans, why), each reason once."""
    found: dict[str, list[int]] = {}
    for at, month in enumerate(months):
        if month.estimate.value is None and (month.estimate.withheld or not bridged):
            found.setdefault(absence(month.estimate), []).append(at)
    return ((_spans(months, places), why) for why, places in found.items())


def _spans(months: Sequence[Moment], places: Sequence[int]) -> str:
    """ "jan 26 – mrt 26, aug 26"."""
    spans: list[list[int]] = []
    for at in places:
        if spans and spans[-1][-1] == at - 1:
            spans[-1].append(at)
        else:
            spans.append([at])
    return ", ".join(
        months[span[0]].label + (f" – {months[span[-1]].label}" if len(span) > 1 else "") for span in spans
    )


def _list(marks: Sequence[Mark]) -> SafeString:
    """The moments by number, below the picture."""
    rows = format_html_join("", '<li>{} <span class="soft">{}</span></li>', ((one.name, one.when) for one in marks))
    return format_html('<ol class="moments">{}</ol>', rows) if marks else NOTHING


def _summary(plot: _Plot, months: Sequence[Moment], marks: Sequence[Mark], bridged: bool) -> str:
    said = []
    for month in months:
        if month.estimate.value is not None:
            told = f"{plot.said(month.estimate.value)} {between(month.estimate, plot.scale)}".strip()
            said.append(f"{month.label}: {told}")
    said += [f"{labels}: {why}" for labels, why in _gaps(months, bridged)]
    said += [f"{at} {mark.name}, {mark.when}" for at, mark in enumerate(marks, 1)]
    return "; ".join(said)


def _table(plot: _Plot, months: Sequence[Moment], title: str, bridged: bool) -> SafeString:
    ranged = any(one.estimate.interval for one in months)
    heads = [pgettext("column of a chart", "When"), plot.unit or pgettext("column of a chart", "About")]
    heads += [pgettext("column of a chart", "From"), pgettext("column of a chart", "To")] if ranged else []
    rows = []
    for month in months:
        estimate = month.estimate
        if estimate.value is None and bridged and not estimate.withheld:
            continue
        row = [month.label, plot.said(estimate.value) if estimate.value is not None else absence(estimate)]
        if ranged:
            row += [plot.scale.said(end) for end in estimate.interval or (None, None)]
        rows.append(row)
    return table(title, heads, rows)
