"""What may be published about groups: pure code, no Django, no database.

Two halves that never mix. `plan` decides from the staff list and from who answered which units may be shown; it sees no
answer. The `release_...` functions then turn answers into figures whose precision depends on numbers of respondents only.

Done here: the frozen count, exact suppression within one wave, comparison with all earlier waves, coarsening, the rule for
text answers, participation. The attacker (`science.attack`) shares nothing with this package; `science.gate` lets it stop a
release. See docs/reference/disclosure.md.
"""

from draagkracht.science.disclosure.bands import release_bands
from draagkracht.science.disclosure.breakdown import Merged, Placed, merged, plan_breakdown
from draagkracht.science.disclosure.coarsen import Cell, Scale, derived_means, release_many, release_means
from draagkracht.science.disclosure.participation import live_participation, participation_band
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.spread import pooled_spread, pooled_spreads
from draagkracht.science.disclosure.structure import Member, Path, Person, Plan, UnitPlan, plan
from draagkracht.science.disclosure.table import unit_means
from draagkracht.science.disclosure.texts import Text, TextRelease, release_texts

__all__ = [
    "Cell",
    "Member",
    "Merged",
    "Path",
    "Person",
    "Placed",
    "Plan",
    "Policy",
    "Scale",
    "Text",
    "TextRelease",
    "UnitPlan",
    "derived_means",
    "live_participation",
    "merged",
    "participation_band",
    "plan",
    "plan_breakdown",
    "pooled_spread",
    "pooled_spreads",
    "release_bands",
    "release_many",
    "release_means",
    "release_texts",
    "unit_means",
]
