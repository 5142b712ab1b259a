"""What rooms below ask about surveys: which waves ask a questionnaire, and how many minutes a quarter is asked."""

import datetime

import pytest
from django.utils import timezone
from django_scopes import scope

from draagkracht.instruments.actions import compose, publish
from draagkracht.surveys.actions import close_wave, make_campaign, make_wave, open_wave
from draagkracht.surveys.measured import minutes_asked, waves_of

from .conftest import plan


@pytest.fixture
def inside(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast


def planned_on(cast, day: datetime.datetime, name: str, unit: str):
    campaign = make_campaign(cast.brug.organisation, f"Kompas {name}", ["pulse"])
    return make_wave(campaign, name, cast.brug.units[unit], day, day + datetime.timedelta(days=7))


def test_waves_that_are_open_or_planned_are_told_with_their_version(inside):
    planned = plan(inside)
    asked = waves_of(planned.campaign.questionnaire)
    assert [(one.name, one.campaign, one.number, one.opened) for one in asked] == [
        ("Lente 2026", "Kompas Lente 2026", 1, False)
    ]
    # A version published since does not reach a wave that asks an earlier one.
    dutch = compose({"nl": "Kompas"}, ["pulse"], ["nl"])
    publish(inside.brug.organisation, planned.campaign.questionnaire.slug, dutch, by=None)
    assert waves_of(planned.campaign.questionnaire)[0].number == 1
    open_wave(planned, mail=False)
    assert waves_of(planned.campaign.questionnaire)[0].opened
    close_wave(planned)
    assert waves_of(planned.campaign.questionnaire) == []


def test_minutes_add_up_over_the_waves_that_reach_one_unit(inside):
    spring = timezone.make_aware(datetime.datetime(2027, 4, 1))
    organisation = inside.brug.organisation
    assert minutes_asked(organisation, spring.date()) == 0
    one = planned_on(inside, spring, "Een", "brug").version.content["minutes"]
    assert one > 0
    planned_on(inside, spring + datetime.timedelta(days=89), "Twee", "linde")
    planned_on(inside, spring + datetime.timedelta(days=3), "Drie", "noord")
    # Linde gets the first and the second, Noord the first and the third, nobody all three.
    assert minutes_asked(organisation, datetime.date(2027, 6, 30)) == 2 * one
    planned_on(inside, spring + datetime.timedelta(days=4), "Vier", "thuiszorg")
    assert minutes_asked(organisation, datetime.date(2027, 5, 1)) == 3 * one
    assert minutes_asked(organisation, datetime.date(2027, 7, 1)) == 0
    assert minutes_asked(organisation, datetime.date(2027, 3, 31)) == 0
