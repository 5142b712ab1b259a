"""Django's way to send mail, turned into the queue: whoever calls send_mail() never waits for a mail server."""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from draagkracht.outbox.envelope import envelope, seal
from draagkracht.outbox.models import Message

KEY_HEADER = "X-Draagkracht-Key"


class OutboxBackend(BaseEmailBackend):
    """Queues each mail as urgent (sign-in codes and links come this way).

    A header X-Draagkracht-Key names the mail; without one each call is a mail of its own.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        queued = 0
        for mail in email_messages:
            if not mail.recipients():
                continue
            key = mail.extra_headers.pop(KEY_HEADER, None) or f"mail:{uuid.uuid4()}"
            row = Message(idempotency_key=key, kind="account", urgent=True, sealed=seal(envelope(mail, key), key))
            Message.objects.bulk_create([row], ignore_conflicts=True)
            queued += 1
        return queued
