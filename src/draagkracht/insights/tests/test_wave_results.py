"""The page of a closed wave leads whoever runs it to its figures, once they are published."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.tests import build


def test_a_published_wave_says_since_when_and_leads_to_its_figures(published, sign_in):
    browser = sign_in(published.cast.accounts["coordinator"])
    page = browser.get(reverse("surveys:wave", args=[published.wave.pk])).content.decode()
    address = f"{reverse('insights:organisation')}?wave={published.release.pk}"
    assert f"gepubliceerd sinds {date_format(timezone.localdate(), 'j F Y')}" in page
    assert f'href="{address}"' in page
    assert browser.get(address).status_code == 200


def test_a_wave_of_one_unit_leads_to_that_unit_and_before_publication_nowhere(published, sign_in):
    cast, unit = published.cast, published.cast.brug.units["thuiszorg"]
    with scope(organisation=published.organisation):
        wave = build.wave(published.organisation, "Thuiszorg", published.answers, published.home, number=2)
        wave.unit = unit
        wave.save(update_fields=["unit"])
    browser = sign_in(cast.accounts["coordinator"])
    there = reverse("surveys:wave", args=[wave.pk])
    early = browser.get(there).content.decode()
    assert "meestal binnen enkele minuten" in early and "Naar de resultaten" not in early
    with scope(organisation=published.organisation):
        made = door.release(wave)
    address = f"{reverse('insights:unit', args=[unit.pk])}?wave={made.pk}"
    assert f'href="{address}"' in browser.get(there).content.decode()
    assert browser.get(address).status_code == 200


def test_a_wave_that_is_open_says_nothing_of_figures(published, sign_in):
    browser = sign_in(published.cast.accounts["coordinator"])
    page = browser.get(reverse("surveys:wave", args=[published.open.pk])).content.decode()
    assert "Naar de resultaten" not in page and "enkele minuten" not in page
