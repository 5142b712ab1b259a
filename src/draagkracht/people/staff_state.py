"""How an organisation's staff stands now, as the plan of an import needs it. Call inside the organisation's scope."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from .models import AddressChange, Membership, Person, Unit
from .staff_plan import MembershipState, PersonState
from .staff_units import UnitState
from .work import WORK

CHUNK = 900


def units() -> list[UnitState]:
    """Every unit."""
    rows = Unit.objects.order_by("id").values_list("code", "name", "parent__code")
    return [UnitState(*row) for row in rows]


def people(today: datetime.date) -> list[PersonState]:
    """Everybody who was not erased, with the membership that holds today or begins later (of two: the later one)."""
    lasting = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today)).order_by("starts_on", "id")
    rows: Iterable[Any] = lasting.values_list("person_id", "id", "unit__code", *WORK, "starts_on", "ends_on")
    current = {person: MembershipState(*rest) for person, *rest in rows}
    waiting = AddressChange.objects.filter(confirmed_at=None, expires_at__gt=timezone.now())
    proposed = dict(waiting.values_list("person_id", "new_email"))
    settled = measured()
    found = Person.objects.filter(erased_at=None).order_by("id")
    told = found.values_list("id", "staff_number", "name", "email", "language", "account_id", "key_id")
    return [
        PersonState(
            number,
            staff_number,
            name,
            email,
            language,
            current.get(number),
            # Who never had an address can not be asked; only what was sealed for them holds a first address back.
            settled if email or account_id else key_id is not None,
            proposed.get(number, ""),
        )
        for number, staff_number, name, email, language, account_id, key_id in told
    ]


def measured() -> bool:
    """Somebody of the organisation was invited, agreed or answered once: from then on nobody's address just changes.

    One answer for the whole organisation, on purpose. Asked person by person it would tell whoever imports staff who
    answered; and somebody who did not answer yet may still do so by a link that was sent to the former address.
    """
    if Person.objects.filter(key_id__isnull=False).exists():
        return True
    everybody = Person.objects.values("pk")
    return any(
        other._base_manager.filter(**{f"{name}__in": everybody}).exists()  # type: ignore[attr-defined]
        for other, name in _pointing(Person)
        if other._meta.app_label != Person._meta.app_label
    )


def chunks(values: Iterable) -> Iterable[list]:
    """Pieces that fit in one query of either database."""
    listed = list(values)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def referred(model: type[Model], ids: Iterable[int], besides: tuple[type[Model], ...]) -> set[int]:
    """Which of these rows something else in the database refers to, whatever the room; `besides` does not count.

    Asks only whether there is a reference. A model that somebody adds later counts by itself.
    """
    wanted, found = list(ids), set[int]()
    for other, name in _pointing(model):
        if other in besides:
            continue
        for part in chunks(wanted):
            found |= set(other._base_manager.filter(**{f"{name}__in": part}).values_list(name, flat=True))  # type: ignore
    return found


def _pointing(model: type[Model]) -> list[tuple[type[Model], str]]:
    """Every (model, column) with a foreign key to this one."""
    return [
        (relation.related_model, relation.field.attname)  # type: ignore[union-attr,misc]
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
