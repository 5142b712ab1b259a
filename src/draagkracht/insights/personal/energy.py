"""The energy picture of the job demands-resources model for one person: what costs, what gives, how one is doing now, and
for each of these what helps.

It tells what one answered and claims no cause: that work asks much and that energy is low may go together by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.insights import selfcare
from draagkracht.insights.personal import sentences
from draagkracht.insights.personal.course import Own
from draagkracht.insights.shared import words
from draagkracht.ui.charts import Figure, Weight, diverging_bars

# Of five answers from never to always, "often" and "always" lie above; above it a demand asks much, a resource gives much.
MUCH = 0.6
# Below the middle of the scale a resource gives little.
LITTLE = 0.5


@dataclass(frozen=True)
class Standing:
    """How one is doing on one measure: its name, what is said of it, and what helps."""

    title: str
    told: str
    href: str


@dataclass(frozen=True)
class Help:
    """A first step beside the picture: why it stands there, a theme of the catalogue, and where there is more."""

    why: str
    theme: selfcare.Theme
    href: str


@dataclass(frozen=True)
class Energy:
    """The picture: bars, the sentences above them, how to read them, how one is doing, and the round if it is not the last."""

    bars: Figure
    said: list[str]
    reading: str
    standing: list[Standing]
    when: str


def energy(found: Sequence[Own]) -> Energy | None:
    """The picture from the last round that asked for demands or resources; None where none did."""
    having = _weighing(found)
    if not having:
        return None
    weights = [_weight(one) for one in having]
    weights.sort(key=lambda weight: (weight.amount > 0, -abs(weight.amount)))  # type: ignore[arg-type,operator]
    bars = diverging_bars(weights, title=_("What costs, what gives"), limit=100)
    when = "" if having[0].current else having[0].when
    return Energy(bars, _said(having), _reading(having), [] if when else _standing(found), when)


def _weighing(found: Sequence[Own]) -> list[Own]:
    """Demands and resources with a value; if the last round had none of them, those of the round before that did."""
    having = [
        one for one in found
        if one.measure.role in ("demand", "resource") and not one.measure.part_of and one.now is not None
    ]  # fmt: skip
    now = [one for one in having if one.current]
    return now or [one for one in having if one.when == having[0].when]


def _weight(own: Own) -> Weight:
    amount = 100 * (own.share or 0.0)
    return Weight(own.measure.title, -amount if own.measure.role == "demand" else amount, _href(own))


def _href(own: Own) -> str:
    return f"{reverse('insights:what-helps')}#{selfcare.theme_of(own.measure.id)}"


def _said(having: Sequence[Own]) -> list[str]:
    """What asks much and what gives much, without an order between them: their difference may be noise."""
    much = [one for one in having if (one.share or 0.0) > MUCH]
    costs = [one.measure.title for one in much if one.measure.role == "demand"]
    gives = [one.measure.title for one in much if one.measure.role == "resource"]
    said = []
    if any(one.measure.role == "demand" for one in having):
        text = _("Asks much of you now: %(themes)s.") % {"themes": words.listed(costs)}
        said.append(text if costs else _("Nothing that was asked about asks much of you now."))
    if any(one.measure.role == "resource" for one in having):
        text = _("Gives you much now: %(themes)s.") % {"themes": words.listed(gives)}
        said.append(text if gives else _("Nothing that was asked about gives you much now."))
    return said


def _reading(having: Sequence[Own]) -> str:
    """How long a bar is, in the words of the answers where all of them share these."""
    ends = {(one.measure.scale.low_word, one.measure.scale.high_word) for one in having}
    alike = all(one.measure.favourable == ("low" if one.measure.role == "demand" else "high") for one in having)
    low, high = ends.pop() if len(ends) == 1 and alike else ("", "")
    if not (low and high):
        return _("From your answers: a short bar is little, a long bar is much.")
    return _("From your answers: how often it happens, from %(low)s (short) to %(high)s (long).") % {
        "low": low, "high": high,
    }  # fmt: skip


def _standing(found: Sequence[Own]) -> list[Standing]:
    """Strain and engagement of the last round, each with its place beside one's own usual zone."""
    chosen = [
        one for one in found
        if one.current and one.now is not None and one.measure.role in ("strain", "engagement") and not one.measure.part_of
    ]  # fmt: skip
    return [Standing(one.measure.title, _told(one), _href(one)) for one in chosen]


def _told(own: Own) -> str:
    """ "about 3.0, from 1 (never) to 5 (always) · in your usual zone": the value with its scale and its place."""
    scale = own.measure.scale
    value = pgettext("value, scale", "%(value)s, %(scale)s") % {
        "value": scale.about(own.now or 0.0), "scale": scale.words(),
    }  # fmt: skip
    return " · ".join(part for part in (value, sentences.place(own)) if part)


def helps(found: Sequence[Own], country: str) -> list[Help]:
    """At most two first steps: for what is heavier than usual, for the demand that asks most, for the resource that gives least.

    Where nothing asks for one, there is none: the page then only leads to the whole list.
    """
    weighing = [one for one in _weighing(found) if one.share is not None]
    demands = sorted((one for one in weighing if one.measure.role == "demand"), key=lambda one: -(one.share or 0))
    resources = sorted((one for one in weighing if one.measure.role == "resource"), key=lambda one: one.share or 0)
    wanted = [(sentences.place(one), one) for one in found if one.current and _doing(one)]
    wanted += [(_("asks much of you"), one) for one in demands[:1] if (one.share or 0) > MUCH]
    wanted += [(_("gives you little"), one) for one in resources[:1] if (one.share or 0) < LITTLE]
    chosen: dict[str, Help] = {}
    for why, own in wanted:
        name = selfcare.theme_of(own.measure.id)
        chosen.setdefault(name, Help(f"{own.measure.title}: {why}", selfcare.theme(name, country), _href(own)))
    return list(chosen.values())[:2]


def _doing(own: Own) -> bool:
    return own.measure.role in ("strain", "engagement") and not own.measure.part_of and sentences.heavier(own)
