"""A table of units by measures, each cell tinted by how far it lies from the middle; the figure stays in words and digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import NOTHING, Estimate, Figure, Scale, joined, number

STEPS = 7


@dataclass(frozen=True)
class HeatColumn:
    """One measure. `heavy` tells which end weighs: "high", "low", or "" for neither (no tint).

    `middle` is where the tint turns (default: the middle of the scale); the organisation's own value is a good one, with
    its interval in `around`: a word stands in a cell only where the interval of its figure does not touch this.
    """

    name: str
    scale: Scale
    heavy: str = "high"
    middle: float | None = None
    around: tuple[float, float] | None = None

    @property
    def turn(self) -> float:
        """Where the tint turns."""
        return (self.scale.low + self.scale.high) / 2 if self.middle is None else self.middle

    def clear(self, cell: Estimate) -> bool:
        """The difference from the middle is larger than the uncertainty of both together."""
        low, high = self.around or (self.turn, self.turn)
        return cell.interval is not None and (cell.interval[0] > high or cell.interval[1] < low)


@dataclass(frozen=True)
class HeatRow:
    """One unit: name, one estimate for each column, the unit above it in small print, and a link of its own."""

    name: str
    cells: tuple[Estimate, ...]
    above: str = ""
    url: str = ""


def heat_table(
    columns: Sequence[HeatColumn], rows: Sequence[HeatRow], *, title: str, detail: bool = True, row_head: str = "",
    narrow: int | None = None,
) -> Figure:  # fmt: skip
    """Units by measures as one HTML table. `detail` adds interval and n in small print to each cell (keep it: every
    number carries them); withheld cells open to their reason, and a cell without data looks different. `narrow` is the
    one column (from 0) that a phone shows; None: all of them."""
    for row in rows:
        if len(row.cells) != len(columns):
            raise ValueError(f"{row.name}: {len(row.cells)} cells for {len(columns)} columns")
    aside = [narrow is not None and at != narrow for at in range(len(columns))]
    heads = format_html_join(
        "", '<th scope="col"{}>{}</th>',
        ((SafeString(' class="aside"') if away else "", column.name) for column, away in zip(columns, aside, strict=True)),
    )  # fmt: skip
    body = joined(_row(row, columns, detail, aside) for row in rows)
    picture = format_html(
        '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table class="heat"><caption class="unseen">{}</caption>'
        '<thead><tr><th scope="col"><span class="unseen">{}</span></th>{}</tr></thead><tbody>{}</tbody></table></div>',
        title, title, row_head or pgettext("column of a chart", "Unit"), heads, body,
    )  # fmt: skip
    tinted = any(column.heavy for column in columns)
    return Figure(title, picture, NOTHING, _key() if tinted else NOTHING)


def step(value: float, column: HeatColumn) -> int:
    """Tint of a value: -7 (most favourable) to 7 (heaviest); 0 where it reads as the middle, or where neither end is heavy."""
    scale, middle = column.scale, column.turn
    if not column.heavy or scale.said(value) == scale.said(middle):
        return 0
    reach = (scale.high - middle if value > middle else middle - scale.low) or 1.0
    share = min(1.0, max(-1.0, (value - middle) / reach))
    steps = ceil(abs(share) * STEPS - 1e-9)
    return steps if (share > 0) == (column.heavy == "high") else -steps


def word(steps: int) -> str:
    """What a tint means, in words; for a clear difference alone."""
    if steps < 0:
        return _("much more favourable") if steps < -4 else _("more favourable")
    return _("much heavier") if steps > 4 else _("heavier")


def _row(row: HeatRow, columns: Sequence[HeatColumn], detail: bool, aside: Sequence[bool]) -> SafeString:
    name = format_html('<a href="{}">{}</a>', row.url, row.name) if row.url else row.name
    above = format_html(' <small class="soft">{}</small>', row.above) if row.above else ""
    cells = joined(
        _cell(cell, column, detail, " aside" if away else "")
        for cell, column, away in zip(row.cells, columns, aside, strict=True)
    )
    return format_html('<tr><th scope="row">{}{}</th>{}</tr>', name, above, cells)


def _cell(cell: Estimate, column: HeatColumn, detail: bool, away: str) -> SafeString:
    if cell.withheld:
        name, why = conditional_escape(_("not shown")), conditional_escape(cell.reason)
        return SafeString(f'<td class="shut{away}"><details class="why"><summary>{name}</summary>{why}</details></td>')
    if cell.value is None:
        absent = conditional_escape(_("no data"))
        return SafeString(f'<td class="void{away}">{absent}</td>')
    steps = step(cell.value, column)
    tint = f"c{-steps}" if steps < 0 else f"w{steps}" if steps else "even"
    said = f"<small><b>{conditional_escape(word(steps))}</b></small>" if steps and column.clear(cell) else ""
    small = _detail(cell, column.scale) if detail else ""
    return SafeString(f'<td class="{tint}{away}">{conditional_escape(column.scale.said(cell.value))}{said}{small}</td>')


def _detail(cell: Estimate, scale: Scale) -> SafeString | str:
    """Interval and n. In words, for a dash between two numbers is read aloud as minus; each of the two stays on one line."""
    parts = []
    if cell.interval:
        low, high = (scale.said(end) for end in cell.interval)
        parts.append(_("%(low)s to %(high)s") % {"low": low, "high": high})
    if cell.n is not None:
        parts.append(f"n {number(cell.n)}")
    whole = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
    return SafeString(f"<small>{conditional_escape(' · '.join(whole))}</small>") if parts else ""


def _key() -> SafeString:
    cool = joined(format_html('<i class="c{}"></i>', at) for at in range(STEPS, 0, -1))
    warm = joined(format_html('<i class="w{}"></i>', at) for at in range(1, STEPS + 1))
    return format_html(
        '<p class="heat-key">{}<span aria-hidden="true">{}{}</span>{}</p>', _("favourable"), cool, warm, _("heavy")
    )
