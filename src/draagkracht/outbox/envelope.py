"""A mail as it is kept: sender, receivers and the finished text, sealed together under the master key."""

import base64
import hashlib
import json
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage

from draagkracht.consent.vault import keys


@dataclass(frozen=True)
class Envelope:
    """What an SMTP server needs: bare addresses and the message as bytes."""

    sender: str
    receivers: tuple[str, ...]
    mime: bytes


def mail_folder() -> Path:
    """Where mail is written that no server takes; a file's name ends in -<id of the message>.eml."""
    return settings.DATA / "mail"


def message_id(key: str, sender: str) -> str:
    """The same mail always carries the same Message-ID, so that a mail program can drop a second copy."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def envelope(mail: EmailMessage, key: str) -> Envelope:
    """Writes the mail out in full, so that delivering it later needs nothing but these bytes."""
    sender = parseaddr(mail.from_email)[1]
    mail.extra_headers.setdefault("Message-ID", message_id(key, sender))
    mail.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    receivers = tuple(parseaddr(address)[1] for address in mail.recipients())
    mime = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return Envelope(sender, receivers, mime)


def seal(content: Envelope, key: str) -> bytes:
    """Sealed bytes that open only for this message's key."""
    told = {
        "from": content.sender,
        "to": list(content.receivers),
        "mime": base64.b64encode(content.mime).decode(),
    }
    return keys.master_seal(json.dumps(told).encode(), _context(key))


def unseal(sealed: bytes | memoryview, key: str) -> Envelope:
    """Raises keys.Tampered, also when the master key was changed without its fallback."""
    told = json.loads(keys.master_unseal(sealed, _context(key)))
    return Envelope(told["from"], tuple(told["to"]), base64.b64decode(told["mime"]))


def _context(key: str) -> bytes:
    return b"message:" + key.encode()
