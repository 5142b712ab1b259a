"""Background work of this room, called in a loop by `draagkracht work`."""

import logging

from django.db.models import Q
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.instruments.actions import NotReady

from .actions import close_wave, open_wave, refresh_participation
from .models import Wave

log = logging.getLogger(__name__)


def open_and_close_due() -> int:
    """Opens, closes and counts whatever is due in every organisation; returns how many waves changed.

    A wave whose texts or permission are missing stays planned: its page says what is needed.
    """
    now = timezone.now()
    # The loop serves every organisation; each wave is then handled inside its own scope.
    with scopes_disabled():
        due = Q(opened_at=None, opens_at__lte=now, closes_at__gt=now) | Q(closes_at__lte=now)
        live = Q(opened_at__isnull=False) & ~Q(participation_on=timezone.localdate())
        waves = list(Wave.objects.filter(due | live, closed_at=None).select_related("organisation"))
    return sum(_handle(wave) for wave in waves)


def _handle(wave: Wave) -> bool:
    with scope(organisation=wave.organisation):
        if wave.closes_at <= timezone.now():
            return close_wave(wave)
        if not wave.opened_at:
            try:
                open_wave(wave)
            except NotReady:
                log.warning("wave %s waits for texts or permission", wave.pk)
                return False
            wave.refresh_from_db()
        return refresh_participation(wave)
