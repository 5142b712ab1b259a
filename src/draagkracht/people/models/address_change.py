from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_scopes import ScopedManager

from .account import Account
from .organisation import Organisation, Person
from .staff_import import StaffImport


class AddressChange(models.Model):
    """A person's e-mail, and with it the account that opens their page, becomes another one.

    Waiting (`confirmed_at` empty): `new_email` was proposed by a staff file and takes effect when somebody confirms it by
    a link that went to the present address, valid once, until `expires_at`; only the SHA-256 of its token is kept (empty
    where there was no address to ask). Done (`confirmed_at` filled): `new_email` is emptied, `former_account` is the
    account that the person had before, so that an erasure finds it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    staff_import = models.ForeignKey(StaffImport, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    former_account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    new_email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=timezone.now, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(confirmed_at=None), name="address_change_one_waits"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(new_email="", token_hash=""), name="address_change_done_is_empty"
            ),
        ]
