"""After an erasure: what the databases keep besides their rows.

SQLite leaves earlier versions of a page in its write-ahead log and stale bytes inside half-empty pages; PostgreSQL
leaves dead rows in the table's file. Both are rewritten here. What no program can promise: blocks that a file system or
an SSD still holds, and PostgreSQL's own archive of its log (docs/explanation/vault.md says what to do about those).
"""

import os
from collections.abc import Iterable

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

KEYS = ("vault_personkey",)


def run(identity_tables: Iterable[str]) -> bool:
    """Rewrites the key store and the tables that held an identity. False when somebody was in the way: try again later.

    Call outside a transaction.
    """
    done = [_scrub("vault", KEYS), _scrub("default", tuple(identity_tables))]
    return all(done)


def run_due(identity_tables: Iterable[str]) -> int:
    """Does `run` when an erasure waits for it. Returns how many erasures it completed."""
    from .models import Erasure

    waiting = list(Erasure.objects.filter(scrubbed_at=None).values_list("id", flat=True))
    if not waiting or not run(identity_tables):
        return 0
    return Erasure.objects.filter(id__in=waiting).update(scrubbed_at=timezone.now())


def _scrub(alias: str, tables: tuple[str, ...]) -> bool:
    connection = connections[alias]
    if connection.in_atomic_block:
        return False
    try:
        if connection.vendor == "sqlite":
            return _scrub_sqlite(connection)
        return _scrub_postgresql(connection, tables)
    except DatabaseError:
        return False


def _scrub_sqlite(connection) -> bool:
    # VACUUM writes a copy to a temporary file; it must not land outside the data folder.
    os.environ["SQLITE_TMPDIR"] = str(settings.DATA)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone()
    return not busy


def _scrub_postgresql(connection, tables: tuple[str, ...]) -> bool:
    with connection.cursor() as cursor:
        # Somebody who reads right now is not made to wait behind us for long.
        cursor.execute("SET lock_timeout = '5s'")
        try:
            for table in tables:
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
        finally:
            cursor.execute("RESET lock_timeout")
    return True
