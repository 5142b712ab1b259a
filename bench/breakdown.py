"""How long it takes to plan a wave with a breakdown, and what it shows: made-up organisations over eight waves.

`python bench/breakdown.py [teams] [--alone]`: 250 teams are about 2,500 people; `--alone` plans units without
professions. Each wave is planned beside all before: first the units, then the professions. No database and no answer
takes part. Seconds are those of the processor.
"""

from __future__ import annotations

import random
import sys
import time

from draagkracht.science.disclosure import Placed, Policy, merged, plan, plan_breakdown
from draagkracht.science.tests import disclosure_attacker as attacker

JOBS = {
    "nurse": 38,
    "carer": 30,
    "cleaner": 8,
    "kitchen": 7,
    "office": 7,
    "therapist": 5,
    "technician": 3,
    "chaplain": 1,
    "": 1,
}


def main() -> None:
    alone = "--alone" in sys.argv
    teams = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 250)
    policy, draw = Policy(), random.Random(1)
    jobs: dict[int, str] = {}
    earlier: list = []
    groups, before = (), None
    for number, members in enumerate(attacker.organisation(1, 0.9, teams=teams, departments=max(6, teams // 8)), 1):
        for member in members:
            jobs.setdefault(member.person, draw.choices(list(JOBS), list(JOBS.values()))[0])
        people = [Placed(one.person, jobs[one.person], one.answered) for one in members]
        start = time.process_time()
        units = plan(members, policy, seed=1, groups=groups, earlier=earlier)
        middle = time.process_time()
        by_job = plan_breakdown(
            [] if alone else people, policy, seed=1, beside=[units.atoms], earlier=earlier, before=before
        )
        end = time.process_time()
        groups, before = units.groups, merged(people, policy.k, before)
        earlier += [units.atoms, by_job.atoms] if by_job.atoms else [units.atoms]
        answered = sum(one.answered for one in members)
        counted = sum(len(own) for path, own in by_job.atoms.items() if len(path) == 2)
        shown = sum(len(own) for path, own in units.atoms.items() if len(path) == 3)
        sys.stdout.write(
            f"wave {number}: {len(members)} people, {answered} answered; units {middle - start:.2f} s, professions "
            f"{end - middle:.2f} s; counted in a team {shown / answered:.1%}, in a profession {counted / answered:.1%}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
