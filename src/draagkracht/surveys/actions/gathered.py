"""Complete answers that did not come through the answer page: brought in from elsewhere, or of the demo organisation."""

import datetime
import json
from collections.abc import Mapping, Sequence

from django.db import connection

from draagkracht.consent.vault import keys
from draagkracht.instruments.content import Content
from draagkracht.instruments.questions import Answer
from draagkracht.people.models import Person

from .. import sheet
from ..models import Invitation, Submission, Wave
from ..queries import context
from .answering import scored

Answered = tuple[Person, Mapping[str, Answer], datetime.date]


def store_complete(wave: Wave, rows: Sequence[Answered]) -> None:
    """Scores and seals one submission for each (person with a key, answers by question code, day of completion).

    Invites whoever was not invited. Few statements for any number of rows; call it in the transaction of the act,
    inside the organisation's scope. Raises ValueError for an answer that the questionnaire does not know.
    """
    content = sheet.content(wave.version_id, wave.version.content_hash)
    payloads = [_payload(content, answers) for _person, answers, _day in rows]
    invitations = _invitations(wave, [person for person, _answers, _day in rows])
    made = Submission.objects.bulk_create(
        [
            Submission(
                organisation_id=wave.organisation_id,
                invitation=invitations[person.pk],
                wave=wave,
                person=person,
                version_id=wave.version_id,
                key_id=person.key_id,  # type: ignore[misc]  # the caller gave each a key
                started_on=day,
                completed_on=day,
            )
            for person, _answers, day in rows
        ],
        batch_size=500,
    )
    sealed = keys.seal_many((row.key_id, payload, context(row.pk)) for row, payload in zip(made, payloads, strict=True))
    pairs = [(bytes_, row.pk) for bytes_, row in zip(sealed, made, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE surveys_submission SET sealed = %s WHERE id = %s", pairs)


def _invitations(wave: Wave, persons: Sequence[Person]) -> dict[int, Invitation]:
    found = {i.person_id: i for i in Invitation.objects.filter(wave=wave)}
    absent = [person for person in persons if person.pk not in found]
    made = Invitation.objects.bulk_create(
        [Invitation(organisation_id=wave.organisation_id, wave=wave, person=person) for person in absent],
        batch_size=500,
    )
    return found | {i.person_id: i for i in made}


def _payload(content: Content, answers: Mapping[str, Answer]) -> bytes:
    return json.dumps(scored(content, sheet.accepted(content, answers)), separators=(",", ":")).encode()
