"""Seals what this room keeps for a while or must never show: secrets of authenticators, an uploaded staff file.

AES-256-GCM under a key that is derived from the master key; `context` binds sealed bytes to their place. Former master
secrets (MASTER_KEY_FALLBACKS) still open; everything new is sealed under the first.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class Unreadable(Exception):
    """The sealed bytes were changed, moved to another place, or the master key is another one."""


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"draagkracht people " + secret.encode()).digest())


def seal(plain: bytes, context: bytes) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.MASTER_KEY).encrypt(nonce, plain, context)


def unseal(sealed: bytes | memoryview, context: bytes) -> bytes:
    """Opens what `seal` made. Raises Unreadable."""
    data = bytes(sealed)
    for secret in (settings.MASTER_KEY, *settings.MASTER_KEY_FALLBACKS):
        try:
            return _cipher(secret).decrypt(data[:NONCE], data[NONCE:], context)
        except InvalidTag:
            continue
    raise Unreadable
