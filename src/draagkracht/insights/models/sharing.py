"""Links by which people without an account see the published page of the organisation, for a while."""

import secrets

from django.db import models
from django.db.models import F
from django.utils import timezone
from django_scopes import ScopedManager

from draagkracht.people.models import Account, Organisation

from .release import Release


def new_public_id() -> str:
    """Names a link; 96 random bits, so that links can not be walked."""
    return secrets.token_urlsafe(12)


class SharedLink(models.Model):
    """One link for others, such as a works council. The address is made from `public_id` with the server's secret, never stored.

    `release` empty: whatever round of everybody is the newest when it is opened. It opens up to and including `until`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    whom = models.CharField(max_length=80)
    purpose = models.CharField(max_length=160)
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    until = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = ScopedManager(organisation="organisation")

    @property
    def over(self) -> bool:
        return self.until < timezone.localdate()

    @property
    def opens(self) -> bool:
        return self.revoked_at is None and not self.over


class SharedVisit(models.Model):
    """How often a link was opened on a day. Nothing about who: no address, no browser, no hour."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(SharedLink, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)
    objects = ScopedManager(organisation="organisation")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="shared_visit_once_a_day")]

    @classmethod
    def count(cls, link: SharedLink) -> None:
        """One more today; two at once are two."""
        row, _new = cls.objects.get_or_create(
            link=link, day=timezone.localdate(), defaults={"organisation": link.organisation}
        )
        cls.objects.filter(pk=row.pk).update(times=F("times") + 1)
