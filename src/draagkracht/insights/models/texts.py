"""Answers in own words: who reads them before anybody else may, what was decided, and what was published."""

from django.db import models
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation

from .frozen import FrozenRow, Reason, frozen_rows
from .release import Release, ReleasedUnit


class TextReading(models.Model):
    """The texts of one round are being read. No text is in it: they stay sealed until they are published.

    `sealed` is the secret of this reading (order, marks of texts), under the key `key_id` of the vault; publishing
    destroys that key, and no mark leads to a text any more. What a decision still holds are the places of words taken out.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="+")
    key_id = models.UUIDField()
    sealed = models.BinaryField(default=bytes)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")


class TextReader(models.Model):
    """Somebody began to read. Everybody of the round is told so at once: a line for each text would tell whose it was."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    reading = models.ForeignKey(TextReading, on_delete=models.CASCADE, related_name="readers")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "account"], name="text_reader_once")]


class Verdict(models.TextChoices):
    """What a reader decides about a text."""

    WHOLE = "whole"
    SHORTENED = "shortened"
    LEFT_OUT = "left-out"


class TextDecision(FrozenRow):
    """One decision about one text of one question; of several the last one counts.

    `mark` names the text (a keyed hash that only the secret of the reading makes), `without` = numbers of the words that
    are taken out, counted from 0. `number` counts the decisions about this text: of two at once one is refused.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    reading = models.ForeignKey(TextReading, on_delete=models.CASCADE, related_name="decisions")
    mark = models.CharField(max_length=32)
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    without = models.JSONField(default=list)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "mark", "number"], name="text_decision_numbered")]


class ReleasedQuestion(FrozenRow):
    """One question in own words for one unit: how many people took part, or the reason why no text is shown.

    `title` = {language: the question}; `place` is its place in the questionnaire; `n` the people who took part, whether or
    not they wrote anything.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(ReleasedUnit, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=120)
    title = models.JSONField()
    place = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    released_at = models.DateTimeField(default=timezone.now)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="released_question_unique"),
            models.CheckConstraint(
                condition=models.Q(reason="", n__isnull=False) | (~models.Q(reason="") & models.Q(n=None)),
                name="released_question_n_or_reason",
            ),
        ]


class ReleasedText(FrozenRow):
    """One published text of a unit, at its drawn place; `times` people wrote exactly this."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(ReleasedQuestion, on_delete=models.CASCADE, related_name="texts")
    place = models.PositiveIntegerField()
    text = models.TextField()
    times = models.PositiveIntegerField(default=1)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "place"], name="released_text_place")]
