"""Takes the last staff import back, as long as no survey ran since.

Whether it can be undone must not tell what one newcomer did. So nobody looks at what the people of the import did:
once a survey was open since the import it is refused, the same for all, and that is known to who keeps the staff.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from ..models import Account, AddressChange, Membership, Person, StaffChange, StaffImport, StaffUpload, Unit
from ..staff_state import chunks, referred
from ..work import WORK
from . import audit
from .staff_import import lock


def why_not(staff_import: StaffImport) -> str:
    """Why this import can not be undone any more, as a sentence; empty when it can. Call inside the scope."""
    if staff_import.undone_at is not None:
        return _("This import was undone before.")
    if StaffImport.objects.filter(pk__gt=staff_import.pk).exists():
        return _("A newer file was imported. Only the last import can be undone.")
    changes = list(StaffChange.objects.filter(staff_import=staff_import))
    # Another room knows about surveys; settings name whom to ask, because this room stands below it.
    if import_string(settings.STAFF_UNDO_UNLESS)(staff_import.organisation, staff_import.imported_at):
        return _("A survey was open since this import. Upload a corrected file instead.")
    if _moved_on(changes):
        return _("Somebody’s data changed after this import. Upload a corrected file instead.")
    return ""


def _moved_on(changes: list[StaffChange]) -> bool:
    """Something that the import wrote is no longer as it left it."""
    rows: dict[int, Membership] = {}
    people: dict[int, Person] = {}
    for part in chunks(change.person_id for change in changes):
        rows.update({row.pk: row for row in Membership.objects.filter(person_id__in=part)})
        people.update({person.pk: person for person in Person.objects.filter(pk__in=part)})
    newest: dict[int, int] = {}
    for row in rows.values():
        newest[row.person_id] = max(row.pk, newest.get(row.person_id, 0))
    return any(_differs(change, people[change.person_id], rows, newest) for change in changes)


def _differs(change: StaffChange, person: Person, rows: dict[int, Membership], newest: dict[int, int]) -> bool:
    opened = change.after.get("opened")
    if person.erased_at is not None or (opened and newest.get(person.pk) != opened):
        return True
    if any(getattr(person, name) != value for name, value in change.after.get("fields", {}).items()):
        return True
    if any(_day(end["is"]) != rows[end["id"]].ends_on for end in change.before["closed"] if end["id"] in rows):
        return True
    amended = change.before.get("amended")
    if amended:
        row = rows.get(amended["id"])
        # What an older version remembered knows fewer columns.
        kept = [name for name in WORK if name in amended["is"]]
        now = row and {"unit": row.unit_id, **{name: getattr(row, name) for name in kept}, "ends_on": row.ends_on}
        return now != {**amended["is"], "ends_on": _day(amended["is"]["ends_on"])}
    return False


def undo(staff_import: StaffImport, account: Account | None) -> None:
    """Everything as it was before the import, in one transaction with one audit line. Raises Refusal 409."""
    with transaction.atomic():
        lock(staff_import.organisation)
        staff_import.refresh_from_db()
        reason = why_not(staff_import)
        if reason:
            raise Refusal(reason, 409)
        changes = list(StaffChange.objects.filter(staff_import=staff_import))
        _restore_memberships(changes)
        _restore_people(changes)
        AddressChange.objects.filter(staff_import=staff_import).delete()
        StaffChange.objects.filter(staff_import=staff_import).delete()
        _remove_new(changes)
        _restore_units(staff_import)
        staff_import.undone_at, staff_import.undone_by = timezone.now(), account
        staff_import.save(update_fields=["undone_at", "undone_by"])
        StaffUpload.objects.filter(staff_import=staff_import).delete()
        audit(staff_import.organisation, account, "staff.import-undone", staff_import=staff_import.pk)


def _restore_memberships(changes: list[StaffChange]) -> None:
    for part in chunks(change.after["opened"] for change in changes if change.after.get("opened")):
        Membership.objects.filter(pk__in=part).delete()
    rows = [Membership(pk=e["id"], ends_on=_day(e["was"])) for change in changes for e in change.before["closed"]]
    Membership.objects.bulk_update(rows, ["ends_on"], batch_size=200)
    amended = [change.before["amended"] for change in changes if change.before.get("amended")]
    for kept in {tuple(name for name in WORK if name in a["was"]) for a in amended}:
        rows = [
            Membership(
                pk=a["id"], unit_id=a["was"]["unit"], ends_on=_day(a["was"]["ends_on"]),
                **{name: a["was"][name] for name in kept},
            )
            for a in amended if kept == tuple(name for name in WORK if name in a["was"])
        ]  # fmt: skip
        Membership.objects.bulk_update(rows, ["unit", *kept, "ends_on"], batch_size=100)


def _restore_people(changes: list[StaffChange]) -> None:
    altered = [change for change in changes if change.before.get("fields")]
    for name in ("email", "staff_number"):
        for part in chunks(change.person_id for change in altered if name in change.before["fields"]):
            Person.objects.filter(pk__in=part).update(**{name: ""})
    # A newcomer may hold a value that goes back to its former owner.
    for part in chunks(change.person_id for change in changes if change.kind == "new"):
        Person.objects.filter(pk__in=part).update(email="", staff_number="")
    for change in altered:
        people = Person.objects.filter(pk=change.person_id)
        people.update(**change.before["fields"])
        # Who kept the address may have another account since, by their own yes; who has a key is never moved.
        if "email" in change.before["fields"] or change.before["account"] is None:
            people.filter(key_id=None).update(account=change.before["account"])


def _remove_new(changes: list[StaffChange]) -> None:
    new = [change for change in changes if change.kind == "new"]
    for part in chunks(change.person_id for change in new):
        Person.objects.filter(pk__in=part).delete()
    made = [change.after["account_made"] for change in new if change.after.get("account_made")]
    # An account that somebody used, or that got a role, stays.
    used = referred(Account, made, ())
    for part in chunks(pk for pk in made if pk not in used):
        Account.objects.filter(pk__in=part, last_login=None).delete()


def _restore_units(staff_import: StaffImport) -> None:
    for before in staff_import.units_before:
        Unit.objects.filter(pk=before["id"]).update(name=before["name"], parent=before["parent_id"])
    for pk in reversed(staff_import.units_made):
        # A unit that got people, a role or a wave in the meantime stays; it does no harm.
        if not referred(Unit, [pk], ()):
            Unit.objects.filter(pk=pk).delete()


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
