"""What the menu of every page shows: the places that the roles of whoever looks can open."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from draagkracht.config.access import PUBLIC, SIGNED_IN, TABLE, TOKEN, opens
from draagkracht.people.models import Role
from draagkracht.people.rules import Standing

# Route and label, in the order of the menu. Who sees a line follows from the access table alone.
MENU = (
    ("insights:me", _("My page")),
    ("insights:team", _("My team")),
    ("insights:organisation", _("Organisation")),
    ("insights:effects", _("Effect")),
    ("surveys:campaigns", _("Measuring")),
    ("ballots:evaluations", _("Evaluations")),
    ("ballots:signals", _("You said, we did")),
    ("figures:overview", _("Own figures")),
    ("people:staff", _("Staff")),
    ("people:roles", _("Roles")),
    ("instruments:drafts", _("Questionnaires")),
    ("instruments:list", _("Catalogue")),
    ("insights:research", _("Research")),
    ("insights:texts", _("Texts to read")),
    ("insights:releases", _("Published")),
)
ACCOUNT = (
    ("consent:mine", _("My data")),
    ("people:security", _("Sign-in and security")),
    ("people:organisations", _("Change organisation")),
)


@dataclass(frozen=True)
class Item:
    """One line of a menu."""

    url: str
    label: str
    current: bool


def menus(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation` and `account_links`, empty for who is not signed in."""
    standing = getattr(request, "standing", None)
    # A page behind a personal link never opens the session: it stays as light and as nameless as it can be.
    match = getattr(request, "resolver_match", None)
    if standing is None or (match and TABLE.get(match.view_name) == TOKEN) or not request.user.is_authenticated:
        return {}
    return {"navigation": items(MENU, request), "account_links": items(ACCOUNT, request)}


def items(lines, request: HttpRequest) -> list[Item]:
    """The lines that this standing may open."""
    found = []
    for route, label in lines:
        rule = TABLE.get(route)
        if rule is None or not (rule in (PUBLIC, SIGNED_IN) or opens(route, request.standing)):  # type: ignore[attr-defined]
            continue
        try:
            url = reverse(route)
        except NoReverseMatch:
            continue
        found.append(Item(url, label, is_here(route, url, request)))
    return found


def is_here(route: str, url: str, request: HttpRequest) -> bool:
    """The page belongs to this line: below its address, and of the same room (`/me/privacy/` is not "My page").

    "My team" leads on to the page of a unit: it is here on that of a team that one leads, or else works in.
    """
    match = request.resolver_match
    if match and route == "insights:team" and match.view_name == "insights:unit":
        return own_team(request.standing, match.kwargs["unit_id"])  # type: ignore[attr-defined]
    return bool(match and match.namespace == route.partition(":")[0] and request.path.startswith(url))


def own_team(standing: Standing, unit_id: int) -> bool:
    led = standing.units.get(Role.TEAM_LEAD)
    return unit_id in led if led else unit_id == standing.own_unit_id
