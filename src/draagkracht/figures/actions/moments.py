"""The calendar of moments: written, changed, removed."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Unit
from draagkracht.ui.refusal import Refusal

from ..models import Moment


def write(
    organisation: Organisation, account: Account | None, *, title: str, kind: str, starts_on: datetime.date,
    ends_on: datetime.date | None = None, unit: Unit | None = None,
) -> Moment:  # fmt: skip
    """A new moment."""
    with transaction.atomic():
        made = Moment(
            organisation=organisation,
            unit=unit,
            title=title,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            written_by=account,
        )
        made.save(force_insert=True)
        audit(organisation, account, "moment.written", moment=made.pk)
    return made


def change(moment: Moment, account: Account | None, **told: Any) -> Moment:
    """Other words or days: the former row is removed and a new one written, so that who and when stay known. Raises Refusal."""
    with transaction.atomic():
        _take_away(moment, account)
        made = Moment(organisation=moment.organisation, written_by=account, **told)
        made.save(force_insert=True)
        audit(moment.organisation, account, "moment.changed", before=moment.pk, moment=made.pk)
    return made


def remove(moment: Moment, account: Account | None) -> None:
    """The moment no longer stands in the calendar. Raises Refusal when it was removed before."""
    with transaction.atomic():
        _take_away(moment, account)
        audit(moment.organisation, account, "moment.removed", moment=moment.pk)


def _take_away(moment: Moment, account: Account | None) -> None:
    rows = Moment.objects.filter(pk=moment.pk, removed_at=None)
    if not rows.update(removed_at=timezone.now(), removed_by=account):
        raise Refusal(_("This moment was changed or removed in the meantime. Look at the calendar once more."), 409)
