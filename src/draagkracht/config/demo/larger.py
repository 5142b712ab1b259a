"""The same organisation several times over, for looking at a large one: more campuses, more rounds, the same story. Pure."""

import copy
from typing import Any

CAMPUSES = (
    "Maasoever",
    "Heuvelzicht",
    "Lindehof",
    "Zeewind",
    "Kempen",
    "Pajotten",
    "Hageland",
    "Meetjesland",
    "Westhoek",
)


def larger(plan: dict[str, Any], times: int) -> dict[str, Any]:
    """The organisation with `times` as many departments and teams. The first ones keep their codes, and so their story."""
    made = copy.deepcopy(plan)
    for number in range(1, times):
        campus = CAMPUSES[(number - 1) % len(CAMPUSES)] + ("" if number <= len(CAMPUSES) else f" {number}")
        made["departments"] += [_again(department, number + 1, campus) for department in plan["departments"]]
    made["shifts_of"] = {
        f"{code}{end}": shift
        for code, shift in plan["shifts_of"].items()
        for end in ("", *(f"-{number + 1}" for number in range(1, times)))
    }
    return made


def _again(department: dict[str, Any], number: int, campus: str) -> dict[str, Any]:
    teams = [
        {**team, "code": f"{team['code']}-{number}", "name": f"{team['name']} {campus}"} for team in department["teams"]
    ]
    return {
        **department,
        "code": f"{department['code']}-{number}",
        "name": f"{department['name']} {campus}",
        "teams": teams,
    }


def longer(plan: dict[str, Any], story: dict[str, Any], waves: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """With `waves` closed rounds: what happened happens in the last ones; before them everything is as it was at first."""
    more = waves - plan["closed_waves"]
    if more < 0:
        raise ValueError(f"the story needs {plan['closed_waves']} rounds")
    plan, story = copy.deepcopy(plan), copy.deepcopy(story)
    plan["closed_waves"] = waves
    plan["effect"]["rounds"] = [number + more for number in plan["effect"]["rounds"]]
    for event in story["events"]:
        event["shifts"] = {name: [series[0]] * more + series for name, series in event["shifts"].items()}
    return plan, story
