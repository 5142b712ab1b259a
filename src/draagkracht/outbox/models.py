"""Messages that wait to be handed to a mail server: written with the act that causes them, delivered later."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Message(models.Model):
    """One mail. Address, subject and body are sealed under the master key (a body may hold a personal link) and emptied
    once the mail was sent or given up.

    Claimed for a while by one worker (`claimed_until`), tried again with growing pauses (`next_attempt_at`), given up
    after the last try (`failed_at`). `idempotency_key` makes "exactly once" a constraint instead of a hope. `urgent`
    mail (a sign-in code) overtakes the rest.
    """

    idempotency_key = models.CharField(max_length=120, unique=True)
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    urgent = models.BooleanField(default=False)
    sealed = models.BinaryField(default=bytes)
    queued_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(sent_at=None, failed_at=None), name="message_waiting")
        ]
