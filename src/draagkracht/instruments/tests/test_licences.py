"""The permission for a protected questionnaire: what is kept, what is refused, and that nothing is published without."""

import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.instruments import actions, letters, licences, queries
from draagkracht.instruments.catalogue import DEMO_TEXTS, find
from draagkracht.instruments.import_texts import main as import_texts_command
from draagkracht.instruments.models import InstrumentText, LicenceAttestation, QuestionnaireVersion
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

PDF = b"%PDF-1.7\nan invented letter\n%%EOF"
MAIL = b"From: author@university.example\nDate: Mon, 4 May 2026 09:00:00 +0200\nSubject: Permission\n\nYes, you may."
TODAY = datetime.date(2026, 11, 21)
TITLE = {"nl": "Peiling", "en": "Survey"}


def word_file(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts:
            archive.writestr(name, "<x/>")
    return out.getvalue()


DOCX = word_file("[Content_Types].xml", "word/document.xml")


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


@pytest.fixture
def coordinator(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    browser.cookies["django_language"] = "en"
    return browser


def allow(organisation, instrument="bat-12", data=PDF, name="brief.pdf", valid_until=None, by=None, statement="Letter"):
    return licences.attest(organisation, instrument, data, name, statement=statement, valid_until=valid_until, by=by)


def real_texts(organisation, instrument="uwes-9", language="nl"):
    """A wording that nobody calls invented: as far as the product knows, the protected text."""
    one = find(instrument)
    rows = [f"label:{value},antwoord {value}" for value in one.shared_range] + [f"{c},Zin {c}" for c in one.codes]
    data = "\n".join(["item,text", *rows]).encode()
    return actions.import_texts(organisation, instrument, language, data, "t.csv", validated=True, by=None)


def publish(organisation, *instruments):
    return actions.publish(organisation, "peiling", actions.compose(TITLE, instruments, ["nl"]), by=None)


# --- the letter -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
        (MAIL, "message/rfc822"),
        (DOCX, letters.DOCX),
    ],
)
def test_a_letter_is_told_by_its_content(data, kind):
    assert letters.kind_of(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just words",
        b"<html><script>alert(1)</script></html>",
        b"From: nobody\n\nno date",
        b"GIF89a....",
        b"MZ\x90\0 a program",
        b"PK\x03\x04 broken",
        word_file("[Content_Types].xml", "xl/workbook.xml"),
        word_file("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        word_file("[Content_Types].xml", "word/document.xml", *(f"word/p{n}.xml" for n in range(2000))),
        PDF + b"x" * letters.LARGEST,
    ],
    ids=["empty", "words", "html", "no mail", "gif", "program", "broken zip", "sheet", "macros", "many parts", "large"],
)
def test_another_file_is_no_letter(data):
    with pytest.raises(letters.LetterError):
        letters.kind_of(data)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\post\\brief van mei.PDF", "brief van mei.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ('x".html', "x_.html.pdf"),
        ("brief\r\nSet-Cookie: a.pdf", "brief__Set-Cookie_ a.pdf"),
        ("", "letter.pdf"),
        ("a" * 300 + ".pdf", "a" * 100 + ".pdf"),
    ],
)
def test_the_name_of_a_letter_is_made_harmless(name, kept):
    assert letters.safe_name(name, "application/pdf") == kept


# --- attesting ------------------------------------------------------------------------------------------------------


def test_an_attestation_keeps_who_what_when_and_the_letter_with_one_audit_line(cast, brug):
    row = allow(
        brug, by=cast.accounts["coordinator"], statement="  E-mail of 3 May  ", valid_until=TODAY.replace(year=2099)
    )
    assert (row.instrument, row.kind, row.statement, row.letter_name) == (
        "bat-12",
        "permission",
        "E-mail of 3 May",
        "brief.pdf",
    )
    assert row.attested_by == cast.accounts["coordinator"] and bytes(LicenceAttestation.objects.get().letter) == PDF
    line = AuditLine.objects.get(act="instrument.permission-attested")
    assert line.detail == {"attestation": row.pk, "instrument": "bat-12", "hash": row.letter_hash}


def test_the_same_letter_twice_is_kept_once(brug):
    assert allow(brug) == allow(brug)
    assert allow(brug, statement="Other words") != allow(brug, data=MAIL, name="mail.eml")
    assert LicenceAttestation.objects.count() == 3 and AuditLine.objects.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": b""},
        {"data": b"words"},
        {"data": PDF + b"x" * letters.LARGEST},
        {"instrument": "gse"},
        {"instrument": "nought"},
        {"valid_until": datetime.date(2020, 1, 1)},
    ],
    ids=["empty", "kind", "large", "free", "unknown", "over"],
)
def test_what_is_wrong_is_refused_and_nothing_is_stored(brug, wrong):
    with pytest.raises(Refusal):
        allow(brug, **wrong)
    assert not LicenceAttestation.objects.exists() and not AuditLine.objects.exists()


def test_an_attestation_stands_until_its_last_day_is_over_or_it_is_withdrawn(cast, brug):
    row = allow(brug, valid_until=timezone.localdate())
    assert row.stands(timezone.localdate()) and not row.stands(timezone.localdate() + datetime.timedelta(days=1))
    assert licences.withdraw(brug, row, by=cast.accounts["adviser"]) is True
    assert licences.withdraw(brug, row, by=cast.accounts["adviser"]) is False
    row.refresh_from_db()
    assert row.withdrawn_by == cast.accounts["adviser"] and not row.stands(timezone.localdate())
    assert AuditLine.objects.filter(act="instrument.permission-withdrawn").count() == 1


# --- the gate -------------------------------------------------------------------------------------------------------


def test_a_protected_questionnaire_is_not_published_without_a_permission(brug):
    real_texts(brug)
    with translation.override("en"), pytest.raises(actions.MissingPermission) as refused:
        publish(brug, "pulse", "uwes-9")
    message = str(refused.value.message)
    assert "uwes-9" in message and "https://www.wilmarschaufeli.nl" in message and "pulse" not in message
    assert refused.value.status == 409 and not QuestionnaireVersion.objects.exists()
    with translation.override("nl"), pytest.raises(actions.MissingPermission, match="toestemming"):
        publish(brug, "uwes-9")
    allow(brug, "uwes-9")
    assert publish(brug, "pulse", "uwes-9").number == 1


def test_a_permission_that_is_over_or_withdrawn_or_of_another_opens_nothing(cast, brug):
    real_texts(brug)
    allow(brug, "bat-12")
    row = allow(brug, "uwes-9", valid_until=timezone.localdate())
    publish(brug, "uwes-9")
    LicenceAttestation.objects.filter(pk=row.pk).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    with pytest.raises(actions.MissingPermission):
        publish(brug, "uwes-9")
    licences.withdraw(brug, allow(brug, "uwes-9"), by=None)
    with pytest.raises(actions.MissingPermission):
        publish(brug, "uwes-9")
    with scope(organisation=cast.buurt.organisation):
        allow(cast.buurt.organisation, "uwes-9")
    with pytest.raises(actions.MissingPermission):
        publish(brug, "uwes-9")


def test_one_permission_counts_for_every_language(brug):
    real_texts(brug, language="nl")
    real_texts(brug, language="en")
    assert [one.id for one in queries.missing_permissions([find("uwes-9"), find("gse")], ["nl", "en"])] == ["uwes-9"]
    allow(brug, "uwes-9")
    assert not queries.missing_permissions([find("uwes-9")], ["nl", "en"])


def test_a_made_up_example_needs_none_until_the_real_text_comes(brug):
    data = (DEMO_TEXTS / "uwes-9.nl.csv").read_bytes()
    row = actions.import_texts(brug, "uwes-9", "nl", data, "uwes-9.nl.csv", validated=True, by=None)
    assert row.invented and not row.validated
    publish(brug, "uwes-9")
    real_texts(brug)
    with pytest.raises(actions.MissingPermission):
        publish(brug, "uwes-9")
    # An example in one language does not open the real text in another.
    actions.import_texts(brug, "uwes-9", "nl", data, "uwes-9.nl.csv", validated=False, by=None)
    real_texts(brug, language="en")
    assert not queries.missing_permissions([find("uwes-9")], ["nl"])
    assert [one.id for one in queries.missing_permissions([find("uwes-9")], ["nl", "en"])] == ["uwes-9"]


def test_answers_gathered_elsewhere_need_no_permission(brug):
    composed = actions.compose(TITLE, ["bat-23"], [])
    assert actions.publish(brug, "older", composed, by=None).number == 1


def test_a_template_can_be_neither_filled_with_texts_nor_asked(brug):
    for act in (
        lambda: actions.compose(TITLE, ["job-satisfaction-3"], ["nl"]),
        lambda: actions.compose(TITLE, ["job-satisfaction-3"], []),
        lambda: actions.import_texts(brug, "copsoq-iii", "nl", b"item,text\n", "t.csv", validated=True, by=None),
    ):
        with pytest.raises(actions.NotCompleted):
            act()
    assert "job-satisfaction-3" not in queries.askable() and "gse" in queries.askable()


def test_a_completed_template_is_asked_like_any_other(brug, tmp_path):
    from draagkracht.instruments.completing import file_to_complete

    (tmp_path / "js.yaml").write_text(file_to_complete(find("job-satisfaction-3")))
    composed = actions.compose(TITLE, ["job-satisfaction-3"], [], folders=[tmp_path])
    assert len(composed["items"]) == 3


def test_the_command_takes_the_letter_with_the_texts_or_nothing(cast, tmp_path, capsys):
    texts, letter = tmp_path / "t.csv", tmp_path / "brief.pdf"
    letter.write_bytes(PDF)
    texts.write_text("item,text\nq,x\n")
    wanted = [
        "--organisation",
        "brug",
        "--instrument",
        "uwes-3",
        "--permission",
        str(letter),
        "--valid-until",
        "2099-01-31",
    ]
    with pytest.raises(actions.TextsRefused):
        import_texts_command([str(texts), *wanted])
    with scope(organisation=cast.brug.organisation):
        assert not LicenceAttestation.objects.exists()
        rows = [f"label:{n},woord {n}" for n in range(7)] + ["vi1,Een", "de1,Twee", "ab2,Drie"]
        texts.write_text("\n".join(["item,text", *rows]))
        assert import_texts_command([str(texts), *wanted, "--source", "Brief van 3 mei"]) == 0
        row = LicenceAttestation.objects.get()
        assert (row.statement, row.valid_until, row.attested_by) == (
            "Brief van 3 mei",
            datetime.date(2099, 1, 31),
            None,
        )
        assert publish(cast.brug.organisation, "uwes-3").number == 1
        assert import_texts_command([str(texts), *wanted[:4], "--invented"]) == 0
        assert InstrumentText.objects.latest("id").invented


# --- the pages ------------------------------------------------------------------------------------------------------


def post(browser, instrument="uwes-9", data=PDF, name="brief.pdf", **fields):
    given = {"statement": "E-mail of the author", "valid_until": "", "attest": "on"} | fields
    if data is not None:
        given["letter"] = SimpleUploadedFile(name, data, content_type="text/html")
    return browser.post(reverse("instruments:permission", args=[instrument]), {k: v for k, v in given.items() if v})


def test_a_coordinator_adds_a_permission_sees_it_and_takes_it_back(coordinator, cast, brug):
    response = post(coordinator, valid_until="2099-05-03")
    assert response.status_code == 302
    page = coordinator.get(response["Location"]).content.decode()
    assert ">counts today<" in page and "E-mail of the author" in page and "3 May 2099" in page and "brief.pdf" in page
    assert cast.accounts["coordinator"].email in page or cast.accounts["coordinator"].name in page
    row = LicenceAttestation.objects.get()
    path = reverse("instruments:withdraw-permission", args=["uwes-9", row.pk])
    assert "Withdraw this permission?" in coordinator.get(path).content.decode()
    assert coordinator.post(path).status_code == 302
    page = coordinator.get(response["Location"]).content.decode()
    assert "Earlier permissions" in page and ">counts today<" not in page and "permission missing" in page
    assert coordinator.post(path).status_code == 404  # it was withdrawn already


def test_the_letter_comes_back_as_a_file_to_save(coordinator, brug):
    row = allow(brug, name='brief "van" mei.pdf')
    response = coordinator.get(reverse("instruments:letter", args=["bat-12", row.pk]))
    assert response.content == PDF and response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment") and response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"] and "sandbox" in response["Content-Security-Policy"]


def test_the_letter_of_another_organisation_or_questionnaire_is_not_found(coordinator, cast, brug):
    with scope(organisation=cast.buurt.organisation):
        other = allow(cast.buurt.organisation)
    mine = allow(brug)
    for args in (["bat-12", other.pk], ["uwes-9", mine.pk], ["bat-12", 999999]):
        for route in ("letter", "withdraw-permission"):
            assert coordinator.get(reverse(f"instruments:{route}", args=args)).status_code == 404
    assert coordinator.post(reverse("instruments:withdraw-permission", args=["bat-12", other.pk])).status_code == 404
    with scope(organisation=cast.buurt.organisation):
        assert LicenceAttestation.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"data": b""}, "The file is empty."),
        ({"data": None}, "This field is required."),
        ({"data": b"<html>", "name": "brief.pdf"}, "This is not a PDF"),
        ({"data": PDF + b"x" * letters.LARGEST}, "5 MB at most"),
        ({"statement": ""}, "This field is required."),
        ({"attest": ""}, "This field is required."),
        ({"valid_until": "2020-01-01"}, "over already"),
        ({"valid_until": "tomorrow"}, "Enter a valid date."),
    ],
)
def test_a_form_that_is_not_right_says_so_and_keeps_nothing(coordinator, brug, wrong, words):
    response = post(coordinator, **wrong)
    assert response.status_code == 400 and words in response.content.decode()
    assert not LicenceAttestation.objects.exists()


def test_pressing_twice_keeps_one_permission(coordinator, brug):
    assert post(coordinator).status_code == post(coordinator).status_code == 302
    assert LicenceAttestation.objects.count() == 1


def test_a_free_questionnaire_and_a_template_ask_no_permission(coordinator):
    for name in ("gse", "pulse", "copsoq-iii", "nought"):
        assert post(coordinator, name).status_code == 404


def test_the_list_of_permissions_never_reads_the_letters(coordinator, brug, django_assert_max_num_queries):
    for number in range(3):
        allow(brug, statement=f"Letter {number}")
    with django_assert_max_num_queries(40) as seen:
        coordinator.get(reverse("instruments:detail", args=["bat-12"]))
        coordinator.get(reverse("instruments:list"))
    column = f"{connection.ops.quote_name('letter')}"
    assert not any(column in query["sql"] for query in seen.captured_queries)
