"""What every page of the product may use in its template, whatever the room that renders it."""

from typing import Any

from django.http import HttpRequest

ACCENTS = ("petrol", "ocean", "plum", "moss", "clay")


def accent(request: HttpRequest | None) -> str:
    """Accent colour that the organisation chose; the product's own where it chose none or an unknown one."""
    chosen = getattr(getattr(request, "organisation", None), "accent", "")
    return chosen if chosen in ACCENTS else ACCENTS[0]


def country(request: HttpRequest | None) -> str:
    """BE or NL when the organisation says so, else empty: then a page shows the lines of every country."""
    return str(getattr(getattr(request, "organisation", None), "country", "") or "").upper()


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the accent of this organisation. (Crisis lines come from the tag `help_lines`: it works without.)"""
    return {"accent": accent(request)}
