"""What a researcher gets is opened as a researcher would: by the libraries that read these formats."""

import csv
import datetime
import hashlib
import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import polars as pl
import pyreadstat
import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.insights.research import actions
from draagkracht.insights.research.files.ddi import codebook_xml
from draagkracht.insights.research.files.words import check_note
from draagkracht.insights.research.variables import Variable, unique_names
from draagkracht.instruments import catalogue
from draagkracht.science.scoring import score

from . import research_build as build

DDI = {"d": "ddi:codebook:2_5"}


WORLD = {"people": 24}


@pytest.fixture(scope="module")
def files(research_world, tmp_path_factory):
    """One export of everything, unpacked: `files.read(name)`, `files.path(name)`, and the world it comes from."""
    made, folder = research_world, tmp_path_factory.mktemp("package")
    with pytest.MonkeyPatch.context() as patch, scope(organisation=made.organisation), translation.override("nl"):
        patch.setattr(settings, "DATA", folder)
        parcel = actions.export(made.study, build.everything(made), "en", made.researcher)
        made.first = parcel.file.read()
    made.export = parcel.export
    zipfile.ZipFile(io.BytesIO(made.first)).extractall(folder)
    made.path = folder.joinpath
    made.read = lambda name: folder.joinpath(name).read_text(encoding="utf-8")
    return made


def test_every_format_holds_the_same_table_with_labels_and_kinds_of_missing(files):
    table = pl.read_parquet(files.path("data.parquet"))
    assert table.shape == (48, 48)
    lines = list(csv.reader(io.StringIO(files.read("data.csv"))))
    assert lines[0] == table.columns and len(lines) == 49
    assert [line[0] for line in lines[1:]] == table["person_id"].to_list()
    _sav(files, table)
    _dta(files, table)
    _xlsx(files, table, lines)


def _sav(files, table):
    found, meta = pyreadstat.read_sav(files.path("data.sav"), user_missing=True, output_format="polars")
    assert found.columns == table.columns
    for name in table.columns[1:]:
        assert found[name].to_list() == table[name].to_list(), name
    assert meta.column_names_to_labels["pulse_wp1"] == "I have to hurry to get everything done."
    assert meta.variable_value_labels["pulse_wp1"] == {
        1: "never", 2: "rarely", 3: "sometimes", 4: "often", 5: "always", -9: "not answered", -8: "rather not say",
    }  # fmt: skip
    assert meta.missing_ranges["own_nights_hard"] == [{"lo": -9, "hi": -7}]
    assert meta.missing_ranges["own_change"] == [{"lo": -2000000009, "hi": -2000000008}]
    measures = {"own_shift": "nominal", "pulse_wp1": "ordinal", "own_first_r1": "ordinal", "own_hours": "scale"}
    assert {name: meta.variable_measure[name] for name in measures} == measures
    read, _ = pyreadstat.read_sav(files.path("data.sav"), output_format="polars")
    asked = table["own_nights_hard"].to_list().count(-7)
    assert asked == 24 and read["own_nights_hard"].to_list().count(None) == 24
    assert read["own_change"].to_list().count(-9) == 24, "an answer of -9 is an answer"


def _dta(files, table):
    found, meta = pyreadstat.read_dta(files.path("data.dta"), user_missing=True, output_format="polars")
    letters = {-9: "a", -8: "b", -7: "c", -6: "d"}
    for name in ("own_nights_hard", "own_extra", "own_helps_o1", "pulse_wp1", "own_mood"):
        assert found[name].to_list() == [letters.get(cell, cell) for cell in table[name].to_list()], name
    assert meta.missing_user_values["own_extra"] == ["d"]
    assert meta.variable_value_labels["own_nights_hard"]["c"] == "not asked (routing)"
    assert meta.column_names_to_labels["own_helps_o1"] == "What helps you?: Talking"
    assert meta.variable_value_labels["own_helps_o1"][0] == "not chosen"


def _xlsx(files, table, lines):
    book = openpyxl.load_workbook(files.path("data.xlsx"))
    assert book.sheetnames == ["data", "variables", "values"]
    rows = list(book["data"].iter_rows(values_only=True))
    assert [str(cell) for cell in rows[1]][:3] == lines[1][:3] and len(rows) == 49
    assert list(rows[5]) == list(table.row(4))
    told = {row[0]: row[1] for row in book["variables"].iter_rows(values_only=True)}
    assert told["own_shift"] == build.RISKY
    for sheet in book:
        assert all(cell.data_type in "ns" for row in sheet.iter_rows() for cell in row), "a text is never a formula"


def test_each_kind_of_missing_stands_where_it_belongs(files):
    table = pl.read_parquet(files.path("data.parquet"))
    first, second = table.filter(pl.col("wave") == 1), table.filter(pl.col("wave") == 2)
    for wave in (first, second):
        assert sorted(wave["pulse_wp1"].to_list())[:2] == [-9, -8]
        assert sorted(wave["own_mood"].to_list())[0] == -9
        assert wave["own_again"].to_list().count(-8) == 1
        assert wave["own_helps_o2"].to_list().count(-8) == 1
        assert wave.filter(pl.col("own_nights_hard") == -7).height == wave.filter(pl.col("own_shift") == 1).height == 12
        assert wave["s_pulse_work_pressure"].to_list().count(-9) == wave["pulse_wp1"].is_in([-9, -8]).sum()
    assert set(first["own_extra"]) == {-6} and set(second["own_extra"]) == {1, 2}


def test_every_kind_of_question_becomes_its_columns(files):
    row = pl.read_parquet(files.path("data.parquet")).filter(pl.col("own_shift") == 1, pl.col("own_mood") == 2)
    row = row.filter(pl.col("wave") == 1).row(0, named=True)
    told = {name: row[name] for name in row if name.startswith("own")}
    assert told == {
        "own_shift": 1, "own_nights_hard": -7, "own_helps_o1": 0, "own_helps_o2": 0, "own_helps_o3": 0,
        "own_first_r1": 3, "own_first_r2": 1, "own_first_r3": 2, "own_again": 0, "own_mood": 2, "own_hours": 20.5,
        "own_change": 3, "own_bed": 23 * 60 + 30, "own_extra": -6,
    }  # fmt: skip
    assert row["wave_month"] == 202603
    # `own_since` was not asked for; it would be a month.
    assert "own_since" not in row


def test_people_are_linked_across_waves_and_nothing_names_them(files):
    table = pl.read_parquet(files.path("data.parquet"))
    assert table.group_by("person_id").len()["len"].to_list() == [2] * 24
    assert table["person_id"].to_list() == sorted(table["person_id"].to_list())
    everything = b"".join(one.read_bytes() for one in files.path().iterdir() if one.suffix != ".zip")
    person = files.persons[3]
    for secret in (
        build.SECRET,
        person.name,
        person.email,
        str(person.pseudonym),
        person.pseudonym.hex,
        "Linde",
        "=Cook",
    ):
        assert secret.encode() not in everything, secret


def score_name(scale):
    return unique_names([f"s_pulse.{scale}"])[0]


def test_scores_follow_from_the_items(files):
    pulse = catalogue.find("pulse")
    for row in pl.read_parquet(files.path("data.parquet")).iter_rows(named=True):
        given = {code: row[f"pulse_{code}"] for code in pulse.codes}
        for scale, value in score(pulse.key, {c: v for c, v in given.items() if v > 0}).items():
            assert row[score_name(scale)] == (value if value is not None else -9)


def test_the_script_reads_labels_and_scores_every_variable(files):
    text = files.read("read.R")
    pulse = catalogue.find("pulse")
    for scale in pulse.scales:
        name = score_name(scale.id)
        assert f'same("{name}", scored[["{name}"]])' in text
    assert "nrow(data) == 48L, ncol(data) == 48L" in text
    assert 'own_shift = "=HYPERLINK(\\"http://evil.example\\")"' in text
    assert (
        'own_extra = c("not answered" = -9, "rather not say" = -8, "not in the questionnaire of this wave" = -6)'
        in text
    )
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', re.sub(r"#[^\n]*", "", text))
    for opened, closed in ("()", "[]", "{}"):
        assert bare.count(opened) == bare.count(closed)
    assert bare.isascii()


def test_the_codebook_describes_every_variable_in_both_forms(files):
    names = pl.read_parquet(files.path("data.parquet")).columns
    tree = ElementTree.fromstring(files.read("codebook.xml"))
    assert tree.tag == "{ddi:codebook:2_5}codeBook"
    found = tree.findall("d:dataDscr/d:var", DDI)
    assert [one.get("name") for one in found] == names
    assert len({one.get("ID") for one in found}) == len(names)
    for needed in ("docDscr", "stdyDscr/d:citation/d:titlStmt/d:titl", "stdyDscr/d:stdyInfo/d:abstract", "fileDscr"):
        assert tree.find(f"d:{needed}", DDI) is not None, needed
    shift = next(one for one in found if one.get("name") == "own_shift")
    assert shift.find("d:qstn/d:qstnLit", DDI).text == build.RISKY
    told = {c.find("d:catValu", DDI).text: c.get("missing") for c in shift.findall("d:catgry", DDI)}
    assert told == {"1": "N", "2": "N", "3": "N", "-9": "Y", "-8": "Y"}
    assert shift.find("d:invalrng/d:item", DDI).get("VALUE") == "-9"
    html = files.read("codebook.html")
    assert all(f'<article id="{name}">' in html for name in names)
    assert "not the validated text" not in files.read("LICENCES.txt")
    assert "<script" not in html and "http" not in re.sub(r"http://evil.example", "", html)
    assert "&quot;http://evil.example&quot;" in html


def test_the_codebook_is_well_formed_whatever_a_title_holds(files, db):
    with scope(organisation=files.organisation):
        data, title = dataset_of(files), "A \ufffe\uffff\x0b\x1ftitle & <b>"
    wild = replace(data, about=replace(data.about, title=title))
    found = ElementTree.fromstring(codebook_xml(wild))
    assert found.find("d:stdyDscr/d:citation/d:titlStmt/d:titl", DDI).text == "A title & <b>"


def dataset_of(files):
    """What the files are made of, without writing them."""
    material, decision = actions.examine(files.study, build.everything(files), "en")
    return actions.build(material, decision, b"x" * 32, actions._about(files.study, 1, "en"))


def test_the_documents_tell_no_small_number_of_people_left_out(files, db):
    with scope(organisation=files.organisation):
        data = dataset_of(files)
    with translation.override("en"):
        told = {n: check_note(replace(data, decision=replace(data.decision, left_out=n))) for n in (0, 1, 7, 8, 13)}
    assert told[0].endswith("Nobody was left out.") and told[1] == told[7] and told[7].endswith(": fewer than 8.")
    assert told[8].endswith(": about 5.") and told[13].endswith(": about 10.")


def test_checksums_are_right_and_the_same_data_give_the_same_bytes(files, db):
    for line in files.read("SHA256SUMS").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files.path(name).read_bytes()).hexdigest() == digest
    assert hashlib.sha256(files.first).hexdigest() == files.export.digest
    with scope(organisation=files.organisation):
        parcel = actions.export(files.study, build.everything(files), "en", files.researcher)
        again = zipfile.ZipFile(parcel.file)
    before = zipfile.ZipFile(io.BytesIO(files.first))
    different = {name for name in before.namelist() if before.read(name) != again.read(name)}
    assert different == {"README.txt", "SHA256SUMS", "codebook.html", "codebook.xml"}, (
        "they tell the number of the file"
    )
    assert before.read("README.txt").replace(b"file 1,", b"file 2,") == again.read("README.txt")


def test_names_are_short_unique_and_stay_the_same(tmp_path):
    wanted = ["bat-12.ex1", "bat_12.ex1", "BAT-12.EX1", "", "12x", "é" * 50, "a" * 40, "a" * 41, "own.x"]
    found = unique_names(wanted)
    assert found == unique_names(wanted) and unique_names(wanted[:4]) == found[:4]
    assert len({name.lower() for name in found}) == len(wanted)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,27}", name) for name in found)
    longest = max(found, key=len)
    assert len(longest) == 28
    many = {name: [1] for name in [*(f"x{number}" for number in range(1000)), longest]}
    for write in (pyreadstat.write_sav, pyreadstat.write_dta):
        write(pl.DataFrame(many), tmp_path / "named", variable_value_labels={name: {1: "one"} for name in many})


def test_codes_of_missing_never_meet_an_answer():
    near = Variable("a", "", "item", low=0, reasons=(-9, -8))
    assert set(near.codes) == {-9, -8}
    for low in (-5, None):
        assert max(Variable("a", "", "item", low=low, reasons=(-9, -6)).codes) < -(10**9)


def test_the_day_of_the_file_is_the_only_clock_in_it(files):
    midnight = datetime.datetime.combine(timezone.localdate(files.export.made_at), datetime.time.min)
    for name, read in (("data.sav", pyreadstat.read_sav), ("data.dta", pyreadstat.read_dta)):
        _, meta = read(files.path(name), metadataonly=True, output_format="polars")
        assert meta.creation_time == midnight, name
