"""A dot with its interval on the scale, a reference beside it: one row a theme."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
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
    joined,
    key_of,
    legend,
    line,
    percent,
    table,
    told,
    told_heads,
    took_part,
)  # fmt: skip

HEIGHT = 30


@dataclass(frozen=True)
class DotRow:
    """One theme: its name, its estimate, the reference (None: none), a remark in small print, and a scale of its own."""

    name: str
    estimate: Estimate
    reference: float | None = None
    note: str = ""
    scale: Scale | None = None


def dot_interval(
    rows: Sequence[DotRow], scale: Scale, *, title: str, who: str = "", reference_name: str = "", key: str = "",
    row_head: str = "",
) -> Figure:  # fmt: skip
    """Where a group stands, theme by theme.

    `who` and `reference_name` are the words of the legend ("your team", "organisation"). Rows keep their order; a row
    that is withheld or without data says so in words instead of a dot. `row_head` says what a row is, where it is no theme.
    """
    key = key or key_of("dots", rows, scale, title)
    reference_name = reference_name or _("organisation")
    drawn = joined(_row(row, row.scale or scale, f"{key}-{at}", reference_name) for at, row in enumerate(rows))
    entries = [("dot", who or _("this group"))]
    entries += [("range", _("how sure we are"))] if any(row.estimate.interval for row in rows) else []
    entries += [("tick", reference_name)] if any(row.reference is not None for row in rows) else []
    shared = scale.words() if all(row.scale is None for row in rows) else ""
    return Figure(
        title,
        format_html('<div class="scale dots">{}</div>', drawn),
        _table(rows, scale, title, reference_name, row_head),
        legend(entries, shared),
    )


def _row(row: DotRow, scale: Scale, key: str, reference_name: str) -> SafeString:
    name = format_html(
        '<div class="name">{}{}</div>', row.name, _small(row.note or (scale.words() if row.scale else ""))
    )
    value = row.estimate.value
    if value is None:
        return format_html('<div>{}<div class="why">{}</div></div>', name, absence(row.estimate))
    about = scale.about(value)
    return format_html(
        '<div>{}<div class="value num">{}{}</div><div class="plot">{}</div></div>',
        name, about, _small(took_part(row.estimate.n)), _plot(row, value, scale, key, about, reference_name),
    )  # fmt: skip


def _plot(row: DotRow, value: float, scale: Scale, key: str, about: str, reference_name: str) -> SafeString:
    middle, estimate = HEIGHT / 2, row.estimate
    shapes = [line("0%", "100%", middle, middle, "line", 4)]
    parts = [about, between(estimate, scale)]
    if estimate.interval:
        low, high = (percent(scale.share(end)) for end in estimate.interval)
        shapes.append(line(low, high, middle, middle, "mid", 12))
    if row.reference is not None:
        at = percent(scale.share(row.reference))
        shapes.append(line(at, at, 3, HEIGHT - 3, "ink", 2.5, "butt"))
        parts.append(f"{reference_name} {scale.said(row.reference)}")
    shapes.append(dot(percent(scale.share(value)), middle, 8))
    return drawing(key, f"{row.name}: {'; '.join(part for part in parts if part)}", scale.words(), HEIGHT, shapes)


def _small(text: str) -> SafeString | str:
    return format_html("<small> {}</small>", text) if text else ""


def _table(rows: Sequence[DotRow], scale: Scale, title: str, reference_name: str, row_head: str) -> SafeString:
    # A column without a figure in it would only promise one.
    compared = any(row.reference is not None for row in rows)
    first = row_head or pgettext("column of a chart", "Theme")
    heads = (first, *told_heads(), *([reference_name] if compared else []))
    return table(title, heads, (_cells(row, row.scale or scale, compared) for row in rows))


def _cells(row: DotRow, scale: Scale, compared: bool) -> tuple[str, ...]:
    return (row.name, *told(row.estimate, scale), *([scale.said(row.reference)] if compared else []))
