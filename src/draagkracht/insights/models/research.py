"""Studies for which pseudonymous answers may leave, and what left."""

from django.db import models
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation, Person

from .frozen import FrozenRow, frozen_rows


class ResearchStudy(models.Model):
    """A study for which pseudonymous answers may leave. `sealed` holds the secret of its pseudonyms, under the key `key_id`
    of the vault; closing the study destroys that key, and nobody can link its files to people or to new files again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=600)
    approval = models.CharField(max_length=200, blank=True)
    key_id = models.UUIDField()
    sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="research_study_title_unique")]

    def __str__(self) -> str:
        return self.title


class ResearchExport(FrozenRow):
    """One download: who, when, what was chosen, how many people, and the SHA-256 of the file. The file is not kept."""

    study = models.ForeignKey(ResearchStudy, on_delete=models.CASCADE, related_name="exports")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    choices = models.JSONField()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="research_export_numbered")]


class ResearchInclusion(models.Model):
    """This person's answers are in that export. An erasure takes the row away; the file is beyond reach."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    export = models.ForeignKey(ResearchExport, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "person"], name="research_inclusion_once")]
