"""What stands behind a personal link, read in one statement: it runs for every saved answer.

Straight SQL, and so outside the scopes: the link itself is the permission, for exactly one invitation.
"""

import uuid
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from draagkracht.instruments.questions import Question

from . import links


class Refused(Exception):
    """A link or an answer that is not accepted: `code` for the machine, `status` for HTTP; `words` has the sentences.

    `question` is the one that has no such answer, where it is known.
    """

    def __init__(self, code: str, status: int, item: str = "", question: Question | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.item = item
        self.question = question


@dataclass(slots=True)
class Entry:
    """One invitation with its wave, its person's key and its submission (None: not begun)."""

    invitation_id: int
    organisation_id: int
    person_id: int
    wave_id: int
    version_id: int
    version_hash: str
    nonce: str
    link_number: int
    revoked: bool
    erased: bool
    opened: bool
    over: bool
    submission_id: int | None
    sealed: bytes
    key_id: uuid.UUID | None
    completed: bool
    device_hash: str


QUERY = """
SELECT i.id, i.organisation_id, i.person_id, i.wave_id, w.version_id, v.content_hash, i.nonce, i.link_number,
       i.revoked_at IS NOT NULL, p.erased_at IS NOT NULL, w.opened_at IS NOT NULL,
       w.closed_at IS NOT NULL OR w.closes_at <= %s,
       s.id, s.sealed, s.key_id, s.completed_on IS NOT NULL, s.device_hash
FROM surveys_invitation i
JOIN surveys_wave w ON w.id = i.wave_id
JOIN instruments_questionnaireversion v ON v.id = w.version_id
JOIN people_person p ON p.id = i.person_id
LEFT JOIN surveys_submission s ON s.invitation_id = i.id
WHERE i.public_id = %s
"""
# PostgreSQL: saves of one person queue up, and a completion also holds off the closing of its wave. The lock is a
# statement of its own: a statement that waited for a lock still reads what it saw before it waited. On SQLite the
# transaction itself is the only writer.
LOCK = {
    "save": "SELECT 1 FROM surveys_invitation WHERE public_id = %s FOR UPDATE",
    "complete": "SELECT 1 FROM surveys_invitation i JOIN surveys_wave w ON w.id = i.wave_id WHERE i.public_id = %s "
    "FOR UPDATE OF i FOR SHARE OF w",
}
# And the submission, which the short way of a save (actions.answering) writes without the lock of its invitation.
LOCK_ANSWERS = (
    "SELECT 1 FROM surveys_submission WHERE invitation_id = "
    "(SELECT id FROM surveys_invitation WHERE public_id = %s) FOR UPDATE"
)


def find(token: str, lock: str = "") -> Entry:
    """The entry of a token. Raises Refused 404 for a link that never was, 410 for one that was taken back."""
    parts = links.split(token)
    if parts is None:
        raise Refused("unknown-link", 404)
    public_id, code = parts
    entry = _read(public_id, lock)
    verdict = links.FOREIGN if entry is None else links.judge(public_id, entry.nonce, entry.link_number, code)
    if entry is None or verdict == links.FOREIGN:
        raise Refused("unknown-link", 404)
    if entry.erased or entry.revoked:
        raise Refused("revoked-link", 410)
    if verdict == links.REPLACED:
        raise Refused("replaced-link", 410)
    return entry


def _read(public_id: str, lock: str) -> Entry | None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        if lock and connection.features.has_select_for_update_of:
            cursor.execute(LOCK[lock], [public_id])
            cursor.execute(LOCK_ANSWERS, [public_id])
        cursor.execute(QUERY, [now, public_id])
        row = cursor.fetchone()
    if row is None:
        return None
    entry = Entry(*row)
    entry.sealed = bytes(entry.sealed or b"")
    if entry.key_id is not None and not isinstance(entry.key_id, uuid.UUID):
        entry.key_id = uuid.UUID(entry.key_id)
    return entry
