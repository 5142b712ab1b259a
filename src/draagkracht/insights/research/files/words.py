"""Sentences that stand in more than one document of an export."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.instruments.instrument import in_language

from ..dataset import Dataset


def access_note() -> str:
    """What the receiver may do with the file."""
    return _(
        "For this study only. Do not try to find out who somebody is, do not join this file with another one about the "
        "same people, and do not pass it on. The employer does not get this file."
    )


def check_note(data: Dataset) -> str:
    """What was checked before the file left, and whom it left out."""
    decision, demand = data.decision, data.material.demand
    told = _(
        "People with the same background and the same waves form groups of at least %(k)s; the smallest holds %(smallest)s. "
        "In each group the most sensitive scales fall in at least %(distinct)s bands, the largest with about nine of ten at most."
    ) % {"k": demand.k, "smallest": decision.verdict.smallest, "distinct": demand.distinct}
    left = ngettext(
        "%(n)s person was left out, because the group was too small or too much alike.",
        "%(n)s people were left out, because their groups were too small or too much alike.",
        decision.left_out,
    )
    return f"{told} {left % {'n': decision.left_out}}"


def citations(data: Dataset) -> list[str]:
    """How each questionnaire wants to be cited."""
    return list(dict.fromkeys(one.citation for one in data.instruments.values()))


def licence_notes(data: Dataset) -> list[str]:
    """Who holds the rights to each questionnaire, and whether its words stand in the codebook."""
    language, found = data.about.language, []
    for name, one in data.instruments.items():
        licence = f"{in_language(one.title, language)}: {one.licence.holder}. {in_language(one.licence.text, language)}"
        if name in data.material.withheld:
            words = _(
                "Its wording is protected and no licence is attested here: the codebook names items by their code."
            )
        elif one.licence.kind == "free":
            words = _("Its wording stands in the codebook.")
        else:
            words = _("Its wording stands in the codebook under the licence of the organisation; do not publish it.")
        if not _validated(data, name):
            doubt = _("What people read is not the validated text: compare with published norms with care.")
            words = f"{words} {doubt}"
        found.append(f"{licence} {words}")
    return found


def _validated(data: Dataset, name: str) -> bool:
    """In every language of every wave; a version without texts says nothing about them."""
    asked = [
        content for wave in data.material.waves if name in (content := data.material.contents[wave.pk]).instruments
    ]
    return all(content.validated(name, language) for content in asked for language in content.languages)
