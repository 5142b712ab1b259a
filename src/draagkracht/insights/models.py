"""What was published: immutable rows, computed once when a wave closes; every shared page reads these and no others."""

from django.db import models
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation, Unit


class Release(models.Model):
    """One wave, published once. Names and labels are copied, so that a shared page needs nothing else.

    `measures` = [{"id", "title": {lang: text}, "low", "high", "favourable": "high"|"low", "strain": bool, "role",
    "family", "cutoffs", "labels": {lang: {value: text}}, "provisional": bool, "validated": bool, "k": int}];
    `structure` = frozen groups and atoms' sizes for later waves, no answer.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    wave_id = models.BigIntegerField()
    wave_name = models.CharField(max_length=120)
    campaign_name = models.CharField(max_length=120)
    closed_on = models.DateField()
    measures = models.JSONField(default=list)
    policy = models.JSONField(default=dict)
    structure = models.JSONField(default=dict)
    algorithm = models.CharField(max_length=60)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "wave_id"], name="release_once_per_wave")]


class ReleasedUnit(models.Model):
    """A unit as it stood when the wave closed: its place, its name, and the response as it may be told."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="units")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Codes from the organisation down, joined by " / ": the sort order of the tree.
    path = models.CharField(max_length=800)
    name = models.CharField(max_length=400)
    depth = models.PositiveSmallIntegerField()
    response_low = models.PositiveSmallIntegerField(null=True, blank=True)
    response_high = models.PositiveSmallIntegerField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="released_unit_path_unique")]


class ReleasedCell(models.Model):
    """One published figure, or the reason why it is withheld. `low`..`high` is all that is known; `value` its point."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(ReleasedUnit, on_delete=models.CASCADE, related_name="cells")
    measure = models.CharField(max_length=120)
    statistic = models.CharField(max_length=40)
    low = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "measure", "statistic"], name="released_cell_unique"),
            models.CheckConstraint(
                condition=models.Q(reason="", value__isnull=False) | (~models.Q(reason="") & models.Q(value=None)),
                name="released_cell_value_or_reason",
            ),
        ]
