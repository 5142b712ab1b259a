"""What costs and what gives energy: bars to the left and to the right of one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import Figure, drawing, joined, key_of, legend, number, percent, table

HEIGHT = 24


@dataclass(frozen=True)
class Weight:
    """One thing and how much it costs (below 0) or gives (above 0); 0 stands on the line. None: no data.

    `href`: where its name leads to; empty for nowhere.
    """

    name: str
    amount: float | None
    href: str = ""

    @property
    def label(self) -> SafeString | str:
        """The name as it stands beside the bar."""
        return format_html('<a href="{}">{}</a>', self.href, self.name) if self.href else self.name


def diverging_bars(
    weights: Sequence[Weight],
    *,
    title: str,
    limit: float | None = None,
    costs: str = "",
    gives: str = "",
    key: str = "",
) -> Figure:
    """Balance of weights, in the order given. `limit` is the amount that fills a side (default: the largest one)."""
    key = key or key_of("balance", weights, title, limit)
    costs, gives = costs or _("costs energy"), gives or _("gives energy")
    full = limit or max((abs(weight.amount) for weight in weights if weight.amount is not None), default=0.0) or 1.0
    drawn = joined(
        _row(weight, full, costs if (weight.amount or 0) < 0 else gives, f"{key}-{at}")
        for at, weight in enumerate(weights)
    )
    figures = table(
        title, (pgettext("column of a chart", "What"), costs, gives), (_cells(weight) for weight in weights)
    )
    entries = [("high", costs), ("low", gives)]
    return Figure(title, format_html('<div class="balance">{}</div>', drawn), figures, legend(entries))


def _row(weight: Weight, full: float, word: str, key: str) -> SafeString:
    if weight.amount is None:
        return format_html('<div class="left">{}</div><div class="why">{}</div>', weight.label, _("No data"))
    if weight.amount == 0:
        return format_html('<div class="left">{}</div><div class="num">0</div>', weight.label)
    share = min(1.0, abs(weight.amount) / full)
    costing = weight.amount < 0
    tone = "high" if costing else "low"
    bar = format_html(
        '<rect class="f-{}" x="{}" width="{}" height="{}" rx="6"/>',
        tone, percent(1 - share if costing else 0), percent(share), HEIGHT,
    )  # fmt: skip
    plot = drawing(key, f"{weight.name}: {word}", number(abs(weight.amount)), HEIGHT, [bar])
    if costing:
        return format_html('<div class="bar-left">{}</div><div>{}</div>', plot, weight.label)
    return format_html('<div class="left">{}</div><div class="bar-right">{}</div>', weight.label, plot)


def _cells(weight: Weight) -> tuple[str, str, str]:
    if weight.amount is None:
        return weight.name, _("No data"), _("No data")
    below, above = (number(-weight.amount), "–") if weight.amount < 0 else ("–", number(weight.amount))
    return weight.name, below, above
