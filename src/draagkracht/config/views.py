"""The front door, and what a monitor asks."""

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from draagkracht.people.models import Role

# Where somebody lands after signing in: the first role they hold decides.
LANDING = (
    (Role.TEAM_LEAD, "insights:team"),
    (Role.COORDINATOR, "insights:organisation"),
    (Role.ADVISER, "insights:organisation"),
    (Role.WORKER, "insights:me"),
)


def home(request: HttpRequest) -> HttpResponse:
    """The public front page; who is signed in goes to the page of their first role."""
    standing = request.standing  # type: ignore[attr-defined]
    for role, route in LANDING:
        if role in standing.roles:
            return redirect(route)
    return render(request, "config/home.html")


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The process answers and both databases do; 503 with the name of the one that does not."""
    for name in ("default", "vault"):
        try:
            with connections[name].cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception:  # any driver's error means the same to a monitor
            return JsonResponse({"status": "unavailable", "database": name}, status=503)
    return JsonResponse({"status": "ok"})
