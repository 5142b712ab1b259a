"""Acts: make a link for others, take it back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, SharedLink
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation
from draagkracht.ui.refusal import Refusal

LONGEST = datetime.timedelta(days=90)


def make(
    organisation: Organisation, *, whom: str, purpose: str, until: datetime.date, release: Release | None, by: Account
) -> SharedLink:
    """A link for `whom`, up to and including `until`. Call in the scope. Raises Refusal 400 for a day that can not be."""
    today = timezone.localdate()
    if not today <= until <= today + LONGEST:
        raise Refusal(_("A link opens until a day within the next %(days)s days.") % {"days": LONGEST.days})
    with transaction.atomic():
        link = SharedLink.objects.create(
            organisation=organisation, whom=whom, purpose=purpose, until=until, release=release, made_by=by
        )
        round_ = release.pk if release else None
        audit(organisation, by, "link.made", link=link.pk, release=round_, until=until.isoformat())
    return link


def revoke(link: SharedLink, by: Account) -> bool:
    """Ends a link at once; False when somebody had done so. Call in the scope."""
    with transaction.atomic():
        standing = SharedLink.objects.filter(pk=link.pk, revoked_at=None)
        if not standing.update(revoked_at=timezone.now(), revoked_by=by):
            return False
        audit(link.organisation, by, "link.revoked", link=link.pk)
    return True
