"""A new address that a staff file proposed is told under "My data" while it waits, and to nobody else."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.people.models import AddressChange

NEW = "amina@nieuw.example"


@pytest.fixture
def waiting(cast):
    amina = cast.brug.people["linde.amina"]
    with scope(organisation=cast.brug.organisation):
        AddressChange.objects.create(
            organisation=cast.brug.organisation, person=amina, new_email=NEW, token_hash="0" * 64,
            expires_at=timezone.now() + datetime.timedelta(days=14),
        )  # fmt: skip
    return amina


def page(account, sign_in, language: str = "nl") -> str:
    return sign_in(account).get(reverse("consent:mine"), headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Er wacht een nieuw adres op je"), ("en", "A new address waits for you")]
)
def test_a_proposed_address_is_told_with_what_to_do(waiting, sign_in, language, title):
    shown = page(waiting.account, sign_in, language)
    assert title in shown and NEW in shown and "0" * 64 not in shown


def test_it_is_told_while_it_waits_and_to_the_person_alone(waiting, cast, sign_in):
    assert NEW not in page(cast.brug.people["linde.bram"].account, sign_in)
    with scope(organisation=cast.brug.organisation):
        AddressChange.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    shown = page(waiting.account, sign_in)
    assert NEW not in shown and "Er wacht een nieuw adres" not in shown


def test_who_had_no_address_to_ask_is_sent_to_the_organisation(waiting, cast, sign_in):
    with scope(organisation=cast.brug.organisation):
        AddressChange.objects.update(token_hash="")
    shown = page(waiting.account, sign_in)
    assert "Vraag ernaar bij je organisatie" in shown and "We stuurden een mail" not in shown
