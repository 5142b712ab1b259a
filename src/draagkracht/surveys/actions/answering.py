"""Acts of whoever holds a personal link: begin, save, complete. Each is one transaction."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scope

from draagkracht.consent import purposes
from draagkracht.consent.actions import ensure_key, grant
from draagkracht.consent.vault import keys
from draagkracht.instruments.content import Content
from draagkracht.instruments.questions import Answer
from draagkracht.people.models import Person
from draagkracht.science.scoring import ALGORITHM
from draagkracht.ui.refusal import Refusal

from .. import answers, entry, sheet
from ..entry import Entry, Refused
from ..models import Submission
from ..queries import PURPOSE, context

# All answers of one person together: some hundred long texts.
MOST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the first screen showed when "Begin" was pressed: hash of the words, and their language."""

    hash: str
    language: str


@dataclass(frozen=True, slots=True)
class Saved:
    """`rev` is the revision after the save; `kept` are items where a newer answer of another tab stayed."""

    rev: int
    kept: Sequence[str]


def save(
    token: str, version: str, changes: Sequence[answers.Change], agreement: Agreement | None = None, device: str = ""
) -> Saved:
    """Stores a few answers; the first time it also begins. A retry is harmless. Raises Refused; then nothing is stored."""
    if connection.features.has_select_for_update:
        done = _save_in_place(token, version, changes)
        if done:
            return done
    with transaction.atomic():
        found = entry.find(token, "save")
        _admit(found, version)
        if found.completed:
            raise Refused("completed", 409)
        opener, payload = _payload(found, agreement, device)
        kept = _merge(found, payload, changes)
        _write(found, opener, payload)
    return Saved(payload["rev"], kept)


def _save_in_place(token: str, version: str, changes: Sequence[answers.Change]) -> Saved | None:
    """The short way where a server locks rows: half the round trips, since one conditional statement needs no transaction.

    Every sealing has a nonce of its own, so "still the bytes that were read" means "nothing happened since". None: it
    has not begun, it is complete, or somebody else was quicker; then the long way decides.
    """
    found = entry.find(token)
    _admit(found, version)
    if found.submission_id is None or found.completed:
        return None
    read = found.sealed
    opener, payload = _payload(found, None, "")
    kept = _merge(found, payload, changes)
    return Saved(payload["rev"], kept) if _write(found, opener, payload, read) else None


def complete(
    token: str,
    version: str,
    brought: Callable[[Content], Sequence[answers.Change]],
    agreement: Agreement | None = None,
    device: str = "",
) -> bool:
    """Merges what came along, scores and seals for good; False when that had happened before. Raises Refused.

    `brought` reads what came along, once it is known which questionnaire it answers. Answers to questions that are not
    asked of somebody who answered so are dropped.
    """
    with transaction.atomic():
        found = entry.find(token, "complete")
        if found.completed:
            return False
        _admit(found, version)
        opener, payload = _payload(found, agreement, device)
        content = sheet.content(found.version_id, found.version_hash)
        _merge(found, payload, brought(content))
        counted = content.counted(payload["answers"])
        if not any(value is not None for value in counted.values()):
            raise Refused("nothing-answered", 422)
        _write(found, opener, scored(content, counted))
        _mark_complete(found)
    return True


def device_hash(device: str) -> str:
    """What is stored of the browser's cookie."""
    return hashlib.sha256(device.encode()).hexdigest() if device else ""


def opened_payload(found: Entry) -> dict:
    """The payload behind a link, for the person's own eyes. Raises Refused 410 when its key is gone."""
    opener = _opener(found)
    return json.loads(opener.unseal(found.sealed, context(found.submission_id)))  # type: ignore[arg-type]


def _admit(found: Entry, version: str) -> None:
    if not found.opened:
        raise Refused("not-open", 409)
    if found.over:
        raise Refused("closed", 410)
    if version != found.version_hash[: len(version)] or len(version) < 8:
        raise Refused("other-version", 409)


def _payload(found: Entry, agreement: Agreement | None, device: str) -> tuple[keys.Opener, dict]:
    if found.submission_id is None:
        if agreement is None:
            raise Refused("consent-missing", 409)
        _begin(found, agreement, device)
        return _opener(found), answers.blank(found.version_hash)
    opener = _opener(found)
    return opener, json.loads(opener.unseal(found.sealed, context(found.submission_id)))


def _opener(found: Entry) -> keys.Opener:
    try:
        return keys.Opener(found.key_id)  # type: ignore[arg-type]
    except keys.KeyGone as error:
        raise Refused("revoked-link", 410) from error


def _begin(found: Entry, agreement: Agreement, device: str) -> None:
    with scope(organisation=found.organisation_id):
        # The invitation is locked already: two tabs can not begin at once.
        person = Person.objects.select_related("organisation", "account").get(pk=found.person_id)
        try:
            grant(person, PURPOSE, agreement.language, agreement.hash, account=person.account)
            found.key_id = ensure_key(person)
        except Refusal as refusal:
            raise Refused("consent-changed" if refusal.status == 409 else "revoked-link", refusal.status) from refusal
        except (purposes.UnknownPurpose, keys.KeyGone) as error:
            raise Refused("revoked-link", 410) from error
        made = Submission.objects.create(
            organisation_id=found.organisation_id,
            invitation_id=found.invitation_id,
            wave_id=found.wave_id,
            person=person,
            version_id=found.version_id,
            key_id=found.key_id,
            device_hash=device_hash(device),
            started_on=timezone.localdate(),
        )
    found.submission_id = made.pk


def _merge(found: Entry, payload: dict, changes: Iterable[answers.Change]) -> list[str]:
    questions = sheet.content(found.version_id, found.version_hash).question
    try:
        checked = answers.check(questions, changes)
    except answers.UnknownItem as error:
        raise Refused("unknown-item", 422, error.args[0]) from error
    except answers.OutOfRange as error:
        raise Refused("out-of-range", 422, error.args[0], questions[error.args[0]]) from error
    return answers.merge(payload, checked)


def scored(content: Content, counted: Mapping[str, Answer]) -> dict:
    """The payload of a complete submission, from the answers that count. Raises ValueError naming a bad answer."""
    return {
        "version": content.hash,
        "algorithm": ALGORITHM,
        "answers": dict(counted),
        "seen": {},
        "scores": sheet.measures(content, counted),
    }


def _write(found: Entry, opener: keys.Opener, payload: dict, read: bytes | None = None) -> bool:
    """Stores the payload; with `read` only if these bytes still stand there. False when they do not."""
    # As UTF-8, not escaped: a text takes as much room as its letters do.
    plain = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    if len(plain) > MOST_BYTES:
        raise Refused("too-large", 413)
    sealed = opener.seal(plain, context(found.submission_id))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        if read is None:
            cursor.execute("UPDATE surveys_submission SET sealed = %s WHERE id = %s", [sealed, found.submission_id])
        else:
            unchanged = (
                "UPDATE surveys_submission SET sealed = %s WHERE id = %s AND sealed = %s AND completed_on IS NULL"
            )
            cursor.execute(unchanged, [sealed, found.submission_id, read])
        return cursor.rowcount == 1


def _mark_complete(found: Entry) -> None:
    # The browser that began stays the one that sees the result: a link may have passed through other hands since.
    with scope(organisation=found.organisation_id):
        Submission.objects.filter(pk=found.submission_id).update(completed_on=timezone.localdate())  # type: ignore[misc]


def delete_open(person: Person) -> int:
    """Deletes what this person answered in waves that still run (for a withdrawn consent); returns how many."""
    running = Submission.objects.filter(person=person, wave__closed_at=None)
    return running.delete()[0]
