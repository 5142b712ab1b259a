"""2,042 real people in 49 real units, from the reference folder beside the project."""

import csv
from pathlib import Path as File
from statistics import fmean

import pytest

from draagkracht.science.disclosure import Member, Policy, Scale, plan, release_bands, release_many, unit_means

FILE = File(__file__).parents[5] / "shared" / "reference" / "statistics" / "inputs" / "lq2002.csv"
SCALES = {"LEAD": 11, "TSIG": 3}
RANGE = Scale(1, 5)


@pytest.fixture(scope="module")
def rows():
    if not FILE.exists():
        print(f"\nSKIPPED: the reference folder beside the project is missing ({FILE.name}): 49 real units NOT tested")
        pytest.skip("the reference folder beside the project is missing")
    with FILE.open() as lines:
        return list(csv.DictReader(lines))


def mean_score(row, scale):
    return fmean(float(row[f"{scale}{item:02}"]) for item in range(1, SCALES[scale] + 1))


def released(rows, members):
    made = plan(members, Policy(), seed="lq2002")
    scores = {scale: {number: mean_score(row, scale) for number, row in enumerate(rows)} for scale in SCALES}
    return made, scores


def test_forty_nine_real_units_are_all_shown_with_means_that_are_exact_inside(rows):
    members = [Member(number, ("army", row["COMPID"]), True) for number, row in enumerate(rows)]
    made, scores = released(rows, members)
    assert len(made.units) == 50
    assert all(unit.reason is None and not unit.held_back for unit in made.units.values())
    for scale, values in scores.items():
        exact = unit_means(made, values)
        (cells,) = release_many(made, list(values), [[v] for v in values.values()], [RANGE], Policy())
        for path, cell in cells.items():
            people = [number for number, row in enumerate(rows) if path == ("army",) or row["COMPID"] == path[-1]]
            direct = fmean(mean_score(rows[number], scale) for number in people)
            assert abs(exact[path] - direct) < 1e-9
            assert cell.n == len(people)
            assert cell.low - 1e-9 <= direct <= cell.high + 1e-9
            assert abs(cell.value - direct) <= 0.126


def test_real_units_of_fifty_and_more_have_a_distribution(rows):
    members = [Member(number, ("army", row["COMPID"]), True) for number, row in enumerate(rows)]
    made, scores = released(rows, members)
    bands = release_bands(made, scores["LEAD"], [2.5, 3.5], 1, 5, Policy())
    assert len(bands) == 1 + sum(unit.n >= 50 for unit in made.units.values() if len(unit.path) == 2)
    truth = sum(2.5 <= score < 3.5 for score in scores["LEAD"].values())
    low, _, high = bands[("army",)][1][1:4]
    assert low <= truth <= high


def test_the_same_people_in_units_of_three_to_nine_lose_only_the_smallest(rows):
    members, sizes = small_units(len(rows))
    made, _ = released(rows, members)
    reasons = {path: unit.reason for path, unit in made.units.items()}
    for path, size in sizes.items():
        assert reasons[path] == (None if size >= 5 else "too-few")
    assert all(reason is None for path, reason in reasons.items() if len(path) < 3)
    assert made.units[("army",)].n == len(rows)
    assert all(len(people) >= 5 for people in made.atoms.values())


def small_units(people):
    """Everybody in units of 3, 4, ... 9, 3, ... in turn under five departments."""
    members, sizes, number = [], {}, 0
    while len(members) < people:
        path = ("army", f"department {number % 5}", f"unit {number:03}")
        sizes[path] = min(3 + number % 7, people - len(members))
        members += [Member(len(members) + place, path, True) for place in range(sizes[path])]
        number += 1
    return members, sizes
