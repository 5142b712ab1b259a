"""Filters for pages whose reader has no account."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_LINK = re.compile(r"</?a\b[^>]*>")


@register.filter
def unlinked(picture: object) -> SafeString:
    """A picture or table without its links: they lead to pages that this reader can not open."""
    return mark_safe(_LINK.sub("", str(picture)))  # noqa: S308  (only takes tags away from what the charts escaped)
