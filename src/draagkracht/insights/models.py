"""What was published: immutable rows, computed once when a wave closes; every shared page reads these and no others."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation, Person, Unit


class Frozen(Exception):
    """Somebody tried to change what was published. It never changes: not after a move, an erasure or an import."""


class FrozenQuerySet(models.QuerySet):
    """Rows can be made and read, nothing else."""

    def update(self, **fields) -> int:
        raise Frozen

    def bulk_update(self, *args, **options) -> int:
        raise Frozen

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Frozen


class FrozenRow(models.Model):
    """A row that is written once. Only taking away the whole organisation takes it away."""

    class Meta:
        abstract = True

    def save(self, *args, **options) -> None:
        if not self._state.adding:
            raise Frozen
        super().save(*args, **options | {"force_insert": True})

    def delete(self, *args, **options) -> tuple[int, dict[str, int]]:
        raise Frozen


FrozenManager = models.Manager.from_queryset(FrozenQuerySet)


def frozen_rows() -> ScopedManager:
    """The manager of a table that is written once, seen only inside a scope."""
    return ScopedManager(organisation="organisation", _manager_class=FrozenManager)


class Reason(models.TextChoices):
    """Why a figure is not there. A manager reads no more than these three."""

    TOO_FEW = "too-few", _("too few answers")
    PROTECTED = "protected", _("withheld to protect people")
    NO_DATA = "no-data", _("no data")


class Release(FrozenRow):
    """One wave, published once. Names and labels are copied, so that a shared page needs nothing else.

    `measures` = [{"id", "title": {lang: text}, "instrument": {lang: text}, "low", "high", "favourable": "high"|"low",
    "strain": bool, "role", "family", "weights": {part id: weight} and "total_of": [part ids] (a total only), "bands":
    {lang: [text]}, "starts": [number], "population": {lang: text}, "labels": {lang: [text]}, "provisional": bool,
    "validated": bool, "mdc": change of one person that is more than noise or None, "k": int, "wording": {lang: short hash of
    the texts and answers as they were asked}}]; `bands` and `starts` are empty for a measure without cut-offs; "wording" is
    absent in older rows. `policy` = {k: the thresholds under which its measures were released}. `scope` = codes from the
    organisation down to the unit that the wave was about, `scope_name` the name of that unit. `without_figures`: how many
    questions were asked of which nothing is published; None in older rows, which do not know.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    wave_id = models.BigIntegerField()
    wave_name = models.CharField(max_length=120)
    campaign_name = models.CharField(max_length=120)
    closed_on = models.DateField()
    scope = models.JSONField(default=list)
    scope_name = models.CharField(max_length=200, blank=True)
    without_figures = models.PositiveSmallIntegerField(null=True, blank=True)
    measures = models.JSONField(default=list)
    policy = models.JSONField(default=dict)
    algorithm = models.CharField(max_length=60)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "wave_id"], name="release_once_per_wave")]

    def __str__(self) -> str:
        return self.wave_name

    @property
    def whole(self) -> bool:
        """The round was about the whole organisation."""
        return len(self.scope) < 2


class ReleasedStructure(FrozenRow):
    """Who was counted where, for one smallest group size k: what later waves are compared with. It holds no answer.

    `atoms` = {unit path: [pseudonyms]}: the respondents counted in that unit and in no published unit below it;
    `groups` = [[paths as lists of codes]]: units that share one figure, kept for a year; `units` = {unit path: {"n", "invited",
    "answered", "held_back", "reason"}}: the detail that only the privacy officer reads. No shared page reads `atoms`.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="structures")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    k = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=list)
    units = models.JSONField(default=dict)
    atoms = models.JSONField(default=dict)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "k"], name="released_structure_once_per_k")]


class ReleasedUnit(FrozenRow):
    """A unit as it stood when the wave closed: its place, its name, and the response as it may be told.

    `groups` = {k: [names of other units]}: for measures of that k the figures are those of all these units together.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="units")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    # Codes from the organisation down, joined by " / "; `position` is the place in the tree, parents first.
    path = models.CharField(max_length=800)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    depth = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=dict)
    response_low = models.PositiveSmallIntegerField(null=True, blank=True)
    response_high = models.PositiveSmallIntegerField(null=True, blank=True)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="released_unit_path_unique")]

    def __str__(self) -> str:
        return self.name


class ReleasedCell(FrozenRow):
    """One published figure, or the reason why it is withheld. `low`..`high` is all that is known; `value` its point.

    `statistic` is "mean", "spread" (pooled over the organisation), "band-1", "band-2" ... (people), or "mean-of-units":
    for the organisation as a whole, the mean of the published units just below it, weighted by their n.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(ReleasedUnit, on_delete=models.CASCADE, related_name="cells")
    measure = models.CharField(max_length=120)
    statistic = models.CharField(max_length=40)
    low = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "measure", "statistic"], name="released_cell_unique"),
            models.CheckConstraint(
                condition=models.Q(reason="", value__isnull=False) | (~models.Q(reason="") & models.Q(value=None)),
                name="released_cell_value_or_reason",
            ),
        ]


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


class ResearchStudy(models.Model):
    """A study for which pseudonymous answers may leave. `sealed` holds the secret of its pseudonyms, under the key `key_id`
    of the vault; closing the study destroys that key, and nobody can link its files to people or to new files again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=600)
    approval = models.CharField(max_length=200, blank=True)
    key_id = models.UUIDField()
    sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="research_study_title_unique")]

    def __str__(self) -> str:
        return self.title


class ResearchExport(FrozenRow):
    """One download: who, when, what was chosen, how many people, and the SHA-256 of the file. The file is not kept."""

    study = models.ForeignKey(ResearchStudy, on_delete=models.CASCADE, related_name="exports")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    choices = models.JSONField()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="research_export_numbered")]


class ResearchInclusion(models.Model):
    """This person's answers are in that export. An erasure takes the row away; the file is beyond reach."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    export = models.ForeignKey(ResearchExport, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "person"], name="research_inclusion_once")]
