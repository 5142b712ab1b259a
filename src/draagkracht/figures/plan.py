"""What a file with own figures would change, compared with what holds now. Pure but for the words of its sentences."""

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from draagkracht.ui.charts.figure import number
from draagkracht.ui.sheets import Sheet

from .entries import Entry, Reading, Remark, read_rows
from .kinds import Kind, fields, kind_of, said
from .places import Places

CellKey = tuple[int, str, datetime.date]
Current = Mapping[CellKey, float]
# Percentages are rounded to one or two decimals, each on its own.
ROUNDING = 0.11


@dataclass(frozen=True)
class Change:
    """A number that is new (`before` None) or becomes another one."""

    entry: Entry
    before: float | None


@dataclass(frozen=True)
class Plan:
    """Everything that would happen; `digest` tells one plan from another, to the letter."""

    new: list[Change]
    changed: list[Change]
    unchanged: int
    faults: list[Remark]
    left: list[Remark]
    digest: str

    @property
    def empty(self) -> bool:
        return not self.new and not self.changed

    @property
    def mend(self) -> int:
        """How many rows have mistakes; one row may have several."""
        return len({fault.row for fault in self.faults})

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "left": len(self.left),
            "errors": len(self.faults),
        }


def make(sheet: Sheet, reading: Reading, places: Places, current: Current, today: datetime.date) -> Plan:
    """The plan of one file. With a fault nothing of it can be confirmed."""
    entries, faults, left = read_rows(sheet, reading, places, today)
    if not faults:
        faults = _consistent(entries, current, places)
    new, changed, unchanged = [], [], 0
    for entry in entries:
        before = current.get((entry.unit, entry.key, entry.month))
        if before is None:
            new.append(Change(entry, None))
        elif before != entry.amount:
            changed.append(Change(entry, before))
        else:
            unchanged += 1
    faults = sorted(faults, key=lambda fault: fault.row)
    told = [[c.entry.unit, c.entry.key, c.entry.month.isoformat(), c.entry.amount, c.before] for c in (*new, *changed)]
    said_all = json.dumps([told, unchanged, [f.row for f in faults], [r.row for r in left]])
    return Plan(new, changed, unchanged, faults, left, hashlib.sha256(said_all.encode()).hexdigest())


def _consistent(entries: list[Entry], current: Current, places: Places) -> list[Remark]:
    """Faults of numbers that do not fit together, with what is known already taken along."""
    rows: dict[tuple[int, str, datetime.date], int] = {}
    for entry in entries:
        rows.setdefault((entry.unit, fields()[entry.key][0].id, entry.month), entry.row)
    amounts: dict[tuple[int, str, datetime.date], dict[str, float]] = defaultdict(dict)
    fresh = {(entry.unit, entry.key, entry.month): entry.amount for entry in entries}
    for (unit, key, month), amount in {**current, **fresh}.items():
        kind, field = fields().get(key, (None, None))
        if kind and field and (unit, kind.id, month) in rows:
            amounts[unit, kind.id, month][field.id] = amount
    faults = []
    for place, known in amounts.items():
        unit, kind_id, month = place
        why = _clash(kind_of(kind_id), known)
        if why:
            where = f"{places.by_id[unit].name}, {date_format(month, 'F Y')}"
            faults.append(Remark(rows[place], f"{where}: {why}"))
    return faults


def _clash(kind: Kind, known: Mapping[str, float]) -> str:
    """Why the fields of one month cannot all be right; empty when they can."""
    language = get_language() or "nl"
    names = {field.id: said(field.name, language) for field in kind.fields}
    parts = [known[part] for part in kind.parts if part in known]
    if parts and kind.whole in known and sum(parts) > known[kind.whole] + ROUNDING:
        return _("the parts are more than the whole (%(name)s).") % {"name": names[kind.whole]}
    reasons = [known[field.id] for field in kind.reasons if field.id in known]
    if kind.one_reason and reasons and sum(reasons) > known.get("count", 0):
        return _("there are more reasons than talks; each talk has one main reason.")
    for way in kind.ways:
        value = way.value(known)
        if way.by and known.get(way.by) == 0 and known.get(way.take):
            return _("%(below)s is 0 while %(above)s is not.") % {"below": names[way.by], "above": names[way.take]}
        if value is not None and not kind.least <= value <= kind.most:
            return _("%(above)s divided by %(below)s gives %(value)s, which cannot be right.") % {
                "above": names[way.take],
                "below": names.get(way.by, ""),
                "value": number(value),
            }
    return ""
