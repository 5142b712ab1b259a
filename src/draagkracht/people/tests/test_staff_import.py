"""The staff file on the pages and on the command line: dry run, confirm, undo, and what goes wrong on the way."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from draagkracht.people import import_staff, staff_file
from draagkracht.people.actions import staff_import
from draagkracht.people.actions.staff_undo import undo, why_not
from draagkracht.people.models import (
    Account,
    AuditLine,
    Membership,
    Person,
    RoleAssignment,
    StaffChange,
    StaffImport,
    StaffUpload,
    Unit,
)
from draagkracht.people.work import WORK
from draagkracht.ui.refusal import Refusal
from draagkracht.ui.sheets import harmless, marked

HEAD = "Personeelsnummer;Naam;E-mail;Afdeling;Team;Functie;In dienst;Uit dienst;Taal\n"
NEW = "n1;Nora Nieuw;nora@brug.example;Woonzorg;Team Linde;kok;01-03-2026;;nl\n"
TODAY = datetime.date.today()


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug


@pytest.fixture
def coordinator(cast, sign_in) -> Client:
    return sign_in(cast.accounts["coordinator"])


def store(place, text: str, complete: bool = False, many: bool = False) -> StaffImport:
    upload = staff_import.keep_upload(place.organisation, None, "staf.csv", text.encode())
    upload.complete = complete
    upload.save(update_fields=["complete"])
    return staff_import.confirm(upload, None, staff_import.show(upload).digest, many)


def picture(place) -> list:
    """Everything that an import may touch, to compare before and after."""
    fields = ("staff_number", "name", "email", "language", "account_id")
    return [
        sorted(Person.objects.values_list("id", *fields)),
        sorted(Membership.objects.values_list("id", "person_id", "unit_id", *WORK, "starts_on", "ends_on"), key=str),
        sorted(Unit.objects.values_list("id", "code", "name", "parent_id"), key=str),
        sorted(Account.objects.values_list("id", "email")),
    ]


def upload_by_browser(browser: Client, text: str | bytes, name: str = "staf.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post("/staff/import/", {"file": SimpleUploadedFile(name, data)})


def full_file(place, without: int = 0) -> str:
    lines = []
    for key, person in sorted(place.people.items()):
        team = key.split(".")[0]
        department = next(
            d
            for d, teams in {"Woonzorg": ["linde", "eik"], "Thuiszorg": ["noord", "zuid"], "Jeugd": ["horizon"]}.items()
            if team in teams
        )
        lines.append(f"{person.staff_number};{person.name};{person.email};{department};Team {team.capitalize()};;;;\n")
    return HEAD + "".join(lines[without:])


# -- through the pages -------------------------------------------------------------------------------------------------


def test_from_upload_to_done_and_undone(cast, coordinator):
    first = upload_by_browser(coordinator, HEAD + NEW)
    assert first.status_code == 302 and first.url.endswith("/columns/")
    page = coordinator.get(first.url).content.decode()
    assert "Nora Nieuw" in page and "Personeelsnummer" in page
    columns = {
        "staff_number": 0,
        "name": 1,
        "email": 2,
        "department": 3,
        "team": 4,
        "profession": 5,
        "starts_on": 6,
        "ends_on": 7,
        "language": 8,
    }
    check = coordinator.post(first.url, columns)
    page = coordinator.get(check.url)
    assert page.context["plan"].counts["new"] == 1 and "Nora Nieuw" in page.content.decode()
    with scopes_disabled():
        assert not Person.objects.filter(email="nora@brug.example").exists(), "a dry run stores nobody"
    digest = page.context["form"].initial["digest"]
    stored = coordinator.post(f"{check.url}confirm/", {"digest": digest})
    assert coordinator.post(f"{check.url}confirm/", {"digest": digest}).url == stored.url, "pressing twice stores once"
    with scope(organisation=cast.brug.organisation):
        nora = Person.objects.get(email="nora@brug.example")
        membership = nora.memberships.get()
        assert (membership.unit.code, membership.profession, membership.starts_on) == (
            "linde",
            "kok",
            datetime.date(2026, 3, 1),
        )
        assert nora.account.email == "nora@brug.example" and not nora.account.has_usable_password()
        assert AuditLine.objects.filter(act="staff.imported", account=cast.accounts["coordinator"]).count() == 1
        assert bytes(StaffUpload.objects.get().sealed) == b"", "the file is gone once it was confirmed"
    assert "Nora" in coordinator.get(f"/staff/units/{cast.brug.units['linde'].pk}/").content.decode()
    assert coordinator.post(f"{stored.url}undo/").status_code == 302
    with scope(organisation=cast.brug.organisation):
        assert not Person.objects.filter(name="Nora Nieuw").exists()
        assert not Account.objects.filter(email="nora@brug.example").exists()
    assert coordinator.post(f"{stored.url}undo/").status_code == 409


def test_uploaded_file_is_sealed_and_kept_for_an_hour(cast, coordinator):
    where = upload_by_browser(coordinator, HEAD + NEW).url
    with scope(organisation=cast.brug.organisation):
        upload = StaffUpload.objects.get()
        assert b"Nora" not in bytes(upload.sealed) and "Nora" not in str(upload.columns)
        assert "Nora" not in str(dict(coordinator.session))
        StaffUpload.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert coordinator.get(where).status_code == 410
    upload_by_browser(coordinator, HEAD + NEW)
    with scope(organisation=cast.brug.organisation):
        assert StaffUpload.objects.count() == 1, "what is over its hour is removed"


def test_sealed_bytes_moved_to_another_upload_do_not_open(brug):
    one = staff_import.keep_upload(brug.organisation, None, "a.csv", (HEAD + NEW).encode())
    two = staff_import.keep_upload(brug.organisation, None, "b.csv", (HEAD + NEW).encode())
    two.sealed = one.sealed
    with pytest.raises(Refusal) as caught:
        staff_import.sheet_of(two)
    assert caught.value.status == 410


def test_a_dry_run_that_is_out_of_date_is_refused_and_nothing_is_stored(cast, coordinator):
    where = upload_by_browser(
        coordinator, HEAD + "linde-0;Amina Nieuwenaam;amina.linde@brug.example;Woonzorg;Team Linde;;;;\n"
    ).url.removesuffix("columns/")
    digest = coordinator.get(where).context["form"].initial["digest"]
    with scope(organisation=cast.brug.organisation):
        Person.objects.filter(staff_number="linde-0").update(language="en")
    answer = coordinator.post(f"{where}confirm/", {"digest": digest})
    assert answer.status_code == 409 and where in answer.content.decode()
    with scope(organisation=cast.brug.organisation):
        assert Person.objects.get(staff_number="linde-0").name == "Amina linde" and not StaffImport.objects.exists()
    again = coordinator.get(where).context["form"].initial["digest"]
    assert coordinator.post(f"{where}confirm/", {"digest": again}).status_code == 302


def test_many_leaving_asks_a_second_yes(cast, coordinator):
    with scope(organisation=cast.brug.organisation):
        text = full_file(cast.brug, without=20)
    where = upload_by_browser(coordinator, text).url
    columns = {"staff_number": 0, "name": 1, "email": 2, "department": 3, "team": 4, "complete": "on"}
    check = coordinator.post(where, columns).url
    page = coordinator.get(check)
    digest = page.context["form"].initial["digest"]
    assert page.context["plan"].counts["leaves"] == 20 and "many_may_leave" in page.content.decode()
    assert coordinator.post(f"{check}confirm/", {"digest": digest}).status_code == 409
    assert coordinator.post(f"{check}confirm/", {"digest": digest, "many_may_leave": "on"}).status_code == 302
    with scope(organisation=cast.brug.organisation):
        assert Membership.objects.filter(ends_on=TODAY).count() == 20


def test_mistakes_are_shown_by_row_and_can_be_downloaded_harmlessly(cast, coordinator):
    text = (
        HEAD
        + NEW
        + "=cmd();Piet;p@brug.example;Woonzorg;Team Linde;;;;\nn3;+Jan;geen adres;Woonzorg;Team Linde;@x;;;\n"
    )
    check = upload_by_browser(coordinator, text).url.removesuffix("columns/")
    page = coordinator.get(check)
    assert page.context["plan"].counts["errors"] == 2 and f"{check}errors.csv" in page.content.decode()
    answer = coordinator.get(f"{check}errors.csv")
    body = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv") and "no-store" in answer["Cache-Control"]
    assert [line.split(";")[0] for line in body.splitlines()] == ["Rij", "3", "4"]
    assert "'=cmd()" in body and "'+Jan" in body and "'@x" in body and "Nora" not in body
    assert coordinator.post(f"{check}confirm/", {"digest": page.context["plan"].digest}).status_code == 409


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_of_the_error_file_can_run(cell):
    assert harmless(cell).startswith("'") and harmless("gewoon") == "gewoon"


@pytest.mark.parametrize(
    "data, status",
    [(b"", 400), (b"\x00\x01\x02\x03", 400), (b"PK\x03\x04", 400), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 400)],
)
def test_a_file_that_is_no_staff_list_gets_a_sentence(cast, coordinator, data, status):
    answer = upload_by_browser(coordinator, data)
    assert answer.status_code == status and "errorlist" in answer.content.decode()
    with scope(organisation=cast.brug.organisation):
        assert not StaffUpload.objects.exists()


def test_missing_columns_are_explained(cast, coordinator):
    where = upload_by_browser(coordinator, "voorletters;schoenmaat\nN;42\n").url
    answer = coordinator.post(where, {})
    assert answer.status_code == 400 and answer.content.decode().count("<li>") >= 3
    assert coordinator.get(where.removesuffix("columns/")).url == where


def test_who_keeps_the_staff_of_a_part_only_sees_that_part_and_imports_nothing(cast, sign_in):
    account = cast.accounts["adviser"]
    with scope(organisation=cast.brug.organisation):
        RoleAssignment.objects.filter(account=account).update(unit=cast.brug.units["thuiszorg"])
    browser = sign_in(account)
    page = browser.get("/staff/").content.decode()
    assert "Team Noord" in page and "Team Linde" not in page and "/staff/import/" not in page
    assert browser.get(f"/staff/units/{cast.brug.units['noord'].pk}/").status_code == 200
    assert browser.get(f"/staff/units/{cast.brug.units['linde'].pk}/").status_code == 403
    assert browser.get("/staff/import/").status_code == 403


def test_an_upload_of_another_organisation_is_not_there(cast, coordinator, sign_in):
    where = upload_by_browser(coordinator, HEAD + NEW).url
    assert sign_in(cast.stranger).get(where).status_code == 404


def test_people_page_shows_name_unit_and_role_and_no_more(cast, coordinator):
    page = coordinator.get(f"/staff/units/{cast.brug.units['woonzorg'].pk}/").content.decode()
    assert "Amina linde" in page and "Team Linde" in page and "linde-0" not in page and "amina.linde@" not in page


@pytest.mark.parametrize("path", ["/staff/", "/staff/units/{linde}/", "/roles/"])
def test_lists_ask_as_many_questions_for_three_rows_as_for_one(cast, sign_in, django_assert_num_queries, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = sign_in(cast.accounts["platform-admin"])
    linde = cast.brug.units["linde"]
    people = [p for key, p in cast.brug.people.items() if key.startswith("linde.")]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path.format(linde=linde.pk)).status_code == 200
        return len(queries)

    with scope(organisation=cast.brug.organisation):
        RoleAssignment.objects.exclude(role="platform-admin").delete()
        Membership.objects.filter(unit=linde).exclude(person=people[0]).delete()
        StaffImport.objects.create(organisation=cast.brug.organisation, file_name="1", counts={})
    browser.get(path.format(linde=linde.pk))
    one = asked()
    with scope(organisation=cast.brug.organisation):
        for person in people[1:3]:
            Membership.objects.create(organisation=person.organisation, person=person, unit=linde, starts_on=TODAY)
            RoleAssignment.objects.create(
                organisation=person.organisation, account=person.account, role="team-lead", unit=linde
            )
            StaffImport.objects.create(organisation=person.organisation, file_name="2", counts={})
            Unit.objects.create(organisation=person.organisation, parent=linde, code=f"x{person.pk}", name="Onder")
    assert asked() == one


# -- what is stored ----------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing_the_second_time(brug):
    text = full_file(brug) + NEW
    store(brug, text)
    before = picture(brug)
    again = store(brug, text)
    assert again.counts["unchanged"] == 31 and again.counts["new"] == again.counts["changed"] == 0
    assert picture(brug) == before


def test_a_move_ends_one_membership_and_starts_the_next_on_the_same_day(brug):
    store(brug, HEAD + "linde-0;Amina linde;;Thuiszorg;Team Noord;;;;\n")
    rows = list(
        brug.people["linde.amina"].memberships.order_by("starts_on").values_list("unit__code", "starts_on", "ends_on")
    )
    assert rows == [("linde", datetime.date(2026, 1, 5), TODAY), ("noord", TODAY, None)]


def test_swapped_addresses_are_stored_and_accounts_follow_the_address(brug, mailoutbox):
    amina, bram = brug.people["linde.amina"], brug.people["linde.bram"]
    accounts = amina.account_id, bram.account_id
    store(
        brug,
        HEAD
        + f"linde-0;Amina linde;{bram.email};Woonzorg;Team Linde;;;;\nlinde-1;Bram linde;{amina.email};Woonzorg;Team Linde;;;;\n",
    )
    amina.refresh_from_db()
    bram.refresh_from_db()
    assert (amina.email, bram.email) == ("bram.linde@brug.example", "amina.linde@brug.example")
    assert (bram.account_id, amina.account_id) == accounts
    assert sorted(mail.to[0] for mail in mailoutbox) == ["amina.linde@brug.example", "bram.linde@brug.example"]


def test_a_new_address_gets_an_account_without_the_roles_of_the_old_one(cast, brug, mailoutbox):
    old = brug.people["linde.amina"].account
    RoleAssignment.objects.create(
        organisation=brug.organisation, account=old, role="team-lead", unit=brug.units["linde"]
    )
    store(brug, HEAD + "linde-0;Amina linde;amina@nieuw.example;Woonzorg;Team Linde;;;;\n")
    now = Person.objects.get(staff_number="linde-0").account
    assert now.email == "amina@nieuw.example" and now.pk != old.pk
    assert not RoleAssignment.objects.filter(account=now).exists()
    assert mailoutbox[0].to == ["amina.linde@brug.example"]


def test_an_existing_account_is_used_for_a_new_person(cast, brug):
    store(brug, HEAD + "k1;Coordinator;coordinator@brug.example;Woonzorg;;;;;\n")
    assert Person.objects.get(staff_number="k1").account == cast.accounts["coordinator"]


def test_xlsx_from_the_personnel_office(brug):
    book = openpyxl.Workbook()
    book.active.append(["Employee number", "First name", "Last name", "Unit code", "Parent code", "Start date"])
    book.active.append([7001, "Nora", "Nieuw", "beuk", "woonzorg", datetime.datetime(2026, 2, 1)])
    out = io.BytesIO()
    book.save(out)
    upload = staff_import.keep_upload(brug.organisation, None, "staf.xlsx", out.getvalue())
    staff_import.confirm(upload, None, staff_import.show(upload).digest)
    nora = Person.objects.get(staff_number="7001")
    assert nora.name == "Nora Nieuw" and nora.account is None and nora.memberships.get().unit.parent.code == "woonzorg"


def test_a_failure_halfway_stores_nothing(brug, monkeypatch):
    from draagkracht.people.actions import staff_apply

    before = picture(brug)

    def full_disk(*args):
        raise OSError("no space left")

    monkeypatch.setattr(staff_apply, "_remember", full_disk)
    with pytest.raises(OSError):
        store(brug, HEAD + NEW + "linde-0;Anders;;Jeugd;Team Nieuw;;;;\n")
    assert picture(brug) == before and not StaffImport.objects.exists()


# -- undo --------------------------------------------------------------------------------------------------------------

EVERYTHING = (
    HEAD + NEW + "linde-0;Amina Anders;amina@nieuw.example;Thuiszorg;Team Noord;arts;;;en\n"
    "linde-1;Bram linde;;Woonzorg;Team Linde;kok;;31-12-2027;\nlinde-2;Céline linde;;Jeugd;Team Nieuw;;;;\n"
    "linde-3;Daan linde;;Woonzorg;Team Linde;;;01-05-2026;\n"
)


def test_undo_puts_everything_back(brug):
    before = picture(brug)
    made = store(brug, EVERYTHING)
    assert picture(brug) != before and why_not(made) == ""
    undo(made, None)
    after = picture(brug)
    assert after[:3] == before[:3]
    assert {email for _id, email in before[3]} == {email for _id, email in after[3]} - {"amina@nieuw.example"}
    assert AuditLine.objects.filter(act="staff.import-undone").count() == 1
    assert not StaffChange.objects.exists(), "what is not needed any more is not kept"


def test_undo_of_a_complete_file_brings_everybody_back(brug):
    before = picture(brug)
    undo(store(brug, full_file(brug, without=25), complete=True, many=True), None)
    assert picture(brug) == before


def test_only_the_last_import_can_be_undone(brug):
    first = store(brug, HEAD + NEW)
    store(brug, HEAD + NEW.replace("kok", "arts"))
    with pytest.raises(Refusal) as caught:
        undo(first, None)
    assert caught.value.status == 409


@pytest.mark.parametrize("what", ["name", "membership", "erased"])
def test_undo_is_refused_once_the_data_moved_on(brug, what):
    made = store(brug, EVERYTHING)
    amina = Person.objects.get(staff_number="linde-0")
    if what == "name":
        Person.objects.filter(pk=amina.pk).update(name="Amina Later")
    elif what == "membership":
        amina.memberships.filter(ends_on=None).update(ends_on=TODAY)
        Membership.objects.create(
            organisation=brug.organisation, person=amina, unit=brug.units["zuid"], starts_on=TODAY
        )
    else:
        StaffChange.objects.filter(person=amina).update(before={}, after={})
        Person.objects.filter(pk=amina.pk).update(erased_at=timezone.now(), name="", email="", staff_number="")
    assert why_not(made) != ""


def test_undo_keeps_units_and_accounts_that_are_used_since(cast, brug):
    made = store(brug, HEAD + "n1;Nora Nieuw;nora@brug.example;Woonzorg;Team Beuk;;;;\n")
    account, unit = Account.objects.get(email="nora@brug.example"), Unit.objects.get(name="Team Beuk")
    RoleAssignment.objects.create(organisation=brug.organisation, account=account, role="team-lead", unit=unit)
    undo(made, None)
    assert Account.objects.filter(pk=account.pk).exists() and Unit.objects.filter(pk=unit.pk).exists()
    assert not Person.objects.filter(name="Nora Nieuw").exists()


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_confirming_many_times_at_once_imports_once(transactional_db, cast):
    with scope(organisation=cast.brug.organisation):
        upload = staff_import.keep_upload(cast.brug.organisation, None, "staf.csv", (HEAD + NEW).encode())
        digest = staff_import.show(upload).digest

    def attempt(_):
        try:
            with scope(organisation=cast.brug.organisation):
                return staff_import.confirm(staff_import.find_upload(upload.code), None, digest).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        results = set(pool.map(attempt, range(12)))
    with scope(organisation=cast.brug.organisation):
        assert results == set(StaffImport.objects.values_list("pk", flat=True)) and len(results) == 1
        assert Person.objects.filter(staff_number="n1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_confirmed_at_once_the_second_is_out_of_date(transactional_db, cast):
    with scope(organisation=cast.brug.organisation):
        uploads = [
            staff_import.keep_upload(cast.brug.organisation, None, "s.csv", (HEAD + NEW).encode()) for _ in range(2)
        ]
        digests = [staff_import.show(upload).digest for upload in uploads]

    def attempt(number: int):
        try:
            with scope(organisation=cast.brug.organisation):
                staff_import.confirm(staff_import.find_upload(uploads[number].code), None, digests[number])
        except Refusal as refusal:
            return refusal.status
        finally:
            connections.close_all()
        return 200

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [200, 409]


# -- command line ------------------------------------------------------------------------------------------------------


def write(tmp_path, text: str):
    file = tmp_path / "staf.csv"
    file.write_text(text, encoding="utf-8")
    return [str(file), "--organisation", "brug"]


def test_command_shows_counts_and_stores(cast, tmp_path, capsys):
    words = write(tmp_path, HEAD + NEW)
    assert import_staff.main([*words, "--dry-run"]) == 0
    with scope(organisation=cast.brug.organisation):
        assert not Person.objects.filter(staff_number="n1").exists()
    assert import_staff.main(words) == 0
    with scope(organisation=cast.brug.organisation):
        assert Person.objects.filter(staff_number="n1").exists() and StaffImport.objects.get().file_name == "staf.csv"
    assert capsys.readouterr().out.count(": 1\n") == 2


def test_command_stops_at_mistakes_and_stores_nothing(cast, tmp_path, capsys):
    words = write(tmp_path, HEAD + NEW + "n2;;x@brug.example;Woonzorg;;;;;\n")
    assert import_staff.main(words) == 2
    with scope(organisation=cast.brug.organisation):
        assert not Person.objects.filter(staff_number="n1").exists() and not StaffImport.objects.exists()
    assert "3:" in capsys.readouterr().err


def test_command_maps_columns_by_hand(cast, tmp_path):
    words = write(tmp_path, "Wie;Waar;Pasnummer;Naam\nNora Nieuw;Team Linde;n1;fout\n")
    with pytest.raises(Refusal):
        import_staff.main(words)
    assert import_staff.main([*words, "--map", "Wie=name", "Waar=team", "Pasnummer=staff_number"]) == 0
    with scope(organisation=cast.brug.organisation):
        assert Person.objects.get(staff_number="n1").name == "Nora Nieuw"
    for wrong in (["--map", "Wie=onzin"], ["--map", "Nergens=name"]):
        with pytest.raises(Refusal):
            import_staff.main([*words, *wrong])


def test_command_asks_for_a_yes_when_many_leave(cast, tmp_path):
    words = [*write(tmp_path, HEAD + NEW), "--complete"]
    with pytest.raises(Refusal):
        import_staff.main(words)
    with scope(organisation=cast.brug.organisation):
        assert not Membership.objects.filter(ends_on=TODAY).exists()
    assert import_staff.main([*words, "--accept-leaves"]) == 0


def test_command_refuses_an_unknown_organisation_or_file(cast, tmp_path):
    for words in (
        [str(tmp_path / "weg.csv"), "--organisation", "brug"],
        [*write(tmp_path, HEAD + NEW)[:1], "--organisation", "nergens"],
    ):
        with pytest.raises(Refusal):
            import_staff.main(words)


def test_error_file_keeps_the_cells_of_the_row():
    sheet = staff_file.read(b"nr;naam\n1;Ren\xc3\xa9e\n2;Bob\n")
    assert marked(sheet, [(3, "fout")]).decode("utf-8-sig").splitlines()[1] == "3;fout;2;Bob"
