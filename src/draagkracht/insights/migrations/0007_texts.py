"""Answers in own words are read by a human before they are published."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0006_benchmark"),
        ("people", "0003_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleasedQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=120)),
                ("title", models.JSONField()),
                ("place", models.PositiveSmallIntegerField()),
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
                ("released_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="insights.releasedunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReleasedText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="insights.releasedquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TextReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.UUIDField()),
                ("sealed", models.BinaryField(default=bytes)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="insights.release"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TextReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readers", to="insights.textreading"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TextDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=32)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("whole", "Whole"), ("shortened", "Shortened"), ("left-out", "Left Out")],
                        max_length=12,
                    ),
                ),
                ("without", models.JSONField(default=list)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="insights.textreading"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="releasedquestion",
            constraint=models.UniqueConstraint(fields=("unit", "code"), name="released_question_unique"),
        ),
        migrations.AddConstraint(
            model_name="releasedquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("n__isnull", False), ("reason", "")),
                    models.Q(models.Q(("reason", ""), _negated=True), ("n", None)),
                    _connector="OR",
                ),
                name="released_question_n_or_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedtext",
            constraint=models.UniqueConstraint(fields=("question", "place"), name="released_text_place"),
        ),
        migrations.AddConstraint(
            model_name="textreader",
            constraint=models.UniqueConstraint(fields=("reading", "account"), name="text_reader_once"),
        ),
        migrations.AddConstraint(
            model_name="textdecision",
            constraint=models.UniqueConstraint(fields=("reading", "mark", "number"), name="text_decision_numbered"),
        ),
    ]
