"""May somebody read what people wrote?"""

from draagkracht.people.models import Role
from draagkracht.people.rules import Standing

# People were told that the employer does not read along: who acts for the employer is not the reader.
FOR_THE_EMPLOYER = frozenset({Role.TEAM_LEAD, Role.COORDINATOR, Role.ADVISER, Role.PLATFORM_ADMIN})


def may_read_texts(standing: Standing) -> bool:
    """Privacy officer for all of the organisation, and nothing in it for the employer."""
    return Role.PRIVACY_OFFICER in standing.whole_roles and not standing.roles & FOR_THE_EMPLOYER
