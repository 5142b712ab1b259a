"""Where the answers to an own question are seen, in one sentence: composing it is the moment to know. No figure is made here."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.composer.kinds import READ_AS_MEAN

PERSON_AND_RESEARCH = _(
    "Only the person who answers sees this answer: there is no figure for groups. It does stand in a file for research."
)
READ_FIRST = _(
    "Of texts there is no figure for groups, and they stand in no file for research. The privacy officer reads the texts, without "
    "names; what points to nobody can then stand in a list for the organisation, and for departments where at least ten people "
    "took part. Who answers reads that beforehand."
)
TEXT_CONDITIONAL = _(
    "It is not asked of everybody. So only the person who answers sees this answer: nobody reads it, and it stands in no file "
    "for research."
)
CONDITIONAL = _(
    "It is not asked of everybody. So only the person who answers sees this answer: there is no figure for groups. "
    "It does stand in a file for research."
)
SCALE_CONDITIONAL = _("It is not asked of everybody. So there is no figure for groups.")


def where_seen(element: Mapping[str, Any], *, conditional: bool) -> str | Promise:
    """What to tell beside an element of a document; '' where groups get a figure of it, and for what asks nothing.

    `conditional`: the element, or its section, is asked under a condition. Groups get figures of the kinds of which a mean
    is published (kinds.READ_AS_MEAN) and of scales, both only when everybody was asked.
    """
    if element["type"] == "instrument":
        return SCALE_CONDITIONAL if conditional else ""
    kind = element["kind"]
    if kind == "statement":
        return ""
    if kind == "text":
        return TEXT_CONDITIONAL if conditional else READ_FIRST
    if kind in READ_AS_MEAN:
        return CONDITIONAL if conditional else ""
    return PERSON_AND_RESEARCH
