"""What the gate found is kept with the release."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0009_sharing"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="gate",
            field=models.JSONField(default=dict),
        ),
    ]
