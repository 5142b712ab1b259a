"""Pages that act on one's own data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from draagkracht.insights import rights


@require_POST
def withdraw(request: HttpRequest, purpose: str) -> HttpResponse:
    """One tap: the consent is taken back, and the answers of running waves with it."""
    standing = request.standing  # type: ignore[attr-defined]
    rights.withdraw(standing.person, purpose, standing.account)
    return redirect("consent:mine")


@require_GET
def answers_file(request: HttpRequest) -> HttpResponse:
    """Everything that one answered oneself, to take along: FHIR, in a file."""
    standing = request.standing  # type: ignore[attr-defined]
    data = rights.own_answers(standing.person, get_language() or "nl")
    response = HttpResponse(data, content_type="application/fhir+json")
    response.headers["Content-Disposition"] = 'attachment; filename="answers.fhir.json"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
