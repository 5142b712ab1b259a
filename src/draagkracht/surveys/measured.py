"""What the room of people asks about surveys through the setting STAFF_UNDO_UNLESS: it stands below this room."""

import datetime

from django.db.models import Q

from draagkracht.people.models import Organisation
from draagkracht.surveys.models import Wave


def open_since(organisation: Organisation, moment: datetime.datetime) -> bool:
    """A wave of this organisation was open at that moment or later. Call inside the organisation's scope."""
    open_then = Q(closed_at=None) | Q(closed_at__gte=moment)
    return Wave.objects.filter(open_then, organisation=organisation, opened_at__isnull=False).exists()
