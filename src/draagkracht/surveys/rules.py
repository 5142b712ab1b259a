"""May this person ...: who runs surveys, and for which unit."""

from draagkracht.people.models import Role
from draagkracht.people.rules import Standing, holds_unit

RUNS_SURVEYS = (Role.COORDINATOR, Role.ADVISER)


def may_run(standing: Standing, unit_id: int) -> bool:
    """Plan, open and close waves of this unit: whoever holds it, or the whole organisation, as coordinator or adviser."""
    return holds_unit(standing, unit_id, RUNS_SURVEYS)


def may_plan(standing: Standing) -> bool:
    """Make campaigns: any coordinator or adviser."""
    return any(role in standing.units for role in RUNS_SURVEYS)
