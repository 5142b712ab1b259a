"""Figures of R, from the reference folder where it stands beside the project, and a few from published tables always."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from draagkracht.science.agreement import shrout_fleiss
from draagkracht.science.interval import wilson
from draagkracht.science.multiplicity import benjamini_hochberg
from draagkracht.science.reliability import alpha_interval, alpha_of
from draagkracht.science.trend import theil_sen

RUN = Path(__file__).parent / "reference" / "run.py"
FOLDER = RUN.parents[3] / "shared" / "reference" / "statistics"


@pytest.fixture(scope="module")
def run():
    """The program as a module, so that its parts can be tried alone."""
    spec = importlib.util.spec_from_file_location("reference_run", RUN)
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_run"] = module
    spec.loader.exec_module(module)
    return module


def test_every_value_from_r_is_reproduced():
    if not (FOLDER / "expected.json").exists():
        print("\nSKIPPED: the reference folder beside the project is missing: the values from R were NOT compared")
        pytest.skip("the reference folder beside the project is missing: the values from R were NOT compared")
    done = subprocess.run([sys.executable, RUN], capture_output=True, text=True, check=False)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.fullmatch(r"(\d+) ok, 0 failed, 0 not supplied of (\d+)", last)
    assert counts and counts[1] == counts[2] and int(counts[1]) >= 381


def test_without_the_folder_the_program_says_so_and_fails(tmp_path):
    done = subprocess.run([sys.executable, RUN, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "expected.json is missing" in done.stdout


@pytest.mark.parametrize(
    ("value", "definition", "found", "passes"),
    [
        (2.0, "a value", 2.0000019, True),
        (2.0, "a value", 2.0000021, False),
        (0.0, "a value", 9e-10, True),
        (0.0, "a value", 2e-9, False),
        (0.0, "variance AT THE BOUNDARY", 9e-5, True),
        (0.0, "variance AT THE BOUNDARY", 2e-4, False),
        (1e-30, "p, two-sided", 1e-12, True),
        (1e-30, "p, two-sided", 1e-8, False),
        (2.0, "a value", float("nan"), False),
        (2.0, "a value", None, False),
    ],
)
def test_a_value_passes_within_its_tolerance_only(run, value, definition, found, passes):
    entry = {"value": value, "tol_rel": 1e-6, "definition": definition}
    assert run._compared("x.y", entry, {"x.y": found}).passes is passes


def test_failures_are_named_and_counted(run, tmp_path, monkeypatch, capsys):
    entry = '{"value": 1.0, "tol_rel": 1e-6, "definition": "one"}'
    (tmp_path / "expected.json").write_text(f'{{"a.good": {entry}, "a.wrong": {entry}, "a.absent": {entry}}}')
    one = type("Supplier", (), {"supplied": staticmethod(lambda folder: {"a.good": 1.0, "a.wrong": 1.1})})
    monkeypatch.setattr(run.importlib, "import_module", lambda name: one)
    assert run.main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAILED a.wrong: 1.1, not 1.0")
    assert lines[1] == "NOT SUPPLIED a.absent: one"
    assert lines[2] == "1 ok, 1 failed, 1 not supplied of 3"


# --- from print, without the folder ---------------------------------------------------------------------------------


def test_shrout_and_fleiss_1979_table_4():
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = {kind: round(icc.value, 2) for kind, icc in shrout_fleiss(ratings).items()}
    assert found == {"ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91}


def test_alpha_of_equal_correlations_is_spearman_and_browns():
    import numpy as np

    matrix = np.full((10, 10), 0.3)
    np.fill_diagonal(matrix, 1)
    assert alpha_of(matrix) == pytest.approx(10 * 0.3 / (1 + 9 * 0.3))
    low, high = alpha_interval(0.7, 41, 26)
    assert low < 0.7 < high


def test_benjamini_and_hochberg_1995_example():
    # Fifteen p values of their section 4.1: at .05 the four smallest are found.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4


def test_newcombe_1998_wilson_without_continuity():
    for events, total, printed in ((81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611))):
        assert wilson(events, total) == pytest.approx(printed, abs=5e-5)


def test_sen_1968_example():
    # His section 6: seven points; the estimate is exactly 4.
    assert theil_sen([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78]).slope == 4
