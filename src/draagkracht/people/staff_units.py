"""The tree of units as a staff file sees it: finds the unit of each entry, plans new units and moves. Pure."""

from dataclasses import dataclass, replace

from django.utils.text import slugify
from django.utils.translation import gettext as _

from .staff_entries import Entry, Fault

DEEPEST = 10


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit: its code, its name and the code of the unit above (None for the organisation itself)."""

    code: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class UnitPlan:
    """New units, those above first; and units with another name, place or code: (code now, as it becomes)."""

    new: tuple[UnitState, ...] = ()
    changed: tuple[tuple[str, UnitState], ...] = ()


class Tree:
    """Units by code while a plan is made. Codes are compared without regard to capitals."""

    def __init__(self, units: list[UnitState]) -> None:
        self.before = {unit.code: unit for unit in units}
        self.units = {unit.code.casefold(): unit for unit in units}
        self.root = next(unit for unit in units if unit.parent is None)
        self.alias = ""
        self.children = {(unit.parent or "", unit.name.casefold()): unit for unit in units}

    def find(self, code: str) -> UnitState | None:
        return self.root if code.casefold() == self.alias else self.units.get(code.casefold())

    def put(self, unit: UnitState) -> UnitState:
        self.units[unit.code.casefold()] = unit
        self.children[unit.parent or "", unit.name.casefold()] = unit
        return unit

    def step(self, above: UnitState, name: str) -> UnitState:
        """The unit of that name (or code) right below another; planned when there is none."""
        found = self.children.get((above.code, name.casefold()))
        if found is None:
            by_code = self.find(name)
            found = by_code if by_code and by_code.parent == above.code else None
        return found or self.put(UnitState(self.free_code(above, name), name[:200], above.code))

    def free_code(self, above: UnitState, name: str) -> str:
        code = slugify(name)[:80] or "unit"
        if code.casefold() in self.units and above.code != self.root.code:
            code = f"{above.code[:30]}-{code}"
        number, wanted = 2, code
        while code.casefold() in self.units:
            code, number = f"{wanted}-{number}", number + 1
        return code

    def plan(self) -> UnitPlan:
        after = self.units.values()
        made = [unit for unit in after if unit.code not in self.before]
        ordered: list[UnitState] = []
        known = set(self.before)
        while made:
            ready = [unit for unit in made if unit.parent in known]
            ordered += ready
            known |= {unit.code for unit in ready}
            made = [unit for unit in made if unit.code not in known]
        changed = [(u.code, u) for u in after if u.code in self.before and self.before[u.code] != u]
        return UnitPlan(tuple(ordered), tuple(changed))


def place(entries: list[Entry], units: list[UnitState], coded: bool) -> tuple[list[Entry], list[Fault], UnitPlan]:
    """Entries with the code of their unit, faults, and what happens to the tree. `coded`: the file names the unit above."""
    tree = Tree(units)
    faults = _weave(entries, tree) if coded else []
    bad = {fault.number for fault in faults}
    placed, found = [], {}
    for entry in entries:
        if entry.number in bad:
            continue
        if entry.place not in found:
            found[entry.place] = _unit_of(entry, tree, coded).code
        placed.append(replace(entry, unit=found[entry.place]))
    return placed, faults, tree.plan()


def _unit_of(entry: Entry, tree: Tree, coded: bool) -> UnitState:
    if entry.place[0] == "path":
        return _walk(tree, list(entry.place[1:]))
    _kind, code, _parent, name = entry.place
    found = tree.find(code)
    if coded or found:
        if found and name and found.name != name and found is not tree.root:
            found = tree.put(replace(found, name=name))
        return found or tree.root
    parts = [part.strip() for part in code.replace(">", "/").replace("\\", "/").split("/") if part.strip()]
    if len(parts) > 1:
        return _walk(tree, parts[:DEEPEST])
    same_name = [unit for unit in tree.units.values() if unit.name.casefold() == code.casefold()]
    if len(same_name) == 1:
        return same_name[0]
    return tree.put(UnitState(code[:120], name or code, tree.root.code))


def _walk(tree: Tree, names: list[str]) -> UnitState:
    here = tree.root
    if names[0].casefold() in (here.name.casefold(), here.code.casefold()):
        names = names[1:]
    if len(names) == 1:
        # A team without its department: the one unit of that name or code, wherever it is.
        wanted = names[0].casefold()
        same = [u for u in tree.units.values() if wanted in (u.name.casefold(), u.code.casefold())]
        if len(same) == 1:
            return same[0]
    for name in names:
        here = tree.step(here, name)
    return here


# -- unit code + code of the unit above --------------------------------------------------------------------------------


def _weave(entries: list[Entry], tree: Tree) -> list[Fault]:
    """Adds the file's units to the tree; the faults of rows whose unit cannot stand in one tree."""
    faults: list[Fault] = []
    told: dict[str, tuple[str, str, str]] = {}
    for entry in entries:
        _kind, code, parent, name = entry.place
        first = told.setdefault(code.casefold(), (code, parent, name))
        if parent and first[1] and first[1].casefold() != parent.casefold():
            values = {"unit": code, "one": first[1], "other": parent}
            faults.append(Fault(entry.number, _("Unit %(unit)s stands below %(one)s and below %(other)s.") % values))
        elif parent and not first[1]:
            told[code.casefold()] = (code, parent, name or first[2])
    _adopt_top(told, tree)
    reasons = {key: reason for key in told if (reason := _why_not(key, told, tree))}
    wrong = {fault.number for fault in faults}
    for entry in entries:
        key = entry.place[1].casefold()
        if entry.number not in wrong and key in reasons:
            faults.append(Fault(entry.number, reasons[key]))
    for key, (code, parent, name) in told.items():
        if key not in reasons:
            _put_coded(tree, told, code, parent, name)
    return faults


def _adopt_top(told: dict[str, tuple[str, str, str]], tree: Tree) -> None:
    """In an organisation without units yet, the one top of the file is the organisation itself, by another code."""
    parents = {parent.casefold(): parent for _code, parent, _name in told.values() if parent}
    tops = [code for code, parent, _name in told.values() if not parent]
    tops += [parent for key, parent in parents.items() if key not in told]
    tops = [code for code in tops if tree.find(code) is None]
    if len(tree.units) == 1 and len(tops) == 1:
        tree.alias = tops[0].casefold()


def _why_not(key: str, told: dict[str, tuple[str, str, str]], tree: Tree) -> str:
    """Why a unit of the file cannot stand in the tree; empty when it can."""
    code, parent, _name = told[key]
    known = tree.find(code)
    if known is tree.root:
        return _("The organisation itself cannot stand below a unit.") if parent else ""
    if not parent and known is None:
        return _("Unit %(unit)s has no unit above it; only the organisation itself may.") % {"unit": code}
    seen = {key}
    here = parent.casefold()
    while here:
        if here in seen:
            return _("Unit %(unit)s stands below itself.") % {"unit": code}
        seen.add(here)
        if len(seen) > DEEPEST + 1:
            return _("There are more than %(limit)s layers of units.") % {"limit": DEEPEST}
        found = tree.find(here)
        if here in told and told[here][1]:
            here = told[here][1].casefold()
        elif found is not None:
            here = (found.parent or "").casefold()
        else:
            return _("The unit above, %(unit)s, is not in the file nor in the organisation.") % {"unit": parent}
    return ""


def _put_coded(tree: Tree, told: dict[str, tuple[str, str, str]], code: str, parent: str, name: str) -> None:
    known = tree.find(code)
    if known is tree.root:
        return
    above = tree.find(parent) if parent else None
    # The unit above may come later in the file: its code as the file first wrote it.
    above_code = above.code if above else told[parent.casefold()][0] if parent else known.parent  # type: ignore[union-attr]
    if known is None:
        tree.put(UnitState(code[:120], (name or code)[:200], above_code))
    elif (known.parent, known.name) != (above_code, name or known.name):
        tree.put(replace(known, parent=above_code, name=name or known.name))
