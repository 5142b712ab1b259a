"""Writes an effect as rows: all in one transaction, with its audit line and what each person can read about it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from draagkracht.consent.actions import log_access
from draagkracht.insights.models import EffectStructure, EffectStudy, ReleasedEffect
from draagkracht.insights.release.rows import person_ids
from draagkracht.people.actions import audit
from draagkracht.people.models import Account
from draagkracht.science.disclosure.effects import significant
from draagkracht.ui.refusal import Refusal


def write(
    study: EffectStudy, rows: Sequence[ReleasedEffect], structures: Sequence[EffectStructure], by: Account | None
) -> list[ReleasedEffect]:
    """Stores an effect with p-values corrected for their number. Raises Refusal (409) when somebody was a moment earlier."""
    correct(rows)
    counted = {uuid.UUID(person) for one in structures for people in one.arms.values() for person in people}
    try:
        with transaction.atomic():
            for row in rows:
                row.released_by = by
                row.save()
            for structure in structures:
                structure.save()
            log_access(person_ids(counted), by, "", "effect.counted")
            audit(study.organisation, by, "effect.released", study=study.pk, outcomes=len(rows), counted=len(counted))
    except IntegrityError as error:
        raise Refusal(_("This effect was calculated already. What is published never changes."), 409) from error
    return list(rows)


def correct(rows: Sequence[ReleasedEffect]) -> None:
    """Puts "p_adjusted" beside each headline: Holm among the main questions, Benjamini-Hochberg among the others."""
    from draagkracht.science.multiplicity import adjust

    for primary, method in ((True, "holm"), (False, "benjamini-hochberg")):
        chosen = [row for row in rows if row.primary == primary and row.figures.get("headline")]
        if chosen:
            for row, p in zip(chosen, adjust([row.figures["headline"]["p"] for row in chosen], method), strict=True):
                row.figures |= {"p_adjusted": significant(p), "correction": method}
