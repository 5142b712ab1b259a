"""Everything that is mine, as JSON and as tables: whole, only mine, described, and harmless to open."""

import csv
import datetime
import io
import json
import zipfile

import jsonschema
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.consent import actions as consent
from draagkracht.consent import purposes
from draagkracht.consent.models import AccessEntry
from draagkracht.insights import rights
from draagkracht.insights.models import EffectStudy, ReleasedBreakdown, ResearchExport, ResearchInclusion, ResearchStudy
from draagkracht.insights.rights import described, mine, spreadsheet, tables
from draagkracht.outbox.actions import queue
from draagkracht.people.actions.sign_in import token_hash
from draagkracht.people.models import (
    Account,
    AddressChange,
    AuditLine,
    Person,
    RoleAssignment,
    SignInLink,
    StaffChange,
    StaffImport,
)
from draagkracht.surveys.actions import store_complete
from draagkracht.surveys.models import Invitation, RosterEntry, Submission
from draagkracht.surveys.tests import kinds

from . import build

HERE = "insights:my-data"
# What Amina typed and what others wrote about her: each must come back, letter by letter.
TYPED = '=1+1 "é", ik; wil\nniet naar -huis'
DAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def amina(published):
    """Amina of Linde, who answered a published round and left a trace in every place that can hold one."""
    person = published.cast.brug.people["linde.amina"]
    asked = kinds.open_link(published.cast)
    with scope(organisation=published.organisation), transaction.atomic():
        _traces(published, person)
        store_complete(asked.wave, [(person, kinds.GOOD | {"own.why": TYPED}, DAY)])
    person.refresh_from_db()
    return person


def _traces(world, person):
    organisation, by = world.organisation, world.cast.accounts["adviser"]
    consent.grant(person, "measure", "nl", purposes.current("measure", "nl").hash)
    consent.log_access([person], by, "adviser", "staff.seen", "lijst-1107")
    made = StaffImport.objects.create(organisation=organisation, file_name="staf-1101.csv", file_hash="0")
    StaffChange.objects.create(
        organisation=organisation, staff_import=made, person=person, kind="changed",
        before={"fields": {"name": "Naam-1102"}}, after={"name": person.name},
    )  # fmt: skip
    AddressChange.objects.create(
        organisation=organisation, person=person, new_email="nieuw-1103@x.example", token_hash="geheim-9001"
    )
    AddressChange.objects.create(
        organisation=organisation, person=person, confirmed_at=timezone.now(),
        former_account=Account.objects.create_user("vroeger-1104@x.example"),
    )  # fmt: skip
    queue("invitation", "geheim-9002", person.email, "s", "geheim-9003", person)
    EmailAddress.objects.create(user=person.account, email="ook-1105@x.example", verified=True)
    Authenticator.objects.create(user=person.account, type="totp", data={"secret": "geheim-9004"})
    SocialAccount.objects.create(user=person.account, provider="own", uid="uid-1106", extra_data={"sub": "x"})
    SignInLink.objects.create(
        account=person.account, token_hash=token_hash("a"), goes_to="/a/geheim-9005/", expires_at=timezone.now()
    )
    RoleAssignment.objects.create(organisation=organisation, account=person.account, role="editor", granted_by=by)
    AuditLine.objects.create(organisation=None, account=person.account, act="act-1108")
    AuditLine.objects.create(organisation=organisation, account=by, act="act-1109", detail={"person": person.pk})
    study = ResearchStudy.objects.create(
        organisation=organisation, title="Studie-1110", question="?", key_id=person.key_id
    )
    export = ResearchExport.objects.create(
        study=study, organisation=organisation, number=3, choices={}, counts={}, digest="0"
    )
    ResearchInclusion.objects.create(organisation=organisation, export=export, person=person)
    ReleasedBreakdown.objects.create(
        organisation=organisation,
        release=world.release,
        breakdown="soort-1112",
        k=5,
        atoms=[[person.pseudonym.hex], []],
    )
    EffectStudy.objects.create(
        organisation=organisation, title="Traject-1111", waves=[1, 2], pseudonyms=[person.pseudonym.hex], primary=[],
        late=False,
    )  # fmt: skip


def made(person, language="nl"):
    with scope(organisation=person.organisation):
        person.account.refresh_from_db()
        return json.loads(mine.as_json(mine.document(person, person.account, language)))


def strings(value):
    """Every text and number in a document."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in strings(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in strings(inner)]
    return [str(value)]


# -- whole -------------------------------------------------------------------------------------------------------------


def test_every_trace_of_a_person_comes_back(amina):
    found = strings(made(amina))
    for number in range(1101, 1113):
        assert any(str(number) in one for one in found), number
    assert TYPED in found and amina.staff_number in found and str(amina.pseudonym) in found
    assert amina.account.email in found and "Team Linde" in found


def test_every_section_has_a_row_of_somebody_who_left_a_trace_everywhere(amina):
    found = made(amina)
    empty = [name for name, rows in found.items() if isinstance(rows, list) and not rows]
    assert empty == []


def test_answers_and_scores_come_with_the_versions_that_they_rest_on(amina):
    one = next(one for one in made(amina)["answers"] if one["scores"] and one["round"] == "Alles")
    assert one["algorithm"] and one["fingerprint"] and one["questionnaire_version"] == 1 and one["readable"]
    score = next(row for row in one["scores"] if row["value"] is not None)
    assert score["highest"] > score["lowest"] and score["instrument"] and score["title"]
    answer = next(row for row in one["answers"] if row["answer"] == TYPED)
    assert answer["in_words"] == TYPED and answer["question"]


def test_an_unfinished_round_is_in_it_and_a_lost_key_is_told(amina, published):
    with scope(organisation=published.organisation):
        Submission.objects.filter(person=amina, wave=published.open).update(completed_on=None)
    assert any(one["completed_on"] is None and one["answers"] for one in made(amina)["answers"])
    from draagkracht.consent.vault import keys

    keys.drop(amina.key_id)
    lost = made(amina)["answers"]
    assert lost and all(not one["readable"] and one["answers"] == [] and one["scores"] == [] for one in lost)


def named_fields():
    return {f"{one.model._meta.label}.{one.field}" for one in tables.TABLES} | set(tables.MADE_BY_HAND)


def test_every_table_that_points_to_a_person_or_an_account_is_in_the_file_or_explained():
    """A new one: add it to rights/tables.py (TABLES), or say in EXPLAINED why it stays out. Marks of who did something
    (`..._by`, emptied when the account goes) stand in the audit trail, under "acts"."""
    pointing = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model in (Person, Account):
                mark = field.name.endswith("_by") and field.remote_field.on_delete.__name__ == "SET_NULL"
                if not mark:
                    pointing.add(f"{model._meta.label}.{field.name}")
    done = named_fields() | set(tables.EXPLAINED) | {"people.AddressChange.former_account"}
    assert pointing - done == set()
    assert {one for one in named_fields() if one.rsplit(".", 1)[1] in ("person", "account", "user")} <= pointing


def test_every_field_that_can_name_a_person_without_a_key_is_in_the_file_or_explained():
    words = ("pseudonym", "arms", "atoms", "key_id", "device")
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if not field.is_relation and any(word in field.name for word in words)
    }
    assert found - named_fields() - set(tables.EXPLAINED) == {"people.Person.pseudonym"}


def test_every_field_of_a_table_in_the_file_is_in_it_or_explained():
    told = {one.model: {path.split("__")[0] for path in one.columns.values()} | {one.field} for one in tables.TABLES}
    told[Person], told[Account] = set(tables.PERSON_FIELDS) | {"account"}, set(tables.ACCOUNT_FIELDS)
    for model, names in told.items():
        label = model._meta.label
        fields = {field.name for field in model._meta.concrete_fields if not field.primary_key}
        explained = {one.rsplit(".", 1)[1] for one in tables.EXPLAINED if one.rsplit(".", 1)[0] == label}
        assert fields - names - explained - {"organisation"} == set(), label
        assert explained <= fields, f"{label} has no such field any more"


def test_every_reason_is_told_and_every_explained_place_exists():
    assert set(tables.EXPLAINED.values()) <= set(tables.LEFT_OUT)
    for place in tables.EXPLAINED:
        app, model, *field = place.split(".")
        found = apps.get_model(app, model)
        assert not field or found._meta.get_field(field[0])


# -- described ---------------------------------------------------------------------------------------------------------


def test_the_file_is_what_its_description_says(amina, published):
    checker = jsonschema.Draft202012Validator(described.schema())
    checker.validate(made(amina))
    checker.validate(made(published.cast.brug.people["zuid.amina"], "en"))
    checker.validate(made(published.cast.buurt.people["linde.amina"]))


# -- mine alone --------------------------------------------------------------------------------------------------------


def test_nothing_that_opens_a_door_and_nobody_else_is_in_the_file(amina, published):
    text = json.dumps(made(amina), ensure_ascii=False)
    assert "geheim" not in text
    with scope(organisation=published.organisation):
        invitation = Invitation.objects.filter(person=amina).first()
        assert invitation.public_id not in text and invitation.nonce not in text
    for name in ("bram", "celine", "eik"):
        assert f"{name}." not in text.lower()
    bram = json.dumps(made(published.cast.brug.people["linde.bram"]), ensure_ascii=False)
    assert "amina" not in bram.lower() and TYPED not in bram and "1107" not in bram


def test_another_organisation_of_the_same_account_stays_out(amina, published):
    buurt = published.cast.buurt
    with scope(organisation=buurt.organisation):
        twin = buurt.people["linde.amina"]
        twin.account = amina.account
        twin.save()
        RoleAssignment.objects.create(organisation=buurt.organisation, account=amina.account, role="trainer")
        AuditLine.objects.create(organisation=buurt.organisation, account=amina.account, act="elders")
    text = json.dumps(made(amina))
    assert "elders" not in text and "trainer" not in text and "buurt" not in text


# -- tables ------------------------------------------------------------------------------------------------------------


def unzipped(person, language):
    with scope(organisation=person.organisation):
        person.account.refresh_from_db()
        data = spreadsheet.as_zip(mine.document(person, person.account, language))
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def rows(raw: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("language", "delimiter", "mark"), [("nl", ";", ","), ("en", ",", ".")])
def test_tables_open_as_the_language_reads_them(amina, language, delimiter, mark):
    files = unzipped(amina, language)
    assert all(raw.startswith(b"\xef\xbb\xbf") for raw in files.values())
    for name, raw in files.items():
        if name.endswith(".csv"):
            assert len({len(row) for row in rows(raw, delimiter)}) == 1, name
    scores = rows(files["scores.csv"], delimiter)
    values = [row[scores[0].index("value")] for row in scores[1:]]
    assert any(mark in value for value in values) and not any({",": ".", ".": ","}[mark] in value for value in values)


def test_the_readme_says_what_every_table_holds(amina):
    with translation.override("nl"):
        told = {name: str(text) for name, text in tables.TOLD.items()}
    assert set(spreadsheet.sheets(made(amina))) == set(told) and len(set(told.values())) == len(told)


def test_tables_hold_all_that_the_json_holds(amina):
    files = unzipped(amina, "nl")
    told = "\n".join(
        cell for name, raw in files.items() if name != "README.txt" for row in rows(raw, ";") for cell in row
    )
    told += files["README.txt"].decode()
    held = {name: value for name, value in made(amina).items() if name not in ("format", "version", "made_at")}
    held["left_out"] = [one["why"] for one in held["left_out"]]
    for one in strings(held):
        if ("T" in one and one[:2] == "20") or one in ("True", "False", "None"):
            continue  # times and yes or no are written otherwise
        number = one.replace(".", "", 1).lstrip("-").isdigit()
        assert (one.replace(".", ",") if number else one) in told or json.dumps(one)[1:-1] in told, one


def test_no_spreadsheet_runs_what_somebody_typed(amina):
    for name, raw in unzipped(amina, "nl").items():
        for row in rows(raw, ";") if name.endswith(".csv") else []:
            assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in row), (name, row)
    answers = rows(unzipped(amina, "nl")["answers.csv"], ";")
    assert f"'{TYPED}" in [cell for row in answers for cell in row]


# -- taking it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "csv", "fhir"])
def test_a_file_is_made_on_a_press_logged_and_kept_nowhere(amina, sign_in, kind):
    browser = sign_in(amina.account, second_factor=False)
    assert browser.get(reverse(HERE)).status_code == 200
    with scope(organisation=amina.organisation):
        before = AccessEntry.objects.filter(person=amina, what="export.own").count()
    answer = browser.post(reverse(HERE), {"format": kind})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith('attachment; filename="draagkracht-')
    with scope(organisation=amina.organisation):
        assert AccessEntry.objects.filter(person=amina, what="export.own").count() == before + 1
        line = AuditLine.objects.filter(act="export.own").get()
    assert line.account_id == amina.account_id and line.detail == {"format": kind}
    if kind == "json":
        assert any(one["act"] == "export.own" for one in json.loads(answer.content)["acts"])


def test_an_unknown_kind_makes_no_file_and_no_line(amina, sign_in):
    assert sign_in(amina.account).post(reverse(HERE), {"format": "exe"}).status_code == 404
    with scope(organisation=amina.organisation):
        assert not AuditLine.objects.filter(act="export.own").exists()


def earlier(browser) -> None:
    """The session of this browser signed in half an hour ago and one minute more."""
    session = browser.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 31 * 60
    session.save()


def test_an_open_screen_is_no_door(amina, sign_in):
    browser = sign_in(amina.account)
    earlier(browser)
    page = browser.get(reverse(HERE)).content.decode()
    assert "Meld je eerst opnieuw aan" in page and 'name="format"' not in page
    refused = browser.post(reverse(HERE), {"format": "json"})
    assert refused.status_code == 403 and "attachment" not in refused.get("Content-Disposition", "")
    back = f"{reverse('account_login')}?next=%2Fme%2Fdata%2F"
    assert back.replace("&", "&amp;") in page
    assert browser.post(reverse("account_logout"), {"next": back}).url == back


def test_signing_in_on_a_phone_opens_no_door_on_the_screen_of_the_ward(amina, sign_in):
    ward = sign_in(amina.account)
    earlier(ward)
    assert ward.post(reverse(HERE), {"format": "json"}).status_code == 403
    phone = sign_in(amina.account)
    Account.objects.filter(pk=amina.account_id).update(last_login=timezone.now())
    assert phone.post(reverse(HERE), {"format": "json"}).status_code == 200
    assert ward.post(reverse(HERE), {"format": "json"}).status_code == 403


def test_a_session_that_tells_no_moment_is_no_door(amina, sign_in):
    browser = sign_in(amina.account)
    session = browser.session
    del session["account_authentication_methods"]
    session.save()
    assert browser.post(reverse(HERE), {"format": "json"}).status_code == 403


def test_after_an_erasure_there_is_nothing(amina, sign_in):
    browser, account = sign_in(amina.account), amina.account
    rights.erase(amina)
    answer = browser.post(reverse(HERE), {"format": "json"})
    assert answer.status_code in (302, 403) and TYPED not in answer.content.decode()
    with scope(organisation=amina.organisation):
        person = Person.objects.get(pk=amina.pk)
        left = mine.document(person, account, "nl")
    assert left["person"]["name"] == left["person"]["email"] == ""
    for name in (
        "answers",
        "memberships",
        "consents",
        "looked_at",
        "invitations",
        "research",
        "address_changes",
        "mail",
    ):
        assert left[name] == [], name


def test_the_way_there_stands_on_my_page_and_on_my_data(amina, sign_in):
    browser = sign_in(amina.account)
    for page in ("insights:me", "consent:mine"):
        assert f'href="{reverse(HERE)}"' in browser.get(reverse(page)).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rounds(amina, published, django_assert_max_num_queries):
    with scope(organisation=published.organisation):
        for number in range(3, 9):
            build.wave(
                published.organisation, f"Ronde {number}", {amina: {"pulse.energy": 3.0}}, published.home, number=number
            )
        assert RosterEntry.objects.filter(pseudonym=amina.pseudonym).count() > 6
        with django_assert_max_num_queries(30):
            mine.document(amina, amina.account, "nl")
