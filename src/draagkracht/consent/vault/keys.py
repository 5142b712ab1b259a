"""Keys of persons, and what is sealed under them: AES-256-GCM, a fresh 96-bit nonce before each ciphertext.

`context` binds a sealed payload to its place (for example b"submission:41"): moved elsewhere, it does not open.
Two keys are derived from the master secret (HKDF-SHA-256), one for each use, so that a wrapped key can never be taken
for a sealed mail. Former master secrets (MASTER_KEY_FALLBACKS) still open; everything new is sealed under the first.
"""

import os
import uuid
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connections, transaction

NONCE, TAG = 12, 16
WRAP, MAIL, FINGERPRINT = b"draagkracht person keys", b"draagkracht mail", b"draagkracht fingerprint"

# What a binary field hands over: bytes on SQLite, a memoryview on PostgreSQL.
Sealed = bytes | memoryview


class KeyGone(Exception):
    """The key was destroyed (or never existed): what it sealed can not be read by anybody any more."""


class Tampered(Exception):
    """The sealed bytes were changed, or moved to another place."""


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=16)
def _derived(secret: str, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(secret.encode())


@lru_cache(maxsize=16)
def _master(secret: str, use: bytes) -> AESGCM:
    return _cipher(_derived(secret, use))


def _masters(use: bytes) -> list[AESGCM]:
    """Ciphers of the master secret, the present one first."""
    return [_master(secret, use) for secret in (settings.MASTER_KEY, *settings.MASTER_KEY_FALLBACKS)]


def fingerprints() -> list[str]:
    """Sixteen hex digits that tell master secrets apart without telling them, the present one first."""
    secrets = (settings.MASTER_KEY, *settings.MASTER_KEY_FALLBACKS)
    return [_derived(secret, FINGERPRINT).hex()[:16] for secret in secrets]


def _seal(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, plain, context)


def _unseal(cipher: AESGCM, sealed: Sealed, context: bytes) -> bytes:
    data = bytes(sealed)
    if len(data) < NONCE + TAG:
        raise Tampered
    try:
        return cipher.decrypt(data[:NONCE], data[NONCE:], context)
    except InvalidTag as error:
        raise Tampered from error


def _unseal_any(ciphers: list[AESGCM], sealed: Sealed, context: bytes) -> bytes:
    for cipher in ciphers[:-1]:
        try:
            return _unseal(cipher, sealed, context)
        except Tampered:
            continue
    return _unseal(ciphers[-1], sealed, context)


def new_key() -> uuid.UUID:
    """Makes a key in the vault; returns its id."""
    key_id = uuid.uuid4()
    add_keys([key_id])
    return key_id


def add_keys(key_ids: Iterable[uuid.UUID]) -> None:
    """Makes a key under each of these ids (for imports of many respondents)."""
    from .models import PersonKey

    master = _masters(WRAP)[0]
    PersonKey.objects.bulk_create(
        [PersonKey(id=key_id, wrapped=_seal(master, os.urandom(32), key_id.bytes)) for key_id in key_ids],
        batch_size=500,
    )


def drop(key_id: uuid.UUID) -> None:
    """Takes a key away that seals nothing yet (the loser of a race). An erasure goes through `ledger.record`."""
    from .models import PersonKey

    PersonKey.objects.filter(id=key_id).delete()


def rewrap_all(batch: int = 500) -> int:
    """After a change of the master secret: wraps every key under the present one. Returns how many were changed.

    Raises Tampered when a key opens under none of the secrets that are configured.
    """
    from .models import PersonKey

    present, every = _masters(WRAP)[0], _masters(WRAP)
    changed, last = 0, None
    while True:
        rows = PersonKey.objects.order_by("id")
        page = list((rows.filter(id__gt=last) if last else rows)[:batch])
        if not page:
            return changed
        last = page[-1].id
        old = [key for key in page if not _opens(present, key.wrapped, key.id.bytes)]
        with transaction.atomic(using="vault"):
            for key in old:
                fresh = _seal(present, _unseal_any(every, key.wrapped, key.id.bytes), key.id.bytes)
                # An update, not a save: a key that was destroyed meanwhile must not come back.
                changed += PersonKey.objects.filter(id=key.id, wrapped=key.wrapped).update(wrapped=fresh)


def _opens(cipher: AESGCM, sealed: Sealed, context: bytes) -> bool:
    try:
        _unseal(cipher, sealed, context)
    except Tampered:
        return False
    return True


def _load(key_id: uuid.UUID) -> AESGCM:
    # Straight SQL: this runs for every saved answer.
    connection = connections["vault"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM vault_personkey WHERE id = %s", [_as_stored(connection, key_id)])
        row = cursor.fetchone()
    if row is None:
        raise KeyGone
    return _cipher(_unseal_any(_masters(WRAP), row[0], key_id.bytes))


def _as_stored(connection, key_id: uuid.UUID) -> str | uuid.UUID:
    return key_id if connection.features.has_native_uuid_field else key_id.hex


def seal(key_id: uuid.UUID, plain: bytes, context: bytes) -> bytes:
    """Seals under a person's key. Raises KeyGone."""
    return _seal(_load(key_id), plain, context)


def unseal(key_id: uuid.UUID, sealed: Sealed, context: bytes) -> bytes:
    """Opens what `seal` made. Raises KeyGone, Tampered."""
    return _unseal(_load(key_id), sealed, context)


class Opener:
    """Keys of one person for several operations in one request: the vault is read once."""

    def __init__(self, key_id: uuid.UUID) -> None:
        self._cipher = _load(key_id)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        return _seal(self._cipher, plain, context)

    def unseal(self, sealed: Sealed, context: bytes) -> bytes:
        return _unseal(self._cipher, sealed, context)


def ciphers(key_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, AESGCM]:
    """Ciphers of many persons in few queries, for a release; ids whose key is gone are left out."""
    from .models import PersonKey

    masters, found = _masters(WRAP), {}
    ids = list(key_ids)
    for start in range(0, len(ids), 500):
        rows = PersonKey.objects.filter(id__in=ids[start : start + 500]).values_list("id", "wrapped")
        found.update({key_id: _cipher(_unseal_any(masters, wrapped, key_id.bytes)) for key_id, wrapped in rows})
    return found


def seal_many(items: Iterable[tuple[uuid.UUID, bytes, bytes]]) -> list[bytes]:
    """Seals (key id, plain, context) triples. Raises KeyGone when one of the keys is missing."""
    items = list(items)
    known = ciphers({key_id for key_id, _, _ in items})
    if any(key_id not in known for key_id, _, _ in items):
        raise KeyGone
    return [_seal(known[key_id], plain, context) for key_id, plain, context in items]


def unseal_many(items: Iterable[tuple[uuid.UUID, Sealed, bytes]]) -> list[bytes | None]:
    """Opens (key id, sealed, context) triples; None where the key is gone. Raises Tampered."""
    items = list(items)
    known = ciphers({key_id for key_id, _, _ in items})
    return [_unseal(known[key_id], sealed, ctx) if key_id in known else None for key_id, sealed, ctx in items]


def master_seal(plain: bytes, context: bytes) -> bytes:
    """Seals under the master key: for what belongs to the platform for a short while, such as a queued mail."""
    return _seal(_masters(MAIL)[0], plain, context)


def master_unseal(sealed: Sealed, context: bytes) -> bytes:
    """Opens what `master_seal` made. Raises Tampered."""
    return _unseal_any(_masters(MAIL), sealed, context)
