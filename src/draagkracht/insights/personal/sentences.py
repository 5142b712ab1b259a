"""What may be said to one person about their own course, by rule: no move inside the noise is called a move."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from draagkracht.insights.personal.course import Own
from draagkracht.insights.shared import words
from draagkracht.science.change import reliable_change


def leading(found: Sequence[Own]) -> Own | None:
    """The measure that opens the page: energy, else the first about how somebody is doing, else the first.

    One of the last round comes before any that was asked longer ago.
    """
    for now in (True, False):
        here = [one for one in found if one.current is now]
        for test in (_energy, lambda one: one.measure.role in ("strain", "engagement") and not one.measure.part_of):
            chosen = next(filter(test, here), None)
            if chosen:
                return chosen
        if here:
            return here[0]
    return None


def _energy(own: Own) -> bool:
    return own.measure.id.endswith(".energy")


def headline(found: Sequence[Own], rounds: int) -> str:
    """The sentence that opens the page: where one stands beside one's own earlier rounds."""
    first = leading(found)
    if not rounds:
        return _("Here you will see your own course.")
    if first is None:
        return _("You skipped what gives a figure. That is fine.")
    if first.current and first.now is None:
        return _("%(theme)s: you skipped this last time.") % {"theme": first.measure.title}
    if not first.place or not first.current:
        return _("Your first results are here.") if rounds == 1 else _("Your results are here.")
    if _energy(first):
        return {
            "inside": _("Your energy is in your usual zone."),
            "above": _("Your energy is higher than usual for you."),
            "below": _("Your energy is lower than usual for you."),
        }[first.place]
    return {
        "inside": _("%(theme)s: in your usual zone."),
        "above": _("%(theme)s: higher than usual for you."),
        "below": _("%(theme)s: lower than usual for you."),
    }[first.place] % {"theme": first.measure.title}


def since(found: Sequence[Own], rounds: int) -> list[str]:
    """What moved since the round before by more than noise; says so when nothing did, and what can not be compared."""
    if not rounds:
        return []
    if rounds == 1:
        return [_("From your next round on you can see here what changes for you.")]
    now = [one for one in found if one.current and not one.measure.part_of]
    said = []
    for when in dict.fromkeys(one.earlier for one in now if one.before is not None and one.now is not None):
        said += _moves([one for one in now if one.earlier == when], when)
    for when in dict.fromkeys(one.earlier for one in now if one.reworded):
        titles = words.listed([one.measure.title for one in now if one.reworded and one.earlier == when])
        told = {"theme": titles, "when": when}
        said.append(_("%(theme)s: the wording changed after %(when)s, so compare with care.") % told)
    return said or [_("There is nothing yet to compare your last answers with.")]


def _moves(having: Sequence[Own], when: str) -> list[str]:
    moves: dict[str, list[str]] = {"up": [], "down": []}
    for own in having:
        move = reliable_change(own.before, own.now, own.mdc + own.edge)
        if move in moves:
            moves[move].append(own.measure.title)
    said = []
    if moves["up"]:
        said.append(_("Higher than in %(when)s: %(themes)s.") % {"when": when, "themes": ", ".join(moves["up"])})
    if moves["down"]:
        said.append(_("Lower than in %(when)s: %(themes)s.") % {"when": when, "themes": ", ".join(moves["down"])})
    return said or [_("Since %(when)s nothing changed by more than chance.") % {"when": when}]


def notes(found: Sequence[Own]) -> list[str]:
    """What one must know to read the results fairly."""
    said = []
    unvalidated = sorted({one.measure.instrument for one in found if not one.measure.data["validated"]})
    if unvalidated:
        said.append(
            _("Not the validated wording: %(names)s. Compare with yourself only.") % {"names": ", ".join(unvalidated)}
        )
    for population in sorted(
        {one.measure.population for one in found if one.measure.bands and one.now is not None and one.current}
    ):
        said.append(_("The words beside the figures come from this group: %(group)s.") % {"group": population})
    return said + words.doubts([one.measure for one in found])


def place(own: Own) -> str:
    """Where the last value lies beside the usual zone, as a remark; empty while that can not be said."""
    return {
        "inside": _("in your usual zone"),
        "above": _("higher than usual for you"),
        "below": _("lower than usual for you"),
    }.get(own.place, "")


def heavier(own: Own) -> bool:
    """The last value lies outside the usual zone, on the side that weighs."""
    return own.place == ("below" if own.measure.favourable == "high" else "above")
