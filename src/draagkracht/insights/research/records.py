"""Whom an export may hold and what is known of them: standing consent, a key, closed waves. Call inside a scope."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from draagkracht.consent import purposes
from draagkracht.consent.models import Grant
from draagkracht.instruments import queries as instruments
from draagkracht.instruments.content import Content
from draagkracht.people.models import Membership
from draagkracht.surveys.models import RosterEntry, Wave
from draagkracht.surveys.queries import complete_answers

PURPOSE = "research"
Path = tuple[str, ...]


@dataclass(slots=True)
class Record:
    """One person in one wave. `years`: since the first day known of this person; None where it is not known.

    What is kept of the payload: `cells` for the file, `own` answers that count as background (None: missing), `routes`
    (asked or not, where that tells something), what was `told` to sensitive questions (None: no value).
    """

    person: int
    wave: int
    path: Path
    profession: str
    years: float | None
    cells: list[Any] = field(default_factory=list)
    own: dict[str, Any] = field(default_factory=dict)
    routes: tuple[bool, ...] = ()
    told: dict[str, Hashable] = field(default_factory=dict)


def closed_waves() -> list[Wave]:
    """Waves that are over, oldest first; only these can be asked for."""
    found = Wave.objects.filter(closed_at__isnull=False).select_related("campaign", "version")
    return list(found.order_by("closed_at", "id"))


def content_of(wave: Wave) -> Content:
    """What a wave asked."""
    return instruments.content(wave.version)


def consenting() -> dict[int, uuid.UUID]:
    """Person id -> pseudonym of everybody who said yes to the words as they stand now, and has a key."""
    number = max(purposes.catalogue()[PURPOSE])
    standing = Grant.objects.filter(purpose=PURPOSE, version=number, withdrawn_at=None)
    known = standing.filter(person__erased_at=None, person__key_id__isnull=False)
    return dict(known.values_list("person_id", "person__pseudonym"))


def answered(wave: Wave, people: Mapping[int, uuid.UUID]) -> Iterator[tuple[Record, dict]]:
    """Records of one wave, still empty, with their payloads: of these people only, a batch at a time."""
    paths = dict(RosterEntry.objects.filter(wave=wave).values_list("pseudonym", "path"))
    places = _places(timezone.localdate(wave.closed_at))
    for person, payload in complete_answers(wave, people):
        profession, years = places.get(person, ("", None))
        path = tuple(paths.get(people[person], ()))
        yield Record(person, wave.pk, path, profession, years), payload


def _places(day: datetime.date) -> dict[int, tuple[str, float | None]]:
    """Person id -> (profession, years since the first day) on that day."""
    periods: dict[int, list[tuple[datetime.date, str]]] = defaultdict(list)
    rows = Membership.objects.filter(starts_on__lte=day).order_by("starts_on", "id")
    for person, starts, profession in rows.values_list("person_id", "starts_on", "profession"):
        periods[person].append((starts, profession))
    return {person: (known[-1][1], (day - known[0][0]).days / 365.25) for person, known in periods.items()}


def depth_of(waves: Sequence[Wave]) -> int:
    """How many levels of units there are below the organisation in these waves."""
    paths = RosterEntry.objects.filter(wave__in=waves).values_list("path", flat=True).distinct()
    return max((len(path) - 1 for path in paths), default=0)
