import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_scopes import ScopedManager

from .account import Account
from .organisation import Organisation, Person


class StaffImport(models.Model):
    """A staff file that was confirmed: what it changed is kept per person, so that it can be undone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    units_made = models.JSONField(default=list)
    # Name and parent that a unit had before: [{"id", "name", "parent_id"}, ...].
    units_before = models.JSONField(default=list)
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")


def new_upload_code() -> str:
    """Names an upload in its address; 96 random bits."""
    return secrets.token_urlsafe(12)


class StaffUpload(models.Model):
    """A staff file between upload and confirmation: sealed, and gone after an hour or once it was confirmed.

    `columns` maps a field of `staff_columns.FIELDS` to the number of a column; `plan_hash` is the plan that was shown
    (what would change, to the letter): only that plan can be confirmed. One upload gives at most one import.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=24, unique=True, default=new_upload_code)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    sealed = models.BinaryField(default=bytes)
    columns = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    plan_hash = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    staff_import = models.OneToOneField(StaffImport, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    objects = ScopedManager(organisation="organisation")


class StaffChange(models.Model):
    """What one import did to one person: `before` holds the former fields and membership (empty for a new person)."""

    staff_import = models.ForeignKey(StaffImport, on_delete=models.CASCADE, related_name="changes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[("new", "new"), ("changed", "changed"), ("leaves", "leaves")])
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["new", "changed", "leaves"]), name="staff_change_kind")
        ]
