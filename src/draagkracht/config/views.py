"""The front door, and what a monitor asks."""

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django_scopes import scope

from draagkracht.config.access import opens
from draagkracht.people.models import Role
from draagkracht.people.queries import units_below
from draagkracht.people.rules import Standing

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
        if role in standing.roles and opens(route, standing):
            return redirect(route)
        units = standing.units.get(role)
        if units:
            # Held for a part of the organisation: to the uppermost unit of that part.
            tree = below(standing)
            return redirect("insights:unit", max(units, key=lambda unit: (len(tree[unit] & units), -unit)))
    return render(request, "config/home.html")


def below(standing: Standing) -> dict[int, frozenset[int]]:
    """For each unit of the organisation itself and all below it."""
    with scope(organisation=standing.organisation):
        return units_below(standing.organisation)  # type: ignore[arg-type]


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
