"""How strongly factors go together within the organisation is published with a round."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0004_scope"),
        ("people", "0002_address_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleasedRelation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("statistic", models.CharField(max_length=10)),
                ("source", models.CharField(max_length=120)),
                ("target", models.CharField(max_length=120)),
                ("value", models.FloatField(blank=True, null=True)),
                ("low", models.FloatField(blank=True, null=True)),
                ("high", models.FloatField(blank=True, null=True)),
                ("n", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("too-few", "too few answers"),
                            ("protected", "withheld to protect people"),
                            ("no-data", "no data"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations", to="insights.release"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "kind", "statistic", "source", "target"), name="released_relation_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("value__isnull", False)),
                            models.Q(models.Q(("reason", ""), _negated=True), ("value", None)),
                            _connector="OR",
                        ),
                        name="released_relation_value_or_reason",
                    ),
                ],
            },
        ),
    ]
