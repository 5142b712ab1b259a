"""A wave that asks a protected questionnaire waits for the permission."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.instruments import actions
from draagkracht.instruments.licences import withdraw
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.instruments.tests.test_licences import allow, real_texts
from draagkracht.surveys.actions import make_campaign, make_wave, open_wave
from draagkracht.surveys.models import Wave
from draagkracht.surveys.tasks import open_and_close_due

DAY = datetime.timedelta(days=1)


@pytest.fixture
def planned(cast):
    """A wave with the texts of a protected questionnaire and without permission for it."""
    with scope(organisation=cast.brug.organisation):
        real_texts(cast.brug.organisation)
        campaign = make_campaign(cast.brug.organisation, "Bevlogen", ["uwes-9"], by=cast.accounts["coordinator"])
        root, start = cast.brug.organisation.units.get(parent=None), timezone.now() + DAY
        yield make_wave(campaign, "Najaar", root, start, start + 9 * DAY, by=cast.accounts["coordinator"])


def test_the_page_of_the_wave_says_what_is_missing_and_it_opens_once_it_is_there(planned, cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    page = browser.get(reverse("surveys:wave", args=[planned.pk])).content.decode()
    assert "De toestemming om uwes-9 te gebruiken ontbreekt" in page and " disabled" in page
    with pytest.raises(actions.MissingPermission):
        open_wave(planned)
    assert QuestionnaireVersion.objects.count() == 1  # the one without texts, with which the wave was planned
    allow(cast.brug.organisation, "uwes-9")
    assert "toestemming om uwes-9" not in browser.get(reverse("surveys:wave", args=[planned.pk])).content.decode()
    assert open_wave(planned) > 0


def test_the_worker_leaves_it_planned_and_opens_it_when_the_permission_stands(planned, cast):
    Wave.objects.filter(pk=planned.pk).update(opens_at=timezone.now() - DAY)
    open_and_close_due()
    planned.refresh_from_db()
    assert planned.opened_at is None
    row = allow(cast.brug.organisation, "uwes-9")
    open_and_close_due()
    planned.refresh_from_db()
    assert planned.opened_at is not None
    # Withdrawing stops nothing that is open.
    withdraw(cast.brug.organisation, row, by=None)
    open_and_close_due()
    planned.refresh_from_db()
    assert planned.closed_at is None
