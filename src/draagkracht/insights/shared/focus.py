"""What a team could talk about: two themes with the reason in one sentence, made by rule from published numbers.

The rule stands in science.focus. Nothing inside the uncertainty is called a difference, no cause is claimed, and a theme
that a team can not change itself (how people feel) is never suggested as something to work on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.insights.shared import talk
from draagkracht.insights.shared.benchmark import Beside, who
from draagkracht.insights.shared.published import Measure
from draagkracht.insights.shared.relations import Impacts, Relation
from draagkracht.insights.shared.words import Comparison, clear_ones, listed
from draagkracht.science.focus import Focus, Link, Place, choose, heaviest

# What a team can change itself.
CHANGEABLE = ("demand", "resource")
# Measure id -> the figure of others that stands beside it.
Others = Mapping[str, Beside]
NOBODY: Others = {}


@dataclass(frozen=True)
class Point:
    """A suggestion for the conversation: a theme (its measure), a tag, why, what (not) changed, how to talk about it."""

    measure: str
    tag: str
    title: str
    why: str
    change: str
    keep: bool
    talk: talk.Talk


@dataclass(frozen=True)
class Choice:
    """Where fewer than two themes stand out: why, and themes to choose from, with the words that introduce them."""

    tag: str
    title: str
    why: str
    lead: str
    talks: tuple[talk.Talk, ...]


@dataclass(frozen=True)
class Suggestions:
    """At most two points, a choice where there are fewer, one first step, and how the points were chosen."""

    points: tuple[Point, ...]
    choice: Choice | None
    step: talk.Step | None
    note: str


def suggestions(
    compared: Sequence[Comparison], changes: Mapping[str, str], whom: str, impact: Impacts, others: Others = NOBODY
) -> Suggestions:
    """Two focuses out of a unit's comparisons; `whom` names what it is beside, `changes` hold a sentence for each measure.

    `impact` are the relations that were published with this round. A measure that has a figure of `others` (a benchmark) is
    held against that one instead. Themes whose figures are withheld play no part.
    """
    asked = [one for one in compared if one.measure.role in CHANGEABLE]
    told = [replace(one, other=others[one.measure.id].estimate) if one.measure.id in others else one for one in asked]
    used = [others[one.measure.id] for one in told if one.measure.id in others]
    good, bad = clear_ones(told)
    known = any(one.value is not None for relations in impact.values() for one in relations.values())
    places = {one.measure.id: place(one, impact if known else None) for one in told}
    found = choose([places[one.measure.id] for one in (*bad, *good)])
    beside = {one.measure.id: one for one in told}
    names = {one.measure.id: _("the benchmark") if one.measure.id in others else whom for one in told}
    points = tuple(
        _point(at, focus, beside[focus.theme], changes, names[focus.theme], known) for at, focus in enumerate(found)
    )
    against = listed(list(dict.fromkeys(names.values())))
    choice = _choice(compared, places, found, against) if len(found) < 2 else None
    step = points[0].talk.step if points else _any_step() if choice else None
    sources = [_("The benchmark: %(who)s.") % {"who": name} for name in dict.fromkeys(who(one) for one in used)]
    return Suggestions(points, choice, step, " ".join([*_note(points, against, known), *sources]))


def place(one: Comparison, impact: Impacts | None) -> Place:
    """A comparison as the rule of science.focus reads it. `impact` None: no relation was published."""
    relations = (impact or {}).get(one.measure.id) or (impact or {}).get(one.measure.data["family"]) or {}
    high = one.measure.favourable == "high"
    found = [link(outcome, relation, high) for outcome, relation in relations.items()]
    return Place(
        one.measure.id, one.own.value, one.own.interval, one.other.value, one.other.interval, one.spread, high,
        None if impact is None else tuple(each for each in found if each),
    )  # fmt: skip


def link(outcome: str, relation: Relation, high_is_favourable: bool) -> Link | None:
    """A published relation, turned so that it is above 0 where worse goes with worse; None for one that is withheld.

    More strain is worse and more engagement is better; of the theme the unfavourable end is worse.
    """
    if relation.value is None or relation.low is None or relation.high is None:
        return None
    if (outcome == "engagement") == high_is_favourable:
        return Link(outcome, relation.value, relation.low, relation.high)
    return Link(outcome, -relation.value, -relation.high, -relation.low)


def _point(at: int, focus: Focus, one: Comparison, changes: Mapping[str, str], whom: str, known: bool) -> Point:
    tag = _("keep this") if focus.keep else (_("first this"), _("then this"))[at]
    names = {
        "strain": pgettext("goes together with", "strain"),
        "engagement": pgettext("goes together with", "engagement"),
    }
    why = reason(one, [names[each.outcome] for each in focus.links], whom, known)
    about = replace(talk.about(one.measure.id, one.measure.role, focus.keep), title=one.measure.title)
    return Point(one.measure.id, tag, one.measure.title, why, changes.get(one.measure.id, ""), focus.keep, about)


def reason(one: Comparison, outcomes: Sequence[str], whom: str, known: bool) -> str:
    """Why a theme that stands out was chosen, in one sentence. Empty for a difference inside the uncertainty.

    `outcomes` are titles of what it clearly goes together with; `known`: whether such relations were published at all.
    """
    if not one.clear:
        return ""
    if outcomes and one.favourable:
        text = _(
            "More favourable than in %(whom)s (here %(own)s, there %(other)s), and among all who took part this theme goes "
            "together with %(outcomes)s."
        )
    elif outcomes:
        text = _(
            "Less favourable than in %(whom)s (here %(own)s, there %(other)s), and among all who took part this theme goes "
            "together with %(outcomes)s."
        )
    elif known and one.favourable:
        text = _(
            "More favourable than in %(whom)s (here %(own)s, there %(other)s), but among all who took part no clear relation "
            "with strain or engagement can be seen."
        )
    elif known:
        text = _(
            "Less favourable than in %(whom)s (here %(own)s, there %(other)s), but among all who took part no clear relation "
            "with strain or engagement can be seen."
        )
    elif one.favourable:
        text = _(
            "More favourable than in %(whom)s (here %(own)s, there %(other)s): the difference is larger than the uncertainty."
        )
    else:
        text = _(
            "Less favourable than in %(whom)s (here %(own)s, there %(other)s): the difference is larger than the uncertainty."
        )
    own, other = _value(one.measure, one.own.value), _value(one.measure, one.other.value)
    return text % {"own": own, "other": other, "whom": whom, "outcomes": listed(outcomes)}


def _value(measure: Measure, value: float | None) -> str:
    """ "3.4", or "39 % “yes”" for a question with yes or no."""
    said = measure.scale.said(value)
    return f"{said} “{measure.scale.high_word}”" if measure.yes_or_no and measure.scale.high_word else said


def _choice(
    compared: Sequence[Comparison], places: Mapping[str, Place], found: Sequence[Focus], whom: str
) -> Choice | None:
    """Themes to choose from: one about how people are doing where that differs, then what weighs most in the whole."""
    taken = {focus.theme for focus in found}
    told = {c.measure.id: c for c in compared if c.measure.id in places and c.measure.id not in taken}
    names = heaviest([places[name] for name, c in told.items() if not c.measure.part_of])
    names = [name for name in names if places[name].telling] or names
    felt = [c.measure for c in clear_ones(compared)[1] if c.measure.role not in CHANGEABLE]
    measures = [*felt[:1], *(told[name].measure for name in names)][:3]
    if not measures:
        return None
    talks = tuple(replace(talk.about(m.id, m.role), title=m.title) for m in measures)
    shown = any(c.own.interval and c.other.interval for c in told.values())
    weighty = not felt and all(places[name].telling for name in names)
    return Choice(_("your choice"), *_why_choice(bool(found), shown, whom), _lead(weighty), talks)


def _lead(weighty: bool) -> str:
    """What introduces themes to choose from; `weighty`: a clear relation of each of them was published."""
    if weighty:
        return _("These go together with strain or engagement among all who took part:")
    return _("For example:")


def _any_step() -> talk.Step:
    """The first step where no theme stands out."""
    return talk.Step(
        _("Choose one theme together, and agree on one thing that you try for a month."),
        _("The team chooses. The leader makes room for it."),
        talk.actors(("group", "leader")),
    )


def _why_choice(found: bool, shown: bool, whom: str) -> tuple[str, str]:
    if not shown:
        return _("No figures to compare"), _(
            "You can have the conversation all the same: the questions need no figures. Choose a theme together."
        )
    if found:
        return _("No other theme stands out"), _(
            "Every other difference from %(whom)s in what the work asks and what carries you is smaller than the "
            "uncertainty. Choose a second theme together."
        ) % {"whom": whom}
    return _("No theme stands out"), _(
        "Every difference from %(whom)s in what the work asks and what carries you is smaller than the uncertainty. "
        "Choose together what to discuss."
    ) % {"whom": whom}


def _note(points: Sequence[Point], whom: str, known: bool) -> list[str]:
    """How the points were chosen; nothing without any."""
    if not points:
        return []
    if known:
        text = _(
            "Chosen by the distance to %(whom)s, and by how strongly a theme goes together with strain and engagement among "
            "all who took part. Neither says anything about a cause."
        )
    else:
        text = _(
            "Chosen by the distance to %(whom)s alone: how themes go together with strain and engagement is not published "
            "for this round. A difference says nothing about its cause."
        )
    return [text % {"whom": whom}]
