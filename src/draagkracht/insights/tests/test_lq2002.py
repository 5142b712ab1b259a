"""2,042 real people in 49 real units, from a file to the page: import, release, figures, what is withheld and why."""

import csv
import re
from pathlib import Path
from statistics import fmean

import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights import publish
from draagkracht.insights import release as door
from draagkracht.insights.models import ReleasedCell, ReleasedStructure, ReleasedUnit
from draagkracht.insights.release.figures import exact_means, tabulate
from draagkracht.people.models import Organisation
from draagkracht.surveys import import_answers
from draagkracht.surveys.queries import sealed_scores

HERE = Path(__file__).resolve()
SOURCE = HERE.parents[5] / "shared" / "reference" / "statistics" / "inputs" / "lq2002.csv"
CATALOGUE = HERE.parents[4] / "tests" / "reference" / "instruments"
SCALES = {"leadership.climate": ("LEAD", 11), "task-significance.significance": ("TSIG", 3)}


@pytest.fixture(scope="module")
def answers() -> list[dict[str, str]]:
    if not SOURCE.exists():
        print("\nSKIPPED: the reference folder beside the project is missing: 49 real units NOT published")
        pytest.skip("the reference folder beside the project is missing")
    with SOURCE.open() as lines:
        return list(csv.DictReader(lines))


def bring_in(path: Path, *extra: str) -> Organisation:
    words = [str(path), "--organisation", "lq", "--name", "LQ", "--wave", "2002", "--catalogue", str(CATALOGUE), *extra]
    assert import_answers.main([*words, "--instrument", "leadership", "--instrument", "task-significance"]) == 0
    return Organisation.objects.get(slug="lq")


def direct(rows: list[dict[str, str]], prefix: str, count: int) -> float:
    """Mean of the persons' means, straight from the file."""
    return fmean(fmean(float(row[f"{prefix}{n:02}"]) for n in range(1, count + 1)) for row in rows)


def open_page(organisation: Organisation, sign_in, query: str = "") -> str:
    place = type("Place", (), {"organisation": organisation, "units": {}})
    account = give_role(place, "coordinator@lq.example", "coordinator")
    answer = sign_in(account).get(reverse("insights:organisation") + query)
    assert answer.status_code == 200 and len(answer.content) <= 120_000
    return answer.content.decode()


@pytest.mark.django_db
def test_forty_nine_real_units_from_file_to_page(answers, sign_in, capsys):
    organisation = bring_in(SOURCE, "--unit", "COMPID")
    with scope(organisation=organisation):
        wave = door.wave_named("2002")
        made = door.prepare(wave)
        table = tabulate(sealed_scores(wave), list(SCALES))
        for measure, (prefix, count) in SCALES.items():
            for path, mean in exact_means(made.plans[5], table, measure).items():
                rows = answers if len(path) == 1 else [row for row in answers if row["COMPID"] == path[-1]]
                assert mean == pytest.approx(direct(rows, prefix, count), abs=1e-9), path
    assert publish.main(["2002", "--organisation", "lq"]) == 0
    said = capsys.readouterr().out
    assert "50 eenheden getoond" in said and "2042 mensen geteld" in said
    with scope(organisation=organisation):
        assert ReleasedUnit.objects.count() == 50
        assert not ReleasedCell.objects.exclude(reason="").exists()
        coarse = ReleasedCell.objects.filter(statistic="mean", unit__depth=1)
        assert all(cell.high - cell.low >= 4 / max(16, cell.n) - 1e-9 for cell in coarse)
    body = open_page(organisation, sign_in)
    assert body.count('scope="row"') >= 50 and "Leiderschap" in body and "2042" in body.replace(".", "")


@pytest.mark.django_db
def test_the_same_people_in_tiny_units_show_what_is_withheld_and_why(answers, sign_in, tmp_path, capsys):
    path = tmp_path / "cut.csv"
    with path.open("w", newline="") as target:
        writer = csv.DictWriter(target, [*answers[0], "DEPARTMENT", "TEAM"])
        writer.writeheader()
        at, team, left = 0, 0, 0
        for row in answers:
            if left == 0:
                team, left = team + 1, 3 + at % 7
                at += 1
            left -= 1
            writer.writerow(row | {"DEPARTMENT": f"Afdeling {team % 5}", "TEAM": f"Team {team}"})
    organisation = bring_in(path, "--unit", "TEAM", "--department", "DEPARTMENT")
    assert publish.main(["2002", "--organisation", "lq"]) == 0
    said = capsys.readouterr().out
    assert "te weinig antwoorden" in said
    with scope(organisation=organisation):
        structure = ReleasedStructure.objects.get()
        assert all(len(people) >= 5 for people in structure.atoms.values())
        assert sum(map(len, structure.atoms.values())) == 2042
        shown = ReleasedCell.objects.filter(measure="leadership.climate", statistic="mean", reason="")
        withheld = ReleasedCell.objects.filter(measure="leadership.climate", statistic="mean").exclude(reason="")
        assert shown.filter(unit__depth=1).count() == 5
        assert withheld.count() >= 50 and not withheld.filter(value__isnull=False).exists()
        assert all(cell.n is None for cell in withheld)
        tiny = {path for path, unit in structure.units.items() if unit["answered"] < 5}
        together = {" / ".join(path) for group in structure.groups for path in group}
        assert not [c for c in shown.select_related("unit") if c.unit.path in tiny - together]
    body = open_page(organisation, sign_in)
    assert "niet getoond" in body and re.search(r"\d+ × te weinig antwoorden", body)
    assert "tellen alleen mee in een grotere eenheid" in body
