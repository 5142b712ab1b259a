"""May somebody take answers out for research?"""

from draagkracht.people.models import Role
from draagkracht.people.rules import Standing

# People were promised that the employer does not get the file: who acts for the employer is not its researcher.
FOR_THE_EMPLOYER = frozenset({Role.TEAM_LEAD, Role.COORDINATOR, Role.ADVISER, Role.PLATFORM_ADMIN})


def may_export(standing: Standing) -> bool:
    """Researcher for all of the organisation, and nothing in it for the employer."""
    return Role.RESEARCHER in standing.whole_roles and not standing.roles & FOR_THE_EMPLOYER
