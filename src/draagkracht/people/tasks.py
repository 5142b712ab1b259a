"""Background work of this room."""

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scopes_disabled

from .models import AddressChange, SignInLink, StaffUpload


def tidy() -> int:
    """Removes what is past its time: uploaded staff files that nobody confirmed, sign-in links, sessions,
    proposed addresses."""
    now = timezone.now()
    # Uploads and proposals of every organisation; nothing of them is read.
    with scopes_disabled():
        over = (
            StaffUpload.objects.filter(expires_at__lt=now, staff_import=None),
            SignInLink.objects.filter(expires_at__lt=now),
            AddressChange.objects.filter(expires_at__lt=now, confirmed_at=None),
            Session.objects.filter(expire_date__lt=now),
        )
        # Looking first costs no write lock: there is seldom anything.
        return sum(rows.delete()[0] for rows in over if rows.exists())
