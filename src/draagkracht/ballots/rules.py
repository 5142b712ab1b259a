"""From how many people on something may be opened or shown."""

from draagkracht.people.models import Organisation
from draagkracht.science.disclosure import Policy


def policy(organisation: Organisation) -> Policy:
    """Thresholds of an organisation: those of work climate in its country, or its own higher ones."""
    return Policy.for_country(organisation.country, strain=False, raised=organisation.raised_k)
