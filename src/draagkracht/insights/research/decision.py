"""May this file leave, and if not: what would have to be coarser? No Django."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from draagkracht.science.anonymity import Answered, Verdict, check, search

from .background import Table, table
from .choices import FEW_ANSWERS, OUT, Choices
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

    `asked`: how many people answered the chosen waves; `left_out` of them are left out because the researcher accepted
    that, 0 when nothing was wrong. The verdict also counts people of earlier files who are not in these waves.
    """

    verdict: Verdict
    people: Sequence[int]
    asked: int
    left_out: int
    passed: bool


def decide(material: Material) -> Decision:
    """Runs the check; where people may be left out, it runs again on those who stay."""
    seen = table(material.known, material.choices)
    places = range(len(seen.people))
    inside = [place for place in places if seen.inside[place]]
    verdict = _check(material, seen, places)
    passed = verdict.passed and bool(inside)
    if passed or not material.choices.leave_out:
        return Decision(verdict, _people(seen, inside), len(inside), 0, passed)
    again = _check(material, seen, [place for place in places if not verdict.fails[place]])
    stay = [place for place in inside if not verdict.fails[place]]
    left_out = len(inside) - len(stay)
    few = left_out <= material.demand.left_out * len(inside)
    passed = again.passed and bool(stay) and few and _whole(seen, verdict.fails)
    return Decision(again if passed else verdict, _people(seen, stay), len(inside), left_out, passed)


def _people(seen: Table, places: Sequence[int]) -> list[int]:
    return [seen.people[place] for place in places]


def _whole(seen: Table, gone: Sequence[bool]) -> bool:
    """Of people who look alike in the files that left, either all are left out of this one or none: otherwise their absence
    tells what they were left out for."""
    kept = {one for one, out in zip(seen.before, gone, strict=True) if one is not None and not out}
    return kept.isdisjoint(one for one, out in zip(seen.before, gone, strict=True) if one is not None and out)


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
    places = range(len(seen.people))
    answers, both = sensitive(material, seen, places), answered(material, seen, places)
    found = []
    for one in search(seen.attributes, answers, material.demand, len(places), both):
        choices = _coarser(material.choices, seen, one.levels, one.left_out > 0)
        # Who is in an earlier file cannot always be left out of this one, which the search does not know.
        decision = decide(replace(material, choices=choices))
        if decision.passed:
            found.append(Way(choices, len(decision.people), decision.left_out))
    return found


def _coarser(choices: Choices, seen: Table, levels: Sequence[int], leave_out: bool) -> Choices:
    background = dict(choices.background)
    for attribute, steps, level in zip(seen.attributes, seen.steps, levels, strict=True):
        if attribute.name in background:
            background[attribute.name] = steps[level]
    kept = {name: step for name, step in background.items() if step != OUT}
    return replace(choices, background=kept, leave_out=leave_out)


def sensitive(material: Material, seen: Table, places: Sequence[int]) -> dict[str, list[Hashable]]:
    """A column for each sensitive question and wave of all files together; None for who has no value there."""
    told = {(record.person, record.wave): record.told for record in material.known.records}
    return {
        f"{one.id} {wave}": [told.get((seen.people[place], wave), {}).get(one.id) for place in places]
        for one in material.sensitive
        for wave in material.known.union(material.choices).waves
    }


def answered(material: Material, seen: Table, places: Sequence[int]) -> list[Answered]:
    """Own questions with few answers that are background: each must be diverse among people who are alike in all that does
    not come from answers."""
    own = {(record.person, record.wave): record.own for record in material.known.records}
    found = []
    for place, attribute in enumerate(seen.attributes):
        asked = material.known.questions.get(attribute.name, {})
        columns = tuple(
            [_plain(own.get((seen.people[one], wave), {}).get(attribute.name)) for one in places]
            for wave, question in asked.items()
            if question.kind in FEW_ANSWERS
        )
        if columns:
            found.append(Answered(place, seen.outside, columns))
    return found


def _plain(answer: Any) -> Hashable:
    return tuple(answer) if isinstance(answer, list) else answer


def _check(material: Material, seen: Table, places: Sequence[int]) -> Verdict:
    columns = [[one.levels[0][place] for place in places] for one in seen.attributes]
    answers, both = sensitive(material, seen, places), answered(material, seen, places)
    return check(columns, answers, material.demand, len(places), both)
