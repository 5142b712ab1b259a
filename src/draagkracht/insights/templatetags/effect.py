"""Numbers in the tables of an effect study: `{% load effect %}`."""

from django import template

from draagkracht.ui.charts.figure import number

register = template.Library()


@register.filter
def plain(value: float | None) -> str:
    """Two decimals, in the reader's language."""
    return number(value, 2, 2)


@register.filter
def probability(value: float | None) -> str:
    """A p-value: three decimals, and "< 0.001" below that."""
    return f"< {number(0.001, 3)}" if value is not None and value < 0.001 else number(value, 3)
