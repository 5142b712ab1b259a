"""`make prove`: the long proofs, each with its count, written as a dated table into docs/explanation/proofs.md.

What is proven here takes minutes, so `make test` runs the same with fewer rounds. A proof that fails ends the run and
leaves the table as it was.
"""

import argparse
import datetime
import os
import platform
import random
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from draagkracht.science.disclosure import Member, Policy, plan
from draagkracht.science.tests.disclosure_attacker import Seen
from draagkracht.science.tests.random_proof import Told, history, yardstick

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "explanation" / "proofs.md"


def organisation(seed: int, response: float) -> list[Member]:
    """The yardstick's organisation: 48 teams of 5 to 15 people under six departments."""
    draw = random.Random(seed)
    members = []
    for team in range(48):
        path = ("org", f"department {team % 6}", f"team {team}")
        members += [Member(f"{team}.{i}", path, draw.random() < response) for i in range(draw.randint(5, 15))]
    return members


def smallest_difference(planned) -> int:
    """People by the set of published units that count them: the smallest such set. For one tree and one wave no sum
    or difference of published figures reaches a smaller group. Written without a line of the planner."""
    counted_in: dict[str, set] = defaultdict(set)
    for path, unit in planned.units.items():
        if unit.reason is None:
            for atom in unit.atoms:
                for person in planned.atoms[atom]:
                    counted_in[person].add(path if not unit.grouped_with else min(path, *unit.grouped_with))
    groups: dict[frozenset, int] = defaultdict(int)
    for units in counted_in.values():
        groups[frozenset(units)] += 1
    return min(groups.values())


def disclosure(seeds: int) -> list[str]:
    rows = []
    for response in (0.9, 0.7):
        seen = counted = everybody = 0
        smallest = 10**9
        for seed in range(seeds):
            members = organisation(seed, response)
            planned = plan(members, Policy(), seed=seed)
            smallest = min(smallest, smallest_difference(planned))
            answered = [m for m in members if m.answered]
            everybody += len(answered)
            shown = [m for m in answered if planned.units[m.path].reason is None]
            seen += len(shown)
            counted += sum(1 for m in shown if m.person not in planned.held_back)
        if smallest < Policy().k:
            sys.exit(f"a difference isolates {smallest} people")
        rows.append(
            f"| Made-up organisations (48 teams of 5 to 15), one wave, {response:.0%} response | {seeds} "
            f"| smallest group behind any difference: {smallest} people (k = 5); "
            f"{seen / everybody:.1%} of respondents in a visible team, {counted / everybody:.1%} counted in its figure |"
        )
    return rows


def histories(count: int, first: int = 20_000) -> list[str]:
    """The yardstick's organisations over eight waves, planned and attacked: fresh seeds, one row for each response."""
    rows = []
    for response in (0.9, 0.7):
        with ProcessPoolExecutor() as pool:
            every = list(pool.map(yardstick, range(first, first + count), [response] * count))
        seen = _together(every, f"eight waves at {response:.0%}")
        rows.append(
            f"| Made-up organisations (48 teams of 5 to 15, 9 % leave or move each time), 8 waves, {response:.0%} response "
            f"| {count} | {_outcome(every)}; {seen.shown / seen.all:.1%} of respondents in a visible team "
            f"({seen.alone / seen.all:.1%} with a figure of that team alone), {seen.counted / seen.all:.1%} counted in its figure |"
        )
    return rows


def shapes(count: int) -> list[str]:
    """Organisations of all shapes: nobody may be pinned or isolated."""
    with ProcessPoolExecutor() as pool:
        every = list(pool.map(history, range(count), chunksize=4))
    seen = _together(every, "organisations of all shapes")
    return [
        "| Organisations of all shapes: 200 to 600 people, two to nine departments, sections, teams of 3 to 25, 1 to 8 waves; people "
        f"come, leave and move, teams merge and move | {count} | {_outcome(every)}; {seen.shown / seen.all:.1%} of respondents in a "
        f"visible team, {seen.counted / seen.all:.1%} counted in its figure |"
    ]


def _together(every: list[Told], what: str) -> Seen:
    """Everybody seen in all of them. Ends the run when one of them gives somebody away."""
    bad = [n for n, told in enumerate(every) if told.isolated or told.pinned or told.smallest < Policy().k]
    if bad:
        sys.exit(f"{what}: the organisations at {bad} give somebody away")
    seen = Seen()
    for told in every:
        for name in ("all", "shown", "counted", "alone"):
            setattr(seen, name, getattr(seen, name) + getattr(told.seen, name))
    return seen


def _outcome(every: list[Told]) -> str:
    people, narrowed = sum(told.people for told in every), sum(told.narrowed for told in every)
    return (
        f"nobody isolated by any combination of all waves, no pair of releases isolates fewer than 3; smallest atom "
        f"{min(told.smallest for told in every)}; with one insider in each group nobody of {people:,} people narrowed below 1/8 of the "
        f"scale, {narrowed} below half of it; the gate withheld {sum(told.withheld for told in every)} of all units and waves"
    )


def kills(count: int) -> list[str]:
    rows = []
    for database in ("sqlite", "postgresql"):
        command = [sys.executable, str(ROOT / "bench" / "kills.py"), "--kills", str(count), "--database", database]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        sys.stdout.write(done.stdout + done.stderr)
        if done.returncode:
            sys.exit(f"the proof of kills failed on {database}")
        rows.append(
            f"| kill -9 of the server while answers are saved, {database} | {count} | {done.stdout.strip().splitlines()[-1]} |"
        )
    return rows


def evaluations(count: int) -> list[str]:
    """Anonymous evaluations, voted in through the real acts and attacked, on both databases."""
    rows = []
    for database in ("sqlite", "postgresql"):
        surroundings = {**os.environ, "BALLOT_EVALUATIONS": str(count)}
        if database == "postgresql":
            surroundings |= {"TEST_DATABASE": "postgresql"}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "chance"]
        place = "src/draagkracht/ballots/tests/test_attack.py"
        done = subprocess.run(
            [*command, place], check=False, capture_output=True, text=True, cwd=ROOT, env=surroundings
        )
        told = next((line for line in done.stdout.splitlines() if line.startswith("ballots: ")), "")
        if done.returncode or not told:
            sys.stdout.write(done.stdout[-4000:] + done.stderr[-2000:])
            sys.exit(f"an attacker of anonymous evaluations did better than chance, or could not run, on {database}")
        rows.append(
            f"| Anonymous evaluations of eight voters each, attacked after closing and while open, {database} | {count} "
            f"| {told.removeprefix('ballots: ')} |"
        )
    return rows


def properties(rounds: int) -> list[str]:
    """The property tests of science again and again, each time with other examples."""
    for seed in range(rounds):
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-k", "not lq2002"]
        done = subprocess.run(
            [*command, f"--hypothesis-seed={seed}", "src/draagkracht/science"],
            check=False, capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
        if done.returncode:
            sys.stdout.write(done.stdout[-4000:])
            sys.exit(f"a property test failed with seed {seed}")
        last = done.stdout.strip().splitlines()[-1]
    return [
        f"| Tests of scoring and disclosure, other examples each time | {rounds} | {last.split(' in ')[0]} each time |"
    ]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--shapes", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--evaluations", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    rows = [
        *disclosure(options.seeds),
        *histories(options.histories),
        *shapes(options.shapes),
        *properties(options.rounds),
        *kills(options.kills),
        *evaluations(options.evaluations),
    ]
    day = datetime.datetime.now(tz=datetime.UTC).date()
    TABLE.write_text(
        "# Proofs\n"
        "Made by `make prove`; the same with fewer rounds is part of `make test`.\n\n"
        f"Run on {day}, Python {platform.python_version()}.\n\n"
        "| what | rounds | outcome |\n|---|---|---|\n" + "\n".join(rows) + "\n",
        encoding="utf-8",
    )
    sys.stdout.write(TABLE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
