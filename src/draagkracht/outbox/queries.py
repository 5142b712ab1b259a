"""Shared reads: how the queue stands, for `draagkracht check` and the health page."""

import datetime
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from draagkracht.outbox.models import Message


@dataclass(frozen=True)
class State:
    """Numbers of mails that wait and that were given up; since when the oldest one waits (None: none does)."""

    waiting: int
    given_up: int
    oldest: datetime.datetime | None


def state() -> State:
    """The queue as it is now; given up counts the last thirty days."""
    waiting = Message.objects.filter(sent_at=None, failed_at=None)
    month = timezone.now() - datetime.timedelta(days=30)
    return State(
        waiting=waiting.count(),
        given_up=Message.objects.filter(failed_at__gte=month).count(),
        oldest=waiting.aggregate(oldest=Min("queued_at"))["oldest"],
    )
