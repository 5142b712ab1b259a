"""How factors go together, as it was published with a wave."""

from django.db import models

from draagkracht.people.models import Organisation

from .frozen import FrozenRow, Reason, frozen_rows
from .release import Release


class ReleasedRelation(FrozenRow):
    """How strongly two things go together within the organisation, or the reason why that is withheld.

    `kind` is "impact" (one round: a demand or resource with strain or engagement), "gain" or "loss" (from one round to the
    next). `statistic`: "partial" (all factors beside each other), "simple" (this factor alone) or "lagged" (given what the
    target was before). `source` and `target` are the id of a measure as it is scored, or "demands", "resources", "strain",
    "engagement": the mean of the standardised measures that `detail` names, more of it upward. `value` is a standardised coefficient, `low`..`high` its
    95 % interval; `n` respondents, of two rounds rounded down to fives. `detail` = {"source": [measure ids], "target": [measure ids],
    "rounds": [[earlier, later] names of each pair], "tangled": the other factors tell most of this one}.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="relations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    statistic = models.CharField(max_length=10)
    source = models.CharField(max_length=120)
    target = models.CharField(max_length=120)
    value = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    detail = models.JSONField(default=dict)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind", "statistic", "source", "target"], name="released_relation_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(reason="", value__isnull=False) | (~models.Q(reason="") & models.Q(value=None)),
                name="released_relation_value_or_reason",
            ),
        ]
