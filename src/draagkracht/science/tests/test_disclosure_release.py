"""What a released figure tells: as much as it may, the same whoever in an atom gave which answers, and nothing of one person."""

import random
from math import isclose

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from draagkracht.science.disclosure import (
    Cell,
    Member,
    Policy,
    Scale,
    derived_means,
    plan,
    pooled_spread,
    release_bands,
    release_many,
    release_means,
    unit_means,
)
from draagkracht.science.disclosure.coarsen import norm_mean
from draagkracht.science.tests.disclosure_cast import counted_in, staff, teams, trees

CLIMATE = Policy()
ORG = ("org",)
CUTS = [2.0, 3.5]


def answers(members, seed, missing=0.1, low=1, high=5, steps=12):
    """Scores as means of items would give them; some people have none."""
    draw = random.Random(seed)
    bias = draw.choice([-3, -1, 0, 1, 3])
    return {
        member.person: None
        if draw.random() < missing
        else min(high, max(low, low + (high - low) * round(draw.gauss(steps / 2 + bias, 3)) / steps))
        for member in members
        if member.answered
    }


def shuffled(made, table, seed):
    """The same records, dealt out again within every atom."""
    draw = random.Random(seed)
    dealt = {}
    for people in made.atoms.values():
        records = [table[person] for person in people]
        draw.shuffle(records)
        dealt |= dict(zip(people, records, strict=True))
    return dealt


@settings(max_examples=150, deadline=None)
@given(trees(), st.integers(0, 10**6), st.sampled_from([0, 0.1, 0.6]))
def test_means_equal_a_direct_computation(members, seed, missing):
    made = plan(members, CLIMATE, seed=1)
    values = answers(members, seed, missing)
    for path, mean in unit_means(made, values).items():
        scores = [values[person] for person in counted_in(made, path) if values[person] is not None]
        assert mean is None if not scores else isclose(mean, sum(scores) / len(scores), abs_tol=1e-9)


@settings(max_examples=200, deadline=None)
@given(trees(), st.integers(0, 10**6), st.sampled_from([0, 0.1, 0.5]))
def test_permuting_whole_records_within_an_atom_changes_no_byte(members, seed, missing):
    """G1, missing scores included, on means, spreads and distributions of several scales at once."""
    made = plan(members, CLIMATE, seed=1)
    columns = [answers(members, seed + number, missing) for number in range(3)]
    records = {person: [column[person] for column in columns] for person in columns[0]}
    assert everything(made, records) == everything(made, shuffled(made, {p: records[p] for p in records}, seed))


def everything(made, records):
    people = list(records)
    table = np.array([records[person] for person in people], dtype=float).reshape(-1, 3)
    scales = [Scale(1, 5), Scale(1, 5, 2.0, 3.5), Scale(1, 5, cut_top=4.2)]
    means = release_many(made, people, table, scales, CLIMATE)
    one = {person: record[1] for person, record in records.items()}
    return repr((means, pooled_spread(made, one, 1, 5), release_bands(made, one, CUTS, 1, 5, CLIMATE))).encode()


@settings(max_examples=200, deadline=None)
@given(trees(), st.integers(0, 10**6))
def test_a_released_interval_holds_the_true_mean_and_a_parent_is_the_sum_of_its_atoms(members, seed):
    made = plan(members, CLIMATE, seed=1)
    values = answers(members, seed, missing=0)
    cells, exact = release_means(made, values, 1, 5, CLIMATE), unit_means(made, values)
    alone = {path: released_alone(people, values) for path, people in made.atoms.items()}
    for path, unit in made.units.items():
        if unit.reason:
            assert cells[path] == Cell("mean", None, None, None, None, unit.reason)
            continue
        cell = cells[path]
        assert cell.low - 1e-9 <= exact[path] <= cell.high + 1e-9
        assert cell.low <= cell.value <= cell.high
        for place in (1, 2, 3):
            weighted = sum(len(made.atoms[atom]) * alone[atom][place] for atom in unit.atoms)
            assert isclose(cell[place], weighted / unit.n, abs_tol=1e-8)


def released_alone(people, values):
    """The cell of these people as an organisation of their own."""
    return release_means(plan_of(people), {person: values[person] for person in people}, 1, 5, CLIMATE)[ORG]


def plan_of(people):
    """One flat organisation of these people."""
    return plan([Member(person, ORG, True) for person in people], CLIMATE, seed=1)


def every_cell(n, rho=0.5):
    """All cells that an atom of n can get on a scale from 0 to 1."""
    made = plan_of(range(n))
    means = np.linspace(0, 1, 40 * n + 1)
    policy = Policy(rho=rho)
    return sorted(
        {release_means(made, dict.fromkeys(range(n), mean), 0, 1, policy)[ORG][1:4] for mean in means.tolist()}
    )


@pytest.mark.parametrize("rho", [0.5, 0.62, 1.0])
@pytest.mark.parametrize("n", [5, 6, 7, 8, 11, 16, 17, 23, 40])
def test_one_insider_can_not_narrow_anybody_below_rho(n, rho):
    """G2 for a mean: for every cell, and every answer of the insider, the range left for somebody else."""
    for low, _, high in every_cell(n, rho):
        for insider in np.linspace(0, 1, 41):
            others = n - 2
            least = max(0.0, n * low - insider - others)
            most = min(1.0, n * high - insider)
            feasible = most >= least
            assert not feasible or most - least >= rho - 1e-9 or not reachable(n, low, high, insider)


def reachable(n, low, high, insider):
    """Whether any answers of the others go with this cell and the insider's own."""
    return insider <= n * high + 1e-12 and insider + n - 1 >= n * low - 1e-12


@pytest.mark.parametrize(("n", "steps"), [(5, 16), (16, 16), (17, 17), (30, 30)])
def test_the_grid_depends_on_n_alone_and_its_ends_are_clamped(n, steps):
    cells = every_cell(n)
    end = 1.5 / n
    assert isclose(cells[0][0], 0) and isclose(cells[0][2], end, abs_tol=1e-9)
    assert isclose(cells[-1][2], 1) and isclose(cells[-1][0], 1 - end, abs_tol=1e-9)
    for low, value, high in cells[2:-2]:
        assert isclose(high - low, 1 / steps, abs_tol=1e-9)
        assert isclose(value, (low + high) / 2, abs_tol=1e-9)
        assert isclose(value * steps, round(value * steps), abs_tol=1e-7)
    for low, _, high in cells:
        assert high - low >= 0.5 / steps - 1e-9


def test_all_the_same_is_not_told_apart_from_nearly_the_same():
    made = plan_of(range(10))
    same = release_means(made, dict.fromkeys(range(10), 1.0), 1, 5, CLIMATE)
    nearly = release_means(made, dict.fromkeys(range(10), 1.0) | {3: 3.0, 4: 2.5}, 1, 5, CLIMATE)
    assert same == nearly


def test_the_value_of_an_end_interval_comes_from_the_public_norm():
    made = plan_of(range(10))
    bottom = release_means(made, dict.fromkeys(range(10), 1.0), 1, 5, CLIMATE)[ORG]
    top = release_means(made, dict.fromkeys(range(10), 5.0), 1, 5, CLIMATE)[ORG]
    assert isclose(bottom.value, 1 + 4 * norm_mean(10, 0.15), abs_tol=1e-9)
    assert isclose(bottom.value - 1, 5 - top.value, abs_tol=1e-9)


@pytest.mark.parametrize(("n", "end"), [(5, 0.3), (8, 0.1875), (60, 0.025)])
def test_the_norm_is_the_mean_of_a_truncated_normal(n, end):
    grid = np.linspace(0, end, 200_001)
    density = np.exp(-((grid - 0.5) ** 2) / (2 * (0.1**2 + 0.25**2 / n)))
    assert isclose(norm_mean(n, end), float((grid * density).sum() / density.sum()), rel_tol=1e-4)


def test_a_cut_off_near_an_end_widens_what_is_hidden():
    assert CLIMATE.hidden_share(1, 5, None, None) == 0.5
    assert isclose(CLIMATE.hidden_share(1, 5, None, 2.0), 0.77)
    assert isclose(CLIMATE.hidden_share(1, 5, 4.0, None), 0.77)
    assert CLIMATE.hidden_share(1, 5, None, 1.01) == 1.0


def test_few_scores_give_no_figure_and_n_stays_the_frozen_number():
    made = plan_of(range(10))
    scores = {person: 3.0 for person in range(10)}
    for missing in range(11):
        cell = release_means(made, scores | dict.fromkeys(range(missing)), 1, 5, CLIMATE)[ORG]
        assert cell == (
            Cell("mean", 2.875, 3.0, 3.125, 10, None) if missing <= 5 else Cell("mean", *[None] * 4, "no-data")
        )


@pytest.mark.parametrize("c", [1, 2, 3])
def test_whether_an_atom_has_a_figure_tells_of_nobody_whether_they_skipped(c):
    """With c insiders it must stay open for everybody else, whichever way it turns out."""
    for n in range(2 * c + 3, 30):
        policy = Policy(k=2 * c + 3 if c > 1 else 5, c=c)
        made = plan_of(range(n))
        shown = [
            release_means(made, dict.fromkeys(range(s), 3.0), 1, 5, policy)[ORG].reason is None for s in range(n + 1)
        ]
        least = shown.index(True)
        assert all(shown[least:]) and c + 1 <= least - 1 and n - least >= c + 1


def test_a_parent_leaves_out_an_atom_without_a_figure_until_that_is_half_of_it():
    members = staff(teams(10, 8))
    made = plan(members, CLIMATE, seed=1)
    first, second = (("org", "dept", name) for name in ("team00", "team01"))
    values = dict.fromkeys(counted_in(made, first), 3.0)
    cells = release_means(made, values, 1, 5, CLIMATE)
    assert cells[second].reason == "no-data"
    assert cells[ORG] == cells[first]._replace(n=18)
    cells = release_means(made, dict.fromkeys(counted_in(made, second), 3.0), 1, 5, CLIMATE)
    assert cells[second].reason is None and cells[ORG].reason == "no-data"


def test_people_whom_the_plan_does_not_count_change_nothing():
    members = staff(teams(9, 8))
    made = plan(members, CLIMATE, seed=1)
    values = answers(members, 3)
    assert release_means(made, values | {"late": 5.0}, 1, 5, CLIMATE) == release_means(made, values, 1, 5, CLIMATE)


@pytest.mark.parametrize("score", [0.9, 5.1, float("inf")])
def test_a_score_outside_its_scale_is_refused_without_repeating_it(score):
    made = plan_of(range(6))
    with pytest.raises(ValueError, match="scale number 1") as refusal:
        release_means(made, dict.fromkeys(range(6), score), 1, 5, CLIMATE)
    assert str(score) not in str(refusal.value)


def test_many_scales_at_once_equal_one_by_one():
    members = staff(teams(9, 12, 3) | {("org", "other"): 30})
    made = plan(members, CLIMATE, seed=1)
    columns = [answers(members, seed) for seed in range(4)]
    people = list(columns[0])
    table = np.array([[column[person] for column in columns] for person in people], dtype=float)
    together = release_many(made, people, table, [Scale(1, 5, 2, 4)] * 4, CLIMATE)
    assert together == [release_means(made, column, 1, 5, CLIMATE, 2, 4) for column in columns]


def test_an_empty_plan_releases_nothing():
    made = plan([], CLIMATE, seed=1)
    assert release_means(made, {}, 1, 5, CLIMATE) == {} == release_bands(made, {}, CUTS, 1, 5, CLIMATE)
    few = plan(staff({ORG: 3}), CLIMATE, seed=1)
    assert release_means(few, {}, 1, 5, CLIMATE) == {ORG: Cell("mean", *[None] * 4, "too-few")}
    assert unit_means(few, {}) == {ORG: None}


def test_a_total_is_made_from_released_subscales():
    one = {ORG: Cell("mean", 2.0, 2.5, 3.0, 9, None), ("org", "x"): Cell("mean", *[None] * 4, "protected")}
    other = {ORG: Cell("mean", 1.0, 1.5, 2.0, 9, None), ("org", "x"): Cell("mean", *[None] * 4, "protected")}
    total = derived_means([one, other], [0.75, 0.25])
    assert total == {ORG: Cell("mean", 1.75, 2.25, 2.75, 9, None), ("org", "x"): Cell("mean", *[None] * 4, "protected")}
    assert derived_means([one, other], [1, -1])[ORG] == Cell("mean", 0.0, 1.0, 2.0, 9, None)


def test_a_distribution_needs_fifty_people_also_in_what_lies_between_two_units():
    sizes = {("org", "a"): 60, ("org", "b"): 55, ("org", "c"): 49, ("org", "d"): 20}
    made = plan(staff(sizes), CLIMATE, seed=1)
    values = dict.fromkeys((p for people in made.atoms.values() for p in people), 3.0)
    assert set(release_bands(made, values, CUTS, 1, 5, CLIMATE)) == {ORG, ("org", "a"), ("org", "b")}
    made = plan(staff(sizes | {("org", "c"): 20}), CLIMATE, seed=1)
    assert set(release_bands(made, values, CUTS, 1, 5, CLIMATE)) == {ORG, ("org", "a")}


def test_counts_are_exact_between_two_hidden_ends():
    made = plan_of(range(60))
    for high in range(61):
        values = dict.fromkeys(range(high), 4.0) | dict.fromkeys(range(high, 60), 1.0)
        low_band, high_band = release_bands(made, values, [2.5], 1, 5, CLIMATE)[ORG]
        assert low_band.low <= 60 - high <= low_band.high and high_band.low <= high <= high_band.high
        assert high_band.n == 60 and high_band.statistic == "band-2"
        if high_band.low == high_band.high:
            assert low_band.low == low_band.high == 60 - high
        assert high_band.low != high_band.high or 2 < high < 58


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(5, 20), min_size=8, max_size=25), st.sampled_from([2.0, 3.0, 4.2]), st.integers(0, 10**6))
def test_means_and_counts_together_fix_nobody_s_band(sizes, cut, seed):
    """With two bands: given all released means and counts, every atom may still hold c + 1 people on either side.

    The answers are the worst for this: in each team either nobody is high, or just as many as its mean gives away.
    """
    counts = {("org", f"d{number % 2}", f"t{number}"): size for number, size in enumerate(sizes)}
    made = plan(staff(counts), CLIMATE, seed=1)
    draw = random.Random(seed)
    values = {}
    for people in made.atoms.values():
        high = draw.choice([0, 0, 1, len(people) // 2, len(people)])
        edge = draw.choice([(5.0, 1.0), (cut, 1.0), (5.0, cut - 0.01)])
        values |= {person: edge[place >= high] for place, person in enumerate(people)}
    bands = release_bands(made, values, [cut], 1, 5, CLIMATE)
    assume(bands)
    cells = release_means(made, values, 1, 5, CLIMATE, cut, cut)
    implied = {atom: implied_high(cells[atom], (cut - 1) / 4) for atom in made.atoms if atom in cells}
    assert all(len(atom) == 3 for atom in made.atoms)
    for block in ([path] for path in bands if len(path) == 2) if len(bands) > 1 else [[ORG]]:
        atoms = made.units[block[0]].atoms
        count = bands[block[0]][1]
        for atom in atoms:
            others = [implied[other] for other in atoms if other != atom]
            most = min(implied[atom][1], count.high - sum(low for low, _ in others))
            least = max(implied[atom][0], count.low - sum(high for _, high in others))
            assert most >= CLIMATE.c + 1
            assert least <= len(made.atoms[atom]) - CLIMATE.c - 1


def implied_high(cell, share):
    """Fewest and most people at or above `share` of the range 1..5 that a released mean allows, by trying all."""
    low, high = (cell.low - 1) / 4 * cell.n, (cell.high - 1) / 4 * cell.n
    allowed = [
        count
        for count in range(cell.n + 1)
        if count * share <= high + 1e-9 and count + (cell.n - count) * share >= low - 1e-9
    ]
    return min(allowed), max(allowed)


def test_a_score_on_a_cut_off_belongs_to_the_band_above():
    made = plan_of(range(60))
    values = dict.fromkeys(range(30), 3.02) | dict.fromkeys(range(30, 60), 3.019)
    cells = release_bands(made, values, [2.0, 3.02], 1, 5, CLIMATE)[ORG]
    assert [(cell.low, cell.high) for cell in cells] == [(0, 2), (28, 30), (30, 30)]


@pytest.mark.parametrize("cutoffs", [[], [3, 2], [1], [5], [2, 2]])
def test_cut_offs_that_make_no_bands_are_refused(cutoffs):
    with pytest.raises(ValueError):
        release_bands(plan_of(range(60)), {}, cutoffs, 1, 5, CLIMATE)


def test_the_released_spread_is_coarse_and_hides_that_all_are_alike():
    made = plan_of(range(80))
    normal = {person: 3 + 0.7 * (-1) ** person for person in range(80)}
    assert pooled_spread(made, normal, 1, 5) == 0.75
    assert pooled_spread(made, dict.fromkeys(range(80), 3.0), 1, 5) == 0.5
    assert pooled_spread(made, dict.fromkeys(range(20), 3.0), 1, 5) == 1.0
    assert pooled_spread(plan_of(range(20)), dict.fromkeys(range(20), 3.0), 1, 5) == 1.0
