"""Sign-in links: sent by mail, used once."""

import datetime
import hashlib
import secrets

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from ..models import Account, SignInLink
from . import audit

VALID = datetime.timedelta(minutes=20)


def token_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def send_sign_in_link(email: str, goes_to: str = "") -> None:
    """Mails a link to this address, or a word of explanation where no account has it: the same work either way."""
    account = Account.objects.filter(email=email.strip().lower(), is_active=True).first()
    token, now = secrets.token_urlsafe(32), timezone.now()
    language = account.language if account else translation.get_language()
    with transaction.atomic(), translation.override(language):
        SignInLink.objects.filter(expires_at__lt=now - datetime.timedelta(days=1)).delete()
        link = SignInLink(account=account, token_hash=token_hash(token), goes_to=goes_to, expires_at=now + VALID)
        link.save(force_insert=True)
        url = settings.SITE_URL + reverse("people:sign-in-link", args=[token])
        kind = "sign_in_link" if account else "no_account"
        body = render_to_string(f"people/mail/{kind}.txt", {"url": url, "account": account, "site": settings.SITE_URL})
        subject = _("Your link to sign in to Draagkracht") if account else _("Signing in to Draagkracht")
        EmailMessage(subject, body, to=[account.email if account else email]).send()


def find_link(token: str) -> SignInLink:
    """The link as long as it can be used. Raises Refusal: 404 for one that never existed, 410 for one that is over."""
    link = SignInLink.objects.select_related("account").filter(token_hash=token_hash(token), account__isnull=False)
    found = link.first()
    if found is None:
        raise Refusal(_("We do not know this link. Perhaps a part of it is missing."), 404)
    if found.used_at is not None:
        raise Refusal(_("This link was used before. Each link works once."), 410)
    if found.expires_at <= timezone.now() or not found.account.is_active:  # type: ignore[union-attr]
        raise Refusal(_("This link is too old. A link works for twenty minutes."), 410)
    return found


def use_link(token: str) -> SignInLink:
    """Marks the link as used; of two at once exactly one wins. Raises Refusal like `find_link`."""
    with transaction.atomic():
        link = find_link(token)
        won = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
        if not won:
            raise Refusal(_("This link was used before. Each link works once."), 410)
        audit(None, link.account, "sign-in.link-used")
    return link


def note_factor_added(sender, request: HttpRequest, user, authenticator, **kwargs) -> None:
    """Audit line of a new means of sign-in."""
    audit(None, user, "second-factor.added", type=str(authenticator.type))


def note_factor_removed(sender, request: HttpRequest, user, authenticator, **kwargs) -> None:
    """Audit line of a means of sign-in that was taken away."""
    audit(None, user, "second-factor.removed", type=str(authenticator.type))
