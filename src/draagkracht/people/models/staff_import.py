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
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
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
