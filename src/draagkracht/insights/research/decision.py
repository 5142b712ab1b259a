"""May this file leave, and if not: what would have to be coarser? No Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from draagkracht.science.anonymity import Verdict, check, search

from .background import Table, table
from .choices import OUT, Choices
from .gather import Material, narrowed


@dataclass(frozen=True)
class Way:
    """A proposal: these choices pass, with so many people in the file and so many left out."""

    choices: Choices
    people: int
    left_out: int


@dataclass(frozen=True)
class Decision:
    """The verdict on what was asked for, whom the file would hold, and whether it may leave.

    `left_out` people are left out because the researcher accepted that; 0 when nothing was wrong.
    """

    verdict: Verdict
    people: Sequence[int]
    left_out: int
    passed: bool


def decide(material: Material) -> Decision:
    """Runs the check; where people may be left out, it runs again on those who stay."""
    seen = table(material.known, material.choices)
    verdict = _check(material, seen, range(len(seen.people)))
    if verdict.passed or not material.choices.leave_out:
        return Decision(verdict, seen.people, 0, verdict.passed)
    stay = [place for place, fails in enumerate(verdict.fails) if not fails]
    left_out = verdict.people - len(stay)
    again = _check(material, seen, stay)
    passed = again.passed and left_out <= material.demand.left_out * verdict.people
    return Decision(again if passed else verdict, [seen.people[place] for place in stay], left_out, passed)


def ways(material: Material) -> list[Way]:
    """What would pass, the least loss first. Without any for these waves: with fewer, the oldest going first."""
    waves = material.choices.waves
    for start in range(len(waves)):
        found = _ways(narrowed(material, waves[start:]))
        if found:
            return found
    return []


def _ways(material: Material) -> list[Way]:
    seen = table(material.known, material.choices)
    people = len(seen.people)
    found = search(seen.attributes, sensitive(material, seen), material.demand, people)
    return [
        Way(_coarser(material.choices, seen, one.levels, one.left_out > 0), people - one.left_out, one.left_out)
        for one in found
    ]


def _coarser(choices: Choices, seen: Table, levels: Sequence[int], leave_out: bool) -> Choices:
    background = dict(choices.background)
    for attribute, steps, level in zip(seen.attributes, seen.steps, levels, strict=True):
        if attribute.name in background:
            background[attribute.name] = steps[level]
    kept = {name: step for name, step in background.items() if step != OUT}
    return replace(choices, background=kept, leave_out=leave_out)


def sensitive(material: Material, seen: Table) -> Mapping[str, list[int | None]]:
    """A column of bands for each sensitive scale and wave; None for who has no value there."""
    bands = {
        (record.person, record.wave): record.bands
        for record in material.known.records
        if record.wave in material.choices.waves
    }
    return {
        f"{one.id} {wave}": [bands.get((person, wave), {}).get(one.id) for person in seen.people]
        for one in material.sensitive
        for wave in material.choices.waves
    }


def _check(material: Material, seen: Table, places: Sequence[int]) -> Verdict:
    columns = [[one.levels[0][place] for place in places] for one in seen.attributes]
    answers = {name: [column[place] for place in places] for name, column in sensitive(material, seen).items()}
    return check(columns, answers, material.demand, len(places))
