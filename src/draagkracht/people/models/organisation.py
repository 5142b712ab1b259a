import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Organisation(models.Model):
    """A care, welfare or education organisation: the border that no query crosses."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, choices=[("BE", _("Belgium")), ("NL", _("Netherlands"))], default="BE")
    language = models.CharField(max_length=5, default="nl")
    # An organisation may ask for larger groups than its country's default, never for smaller ones.
    raised_k = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A node of the organisation's tree: the organisation itself (no parent), a department, a team.

    `code` is the unit's own stable code from the staff file, unique within the organisation. Moving a unit changes
    `parent`; what was published before keeps the path it was published under.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="unit_code_unique"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(parent=None), name="unit_one_root"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody whose work is measured. A person of an import of older answers has no name and no address.

    `pseudonym` is the only mark that a frozen roster keeps; `key_id` names the key in the vault under which
    everything of this person is sealed. Erasing sets `erased_at` and empties every identifying field.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="people")
    account = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="persons"
    )
    staff_number = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    pseudonym = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_id = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "staff_number"],
                condition=~Q(staff_number=""),
                name="person_staff_number_unique",
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=~Q(email=""), name="person_email_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pseudonym)


class Membership(models.Model):
    """A person belongs to one unit from `starts_on` up to, not including, `ends_on`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    profession = models.CharField(max_length=120, blank=True)
    # A key of `work.KINDS`, or the organisation's own word.
    contract = models.CharField(max_length=60, blank=True)
    shift = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(ends_on=None), name="membership_one_open"),
        ]
