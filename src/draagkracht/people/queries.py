"""Shared reads: where an account stands, units with those below them, who belonged where on a day."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from .models import Account, AddressChange, Membership, Organisation, Person, Role, RoleAssignment, Unit
from .rules import Standing
from .work import WORK, seniority


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
        membership = person and Membership.objects.filter(on_day(timezone.localdate()), person=person).first()
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


def on_day(day: datetime.date) -> Q:
    """Memberships that hold on that day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


def members_on(day: datetime.date) -> list[tuple[int, int]]:
    """(person id, unit id) of everybody who belonged to a unit on that day. Call inside a scope."""
    return list(
        Membership.objects.filter(on_day(day), person__erased_at=None)
        .values_list("person_id", "unit_id")
        .order_by("id")
    )


def work_of(persons: Collection[int], day: datetime.date) -> dict[int, dict[str, str]]:
    """Person id -> profession, contract, shift and band of seniority on that day; "" where nobody said. In a scope.

    Who left before stands with their last membership. Years count from the first day that this organisation knows.
    """
    first: dict[int, datetime.date] = {}
    found: dict[int, dict[str, str]] = {}
    rows = Membership.objects.filter(starts_on__lte=day).order_by("starts_on", "id")
    for person, starts, *told in rows.values_list("person_id", "starts_on", *WORK):
        if person in persons:
            began = first.setdefault(person, starts)
            found[person] = dict(zip(WORK, told, strict=True)) | {"seniority": seniority(began, day)}
    return found


@dataclass
class Branch:
    """A unit with its people of today: its own, and with those of every unit below it."""

    unit: Unit
    own: int
    total: int
    below: list["Branch"]


def branches(day: datetime.date, visible: frozenset[int] | None = None) -> list[Branch]:
    """The tree of units with head counts, from the top; with `visible`, the topmost of those units. Two queries."""
    heads = Counter(unit_id for _person, unit_id in members_on(day))
    made = {unit.pk: Branch(unit, heads[unit.pk], 0, []) for unit in Unit.objects.order_by("name", "id")}
    tops = []
    for branch in made.values():
        above = made.get(branch.unit.parent_id or 0)
        if above is not None and (visible is None or above.unit.pk in visible):
            above.below.append(branch)
        elif visible is None or branch.unit.pk in visible:
            tops.append(branch)
    for top in tops:
        _add_up(top)
    return tops


def _add_up(branch: Branch) -> int:
    branch.total = branch.own + sum(_add_up(child) for child in branch.below)
    return branch.total


def roles_of(accounts: Iterable[int]) -> dict[int, list[str]]:
    """Account id -> names of the roles it holds in the organisation in scope."""
    held: dict[int, list[str]] = defaultdict(list)
    rows = RoleAssignment.objects.filter(account_id__in=list(accounts), revoked_at=None).order_by("role")
    for account_id, role in rows.values_list("account_id", "role").distinct():
        held[account_id].append(str(Role(role).label))
    return held


def proposed_address(person: Person) -> AddressChange | None:
    """The e-mail that a staff file proposed for this person and that waits for their yes. Call inside a scope."""
    return AddressChange.objects.filter(person=person, confirmed_at=None, expires_at__gt=timezone.now()).first()
