"""The personal link of an invitation: its public id and a message authentication code. The link itself is never stored.

token = public id (12 characters) + first 22 characters of base64url(HMAC-SHA256(secret, id, nonce, number))

A link that once was right but was replaced by a newer one is told apart from one that never was: the first gets 410 and
a sentence, the second 404. Both comparisons take the same time whatever the token.
"""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

ID_LENGTH = 12
MAC_LENGTH = 22
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH + MAC_LENGTH}}}")
SALT = "draagkracht.surveys.link"

CURRENT, REPLACED, FOREIGN = "current", "replaced", "foreign"


def token(public_id: str, nonce: str, number: int) -> str:
    """The part of the address that stands for a person's invitation."""
    return public_id + _mac(public_id, nonce, number, settings.SECRET_KEY)


def split(text: str) -> tuple[str, str] | None:
    """(public id, code) of a token, None when it can not be one."""
    if not TOKEN.fullmatch(text):
        return None
    return text[:ID_LENGTH], text[ID_LENGTH:]


def judge(public_id: str, nonce: str, number: int, code: str) -> str:
    """CURRENT, REPLACED (right for an earlier number) or FOREIGN. Old secrets count as long as they are configured."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(_mac(public_id, nonce, number, secret), code):
            return CURRENT
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        for earlier in range(1, number):
            if constant_time_compare(_mac(public_id, nonce, earlier, secret), code):
                return REPLACED
    return FOREIGN


def _mac(public_id: str, nonce: str, number: int, secret: str) -> str:
    digest = salted_hmac(SALT, f"{public_id}.{nonce}.{number}", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:MAC_LENGTH]
