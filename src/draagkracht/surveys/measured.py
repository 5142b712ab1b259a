"""What the rooms below ask about surveys, through the settings STAFF_UNDO_UNLESS, QUESTIONNAIRE_WAVES and MINUTES_ASKED."""

import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from draagkracht.instruments.composer.in_use import Asking
from draagkracht.instruments.models import Questionnaire
from draagkracht.people.models import Organisation
from draagkracht.people.queries import units_below
from draagkracht.surveys.models import Wave


def open_since(organisation: Organisation, moment: datetime.datetime) -> bool:
    """A wave of this organisation was open at that moment or later. Call inside the organisation's scope."""
    open_then = Q(closed_at=None) | Q(closed_at__gte=moment)
    return Wave.objects.filter(open_then, organisation=organisation, opened_at__isnull=False).exists()


def waves_of(questionnaire: Questionnaire) -> list[Asking]:
    """The waves that ask one of its versions now, or will: planned and open ones. Call inside the scope."""
    going_on = Wave.objects.filter(
        version__questionnaire=questionnaire, closed_at=None, closes_at__gt=timezone.now()
    ).select_related("campaign", "version")
    return [
        Asking(
            wave.pk,
            wave.name,
            wave.campaign.name,
            wave.version.number,
            bool(wave.opened_at),
            wave.opens_at,
            reverse("surveys:wave", args=[wave.pk]),
        )
        for wave in going_on.defer("version__content").order_by("opens_at")
    ]


def minutes_asked(organisation: Organisation, day: datetime.date) -> float:
    """The most minutes that the waves which open in the quarter of this day ask of one person. Call inside the scope.

    A wave asks everybody in its unit and below; somebody is in one unit, so this is the largest sum over the units.
    """
    first = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    after = (first + datetime.timedelta(days=95)).replace(day=1)
    begins, ends = (timezone.make_aware(datetime.datetime.combine(one, datetime.time.min)) for one in (first, after))
    asked = Wave.objects.filter(organisation=organisation, opens_at__gte=begins, opens_at__lt=ends)
    below = units_below(organisation)
    minutes = dict.fromkeys(below, 0.0)
    for unit_id, wanted in asked.values_list("unit_id", "version__content__minutes"):
        for one in below[unit_id]:
            minutes[one] += float(wanted or 0)
    return max(minutes.values(), default=0.0)
