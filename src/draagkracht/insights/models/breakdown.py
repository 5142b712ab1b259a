"""What was published of a wave by profession, years in service, contract or shift: tables of their own, so that whoever reads
figures of units reads those of units alone."""

from __future__ import annotations

from django.db import models

from draagkracht.people.models import Organisation

from .frozen import FrozenRow, Reason, frozen_rows
from .release import Release


class ReleasedBreakdown(FrozenRow):
    """Who was counted in which category, for one breakdown and one smallest group size k: what later waves, of units too, are
    compared with. It holds no answer.

    `atoms` = [[pseudonyms]]: a partition of the respondents whom the categories count, and last, if there are any, those whom
    only the whole counts. `alone` and `together` = categories with a figure of their own, and those that share one, until
    the year ends. `details` = [{"categories", "n", "invited", "answered", "held_back", "reason"}]: a row a figure, which only
    the privacy officer reads. No shared page reads `atoms`.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    breakdown = models.CharField(max_length=20)
    k = models.PositiveSmallIntegerField()
    alone = models.JSONField(default=list)
    together = models.JSONField(default=list)
    details = models.JSONField(default=list)
    atoms = models.JSONField(default=list)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "breakdown", "k"], name="released_breakdown_once_per_k")
        ]


class ReleasedCategory(FrozenRow):
    """The mean of one category for one measure, or the reason why it is withheld. `low`..`high` is all that is known.

    `categories` holds one value of the breakdown, or all those that share the figure; "" stands for people of whom the staff
    list did not say. `position` numbers the figures of a breakdown and measure, by name and never by value.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    breakdown = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    categories = models.JSONField()
    measure = models.CharField(max_length=120)
    low = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "breakdown", "measure", "position"], name="released_category_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reason="", value__isnull=False) | (~models.Q(reason="") & models.Q(value=None)),
                name="released_category_value_or_reason",
            ),
        ]
