"""Signing in: one page, a link or a code by mail, a passkey, the organisation's own provider; the second factor."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from draagkracht.ui.refusal import Refusal

from ..actions.sign_in import find_link, send_sign_in_link, use_link
from ..forms import SignInForm
from ..models import Account
from ..queries import organisations_of
from ..sign_in import DEMO_KEY, demo_account, has_second_factor, limit_requests, safe_path

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The one sign-in page. Whatever the address, the answer is the same."""
    goes_to = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(goes_to or "home")
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _send(request, form.cleaned_data["email"], goes_to)
    context = {"form": form, "next": goes_to, "providers": _providers(request, goes_to)}
    return render(request, "people/sign_in.html", context, status=400 if form.errors else 200)


def _send(request: HttpRequest, email: str, goes_to: str) -> HttpResponse:
    limit_requests(request, email)
    if request.POST.get("means") == "code":
        account = Account.objects.filter(email=email.lower(), is_active=True).first()
        LoginCodeVerificationProcess.initiate(request=request, user=account, email=email)
        query = f"?{urlencode({'next': goes_to})}" if goes_to else ""
        return redirect(reverse("account_confirm_login_code") + query)
    send_sign_in_link(email, goes_to)
    return redirect("people:sign-in-sent")


def _providers(request: HttpRequest, goes_to: str) -> list[dict[str, Any]]:
    found = get_social_adapter().list_providers(request)
    extra = {"next": goes_to} if goes_to else {}
    return [{"name": p.name, "url": p.get_login_url(request, process="login", **extra)} for p in found]


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look in your mail."""
    return render(request, "people/sign_in_sent.html")


@never_cache
@sensitive_variables("token")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A link from a mail. Looking at it changes nothing (mail scanners look); the button on the page signs in."""
    try:
        found = find_link(token)
    except Refusal as refusal:
        return _no_link(request, refusal)
    if request.user.is_authenticated:
        if request.user == found.account:
            return redirect(found.goes_to or "home")
        return render(request, "people/sign_in_other.html", {"account": found.account}, status=409)
    if request.method != "POST":
        return render(request, "people/sign_in_link.html", {"account": found.account})
    try:
        found = use_link(token)
    except Refusal as refusal:
        return _no_link(request, refusal)
    # allauth writes down when a session signed in by its own ways; this way is ours.
    record_authentication(request, found.account, "link")
    return perform_login(request, found.account, email_verification="none", redirect_url=found.goes_to or None)


def _no_link(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "people/sign_in_no_link.html", {"refusal": refusal}, status=refusal.status)


@never_cache
def demo_link(request: HttpRequest, signed: str) -> HttpResponse:
    """Signs in for the demonstration; does not exist outside it, nor for another machine."""
    account = demo_account(request, signed)
    if account is None:
        raise Http404
    login(request, account, backend=BACKEND)
    record_authentication(request, account, "demo")
    request.session[DEMO_KEY] = account.pk
    return redirect("home")


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second step is asked, and the ways to take it; afterwards on to where one wanted to be."""
    if has_second_factor(request):
        return redirect(safe_path(request, request.session.pop("after_second_factor", "")) or "home")
    own = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    context = {
        "has_app": Authenticator.Type.TOTP in own,
        "has_key": Authenticator.Type.WEBAUTHN in own,
        "has_any": bool(own),
        "here": reverse("people:second-factor"),
        "back": safe_path(request, request.session.get("after_second_factor", "")),
    }
    return render(request, "people/second_factor.html", context)


def organisations(request: HttpRequest) -> HttpResponse:
    """For who works in several organisations: in which one now. Another's id is as good as none."""
    found = organisations_of(request.user)  # type: ignore[arg-type]
    if request.method == "POST":
        chosen = next((o for o in found if str(o.pk) == request.POST.get("organisation")), None)
        if chosen is None:
            raise Http404
        request.session["organisation"] = chosen.pk
        return redirect("home")
    return render(request, "people/organisations.html", {"organisations": found})
