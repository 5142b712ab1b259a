"""A release knows about which unit its round was; what was published before learns it from its wave."""

from django.db import migrations, models


def from_waves(apps, schema_editor) -> None:
    """A release whose wave is gone counts as one of the whole organisation, as it was shown until now."""
    releases = apps.get_model("insights", "Release")._base_manager
    waves = apps.get_model("surveys", "Wave")._base_manager
    units = apps.get_model("people", "Unit")._base_manager
    for release in releases.only("id", "wave_id"):
        wave = waves.filter(id=release.wave_id).only("unit_id").first()
        unit = wave and units.get(id=wave.unit_id)
        if unit is None:
            continue
        path, above = [unit.code], unit.parent_id
        while above is not None:
            parent = units.get(id=above)
            path, above = [parent.code, *path], parent.parent_id
        releases.filter(id=release.id).update(scope=path, scope_name=unit.name)


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0003_research"),
        ("people", "0002_address_change"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.AddField("release", "scope", models.JSONField(default=list)),
        migrations.AddField("release", "scope_name", models.CharField(blank=True, max_length=200)),
        migrations.AddField("release", "without_figures", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.RunPython(from_waves, migrations.RunPython.noop),
    ]
