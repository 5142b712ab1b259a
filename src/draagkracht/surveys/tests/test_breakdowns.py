"""By what a wave publishes figures: chosen when it is planned, told before anybody answers, frozen when it closes."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.people.models import AuditLine, Membership
from draagkracht.surveys.actions import close_wave, make_wave, open_wave
from draagkracht.surveys.models import Invitation, RosterEntry, Wave
from draagkracht.surveys.queries import roster_groups
from draagkracht.ui.refusal import Refusal

from .conftest import plan


@pytest.fixture
def inside(cast):
    with scope(organisation=cast.brug.organisation):
        Membership.objects.update(profession="kok", contract="permanent", shift="night")
        yield cast


def planned(cast, *breakdowns: str, name: str = "Herfst") -> Wave:
    first = plan(cast, name=f"{name} eerst")
    now = timezone.now()
    return make_wave(
        first.campaign, name, cast.brug.units["brug"], now, now + datetime.timedelta(days=9), breakdowns=breakdowns
    )


def test_without_a_choice_nothing_about_work_is_frozen(inside):
    wave = planned(inside)
    open_wave(wave, mail=False)
    close_wave(wave)
    assert wave.breakdowns == [] and roster_groups(wave) == {}
    assert set(map(str, RosterEntry.objects.values_list("groups", flat=True))) == {"{}"}


def test_closing_freezes_what_was_chosen_and_no_more(inside):
    wave = planned(inside, "shift", "profession")
    assert wave.breakdowns == ["profession", "shift"]
    open_wave(wave, mail=False)
    close_wave(wave)
    frozen = roster_groups(wave)
    assert frozen and all(groups == {"profession": "kok", "shift": "night"} for groups in frozen.values())
    Membership.objects.update(profession="bakker", shift="day")
    inside.brug.people["linde.amina"].memberships.all().delete()
    assert roster_groups(wave) == frozen, "a late import or an erasure changes nothing"
    assert AuditLine.objects.filter(act="wave.planned", detail__breakdowns=["profession", "shift"]).count() == 1


def test_who_left_before_the_end_stands_with_the_last_work(inside):
    wave = planned(inside, "shift", "seniority")
    open_wave(wave, mail=False)
    gone = inside.brug.people["linde.amina"]
    today = timezone.localdate()
    gone.memberships.update(ends_on=today, starts_on=today - datetime.timedelta(days=1200))
    assert Invitation.objects.filter(wave=wave, person=gone).exists()
    close_wave(wave)
    assert roster_groups(wave)[gone.pseudonym] == {"shift": "night", "seniority": "2-5"}


def test_an_unknown_breakdown_is_refused(inside):
    with pytest.raises(Refusal):
        planned(inside, "age")
    assert not Wave.objects.filter(name="Herfst").exists()


def test_the_choice_is_explained_where_it_is_made_and_told_to_who_answers(sign_in, client, inside):
    first = plan(inside)
    coordinator = sign_in(inside.accounts["coordinator"])
    where = reverse("surveys:new-wave", args=[first.campaign_id])
    page = coordinator.get(where).content.decode()
    assert "Soort dienst" in page and "checked" not in page, "none is the choice of who does not choose"
    today = timezone.localdate()
    asked = {"name": "Zomer", "unit": inside.brug.units["brug"].pk, "opens_on": today, "closes_on": today}
    assert coordinator.post(where, {**asked, "breakdowns": ["age"]}).status_code == 400
    made = coordinator.post(where, {**asked, "breakdowns": ["seniority"]})
    assert "jaren in dienst" in coordinator.get(made.url).content.decode()
    with scope(organisation=inside.brug.organisation):
        wave = Wave.objects.get(name="Zomer")
        open_wave(wave, mail=False)
        from draagkracht.surveys.queries import link_token

        path = f"/a/{link_token(Invitation.objects.filter(wave=wave)[0])}/"
        plain = f"/a/{link_token(_invited(first))}/"
    assert "ook cijfers per jaren in dienst" in client.get(path).content.decode()
    assert "ook cijfers per" not in client.get(plain).content.decode()


def _invited(wave: Wave) -> Invitation:
    open_wave(wave, mail=False)
    return Invitation.objects.filter(wave=wave)[0]
