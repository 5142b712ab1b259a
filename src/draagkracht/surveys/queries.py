"""Shared reads of this room: waves, who was invited, and (for the one door) rosters and sealed scores."""

import datetime
import json
import uuid
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from draagkracht.consent.models import Grant
from draagkracht.consent.vault import keys
from draagkracht.instruments.questions import Answer
from draagkracht.people.models import Person

from . import links, sheet
from .models import Invitation, RosterEntry, Submission, Wave

PURPOSE = "measure"
# From this version on the words of that purpose say who reads what people wrote themselves.
TELLS_WHO_READS = 2
Scores = dict[str, float | None]


def roster(wave: Wave) -> list[tuple[uuid.UUID, tuple[str, ...], bool, bool]]:
    """(pseudonym, unit codes from the organisation down, invited, answered) of everybody when the wave closed."""
    rows = RosterEntry.objects.filter(wave=wave).order_by("id")
    return [
        (pseudonym, tuple(path), invited, answered)
        for pseudonym, path, invited, answered in rows.values_list("pseudonym", "path", "invited", "answered")
    ]


def roster_groups(wave: Wave) -> dict[uuid.UUID, dict[str, str]]:
    """Pseudonym -> {breakdown: value} as frozen when the wave closed, for the breakdowns that it publishes.

    Empty for the waves that publish none.
    """
    rows = RosterEntry.objects.filter(wave=wave).order_by("id")
    return dict(rows.values_list("pseudonym", "groups")) if wave.breakdowns else {}


def sealed_scores(wave: Wave) -> dict[uuid.UUID, Scores]:
    """Scores by pseudonym of every complete answer of a wave that may still be counted.

    Left out: whose key is gone, and whose consent stands withdrawn. Who never gave one here, because the answers were
    brought in from elsewhere, stays in.
    """
    rows = list(_counted(wave).values_list("id", "key_id", "sealed", "person__pseudonym"))
    opened = keys.unseal_many((key_id, sealed, context(number)) for number, key_id, sealed, _ in rows)
    return {
        pseudonym: json.loads(plain)["scores"]
        for (_, _, _, pseudonym), plain in zip(rows, opened, strict=True)
        if plain is not None
    }


def _counted(wave: Wave) -> QuerySet[Submission]:
    # One list of persons rather than a look-up per answer: quick for ten thousand of them.
    standing = Count("pk", filter=Q(withdrawn_at=None))
    grants = Grant.objects.filter(organisation=wave.organisation_id, purpose=PURPOSE).values("person")
    withdrawn = grants.annotate(standing=standing).filter(standing=0).values("person")
    complete = Submission.objects.filter(wave=wave, completed_on__isnull=False).exclude(person__in=withdrawn)
    return complete.order_by("id")


def complete_answers(wave: Wave, people: Container[int], batch: int = 1000) -> Iterator[tuple[int, dict]]:
    """(person id, payload) of every complete answer of these people that `sealed_scores` counts, a batch at a time.

    Only for the export for research: `people` said yes to that. Nobody else's answers are opened.
    """
    rows = _counted(wave).values_list("id", "key_id", "sealed", "person_id")
    last = 0
    while page := list(rows.filter(id__gt=last)[:batch]):
        last = page[-1][0]
        asked = [row for row in page if row[3] in people]
        opened = keys.unseal_many((key_id, sealed, context(number)) for number, key_id, sealed, _ in asked)
        for (_, _, _, person_id), plain in zip(asked, opened, strict=True):
            if plain is not None:
                yield person_id, json.loads(plain)


def text_answers(wave: Wave, codes: Collection[str], batch: int = 1000) -> dict[str, list[tuple[uuid.UUID, str]]]:
    """(pseudonym, text) by code of these questions, of every complete answer that `sealed_scores` counts and whose person
    had read, by the day of completing, words of the purpose that say who reads texts.

    Nothing but the answers to `codes` leaves this function. A question that nobody answered has an empty list.
    """
    rows = _told(wave).values_list("id", "key_id", "sealed", "person__pseudonym")
    found: dict[str, list[tuple[uuid.UUID, str]]] = {code: [] for code in codes}
    last = 0
    while page := list(rows.filter(id__gt=last)[:batch]):
        last = page[-1][0]
        opened = keys.unseal_many((key_id, sealed, context(number)) for number, key_id, sealed, _ in page)
        for (_, _, _, pseudonym), plain in zip(page, opened, strict=True):
            answers = json.loads(plain)["answers"] if plain is not None else {}
            for code in codes:
                if isinstance(answers.get(code), str):
                    found[code].append((pseudonym, answers[code]))
    return found


def told_who_reads(wave: Wave) -> set[uuid.UUID]:
    """Pseudonyms of everybody whose answers `text_answers` opens, whether or not they wrote anything."""
    return set(_told(wave).values_list("person__pseudonym", flat=True))


def _told(wave: Wave) -> QuerySet[Submission]:
    read = Grant.objects.filter(person=OuterRef("person"), purpose=PURPOSE, version__gte=TELLS_WHO_READS)
    in_time = read.annotate(on=TruncDate("granted_at")).filter(on__lte=OuterRef("completed_on"))
    return _counted(wave).filter(Exists(in_time))


def context(submission_id: int) -> bytes:
    """What binds a sealed payload to its row."""
    return b"submission:%d" % submission_id


@dataclass(frozen=True)
class OwnWave:
    """One complete answer of one person. `content` is the questionnaire version's content, `scores` by measure id.

    `version_hash` is the hash of that content: with it a version that was read before need not be read again. `closes_on` is
    the day by which everybody names the round: the day it closed, or will close.
    """

    wave_id: int
    wave_name: str
    completed_on: datetime.date
    closes_on: datetime.date
    scores: Scores
    answers: dict[str, Answer]
    version_id: int
    content: Mapping[str, Any]
    version_hash: str


def own_history(person: Person) -> list[OwnWave]:
    """Everything that this person completed, oldest first. Only for the person's own eyes."""
    mine = Submission.objects.filter(person=person, completed_on__isnull=False)
    rows = list(mine.select_related("wave", "version").defer("version__content").order_by("completed_on", "id"))
    opened = keys.unseal_many((row.key_id, row.sealed, context(row.id)) for row in rows)
    found = []
    for row, plain in zip(rows, opened, strict=True):
        if plain is not None:
            payload = json.loads(plain)
            found.append(
                OwnWave(
                    row.wave_id,
                    row.wave.name,
                    row.completed_on,  # type: ignore[arg-type]
                    timezone.localdate(row.wave.closed_at or row.wave.closes_at),
                    payload["scores"],
                    payload["answers"],
                    row.version_id,
                    sheet.content(row.version_id, row.version.content_hash).raw,
                    row.version.content_hash,
                )
            )
    return found


@dataclass(frozen=True)
class OpenInvitation:
    """A questionnaire that waits for this person: where it is, until when, and whether it was begun."""

    wave_name: str
    token: str
    closes_at: datetime.datetime
    started: bool


def open_invitations(person: Person) -> list[OpenInvitation]:
    """Invitations of open waves that this person did not complete, the first to close first."""
    now = timezone.now()
    mine = Invitation.objects.filter(
        person=person,
        revoked_at=None,
        wave__opened_at__isnull=False,
        wave__closed_at=None,
        wave__closes_at__gt=now,
    )
    begun = Submission.objects.filter(invitation=OuterRef("pk"))
    waiting = mine.exclude(Exists(begun.filter(completed_on__isnull=False))).annotate(started=Exists(begun))
    return [
        OpenInvitation(i.wave.name, link_token(i), i.wave.closes_at, i.started)  # type: ignore[attr-defined]
        for i in waiting.select_related("wave").order_by("wave__closes_at")
    ]


def link_token(invitation: Invitation) -> str:
    """The token of the link that is valid now."""
    return links.token(invitation.public_id, invitation.nonce, invitation.link_number)
