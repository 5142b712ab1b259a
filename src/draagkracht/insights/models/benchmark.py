"""Figures of others to stand beside one's own. They belong to no organisation: they are the same for all."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .frozen import FrozenManager, FrozenRow


class NoBenchmark(models.TextChoices):
    """Why the organisations of this installation make no benchmark for a measure; the codes of science.benchmark."""

    FEW_ORGANISATIONS = "few-organisations", _("fewer than ten organisations measured it in the same words")
    FEW_PEOPLE = "few-people", _("fewer than a hundred people are counted")
    ONE_TOO_LARGE = "one-too-large", _("one organisation has more than a quarter of the people")


class Benchmark(FrozenRow):
    """One measure, of one year: a mean with its 95 % interval, or the reason why there is none.

    `here`: made of the organisations of this installation, once a year, of figures that each had published about its whole.
    Otherwise a norm that the administrator brought from a publication; of two norms the later row counts. `low` and `high`
    are the ends of the scale, `mean_low` and `mean_high` those of the interval; `sd` is the spread between people, None
    where unknown; `organisations` is None for a norm; `country` is "" for every country. `population` = {language: text}.
    `wording` = {language: short hash} of the words that all these organisations asked in; empty for a norm.
    """

    here = models.BooleanField()
    year = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2, blank=True)
    measure = models.CharField(max_length=120)
    low = models.FloatField()
    high = models.FloatField()
    mean = models.FloatField(null=True, blank=True)
    mean_low = models.FloatField(null=True, blank=True)
    mean_high = models.FloatField(null=True, blank=True)
    sd = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    organisations = models.PositiveSmallIntegerField(null=True, blank=True)
    population = models.JSONField(default=dict)
    source = models.CharField(max_length=400, blank=True)
    wording = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, blank=True, choices=NoBenchmark.choices)
    algorithm = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=timezone.now)
    objects = FrozenManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "measure"], condition=Q(here=True), name="benchmark_once_a_year"),
            models.CheckConstraint(
                condition=Q(reason="", mean__isnull=False, n__gte=100) | (~Q(reason="") & Q(mean=None)),
                name="benchmark_mean_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.year}"
