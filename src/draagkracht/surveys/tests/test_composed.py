"""A questionnaire that was composed is asked in a wave, in the version that was reviewed; by clicking alone."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.instruments import drafts
from draagkracht.instruments.composer import edits
from draagkracht.instruments.content import content_hash
from draagkracht.instruments.document import blank
from draagkracht.surveys.actions import open_wave
from draagkracht.surveys.models import Campaign, Wave

PULSE = {"type": "instrument", "id": "pulse"}
NIGHTS = {"type": "question", "code": "nights", "kind": "number", "text": {"nl": "Hoeveel nachten?"}}


@pytest.fixture
def inside(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast


@pytest.fixture
def browser(cast, sign_in):
    return sign_in(cast.accounts["coordinator"])


def published(cast, *elements, version=None, title="Peiling"):
    """A reviewed and published version."""
    organisation = cast.brug.organisation
    if version is None:
        draft = drafts.start(organisation, edits.add(blank({"nl": title}, ["nl"]), "s1", *elements), None)
    else:
        draft = drafts.start_from(version, None)
        drafts.edit(draft.pk, 1, lambda document: edits.add(document, "s1", *elements), None, "add")
        draft.refresh_from_db()
    drafts.send(draft.pk, draft.revision, None)
    return drafts.publish(draft.pk, draft.revision, content_hash(drafts.proposed(draft.document)), None)


def dates() -> dict:
    today = timezone.localdate()
    return {"opens_on": f"{today:%Y-%m-%d}", "closes_on": f"{today.replace(year=today.year + 1):%Y-%m-%d}"}


def test_a_composed_questionnaire_is_offered_and_asked_as_it_was_published(inside, browser):
    version = published(inside, NIGHTS, PULSE)
    page = browser.get(reverse("surveys:new-campaign")).content.decode()
    assert "Peiling · versie 1, 21 vragen" in page
    given = {"name": "Lente", "questionnaire": version.questionnaire_id}
    response = browser.post(reverse("surveys:new-campaign"), given)
    campaign = Campaign.objects.get()
    assert response["Location"] == reverse("surveys:new-wave", args=[campaign.pk])
    wave_form = {"name": "Lente 1", "unit": inside.brug.units["linde"].pk, **dates()}
    assert browser.post(response["Location"], wave_form).status_code == 302
    wave = Wave.objects.get()
    assert open_wave(wave, mail=False) == 6
    wave.refresh_from_db()
    # Not composed anew when it opens: exactly what the review showed.
    assert wave.version == version and wave.version.content_hash == version.content_hash


def test_scales_alone_stay_as_they_were_published_too(inside):
    version = published(inside, PULSE)
    campaign = Campaign.objects.create(
        organisation=inside.brug.organisation, name="Puls", questionnaire=version.questionnaire
    )
    from draagkracht.surveys.actions import make_wave

    now = timezone.now()
    wave = make_wave(campaign, "Puls 1", inside.brug.units["linde"], now, now.replace(year=now.year + 1))
    open_wave(wave, mail=False)
    wave.refresh_from_db()
    assert wave.version == version and wave.version.content["languages"] == ["nl"]


def test_an_earlier_version_can_be_chosen_and_a_planned_wave_keeps_its_own(inside, browser):
    first = published(inside, NIGHTS)
    campaign = Campaign.objects.create(
        organisation=inside.brug.organisation, name="Nachten", questionnaire=first.questionnaire
    )
    address = reverse("surveys:new-wave", args=[campaign.pk])
    assert 'name="version"' not in browser.get(address).content.decode()
    second = published(inside, PULSE, version=first)
    assert 'name="version"' in browser.get(address).content.decode()
    shared = {"unit": inside.brug.units["linde"].pk, **dates()}
    assert browser.post(address, {**shared, "name": "Een", "version": first.pk}).status_code == 302
    assert browser.post(address, {**shared, "name": "Twee", "version": second.pk}).status_code == 302
    assert browser.post(address, {**shared, "name": "Drie", "version": 999}).status_code == 400
    third = published(inside, {**NIGHTS, "code": "more"}, version=second)
    assert third.number == 3
    assert {wave.name: wave.version_id for wave in Wave.objects.all()} == {"Een": first.pk, "Twee": second.pk}


def test_scales_or_a_questionnaire_must_be_chosen(inside, browser):
    published(inside, NIGHTS)
    address = reverse("surveys:new-campaign")
    assert browser.post(address, {"name": "Leeg", "questionnaire": "scales"}).status_code == 400
    assert browser.post(address, {"name": "Leeg"}).status_code == 400
    assert browser.post(address, {"name": "Leeg", "questionnaire": "12345"}).status_code == 400
    assert not Campaign.objects.exists()
    assert (
        browser.post(address, {"name": "Puls", "questionnaire": "scales", "instruments": ["pulse"]}).status_code == 302
    )


def test_a_questionnaire_of_another_organisation_is_not_offered(cast, browser):
    with scope(organisation=cast.buurt.organisation):
        from types import SimpleNamespace

        other = published(SimpleNamespace(brug=cast.buurt), NIGHTS, title="Geheim")
    with scope(organisation=cast.brug.organisation):
        published(cast, NIGHTS)
    address = reverse("surveys:new-campaign")
    assert "Geheim" not in browser.get(address).content.decode()
    assert browser.post(address, {"name": "X", "questionnaire": other.questionnaire_id}).status_code == 400


def test_a_wave_waits_when_the_permission_was_withdrawn_after_publishing(inside, browser):
    import datetime

    from draagkracht.instruments import actions, licences
    from draagkracht.instruments.catalogue import DEMO_TEXTS
    from draagkracht.instruments.models import LicenceAttestation
    from draagkracht.surveys.actions import make_wave

    organisation = inside.brug.organisation
    # A letter of permission; its wording is that of the demo, taken here for a protected one.
    text = (DEMO_TEXTS / "bat-12.nl.csv").read_bytes().replace(b"# invented: true", b"#")
    actions.import_texts(organisation, "bat-12", "nl", text, "bat-12.nl.csv", validated=False, by=None)
    licences.attest(organisation, "bat-12", b"%PDF-1.4 letter", "b.pdf", statement="All", valid_until=None, by=None)
    version = published(inside, {"type": "instrument", "id": "bat-12"})
    campaign = Campaign.objects.create(organisation=organisation, name="B", questionnaire=version.questionnaire)
    now = timezone.now()
    wave = make_wave(campaign, "B 1", inside.brug.units["linde"], now, now + datetime.timedelta(days=7))
    licences.withdraw(organisation, LicenceAttestation.objects.get(), by=None)
    with pytest.raises(actions.MissingPermission):
        open_wave(wave, mail=False)
    assert "bat-12" in browser.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    licences.attest(organisation, "bat-12", b"%PDF-1.4 second", "b.pdf", statement="All", valid_until=None, by=None)
    assert open_wave(wave, mail=False) == 6
