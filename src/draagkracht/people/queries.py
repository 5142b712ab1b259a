"""Shared reads: where an account stands, units with those below them, who belonged where on a day."""

import datetime
from collections import defaultdict

from django.db.models import Q
from django.http import HttpRequest
from django_scopes import scope, scopes_disabled

from .models import Account, Membership, Organisation, Person, Role, RoleAssignment, Unit
from .rules import Standing


def organisations_of(account: Account) -> list[Organisation]:
    """Organisations in which the account is a person or holds a role, by name."""
    # An account's places span organisations; nothing but their names leaves this function.
    with scopes_disabled():
        own = Person.objects.filter(account=account, erased_at=None).values("organisation_id")
        held = RoleAssignment.objects.filter(account=account, revoked_at=None).values("organisation_id")
        return list(Organisation.objects.filter(Q(id__in=own) | Q(id__in=held)).order_by("name"))


def standing_of(request: HttpRequest) -> Standing:
    """The standing of whoever makes the request, in the organisation chosen in the session (else the first)."""
    if not request.user.is_authenticated:
        return Standing()
    organisations = organisations_of(request.user)  # type: ignore[arg-type]
    chosen = request.session.get("organisation")
    organisation = next((o for o in organisations if o.id == chosen), organisations[0] if organisations else None)
    if organisation is None:
        return Standing(account=request.user)  # type: ignore[arg-type]
    return standing_in(request.user, organisation)  # type: ignore[arg-type]


def standing_in(account: Account, organisation: Organisation) -> Standing:
    """The standing of an account in one organisation."""
    with scope(organisation=organisation):
        person = Person.objects.filter(account=account, erased_at=None).first()
        membership = person and Membership.objects.filter(person=person, ends_on=None).first()
        assignments = list(RoleAssignment.objects.filter(account=account, revoked_at=None))
        below = units_below(organisation) if any(a.unit_id for a in assignments) else {}
        units: dict[Role, frozenset[int] | None] = {}
        for assignment in assignments:
            role = Role(assignment.role)
            if assignment.unit_id is None:
                units[role] = None
            elif units.get(role, frozenset()) is not None:
                units[role] = (units.get(role) or frozenset()) | below[assignment.unit_id]
    return Standing(account, organisation, person, membership.unit_id if membership else None, units)


def units_below(organisation: Organisation) -> dict[int, frozenset[int]]:
    """For each unit the ids of itself and all units below it. Call inside the organisation's scope."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for unit_id, parent_id in Unit.objects.values_list("id", "parent_id"):
        children[parent_id].append(unit_id)

    found: dict[int, frozenset[int]] = {}
    order = list(children[None])
    for unit_id in order:
        order.extend(children[unit_id])
    for unit_id in reversed(order):
        found[unit_id] = frozenset([unit_id]).union(*(found[child] for child in children[unit_id]))
    return found


def unit_paths(organisation: Organisation) -> dict[int, tuple[str, ...]]:
    """For each unit id its codes from the organisation down. Call inside the organisation's scope."""
    rows = {u.id: u for u in Unit.objects.all()}
    paths: dict[int, tuple[str, ...]] = {}

    def path(unit: Unit) -> tuple[str, ...]:
        if unit.id not in paths:
            above = path(rows[unit.parent_id]) if unit.parent_id else ()
            paths[unit.id] = (*above, unit.code)
        return paths[unit.id]

    for unit in rows.values():
        path(unit)
    return paths


def members_on(day: datetime.date) -> list[tuple[int, int]]:
    """(person id, unit id) of everybody who belonged to a unit on that day. Call inside a scope."""
    current = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
    return list(
        Membership.objects.filter(current, person__erased_at=None).values_list("person_id", "unit_id").order_by("id")
    )
