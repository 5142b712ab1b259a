"""Background work: hand waiting mail to the mail server.

Exactly once as long as no worker dies between the server's "250 accepted" and our own note of it; in that gap a mail
is sent again after the lease, with the same Message-ID. The other choice (note first, send then) would lose mail.
"""

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection

from draagkracht.consent.vault import keys
from draagkracht.outbox import claims
from draagkracht.outbox.envelope import Envelope, mail_folder, unseal
from draagkracht.outbox.models import Message

log = logging.getLogger(__name__)
BATCH = 50


class Refused(Exception):
    """The server answered with a refusal; `final` tells "never" (5xx) from "later" (4xx). No address in its text."""

    def __init__(self, said: str, final: bool) -> None:
        super().__init__(said)
        self.final = final


class Down(Exception):
    """There is no server to talk to (or no disk to write on): no mail is to blame."""


class Broken(Down):
    """The conversation broke off in the middle of a mail: perhaps the server fell, perhaps it is this mail."""


def deliver_due(limit: int = BATCH) -> int:
    """Claims and hands over up to `limit` mails. Returns how many went out."""
    messages = claims.claim(limit)
    if not messages:
        return 0
    try:
        carrier = File() if settings.OUTBOX_DELIVERY == "file" else Smtp()
    except Down as error:
        claims.hold(messages, str(error))
        return 0
    try:
        return _deliver(messages, carrier.hand_over)
    finally:
        carrier.close()


def _deliver(messages: list[Message], hand_over: Callable[[Message, Envelope], None]) -> int:
    out = 0
    for index, message in enumerate(messages):
        try:
            out += _deliver_one(message, hand_over)
        except Broken as error:
            # It steps back behind the others, or one mail that upsets the server would stop all of them for ever.
            claims.postpone(message, str(error))
            claims.hold(messages[index + 1 :], str(error))
            break
        except Down as error:
            claims.hold(messages[index:], str(error))
            break
    return out


def _deliver_one(message: Message, hand_over: Callable[[Message, Envelope], None]) -> int:
    if not claims.still_mine(message):
        return 0
    try:
        hand_over(message, unseal(message.sealed, message.idempotency_key))
    except keys.Tampered:
        claims.give_up(message, "cannot be opened: was the master key changed?")
    except Refused as error:
        (claims.give_up if error.final else claims.postpone)(message, str(error))
    else:
        claims.sent(message)
        return 1
    log.warning("a mail was not taken: message %s, kind %s", message.id, message.kind)
    return 0


class Smtp:
    """One conversation with the mail server for a batch. Raises Down when there is none."""

    def __init__(self) -> None:
        self._backend: Any = get_connection("django.core.mail.backends.smtp.EmailBackend")
        self._open()

    def _open(self) -> None:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Down(_said(error)) from error

    def hand_over(self, message: Message, envelope: Envelope) -> None:
        try:
            self._backend.connection.sendmail(envelope.sender, list(envelope.receivers), envelope.mime)
        except ValueError as error:
            # An address outside ASCII: found out after "MAIL FROM", which the server must forget.
            with suppress(OSError):
                self._backend.connection.rset()
            raise _verdict(error) from error
        except OSError as error:
            raise _verdict(error) from error

    def close(self) -> None:
        self._backend.close()


def _verdict(error: Exception) -> Exception:
    """Whose fault a failed hand-over is. A refused sender is a matter of settings: mail waits until they are right."""
    codes = _codes(error)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPHeloError) or 421 in codes:
        return Down(_said(error))
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return Refused(_said(error), final=True)
    if codes:
        return Refused(_said(error), final=all(code >= 500 for code in codes))
    return Broken(_said(error))


def _codes(error: Exception) -> list[int]:
    """SMTP reply codes of a refusal; none when the conversation itself broke."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return [error.smtp_code]
    return []


def _said(error: Exception) -> str:
    """Type and code only: what a server says in words often repeats the address."""
    return " ".join([type(error).__name__, *map(str, _codes(error))])


class File:
    """Demo and trial: each mail is a file in data/mail. The name follows the mail, so that a second time changes nothing."""

    def __init__(self) -> None:
        self._folder: Path = mail_folder()

    def hand_over(self, message: Message, envelope: Envelope) -> None:
        target = self._folder / f"{message.queued_at:%Y%m%dT%H%M%S}-{message.id}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = target.with_suffix(".part")
            part.write_bytes(envelope.mime)
            part.chmod(0o600)
            part.replace(target)
        except OSError as error:
            raise Down(type(error).__name__) from error

    def close(self) -> None:
        """Nothing stays open."""
