"""Keys of persons, and what is sealed under them: AES-256-GCM, a fresh 96-bit nonce before each ciphertext.

`context` binds a sealed payload to its place (for example b"submission:41"): moved elsewhere, it does not open.
"""

import hashlib
import os
import uuid
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connections

NONCE = 12


class KeyGone(Exception):
    """The key was destroyed (or never existed): what it sealed can not be read by anybody any more."""


class Tampered(Exception):
    """The sealed bytes were changed, or moved to another place."""


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _master() -> AESGCM:
    return _cipher(hashlib.sha256(b"draagkracht master " + settings.MASTER_KEY.encode()).digest())


def _seal(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, plain, context)


def _unseal(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    data = bytes(sealed)
    try:
        return cipher.decrypt(data[:NONCE], data[NONCE:], context)
    except InvalidTag as error:
        raise Tampered from error


def new_key() -> uuid.UUID:
    """Makes a key in the vault; returns its id."""
    key_id = uuid.uuid4()
    add_keys([key_id])
    return key_id


def add_keys(key_ids: Iterable[uuid.UUID]) -> None:
    """Makes a key under each of these ids (for imports of many respondents)."""
    from .models import PersonKey

    PersonKey.objects.bulk_create(
        [PersonKey(id=key_id, wrapped=_seal(_master(), os.urandom(32), key_id.bytes)) for key_id in key_ids],
        batch_size=500,
    )


def _load(key_id: uuid.UUID) -> AESGCM:
    # Straight SQL: this runs for every saved answer.
    connection = connections["vault"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM vault_personkey WHERE id = %s", [_as_stored(connection, key_id)])
        row = cursor.fetchone()
    if row is None:
        raise KeyGone
    return _cipher(_unseal(_master(), row[0], key_id.bytes))


def _as_stored(connection, key_id: uuid.UUID) -> str | uuid.UUID:
    return key_id if connection.features.has_native_uuid_field else key_id.hex


def seal(key_id: uuid.UUID, plain: bytes, context: bytes) -> bytes:
    """Seals under a person's key. Raises KeyGone."""
    return _seal(_load(key_id), plain, context)


def unseal(key_id: uuid.UUID, sealed: bytes, context: bytes) -> bytes:
    """Opens what `seal` made. Raises KeyGone, Tampered."""
    return _unseal(_load(key_id), sealed, context)


class Opener:
    """Keys of one person for several operations in one request: the vault is read once."""

    def __init__(self, key_id: uuid.UUID) -> None:
        self._cipher = _load(key_id)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        return _seal(self._cipher, plain, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        return _unseal(self._cipher, sealed, context)


def ciphers(key_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, AESGCM]:
    """Ciphers of many persons in few queries, for a release; ids whose key is gone are left out."""
    from .models import PersonKey

    master, found = _master(), {}
    ids = list(key_ids)
    for start in range(0, len(ids), 500):
        rows = PersonKey.objects.filter(id__in=ids[start : start + 500]).values_list("id", "wrapped")
        found.update({key_id: _cipher(_unseal(master, wrapped, key_id.bytes)) for key_id, wrapped in rows})
    return found


def seal_many(items: Iterable[tuple[uuid.UUID, bytes, bytes]]) -> list[bytes]:
    """Seals (key id, plain, context) triples. Raises KeyGone when one of the keys is missing."""
    items = list(items)
    known = ciphers({key_id for key_id, _, _ in items})
    if any(key_id not in known for key_id, _, _ in items):
        raise KeyGone
    return [_seal(known[key_id], plain, context) for key_id, plain, context in items]


def unseal_many(items: Iterable[tuple[uuid.UUID, bytes, bytes]]) -> list[bytes | None]:
    """Opens (key id, sealed, context) triples; None where the key is gone. Raises Tampered."""
    items = list(items)
    known = ciphers({key_id for key_id, _, _ in items})
    return [_unseal(known[key_id], sealed, ctx) if key_id in known else None for key_id, sealed, ctx in items]


def master_seal(plain: bytes, context: bytes) -> bytes:
    """Seals under the master key: for what belongs to the platform for a short while, such as a queued mail."""
    return _seal(_master(), plain, context)


def master_unseal(sealed: bytes, context: bytes) -> bytes:
    """Opens what `master_seal` made. Raises Tampered."""
    return _unseal(_master(), sealed, context)
