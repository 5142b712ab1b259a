"""A changed e-mail of somebody whose answers may be kept: the file proposes, the present address confirms."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.people import move_address
from draagkracht.people.actions import staff_import
from draagkracht.people.actions.staff_undo import undo
from draagkracht.people.models import Account, AddressChange, AuditLine, Person, StaffImport
from draagkracht.people.queries import proposed_address
from draagkracht.people.tasks import tidy
from draagkracht.ui.refusal import Refusal

HEAD = "Personeelsnummer;Naam;E-mail;Afdeling;Team\n"
OLD, NEW = "amina.linde@brug.example", "amina@nieuw.example"
ROW = f"linde-0;Amina linde;{NEW};Woonzorg;Team Linde\n"


@pytest.fixture
def brug(cast):
    """De Brug, where Bram has answered once."""
    with scope(organisation=cast.brug.organisation):
        Person.objects.filter(staff_number="linde-1").update(key_id=uuid.uuid4())
        yield cast.brug


def plan(place, text: str):
    upload = staff_import.keep_upload(place.organisation, None, "staf.csv", text.encode())
    return upload, staff_import.show(upload)


def store(place, text: str) -> StaffImport:
    upload, shown = plan(place, text)
    return staff_import.confirm(upload, None, shown.digest)


def amina() -> Person:
    return Person.objects.get(staff_number="linde-0")


def path_in(mail) -> str:
    return re.search(r"http://localhost:8000(/address/\S+)", mail.body)[1]


@pytest.mark.parametrize("number", [0, 1])
def test_a_file_only_proposes_an_address_whether_or_not_this_person_answered(brug, mailoutbox, number):
    """The same for who has a key (Bram) and who has none (Amina): else the import would tell who answered."""
    before = Person.objects.get(staff_number=f"linde-{number}")
    made = store(brug, HEAD + f"linde-{number};Iemand Anders;{NEW};Woonzorg;Team Linde\n")
    after = Person.objects.get(pk=before.pk)
    assert (after.email, after.account_id, after.name) == (before.email, before.account_id, "Iemand Anders")
    assert not Account.objects.filter(email=NEW).exists() and made.counts["addresses"] == 1
    assert [mail.to for mail in mailoutbox] == [[before.email]] and proposed_address(after).new_email == NEW
    with scopes_disabled():
        token = path_in(mailoutbox[0]).split("/")[2]
        assert token not in str(list(AddressChange.objects.values()))


def test_the_former_address_confirms_once_and_looking_changes_nothing(brug, mailoutbox):
    account = amina().account_id
    store(brug, HEAD + ROW)
    path = path_in(mailoutbox[0])
    for _ in range(2):
        page = Client().get(path)
        assert page.status_code == 200 and NEW in page.content.decode() and "no-store" in page["Cache-Control"]
    assert amina().email == OLD
    done = Client().post(path)
    assert done.status_code == 200 and NEW in done.content.decode()
    assert (amina().email, amina().account.email) == (NEW, NEW)
    assert AddressChange.objects.get(person=amina()).former_account_id == account
    assert AuditLine.objects.filter(act="person.address-confirmed").count() == 1
    assert Client().post(path).status_code == Client().get(path).status_code == 404


def test_a_proposal_lapses_after_fourteen_days_and_goes(brug, mailoutbox):
    store(brug, HEAD + ROW)
    days = AddressChange.objects.get().expires_at - timezone.now()
    assert datetime.timedelta(days=13) < days <= datetime.timedelta(days=14)
    AddressChange.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert Client().post(path_in(mailoutbox[0])).status_code == 410
    assert amina().email == OLD and tidy() == 1


def test_the_same_file_again_asks_nobody_twice_and_another_address_replaces_the_first(brug, mailoutbox):
    store(brug, HEAD + ROW)
    again = store(brug, HEAD + ROW)
    assert again.counts["addresses"] == again.counts["changed"] == 0 and len(mailoutbox) == 1
    store(brug, HEAD + ROW.replace(NEW, "derde@nieuw.example"))
    assert Client().post(path_in(mailoutbox[0])).status_code == 404
    assert Client().post(path_in(mailoutbox[1])).status_code == 200
    assert amina().email == "derde@nieuw.example"


def test_an_address_that_somebody_else_got_meanwhile_is_refused(brug, mailoutbox):
    store(brug, HEAD + ROW)
    store(brug, HEAD + f"n9;Nora Nieuw;{NEW};Woonzorg;Team Linde\n")
    assert Client().post(path_in(mailoutbox[0])).status_code == 409
    assert amina().email == OLD


def test_an_address_that_is_not_free_yet_is_a_mistake_in_the_file(brug):
    _upload, shown = plan(brug, HEAD + ROW + f"n9;Nora Nieuw;{OLD};Woonzorg;Team Linde\n")
    assert [fault.number for fault in shown.faults] == [3]


def test_undo_takes_back_a_proposal_and_leaves_what_was_confirmed(brug, mailoutbox):
    undo(store(brug, HEAD + ROW.replace("Amina linde", "Amina Anders")), None)
    assert Client().post(path_in(mailoutbox[0])).status_code == 404
    assert (amina().name, amina().email) == ("Amina linde", OLD)
    made = store(brug, HEAD + ROW.replace("Amina linde", "Amina Anders"))
    Client().post(path_in(mailoutbox[1]))
    undo(made, None)
    assert (amina().email, amina().account.email) == (NEW, NEW)


def test_the_pages_say_how_many_addresses_wait(cast, brug, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    upload, _shown = plan(brug, HEAD + ROW)
    page = browser.get(f"/staff/import/{upload.code}/").content.decode()
    assert "1 gewijzigd adres wacht" in page and NEW in page
    done = staff_import.confirm(upload, None, staff_import.show(upload).digest)
    assert "1 gewijzigd adres wacht" in browser.get(f"/staff/imports/{done.pk}/").content.decode()


def test_a_key_that_comes_between_looking_and_storing_stops_the_import(cast, monkeypatch):
    """First answers of an organisation at the very moment of an import (PostgreSQL lets both run)."""
    from draagkracht.people.actions import staff_apply

    whole = staff_apply._write_units

    def somebody_answers(made, plan):
        whole(made, plan)
        Person.objects.filter(staff_number="linde-0").update(key_id=uuid.uuid4())

    monkeypatch.setattr(staff_apply, "_write_units", somebody_answers)
    with scope(organisation=cast.brug.organisation):
        with pytest.raises(Refusal) as caught:
            store(cast.brug, HEAD + ROW)
        assert caught.value.status == 409 and amina().email == OLD


def test_a_move_before_anything_was_measured_remembers_the_former_account(cast):
    with scope(organisation=cast.brug.organisation):
        former = amina().account_id
        store(cast.brug, HEAD + ROW)
        assert amina().email == NEW and AddressChange.objects.get().former_account_id == former


def test_the_command_moves_and_tells_the_former_address(brug, mailoutbox, capsys):
    store(brug, HEAD + ROW)
    assert move_address.main([OLD, "Derde@nieuw.example", "--organisation", "brug"]) == 0
    assert amina().account.email == "derde@nieuw.example" and mailoutbox[-1].to == [OLD]
    assert Client().post(path_in(mailoutbox[0])).status_code == 404, "the proposal lapsed"
    line = AuditLine.objects.get(act="person.address-moved")
    assert line.detail == {"person": amina().pk} and OLD not in capsys.readouterr().out
    assert move_address.main(["linde-0", OLD, "--organisation", "brug"]) == 0 and amina().email == OLD


@pytest.mark.parametrize(
    "words, status",
    [
        (["niemand@brug.example", NEW, "--organisation", "brug"], 404),
        (["", NEW, "--organisation", "brug"], 404),
        ([OLD, "bram.linde@brug.example", "--organisation", "brug"], 409),
        ([OLD, OLD, "--organisation", "brug"], 409),
        ([OLD, "geen adres", "--organisation", "brug"], 400),
        ([OLD, NEW, "--organisation", "nergens"], 404),
    ],
)
def test_the_command_refuses_what_cannot_be(brug, words, status):
    with pytest.raises(Refusal) as caught:
        move_address.main(words)
    assert caught.value.status == status and amina().email == OLD


def test_a_first_address_for_somebody_whose_answers_are_kept_waits_for_the_administrator(brug, mailoutbox):
    """Nobody can be asked: no address, no account, yet a key."""
    Person.objects.filter(staff_number="linde-0").update(email="", account=None, key_id=uuid.uuid4())
    store(brug, HEAD + ROW)
    assert (amina().email, amina().account, mailoutbox) == ("", None, [])
    assert move_address.main(["linde-0", NEW, "--organisation", "brug"]) == 0 and amina().account.email == NEW


def test_a_first_address_of_somebody_without_a_key_is_stored(brug):
    Person.objects.filter(staff_number="linde-0").update(email="", account=None)
    assert store(brug, HEAD + ROW).counts["addresses"] == 0
    assert amina().account.email == NEW
