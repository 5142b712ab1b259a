"""From rows as they come to one line per person: arm, team, and the value at every moment."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import isinf, isnan

import numpy as np

from draagkracht.science.prepost.result import ARMS, Observation


@dataclass(frozen=True, slots=True)
class Table:
    """People in rows. `values` has a column per moment (NaN: not measured); `teams` labels, a person's own where unknown.

    `known` tells whose team is known; `moments` and `arms` are those at (in) which anybody was measured, in order.
    """

    arm: np.ndarray
    teams: list[Hashable]
    known: np.ndarray
    values: np.ndarray
    moments: tuple[int, ...]
    arms: tuple[str, ...]
    team_changed: bool

    def at(self, moment: int) -> np.ndarray:
        """The values of everybody at a moment; all NaN if nobody was measured."""
        if moment not in self.moments:
            return np.full(len(self.arm), np.nan)
        return self.values[:, self.moments.index(moment)]

    def measured(self, moment: int, arm: str | None = None) -> np.ndarray:
        """Who has a value at a moment (truth values)."""
        there = ~np.isnan(self.at(moment))
        return there if arm is None else there & (self.arm == arm)

    def n_teams(self, rows: np.ndarray) -> int:
        """How many known teams some people (truth values) come from."""
        return len({self.teams[i] for i in np.flatnonzero(rows & self.known)})


def read(observations: Iterable[Observation]) -> Table:
    """One line per person. ValueError for contradictions (see `analyse`)."""
    arms: dict[Hashable, str] = {}
    teams: dict[Hashable, dict[int, Hashable]] = {}
    values: dict[tuple[Hashable, int], float] = {}
    for row in observations:
        _must_be_possible(row)
        if arms.setdefault(row.person, row.arm) != row.arm:
            raise ValueError("a person cannot belong to both arms")
        if row.team is not None:
            teams.setdefault(row.person, {})[row.moment] = row.team
        if row.value is None or isnan(row.value):
            continue
        if (row.person, row.moment) in values:
            raise ValueError(f"a person has two values at moment {row.moment}")
        values[row.person, row.moment] = float(row.value)
    if not values:
        raise ValueError("nobody was measured")
    return _table(arms, teams, values)


def _must_be_possible(row: Observation) -> None:
    if row.arm not in ARMS:
        raise ValueError(f"unknown arm {row.arm!r}, known are {' and '.join(ARMS)}")
    if row.moment < 0:
        raise ValueError(f"moments count from 0, not {row.moment}")
    if row.value is not None and isinf(row.value):
        raise ValueError("a value must be finite")


def _table(
    arms: dict[Hashable, str],
    teams: dict[Hashable, dict[int, Hashable]],
    values: dict[tuple[Hashable, int], float],
) -> Table:
    moments = tuple(sorted({moment for _, moment in values}))
    people = {person: line for line, person in enumerate(arms)}
    matrix = np.full((len(people), len(moments)), np.nan)
    for (person, moment), value in values.items():
        matrix[people[person], moments.index(moment)] = value
    first = {person: at[min(at)] for person, at in teams.items()}
    arm = np.array(list(arms.values()))
    measured = ~np.isnan(matrix).all(axis=1)
    return Table(
        arm=arm,
        teams=[("team", first[person]) if person in first else ("alone", person) for person in arms],
        known=np.array([person in first for person in arms]),
        values=matrix,
        moments=moments,
        arms=tuple(name for name in ARMS if (measured & (arm == name)).any()),
        team_changed=any(len(set(at.values())) > 1 for at in teams.values()),
    )
