"""Real answers of 2,042 people from the reference folder beside the project, scored by the command."""

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest

from draagkracht.instruments.catalogue import load
from draagkracht.instruments.score_file import run
from draagkracht.science.scoring import score_columns

SOURCE = Path(__file__).resolve().parents[5] / "shared" / "reference" / "statistics" / "inputs" / "lq2002.csv"
LEADERSHIP = """
id: leadership
version: "1"
title: {en: Leadership and task significance}
construct: {en: Leadership climate and task significance in army companies}
role: resource
iglo: [leader]
strain: false
population: {en: Soldiers}
minutes: 2
response: {min: 1, max: 5}
items: [LEAD01, LEAD02, LEAD03, LEAD04, LEAD05, LEAD06, LEAD07, LEAD08, LEAD09, LEAD10, LEAD11, TSIG01, TSIG02, TSIG03]
scales:
  - id: leadership
    title: {en: Leadership climate}
    direction: favourable
    items: [LEAD01, LEAD02, LEAD03, LEAD04, LEAD05, LEAD06, LEAD07, LEAD08, LEAD09, LEAD10, LEAD11]
    method: mean
    missing: {rule: half}
  - id: significance
    title: {en: Task significance}
    direction: favourable
    items: [TSIG01, TSIG02, TSIG03]
    method: mean
    missing: {rule: half}
licence: {kind: free, holder: P. Bliese, text: {en: Data of the R package multilevel}}
evidence:
  items: {status: settled, source: R package multilevel}
  scoring: {status: settled, source: R package multilevel}
  missing: {status: provisional, source: Own choice}
  licence: {status: provisional, source: R package multilevel}
citation: Bliese, P. (2022). multilevel, an R package.
"""

if not SOURCE.exists():
    warnings.warn("!! the reference folder beside the project is missing: no real answers were scored", stacklevel=1)
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="SKIPPED: the reference folder is missing")


def test_scores_of_real_people_equal_those_published_with_the_data(tmp_path):
    (tmp_path / "leadership.yaml").write_text(LEADERSHIP)
    assert run("leadership", SOURCE, tmp_path / "out.csv", [tmp_path]) == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2042 and len({row["COMPID"] for row in rows}) == 49
    for row in rows:
        # the file of the R package rounds to nine decimals
        assert float(row["leadership"]) == pytest.approx(float(row["LEAD"]), abs=6e-10)
        assert float(row["significance"]) == pytest.approx(float(row["TSIG"]), abs=6e-10)


def test_the_table_and_the_command_agree_on_real_answers(tmp_path):
    (tmp_path / "leadership.yaml").write_text(LEADERSHIP)
    key = load(tmp_path / "leadership.yaml").key
    with SOURCE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {code: np.array([float(row[code] or "nan") for row in rows]) for code in key.ranges}
    assert run("leadership", SOURCE, tmp_path / "out.csv", [tmp_path]) == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        written = [float(row["leadership"] or "nan") for row in csv.DictReader(file)]
    assert np.array_equal(score_columns(key, columns)["leadership"], written, equal_nan=True)
