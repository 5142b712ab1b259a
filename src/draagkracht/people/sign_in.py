"""Sign-in: who may, by which means, and whether a second factor stands behind this session."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

DEMO_KEY = "demo_link"


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: accounts come from the staff file, a role assignment or the organisation's identity provider."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def has_second_factor(request: HttpRequest) -> bool:
    """This session was opened with a second factor (or a passkey), or by a demo link in demo mode."""
    from django.conf import settings

    if settings.DEMO and request.session.get(DEMO_KEY):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request))
