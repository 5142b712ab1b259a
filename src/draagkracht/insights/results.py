"""What the room of surveys asks about figures, through the setting WAVE_RESULTS."""

from django.urls import reverse

from draagkracht.insights.models import Release
from draagkracht.people.models import Unit
from draagkracht.people.rules import Standing
from draagkracht.surveys.published import Results
from draagkracht.surveys.rules import RUNS_SURVEYS


def of_wave(wave_id: int, unit: Unit, standing: Standing) -> Results | None:
    """When a wave of `unit` was published, and where whoever runs it reads its figures; None before. Call inside the scope.

    A wave of the whole organisation leads to its page; one of a unit leads to the page of that unit.
    """
    release = Release.objects.filter(wave_id=wave_id).only("released_at").first()
    if release is None:
        return None
    whole = unit.parent_id is None and standing.whole_roles & set(RUNS_SURVEYS)
    page = reverse("insights:organisation") if whole else reverse("insights:unit", args=[unit.pk])
    return Results(release.released_at, f"{page}?wave={release.pk}")
