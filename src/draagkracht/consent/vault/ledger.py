"""The ledger of erasures: who is gone for good, in pseudonyms only.

It stands twice: as table `Erasure` in the vault, and as `erasures.jsonl` beside the data, one line an erasure, only ever
appended to and synced to the disk *before* anything is destroyed. So an erasure that was cut off in the middle is
finished at the next start, and a copy of the data that is older than an erasure loses that person again, however the
copy came back. The file names no key of the past and no identity; it may be kept for ever.
"""

import datetime
import fcntl
import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from draagkracht.people.models import Person

FILE = "erasures.jsonl"
CHUNK = 500


@dataclass(frozen=True)
class Line:
    """One erasure. `key_id` is empty for somebody who never had a key."""

    pseudonym: uuid.UUID
    key_id: uuid.UUID | None
    at: datetime.datetime

    def as_json(self) -> str:
        key = str(self.key_id) if self.key_id else None
        return json.dumps({"pseudonym": str(self.pseudonym), "key": key, "at": self.at.isoformat()})


def path() -> Path:
    return settings.DATA / FILE


def read(file: Path) -> tuple[list[Line], int]:
    """Lines of a ledger file (none when it is missing), and how many could not be read (torn by a power cut)."""
    try:
        return parse(file.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return [], 0


def parse(text: str) -> tuple[list[Line], int]:
    """Lines of a ledger, and how many could not be read."""
    found, damaged = [], 0
    for line in filter(None, text.split("\n")):
        try:
            found.append(_parsed(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            damaged += 1
    return found, damaged


def _parsed(told: dict) -> Line:
    key = uuid.UUID(told["key"]) if told["key"] else None
    return Line(uuid.UUID(told["pseudonym"]), key, datetime.datetime.fromisoformat(told["at"]))


def append(file: Path, lines: Iterable[Line]) -> None:
    """Adds those lines that the file does not hold yet, and waits until the disk has them. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        known = {(line.pseudonym, line.key_id) for line in read(file)[0]}
        new = "".join(f"{line.as_json()}\n" for line in lines if (line.pseudonym, line.key_id) not in known)
        if new:
            os.write(handle, (_break(handle) + new).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync_folder(file.parent)


def _break(handle: int) -> str:
    """A line break when a power cut left a torn line at the end."""
    size = os.fstat(handle).st_size
    return "\n" if size and os.pread(handle, 1, size - 1) != b"\n" else ""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def record(pseudonym: uuid.UUID, key_id: uuid.UUID | None) -> None:
    """Writes the erasure down, first in the file, then in the vault, where the key goes in the same transaction.

    Doing it again is harmless. From here on the erasure will be finished, whatever happens to this process.
    """
    from .models import Erasure, PersonKey

    line = Line(pseudonym, key_id, timezone.now())
    append(path(), [line])
    with transaction.atomic(using="vault"):
        row, made = Erasure.objects.get_or_create(pseudonym=pseudonym, defaults={"key_id": key_id, "at": line.at})
        if not made:
            row.key_id, row.scrubbed_at = key_id or row.key_id, None
            row.save(update_fields=["key_id", "scrubbed_at"])
        if key_id:
            PersonKey.objects.filter(id=key_id).delete()


def entries() -> list[Line]:
    """Every erasure known here: file and table together. What only one of them knows is not lost."""
    from .models import Erasure

    lines = read(path())[0]
    table = [Line(row.pseudonym, row.key_id, row.at) for row in Erasure.objects.all()]
    known: dict[tuple, Line] = {}
    for line in [*lines, *table]:
        known.setdefault((line.pseudonym, line.key_id), line)
    return list(known.values())


def pending() -> list[Line]:
    """Erasures that are not (or no longer) carried out: a key that is back, or a person who still has an identity."""
    from .models import PersonKey

    lines, found = entries(), []
    for start in range(0, len(lines), CHUNK):
        part = lines[start : start + CHUNK]
        keys = set(PersonKey.objects.filter(id__in=[x.key_id for x in part if x.key_id]).values_list("id", flat=True))
        # The ledger knows no organisations; only pseudonyms leave this query.
        with scopes_disabled():
            alive = Person.objects.filter(pseudonym__in=[x.pseudonym for x in part], erased_at=None)
            names = set(alive.values_list("pseudonym", flat=True))
        found += [line for line in part if line.key_id in keys or line.pseudonym in names]
    return found
