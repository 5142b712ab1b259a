"""One's own page: everything on it is one's own, read by oneself, and compared with nobody else.

How far one person's score moves by measurement noise alone: MDC95 of the catalogue where it has one. Where it has none,
an assumption until it does: a spread between people of a fifth of the range, and questions that correlate 0.5 with each
other, which gives a reliability by Spearman-Brown. (For BAT-12 that gives 0.61 where the catalogue says 0.66.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from draagkracht.insights.release.measures import measures
from draagkracht.insights.shared import pages, words
from draagkracht.insights.shared.published import Measure
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.own_scales import OWN
from draagkracht.people.models import Organisation
from draagkracht.science.change import mdc95, reliable_change
from draagkracht.science.scoring import band
from draagkracht.surveys.queries import OwnWave, open_invitations, own_history
from draagkracht.ui.charts import Estimate, Figure, Moment, Weight, Zone, diverging_bars, trend_line

SPREAD, CORRELATION = 0.2, 0.5


@dataclass(frozen=True)
class Own:
    """One measure of one person over time: (label, value) of each round, oldest first, and its noise MDC95."""

    measure: Measure
    moments: list[tuple[str, float | None]]
    mdc: float

    @property
    def values(self) -> list[float]:
        return [value for _label, value in self.moments if value is not None]

    @property
    def now(self) -> float | None:
        """The value of the last round; None when that round did not give one."""
        return self.moments[-1][1] if self.moments else None

    @property
    def zone(self) -> tuple[float, float] | None:
        """Where a next value lies by noise alone: around the mean of the earlier rounds. None without an earlier round.

        Half width: 1.96 x SEM x sqrt(1 + 1/m) for m earlier rounds; with one earlier round that is MDC95 itself.
        """
        earlier = [value for _label, value in self.moments[:-1] if value is not None]
        if not earlier:
            return None
        middle, half = sum(earlier) / len(earlier), self.mdc / sqrt(2) * sqrt(1 + 1 / len(earlier))
        return max(self.measure.data["low"], middle - half), min(self.measure.data["high"], middle + half)

    @property
    def place(self) -> str:
        """ "inside", "above" or "below" the usual zone; empty while that can not be said."""
        if self.zone is None or self.now is None:
            return ""
        low, high = self.zone
        return "below" if self.now < low else "above" if self.now > high else "inside"

    @property
    def chart(self) -> Figure:
        """The course with the zone in which moves say little."""
        zone = Zone(*self.zone, _("your usual zone")) if self.zone else None
        moments = [Moment(label, self.estimate(value)) for label, value in self.moments]
        return trend_line(moments, self.measure.scale, title=self.measure.title, who=_("you"), zone=zone)

    def estimate(self, value: float | None) -> Estimate:
        """The value with its own measurement error (95 %)."""
        if value is None:
            return Estimate()
        half = self.mdc / sqrt(2)
        return Estimate(
            value, max(self.measure.data["low"], value - half), min(self.measure.data["high"], value + half)
        )


def me(request: HttpRequest) -> HttpResponse:
    """The page of whoever is signed in."""
    standing = request.standing  # type: ignore[attr-defined]
    history = own_history(standing.person)
    found = course(history, standing.organisation) if history else []
    context = {
        "waiting": open_invitations(standing.person),
        "history": history,
        "headline": headline(found, len(history)),
        "since": since(found, history),
        "first": _first(found),
        "others": []
        if "all" not in request.GET
        else [one for one in found if one["measure"] is not _measure(_first(found))],
        "every": "all" in request.GET,
        "balance": balance(found),
        "latest": latest(found),
        "notes": notes(found),
        "has_team": standing.own_unit_id is not None,
    }
    return render(request, "insights/me.html", context)


def course(history: Sequence[OwnWave], organisation: Organisation) -> list[dict[str, Any]]:
    """Every measure of the last questionnaire with its course over all rounds."""
    content = Content(history[-1].content, "")
    labels = [date_format(one.completed_on, "M Y").replace(".", "").lower() for one in history]
    found = []
    for measured in measures(content, organisation):
        measure = Measure(measured.id, measured.data)
        name, scale = measured.id.split(".", 1)
        if name == OWN and content.question[measured.id].kind == "yesno":
            continue  # yes or no has no zone to move in
        moments = [
            (label, one.scores.get(measured.id))
            for label, one in zip(labels, history, strict=True)
            if measured.id in one.scores
        ]
        own = Own(measure, moments[-8:], noise(content.instruments[name], scale))
        if own.values:
            found.append({"own": own, "measure": measure})
    return found


def noise(instrument: Instrument, scale: str) -> float:
    """MDC95 of a scale: the catalogue's, else the assumption at the top of this file."""
    published = instrument.raw.get("change", {}).get(scale)
    if published is not None:
        return float(published)
    info = instrument.scale[scale]
    return mdc95(SPREAD * (info.maximum - info.minimum), _reliability(_items(instrument, scale)))


def _items(instrument: Instrument, scale: str) -> int:
    rule = next(one for one in instrument.key.scales if one.id == scale)
    return len(rule.items) or sum(_items(instrument, part) for part in rule.parts)


def _reliability(items: int) -> float:
    return items * CORRELATION / (1 + (items - 1) * CORRELATION)


def _measure(entry: Mapping[str, Any] | None) -> Measure | None:
    return entry["measure"] if entry else None


def _first(found: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The measure that opens the page: energy, else the first about how somebody is doing, else the first."""
    for test in (_energy, lambda m: m.role in ("strain", "engagement") and not m.part_of, lambda m: True):
        for entry in found:
            if test(entry["measure"]):
                return entry
    return None


def _energy(measure: Measure) -> bool:
    return measure.id.endswith(".energy")


def headline(found: Sequence[dict[str, Any]], rounds: int) -> str:
    """The sentence that opens the page: where one stands beside one's own earlier rounds."""
    first = _first(found)
    if first is None:
        return _("Here you will see your own course.")
    place = first["own"].place
    if not place:
        return _("Your first results are here.") if rounds == 1 else _("Your results are here.")
    if _energy(first["measure"]):
        return {
            "inside": _("Your energy is in your usual zone."),
            "above": _("Your energy is higher than usual for you."),
            "below": _("Your energy is lower than usual for you."),
        }[place]
    return {
        "inside": _("%(theme)s: in your usual zone."),
        "above": _("%(theme)s: higher than usual for you."),
        "below": _("%(theme)s: lower than usual for you."),
    }[place] % {"theme": first["measure"].title}


def since(found: Sequence[dict[str, Any]], history: Sequence[OwnWave]) -> str:
    """What moved since the round before by more than noise; says so when nothing did."""
    if not history:
        return ""
    if len(history) == 1:
        return _("From your next round on you can see here what changes for you.")
    when = date_format(history[-2].completed_on, "F Y")
    moves: dict[str, list[str]] = {"up": [], "down": []}
    for entry in found:
        own, moments = entry["own"], entry["own"].moments
        before = moments[-2][1] if len(moments) > 1 else None
        move = reliable_change(before, own.now, own.mdc)
        if move in moves and not own.measure.part_of:
            moves[move].append(own.measure.title)
    parts = (
        [_("Higher than in %(when)s: %(themes)s.") % {"when": when, "themes": ", ".join(moves["up"])}]
        if moves["up"]
        else []
    )
    if moves["down"]:
        parts.append(_("Lower than in %(when)s: %(themes)s.") % {"when": when, "themes": ", ".join(moves["down"])})
    return " ".join(parts) or _("Since %(when)s nothing changed by more than chance.") % {"when": when}


def balance(found: Sequence[dict[str, Any]]) -> Figure | None:
    """What costs (demands) and what gives (resources) in the last round, as shares of the scale; largest first."""
    weights = []
    for entry in found:
        own, data = entry["own"], entry["measure"].data
        if own.now is not None and entry["measure"].role in ("demand", "resource") and not entry["measure"].part_of:
            share = 100 * (own.now - data["low"]) / (data["high"] - data["low"])
            share = share if (data["favourable"] == "high") == (entry["measure"].role == "resource") else 100 - share
            weights.append(Weight(entry["measure"].title, share if entry["measure"].role == "resource" else -share))
    weights.sort(key=lambda weight: (weight.amount > 0, -abs(weight.amount)))  # type: ignore[arg-type,operator]
    return diverging_bars(weights, title=_("What costs, what gives"), limit=100) if weights else None


def latest(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last results by theme, each with its own uncertainty and the word of its band where there are cut-offs."""
    own = {entry["measure"].id: entry["own"] for entry in found}
    groups = []
    for theme, chosen in pages.themed([entry["measure"] for entry in found]):
        rows = [(own[m.id].estimate(own[m.id].now), None, remark(own[m.id], chosen)) for m in chosen]
        title = own_title(theme)
        chart = pages.dots(chosen, rows, title=title, who=_("you"), reference="")
        groups.append({"title": title, "explained": theme.explained, "dots": chart})
    return groups


def own_title(theme: pages.Theme) -> str:
    """The name of a theme as it is said to one person."""
    words = {
        "demands": _("What your work asks"),
        "resources": _("What carries you yourself"),
        "wellbeing": _("How you are doing"),
    }
    return words.get(theme.slug, str(theme.title))


def remark(own: Own, beside: Sequence[Measure]) -> str:
    """What a higher value means where a theme mixes both ends, and the band of the last value as the instrument words it."""
    said = [pages.direction(own.measure, beside)]
    if own.now is not None and own.measure.bands:
        said.append(own.measure.bands[band(own.now, own.measure.data["starts"])])
    return " · ".join(part for part in said if part)


def notes(found: Sequence[dict[str, Any]]) -> list[str]:
    """What one must know to read the results fairly."""
    said = []
    unvalidated = sorted({entry["measure"].instrument for entry in found if not entry["measure"].data["validated"]})
    if unvalidated:
        said.append(
            _("Not the validated wording: %(names)s. Compare with yourself only.") % {"names": ", ".join(unvalidated)}
        )
    for population in sorted(
        {e["measure"].population for e in found if e["measure"].bands and e["own"].now is not None}
    ):
        said.append(_("The words beside the figures come from this group: %(group)s.") % {"group": population})
    return said + words.doubts([entry["measure"] for entry in found])
