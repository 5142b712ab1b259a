"""Answers that were gathered elsewhere become a closed wave."""

import csv
import json
from pathlib import Path

import pytest
from django_scopes import scope, scopes_disabled

from draagkracht.people.models import Organisation, Person, Unit
from draagkracht.surveys.import_answers import main
from draagkracht.surveys.models import Submission, Wave
from draagkracht.surveys.queries import roster, sealed_scores
from draagkracht.ui.refusal import Refusal

ROOT = Path(__file__).resolve().parents[4]
INSTRUMENTS = ROOT / "tests" / "reference" / "instruments"
REAL = ROOT.parent / "shared" / "reference" / "statistics" / "inputs" / "lq2002.csv"
COMMON = ["--organisation", "army", "--wave", "2002", "--catalogue", str(INSTRUMENTS), "--unit", "COMPID"]

pytestmark = pytest.mark.django_db


def write(path: Path, rows: list[str]) -> str:
    path.write_text("\n".join(["COMPID,DEP,TSIG01,TSIG02,TSIG03", *rows]) + "\n", encoding="utf-8")
    return str(path)


def run(file: str, *more: str) -> int:
    return main([file, *COMMON, "--instrument", "task-significance", *more])


def nothing_stored() -> bool:
    with scopes_disabled():
        return not any(model.objects.exists() for model in (Organisation, Unit, Person, Wave, Submission))


def test_each_row_becomes_a_sealed_respondent_in_the_frozen_roster(tmp_path):
    assert run(write(tmp_path / "a.csv", ["7,north,1,2,3", "7,north,5,,5", "8,south,,,"]), "--department", "DEP") == 0
    organisation = Organisation.objects.get(slug="army")
    with scope(organisation=organisation):
        wave = Wave.objects.get(name="2002")
        scores, entries = sealed_scores(wave), roster(wave)
    assert wave.closed_at
    values = [scores[pseudonym]["task-significance.significance"] for pseudonym, *_ in entries]
    assert values == [2.0, 5.0, None]
    assert [path for _, path, *_ in entries] == [("army", "north", "7"), ("army", "north", "7"), ("army", "south", "8")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["7,n,1,2,6"], "TSIG03"),
        (["7,n,1,2,3", ",n,1,2,3"], "3"),
        (["7,n,1,x,3"], "TSIG02"),
        ([], ""),
    ],
)
def test_bad_cells_are_named_and_nothing_is_stored(tmp_path, rows, words):
    with pytest.raises(Refusal) as refused:
        run(write(tmp_path / "a.csv", rows))
    assert words in str(refused.value.message)
    assert nothing_stored()


def test_a_missing_column_an_unknown_instrument_and_a_missing_file_are_named(tmp_path):
    file = write(tmp_path / "a.csv", ["7,n,1,2,3"])
    for arguments, words in (
        ([file, *COMMON[:-1], "TEAM", "--instrument", "task-significance"], "TEAM"),
        ([file, *COMMON, "--instrument", "leadership"], "LEAD01"),
        ([file, *COMMON, "--instrument", "task-signifiance"], "task-significance"),
        ([str(tmp_path / "no.csv"), *COMMON, "--instrument", "task-significance"], "no.csv"),
    ):
        with pytest.raises(Refusal) as refused:
            main(arguments)
        assert words in str(refused.value.message)
    assert nothing_stored()


def test_a_wave_name_is_imported_once(tmp_path):
    file = write(tmp_path / "a.csv", ["7,n,1,2,3"])
    run(file)
    with pytest.raises(Refusal):
        run(file)
    with scopes_disabled():
        assert Submission.objects.count() == 1


def test_a_unit_in_two_departments_is_refused(tmp_path):
    with pytest.raises(Refusal):
        run(write(tmp_path / "a.csv", ["7,north,1,2,3", "7,south,1,2,3"]), "--department", "DEP")
    assert nothing_stored()


def test_real_answers_of_2042_people_score_as_the_published_file(capsys):
    if not REAL.exists():
        pytest.skip(f"NOT TESTED: the reference folder beside the project is missing ({REAL.name})")
    main([str(REAL), *COMMON, "--instrument", "leadership", "--instrument", "task-significance"])
    with REAL.open(encoding="utf-8") as file:
        published = [(float(row["LEAD"]), float(row["TSIG"])) for row in csv.DictReader(file)]
    with scope(organisation=Organisation.objects.get(slug="army")):
        wave = Wave.objects.get(name="2002")
        scores = sealed_scores(wave)
        own = [scores[pseudonym] for pseudonym, *_ in roster(wave)]
    assert len(own) == 2042
    for mine, (lead, significance) in zip(own, published, strict=True):
        assert mine["leadership.climate"] == pytest.approx(lead, abs=1e-8)
        assert mine["task-significance.significance"] == pytest.approx(significance, abs=1e-8)


def response(unit: str, **answers: int) -> dict:
    items = [
        {"linkId": f"task-significance.{code}", "answer": [{"valueInteger": value}]} for code, value in answers.items()
    ]
    team = {"linkId": "COMPID", "answer": [{"valueString": unit}]}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:x|1",
        "status": "completed",
        "item": [team, *items],
    }


def test_responses_in_fhir_come_in_as_a_table_does(tmp_path):
    answers = {"TSIG01": 1, "TSIG02": 2, "TSIG03": 3}
    file = tmp_path / "answers.ndjson"
    file.write_text("\n".join(json.dumps(response(unit, **answers)) for unit in ("7", "8")), encoding="utf-8")
    assert run(str(file)) == 0
    with scope(organisation=Organisation.objects.get(slug="army")):
        scores = sealed_scores(Wave.objects.get(name="2002"))
    assert [one["task-significance.significance"] for one in scores.values()] == [2.0, 2.0]


def test_a_broken_bundle_names_its_place_and_nothing_is_stored(tmp_path):
    file = tmp_path / "answers.json"
    file.write_text(
        '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}', encoding="utf-8"
    )
    with pytest.raises(Refusal, match=r"entry\[0\]\.resource"):
        run(str(file))
    assert nothing_stored()
