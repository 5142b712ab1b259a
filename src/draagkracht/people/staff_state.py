"""How an organisation's staff stands now, as the plan of an import needs it. Call inside the organisation's scope."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q

from .models import Membership, Person, Unit
from .staff_plan import MembershipState, PersonState
from .staff_units import UnitState

CHUNK = 900


def units() -> list[UnitState]:
    """Every unit."""
    rows = Unit.objects.order_by("id").values_list("code", "name", "parent__code")
    return [UnitState(*row) for row in rows]


def people(today: datetime.date) -> list[PersonState]:
    """Everybody who was not erased, with the membership that holds today or begins later (of two: the later one)."""
    lasting = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today)).order_by("starts_on", "id")
    rows: Iterable[Any] = lasting.values_list("person_id", "id", "unit__code", "profession", "starts_on", "ends_on")
    current = {person: MembershipState(*rest) for person, *rest in rows}
    found = Person.objects.filter(erased_at=None).order_by("id")
    return [
        PersonState(*row, current.get(row[0]))
        for row in found.values_list("id", "staff_number", "name", "email", "language")
    ]


def chunks(values: Iterable) -> Iterable[list]:
    """Pieces that fit in one query of either database."""
    listed = list(values)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def referred(model: type[Model], ids: Iterable[int], besides: tuple[type[Model], ...]) -> set[int]:
    """Which of these rows something else in the database refers to, whatever the room; `besides` does not count.

    Asks only whether there is a reference. A model that somebody adds later counts by itself.
    """
    wanted, found = list(ids), set[int]()
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        other, name = relation.related_model, relation.field.attname  # type: ignore[union-attr]
        if other in besides:
            continue
        for part in chunks(wanted):
            found |= set(other._base_manager.filter(**{f"{name}__in": part}).values_list(name, flat=True))  # type: ignore
    return found
