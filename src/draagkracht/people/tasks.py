"""Background work of this room."""

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scopes_disabled

from .models import SignInLink, StaffUpload


def tidy() -> int:
    """Removes what is past its time: uploaded staff files that nobody confirmed, sign-in links, sessions."""
    now = timezone.now()
    # Uploads of every organisation; nothing of them is read.
    with scopes_disabled():
        over = (
            StaffUpload.objects.filter(expires_at__lt=now, staff_import=None),
            SignInLink.objects.filter(expires_at__lt=now),
            Session.objects.filter(expire_date__lt=now),
        )
        # Looking first costs no write lock: there is seldom anything.
        return sum(rows.delete()[0] for rows in over if rows.exists())
