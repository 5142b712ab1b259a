"""The command that scores a file, run as a program and as a function."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from draagkracht.instruments.score_file import main
from draagkracht.instruments.tests.test_catalogue import OWN

GSE = "1,2,3,4,5,6,7,8,9,10"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def run(tmp_path, capsys):
    """run(instrument, text or bytes, *arguments) -> (exit code, output rows as dicts, standard error)."""

    def score(instrument: str, text: str | bytes, *arguments: str):
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main([instrument, str(source), "-o", str(target), *arguments])
        written = target.read_text(encoding="utf-8-sig") if target.exists() else ""
        separator = ";" if ";" in written.partition("\n")[0] else "\t" if "\t" in written else ","
        return code, list(csv.DictReader(io.StringIO(written), delimiter=separator)), capsys.readouterr().err

    return score


def test_columns_by_number_give_a_score_and_carry_the_rest(run):
    code, rows, _ = run("gse", f'name,{GSE},remark\nZoë,4,3,3,2,4,3,1,2,3,4,"a, b"\nJan,,,,,4,3,1,2,3,4,\n')
    assert code == 0
    assert list(rows[0]) == ["name", *GSE.split(","), "remark", "total"]
    assert rows[0]["total"] == "29.0" and rows[0]["name"] == "Zoë" and rows[0]["remark"] == "a, b"
    assert rows[1]["total"] == ""


def test_columns_by_code_in_any_order(run):
    codes = ["IM3", "me1", "me2", "me3", "co1", "co2", "co3", "sd1", "sd2", "sd3", "im1", "im2"]
    code, rows, _ = run("pes", ",".join(codes) + "\n7,1,2,3,4,5,6,7,6,5,5,6\n")
    assert code == 0
    assert rows[0]["impact"] == "6.0" and rows[0]["meaning"] == "2.0" and rows[0]["total"] == "4.75"
    assert [name for name in rows[0] if name not in codes] == [
        "total",
        "meaning",
        "competence",
        "self_determination",
        "impact",
    ]


def test_all_digits_are_written(run):
    _, rows, _ = run("bat-12", ",".join(map(str, range(1, 13))) + "\n1,2,2,5,4,4,1,1,2,3,3,5\n")
    assert rows[0]["total"] == "2.75" and rows[0]["exhaustion"] == "1.6666666666666667"
    assert float(rows[0]["mental_distance"]) == 13 / 3


@pytest.mark.parametrize(
    "data",
    [
        f"naam;{GSE.replace(',', ';')}\nZoë;4;3;3;2;4;3;1;2;3;4\n".encode("cp1252"),
        f"naam\t{GSE.replace(',', chr(9))}\nZoë\t4\t3\t3\t2\t4\t3\t1\t2\t3\t4\n".encode("latin-1"),
        f"naam,{GSE}\r\nZoë,4,3,3,2,4,3,1,2,3,4\r\n".encode("utf-8-sig"),
        f"naam\t{GSE.replace(',', chr(9))}\nZoë\t4\t3\t3\t2\t4\t3\t1\t2\t3\t4\n".encode("utf-16"),
        f'"naam","{GSE.replace(",", chr(34) + "," + chr(34))}"\n"Zoë",4.0,3,3,2,4,3," 1 ",2,3,"4,0"\n\n'.encode(),
    ],
    ids=["windows", "latin-1 tabs", "utf-8 mark", "utf-16", "quoted"],
)
def test_files_of_spreadsheet_programs_are_understood(run, data):
    code, rows, _ = run("gse", data)
    assert code == 0 and len(rows) == 1
    assert rows[0]["naam"] == "Zoë" and rows[0]["total"] == "29.0"


def test_bad_cells_are_named_by_row_and_column_and_nothing_is_written(run, tmp_path):
    (tmp_path / "out.csv").write_text("what was here before\n")
    code, _, said = run("gse", f"name,{GSE}\na,4,3,3,2,4,3,1,2,3,4\nb,5,x,3.5,2,4,3,1,2,3,-1\nc,NA,3,3,2,4,3,1,2,3,4\n")
    assert code == 2
    assert "row 3, column 1: '5' is not a whole number from 1 to 4" in said
    assert "row 3, column 2: 'x'" in said and "row 3, column 3: '3.5'" in said and "row 3, column 10: '-1'" in said
    assert "row 4, column 1: 'NA'" in said
    assert (tmp_path / "out.csv").read_text() == "what was here before\n"
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "out.csv"}


def test_a_flood_of_bad_cells_is_summed_up(run):
    _, _, said = run("gse", GSE + "\n" + "9,9,9,9,9,9,9,9,9,9\n" * 5)
    assert said.count("is not a whole number") == 20 and "30 more" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no column of gse"),
        ("1,2,3,4,5,6,7,8,9\n1,2,3,4,1,2,3,4,1\n", "no column for item 10 (se10)"),
        (f"{GSE},3\n" + "1," * 10 + "1\n", "'3' stands in the header twice"),
        (f"{GSE},se3\n" + "1," * 10 + "1\n", "'3' and 'se3' hold the same item"),
        (f"{GSE}\n1,2,3\n", "row 2 has 3 cells, the header has 10"),
        (f'{GSE}\n1,2,3,4,1,2,3,4,1,"2\n', "row 2"),
        (b"\x00\x01\x02", "not a text file"),
        (b"PK\x03\x04 not really", "XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused(run, text, words):
    code, rows, said = run("gse", text)
    assert code == 2 and rows == [] and words in said


def test_numbers_of_the_long_form_are_not_taken_for_those_of_the_short_form(run):
    long = ",".join(map(str, range(1, 24)))
    values = "1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3"
    code, rows, said = run("bat-12", f"{long}\n{values}\n")
    assert code == 0 and "bat-23" in said
    # items 1, 3, 4 / 9, 11, 13 / 14, 17, 18 / 19, 20, 23 of the long form
    assert rows[0]["exhaustion"] == "2.6666666666666665" and rows[0]["emotional_impairment"] == "4.0"
    only = "1,3,4,9,11,13,14,17,18,19,20,23"
    assert run("bat-12", f"{only}\n1,3,4,4,1,3,4,2,3,4,5,3\n")[1][0]["total"] == rows[0]["total"]
    code, _, said = run("bat-12", "1,2,3,4,5,6,7,8,9,10,11,12,13\n" + "1," * 12 + "1\n")
    assert code == 2 and "no column for item 14" in said


def test_a_score_does_not_overwrite_a_column_of_the_file(run):
    code, rows, said = run("gse", f"Total,{GSE}\n7,4,3,3,2,4,3,1,2,3,4\n")
    assert code == 0 and rows[0]["Total"] == "7" and rows[0]["gse.total"] == "29.0" and "gse.total" in said
    assert run("gse", f"total,gse.total,{GSE}\n7,7,4,3,3,2,4,3,1,2,3,4\n")[0] == 2


def test_own_instruments_are_found_in_their_folder(run, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "leadership.yaml").write_text(OWN)
    text = "COMPID,LEAD01,LEAD02,LEAD03\n2,2,,3\n2,2,,\n"
    code, rows, _ = run("leadership", text, "--catalogue", str(tmp_path / "own"))
    assert code == 0 and [row["lead"] for row in rows] == ["2.5", ""]
    code, _, said = run("leadership", text)
    assert code == 2 and "leadership" in said


def test_an_unknown_instrument_lists_the_near_ones(run):
    code, _, said = run("bat12", f"{GSE}\n")
    assert code == 2 and "Did you mean bat-12" in said


def test_a_file_without_respondents_gives_a_header(run, tmp_path):
    assert run("gse", f"{GSE}\n")[0] == 0
    assert (tmp_path / "out.csv").read_text() == f"{GSE},total\n"


def test_places_that_do_not_exist_are_named(tmp_path, capsys):
    assert main(["gse", str(tmp_path / "nought.csv")]) == 2
    assert "nought.csv" in capsys.readouterr().err
    source = tmp_path / "in.csv"
    source.write_text(f"{GSE}\n")
    assert main(["gse", str(source), "-o", str(tmp_path / "no" / "out.csv")]) == 2
    assert main(["gse", str(source), "-o", str(tmp_path)]) == 2


def test_a_disk_without_room_leaves_no_half_file(tmp_path, monkeypatch):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"{GSE}\n4,3,3,2,4,3,1,2,3,4\n")
    target.write_text("before")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["gse", str(source), "-o", str(target)]) == 2
    assert target.read_text() == "before" and len(list(tmp_path.iterdir())) == 2


def test_the_program_writes_to_standard_output_and_starts_without_django(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"naam,{GSE}\nZoë,4,3,3,2,4,3,1,2,3,4\n")
    script = (
        "import sys\n"
        "from draagkracht.config.command import main\n"
        f"code = main(['score', 'gse', {str(source)!r}])\n"
        "slow = [name for name in ('django', 'numpy', 'jsonschema', 'openpyxl') if name in sys.modules]\n"
        "sys.exit(f'loaded {slow}' if slow else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode() == f"naam,{GSE},total\nZoë,4,3,3,2,4,3,1,2,3,4,29.0\n"


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"{GSE}\n" + "4,3,3,2,4,3,1,2,3,4\n" * 20_000)
    program = Path(sys.executable).with_name("draagkracht")
    done = subprocess.run(f"{program} score gse {source} | head -n 1", shell=True, capture_output=True)  # noqa: S602
    assert done.stdout.decode() == f"{GSE},total\n" and done.stderr == b""
