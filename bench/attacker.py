"""The attacker on made-up organisations, planned wave after wave: whom does it find, and how long does it take?

python bench/attacker.py [--seeds 5] [--teams 48] [--waves 8] [--response 0.9] [--answers usual|hostile] [--forgetful]

--forgetful plans each wave as if there had been no other, for comparison.
"""

import argparse
import random
import sys
import time

from draagkracht.science import attack
from draagkracht.science.disclosure import Member, Plan, Policy, plan

TURNOVER = 0.09
WAVES_A_YEAR = 4


def plans(seed: int, teams: int, waves: int, response: float, forgetful: bool = False) -> list[Plan]:
    """Each wave as `release` plans it. Of the 9 % who change, half move to a team by lot, half are replaced."""
    draw = random.Random(seed)
    home = dict(enumerate(team for team in range(teams) for _ in range(draw.randint(5, 15))))
    made: list[Plan] = []
    for number in range(waves):
        if number:
            _turn_over(home, draw, teams)
        members = [
            Member(person, ("org", f"department {team // 8}", f"team {team:03}"), draw.random() < response)
            for person, team in home.items()
        ]
        groups = made[-1].groups if number % WAVES_A_YEAR else ()
        earlier = [] if forgetful else [one.atoms for one in made]
        made.append(plan(members, Policy(), seed="org 5", groups=groups, earlier=earlier))
    return made


def _turn_over(home: dict[int, int], draw: random.Random, teams: int) -> None:
    for person in list(home):
        if draw.random() < TURNOVER:
            if draw.random() < 0.5:
                home[person] = draw.randrange(teams)
            else:
                home[max(home) + 1] = home.pop(person)


def stored(number: int, made: Plan) -> attack.Wave:
    """A plan as its release would store it, and as the attacker reads it."""
    return attack.wave(
        f"wave {number}",
        {" / ".join(path): people for path, people in made.atoms.items()},
        {" / ".join(path): {"n": unit.n, "reason": unit.reason or ""} for path, unit in made.units.items()},
        made.groups,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--teams", type=int, default=48)
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--response", type=float, default=0.9)
    parser.add_argument("--answers", choices=["usual", "hostile"], default="usual")
    parser.add_argument("--forgetful", action="store_true")
    options = parser.parse_args()
    for seed in range(1, options.seeds + 1):
        made = plans(seed, options.teams, options.waves, options.response, options.forgetful)
        history = [stored(number, one) for number, one in enumerate(made)]
        answers = {"usual": attack.usual, "hostile": attack.hostile}[options.answers](history)
        began, spent = time.monotonic(), time.process_time()
        found = attack.attack(history, answers=answers)
        sharp = sum(width < 1 / 8 for width in found.pinned.values())
        width = found.narrowest.width if found.narrowest else 1
        sys.stdout.write(
            f"seed {seed}: {found.people} people, found {len(found.found)} ({len(found.outside)} without an insider), "
            f"below 1/8 of the range {sharp}, narrowest {width:.3f}; "
            f"{time.monotonic() - began:.1f} s, {time.process_time() - spent:.1f} s of processor\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
