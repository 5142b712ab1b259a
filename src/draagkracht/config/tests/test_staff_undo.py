"""Whether an import of staff can be undone depends on surveys, never on what one newcomer did."""

import datetime

import pytest
from django.utils import timezone
from django_scopes import scope

from draagkracht.consent.models import Grant
from draagkracht.insights.tests import build
from draagkracht.people.actions import staff_import
from draagkracht.people.actions.staff_undo import undo, why_not
from draagkracht.people.models import Person
from draagkracht.surveys.models import Invitation, Wave
from draagkracht.ui.refusal import Refusal

TEXT = b"Personeelsnummer;Naam;E-mail;Team\nn1;Nora Nieuw;nora@brug.example;Team Linde\n"


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug


def store(place):
    upload = staff_import.keep_upload(place.organisation, None, "staf.csv", TEXT)
    return staff_import.confirm(upload, None, staff_import.show(upload).digest)


def test_the_page_says_the_same_before_and_after_the_one_newcomer_took_part(cast, brug, sign_in):
    wave = build.wave(brug.organisation, "open", {}, {}, closed=False)
    made = store(brug)
    browser = sign_in(cast.accounts["coordinator"])

    def shown() -> str:
        page = browser.get(f"/staff/imports/{made.pk}/").content.decode()
        return page[page.index("<main") : page.index("</main")]

    before = shown()
    nora = Person.objects.get(staff_number="n1")
    Invitation.objects.create(organisation=brug.organisation, wave=wave, person=nora)
    assert shown() == before and "Nora" not in before
    with pytest.raises(Refusal) as caught:
        undo(made, None)
    assert caught.value.status == 409 and Person.objects.filter(pk=nora.pk).exists()


def test_undo_is_refused_once_a_survey_opened_and_closed_since(brug):
    wave = build.wave(brug.organisation, "earlier", {}, {})
    made = store(brug)
    assert why_not(made) == "", "a survey that was over before the import does not matter"
    Wave.objects.filter(pk=wave.pk).update(closed_at=timezone.now() + datetime.timedelta(seconds=1))
    assert why_not(made) != ""


def test_a_consent_without_a_survey_is_no_reason(brug):
    made = store(brug)
    nora = Person.objects.get(staff_number="n1")
    given = Grant.objects.create(
        organisation=brug.organisation, person=nora, purpose="measure", version=1, language="nl", text_hash="x"
    )
    assert why_not(made) == ""
    undo(made, None)
    assert not Person.objects.filter(pk=nora.pk).exists() and not Grant.objects.filter(pk=given.pk).exists()
