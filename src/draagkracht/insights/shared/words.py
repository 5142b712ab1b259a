"""Sentences made from published numbers, by rule. No difference inside the uncertainty is ever called a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights.shared.published import Measure
from draagkracht.ui.charts import Estimate


def doubts(measures: Sequence[Measure]) -> list[str]:
    """What is not settled about the questionnaires whose results are shown: a sentence for each kind of doubt."""
    provisional = sorted({one.instrument for one in measures if one.data["provisional"]})
    unstudied = sorted({one.instrument for one in measures if one.data.get("unstudied")})
    said = []
    if provisional:
        said.append(
            _(
                "Provisional: %(names)s. Not everything about the questions, the score or the limits could be checked in its "
                "source. Compare with earlier rounds rather than with limits."
            )
            % {"names": ", ".join(provisional)}
        )
    if unstudied:
        said.append(
            _("Not yet studied: %(names)s. Nobody has tested yet how well these questions measure.")
            % {"names": ", ".join(unstudied)}
        )
    return said


def apart(one: Estimate, other: Estimate) -> bool:
    """The two intervals do not touch: the difference is larger than the uncertainty of both together."""
    if one.interval is None or other.interval is None:
        return False
    return one.interval[0] > other.interval[1] or one.interval[1] < other.interval[0]


@dataclass(frozen=True)
class Comparison:
    """A unit beside the organisation on one measure. `spread` is the released spread between people."""

    measure: Measure
    own: Estimate
    other: Estimate
    spread: float

    @property
    def clear(self) -> bool:
        return apart(self.own, self.other)

    @property
    def higher(self) -> bool:
        return (self.own.value or 0.0) > (self.other.value or 0.0)

    @property
    def favourable(self) -> bool:
        return self.higher == (self.measure.favourable == "high")

    @property
    def distance(self) -> float:
        """Distance in spreads between people, 0 where either value is missing."""
        if self.own.value is None or self.other.value is None:
            return 0.0
        return abs(self.own.value - self.other.value) / (self.spread or 1.0)


def clear_ones(comparisons: Sequence[Comparison]) -> tuple[list[Comparison], list[Comparison]]:
    """Clear differences as (favourable, unfavourable), farthest first. A part counts only where its total is not clear."""
    totals = {c.measure.data["family"] for c in comparisons if c.clear and not c.measure.part_of}
    clear = [c for c in comparisons if c.clear and not (c.measure.part_of and c.measure.data["family"] in totals)]
    ordered = sorted(clear, key=lambda c: (-c.distance, c.measure.id))
    return [c for c in ordered if c.favourable], [c for c in ordered if not c.favourable]


def headline(comparisons: Sequence[Comparison], shown: bool, whom: str, lead: Sequence[str] = ()) -> str:
    """The sentence above a unit's page; `whom` names the whole that it is beside, and is empty for that whole itself.

    The themes of `lead` (ids) are named before others that stand out too: they are what the page suggests to talk about.
    """
    if not shown:
        return _("This round, no figures of this team can be shown.")
    order = {name: at for at, name in enumerate(lead)}
    good, bad = (sorted(side, key=lambda c: order.get(c.measure.id, len(order))) for side in clear_ones(comparisons))
    parts = [_("%(theme)s stands out in a good way.") % {"theme": good[0].measure.title}] if good else []
    parts += [_("%(theme)s asks for attention.") % {"theme": bad[0].measure.title}] if bad else []
    if not parts and not whom:
        return _("These are the figures of everybody together.")
    return " ".join(parts) or _("No clear difference from %(whom)s.") % {"whom": whom}


def change(now: Estimate, before: Estimate, when: str, reworded: bool = False) -> str:
    """What may be said about the course since an earlier round; empty when one of the two is not shown.

    Where the questions were `reworded` no difference is called one: it may come from the words.
    """
    if now.value is None or before.value is None:
        return ""
    if reworded:
        return _("The wording of the questions changed after %(when)s: compare with care.") % {"when": when}
    if not apart(now, before):
        return _("Too little difference with %(when)s to speak of a change.") % {"when": when}
    if now.value > before.value:
        return _("Higher than in %(when)s: the difference is larger than the uncertainty.") % {"when": when}
    return _("Lower than in %(when)s: the difference is larger than the uncertainty.") % {"when": when}


def untold(now: Estimate, when: str) -> str:
    """Why nothing is said about the change since an earlier round: which of the two figures is not there."""
    if now.value is None:
        return _("There is no figure of this round, so nothing can be said about a change.")
    return _("There is no figure of %(when)s, so nothing can be said about a change since then.") % {"when": when}


def reworded(changed: bool) -> str:
    """What stands beside a course in which the words changed."""
    return _("The wording of the questions changed in between: compare with care.") if changed else ""


def moved(measure: Measure, now: Estimate, before: Estimate) -> str:
    """ "better", "worse" or "" (no claim) for a measure between two rounds."""
    if not apart(now, before):
        return ""
    return "better" if ((now.value or 0) > (before.value or 0)) == (measure.favourable == "high") else "worse"


def first(whole: bool, unit: str) -> str:
    """The sentence above the organisation's page where there is no earlier round about the same people."""
    if not whole:
        return _("This is the first round about %(unit)s alone.") % {"unit": unit}
    return _("This is the first round: from here on you can see what changes.")


def course(moves: Sequence[tuple[Measure, str]], when: str) -> str:
    """The sentence above the organisation's page; `when` names the round before.

    Each theme comes with "better", "worse", "" or "reworded": then nothing is claimed about it but that.
    """
    other = [measure.title for measure, move in moves if move == "reworded"]
    if other and len(other) == len(moves):
        return _("The wording of the questions changed after %(when)s: compare with care.") % {"when": when}
    better = [measure.title for measure, move in moves if move == "better"]
    worse = [measure.title for measure, move in moves if move == "worse"]
    parts = (
        [_("%(theme)s is more favourable than in %(when)s.") % {"theme": listed(better), "when": when}]
        if better
        else []
    )
    parts += (
        [_("%(theme)s is less favourable than in %(when)s.") % {"theme": listed(worse), "when": when}] if worse else []
    )
    parts = parts or [_("No clear change since %(when)s.") % {"when": when}]
    if other:
        told = {"theme": listed(other), "when": when}
        parts.append(_("%(theme)s: the wording changed after %(when)s, so compare with care.") % told)
    return " ".join(parts)


def listed(titles: Sequence[str]) -> str:
    """One or two themes by name, the others by number."""
    if len(titles) <= 2:
        return _(" and ").join(titles)
    rest = len(titles) - 2
    more = ngettext("%(count)s other theme", "%(count)s other themes", rest) % {"count": rest}
    return _("%(first)s, %(second)s and %(more)s") % {"first": titles[0], "second": titles[1], "more": more}


def response(low: int | None, high: int | None) -> str:
    """The response of a unit as it may be told; empty for a unit with fewer than ten people invited."""
    if low is None or high is None:
        return ""
    if high <= 10:
        return _("At most 10%% filled it in") % ()
    if low >= 90:
        return _("At least 90%% filled it in") % ()
    return _("%(low)s to %(high)s%% filled it in") % {"low": low, "high": high}
