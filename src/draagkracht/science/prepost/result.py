"""What goes into the analysis of a trajectory, and what comes out: plain frozen data, nothing is computed here.

Units. Every estimate stands in the metric of the outcome, except `dz`, `gz` and `g` (standard deviations) and p-values.
All intervals are 95 %. Nothing is rounded. None means: could not be estimated; a flag then says why.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from draagkracht.science.change import ReliableCounts

PARTICIPANTS = "participants"
COMPARISON = "comparison"
ARMS = (PARTICIPANTS, COMPARISON)

# Every flag that can be raised, with its meaning. A page translates the code; the codes never change.
FLAGS = {
    "no-comparison": "Nobody was measured outside the trajectory: a change is not proof of an effect.",
    "few-pairs": "Fewer than 10 people of this arm were measured before and at this moment.",
    "few-teams": "Fewer than 10 teams: what teams have in common is estimated roughly.",
    "one-team": "All people belong to one team, or no team is known: the model has no team intercept.",
    "team-changed": "Somebody's team differs between moments: the team of the first measurement counts.",
    "dropout": "More than a third of the people measured before were not measured at this moment.",
    "dropout-differs": "Who was not measured again differs between the arms (Fisher's exact p < .05).",
    "dropout-selective": "Who was not measured again scored differently before (Welch p < .05).",
    "unequal-baseline": "The arms differed by more than 0.25 standard deviation before the trajectory.",
    "ceiling": "At least 15 % had the best possible score before: they could not improve.",
    "floor": "At least 15 % had the worst possible score before: they could not get worse.",
    "constant": "The outcome, or everybody's change, is the same for all: nothing to estimate.",
    "change-by-team": "Change differs between teams (ICC of change >= .05): prefer the interval that counts teams.",
    "non-normal-residuals": "Residuals of the change are not normal (p < .01): compare with the Wilcoxon test.",
    "heteroscedastic": "The spread around the adjusted difference is unequal (Breusch-Pagan p < .01): compare with the robust interval.",
    "unequal-slopes": "The value before works differently in the two arms (p < .05): the adjusted difference is an average.",
    "regression-to-mean": "Who started lowest rose most (correlation -.5 or stronger), and there is no comparison.",
    "model-singular": "The mixed model found no variance for people or for teams.",
    "model-not-converged": "The searches for the mixed model did not agree: its numbers are not used.",
    "model-not-estimable": "The data are too few, or too regular, for the mixed model.",
    "no-mdc": "No direction or smallest detectable change is known for this outcome: people are not counted.",
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one person at one moment. `moment` 0 is before the trajectory, 1, 2, ... come after it.

    `person` and `team` are any labels (they only need to be equal for equals); `value` None or NaN is missing, and the
    row then tells only that the person belongs to the arm. A team of None means: unknown.
    """

    person: Hashable
    moment: int
    value: float | None
    team: Hashable | None = None
    arm: str = PARTICIPANTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured. `low` and `high` are the ends of the scale; `mdc` the MDC95 of one person (see science.change).

    `primary` outcomes are corrected with Holm, the others with Benjamini-Hochberg. `higher_is_better` None: no direction.
    """

    code: str
    primary: bool = False
    higher_is_better: bool | None = None
    low: float | None = None
    high: float | None = None
    mdc: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; standard error, degrees of freedom and two-sided p where they exist."""

    value: float
    low: float | None
    high: float | None
    se: float | None = None
    df: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class MomentSummary:
    """All values of one arm at one moment, paired or not. mean is None without values, sd (n - 1) with fewer than two."""

    arm: str
    moment: int
    n: int
    n_teams: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """The same people of one arm at moment 0 and at `moment` (after minus before).

    change        mean change, Student t interval and p over people
    change_teams  the same from a model with a team intercept for the change (Satterthwaite): wider where teams change
                  together. None with one team
    dz, gz        change / SD of change with noncentral t interval; gz times the exact J(n - 1)
    wilcoxon_p    signed-rank test, normal approximation with ties and continuity
    reliable      counts of people; None if the outcome has no `mdc` or no direction
    lost          people measured before and not at this moment
    team_share    share of the variance of change that lies between teams (ICC, REML), 0 to 1. None with one team
    """

    arm: str
    moment: int
    n_pairs: int
    n_teams: int
    lost: int
    before: float | None
    after: float | None
    change: Estimate | None
    change_teams: Estimate | None
    dz: Estimate | None
    gz: Estimate | None
    wilcoxon_p: float | None
    reliable: ReliableCounts | None
    team_share: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Participants minus comparison at `moment`, people measured before and at that moment.

    adjusted   ANCOVA: value after, adjusted for the value before; `method` "ancova_team" has a team intercept
               (Satterthwaite), "ancova" is ordinary least squares
    robust     ordinary ANCOVA with HC3 standard errors: a check on `adjusted`
    gains      difference of the mean changes, Welch
    g          Hedges g of the changes with noncentral t interval
    slopes_p   p of the difference in slope of the value before (homogeneity of slopes)
    """

    moment: int
    n_participants: int
    n_comparison: int
    method: str | None
    adjusted: Estimate | None
    robust: Estimate | None
    gains: Estimate | None
    g: Estimate | None
    slopes_p: float | None


@dataclass(frozen=True, slots=True)
class Model:
    """The mixed model on all values (also of people measured once) of the moments at which every arm was measured; REML.

    terms: "Intercept", "moment1", ... and, with a comparison arm, "participants", "participants:moment1", ...: the last
    is the extra change of the participants. Degrees of freedom by Satterthwaite. variances: "person", "team" (absent with one team), "residual".
    """

    terms: dict[str, Estimate]
    variances: dict[str, float]
    log_likelihood: float
    n_rows: int
    n_people: int
    n_teams: int
    singular: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning: its code (see FLAGS) and, where it applies to one arm or one moment, which."""

    code: str
    arm: str | None = None
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """The one answer per outcome, at the first moment after the trajectory that could be estimated.

    source  "difference" (adjusted difference between the arms; "gains" where it cannot be adjusted). Without a comparison
            "change" (mixed model), "teams" (`change_teams`, where change differs between teams) or "pairs" (paired t,
            where the model could not be estimated)
    better  True / False where the whole interval lies on one side of zero and the outcome has a direction, else None
    p_adjusted, correction  filled by `analyse_all`: "holm" or "benjamini-hochberg" over its outcomes
    """

    moment: int
    source: str
    estimate: Estimate
    better: bool | None
    p_adjusted: float | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything about one outcome. `changes` and `differences` stand in order of arm and moment."""

    outcome: Outcome
    summaries: tuple[MomentSummary, ...]
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    model: Model | None
    headline: Headline | None
    flags: tuple[Flag, ...]

    def flagged(self, code: str, arm: str | None = None, moment: int | None = None) -> bool:
        """True if the flag was raised (for that arm and that moment, where given)."""
        return any(
            flag.code == code and arm in (None, flag.arm) and moment in (None, flag.moment) for flag in self.flags
        )
