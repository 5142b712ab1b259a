"""Figures of others, to stand beside one's own."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

REASONS = [
    ("few-organisations", "fewer than ten organisations measured it in the same words"),
    ("few-people", "fewer than a hundred people are counted"),
    ("one-too-large", "one organisation has more than a quarter of the people"),
]


class Migration(migrations.Migration):
    dependencies = [("insights", "0005_relations")]

    operations = [
        migrations.CreateModel(
            name="Benchmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("here", models.BooleanField()),
                ("year", models.PositiveSmallIntegerField()),
                ("country", models.CharField(blank=True, max_length=2)),
                ("measure", models.CharField(max_length=120)),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("mean", models.FloatField(blank=True, null=True)),
                ("mean_low", models.FloatField(blank=True, null=True)),
                ("mean_high", models.FloatField(blank=True, null=True)),
                ("sd", models.FloatField(blank=True, null=True)),
                ("n", models.PositiveIntegerField(blank=True, null=True)),
                ("organisations", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("population", models.JSONField(default=dict)),
                ("source", models.CharField(blank=True, max_length=400)),
                ("wording", models.JSONField(default=dict)),
                ("reason", models.CharField(blank=True, choices=REASONS, max_length=20)),
                ("algorithm", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(here=True), fields=["year", "measure"], name="benchmark_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=Q(reason="", mean__isnull=False, n__gte=100) | (~Q(reason="") & Q(mean=None)),
                        name="benchmark_mean_or_reason",
                    ),
                ]
            },
        ),
    ]
