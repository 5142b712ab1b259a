"""A second tree of the same wave: with the units and with all that came before, nobody is told from it."""

import random
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draagkracht.science.disclosure import Member, Policy, plan
from draagkracht.science.disclosure.breakdown import Merged, Placed, merged, plan_breakdown
from draagkracht.science.tests import disclosure_attacker as attacker

CLIMATE, STRAIN = Policy(), Policy(k=8)
JOBS = ("nurse", "carer", "cook", "cleaner", "clerk", "planner", "")


def smallest_difference(few: dict, many: dict) -> int:
    """The smallest group that sums over the atoms of two trees can isolate; 0 for none. By trying every choice.

    A combination gives every atom a weight; whom it speaks about is who has different weights in the two trees. Two
    different weights are enough for a smallest group: each atom is in or out, who stands in no atom of a tree is out. `few`
    is tried in every way; each atom of `many` then goes with the larger part of its people.
    """
    assert len(few) <= 12, "every choice is tried"
    home = {person: path for path, people in few.items() for person in people}
    rows = {path: Counter(home.get(person) for person in people) for path, people in many.items()}
    inside = {person for people in many.values() for person in people}
    rows["outside"] = Counter(path for person, path in home.items() if person not in inside)
    names, best = sorted(few), 0
    for choice in range(2 ** len(names)):
        chosen = {name for number, name in enumerate(names) if choice >> number & 1}
        size = 0
        for path, row in rows.items():
            here = sum(count for name, count in row.items() if name in chosen)
            size += here if path == "outside" else min(here, sum(row.values()) - here)
        best = size if size and (not best or size < best) else best
    return best


def organisation(chance: random.Random, teams: int, largest: int, kitchen: bool) -> dict:
    """Person -> (path, job): jobs stick to teams, as they do, and the kitchen is nearly all of the cooks."""
    home = {}
    for team in range(teams):
        jobs = chance.sample(JOBS, 3)
        for number in range(chance.randint(1, largest)):
            job = chance.choices(jobs, (6, 3, 1))[0]
            home[f"{team}-{number}"] = (("org", f"department {team % 2}", f"team {team}"), job)
    if kitchen:
        for number in range(chance.randint(5, 9)):
            job = "cook" if chance.random() < 0.8 else "clerk"
            home[f"kitchen-{number}"] = (("org", "kitchen"), job)
    return home


def waves(chance: random.Random, count: int, **kind) -> list[dict]:
    """A few waves: some leave, come, move or change their job."""
    home, made = organisation(chance, **kind), []
    for number in range(count):
        made.append({person: (*place, chance.random() < 0.85) for person, place in home.items()})
        for person in list(home):
            fate = chance.random()
            if fate < 0.05:
                home[f"{person}+{number}"] = home.pop(person)
            elif fate < 0.09:
                home[person] = chance.choice(list(home.values()))
    return made


def members(wave: dict) -> list[Member]:
    return [Member(person, path, answered) for person, (path, _, answered) in wave.items()]


def placed(wave: dict, change=lambda person, job: job) -> list[Placed]:
    return [Placed(person, change(person, job), answered) for person, (_, job, answered) in wave.items()]


def published(made: list[dict], policy: Policy, second=False) -> list[list]:
    """Per wave the plans of the units, the jobs and perhaps a second breakdown, one after the other."""
    groups, before, found = (), None, []
    for wave in made:
        earlier = [one.atoms for trees in found for one in trees]
        units = plan(members(wave), policy, seed="s", groups=groups, earlier=earlier)
        groups, trees = units.groups, [units]
        trees.append(
            plan_breakdown(placed(wave), policy, seed="s", beside=[units.atoms], earlier=earlier, before=before)
        )
        before = merged(placed(wave), policy.k, before)
        if second:
            years = placed(wave, lambda person, _: "few" if hash_of(person) % 3 else "many")
            beside = [one.atoms for one in trees]
            trees.append(plan_breakdown(years, policy, seed="s", beside=beside, earlier=earlier))
        found.append(trees)
    return found


def hash_of(person: str) -> int:
    return sum(map(ord, person))


organisations = st.builds(
    lambda seed, count, teams, largest, kitchen: waves(
        random.Random(seed), count, teams=teams, largest=largest, kitchen=kitchen
    ),
    st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 12), st.integers(4, 14), st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(organisations, st.sampled_from([CLIMATE, STRAIN]), st.booleans())
def test_no_figure_and_no_difference_is_about_too_few(made, policy, second):
    found = published(made, policy, second)
    for trees in found:
        units, *others = (one.atoms for one in trees)
        for atoms in (units, *others):
            assert all(len(people) >= policy.k for people in atoms.values())
        for number, one in enumerate(others):
            for other in (units, *others[:number]):
                assert smallest_difference(one, other) not in range(1, policy.k), "trees of one wave"
    for before, now in pairwise(found):
        for one, other in [(one, other) for one in before for other in now]:
            few, many = sorted((one.atoms, other.atoms), key=len)
            if len(few) <= 12:
                assert smallest_difference(few, many) not in range(1, policy.d), "two waves"
    assert attacker.isolated([one.atoms for trees in found for one in trees if one.atoms]) == 0


@settings(max_examples=40, deadline=None)
@given(organisations, st.randoms(use_true_random=False))
def test_the_order_of_the_list_and_who_is_told_first_do_not_matter(made, shuffled):
    wave = made[0]
    mixed = list(wave.items())
    shuffled.shuffle(mixed)
    units = plan(members(wave), CLIMATE, seed="s")
    atoms = list(units.atoms.items())
    shuffled.shuffle(atoms)
    one = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    assert plan_breakdown(placed(dict(mixed)), CLIMATE, seed="s", beside=[dict(atoms)]) == one


@settings(max_examples=40, deadline=None)
@given(organisations)
def test_nobody_is_counted_twice_and_nobody_who_did_not_answer(made):
    wave = made[0]
    units = plan(members(wave), CLIMATE, seed="s")
    jobs = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    counted = [person for people in jobs.atoms.values() for person in people]
    assert len(counted) == len(set(counted)) and all(wave[person][2] for person in counted)
    for path, unit in jobs.units.items():
        if unit.reason is None and len(path) == 2:
            together = {path[1], *(other[1] for other in unit.grouped_with)}
            people = jobs.atoms[unit.atoms[0]]
            assert unit.n == len(people) and {wave[person][1] for person in people} <= together


def test_a_kitchen_of_cooks_and_a_cook_elsewhere_are_not_told_apart():
    """All but one in the kitchen are cooks, and one cook works elsewhere: cooks less kitchen would be two people."""
    wave = {f"k{n}": (("org", "kitchen"), "cook" if n else "clerk", True) for n in range(13)}
    wave |= {f"w{n}": (("org", "ward"), "nurse" if n else "cook", True) for n in range(20)}
    wave |= {f"o{n}": (("org", "office"), "clerk", True) for n in range(12)}
    units = plan(members(wave), CLIMATE, seed="s")
    assert len(units.atoms) == 3
    naive = {job: [p for p, (_, own, _) in wave.items() if own == job] for job in ("cook", "nurse", "clerk")}
    assert smallest_difference(naive, units.atoms) == 1, "published as they are, one person could be computed"
    jobs = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    assert smallest_difference(jobs.atoms, units.atoms) >= 5
    assert [unit.reason for path, unit in jobs.units.items() if len(path) == 2] == [None, None, None]


def test_a_profession_that_is_exactly_a_team_gets_its_figure():
    wave = {f"k{n}": (("org", "kitchen"), "cook", True) for n in range(12)}
    wave |= {f"w{n}": (("org", "ward"), "nurse", True) for n in range(20)}
    units = plan(members(wave), CLIMATE, seed="s")
    jobs = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    assert jobs.units["all", "cook"].n == 12 and jobs.units["all", "nurse"].n == 20


def test_small_categories_go_together_by_the_list_and_not_by_who_answered():
    sizes = {"nurse": 30, "carer": 12, "cook": 9, "dietician": 2, "": 4}
    people = [Placed(f"{job}{n}", job, n > 0) for job, size in sizes.items() for n in range(size)]
    assert merged(people, 5) == Merged(("carer", "nurse"), ("", "cook", "dietician"))
    silent = [one._replace(answered=False) for one in people]
    assert merged(silent, 5) == merged(people, 5)
    few = [one for one in people if one.category not in ("cook", "")]
    assert merged(few, 5) == Merged(("carer", "nurse"), ("dietician",)), "no large one is lost for two people"


def test_what_goes_together_stays_so_until_the_year_ends():
    first = [
        Placed(f"{job}{n}", job, True)
        for job, size in {"nurse": 30, "carer": 12, "cook": 3}.items()
        for n in range(size)
    ]
    before = merged(first, 5)
    assert before == Merged(("carer", "nurse"), ("cook",))
    later = first + [Placed(f"more{n}", "cook", True) for n in range(20)] + [Placed("p", "planner", True)]
    assert merged(later, 5, before) == Merged(("carer", "nurse"), ("cook", "planner"))
    assert merged(later, 5) == Merged(("carer", "cook", "nurse"), ("planner",)), "the next year begins anew"


def later_units(seed: int, heeding: bool) -> int:
    """Two waves: units and jobs, then units alone. How many people or pairs all of them together isolate."""
    first, second = waves(random.Random(seed), 2, teams=4, largest=8, kitchen=True)
    ((units, jobs),) = published([first], CLIMATE)
    earlier = [units.atoms, jobs.atoms] if heeding else [units.atoms]
    later = plan(members(second), CLIMATE, seed="s", groups=units.groups, earlier=earlier)
    return attacker.isolated([units.atoms, jobs.atoms, later.atoms])


def test_later_units_are_kept_apart_from_earlier_jobs():
    seeds = (7, 42, 90)
    assert [later_units(seed, heeding=True) for seed in seeds] == [0, 0, 0]
    assert any(later_units(seed, heeding=False) for seed in seeds), "otherwise somebody would be given away"


def test_two_people_of_a_rare_profession_cost_nobody_else_the_figure():
    wave = {f"w{n}": (("org", "ward" if n < 20 else "home"), "nurse" if n % 2 else "carer", True) for n in range(40)}
    wave |= {f"d{n}": (("org", "home"), "dietician", True) for n in range(2)}
    units = plan(members(wave), CLIMATE, seed="s")
    jobs = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    assert jobs.units["all", "dietician"].reason == "too-few"
    assert sum(jobs.units["all", job].n for job in ("nurse", "carer")) == 37, "three are held back beside the two"
    assert smallest_difference(jobs.atoms, units.atoms) >= 5


def test_a_list_with_one_category_has_no_breakdown():
    wave = {f"w{n}": (("org", "ward" if n < 10 else "home"), "nurse", True) for n in range(20)}
    units = plan(members(wave), CLIMATE, seed="s")
    jobs = plan_breakdown(placed(wave), CLIMATE, seed="s", beside=[units.atoms])
    assert jobs.atoms == {} and all(unit.reason for unit in jobs.units.values())


def test_an_empty_list_is_no_error_and_somebody_twice_is():
    assert plan_breakdown([], CLIMATE, seed="s", beside=[]).units == {}
    with pytest.raises(ValueError, match="twice"):
        plan_breakdown([Placed("a", "x", True), Placed("a", "y", True)], CLIMATE, seed="s", beside=[])


def test_most_people_see_a_figure_of_their_profession():
    """Forty teams of about ten, five professions: what is lost to protect people is a small part."""
    seen: dict[str, list[int]] = defaultdict(list)
    for seed in range(8):
        chance = random.Random(seed)
        wave = {
            f"{team}-{n}": (("org", f"d{team % 5}", f"t{team}"), chance.choices(JOBS, (40, 30, 8, 8, 8, 4, 2))[0],
                            chance.random() < 0.8)
            for team in range(40) for n in range(chance.randint(5, 15))
        }  # fmt: skip
        units = plan(members(wave), CLIMATE, seed=seed)
        jobs = plan_breakdown(placed(wave), CLIMATE, seed=seed, beside=[units.atoms])
        answered = [job for _, job, done in wave.values() if done]
        counted = sum(unit.n for path, unit in jobs.units.items() if path in jobs.atoms and len(path) == 2)
        seen["counted"].append(counted)
        seen["answered"].append(len(answered))
    assert sum(seen["counted"]) > 0.97 * sum(seen["answered"])
