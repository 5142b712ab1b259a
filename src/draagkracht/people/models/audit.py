from django.db import models
from django.utils import timezone
from django_scopes import ScopedManager

from .account import Account
from .organisation import Organisation


class AuditLine(models.Model):
    """One act that changed somebody's rights or data, written in the same transaction as the act.

    `act` is a code such as `staff.imported`; `detail` holds counts and ids, never a name, an address or an answer.
    """

    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    objects = ScopedManager(organisation="organisation")
