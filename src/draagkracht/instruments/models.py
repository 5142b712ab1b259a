"""Texts that an organisation imported, and the questionnaires it composed from them."""

import datetime

from django.db import models
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.instruments.content import content_hash
from draagkracht.people.models import Account, Organisation


class ImmutableError(Exception):
    """An attempt to change or remove what was published."""


class VersionQuerySet(models.QuerySet):
    """Without the means to change many versions at once."""

    def update(self, **kwargs):
        raise ImmutableError("published versions do not change")

    def bulk_update(self, *args, **kwargs):
        raise ImmutableError("published versions do not change")

    def delete(self):
        raise ImmutableError("published versions do not disappear")


class InstrumentText(models.Model):
    """The item texts and labels of one instrument in one language, imported by whoever holds the permission.

    `texts` = {"items": {code: text}, "labels": {value: text}}. A newer import supersedes an older one; the older row
    stays, because published versions name it by its hash. `invented`: whoever imported it says that it is a made-up
    example with nothing of the protected text in it, so that no permission is needed to ask it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    instrument = models.SlugField()
    language = models.CharField(max_length=5)
    texts = models.JSONField()
    content_hash = models.CharField(max_length=64)
    validated = models.BooleanField(default=False)
    invented = models.BooleanField(default=False)
    source_note = models.CharField(max_length=300, blank=True)
    attested_at = models.DateTimeField(default=timezone.now)
    attested_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")


class LicenceAttestation(models.Model):
    """Somebody's word that the organisation may use a protected instrument, with the letter that says so.

    It holds for every language. It stands until it is withdrawn or `valid_until` has passed; an act that rests on it
    (publishing) asks whether it stands on that day. `kind` is that of the licence: permission or paid.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    instrument = models.SlugField()
    kind = models.CharField(max_length=10)
    statement = models.CharField(max_length=300)
    valid_until = models.DateField(null=True, blank=True)
    attested_at = models.DateTimeField(default=timezone.now)
    attested_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    letter = models.BinaryField()
    letter_name = models.CharField(max_length=120)
    letter_type = models.CharField(max_length=100)
    letter_hash = models.CharField(max_length=64)
    objects = ScopedManager(organisation="organisation")

    def stands(self, day: datetime.date) -> bool:
        """Whether it counts on this day: not withdrawn, and its last day is not over."""
        return self.withdrawn_at is None and (self.valid_until is None or day <= self.valid_until)


class Questionnaire(models.Model):
    """A named set of instruments; its versions are what people answer."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField()
    title = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], name="questionnaire_slug_unique")]


class QuestionnaireVersion(models.Model):
    """What was asked, word for word, and how it is scored. Once published it never changes: the hash says so."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation", _manager_class=models.Manager.from_queryset(VersionQuerySet))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_number_unique")
        ]

    def save(self, *args, **kwargs) -> None:
        """Saves once. What people answered must stay readable, so nothing of a version can be changed afterwards."""
        if not self._state.adding:
            raise ImmutableError("a published version does not change; publish the next one")
        if self.content_hash != content_hash(self.content):
            raise ImmutableError("the hash is not that of the content")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ImmutableError("a published version does not disappear")


class QuestionnaireDraft(models.Model):
    """A questionnaire that is being composed; its document is described in `document`.

    `questionnaire`: of which the next version comes from here; none yet for a new one. `begun_from`: the newest version
    when it was begun. `revision` counts its changes: whoever changes it says which revision they looked at.
    In review while `sent_at` stands; over once `closed_at` stands: published as `version`, or else discarded.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    begun_from = models.ForeignKey(
        QuestionnaireVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    objects = ScopedManager(organisation="organisation")


class DraftStep(models.Model):
    """The document of a draft as it was before one change, so that the change can be undone.

    `act` and `about` say what the change was (see `composer.words`); only the newest steps are kept.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(QuestionnaireDraft, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    document = models.JSONField()
    act = models.CharField(max_length=20)
    about = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="draft_step_once_per_revision")]
