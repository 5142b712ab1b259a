"""The numbers of the plan: change of the same people, difference between the arms, the mixed model.

What cannot be computed on few, constant or holed data becomes None here; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from draagkracht.science.change import ReliableCounts, count_reliable_changes
from draagkracht.science.comparison import MeanTest, paired_t, welch, wilcoxon
from draagkracht.science.effect_size import group_effect, paired_effect
from draagkracht.science.linear import Coefficient, LinearFit, ancova
from draagkracht.science.mixed import Grouping, MixedFit, fit_mixed
from draagkracht.science.prepost.result import (
    COMPARISON,
    PARTICIPANTS,
    Change,
    Difference,
    Estimate,
    Model,
    Outcome,
)
from draagkracht.science.prepost.table import Table

T = TypeVar("T")


def attempt(compute: Callable[[], T]) -> T | None:
    """What the data allow, or None: the functions of this room say with a ValueError what cannot be computed."""
    try:
        return compute()
    except ValueError:
        return None


def _of_test(test: MeanTest) -> Estimate:
    return Estimate(test.difference, test.low, test.high, test.se, test.df, test.p)


def _of_coefficient(found: Coefficient) -> Estimate:
    return Estimate(found.b, found.low, found.high, found.se, found.df, found.p)


def changes(table: Table, arm: str, moment: int, outcome: Outcome) -> Change:
    """The people of one arm, after minus before."""
    pairs = table.measured(0, arm) & table.measured(moment)
    before, after = table.at(0)[pairs], table.at(moment)[pairs]
    effect = attempt(lambda: paired_effect(before, after))
    test = attempt(lambda: paired_t(before, after))
    ranks = attempt(lambda: wilcoxon(before, after))
    n = len(before)
    same = Estimate(float((after - before).mean()), None, None) if n else None
    by_team = _change_between_teams(table, pairs, after - before)
    return Change(
        arm=arm,
        moment=moment,
        n_pairs=n,
        n_teams=table.n_teams(pairs),
        lost=int((table.measured(0, arm) & ~table.measured(moment)).sum()),
        before=float(before.mean()) if n else None,
        after=float(after.mean()) if n else None,
        change=_of_test(test) if test else same,
        change_teams=_of_coefficient(by_team["Intercept"]) if by_team else None,
        dz=Estimate(effect.dz, effect.dz_low, effect.dz_high) if effect else None,
        gz=Estimate(effect.gz, effect.gz_low, effect.gz_high) if effect else None,
        wilcoxon_p=ranks.p if ranks else None,
        reliable=_reliable(before, after, outcome),
        team_share=by_team.variances["team.Intercept"] / sum(by_team.variances.values()) if by_team else None,
    )


def _reliable(before: np.ndarray, after: np.ndarray, outcome: Outcome) -> ReliableCounts | None:
    if outcome.mdc is None or outcome.higher_is_better is None:
        return None
    return count_reliable_changes(before, after, outcome.mdc, outcome.higher_is_better)


def _change_between_teams(table: Table, pairs: np.ndarray, change: np.ndarray) -> MixedFit | None:
    """The model change ~ 1 + (1 | team); None with fewer than two known teams, or where it cannot be estimated."""
    if table.n_teams(pairs) < 2:
        return None
    teams = [table.teams[i] for i in np.flatnonzero(pairs)]
    fit = attempt(lambda: fit_mixed(change, {}, [Grouping("team", teams)]))
    return fit if fit and fit.converged else None


def adjusted_difference(table: Table, moment: int) -> Difference:
    """Participants minus comparison, people measured before and at this moment."""
    pairs = table.measured(0) & table.measured(moment)
    before, after, arm = table.at(0)[pairs], table.at(moment)[pairs], table.arm[pairs]
    mine, theirs = ((after - before)[arm == name] for name in (PARTICIPANTS, COMPARISON))
    plain = attempt(lambda: ancova(after, before, list(arm), reference=COMPARISON))
    robust = attempt(lambda: ancova(after, before, list(arm), reference=COMPARISON, robust=True).fit)
    method, adjusted = "ancova" if plain else None, _arm(plain.fit) if plain else None
    with_teams = _ancova_with_teams(table, pairs, before, after, arm) if plain else None
    if with_teams is not None:
        method, adjusted = "ancova_team", _arm(with_teams)
    gains = attempt(lambda: welch(mine, theirs))
    effect = attempt(lambda: group_effect(mine, theirs))
    return Difference(
        moment=moment,
        n_participants=len(mine),
        n_comparison=len(theirs),
        method=method,
        adjusted=adjusted,
        robust=_arm(robust) if robust else None,
        gains=_of_test(gains) if gains else None,
        g=Estimate(effect.g, effect.low, effect.high) if effect else None,
        slopes_p=plain.slopes.p if plain and plain.slopes else None,
    )


def _arm(fit: LinearFit | MixedFit) -> Estimate:
    return _of_coefficient(fit[f"group[{PARTICIPANTS}]"])


def _ancova_with_teams(
    table: Table, pairs: np.ndarray, before: np.ndarray, after: np.ndarray, arm: np.ndarray
) -> MixedFit | None:
    """None where teams add nothing (no variance, or they cannot be told from the arms): least squares says the same."""
    if table.n_teams(pairs) < 2:
        return None
    teams = [table.teams[i] for i in np.flatnonzero(pairs)]
    columns: dict[str, Any] = {"before": before, "group": list(arm)}
    reference = {"group": COMPARISON}
    fit = attempt(lambda: fit_mixed(after, columns, [Grouping("team", teams)], reference=reference))
    return fit if fit and fit.converged and not fit.singular else None


def fitted_model(table: Table) -> tuple[Model | None, str | None]:
    """The mixed model, and the flag to raise: not estimable, not converged (then no model) or singular."""
    moments = [moment for moment in table.moments if all(table.measured(moment, arm).any() for arm in table.arms)]
    place = [table.moments.index(moment) for moment in moments]
    lines, at = np.nonzero(~np.isnan(table.values[:, place])) if moments else (np.array([], int),) * 2
    if len(moments) < 2:
        return None, "model-not-estimable"
    y = table.values[:, place][lines, at]
    columns = {f"moment{moment}": (at == i).astype(float) for i, moment in enumerate(moments) if i}
    if len(table.arms) == 2:
        joined = (table.arm[lines] == PARTICIPANTS).astype(float)
        columns |= {PARTICIPANTS: joined} | {
            f"{PARTICIPANTS}:{name}": joined * there for name, there in columns.items()
        }
    fit = _with_teams_or_without(table, y, columns, lines)
    if fit is None:
        return None, "model-not-estimable"
    if not fit.converged:
        return None, "model-not-converged"
    return _told(fit, table, lines), "model-singular" if fit.singular else None


def _with_teams_or_without(
    table: Table, y: np.ndarray, columns: dict[str, np.ndarray], lines: np.ndarray
) -> MixedFit | None:
    people = Grouping("person", lines)
    there = np.zeros(len(table.arm), bool)
    there[lines] = True
    if table.n_teams(there) > 1:
        teams = Grouping("team", [table.teams[i] for i in lines])
        fit = attempt(lambda: fit_mixed(y, columns, [people, teams]))
        if fit is not None:
            return fit
    return attempt(lambda: fit_mixed(y, columns, [people]))


def _told(fit: MixedFit, table: Table, lines: np.ndarray) -> Model:
    there = np.zeros(len(table.arm), bool)
    there[lines] = True
    names = {"person.Intercept": "person", "team.Intercept": "team", "Residual": "residual"}
    return Model(
        terms={found.name: _of_coefficient(found) for found in fit.coefficients},
        variances={names[name]: value for name, value in fit.variances.items()},
        log_likelihood=fit.log_likelihood,
        n_rows=fit.n,
        n_people=int(there.sum()),
        n_teams=table.n_teams(there),
        singular=fit.singular,
    )
