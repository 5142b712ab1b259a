"""What was asked about a trajectory, and the answer as it was published."""

from django.db import models
from django.utils import timezone

from draagkracht.people.models import Account, Organisation

from .frozen import FrozenRow, Reason, frozen_rows


class EffectStudy(FrozenRow):
    """What is asked about a trajectory, written down before the answer is known; it never changes afterwards.

    `waves` = [{"id", "name"}]: before, after and perhaps a follow-up, in that order. `participants` and `comparison` =
    [{"code", "name"}]: units, with those below them; `pseudonyms`: participants named one by one (hex), in place of units.
    `primary` and `secondary` are ids of measures. `late`: the round after the trajectory had closed already.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    waves = models.JSONField()
    participants = models.JSONField(default=list)
    pseudonyms = models.JSONField(default=list)
    comparison = models.JSONField(default=list)
    primary = models.JSONField()
    secondary = models.JSONField(default=list)
    late = models.BooleanField()
    registered_at = models.DateTimeField(default=timezone.now)
    registered_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="effect_study_title_unique")]

    def __str__(self) -> str:
        return self.title


class ReleasedEffect(FrozenRow):
    """The answer of a study for one measure, made once: the figures as they may be told, or the reason why they are not.

    `data` describes the measure as in `Release.measures`; `arms` = {arm: {"n", "teams", "again": [from, to] in percent or
    null, "cells": [[low, value, high] or null for each moment]}}; `figures` are those of
    science.disclosure.effects.EffectFigures, with "headline", "p_adjusted", "correction" and "spread_scores": the released
    spread between people in the round before.
    """

    study = models.ForeignKey(EffectStudy, on_delete=models.CASCADE, related_name="effects")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    measure = models.CharField(max_length=120)
    primary = models.BooleanField()
    position = models.PositiveSmallIntegerField()
    data = models.JSONField()
    arms = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    algorithm = models.CharField(max_length=60)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "measure"], name="released_effect_once_per_measure")]


class EffectStructure(FrozenRow):
    """Whom a study counted, for one smallest group size k: what later studies are compared with. It holds no answer.

    `arms` = {arm: [pseudonyms]}; `families` = the families of measures that were released; `held_back` = how many people.
    No shared page reads it.
    """

    study = models.ForeignKey(EffectStudy, on_delete=models.CASCADE, related_name="structures")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    k = models.PositiveSmallIntegerField()
    waves = models.JSONField()
    families = models.JSONField()
    arms = models.JSONField()
    held_back = models.PositiveSmallIntegerField(default=0)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "k"], name="effect_structure_once_per_k")]
