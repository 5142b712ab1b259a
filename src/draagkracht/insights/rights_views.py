"""Pages that act on one's own data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from draagkracht.insights import rights


@require_POST
def withdraw(request: HttpRequest, purpose: str) -> HttpResponse:
    """One tap: the consent is taken back, and the answers of running waves with it."""
    standing = request.standing  # type: ignore[attr-defined]
    rights.withdraw(standing.person, purpose, standing.account)
    return redirect("consent:mine")
