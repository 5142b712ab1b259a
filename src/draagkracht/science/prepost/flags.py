"""What may mislead: the flags of an analysis, each with the rule that raises it (their meaning: `FLAGS`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from draagkracht.science.comparison import welch
from draagkracht.science.effect_size import group_effect
from draagkracht.science.linear import ancova, equal_spread, normality
from draagkracht.science.prepost.estimates import attempt
from draagkracht.science.prepost.result import COMPARISON, PARTICIPANTS, Change, Difference, Flag, Outcome
from draagkracht.science.prepost.table import Table

FEW_PAIRS = 10
FEW_TEAMS = 10
MUCH_DROPOUT = 1 / 3
UNEQUAL = 0.25
AT_THE_END = 0.15
TEAM_SHARE = 0.05
DOUBT = 0.05
STRONG_DOUBT = 0.01
STRONG_RETURN = -0.5


def raised(table: Table, outcome: Outcome, found: Sequence[Change], differences: Sequence[Difference]) -> list[Flag]:
    """All flags except those of the mixed model, in a fixed order."""
    flags = [*_of_design(table, outcome), *_of_start(table, outcome)]
    for change in found:
        flags += _of_change(table, change, alone=not differences)
    for difference in differences:
        flags += _of_difference(table, difference)
    return flags


def _of_design(table: Table, outcome: Outcome) -> Iterator[Flag]:
    if COMPARISON not in table.arms:
        yield Flag("no-comparison")
    n_teams = table.n_teams(~np.isnan(table.values).all(axis=1))
    if n_teams < 2:
        yield Flag("one-team")
    elif n_teams < FEW_TEAMS:
        yield Flag("few-teams")
    if table.team_changed:
        yield Flag("team-changed")
    if outcome.mdc is None or outcome.higher_is_better is None:
        yield Flag("no-mdc")


def _of_start(table: Table, outcome: Outcome) -> Iterator[Flag]:
    start = {arm: table.at(0)[table.measured(0, arm)] for arm in table.arms}
    best, worst = (outcome.low, outcome.high) if outcome.higher_is_better is False else (outcome.high, outcome.low)
    for arm, values in start.items():
        for code, end in (("ceiling", best), ("floor", worst)):
            if end is not None and len(values) and float((values == end).mean()) >= AT_THE_END:
                yield Flag(code, arm, 0)
    if len(start) == 2:
        effect = attempt(lambda: group_effect(start[PARTICIPANTS], start[COMPARISON]))
        if effect and abs(effect.d) > UNEQUAL:
            yield Flag("unequal-baseline", None, 0)


def _of_change(table: Table, change: Change, alone: bool) -> Iterator[Flag]:
    arm, moment = change.arm, change.moment
    pairs = table.measured(0, arm) & table.measured(moment)
    differences = (table.at(moment) - table.at(0))[pairs]
    if change.n_pairs < FEW_PAIRS:
        yield Flag("few-pairs", arm, moment)
    if change.n_pairs > 1 and change.change and change.change.p is None:
        yield Flag("constant", arm, moment)
    yield from _of_dropout(table, change)
    if change.team_share is not None and change.team_share >= TEAM_SHARE:
        yield Flag("change-by-team", arm, moment)
    normal = normality(differences)
    if normal and normal.p < STRONG_DOUBT:
        yield Flag("non-normal-residuals", arm, moment)
    if alone and change.n_pairs >= FEW_PAIRS and _return(table.at(0)[pairs], differences) <= STRONG_RETURN:
        yield Flag("regression-to-mean", arm, moment)


def _return(before: np.ndarray, change: np.ndarray) -> float:
    """The correlation of the start with the change; 0 if one of them is constant."""
    if np.ptp(before) == 0 or np.ptp(change) == 0:
        return 0.0
    return float(np.corrcoef(before, change)[0, 1])


def _of_dropout(table: Table, change: Change) -> Iterator[Flag]:
    measured = change.n_pairs + change.lost
    if measured and change.lost > MUCH_DROPOUT * measured:
        yield Flag("dropout", change.arm, change.moment)
    stayed = table.measured(change.moment)
    start = table.measured(0, change.arm)
    test = attempt(lambda: welch(table.at(0)[start & ~stayed], table.at(0)[start & stayed]))
    if test and test.p < DOUBT:
        yield Flag("dropout-selective", change.arm, change.moment)


def _of_difference(table: Table, difference: Difference) -> Iterator[Flag]:
    moment = difference.moment
    if _dropout_p(table, moment) < DOUBT:
        yield Flag("dropout-differs", None, moment)
    if difference.slopes_p is not None and difference.slopes_p < DOUBT:
        yield Flag("unequal-slopes", None, moment)
    pairs = table.measured(0) & table.measured(moment)
    before, after, arm = table.at(0)[pairs], table.at(moment)[pairs], list(table.arm[pairs])
    plain = attempt(lambda: ancova(after, before, arm, reference=COMPARISON))
    if plain is None:
        return
    spread, normal = equal_spread(plain.fit), normality(plain.fit.residuals)
    if spread and spread.p < STRONG_DOUBT:
        yield Flag("heteroscedastic", None, moment)
    if normal and normal.p < STRONG_DOUBT:
        yield Flag("non-normal-residuals", None, moment)


def _dropout_p(table: Table, moment: int) -> float:
    """Fisher's exact test of arm by measured again, among those measured before; 1 where it cannot differ."""
    from scipy.stats import fisher_exact

    stayed = table.measured(moment)
    counts = [
        [int((table.measured(0, arm) & stayed).sum()), int((table.measured(0, arm) & ~stayed).sum())]
        for arm in table.arms
    ]
    return float(fisher_exact(counts).pvalue)
