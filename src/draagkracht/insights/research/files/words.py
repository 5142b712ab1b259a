"""Sentences that stand in more than one document of an export."""

from __future__ import annotations

from django.utils.translation import gettext as _

from draagkracht.instruments.instrument import in_language

from ..choices import KNOWN_TO_OTHERS
from ..dataset import Dataset
from ..told import roughly


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
        "In each group the most sensitive scales, or the answers to own questions, take at least %(distinct)s values, the most "
        "common one with about nine of ten at most."
    ) % {"k": demand.k, "smallest": decision.verdict.smallest, "distinct": demand.distinct}
    return f"{told} {_left_out(decision.left_out, demand.k)}"


def _left_out(people: int, k: int) -> str:
    # Who is left out stands in a small group: no exact small number here either.
    if not people:
        return _("Nobody was left out.")
    n = roughly(people, k)
    return _("People left out, because their groups were too small or too much alike: %(n)s.") % {"n": n}


def on_the_word(data: Dataset) -> list[str]:
    """Names of what others might know, and of which the researcher said that nobody can."""
    material = data.material
    declared = {
        code
        for code in material.choices.answers
        if {one.kind for one in material.known.questions.get(code, {}).values()} & set(KNOWN_TO_OTHERS)
    }
    return [one.name for one in data.variables if one.source in declared and one.group == "item"]


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
