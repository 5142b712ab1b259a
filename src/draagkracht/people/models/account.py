from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from .organisation import Organisation, Unit


class AccountManager(BaseUserManager["Account"]):
    """Addresses are stored in lower case, so that a person is found however the address is typed."""

    def create_user(self, email: str, **fields) -> "Account":
        """Makes an account without a password: sign-in is by link, code or passkey."""
        account = self.model(email=email.strip().lower(), **fields)
        account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, email: str | None) -> "Account":
        return self.get(email=(email or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who signs in. One account may be a person in several organisations and hold roles in others."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="nl")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return f"account {self.pk}"


class Role(models.TextChoices):
    """Every role there is. WORKER is held by whoever is a person in the organisation; the others are assigned."""

    WORKER = "worker", _("worker")
    TEAM_LEAD = "team-lead", _("team lead")
    COORDINATOR = "coordinator", _("coordinator")
    ADVISER = "adviser", _("HR or prevention adviser")
    TRAINER = "trainer", _("trainer")
    PARTNER = "partner", _("referral partner")
    EDITOR = "editor", _("editor")
    RESEARCHER = "researcher", _("researcher")
    PRIVACY_OFFICER = "privacy-officer", _("privacy officer")
    PLATFORM_ADMIN = "platform-admin", _("platform administrator")


class RoleAssignment(models.Model):
    """An account holds a role in an organisation, for a unit and all below it, or (unit empty) for all of it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=32, choices=[(r.value, r.label) for r in Role if r is not Role.WORKER])
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account", "role", "unit"],
                condition=Q(revoked_at=None, unit__isnull=False),
                name="assignment_unique_in_unit",
            ),
            models.UniqueConstraint(
                fields=["organisation", "account", "role"],
                condition=Q(revoked_at=None, unit=None),
                name="assignment_unique_for_all",
            ),
            models.CheckConstraint(
                condition=~Q(role="team-lead") | Q(unit__isnull=False), name="assignment_lead_has_unit"
            ),
        ]
