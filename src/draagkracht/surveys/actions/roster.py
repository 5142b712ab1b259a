"""The list that is frozen when a wave closes: who belonged where, who answered, and by what figures are published."""

from collections.abc import Collection, Mapping

from django.utils import timezone

from draagkracht.people.models import Membership, Person
from draagkracht.people.queries import members_on, unit_paths, units_below, work_of

from ..models import Invitation, RosterEntry, Submission, Wave


def freeze(wave: Wave) -> list[RosterEntry]:
    """Writes the roster of a wave that closes now. Call in the transaction that closes it."""
    below, paths = units_below(wave.organisation)[wave.unit_id], unit_paths(wave.organisation)
    today = dict(members_on(timezone.localdate()))
    invited = set(Invitation.objects.filter(wave=wave).values_list("person_id", flat=True))
    done = set(Submission.objects.filter(wave=wave, completed_on__isnull=False).values_list("person_id", flat=True))
    places = {person: unit for person, unit in today.items() if unit in below or person in invited}
    places |= _last_places(invited - places.keys())
    groups = _groups(wave, places.keys())
    alive = dict(Person.objects.filter(erased_at=None).values_list("pk", "pseudonym"))
    return RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                organisation_id=wave.organisation_id,
                wave=wave,
                pseudonym=alive[person],
                path=list(paths[unit]),
                groups=groups.get(person, {}),
                invited=person in invited,
                answered=person in done,
            )
            for person, unit in sorted(places.items())
            if person in alive
        ],
        batch_size=500,
    )


def _groups(wave: Wave, persons: Collection[int]) -> dict[int, dict[str, str]]:
    """What the wave publishes figures by, as it stands today; nothing else about how people work is frozen."""
    if not wave.breakdowns:
        return {}
    told = work_of(set(persons), timezone.localdate())
    return {person: {name: own[name] for name in wave.breakdowns} for person, own in told.items()}


def _last_places(persons: set[int]) -> Mapping[int, int]:
    rows = Membership.objects.filter(person_id__in=persons).order_by("starts_on", "id")
    return dict(rows.values_list("person_id", "unit_id"))
