"""Writes the plan of a staff import in few statements, and remembers per person how it was before."""

import datetime
import secrets
from collections import defaultdict

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from ..models import Account, Membership, Organisation, Person, StaffChange, StaffImport, Unit
from ..staff_entries import Entry
from ..staff_plan import Change, MembershipState, Plan
from ..staff_state import chunks
from ..work import WORK
from .addresses import propose, remember_moves, tell_former_address

BATCH = 2000


def apply(made: StaffImport, plan: Plan) -> None:
    """Units, people, accounts, memberships, and one StaffChange a person. Call inside transaction and scope."""
    organisation = made.organisation
    _write_units(made, plan)
    unit_ids = dict(Unit.objects.values_list("code", "id"))
    old = _free_unique_values(plan.changed)
    accounts, made_accounts = _accounts(organisation, [*plan.new, *_with_account(plan.changed)])
    newcomers = _new_people(organisation, plan.new, accounts)
    _update_people(plan.changed, old, accounts)
    closed = _close(plan)
    opened = _memberships(organisation, plan, newcomers, unit_ids)
    amended = _amend(plan.changed, unit_ids)
    _remember(made, plan, newcomers, old, closed, opened, amended, made_accounts)
    remember_moves(made, old)
    propose(made, [(old[c.person.id], c.proposal) for c in plan.changed if c.proposal])
    _tell_former_addresses(organisation, plan.changed)


def _write_units(made: StaffImport, plan: Plan) -> None:
    rows = {unit.code: unit for unit in Unit.objects.all()}
    waiting = list(plan.units.new)
    while waiting:  # layer by layer: those above come first
        layer = [unit for unit in waiting if unit.parent in rows]
        waiting = [unit for unit in waiting if unit.parent not in rows]
        fresh = [
            Unit(organisation=made.organisation, code=unit.code, name=unit.name, parent=rows[unit.parent or ""])
            for unit in layer
        ]
        Unit.objects.bulk_create(fresh, batch_size=BATCH)
        rows.update({row.code: row for row in fresh})
        made.units_made += [row.pk for row in fresh]
    for code, unit in plan.units.changed:
        row = rows[code]
        made.units_before.append({"id": row.pk, "name": row.name, "parent_id": row.parent_id})
        row.name, row.parent = unit.name, rows[unit.parent] if unit.parent else None
        row.save(update_fields=["name", "parent"])
    made.save(update_fields=["units_made", "units_before"])


def _free_unique_values(changed: tuple[Change, ...]) -> dict[int, Person]:
    """People as they were; empties the values that change hands, so that two people may swap addresses."""
    old: dict[int, Person] = {}
    for part in chunks(change.person.id for change in changed):
        # Locked: nobody gets a key, and so something to read, while their account changes.
        old.update({person.pk: person for person in Person.objects.select_for_update().filter(pk__in=part)})
    if any(old[change.person.id].key_id and "email" in dict(change.fields) for change in changed):
        raise Refusal(
            _("Something changed since you looked at this list. Nothing was stored; look at it once more."), 409
        )
    for name in ("email", "staff_number"):
        freed = [change.person.id for change in changed if name in dict(change.fields)]
        for part in chunks(freed):
            Person.objects.filter(pk__in=part).update(**{name: ""})
    return old


def _with_account(changed: tuple[Change, ...]) -> list[Entry]:
    """Entries whose e-mail is the person's own from now on; a proposed one gets no account yet."""
    return [c.entry for c in changed if not c.person.keeps_address or c.entry.email == c.person.email]


def _accounts(organisation: Organisation, entries: list[Entry]) -> tuple[dict[str, int], set[int]]:
    """E-mail -> id of its account, made where there was none; and the ids of those that were made."""
    wanted = {entry.email: entry for entry in entries if entry.email}
    found: dict[str, int] = {}
    for part in chunks(wanted):
        found.update(Account.objects.filter(email__in=part).values_list("email", "id"))
    fresh = []
    for email, entry in wanted.items():
        if email not in found:
            account = Account(email=email, name=entry.name, language=entry.language or organisation.language)
            # What set_unusable_password writes, made twenty times as fast: there may be 50,000.
            account.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)
            fresh.append(account)
    Account.objects.bulk_create(fresh, batch_size=BATCH)
    found.update({account.email: account.pk for account in fresh})
    return found, {account.pk for account in fresh}


def _new_people(organisation: Organisation, entries: tuple[Entry, ...], accounts: dict[str, int]) -> list[Person]:
    people = [
        Person(
            organisation=organisation,
            account_id=accounts.get(entry.email),
            staff_number=entry.staff_number,
            name=entry.name,
            email=entry.email,
            language=entry.language,
        )
        for entry in entries
    ]
    return Person.objects.bulk_create(people, batch_size=BATCH)


def _update_people(changed: tuple[Change, ...], old: dict[int, Person], accounts: dict[str, int]) -> None:
    touched = []
    for change in changed:
        if not change.fields:
            continue
        was = old[change.person.id]
        person = Person(pk=was.pk)
        for name in ("staff_number", "name", "email", "language", "account_id"):
            setattr(person, name, getattr(was, name))
        for name, value in change.fields:
            setattr(person, name, value)
        if "email" in dict(change.fields) or was.account_id is None:
            # An address that changes gets an account of its own: roles and passkeys of the former one never move along.
            person.account_id = accounts.get(person.email, was.account_id)
        touched.append(person)
    Person.objects.bulk_update(touched, ["staff_number", "name", "email", "language", "account"], batch_size=100)


def _close(plan: Plan) -> dict[int, list[dict]]:
    """Ends memberships of who moves or leaves. Per person: the memberships that were ended, and their former end."""
    ends = {change.person.id: change.from_day for change in plan.changed if change.act == "move"}
    ends.update({leave.person.id: leave.on for leave in plan.leaves})
    closed: dict[int, list[dict]] = defaultdict(list)
    by_day: dict[datetime.date, list[int]] = defaultdict(list)
    for part in chunks(ends):
        rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=plan.today), person_id__in=part)
        for row in rows.order_by("id"):
            on = ends[row.person_id]
            if on is None or (row.ends_on is not None and row.ends_on <= on):
                continue
            until = max(on, row.starts_on)
            closed[row.person_id].append({"id": row.pk, "was": _iso(row.ends_on), "is": _iso(until)})
            by_day[until].append(row.pk)
    for until, ids in by_day.items():
        for part in chunks(ids):
            Membership.objects.filter(pk__in=part).update(ends_on=until)
    return closed


def _memberships(organisation, plan: Plan, newcomers: list[Person], unit_ids: dict[str, int]) -> dict[int, int]:
    """New memberships. Person id -> membership id."""
    rows = [
        _membership(organisation, person.pk, entry, unit_ids, entry.starts_on or plan.today, None)
        for person, entry in zip(newcomers, plan.new, strict=True)
    ]
    for change in plan.changed:
        if change.act in ("move", "join"):
            former = change.person.membership
            starts = change.from_day or plan.today
            rows.append(_membership(organisation, change.person.id, change.entry, unit_ids, starts, former))
    Membership.objects.bulk_create(rows, batch_size=BATCH)
    return {row.person_id: row.pk for row in rows}


def _membership(
    organisation, person_id: int, entry: Entry, unit_ids, starts: datetime.date, former: MembershipState | None
) -> Membership:
    return Membership(
        organisation=organisation,
        person_id=person_id,
        unit_id=unit_ids[entry.unit],
        **_work(entry, former),
        starts_on=starts,
        ends_on=max(entry.leaves_on, starts) if entry.leaves_on else None,
    )


def _work(entry: Entry, former: MembershipState | None) -> dict[str, str]:
    """What the file tells of the work; where it is silent, what was known."""
    return {name: getattr(entry, name) or (getattr(former, name) if former else "") for name in WORK}


def _amend(changed: tuple[Change, ...], unit_ids: dict[str, int]) -> dict[int, dict]:
    """Corrects memberships in their place. Person id -> {id, was, is}."""
    amended, rows = {}, []
    for change in changed:
        state = change.person.membership
        if change.act != "amend" or state is None:
            continue
        entry = change.entry
        row = Membership(pk=state.id, unit_id=unit_ids[entry.unit], **_work(entry, state))
        row.ends_on = max(entry.leaves_on, state.starts_on) if entry.leaves_on else None
        rows.append(row)
        was = {"unit": unit_ids[state.unit], **_told(state), "ends_on": _iso(state.ends_on)}
        now = {"unit": row.unit_id, **_told(row), "ends_on": _iso(row.ends_on)}
        amended[change.person.id] = {"id": state.id, "was": was, "is": now}
    Membership.objects.bulk_update(rows, ["unit", *WORK, "ends_on"], batch_size=100)
    return amended


def _told(of: Membership | MembershipState) -> dict[str, str]:
    return {name: getattr(of, name) for name in WORK}


def _remember(made, plan: Plan, newcomers, old, closed, opened, amended, made_accounts) -> None:
    rows = []

    def keep(person_id: int, kind: str, before: dict, after: dict) -> None:
        rows.append(
            StaffChange(
                staff_import=made,
                organisation=made.organisation,
                person_id=person_id,
                kind=kind,
                before={**before, "closed": closed.get(person_id, []), "amended": amended.get(person_id)},
                after={**after, "opened": opened.get(person_id)},
            )
        )

    for person in newcomers:
        fresh = person.account_id if person.account_id in made_accounts else None
        keep(person.pk, "new", {}, {"account_made": fresh})
    for change in plan.changed:
        was = old[change.person.id]
        fields = {name: getattr(was, name) for name, _value in change.fields}
        keep(was.pk, "changed", {"fields": fields, "account": was.account_id}, {"fields": dict(change.fields)})
    for leave in plan.leaves:
        keep(leave.person.id, "leaves", {}, {})
    StaffChange.objects.bulk_create(rows, batch_size=BATCH)


def _tell_former_addresses(organisation: Organisation, changed: tuple[Change, ...]) -> None:
    """Whoever loses the address that opens their own page must know: otherwise an import could take a page over."""
    for change in changed:
        if change.person.email and "email" in dict(change.fields):
            tell_former_address(organisation, change.person.email, change.person.language)


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
