"""What a person agreed to, when it was withdrawn, and who looked at what."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation, Person


class Grant(models.Model):
    """A person agreed to one version of one purpose's text, in the language in which it was read.

    The text stands in `catalogue/purposes`; `text_hash` (SHA-256, hex) proves which words were shown.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    purpose = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=5)
    text_hash = models.CharField(max_length=64)
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="grant_one_open_per_purpose"
            )
        ]


class AccessEntry(models.Model):
    """Somebody (or the platform itself, account empty) read or handled something of this person; the person can read it.

    `what` is a code that `consent.queries` puts into words, e.g. `staff.imported`, `release.counted`, `export.own`;
    `about` names what it was for, such as a study: never a person, an address or an answer.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=32, blank=True)
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(default=timezone.now)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="access_by_person")]
