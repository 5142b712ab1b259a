"""The one live figure: how many took part so far, rounded, once a day, never below k people."""

from collections import Counter

from django.utils import timezone

from draagkracht.people.models import Unit
from draagkracht.people.queries import members_on, unit_paths
from draagkracht.science.disclosure import Policy, live_participation

from ..models import Invitation, Submission, Wave


def refresh_participation(wave: Wave) -> bool:
    """Stores today's figures on the wave; False when they are of today already, so that nobody watches single answers."""
    today = timezone.localdate()
    if wave.participation_on == today or not wave.opened_at or wave.closed_at:
        return False
    wave.participation, wave.participation_on = _figures(wave), today
    wave.save(update_fields=["participation", "participation_on"])
    return True


def _figures(wave: Wave) -> list[list]:
    """[path of codes, name, [answered rounded to fives, invited] or None] of every unit of the wave, in tree order."""
    paths, invited, answered = unit_paths(wave.organisation), Counter[tuple](), Counter[tuple]()
    done = set(Submission.objects.filter(wave=wave, completed_on__isnull=False).values_list("person_id", flat=True))
    places = dict(members_on(timezone.localdate()))
    for person in Invitation.objects.filter(wave=wave, revoked_at=None).values_list("person_id", flat=True):
        path = paths.get(places.get(person, 0), ())
        for depth in range(1, len(path) + 1):
            invited[path[:depth]] += 1
            answered[path[:depth]] += person in done
    policy = Policy.for_country(wave.organisation.country, strain=False, raised=wave.organisation.raised_k)
    top = len(paths[wave.unit_id])
    names = {paths[unit.pk]: unit.name for unit in Unit.objects.all()}
    rows = []
    for path in sorted(path for path in invited if path[:top] == paths[wave.unit_id]):
        taking_part = live_participation(invited[path], answered[path], policy.k)
        rows.append([list(path), names[path], None if taking_part is None else [taking_part, invited[path]]])
    return rows
