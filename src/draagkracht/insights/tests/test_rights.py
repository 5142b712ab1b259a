import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.consent import actions as consent
from draagkracht.consent import purposes, queries
from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.consent.vault import keys, ledger
from draagkracht.consent.vault.models import Erasure, PersonKey
from draagkracht.insights import erase as command
from draagkracht.insights import rights
from draagkracht.insights.tests import build
from draagkracht.outbox.actions import queue
from draagkracht.outbox.models import Message
from draagkracht.outbox.tasks import deliver_due
from draagkracht.people.actions import staff_import
from draagkracht.people.models import (
    Account,
    AddressChange,
    AuditLine,
    Membership,
    Person,
    RoleAssignment,
    StaffChange,
    StaffImport,
)
from draagkracht.surveys.models import Invitation, RosterEntry, Submission
from draagkracht.ui.refusal import Refusal


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path):
    settings.DATA = tmp_path


def agree(person, purpose="measure"):
    with scope(organisation=person.organisation):
        consent.grant(person, purpose, "nl", purposes.current(purpose, "nl").hash)


@pytest.fixture
def measured(cast):
    """A closed and a running wave: Amina and Bram of team Linde answered both."""
    people = [cast.brug.people[f"linde.{name}"] for name in ("amina", "bram")]
    home = {person: cast.brug.units["linde"].id for person in people}
    scores = {person: {"pulse.work-pressure": 2.5} for person in people}
    for person in people:
        agree(person)
    build.wave(cast.brug.organisation, "closed", scores, home)
    build.wave(cast.brug.organisation, "running", scores, home, number=1, closed=False)
    return cast


def waves_of(person):
    with scope(organisation=person.organisation):
        return sorted(Submission.objects.filter(person=person).values_list("wave__name", flat=True))


def test_withdrawing_erases_the_answers_of_running_waves_only(measured):
    amina, bram = (measured.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    with scope(organisation=measured.brug.organisation):
        assert rights.withdraw(amina, "measure")
        assert not queries.has_grant(amina, "measure")
    assert waves_of(amina) == ["closed"]
    assert waves_of(bram) == ["closed", "running"]


def test_withdrawing_from_research_leaves_every_answer(measured):
    amina = measured.brug.people["linde.amina"]
    agree(amina, "research")
    with scope(organisation=measured.brug.organisation):
        rights.withdraw(amina, "research")
    assert waves_of(amina) == ["closed", "running"]


def test_withdrawing_takes_one_tap_and_only_one_s_own(measured, sign_in):
    amina, bram = (measured.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    browser = sign_in(amina.account, second_factor=False)
    address = reverse("insights:withdraw", args=["measure"])
    assert browser.get(address).status_code == 405
    page = browser.get(reverse("consent:mine")).content.decode()
    assert f'action="{address}"' in page
    assert browser.post(address).headers["Location"] == reverse("consent:mine")
    with scope(organisation=measured.brug.organisation):
        assert not queries.has_grant(amina, "measure")
        assert queries.has_grant(bram, "measure")


def everything_of(person, cast):
    """Leaves a trace of the person in every place that can hold one."""
    organisation = person.organisation
    agree(person)
    with scope(organisation=organisation):
        consent.log_access([person], cast.accounts["adviser"], "adviser", "staff.seen")
        made = StaffImport.objects.create(organisation=organisation, file_name="staff.csv", file_hash="0")
        StaffChange.objects.create(
            organisation=organisation, staff_import=made, person=person, kind="new", after={"name": person.name}
        )
    queue("invitation", f"invitation:{person.pk}", person.email, "s", "b", person)
    EmailAddress.objects.create(user=person.account, email=person.email, primary=True, verified=True)
    Authenticator.objects.create(user=person.account, type="totp", data={"secret": "x"})


def test_erasing_leaves_no_identity_and_no_answer(measured, sign_in):
    amina, bram = (measured.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    everything_of(amina, measured)
    sign_in(amina.account)
    sign_in(bram.account)
    account, pseudonym, key = amina.account_id, amina.pseudonym, amina.key_id
    roster = RosterEntry.objects.filter
    with scope(organisation=measured.brug.organisation):
        before = list(roster(pseudonym=pseudonym).values())
    rights.erase(amina)
    with scope(organisation=measured.brug.organisation):
        amina = Person.objects.get(pk=amina.pk)
        assert (amina.name, amina.email, amina.staff_number, amina.language) == ("", "", "", "")
        assert (amina.account, amina.key_id) == (None, None)
        assert amina.erased_at
        for model in (Submission, Invitation, Grant, AccessEntry, Membership):
            assert not model.objects.filter(person=amina).exists(), model
            assert model is AccessEntry or model.objects.filter(person=bram).exists(), model
        assert StaffChange.objects.get(person=amina).after == {}
        assert list(roster(pseudonym=pseudonym).values()) == before
        line = AuditLine.objects.get(act="person.erased")
        assert line.detail == {"person": amina.pk}
    assert not PersonKey.objects.filter(id=key).exists()
    assert not Account.objects.filter(pk=account).exists()
    assert not Message.objects.exists()
    assert Session.objects.count() == 1
    assert Erasure.objects.get().pseudonym == pseudonym


def test_every_table_that_points_to_a_person_was_thought_of():
    """A new table with a foreign key to a person must be handled in `rights.erase`, and named here."""
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Person
    }
    assert pointing == {
        "consent.AccessEntry.person",
        "consent.Grant.person",
        "outbox.Message.person",
        "insights.ResearchInclusion.person",
        "people.AddressChange.person",
        "people.Membership.person",
        "people.StaffChange.person",
        "surveys.Invitation.person",
        "surveys.Submission.person",
    }


def moved(person, address):
    """Gives the person another e-mail by a staff file, as the pages do."""
    text = f"Personeelsnummer;Naam;E-mail;Team\n{person.staff_number};{person.name};{address};Team Linde\n"
    with scope(organisation=person.organisation):
        upload = staff_import.keep_upload(person.organisation, None, "s.csv", text.encode())
        staff_import.confirm(upload, None, staff_import.show(upload).digest)


@pytest.mark.parametrize("later", ["at once", "after another import", "as kept by an older version"])
def test_erasing_takes_the_account_of_a_former_address_too(cast, later):
    amina, bram = (cast.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    former, old = amina.account_id, amina.email
    moved(amina, "amina@nieuw.example")
    if later == "after another import":
        moved(bram, "bram@nieuw.example")
    elif later == "as kept by an older version":
        with scope(organisation=cast.brug.organisation):
            AddressChange.objects.all().delete()
    queue("account", "sign-in:1", old, "s", "b")
    queue("account", "sign-in:2", bram.email, "s", "b")
    amina.refresh_from_db()
    rights.erase(amina)
    assert not Account.objects.filter(pk__in=[former, amina.account_id]).exists()
    assert [message.idempotency_key for message in Message.objects.filter(kind="account", urgent=False)] == [
        "sign-in:2"
    ]


def test_erasing_leaves_a_former_account_that_has_another_place(cast):
    amina = cast.brug.people["linde.amina"]
    former = amina.account_id
    moved(amina, "amina@nieuw.example")
    with scope(organisation=cast.brug.organisation):
        RoleAssignment.objects.create(organisation=cast.brug.organisation, account_id=former, role="editor", unit=None)
    amina.refresh_from_db()
    rights.erase(amina)
    assert Account.objects.filter(pk=former).exists() and not Account.objects.filter(pk=amina.account_id).exists()


def test_a_staff_file_opens_nobodys_history_for_another_address(measured):
    """Whoever imports staff gives Amina an address of their own, before or after she answered: it stays hers."""
    for name in ("amina", "celine"):
        person = measured.brug.people.get(f"linde.{name}") or measured.brug.people["linde.céline"]
        moved(person, "coordinator@elders.example")
        person.refresh_from_db()
        assert person.account.email == person.email == f"{name}.linde@brug.example"
    assert not Account.objects.filter(email="coordinator@elders.example").exists()


def test_erasing_forgets_a_proposed_address(measured):
    amina = measured.brug.people["linde.amina"]
    moved(amina, "amina@nieuw.example")
    queue("account", "sign-in:1", "amina@nieuw.example", "s", "b")
    rights.erase(amina)
    with scope(organisation=measured.brug.organisation):
        assert not AddressChange.objects.exists()
    assert not Message.objects.exists()


def test_erasing_removes_mail_that_was_delivered_as_files(measured, settings):
    settings.OUTBOX_DELIVERY = "file"
    amina, bram = (measured.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    for person in (amina, bram):
        queue("invitation", f"invitation:{person.pk}", person.email, "s", "b", person)
        queue("account", f"sign-in:{person.pk}", person.email, "s", "b")
    assert deliver_due() == 4
    files = lambda person: [f for f in (settings.DATA / "mail").iterdir() if person.email.encode() in f.read_bytes()]  # noqa: E731
    assert len(files(amina)) == len(files(bram)) == 2
    rights.erase(amina)
    assert len(files(amina)) == 0 and len(files(bram)) == 2


def test_an_account_with_another_place_stays_and_the_command_says_so(measured, capsys):
    amina = measured.brug.people["linde.amina"]
    with scope(organisation=measured.brug.organisation):
        RoleAssignment.objects.create(
            organisation=measured.brug.organisation, account=amina.account, role="editor", unit=None
        )
    assert command.main([amina.email, "--yes"]) == 0
    assert Account.objects.filter(pk=amina.account_id).exists()
    assert "account" in capsys.readouterr().out


def test_one_address_in_two_organisations(cast):
    amina = cast.brug.people["linde.amina"]
    twin = cast.buurt.people["linde.amina"]
    with scopes_disabled():
        twin.email = amina.email.upper()
        twin.save()
    assert rights.erase_all(amina.email, "buurt") == 1
    assert rights.find(amina.email) == [amina]
    assert rights.erase_all(amina.email.upper()) == 1
    assert rights.find(amina.email) == []


def test_nobody_of_that_address_is_told(cast):
    with pytest.raises(Refusal) as refused:
        rights.erase_all("nobody@brug.example")
    assert refused.value.status == 404


def test_an_account_that_only_holds_a_role_is_not_erased_by_accident(cast):
    with pytest.raises(Refusal):
        rights.erase_all(cast.accounts["coordinator"].email)
    assert Account.objects.filter(pk=cast.accounts["coordinator"].pk).exists()


def test_an_erasure_that_was_cut_off_is_finished_by_the_replay(measured, monkeypatch):
    amina = measured.brug.people["linde.amina"]

    def power_cut(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(rights, "_empty", power_cut)
    with pytest.raises(KeyboardInterrupt):
        rights.erase(amina)
    monkeypatch.undo()
    with scope(organisation=measured.brug.organisation):
        assert Person.objects.get(pk=amina.pk).name
    assert [line.pseudonym for line in ledger.pending()] == [amina.pseudonym]
    assert rights.replay() == 1
    with scope(organisation=measured.brug.organisation):
        assert Person.objects.get(pk=amina.pk).erased_at
        assert not Submission.objects.filter(person=amina).exists()
    assert rights.replay() == 0


def test_a_key_that_came_back_from_an_old_copy_is_destroyed_again(measured):
    amina, bram = (measured.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    old = PersonKey.objects.get(id=amina.key_id)
    rights.erase(amina)
    Erasure.objects.all().delete()
    old.save(force_insert=True)
    assert rights.replay() == 1
    assert list(PersonKey.objects.values_list("id", flat=True)) == [bram.key_id]


def test_erasing_twice_is_one_erasure(measured):
    amina = measured.brug.people["linde.amina"]
    rights.erase(amina)
    rights.erase(amina)
    with scope(organisation=measured.brug.organisation):
        assert AuditLine.objects.filter(act="person.erased").count() == 1
    assert len(ledger.entries()) == 1


def test_no_new_answer_can_be_sealed_after_an_erasure(measured):
    amina = measured.brug.people["linde.amina"]
    with scope(organisation=measured.brug.organisation):
        stale = Person.objects.get(pk=amina.pk)
        rights.erase(amina)
        with pytest.raises(keys.KeyGone):
            keys.seal(consent.ensure_key(stale), b"late", b"submission:1")


def test_the_command_says_what_it_did(measured, capsys):
    amina = measured.brug.people["linde.amina"]
    assert command.main([amina.email, "--yes"]) == 0
    assert "1" in capsys.readouterr().out
    assert timezone.now() - Erasure.objects.get().at < datetime.timedelta(minutes=1)
