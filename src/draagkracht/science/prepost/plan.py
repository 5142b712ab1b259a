"""The analysis plan of a trajectory, step by step; what it means stands in `prepost.result`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from draagkracht.science.multiplicity import benjamini_hochberg, holm
from draagkracht.science.prepost.estimates import adjusted_difference, changes, fitted_model
from draagkracht.science.prepost.flags import raised
from draagkracht.science.prepost.result import (
    PARTICIPANTS,
    Change,
    Difference,
    Effect,
    Estimate,
    Flag,
    Headline,
    Model,
    MomentSummary,
    Observation,
    Outcome,
)
from draagkracht.science.prepost.table import Table, read


def analyse(outcome: Outcome, observations: Iterable[Observation]) -> Effect:
    """One outcome: see `science.prepost.analyse`."""
    table = read(observations)
    later = [moment for moment in table.moments if moment > 0]
    found = tuple(changes(table, arm, moment, outcome) for arm in table.arms for moment in later)
    compared = len(table.arms) == 2
    differences = tuple(adjusted_difference(table, moment) for moment in later) if compared else ()
    model, trouble = fitted_model(table)
    flags = raised(table, outcome, found, differences) + ([Flag(trouble)] if trouble else [])
    return Effect(
        outcome=outcome,
        summaries=tuple(_summary(table, arm, moment) for arm in table.arms for moment in table.moments),
        changes=found,
        differences=differences,
        model=model,
        headline=_headline(outcome, found, differences, model, flags),
        flags=tuple(flags),
    )


def _summary(table: Table, arm: str, moment: int) -> MomentSummary:
    there = table.measured(moment, arm)
    values = table.at(moment)[there]
    n = len(values)
    return MomentSummary(
        arm=arm,
        moment=moment,
        n=n,
        n_teams=table.n_teams(there),
        mean=float(values.mean()) if n else None,
        sd=float(values.std(ddof=1)) if n > 1 else None,
    )


def _headline(
    outcome: Outcome,
    found: Sequence[Change],
    differences: Sequence[Difference],
    model: Model | None,
    flags: Sequence[Flag],
) -> Headline | None:
    by_team = {flag.moment for flag in flags if flag.code == "change-by-team" and flag.arm == PARTICIPANTS}
    candidates: list[tuple[int, str, Estimate | None]] = []
    for difference in differences:
        candidates += [
            (difference.moment, "difference", difference.adjusted),
            (difference.moment, "gains", difference.gains),
        ]
    for change in found:
        if change.arm != PARTICIPANTS or differences:
            continue
        candidates += [
            (change.moment, "teams", change.change_teams if change.moment in by_team else None),
            (change.moment, "change", model.terms.get(f"moment{change.moment}") if model else None),
            (change.moment, "pairs", change.change),
        ]
    for moment, source, estimate in candidates:
        if estimate is not None and estimate.p is not None:
            return Headline(moment, source, estimate, _better(outcome, estimate))
    return None


def _better(outcome: Outcome, estimate: Estimate) -> bool | None:
    if outcome.higher_is_better is None or estimate.low is None or estimate.high is None:
        return None
    if estimate.low <= 0 <= estimate.high:
        return None
    return (estimate.low > 0) == outcome.higher_is_better


def analyse_all(outcomes: Sequence[tuple[Outcome, Iterable[Observation]]]) -> tuple[Effect, ...]:
    """Several outcomes: see `science.prepost.analyse_all`."""
    codes = [outcome.code for outcome, _ in outcomes]
    if len(set(codes)) < len(codes):
        raise ValueError("every outcome needs a code of its own")
    effects = [analyse(outcome, observations) for outcome, observations in outcomes]
    for primary, adjust, name in ((True, holm, "holm"), (False, benjamini_hochberg, "benjamini-hochberg")):
        places = [i for i, effect in enumerate(effects) if effect.headline and effect.outcome.primary == primary]
        heads = [effects[i].headline for i in places]
        adjusted = adjust(np.array([head.estimate.p for head in heads if head], dtype=float))
        for i, head, p in zip(places, heads, adjusted, strict=True):
            if head:
                effects[i] = replace(effects[i], headline=replace(head, p_adjusted=float(p), correction=name))
    return tuple(effects)
