"""Closed waves for the tests of this room: sealed answers and a frozen roster, made as the surveys room makes them."""

import datetime
import json
import uuid
from collections.abc import Mapping

from django.utils import timezone
from django_scopes import scope

from draagkracht.consent.vault import keys
from draagkracht.instruments import catalogue, content, document
from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
from draagkracht.people.models import Organisation, Person
from draagkracht.people.queries import unit_paths
from draagkracht.surveys.models import Campaign, Invitation, RosterEntry, Submission, Wave

DAY = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.UTC)
Scores = Mapping[str, float | None]


def version(organisation: Organisation, *instruments: str) -> QuestionnaireVersion:
    """A published questionnaire version of instruments of the catalogue."""
    slug = "-".join(instruments)
    found = QuestionnaireVersion.objects.filter(questionnaire__slug=slug).first()
    if found:
        return found
    draft = document.of_instruments({"en": "Survey"}, instruments, [])
    raw = content.build(draft, {name: catalogue.find(name) for name in instruments}, {})
    questionnaire = Questionnaire.objects.create(organisation=organisation, slug=slug, title={"en": "Survey"})
    return QuestionnaireVersion.objects.create(
        organisation=organisation,
        questionnaire=questionnaire,
        number=1,
        content=raw,
        content_hash=content.content_hash(raw),
    )


def wave(
    organisation: Organisation, name: str, answers: Mapping[Person, Scores | None], home: Mapping[Person, int],
    instruments: tuple[str, ...] = ("pulse", "bat-12"), number: int = 0, closed: bool = True,
    unit: str | None = None, groups: Mapping[Person, Mapping[str, str]] | None = None,
) -> Wave:  # fmt: skip
    """A wave in which `answers` holds each invited person's scores (None: no answer); `home` their unit's id.

    `unit` is the code of the unit that the wave is about; None is the whole organisation. `groups` holds each person's
    values of the breakdowns that the wave publishes.
    """
    with scope(organisation=organisation):
        asked = version(organisation, *instruments)
        campaign, _ = Campaign.objects.get_or_create(
            organisation=organisation, name="Barometer", defaults={"questionnaire": asked.questionnaire}
        )
        opens = DAY + datetime.timedelta(days=91 * number) if closed else timezone.now() - datetime.timedelta(days=2)
        made = Wave.objects.create(
            organisation=organisation,
            campaign=campaign,
            name=name,
            unit=organisation.units.get(code=unit) if unit else organisation.units.get(parent=None),
            version=asked,
            opens_at=opens,
            closes_at=opens + datetime.timedelta(days=14),
            opened_at=opens,
            closed_at=opens + datetime.timedelta(days=14) if closed else None,
            breakdowns=sorted({name for own in (groups or {}).values() for name in own}),
        )
        _seal(made, answers)
        if closed:
            paths = unit_paths(organisation)
            RosterEntry.objects.bulk_create(
                RosterEntry(
                    organisation=organisation,
                    wave=made,
                    pseudonym=person.pseudonym,
                    path=list(paths[home[person]]),
                    groups=dict((groups or {}).get(person, {})),
                    invited=True,
                    answered=given is not None,
                )
                for person, given in answers.items()
            )
    return made


def _seal(made: Wave, answers: Mapping[Person, Scores | None]) -> None:
    organisation, today = made.organisation, timezone.localdate(made.opens_at)
    invitations = Invitation.objects.bulk_create(
        Invitation(organisation=organisation, wave=made, person=person) for person in answers
    )
    new = [person for person in answers if person.key_id is None]
    for person in new:
        person.key_id = uuid.uuid4()
    keys.add_keys([person.key_id for person in new])
    Person.objects.bulk_update(new, ["key_id"], batch_size=500)
    given = [(i, scores) for i, scores in zip(invitations, answers.values(), strict=True) if scores is not None]
    rows = Submission.objects.bulk_create(
        Submission(
            organisation=organisation,
            invitation=invitation,
            wave=made,
            person=invitation.person,
            version=made.version,
            key_id=invitation.person.key_id,
            started_on=today,
            completed_on=today,
        )
        for invitation, _ in given
    )
    plain = [json.dumps({"answers": {"note": SECRET}, "scores": dict(scores)}).encode() for _, scores in given]
    sealed = keys.seal_many(
        (row.key_id, text, b"submission:%d" % row.id) for row, text in zip(rows, plain, strict=True)
    )  # fmt: skip
    for row, text in zip(rows, sealed, strict=True):
        row.sealed = text
    Submission.objects.bulk_update(rows, ["sealed"], batch_size=500)


# An answer that must never be seen by anybody else.
SECRET = "ik-werd-gepest-4711"
