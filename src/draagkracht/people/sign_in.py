"""Sign-in: who may, by which means, and whether a second factor stands behind this session."""

import io

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from .models import Account
from .sealing import seal, unseal

DEMO_KEY = "demo_link"
DEMO_SALT = "draagkracht demo link"
LOOPBACK = {"127.0.0.1", "::1"}
AUTHENTICATOR = b"authenticator"


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: accounts come from the staff file, a role assignment or the organisation's identity provider."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are sealed in the database; names as people know them."""

    def encrypt(self, text: str) -> str:
        return seal(text.encode(), AUTHENTICATOR).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), AUTHENTICATOR).decode()

    def build_totp_svg(self, url: str) -> str:
        """A QR code on white, so that it can be scanned from a dark page too."""
        import segno

        out = io.BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return out.getvalue().decode()

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def generate_authenticator_name(self, user, type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("My passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}


def display_name(account: Account) -> str:
    """How an authenticator names this account."""
    return account.name or account.email


def has_second_factor(request: HttpRequest) -> bool:
    """This session was opened with a second factor (or a passkey), or by a demo link in demo mode.

    Where the organisation's own identity provider asks for a second factor itself (setting OIDC_SECOND_FACTOR), a
    sign-in through it counts.
    """
    if not request.user.is_authenticated:
        return False
    if settings.DEMO and request.session.get(DEMO_KEY) == request.user.pk:
        return True
    records = get_authentication_records(request, request.user)
    means = {"mfa", "socialaccount"} if settings.OIDC_SECOND_FACTOR else {"mfa"}
    return any(record.get("method") in means for record in records)


def remember_new_factor(sender, request: HttpRequest, user, authenticator, **kwargs) -> None:
    """Who has just set up an app or a passkey has shown to hold it: this session need not ask for it again."""
    if authenticator.type in (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN):
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def safe_path(request: HttpRequest, path: str) -> str:
    """The path when it leads to a page of ours and fits in a link's row, else empty."""
    secure = request.is_secure()
    if len(path) <= 500 and url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=secure):
        return path
    return ""


def limit_requests(request: HttpRequest, email: str) -> None:
    """Counts a request for a link or a code against its address and its network. Raises Refusal 429."""
    allowed = ratelimit.consume(request, app="allauth.account", action="request_login_code", key=email.lower())
    if not allowed:
        raise Refusal(_("You asked for several mails in a short time. Wait a minute, then try again."), 429)


def make_demo_link(account: Account) -> str:
    """Address that signs this account in, again and again, second factor included. Works only in demo mode."""
    signed = signing.dumps(account.pk, salt=DEMO_SALT)
    return f"{settings.SITE_URL}{reverse('people:demo-link', args=[signed])}"


def demo_account(request: HttpRequest, signed: str) -> Account | None:
    """The account of a demo link; None outside demo mode, from another machine, through a proxy, or when forged."""
    if not settings.DEMO or not from_this_machine(request):
        return None
    try:
        number = signing.loads(signed, salt=DEMO_SALT)
    except signing.BadSignature:
        return None
    return Account.objects.filter(pk=number, is_active=True).first()


def from_this_machine(request: HttpRequest) -> bool:
    """The connection comes over loopback, was not forwarded, and asks for this machine by a local name."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    host = request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else request.get_host()
    local = host in {"localhost", "127.0.0.1", "[::1]"}
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded and local
