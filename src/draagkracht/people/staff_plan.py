"""What a staff file would change: compares its entries with how things stand. Pure: reads and writes nothing.

An empty cell leaves what is known as it is, except in the column of the last working day: there it means "stays".
"""

import datetime
import hashlib
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import staff_entries, staff_units
from .staff_entries import Entry, Fault
from .staff_file import Sheet
from .staff_units import UnitPlan, UnitState
from .work import WORK

MANY_LEAVE = 0.30  # a larger share asks for a second yes: usually the file is only a part of the list


@dataclass(frozen=True, slots=True)
class MembershipState:
    """Where a person belongs now or from a day to come."""

    id: int
    unit: str
    profession: str
    contract: str
    shift: str
    starts_on: datetime.date
    ends_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person as stored; `membership` is None for who left.

    `keeps_address`: a file only proposes another e-mail; `proposed` is one that waits for the person's yes already.
    """

    id: int
    staff_number: str
    name: str
    email: str
    language: str
    membership: MembershipState | None
    keeps_address: bool = False
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A known person who becomes different. `fields`: new values by field; the rest says what the membership does.

    move: `closes_on` ends the membership and a new one starts that day in `entry.unit`; amend: the membership itself is
    corrected; join: a membership where there was none. `proposal`: an e-mail that waits until the person confirms it.
    """

    person: PersonState
    entry: Entry
    fields: tuple[tuple[str, str], ...] = ()
    act: str = ""  # "", "move", "amend", "join"
    from_day: datetime.date | None = None
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """A person who is no longer there from `on`."""

    person: PersonState
    on: datetime.date


@dataclass(frozen=True)
class Plan:
    """Everything that confirming would do, or the faults because of which it cannot."""

    today: datetime.date
    units: UnitPlan = field(default_factory=UnitPlan)
    new: tuple[Entry, ...] = ()
    changed: tuple[Change, ...] = ()
    leaves: tuple[Leave, ...] = ()
    unchanged: int = 0
    present: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "leaves": len(self.leaves),
            "unchanged": self.unchanged,
            "addresses": sum(1 for change in self.changed if change.proposal),
            "units": len(self.units.new),
            "units_changed": len(self.units.changed),
            "errors": len(self.faults),
        }

    @property
    def many_leave(self) -> bool:
        return len(self.leaves) > MANY_LEAVE * self.present

    @property
    def empty(self) -> bool:
        return not (self.new or self.changed or self.leaves or self.units.new or self.units.changed)

    @property
    def digest(self) -> str:
        """Fingerprint of the plan: the same only when confirming does the very same."""
        # It holds what is stored now as well as what comes: any difference since gives another fingerprint.
        parts = (self.today, self.units, self.new, self.changed, self.leaves)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def make(
    sheet: Sheet,
    columns: dict[str, int],
    units: list[UnitState],
    people: list[PersonState],
    today: datetime.date,
    complete: bool,
) -> Plan:
    """The plan of a file. `complete`: whoever is not in it leaves."""
    entries, faults = staff_entries.read_rows(sheet, columns)
    placed, unit_faults, unit_plan = staff_units.place(entries, units, "parent" in columns)
    matched, clashes = _match(placed, people)
    faults = sorted([*faults, *unit_faults, *clashes], key=lambda fault: fault.number)
    present = sum(1 for person in people if person.membership)
    if faults:
        return Plan(today, present=present, faults=tuple(faults))
    return _compare(matched, people, columns, today, complete, unit_plan, present)


def _match(
    entries: list[Entry], people: list[PersonState]
) -> tuple[list[tuple[Entry, PersonState | None]], list[Fault]]:
    """Who each entry is: by staff number, else by e-mail; a fault where the two point at different people."""
    by_number = {p.staff_number.casefold(): p for p in people if p.staff_number}
    by_email = {p.email: p for p in people if p.email}
    numbers = {e.staff_number.casefold() for e in entries if e.staff_number}
    matched: list[tuple[Entry, PersonState | None]] = []
    for entry in entries:
        person = by_number.get(entry.staff_number.casefold()) if entry.staff_number else None
        if person is None:
            person = by_email.get(entry.email)
            if person and person.staff_number and person.staff_number.casefold() in numbers:
                person = None  # that person stands in the file by number; whether the e-mail is free shows below
        matched.append((entry, person))
    return matched, _clashes(matched, by_email)


def _clashes(matched: list[tuple[Entry, PersonState | None]], by_email: dict[str, PersonState]) -> list[Fault]:
    emails_after = {
        person.id: person.email if person.keeps_address else entry.email or person.email
        for entry, person in matched
        if person
    }
    times = Counter(person.id for _entry, person in matched if person)
    faults = []
    for entry, person in matched:
        holder = by_email.get(entry.email)
        taken = (
            holder
            and (person is None or holder.id != person.id)
            and emails_after.get(holder.id, holder.email) == entry.email
        )
        if taken:
            faults.append(Fault(entry.number, _("The e-mail already belongs to somebody with another staff number.")))
        elif person and times[person.id] > 1:
            faults.append(Fault(entry.number, _("Two rows are about the same person.")))
    return faults


def _compare(matched, people, columns, today, complete, unit_plan, present) -> Plan:
    new, changed, leaves, unchanged = [], [], [], 0
    for entry, person in matched:
        gone = entry.leaves_on is not None and entry.leaves_on <= today
        if person is None:
            if gone:
                unchanged += 1
            else:
                new.append(entry)
        elif gone and person.membership:
            leaves.append(Leave(person, max(entry.leaves_on, person.membership.starts_on)))
        elif not gone and (change := _change(entry, person, columns, today)):
            changed.append(change)
        else:
            unchanged += 1
    if complete:
        named = {person.id for _entry, person in matched if person}
        leaves += [
            Leave(person, max(today, person.membership.starts_on))
            for person in people
            if person.membership and person.id not in named
        ]
    return Plan(today, unit_plan, tuple(new), tuple(changed), tuple(leaves), unchanged, present)


def _change(entry: Entry, person: PersonState, columns: dict[str, int], today: datetime.date) -> Change | None:
    told = {"staff_number": entry.staff_number, "name": entry.name, "email": entry.email, "language": entry.language}
    fields = tuple((name, value) for name, value in told.items() if value and value != getattr(person, name))
    proposal = ""
    if person.keeps_address and "email" in dict(fields):
        # Proposed before, and still waiting: the same file again asks nobody a second time.
        proposal = entry.email if entry.email != person.proposed else ""
        fields = tuple(pair for pair in fields if pair[0] != "email")
    act, on = _act(entry, person, columns, today)
    return Change(person, entry, fields, act, on, proposal) if fields or act or proposal else None


def _act(entry: Entry, person: PersonState, columns: dict[str, int], today: datetime.date):
    """What the membership does (see Change), and from which day."""
    membership = person.membership
    if membership is None:
        return "join", entry.starts_on or today
    if entry.unit != membership.unit:
        stated = entry.starts_on
        on = stated if stated and membership.starts_on < stated else today
        return ("move" if on > membership.starts_on else "amend"), on
    ends = entry.leaves_on if "ends_on" in columns else membership.ends_on
    told = ((getattr(entry, name), getattr(membership, name)) for name in WORK)
    if ends != membership.ends_on or any(new and new != known for new, known in told):
        return "amend", membership.starts_on
    return "", None
