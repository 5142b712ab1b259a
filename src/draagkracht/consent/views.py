"""Pages: who sees what (for everybody), and what one person agreed to and who looked (for that person)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from draagkracht.consent import actions, purposes, queries
from draagkracht.consent.sight import SIGHT
from draagkracht.people.queries import proposed_address


@require_GET
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """The public page on privacy, in plain words."""
    language = get_language() or "en"
    texts = [purposes.current(purpose, language) for purpose in sorted(purposes.catalogue())]
    return render(request, "consent/who_sees_what.html", {"sight": SIGHT, "texts": texts})


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My consents, who looked at what, what is kept."""
    person = request.standing.person  # type: ignore[attr-defined]
    asked = {
        "consents": queries.consents(person, get_language() or "en"),
        "looks": queries.access_log(person),
        "person": person,
        "proposed": proposed_address(person),
    }
    return render(request, "consent/mine.html", asked)


@require_POST
def agree(request: HttpRequest, purpose: str) -> HttpResponse:
    """One tap to agree to the words that stood on the page."""
    standing = request.standing  # type: ignore[attr-defined]
    shown = request.POST.get("shown", "")
    actions.grant(standing.person, purpose, request.POST.get("language", ""), shown, standing.account)
    return redirect("consent:mine")
