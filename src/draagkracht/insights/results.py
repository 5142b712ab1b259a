"""What the room of surveys asks about figures, through the setting WAVE_RESULTS."""

from django.urls import reverse

from draagkracht.insights.models import Release
from draagkracht.people.rules import Standing
from draagkracht.surveys.models import Wave
from draagkracht.surveys.published import Results
from draagkracht.surveys.rules import RUNS_SURVEYS


def of_wave(wave: Wave, standing: Standing) -> Results | None:
    """When a wave was published, and where whoever runs it reads its figures; None before. Call inside the scope.

    A wave of the whole organisation leads to its page; one of a unit leads to the page of that unit.
    """
    release = Release.objects.filter(wave_id=wave.pk).only("released_at").first()
    if release is None:
        return None
    whole = wave.unit.parent_id is None and standing.whole_roles & set(RUNS_SURVEYS)
    page = reverse("insights:organisation") if whole else reverse("insights:unit", args=[wave.unit_id])
    return Results(release.released_at, f"{page}?wave={release.pk}")
