"""From people to teams: number, mean and spread of every scale in every team, all teams at once.

Missing data. A missing score is left out of that scale only; a person whose team is not known (None or NaN) is left out
altogether. So n may differ between the scales of one team. Nothing is withheld here: what may be shown is decided by
the disclosure rules, not by this module.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from draagkracht.science.agreement import Teams, teams_from
from draagkracht.science.tables import Floats, Groups, Whole, as_table, moments


@dataclass(frozen=True, slots=True, eq=False)
class Aggregated:
    """Teams (rows, in the order of `labels`) by scales (columns).

    `n` people with a score, their `mean` (NaN for n = 0) and standard deviation `sd` (n - 1; NaN for n < 2), each of
    shape (teams, scales). `icc` per scale: its ANOVA over teams, or None where that cannot be computed.
    """

    labels: tuple[Hashable, ...]
    n: Whole
    mean: Floats
    sd: Floats
    icc: tuple[Teams | None, ...]


def aggregate(scores: ArrayLike, teams: ArrayLike | Iterable[Hashable]) -> Aggregated:
    """`scores` (n people, s scales) per team of `teams` (n labels); one pass over every scale.

    Raises ValueError for a number of labels that is not n. A scale without an ICC (one team, nobody with a score, equal
    scores) has None in its place.
    """
    table = as_table(scores, "scores")
    groups = Groups.of(teams, table.shape[0])
    found = moments(table, groups)
    sd = np.full(found.n.shape, nan)
    np.divide(found.squares, found.n - 1, out=sd, where=found.n > 1)
    icc: list[Teams | None] = []
    for scale in range(table.shape[1]):
        try:
            icc.append(teams_from(found, scale))
        except ValueError:
            icc.append(None)
    return Aggregated(groups.labels, found.n, found.mean, np.sqrt(sd), tuple(icc))
