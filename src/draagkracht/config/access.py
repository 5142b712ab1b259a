"""Who may open what: one table, role x route. A route that is not in it does not exist for anybody."""

from collections.abc import Callable
from contextlib import ExitStack

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django_scopes import scope

from draagkracht.people.models import Role
from draagkracht.people.queries import standing_of
from draagkracht.people.rules import Standing
from draagkracht.people.sign_in import has_second_factor
from draagkracht.ui.refusal import Refusal

PUBLIC = "public"  # anybody
TOKEN = "token"  # noqa: S105 - whoever holds a link; the view checks it
SIGNED_IN = "signed-in"  # any account, also without a place in an organisation

WORKER, LEAD, COORDINATOR, ADVISER = Role.WORKER, Role.TEAM_LEAD, Role.COORDINATOR, Role.ADVISER
TRAINER, PARTNER, EDITOR = Role.TRAINER, Role.PARTNER, Role.EDITOR
RESEARCHER, PRIVACY, ADMIN = Role.RESEARCHER, Role.PRIVACY_OFFICER, Role.PLATFORM_ADMIN

Rule = str | frozenset[Role]


def only(*roles: Role) -> frozenset[Role]:
    """The route is open to these roles of the organisation one works in."""
    return frozenset(roles)


TABLE: dict[str, Rule] = {
    "home": PUBLIC,
    "set_language": PUBLIC,
    "healthz-live": PUBLIC,
    "healthz-ready": PUBLIC,
    # sign-in (django-allauth); what is not named here, such as sign-up and passwords, is closed
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_request_login_code": PUBLIC,  # leads to the one sign-in page
    "account_inactive": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_login_webauthn": PUBLIC,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    # ui
    "ui:style": PUBLIC,
    "ui:help": PUBLIC,
    "ui:offline": PUBLIC,
    "ui:gallery": PUBLIC,  # the view answers 404 outside DEBUG and demo mode
    # people
    "people:sign-in-link": TOKEN,
    "people:demo-link": TOKEN,
    "people:confirm-address": TOKEN,
    "people:sign-in-sent": PUBLIC,
    "people:second-factor": SIGNED_IN,
    "people:security": SIGNED_IN,
    "people:organisations": SIGNED_IN,
    "people:roles": only(ADMIN),
    "people:role-revoke": only(ADMIN),
    "people:staff": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-unit": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-upload": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-columns": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-check": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-errors": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-confirm": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-done": only(COORDINATOR, ADVISER, ADMIN),
    "people:staff-undo": only(COORDINATOR, ADVISER, ADMIN),
    # consent
    "consent:who-sees-what": PUBLIC,
    "consent:mine": only(WORKER),
    "consent:agree": only(WORKER),
    "insights:withdraw": only(WORKER),
    # instruments
    "instruments:list": only(COORDINATOR, ADVISER),
    "instruments:detail": only(COORDINATOR, ADVISER),
    "instruments:texts": only(COORDINATOR, ADVISER),
    "instruments:blank-texts": only(COORDINATOR, ADVISER),
    "instruments:definition": only(COORDINATOR, ADVISER),
    "instruments:permission": only(COORDINATOR, ADVISER),
    "instruments:letter": only(COORDINATOR, ADVISER),
    "instruments:withdraw-permission": only(COORDINATOR, ADVISER),
    # instruments, the composer
    "instruments:drafts": only(COORDINATOR, ADVISER),
    "instruments:new-draft": only(COORDINATOR, ADVISER),
    "instruments:version": only(COORDINATOR, ADVISER),
    "instruments:next-version": only(COORDINATOR, ADVISER),
    "instruments:draft": only(COORDINATOR, ADVISER),
    "instruments:draft-act": only(COORDINATOR, ADVISER),
    "instruments:draft-back": only(COORDINATOR, ADVISER),
    "instruments:draft-title": only(COORDINATOR, ADVISER),
    "instruments:draft-section": only(COORDINATOR, ADVISER),
    "instruments:draft-add": only(COORDINATOR, ADVISER),
    "instruments:draft-new-question": only(COORDINATOR, ADVISER),
    "instruments:draft-part": only(COORDINATOR, ADVISER),
    "instruments:draft-condition": only(COORDINATOR, ADVISER),
    "instruments:draft-preview": only(COORDINATOR, ADVISER),
    "instruments:draft-review": only(COORDINATOR, ADVISER),
    "instruments:draft-publish": only(COORDINATOR, ADVISER),
    # questionnaires as files, out and in
    "instruments:bring-in": only(COORDINATOR, ADVISER),
    "instruments:version-file": only(COORDINATOR, ADVISER),
    "instruments:draft-file": only(COORDINATOR, ADVISER),
    # surveys
    "surveys:answer": TOKEN,
    "surveys:save": TOKEN,
    "surveys:complete": TOKEN,
    "surveys:result": TOKEN,
    "surveys:wipe": TOKEN,
    "surveys:start": TOKEN,
    "surveys:service-worker": PUBLIC,
    "surveys:part": PUBLIC,
    "surveys:campaigns": only(COORDINATOR, ADVISER),
    "surveys:new-campaign": only(COORDINATOR, ADVISER),
    "surveys:campaign": only(COORDINATOR, ADVISER),
    "surveys:new-wave": only(COORDINATOR, ADVISER),
    "surveys:wave": only(COORDINATOR, ADVISER),
    "surveys:open-wave": only(COORDINATOR, ADVISER),
    "surveys:close-wave": only(COORDINATOR, ADVISER),
    "surveys:send-again": only(COORDINATOR, ADVISER),
    "surveys:renew-links": only(COORDINATOR, ADVISER),
    "surveys:renew-link": only(COORDINATOR, ADVISER),
    "surveys:poster": only(COORDINATOR, ADVISER),
    # figures
    "figures:overview": only(COORDINATOR, ADVISER),
    "figures:upload": only(COORDINATOR, ADVISER),
    "figures:columns": only(COORDINATOR, ADVISER),
    "figures:check": only(COORDINATOR, ADVISER),
    "figures:mistakes": only(COORDINATOR, ADVISER),
    "figures:confirm": only(COORDINATOR, ADVISER),
    "figures:done": only(COORDINATOR, ADVISER),
    "figures:undo": only(COORDINATOR, ADVISER),
    "figures:moments": only(COORDINATOR, ADVISER),
    "figures:moment": only(COORDINATOR, ADVISER),
    "figures:moment-remove": only(COORDINATOR, ADVISER),
    # ballots
    "ballots:start": PUBLIC,
    "ballots:vote": TOKEN,
    "ballots:sign": TOKEN,
    "ballots:box": TOKEN,
    "ballots:evaluations": only(COORDINATOR, ADVISER, TRAINER, PRIVACY),
    "ballots:evaluation-new": only(COORDINATOR, ADVISER),
    "ballots:evaluation": only(COORDINATOR, ADVISER),
    "ballots:evaluation-codes": only(COORDINATOR, ADVISER),
    "ballots:evaluation-mail": only(COORDINATOR, ADVISER),
    "ballots:evaluation-open": only(COORDINATOR, ADVISER),
    "ballots:evaluation-close": only(COORDINATOR, ADVISER),
    "ballots:evaluation-results": only(COORDINATOR, ADVISER, TRAINER, PRIVACY),
    "ballots:evaluation-texts": only(PRIVACY),
    "ballots:evaluation-half-year": only(COORDINATOR, ADVISER, TRAINER, PRIVACY),
    "ballots:evaluation-half-year-file": only(COORDINATOR, ADVISER, TRAINER, PRIVACY),
    "ballots:signals": only(WORKER, LEAD, COORDINATOR, ADVISER, TRAINER, PRIVACY),
    "ballots:signal-new": only(COORDINATOR, ADVISER),
    "ballots:signal": only(COORDINATOR, ADVISER),
    # insights
    "insights:me": only(WORKER),
    "insights:me-paper": only(WORKER),
    "insights:what-helps": only(WORKER),
    "insights:my-data": only(WORKER),
    "insights:team": only(WORKER, LEAD),
    "insights:unit": only(WORKER, LEAD, COORDINATOR, ADVISER, PRIVACY),
    "insights:unit-paper": only(WORKER, LEAD, COORDINATOR, ADVISER, PRIVACY),
    "insights:organisation": only(COORDINATOR, ADVISER, PRIVACY),
    "insights:organisation-paper": only(COORDINATOR, ADVISER, PRIVACY),
    "insights:organisation-cells": only(COORDINATOR, ADVISER, PRIVACY),
    "insights:effects": only(COORDINATOR, ADVISER, TRAINER, RESEARCHER, PRIVACY),
    "insights:effect": only(COORDINATOR, ADVISER, TRAINER, RESEARCHER, PRIVACY),
    "insights:effect-table": only(COORDINATOR, ADVISER, TRAINER, RESEARCHER, PRIVACY),
    "insights:effect-new": only(COORDINATOR, ADVISER),
    "insights:effect-calculate": only(COORDINATOR, ADVISER),
    "insights:research": only(RESEARCHER),
    "insights:research-study": only(RESEARCHER),
    "insights:research-download": only(RESEARCHER),
    "insights:research-close": only(RESEARCHER),
    "insights:organisation-links": only(COORDINATOR, PRIVACY),
    "insights:organisation-link-revoke": only(COORDINATOR, PRIVACY),
    "insights:shared": TOKEN,
    "insights:shared-paper": TOKEN,
    "insights:shared-cells": TOKEN,
    "insights:texts": only(PRIVACY),
    "insights:texts-round": only(PRIVACY),
    "insights:text": only(PRIVACY),
    "insights:texts-publish": only(PRIVACY),
    "insights:releases": only(PRIVACY),
    "insights:release": only(PRIVACY),
}

# These show all of the organisation: a role that is held for some units only does not open them.
WHOLE = frozenset(
    route
    for route in TABLE
    if route.startswith(
        (
            "figures:",
            "ballots:evaluation",
            "ballots:signal-",
            "insights:organisation",
            "insights:release",
            "insights:research",
            "insights:effect",
            "insights:text",
        )
    )
)


def opens(route: str, standing: Standing) -> frozenset[Role]:
    """The roles by which this standing may open a route that the table gives to roles; empty: it may not."""
    rule = TABLE[route]
    held = standing.roles & rule if isinstance(rule, frozenset) else frozenset()
    return held & standing.whole_roles if route in WHOLE else held


class AccessMiddleware:
    """Applies TABLE, deny by default, and opens the scope of the organisation for the view that follows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: standing_of(request))  # type: ignore[attr-defined]
        request.organisation = SimpleLazyObject(lambda: request.standing.organisation)  # type: ignore[attr-defined]
        with ExitStack() as request.scopes:  # type: ignore[attr-defined]
            response = self.get_response(request)
        if getattr(request, "own", False):
            # A shared computer: nothing of these pages stays behind for the Back button or on the disk.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        route = request.resolver_match.view_name  # type: ignore[union-attr]
        rule = TABLE.get(route)
        if rule is None:
            raise Http404
        if rule in (PUBLIC, TOKEN):
            return None
        request.own = True  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if rule == SIGNED_IN:
            return None
        return self._admit(request, route)

    def _admit(self, request: HttpRequest, route: str) -> HttpResponse | None:
        standing = request.standing  # type: ignore[attr-defined]
        held = opens(route, standing)
        if not held:
            raise PermissionDenied
        if held == {Role.WORKER} or has_second_factor(request):
            request.scopes.enter_context(scope(organisation=standing.organisation))  # type: ignore[attr-defined]
            return None
        if Role.WORKER in held:
            # The page is open to a worker too: it is served with no more than the worker's own sight.
            request.standing = standing.as_worker()  # type: ignore[attr-defined]
            request.scopes.enter_context(scope(organisation=standing.organisation))  # type: ignore[attr-defined]
            return None
        request.session["after_second_factor"] = request.get_full_path()
        return redirect("people:second-factor")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return render(request, "ui/refusal.html", {"refusal": exception}, status=exception.status)
        return None
