"""Two things and how each goes together with the other a moment later: a cycle of two arrows, told in words."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import (
    NOTHING,
    Estimate,
    Figure,
    Scale,
    absence,
    between,
    drawing,
    joined,
    key_of,
    number,
    table,
    told,
    told_heads,
)  # fmt: skip

# The arrows stand upright between the two, so that they keep their shape on the smallest phone.
WIDTH, HEIGHT, HEAD = 24, 104, 14
# Coefficients; they can pass 1, and are told with two decimals.
COEFFICIENTS = Scale(-2, 2)


@dataclass(frozen=True)
class Arrow:
    """One arrow: a standardised coefficient with its interval, or why there is none. `waiting` says so where it comes later."""

    estimate: Estimate
    waiting: str = ""

    @property
    def clear(self) -> bool:
        """0 lies outside the interval."""
        low, high = self.estimate.interval or (0.0, 0.0)
        return low > 0 or high < 0


def cycle(
    first: str, second: str, there: Arrow, back: Arrow, *, title: str, tone: str = "low", key: str = ""
) -> Figure:
    """`there` runs from `first` to `second`, `back` from `second` to `first`, both from one moment to the next.

    Upright: the first stands above the second. A full arrow in `tone` is a clear link; a broken grey one says that none is
    seen, or that nothing is shown or known yet.
    """
    key = key or key_of("cycle", first, second, there, back, title)
    arrows = (
        _arrow(there, f"{first} → {second}", tone, f"{key}-1", forward=True),
        _arrow(back, f"{second} → {first}", tone, f"{key}-2", forward=False),
    )
    ends = [format_html('<div class="end">{}</div>', name) for name in (first, second)]
    picture = format_html('<div class="cycle">{}</div>', joined((ends[0], *arrows, ends[1])))
    rows = (
        (f"{source} → {target}", *_cells(link))
        for source, target, link in ((first, second, there), (second, first, back))
    )
    return Figure(title, picture, table(title, (pgettext("column of a chart", "Arrow"), *told_heads()), rows))


def _cells(link: Arrow) -> tuple[str, ...]:
    if link.waiting and link.estimate.value is None:
        return (link.waiting, *told(Estimate(), COEFFICIENTS)[1:])
    return told(link.estimate, COEFFICIENTS)


def _arrow(link: Arrow, name: str, tone: str, key: str, *, forward: bool) -> SafeString:
    strong, small = _words(link)
    plot = drawing(key, name, " ".join((strong, *small)), HEIGHT, _shaft(link, tone, forward))
    smalls = joined(format_html("<small>{}</small>", part) for part in small)
    said = format_html('<strong class="num">{}</strong>', strong) if link.clear else strong
    return format_html('<div class="path">{}<div>{}{}</div></div>', plot, said, smalls)


def _words(link: Arrow) -> tuple[str, tuple[str, ...]]:
    """What stands at an arrow: the number or why there is none, and small beside it what it says."""
    value = link.estimate.value
    if value is None:
        return (link.waiting if link.waiting else absence(link.estimate)), ()
    sure = between(link.estimate, COEFFICIENTS)
    if not link.clear:
        return _("no clear link"), (sure,)
    more = _("more goes together with more") if value > 0 else _("more goes together with less")
    return number(value, 2, 1), (more, sure)


def _shaft(link: Arrow, tone: str, forward: bool) -> list[SafeString]:
    """Down for what runs forward, up for what runs back: a thick full line with a large head, or a thin broken one."""
    start, end, tip = (0, HEIGHT - HEAD, HEIGHT) if forward else (HEIGHT, HEAD, 0)
    stroke, fill = (tone, tone) if link.clear else ("soft", "card")
    middle, wide = WIDTH // 2, 11 if link.clear else 7
    shaft = format_html(
        '<line class="s-{}" x1="{}" x2="{}" y1="{}" y2="{}" stroke-width="{}"{}/>',
        stroke, middle, middle, start, end, 6 if link.clear else 2,
        NOTHING if link.clear else SafeString(' stroke-dasharray="4 5"'),
    )  # fmt: skip
    head = format_html(
        '<path class="f-{} s-{}" d="M{} {}L{} {}L{} {}Z" stroke-width="1.5"/>',
        fill, stroke, middle - wide, end, middle, tip, middle + wide, end,
    )  # fmt: skip
    return [shaft, head]
