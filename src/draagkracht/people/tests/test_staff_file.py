"""Reading staff files as office programs write them, and refusing what is none."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.people import staff_file
from draagkracht.people.staff_columns import guess, problems
from draagkracht.people.staff_entries import BadRow, day, read_rows
from draagkracht.people.staff_file import MAX_BYTES, read
from draagkracht.ui import sheets
from draagkracht.ui.refusal import Refusal

TEXT = "Personeelsnummer;Naam;Afdeling\n1;Renée Müller;Café ’t Hoekje\n"


def workbook(rows, **sheets) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_every_office_is_read(encoding, separator, newline):
    sheet = read(TEXT.replace(";", separator).replace("\n", newline).encode(encoding))
    assert sheet.header == ("Personeelsnummer", "Naam", "Afdeling")
    assert [(r.number, r.cells) for r in sheet.rows] == [(2, ("1", "Renée Müller", "Café ’t Hoekje"))]


def test_quoted_cells_keep_separators_and_row_numbers_are_those_of_the_spreadsheet():
    sheet = read(b'sep=,\r\nnaam,mail\r\n\r\n"Jansen, Piet",a@b.be\r\n"twee\r\nregels",c@d.be\r\nlaatste,e@f.be\r\n')
    assert [(r.number, r.cells[0]) for r in sheet.rows] == [(4, "Jansen, Piet"), (5, "twee\r\nregels"), (7, "laatste")]


def test_xlsx_is_read_with_dates_and_numbers_as_text():
    sheet = read(
        workbook(
            [
                ["nr", "naam", "in dienst"],
                [17, "Piet", datetime.datetime(2024, 3, 1)],
                [None, None, None],
                [18.0, "An", None],
            ]
        )
    )
    assert [(r.number, r.cells) for r in sheet.rows] == [(2, ("17", "Piet", "2024-03-01")), (4, ("18", "An", ""))]


def test_formulas_are_faults_of_their_row_in_both_kinds_of_file():
    rows = [["nr", "naam", "afdeling"], [1, "Piet", "A"], [2, '=HYPERLINK("http://x")', "A"]]
    for data in (workbook(rows), b"nr;naam;afdeling\n1;Piet;A\n2;=1+1;A\n"):
        sheet = read(data)
        entries, faults = read_rows(sheet, {"staff_number": 0, "name": 1, "department": 2})
        assert [e.name for e in entries] == ["Piet"] and [f.number for f in faults] == [3]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"alleen een kop;nog een\n",
        b"een kolom\nregel\n",
        b"a;b\nx\x00y;z\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00",
        b"PK\x03\x04rubbish",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100,
        b'a;b\n"nooit gesloten;c\n',
        "naam;dienst\nPi\x81t;A\n".encode("latin-1"),
    ],
)
def test_what_is_no_staff_list_is_refused_with_a_sentence(data):
    with pytest.raises(Refusal) as caught:
        read(data)
    assert caught.value.status == 400 and str(caught.value.message).endswith(".")


def test_too_large_a_file_and_too_many_rows_are_refused(monkeypatch):
    with pytest.raises(Refusal) as caught:
        read(b"a;b\n" + b"x" * MAX_BYTES)
    assert caught.value.status == 413
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    with pytest.raises(Refusal):
        read(b"a;b\n" + b"1;2\n" * 4)
    assert len(read(b"a;b\n" + b"1;2\n" * 3).rows) == 3


def bomb(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return out.getvalue()


def test_a_row_with_a_number_that_no_spreadsheet_has_is_refused():
    book = openpyxl.Workbook()
    book.active.append(["nr", "naam"])
    book.active.append([1, "Piet"])
    packed, changed = io.BytesIO(), io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            body = old.read(part)
            if part.endswith("sheet1.xml"):
                assert b'<row r="2"' in body
                body = (
                    body.replace(b'<row r="2"', b'<row r="999999999"')
                    .replace(b'r="A2"', b'r="A999999999"')
                    .replace(b'r="B2"', b'r="B999999999"')
                )
            new.writestr(part, body)
    with pytest.raises(Refusal, match="1048576"):
        read(changed.getvalue())


def test_archives_that_unpack_to_something_huge_or_define_entities_are_refused():
    huge = bomb(xl__workbook=b"<workbook/>", xl__worksheets__sheet1=b" " * (staff_file.MAX_UNPACKED + 1))
    assert len(huge) < MAX_BYTES
    with pytest.raises(Refusal) as caught:
        read(huge)
    assert caught.value.status == 413
    with pytest.raises(Refusal):
        read(bomb(xl__workbook=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>'))
    with pytest.raises(Refusal):
        read(bomb(word__document=b"<document/>"))


def test_a_cell_far_to_the_right_does_not_make_a_row_of_thousands():
    book = openpyxl.Workbook()
    book.active.append(["nr", "naam"])
    book.active.append([1, "Piet"])
    book.active["XFD2"] = "ver weg"
    out = io.BytesIO()
    book.save(out)
    row = read(out.getvalue()).rows[0]
    assert row.cells == ("1", "Piet")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_never_more(data):
    try:
        sheet = read(data)
    except Refusal:
        return
    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", None),
        ("2024-03-01", datetime.date(2024, 3, 1)),
        ("01-03-2024", datetime.date(2024, 3, 1)),
        ("1/3/2024", datetime.date(2024, 3, 1)),
        ("1.3.2024", datetime.date(2024, 3, 1)),
        ("2024-03-01 00:00:00", datetime.date(2024, 3, 1)),
        ("31-12-9999", None),
        ("9999-12-31", None),
    ],
)
def test_days_as_people_and_systems_write_them(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize("text", ["31-02-2024", "2024-13-01", "01-03-24", "45352", "gisteren", "01-03-1024"])
def test_days_that_are_none_are_faults(text):
    with pytest.raises(BadRow):
        day(text)


@pytest.mark.parametrize(
    "header, expected",
    [
        (
            ("Personeelsnr.", "Naam", "E-mailadres", "Afdeling", "Team", "Functie", "In dienst", "Uit dienst", "Taal"),
            {
                "staff_number": 0,
                "name": 1,
                "email": 2,
                "department": 3,
                "team": 4,
                "profession": 5,
                "starts_on": 6,
                "ends_on": 7,
                "language": 8,
            },
        ),
        (
            ("Employee ID", "First name", "Surname", "E-mail", "Unit code", "Parent unit", "Job title", "Hire date"),
            {
                "staff_number": 0,
                "first_name": 1,
                "last_name": 2,
                "email": 3,
                "unit": 4,
                "parent": 5,
                "profession": 6,
                "starts_on": 7,
            },
        ),
        (
            ("Stamnummer", "Voornaam", "Familienaam", "Kostenplaats", "Schoenmaat"),
            {"staff_number": 0, "first_name": 1, "last_name": 2, "unit": 3},
        ),
    ],
)
def test_headings_of_dutch_and_english_systems_are_recognised(header, expected):
    assert guess(header) == expected
    assert problems(expected) == []


def test_missing_columns_are_named_one_by_one():
    assert len(problems({})) == 3
    assert len(problems({"email": 0, "name": 1, "team": 2, "parent": 3})) == 1
    assert len(problems({"email": 0, "name": 1, "team": 2, "unit": 3})) == 1


@pytest.mark.parametrize(
    "cells, word",
    [
        (("1", "", "a@b.be", "A", "", "", ""), "name"),
        (("", "Piet", "", "A", "", "", ""), "staff number"),
        (("1", "Piet", "geen adres", "A", "", "", ""), "e-mail"),
        (("1", "Piet", "", "", "", "", ""), "unit"),
        (("1", "Piet", "", "A", "01-02-2024", "31-01-2024", ""), "before"),
        (("1", "Piet", "", "A", "", "", "klingon"), "language"),
        (("1", "P" * 501, "", "A", "", "", ""), "characters"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(cells, word):
    from django.utils import translation

    sheet = staff_file.Sheet(("nr", "naam", "mail", "afd", "in", "uit", "taal"), (staff_file.Row(7, cells),))
    columns = dict(
        zip(("staff_number", "name", "email", "department", "starts_on", "ends_on", "language"), range(7), strict=True)
    )
    with translation.override("en"):
        entries, faults = read_rows(sheet, columns)
    assert entries == [] and faults[0].number == 7 and word in faults[0].reason


def test_doubles_in_the_file_name_the_row_they_repeat():
    sheet = read(b"nr;naam;mail;afdeling\nA1;Piet;p@b.be;X\na1;Jan;j@b.be;X\nA3;An;P@B.be;X\n")
    entries, faults = read_rows(sheet, {"staff_number": 0, "name": 1, "email": 2, "department": 3})
    assert [e.number for e in entries] == [2]
    assert [f.number for f in faults] == [3, 4] and all("2" in f.reason for f in faults)
