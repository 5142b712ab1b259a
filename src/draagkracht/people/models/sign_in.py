from django.db import models
from django.db.models import Q
from django.utils import timezone

from .account import Account


class SignInLink(models.Model):
    """A link by mail that opens one session: valid once, for twenty minutes. Only the SHA-256 of its token is kept.

    A request for an address without an account leaves a row too (account empty, never usable), so that the answer
    takes as long as for an address that exists.
    """

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    goes_to = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(used_at=None), name="sign_in_link_used_by_account"
            )
        ]
