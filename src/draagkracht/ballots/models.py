"""Evaluations, their tickets, and the ballots: schemas in which nothing leads from a ticket to a ballot.

What is stored with a ballot: a random key and the answers, of one evaluation. No person, time, sequence or address. See
docs/explanation/ballots.md for what that gives and what not.
"""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_box_code() -> str:
    """Names the box in an address; 72 random bits."""
    return secrets.token_urlsafe(9)


class Evaluation(models.Model):
    """One evaluation of one (part of a) programme. `questions` = what is asked, as it stood in the catalogue when it was made.

    While it is open, `public_key` (modulus, hexadecimal) stands here, the private key sealed under the key `key_id` of the
    vault, which seals the ballots in the box too. At close that key is destroyed, tickets and box are gone, and
    `ballots_counted` and `tickets_issued` are all that is kept of who took part. `texts` = {question: [text, ...]} after
    the human look, None before.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    programme = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    held_on = models.DateField(null=True, blank=True)
    questions = models.JSONField()
    box_code = models.CharField(max_length=16, unique=True, default=new_box_code)
    tickets_issued = models.PositiveIntegerField(default=0)
    public_key = models.TextField(blank=True)
    key_id = models.UUIDField(null=True, blank=True)
    sealed_key = models.BinaryField(default=bytes)
    closes_on = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The one live figure, as it was on `turnout_on`: rounded to fives, refreshed once a day.
    turnout = models.PositiveIntegerField(null=True, blank=True)
    turnout_on = models.DateField(null=True, blank=True)
    ballots_counted = models.PositiveIntegerField(null=True, blank=True)
    texts = models.JSONField(null=True, blank=True)
    texts_read_at = models.DateTimeField(null=True, blank=True)
    texts_read_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__lte=F("closed_at")), name="evaluation_opens_before_it_closes"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Ticket(models.Model):
    """The right to one vote. Whoever knows the code holds it; only its hash is stored, and no person.

    `asked_hash` is the hash of the blinded message that was signed for it, empty while it was not used: the same
    message gets the same answer, another one none. Tickets of an evaluation are always written together, so that no
    row tells when it was used.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    asked_hash = models.CharField(max_length=64, blank=True)
    objects = ScopedManager(organisation="evaluation__organisation")


class BoxedBallot(models.Model):
    """A ballot while voting is open: sealed, always of the same length, under the hash of the key that the voter drew."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    objects = ScopedManager(organisation="evaluation__organisation")


class Ballot(models.Model):
    """A ballot after close: a fresh random key and the answers {question: number or text}."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField()
    objects = ScopedManager(organisation="evaluation__organisation")


class Signal(models.Model):
    """Something that came back in evaluations: what was said, who takes it up, what was answered and what was done.

    Everybody who works in the organisation reads it. `owner` is a function, not a name.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    programme = models.CharField(max_length=120, blank=True)
    said = models.CharField(max_length=300)
    said_on = models.DateField()
    owner = models.CharField(max_length=120)
    answer = models.TextField(max_length=1000, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    done = models.TextField(max_length=1000, blank=True)
    done_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_on__isnull=False), name="signal_answer_has_a_day"
            ),
            models.CheckConstraint(condition=Q(done="") | Q(done_on__isnull=False), name="signal_deed_has_a_day"),
        ]
