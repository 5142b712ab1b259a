"""The effect of a trajectory: the analysis plan for before, after and follow-up, with or without a comparison group.

    from draagkracht.science.prepost import Observation, Outcome, analyse, analyse_all

    effect = analyse(Outcome("engagement", primary=True, higher_is_better=True, low=0, high=6, mdc=0.9),
                     [Observation(person="p1", moment=0, value=3.2, team="A"), ...])
    effect.changes[0].change.value, effect.headline.estimate.low, effect.flagged("no-comparison")

The plan was fixed before any data: mean change of the same people with interval, dz and gz; between the arms an ANCOVA
(value after, adjusted for the value before) with a team intercept, and Hedges g of the changes; one mixed model on all
values (moment x arm, intercepts for persons and teams, REML, Satterthwaite); people counted against the smallest
detectable change; Holm for primary outcomes, Benjamini-Hochberg for the others; flags for what may mislead.

Missing values take nobody out of the mixed model; paired results use the people measured at both moments. Whatever the
order of the rows or the names of people and teams, the result is the same. Source: Twisk et al. 2018 (ANCOVA and mixed
models for trials), Morris & DeShon 2002 (effect sizes), Jacobson & Truax 1991 (persons).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from draagkracht.science.prepost.result import (
    ARMS,
    COMPARISON,
    FLAGS,
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

__all__ = [
    "ARMS",
    "COMPARISON",
    "FLAGS",
    "PARTICIPANTS",
    "Change",
    "Difference",
    "Effect",
    "Estimate",
    "Flag",
    "Headline",
    "Model",
    "MomentSummary",
    "Observation",
    "Outcome",
    "analyse",
    "analyse_all",
]


def analyse(outcome: Outcome, observations: Iterable[Observation]) -> Effect:
    """One outcome. Rows may come in any order; nobody needs to be measured at every moment.

    Never raises for data that are merely few, constant or holed: the parts that cannot be computed are None and a flag
    says why. ValueError for contradictions: an unknown arm, a person in two arms, two values of one person at one moment,
    a moment below 0, an infinite value, no value at all.
    """
    from draagkracht.science.prepost.plan import analyse as carry_out

    return carry_out(outcome, observations)


def analyse_all(outcomes: Sequence[tuple[Outcome, Iterable[Observation]]]) -> tuple[Effect, ...]:
    """Several outcomes of one trajectory, in the given order, with p-values corrected for their number.

    Holm over the headlines of the primary outcomes, Benjamini-Hochberg over those of the others; an outcome without a
    headline takes no part. ValueError as `analyse`, or if two outcomes have the same code.
    """
    from draagkracht.science.prepost.plan import analyse_all as carry_out

    return carry_out(outcomes)
