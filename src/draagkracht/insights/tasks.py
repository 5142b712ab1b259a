"""Background work: what was closed is published."""

import logging

from django.db import DatabaseError
from django_scopes import scope

from draagkracht.insights import release
from draagkracht.people.models import Organisation
from draagkracht.ui.refusal import Refusal

log = logging.getLogger(__name__)


def release_due() -> int:
    """Publishes every closed wave that is not published yet; returns how many. One that fails does not stop the others."""
    done = 0
    for organisation in Organisation.objects.order_by("id"):
        with scope(organisation=organisation):
            done += sum(_released(wave) for wave in release.due())
    return done


def _released(wave) -> int:
    try:
        release.release(wave)
    except (Refusal, ValueError, KeyError, DatabaseError) as error:
        # The kind of the error only: its text may name a unit.
        log.error("wave %s was not published: %s", wave.id, type(error).__name__)
        return 0
    return 1
