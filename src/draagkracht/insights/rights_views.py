"""Pages that act on one's own data."""

import datetime
from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from draagkracht.insights import rights
from draagkracht.insights.rights import mine, spreadsheet, tables
from draagkracht.people.models import Account, Person
from draagkracht.people.rules import Standing
from draagkracht.ui.refusal import Refusal

# A file with everything is made only for who signed in a moment ago, not for whoever finds an open screen on the ward.
FRESH = datetime.timedelta(minutes=30)


@require_POST
def withdraw(request: HttpRequest, purpose: str) -> HttpResponse:
    """One tap: the consent is taken back, and the answers of running waves with it."""
    standing = request.standing  # type: ignore[attr-defined]
    rights.withdraw(standing.person, purpose, standing.account)
    return redirect("consent:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def take_along(request: HttpRequest) -> HttpResponse:
    """Everything that is mine: what it is, in which formats; on the press of a button the file itself."""
    standing = request.standing  # type: ignore[attr-defined]
    fresh = _fresh(request)
    if request.method == "POST" and fresh:
        return _file(standing, request.POST.get("format", ""))
    here = reverse("insights:my-data")
    context = {
        "fresh": fresh,
        "again": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "left_out": tables.LEFT_OUT.values(),
        "person": standing.person,
    }
    return render(request, "insights/my_data.html", context, status=403 if request.method == "POST" else 200)


def _fresh(request: HttpRequest) -> bool:
    """Whether this very session signed in a moment ago: the account may have done so on another device since."""
    moments = [one.get("at", 0) for one in get_authentication_records(request, request.user)]
    return timezone.now().timestamp() - max(moments, default=0) < FRESH.total_seconds()


def _file(standing: Standing, kind: str) -> HttpResponse:
    language = (get_language() or "nl").split("-")[0]
    if kind not in KINDS or standing.person is None or standing.account is None:
        raise Refusal(_("There is no file of this kind."), 404)
    media, ending, write = KINDS[kind]
    with transaction.atomic():
        mine.log(standing.person, standing.account, kind)
        data = write(standing.person, standing.account, language)
    response = HttpResponse(data, content_type=media)
    name = f"draagkracht-{timezone.localdate():%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


Writer = Callable[[Person, Account, str], bytes]

KINDS: dict[str, tuple[str, str, Writer]] = {
    "json": ("application/json", "json", lambda *whose: mine.as_json(mine.document(*whose))),
    "csv": ("application/zip", "zip", lambda *whose: spreadsheet.as_zip(mine.document(*whose))),
    "fhir": ("application/fhir+json", "fhir.json", lambda person, _account, said: rights.own_answers(person, said)),
}
