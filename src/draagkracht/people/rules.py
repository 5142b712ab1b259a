"""May this account ...: pure questions about a standing, answered from its roles alone."""

from dataclasses import dataclass, field, replace

from .models import Account, Organisation, Person, Role


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in the organisation in which they work now.

    `units` maps a role to the ids of the units it is held for, those below included; None stands for all of the
    organisation. Without an organisation nothing is held.
    """

    account: Account | None = None
    organisation: Organisation | None = None
    person: Person | None = None
    own_unit_id: int | None = None
    units: dict[Role, frozenset[int] | None] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[Role]:
        held = set(self.units)
        if self.person is not None:
            held.add(Role.WORKER)
        return frozenset(held)

    @property
    def whole_roles(self) -> frozenset[Role]:
        """Roles that are held for all of the organisation, not for some of its units only."""
        return frozenset(role for role, units in self.units.items() if units is None)

    def as_worker(self) -> "Standing":
        """The same person, without what the other roles would let them see."""
        return replace(self, units={})


# Roles that see published figures of every unit they are assigned to.
SEES_FIGURES = (Role.TEAM_LEAD, Role.COORDINATOR, Role.ADVISER, Role.PRIVACY_OFFICER)


def may_see_unit(standing: Standing, unit_id: int) -> bool:
    """Published figures of a unit: for its own people, and for whoever holds it, or a unit above it, in a role."""
    if standing.person is not None and standing.own_unit_id == unit_id:
        return True
    return holds_unit(standing, unit_id, SEES_FIGURES)


def holds_unit(standing: Standing, unit_id: int, roles: tuple[Role, ...]) -> bool:
    """One of these roles is held for this unit or for the whole organisation."""
    for role in roles:
        if role in standing.units:
            units = standing.units[role]
            if units is None or unit_id in units:
                return True
    return False


# Roles that keep the list of staff.
KEEPS_STAFF = (Role.COORDINATOR, Role.ADVISER, Role.PLATFORM_ADMIN)


def staff_units(standing: Standing) -> frozenset[int] | None:
    """Units whose people somebody may see by name: None for all, an empty set for none."""
    found: frozenset[int] = frozenset()
    for role in KEEPS_STAFF:
        if role in standing.units:
            units = standing.units[role]
            if units is None:
                return None
            found |= units
    return found


def may_import_staff(standing: Standing) -> bool:
    """A staff file is about the whole organisation: only for who keeps the staff of all of it."""
    return staff_units(standing) is None
