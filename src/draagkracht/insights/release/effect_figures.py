"""From the answers of an effect's people to what may be told of them: one measure at a time."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from draagkracht.insights.release.measures import Measured
from draagkracht.science.disclosure import Path, Plan, Policy, UnitPlan, derived_means, release_many
from draagkracht.science.disclosure.coarsen import Cell
from draagkracht.science.disclosure.effects import EffectFigures, tell
from draagkracht.science.disclosure.pairs import Counted, team_cells
from draagkracht.science.disclosure.spread import PUBLIC
from draagkracht.science.prepost import Observation, analyse
from draagkracht.science.prepost import Outcome as Question
from draagkracht.science.prepost.result import COMPARISON, PARTICIPANTS

# Arms further apart than this before the trajectory, in released spreads between people, are flagged.
UNEQUAL = 0.25
Scores = Mapping[uuid.UUID, Mapping[str, float | None]]


@dataclass(frozen=True)
class Outcome:
    """A measure of a study: as published, its parts where it is a total, and the k of each of its rounds."""

    measure: Measured
    parts: list[Measured]
    primary: bool
    k: int
    ks: list[int]

    @property
    def family(self) -> str:
        return self.measure.data["family"]

    @property
    def finest(self) -> list[Measured]:
        """What is released: the parts of a total, else the measure itself."""
        return self.parts or [self.measure]


@dataclass(frozen=True)
class Answers:
    """Unsealed scores of each moment by pseudonym, and everybody's team. It lives only while an effect is made."""

    moments: list[Scores]
    teams: Mapping[uuid.UUID, Hashable]

    def of(self, person: uuid.UUID, measure: str) -> list[float | None]:
        """One person's scores over the moments; None where there is none."""
        return [(moment.get(person) or {}).get(measure) for moment in self.moments]


@dataclass(frozen=True)
class Made:
    """What is told of one measure: arms and figures as `ReleasedEffect` stores them, or the reason why not."""

    arms: dict[str, dict[str, Any]]
    figures: dict[str, Any]
    reason: str = ""


def figures(outcome: Outcome, counted: Counted, answers: Answers, spread_before: float | None) -> Made:
    """The figures of one measure for the people that were chosen; "no-data" where too few of them have a score."""
    policy = Policy(k=outcome.k)
    scored = {
        arm: [person for person in people if _complete(outcome, answers, person)]
        for arm, people in counted.arms.items()
    }
    means = _means(outcome, counted, answers, scored, policy)
    if any(cell.value is None for cells in means.values() for cell in cells):
        return Made({}, {}, "no-data")
    cells = {arm: team_cells(people, answers.teams, outcome.k) for arm, people in counted.arms.items()}
    effect = analyse(_question(outcome), _observations(outcome, answers, scored, cells))
    scale = outcome.measure.scale
    told = tell(effect, means, scale.high - scale.low, policy)
    arms = {
        arm: {
            "n": len(people),
            "teams": len(set(cells[arm].values())),
            "cells": [[cell.low, cell.value, cell.high] for cell in means[arm]],
        }
        for arm, people in counted.arms.items()
    }
    between = spread_before or PUBLIC * (scale.high - scale.low)
    return Made(arms, _stored(told, _unequal(means, between)) | {"spread_scores": between})


def _complete(outcome: Outcome, answers: Answers, person: uuid.UUID) -> bool:
    names = {outcome.measure.id, *(part.id for part in outcome.parts)}
    return all(value is not None for name in names for value in answers.of(person, name))


def _means(
    outcome: Outcome, counted: Counted, answers: Answers, scored: Mapping[str, Sequence[uuid.UUID]], policy: Policy
) -> dict[str, list[Cell]]:
    """Released means by arm and moment, of the people with a score at every moment; n stays the frozen one."""
    plan = arms_as_units(counted.arms)
    people = [person for own in scored.values() for person in own]
    found: dict[str, list[Cell]] = {arm: [] for arm in counted.arms}
    for at in range(len(answers.moments)):
        rows = [[answers.of(person, one.id)[at] for one in outcome.finest] for person in people]
        table = np.array(rows, dtype=np.float64).reshape(len(people), len(outcome.finest))
        released = release_many(plan, people, table, [one.scale for one in outcome.finest], policy)
        weights = [outcome.measure.weights[part.id] for part in outcome.parts]
        cells = derived_means(released, weights) if outcome.parts else released[0]
        for arm in found:
            found[arm].append(cells[(arm,)])
    return found


def arms_as_units(arms: Mapping[str, Sequence[uuid.UUID]]) -> Plan:
    """The arms as units of one atom each, so that their means are released by the same code as those of units."""
    paths: dict[str, Path] = {arm: (arm,) for arm in arms}
    units = {
        path: UnitPlan(path, len(arms[arm]), len(arms[arm]), len(arms[arm]), None, (), 0, (path,))
        for arm, path in paths.items()
    }
    return Plan(units, {paths[arm]: tuple(people) for arm, people in arms.items()}, frozenset(), ())


def _question(outcome: Outcome) -> Question:
    data = outcome.measure.data
    return Question(
        outcome.measure.id, outcome.primary, data["favourable"] == "high", data["low"], data["high"], data.get("mdc")
    )


def _observations(
    outcome: Outcome, answers: Answers, scored: Mapping[str, Sequence[uuid.UUID]],
    cells: Mapping[str, Mapping[uuid.UUID, int]],
) -> list[Observation]:  # fmt: skip
    """Complete records, sorted by their values within arm and team: whose record it is can not show in a last bit."""
    found = []
    for arm, people in scored.items():
        records = [(cells[arm][person], answers.of(person, outcome.measure.id)) for person in people]
        found += [(arm, f"{arm} {team}", values) for team, values in sorted(records)]
    return [
        Observation(person, moment, value, team, arm)
        for person, (arm, team, values) in enumerate(found)
        for moment, value in enumerate(values)
    ]


def _unequal(means: Mapping[str, Sequence[Cell]], spread: float) -> bool:
    """Whether the released means differ clearly before the trajectory."""
    if COMPARISON not in means:
        return False
    return abs(means[PARTICIPANTS][0].value - means[COMPARISON][0].value) > UNEQUAL * spread  # type: ignore[operator]


def _stored(told: EffectFigures, unequal: bool) -> dict[str, Any]:
    found = asdict(told)
    found["flags"] = [list(flag) for flag in told.flags] + ([["unequal-baseline", None, 0]] if unequal else [])
    found["headline"] = asdict(told.headline) if told.headline else None
    return found
