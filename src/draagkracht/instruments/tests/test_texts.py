"""Importing the wording: what is stored, what is refused, and what that means for a questionnaire."""

import io
import zipfile

import openpyxl
import pytest
from django.utils import translation
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from draagkracht.config.command import main as command
from draagkracht.instruments import actions, queries, texts
from draagkracht.instruments.catalogue import DEMO_TEXTS, find
from draagkracht.instruments.import_texts import main as import_texts_command
from draagkracht.instruments.models import InstrumentText
from draagkracht.instruments.tables import read
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

GSE_ROWS = [
    ["item", "text"],
    *([f"label:{n}", f"label {n}"] for n in (1, 2, 3, 4)),
    *([str(n), f"Vraag {n}"] for n in range(1, 11)),
]


def as_csv(rows, separator=",") -> bytes:
    return "\n".join(separator.join(row) for row in rows).encode()


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


def demo(name: str) -> bytes:
    return (DEMO_TEXTS / name).read_bytes()


def store(organisation, instrument="gse", data=None, name="gse.nl.csv", language="nl", validated=True, by=None):
    data = as_csv(GSE_ROWS) if data is None else data
    return actions.import_texts(organisation, instrument, language, data, name, validated=validated, by=by)


def test_an_import_is_kept_with_who_attested_it_and_one_audit_line(cast, brug):
    by = cast.accounts["coordinator"]
    row = store(brug, by=by)
    assert row.texts["items"]["se1"] == "Vraag 1" and row.texts["labels"] == {
        str(n): f"label {n}" for n in (1, 2, 3, 4)
    }
    assert row.validated and row.attested_by == by and len(row.content_hash) == 64
    line = AuditLine.objects.get(act="instrument.texts-imported")
    assert line.detail == {"instrument": "gse", "language": "nl", "validated": True, "hash": row.content_hash}


def test_a_file_that_says_it_is_not_validated_is_never_stored_as_validated(brug):
    row = store(brug, "bat-12", demo("bat-12.nl.csv"), "bat-12.nl.csv", validated=True)
    assert row.validated is False and "demo" in row.source_note


def test_the_newest_import_counts_and_the_older_one_stays(brug):
    store(brug)
    newer = store(brug, data=as_csv([*GSE_ROWS[:-1], ["10", "Nieuw"]]))
    assert InstrumentText.objects.count() == 2
    assert queries.newest_texts(["gse"])[("gse", "nl")] == newer
    assert queries.wordings([find("gse")], ["nl"])["nl"]["gse"].items["se10"] == "Nieuw"


def test_texts_of_one_organisation_are_not_those_of_another(cast):
    with scope(organisation=cast.brug.organisation):
        store(cast.brug.organisation)
        assert not queries.missing_texts([find("gse")], ["nl"])
    with scope(organisation=cast.buurt.organisation):
        assert [m.file for m in queries.missing_texts([find("gse")], ["nl", "en"])] == ["gse.nl.csv", "gse.en.csv"]


def test_nothing_is_read_outside_an_organisation(cast):
    with pytest.raises(ScopeError):
        queries.wordings([find("gse")], ["nl"])


def test_an_import_that_no_longer_fits_the_catalogue_does_not_count(brug):
    row = store(brug)
    del row.texts["items"]["se4"]
    row.save()
    assert [m.file for m in queries.missing_texts([find("gse")], ["nl"])] == ["gse.nl.csv"]


def test_the_pulse_needs_no_import_but_an_import_wins(brug):
    pulse = find("pulse")
    assert not queries.missing_texts([pulse], ["nl", "en"])
    rows = texts.blank(pulse, "nl")
    filled = [[item, text or f"eigen {item}"] for item, text in rows]
    store(brug, "pulse", as_csv(filled), "pulse.nl.csv")
    assert queries.wordings([pulse], ["nl"])["nl"]["pulse"].items["wp1"] == "eigen wp1"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_item_codes_are_understood(brug, separator):
    rows = [["vraag", "tekst"], *GSE_ROWS[1:5], *([f"SE{n}", f"Vraag {n}"] for n in range(10, 0, -1))]
    assert next(iter(store(brug, data=as_csv(rows, separator)).texts["items"])) == "se1"


def test_a_spreadsheet_is_read_too(brug):
    book = openpyxl.Workbook()
    for row in GSE_ROWS:
        book.active.append([int(row[0]) if row[0].isdigit() else row[0], row[1]])
    file = io.BytesIO()
    book.save(file)
    assert store(brug, data=file.getvalue(), name="gse.nl.xlsx").texts["items"]["se10"] == "Vraag 10"


def workbook(**parts: bytes) -> bytes:
    """A good workbook in which some parts were replaced."""
    book, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
        if "bomb" in parts:
            new.writestr("xl/bomb.xml", parts["bomb"])
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"PK\x03\x04 and then nothing", "not a readable XLSX"),
        (lambda: workbook(sheet1=b"<worksheet><sheetData><row>"), "not a readable XLSX"),
        (
            lambda: workbook(sheet1=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'),
            "not a readable XLSX",
        ),
        (lambda: workbook(workbook=b"<nothing/>"), "not a readable XLSX"),
        (lambda: workbook(bomb=b"0" * (50 * 2**20 + 1)), "too large once unpacked"),
    ],
    ids=["cut off", "broken", "entities", "no sheets", "bomb"],
)
def test_a_workbook_that_is_damaged_or_hostile_is_refused_in_words(brug, make, words):
    data = make()
    assert len(data) < actions.LARGEST_FILE
    with translation.override("en"), pytest.raises(actions.TextsRefused, match=words):
        store(brug, data=data, name="gse.nl.xlsx")
    assert InstrumentText.objects.count() == 0


def test_answers_of_one_question_have_words_of_their_own(brug):
    own = [[f"label:{code}:{n}", f"{code} {n}"] for code in ("al1", "al2", "3") for n in range(5)]
    rows = [["item", "text"], *own, *([f"al{n}", f"Vraag {n}"] for n in (1, 2, 3))]
    row = store(brug, "audit-c", as_csv(rows), "audit-c.nl.csv")
    wording = queries.wordings([find("audit-c")], ["nl"])["nl"]["audit-c"]
    assert (
        wording.words(find("audit-c"), "al3") == [f"3 {n}" for n in range(5)]
        and row.texts["labels"]["al1:4"] == "al1 4"
    )
    with translation.override("en"), pytest.raises(actions.TextsRefused, match="label:al2:4"):
        store(brug, "audit-c", as_csv([one for one in rows if one[0] != "label:al2:4"]))
    with translation.override("en"), pytest.raises(actions.TextsRefused, match="label:1"):
        store(brug, "audit-c", as_csv([*rows, ["label:1", "for all"]]))


def test_one_question_may_differ_from_the_answers_that_the_others_share(brug):
    shared = [[f"label:{n}", f"woord {n}"] for n in range(5)]
    rows = [
        ["item", "text"],
        *shared,
        ["label:sl4:0", "heel tevreden"],
        *([f"sl{n}", f"Vraag {n}"] for n in range(1, 8)),
    ]
    store(brug, "isi", as_csv(rows), "isi.nl.csv")
    wording = queries.wordings([find("isi")], ["nl"])["nl"]["isi"]
    assert wording.words(find("isi"), "sl4") == ["heel tevreden", "woord 1", "woord 2", "woord 3", "woord 4"]
    assert wording.words(find("isi"), "sl5")[0] == "woord 0"


def test_numbers_of_the_long_form_are_understood(brug):
    numbers = find("bat-12").short_form_items
    rows = [["item", "text"], *([str(n), f"Vraag {n}"] for n in numbers)]
    row = store(brug, "bat-12", as_csv(rows), "bat-12.nl.csv")
    assert row.texts["items"]["ei5"] == "Vraag 23" and row.texts["labels"]["1"] == "nooit"


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([*GSE_ROWS, ["11", "te veel"]], [(16, "'11' is not an item")]),
        ([*GSE_ROWS, ["3", "dubbel"]], [(16, "'3' stands in the file twice")]),
        ([*GSE_ROWS[:-1], ["10", ""]], [(15, "the text of '10' is empty"), (0, "no text for item se10")]),
        (GSE_ROWS[:-2], [(0, "no text for item se9, se10")]),
        ([*GSE_ROWS[:1], *GSE_ROWS[5:]], [(0, "no words for the answers label:2, label:3")]),
        ([*GSE_ROWS, ["label:5", "meer"]], [(16, "'label:5'")]),
        ([*GSE_ROWS[:-1], ["10", "x" * 1001]], [(15, "longer than 1000")]),
        ([["a", "b"], ["1", "2"]], [(0, "the columns item and text")]),
        ([["item", "text"], ["1", "2", "3"]], [(0, "row 2 has 3 cells")]),
        ([], [(0, "empty")]),
    ],
)
def test_faults_are_listed_by_row_and_nothing_is_stored(brug, settings, rows, faults):
    settings.LANGUAGE_CODE = "en"

    with translation.override("en"), pytest.raises(actions.TextsRefused) as refused:
        store(brug, data=as_csv(rows))
    assert len(refused.value.errors) == len(faults)
    for (row, sentence), (expected_row, words) in zip(refused.value.errors, faults, strict=True):
        assert row == expected_row and words in sentence
    assert InstrumentText.objects.count() == 0


def test_what_cannot_be_imported_is_refused(brug):
    with pytest.raises(Refusal):
        store(brug, language="xx")
    with pytest.raises(Refusal) as refused:
        store(brug, data=b"x" * (actions.LARGEST_FILE + 1))
    assert refused.value.status == 413
    with pytest.raises(actions.UnknownInstrument, match="bat-12"):
        store(brug, "bat12")


def test_a_blank_file_holds_the_codes_and_no_protected_text():
    rows = texts.blank(find("uwes-9"), "nl")
    assert rows[:3] == [["item", "text"], ["instruction", ""], ["label:0", "nooit"]]
    assert [item for item, text in rows if item in find("uwes-9").codes and not text] == list(find("uwes-9").codes)


def test_a_remark_survives_a_spreadsheet_program():
    data = b'"# validated: false;";\r\n# source: Demo, eigen tekst;\r\nitem;text\r\n' + as_csv(GSE_ROWS[1:], ";")
    wording = texts.parse(find("gse"), "nl", read(data))
    assert wording.validated is False and wording.source == "Demo, eigen tekst"


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_imports_a_file(cast, tmp_path, capsys):
    path = tmp_path / "bat-12.nl.csv"
    path.write_bytes(demo("bat-12.nl.csv"))
    wanted = ["--organisation", "brug", "--instrument", "bat-12", "--language", "nl"]
    assert command(["import", "texts", str(path), *wanted, "--not-validated"]) == 0
    assert "bat-12" in capsys.readouterr().out
    with scope(organisation=cast.brug.organisation):
        assert InstrumentText.objects.get().validated is False


def test_the_command_refuses_with_a_sentence(cast, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    path = tmp_path / "gse.nl.csv"
    path.write_bytes(as_csv(GSE_ROWS[:-1]))
    assert command(["import", "texts", str(path), "--organisation", "nought", "--instrument", "gse"]) == 2
    assert "nought" in capsys.readouterr().err
    assert command(["import", "texts", str(path), "--organisation", "brug", "--instrument", "gse"]) == 2
    assert "se10" in capsys.readouterr().err
    with pytest.raises(Refusal):
        import_texts_command([str(tmp_path / "no.csv"), "--organisation", "brug", "--instrument", "gse"])
