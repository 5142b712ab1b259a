"""Tags for the pages of this room."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from draagkracht.surveys.result import OwnScale
from draagkracht.surveys.views import parts

register = template.Library()


@register.simple_tag
def part_url(name: str) -> str:
    """Address of the answer page's script or style."""
    return parts.part_url(name)


@register.simple_tag
def own_dot(scale: OwnScale) -> SafeString:
    """A dot on a line; its words stand beside it and in its title."""
    place = f"{4 + (scale.share or 0) * 92:.1f}%"
    told = scale.words or _("on the line from “%(low)s” to “%(high)s”") % {"low": scale.low, "high": scale.high}
    return format_html(
        '<svg class="own-dot" height="26" width="100%" role="img" aria-label="{}">'
        '<line class="s-line" stroke="#e2dacb" stroke-width="4" stroke-linecap="round" x1="4%" x2="96%" y1="13" y2="13"/>'
        '<circle class="f-low" fill="#2073bc" cx="{}" cy="13" r="9"/></svg>',
        f"{scale.title}: {told}",
        place,
    )
