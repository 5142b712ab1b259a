"""Campaigns, their waves, who was invited, and the sealed answers."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
from draagkracht.people.models import Account, Organisation, Person, Unit

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """Ten characters for a poster: no look-alikes, so that it can be typed over."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(10))


def new_public_id() -> str:
    """Names an invitation in a link; 72 random bits, so that ids cannot be walked."""
    return secrets.token_urlsafe(9)


class Campaign(models.Model):
    """Why and what is measured; each time it happens is a wave."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="campaign_name_unique")]


class Wave(models.Model):
    """One round of a campaign, in one questionnaire version, for one unit and all below it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="waves")
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    poster_code = models.CharField(max_length=16, unique=True, default=new_code)
    # By what, beside the units, figures are published (keys of people.work.BREAKDOWNS): chosen before anybody answers.
    breakdowns = models.JSONField(default=list, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # How often everybody without a complete answer was reminded: part of the key that sends each reminder once.
    reminders = models.PositiveSmallIntegerField(default=0)
    # The one live figure, as it was on `participation_on`: [[path of codes, name, [answered, invited] or null], ...].
    participation = models.JSONField(default=list)
    participation_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="wave_name_unique"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_it_opens"),
        ]


class Invitation(models.Model):
    """One person, one wave. The link is made from these fields with the server's secret (see `links`), never stored.

    A higher `link_number` makes a new link and ends every earlier one; `revoked_at` ends them all.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    nonce = models.CharField(max_length=24, default=new_public_id)
    link_number = models.PositiveSmallIntegerField(default=1)
    invited_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "person"], name="invitation_once_per_wave")]


class Submission(models.Model):
    """Everything that one person answered and scored in one wave: a single payload sealed under the person's key.

    Only days are stored, never times. `device_hash` (SHA-256 of a cookie) names the browser that may see it again: the
    one that began, whoever completes. What the sealed payload holds stands in `answers`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    key_id = models.UUIDField()
    device_hash = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(default=bytes)
    started_on = models.DateField()
    completed_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")


class RosterEntry(models.Model):
    """Frozen when a wave closes: who belonged where, and whether a complete answer came. Never changed afterwards.

    Only the pseudonym is kept: after an erasure it leads to nobody. `path` is the list of unit codes from the
    organisation down to the person's own unit. `groups` = {breakdown: value} for the breakdowns of the wave and no
    others, "" where nobody had said: what is not published is not kept either.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    pseudonym = models.UUIDField()
    path = models.JSONField()
    groups = models.JSONField(default=dict, blank=True)
    invited = models.BooleanField()
    answered = models.BooleanField()
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "pseudonym"], name="roster_once_per_wave")]
