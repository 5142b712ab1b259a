"""Sentences about the effect of a trajectory, made by rule from what was released. Nothing inside its interval is called a change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from draagkracht.insights.shared.published import Measure
from draagkracht.ui.charts.figure import number

# What a flag means, in the order in which a researcher asks. The codes are those of science.prepost.
FLAGS: dict[str, tuple[Any, Any]] = {
    "no-comparison": (
        gettext_lazy("No comparison group"),
        gettext_lazy("Whatever else happened between the rounds is part of the change."),
    ),
    "unequal-baseline": (
        gettext_lazy("The groups differed before"),
        gettext_lazy("Their means lay more than a quarter of the spread between people apart. The analysis adjusts for it, not for what lies behind it."),
    ),
    "few-teams": (
        gettext_lazy("Few teams"),
        gettext_lazy("With fewer than ten teams it is roughly known how much teams have in common. The interval is wider for it."),
    ),
    "one-team": (
        gettext_lazy("One team"),
        gettext_lazy("What happened in this team and what the trajectory did can not be told apart."),
    ),
    "dropout": (
        gettext_lazy("Many did not answer again"),
        gettext_lazy("More than a third of those who answered before did not answer every later round. Whether they differ is not shown, to protect them."),
    ),
    "ceiling": (
        gettext_lazy("Many had the best score before"),
        gettext_lazy("At least 15% could not improve."),
    ),
    "floor": (
        gettext_lazy("Many had the worst score before"),
        gettext_lazy("At least 15% could not get worse."),
    ),
    "change-by-team": (
        gettext_lazy("Teams changed differently"),
        gettext_lazy("The intraclass correlation of the change is .05 or more. The interval counts teams."),
    ),
    "non-normal-residuals": (
        gettext_lazy("Residuals are not normal"),
        gettext_lazy("The test of the residuals of the change gives p < .01."),
    ),
    "heteroscedastic": (
        gettext_lazy("Spread is unequal"),
        gettext_lazy("The Breusch-Pagan test gives p < .01."),
    ),
    "unequal-slopes": (
        gettext_lazy("The score before works differently in the groups"),
        gettext_lazy("The slopes differ (p < .05): the adjusted difference is an average."),
    ),
    "regression-to-mean": (
        gettext_lazy("Scores may drift back by themselves"),
        gettext_lazy("High or low scores before explain much of the change, and there is no comparison."),
    ),
    "model-singular": (
        gettext_lazy("The mixed model is singular"),
        gettext_lazy("It found no variance for people or for teams."),
    ),
    "model-not-converged": (
        gettext_lazy("The mixed model did not converge"),
        gettext_lazy("Its shares of variance are not used."),
    ),
    "model-not-estimable": (
        gettext_lazy("The mixed model could not be estimated"),
        gettext_lazy("The data are too few, or too regular."),
    ),
}  # fmt: skip


def clear(figures: dict[str, Any]) -> bool:
    """0 lies outside the interval, and the p-value that is corrected for the number of questions is below .05."""
    found = figures["headline"]
    return (found["low"] > 0 or found["high"] < 0) and figures["p_adjusted"] < 0.05


def better(measure: Measure, value: float) -> bool:
    """A change of this sign is favourable."""
    return (value > 0) == (measure.favourable == "high")


def points(*values: float) -> list[str]:
    """Amounts without their sign: one decimal, two where one would make a small amount nothing."""
    digits = 1 if all(abs(value) >= 0.05 or value == 0 for value in values) else 2
    return [number(abs(value), digits) for value in values]


def headline(measure: Measure, figures: dict[str, Any], compared: bool) -> str:
    """The sentence that says it."""
    found = figures["headline"]
    value, least, most = found["value"], found["low"], found["high"]
    if not clear(figures):
        return _unclear(measure, least, most, compared)
    near, far = sorted((least, most), key=abs)
    shown = dict(zip(("value", "near", "far"), points(value, near, far), strict=True)) | {"theme": measure.title}
    if compared and value > 0:
        text = _("%(theme)s: after the trajectory, participants score about %(value)s points higher than comparable people without it (%(near)s to %(far)s).")  # fmt: skip
    elif compared:
        text = _("%(theme)s: after the trajectory, participants score about %(value)s points lower than comparable people without it (%(near)s to %(far)s).")  # fmt: skip
    elif value > 0:
        text = _("%(theme)s: after the trajectory, participants score about %(value)s points higher than before (%(near)s to %(far)s).")  # fmt: skip
    else:
        text = _("%(theme)s: after the trajectory, participants score about %(value)s points lower than before (%(near)s to %(far)s).")  # fmt: skip
    return text % shown


def _unclear(measure: Measure, least: float, most: float, compared: bool) -> str:
    said = {"theme": measure.title, "range": reach(least, most)}
    if compared:
        return _("%(theme)s: no clear difference between participants and the comparison group (%(range)s).") % said
    return _("%(theme)s: no clear change after the trajectory (%(range)s).") % said


def reach(least: float, most: float) -> str:
    """An interval in words: "from 0.2 lower to 0.3 higher"."""
    low, high = points(least, most)
    shown = {"low": low, "high": high}
    if least <= 0 <= most:
        return _("from %(low)s lower to %(high)s higher") % shown
    if least > 0:
        return _("from %(low)s to %(high)s higher") % shown
    return _("from %(high)s to %(low)s lower") % shown


def meaning(measure: Measure, figures: dict[str, Any], compared: bool) -> str:
    """What follows from it, and at once what does not."""
    if not clear(figures):
        return _("That is no proof that nothing changed: with these numbers of people only a larger change would show.")
    good = better(measure, figures["headline"]["value"])
    said = _("That is more favourable.") if good else _("That is less favourable.")
    if not compared:
        return f"{said} " + _("Without a comparison group this does not prove that the trajectory did it.")
    return f"{said} " + _(
        "It fits an effect of the trajectory, and does not prove it: nobody drew lots for who took part."
    )


def limits(arms: dict[str, Any], late: bool, secondary: int, follow_up: bool) -> tuple[list[str], list[str]]:
    """What this can show, and what it can not."""
    n = arms["participants"]["n"]
    counted = ngettext("%(n)s participant", "%(n)s participants", n) % {"n": n}
    can = [_("How %(counted)s who answered every round changed on average.") % {"counted": counted}]
    cannot = [_("What it did for one person, or for one team: it is an average over everybody.")]
    if "comparison" in arms:
        others = {"n": arms["comparison"]["n"]}
        can.append(
            _("Whether that differs from %(n)s people of other units, for people with the same score before.") % others
        )
        cannot.append(
            _(
                "Differences between the groups other than their score before: another team lead, another season, who wanted to take part."
            )
        )
    else:
        cannot.append(
            _(
                "Whether it came from the trajectory: a season, a new roster, or scores that drift back by themselves look the same."
            )
        )
    if follow_up:
        can.append(_("Whether the change was still there at the follow-up."))
    cannot.append(_("How it went with people who stopped answering or left: only who answered every round is counted."))
    if secondary:
        cannot.append(
            _("Which of the other themes matters: the more one looks at, the more seems to change by chance.")
        )
    if late:
        cannot.append(
            _(
                "An answer to a question that was asked beforehand: this one was written down after the answers were in. Read it as an exploration."
            )
        )
    return can, cannot
