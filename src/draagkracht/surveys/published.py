"""Where the figures of a closed wave can be read: the room above answers, through the setting WAVE_RESULTS."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from draagkracht.people.rules import Standing

from .models import Wave


@dataclass(frozen=True)
class Results:
    """Since when the figures stand there, and the address of the page with them."""

    since: datetime.datetime
    address: str


def results(wave: Wave, standing: Standing) -> Results | None:
    """What whoever runs this wave may open; None while nothing is published. Call inside the scope."""
    return import_string(settings.WAVE_RESULTS)(wave.pk, wave.unit, standing)
