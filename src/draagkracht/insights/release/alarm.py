"""The alarm afterwards: what people really answered, for an attack on what was published. It stays in memory and is logged."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from draagkracht.consent.actions import log_access
from draagkracht.insights.models import Release
from draagkracht.insights.release.rows import person_ids
from draagkracht.people.actions import audit
from draagkracht.people.models import Organisation
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import Scores, sealed_scores

# A person who is counted and has no score (skipped, or erased since) is taken to stand in the middle.
MIDDLE = 0.5
Shares = dict[str, float]


def real_answers(
    organisation: Organisation, measures: Mapping[str, tuple[float, float]], people: Collection[str]
) -> dict[str, dict[str, Shares]]:
    """{measure: {round: {pseudonym as hex: share of the range}}} for `people`, from the sealed answers of published rounds.

    `measures` = {id: (lowest, highest score)}. For each round it is supposed that everybody had always answered as in that
    round; who has no score in it gets the one of the nearest earlier round, else of the next later one, else the middle.
    Whoever is counted reads in their log that this was done; one audit line. Call inside the organisation's scope.
    """
    with transaction.atomic():
        log_access(person_ids({uuid.UUID(person) for person in people}), None, "", "released.audited")
        audit(organisation, None, "released.audited", measures=len(measures), people=len(people))
        rounds = _rounds()
    return {
        measure: {name: _filled(at, measure, ends, rounds, people) for at, (name, _) in enumerate(rounds)}
        for measure, ends in measures.items()
    }


def _rounds() -> list[tuple[str, Mapping[uuid.UUID, Scores]]]:
    """Name and scores of every published round that still exists, oldest first."""
    releases = list(Release.objects.order_by("closed_on", "id"))
    known = Wave.objects.in_bulk([release.wave_id for release in releases])
    return [
        (f"{number}: {release.wave_name}", sealed_scores(known[release.wave_id]))
        for number, release in enumerate(releases, 1)
        if release.wave_id in known
    ]


def _filled(
    at: int, measure: str, ends: tuple[float, float], rounds: Sequence[tuple[str, Mapping[uuid.UUID, Scores]]],
    people: Collection[str],
) -> Shares:  # fmt: skip
    low, high = ends
    order = [*range(at, -1, -1), *range(at + 1, len(rounds))]
    found: Shares = {}
    for number in order:
        for person, scores in rounds[number][1].items():
            value = scores.get(measure)
            if value is not None and person.hex not in found:
                found[person.hex] = (value - low) / (high - low)
    return {person: found.get(person, MIDDLE) for person in people}
