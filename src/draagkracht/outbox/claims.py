"""Which worker may send which mail: conditional updates, atomic on SQLite and on PostgreSQL, without a broker."""

import datetime
import uuid

from django.db.models import Q
from django.utils import timezone

from draagkracht.outbox.models import Message

# Longer than the slowest conversation with a mail server; a killed worker's mails are free again after this.
LEASE = datetime.timedelta(minutes=5)
# A server that is down is asked again soon, and never uses up a mail's tries.
PAUSE_DOWN = datetime.timedelta(seconds=30)
TRIES = 12


def _free(now: datetime.datetime) -> Q:
    due = Q(sent_at=None, failed_at=None, next_attempt_at__lte=now)
    return due & (Q(claimed_until=None) | Q(claimed_until__lt=now))


def claim(limit: int) -> list[Message]:
    """Takes up to `limit` due mails for this caller, urgent and older ones first."""
    now, mark = timezone.now(), uuid.uuid4().hex
    order = Message.objects.filter(_free(now)).order_by("-urgent", "next_attempt_at", "id")
    ids = list(order.values_list("id", flat=True)[:limit])
    if not ids:
        return []
    # The condition is asked again by the update itself: of two workers one gets each mail.
    Message.objects.filter(_free(now), id__in=ids).update(claimed_until=now + LEASE, claimed_by=mark)
    return list(Message.objects.filter(claimed_by=mark, sent_at=None).order_by("-urgent", "next_attempt_at", "id"))


def _mine(message: Message):
    return Message.objects.filter(id=message.id, claimed_by=message.claimed_by, sent_at=None, failed_at=None)


def still_mine(message: Message) -> bool:
    """Renews the lease just before sending; False when it ran out and somebody else took the mail (or erased it)."""
    now = timezone.now()
    return bool(_mine(message).filter(claimed_until__gte=now).update(claimed_until=now + LEASE))


def sent(message: Message) -> None:
    """Done: nothing of the mail stays but that it was sent."""
    now = timezone.now()
    _mine(message).update(sent_at=now, sealed=b"", claimed_until=None, last_error="", attempts=message.attempts + 1)


def postpone(message: Message, error: str) -> None:
    """The server was there and said "later": a growing pause, and an end after the last try."""
    attempts = message.attempts + 1
    if attempts >= TRIES:
        give_up(message, error)
        return
    pause = datetime.timedelta(minutes=min(2 ** (attempts - 1), 240))
    again = timezone.now() + pause
    _mine(message).update(attempts=attempts, next_attempt_at=again, claimed_until=None, last_error=error)


def hold(messages: list[Message], error: str) -> None:
    """No server: mails keep all their tries."""
    again = timezone.now() + PAUSE_DOWN
    for message in messages:
        _mine(message).update(next_attempt_at=again, claimed_until=None, last_error=error)


def give_up(message: Message, error: str) -> None:
    """The server will never take it. The address and the text go; the kind and the reason stay for the administrator."""
    now = timezone.now()
    _mine(message).update(
        failed_at=now, sealed=b"", claimed_until=None, last_error=error, attempts=message.attempts + 1
    )
