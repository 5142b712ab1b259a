"""The pages of one person: the own results, and what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from draagkracht.insights import selfcare
from draagkracht.insights.personal import beside
from draagkracht.insights.personal.course import Own, course
from draagkracht.insights.personal.energy import energy, helps
from draagkracht.insights.personal.sentences import headline, leading, notes, since
from draagkracht.insights.shared import pages
from draagkracht.people.rules import Standing
from draagkracht.science.scoring import band
from draagkracht.surveys import sheet
from draagkracht.surveys.queries import OwnWave, open_invitations, own_history
from draagkracht.surveys.result import OwnScale, own_questions


def me(request: HttpRequest) -> HttpResponse:
    """The page of whoever is signed in."""
    return render(request, "insights/me.html", own(request.standing, "all" in request.GET))  # type: ignore[attr-defined]


@require_safe
def me_paper(request: HttpRequest) -> HttpResponse:
    """The same on paper, at most two A4: to keep, or to take along to somebody one trusts. Not kept in memory."""
    standing = request.standing  # type: ignore[attr-defined]
    context = own(standing, False) | {"person": standing.person, "today": timezone.localdate()}
    tighter = ("tight", "tight tighter", "tight tighter least")
    return pages.paper("insights/me_paper.html", context, request, "draagkracht", tighter, kept=False, at_most=2)


def own(standing: Standing, every: bool) -> dict[str, Any]:
    """Everything that the own page shows; with `every`, the course of each theme too."""
    history = own_history(standing.person)  # type: ignore[arg-type]
    organisation = standing.organisation
    found = course(history, organisation)  # type: ignore[arg-type]
    first = leading(found)
    together = beside.published(standing, history[-1].wave_id) if history else beside.Published()
    return {
        "waiting": open_invitations(standing.person),  # type: ignore[arg-type]
        "history": history,
        "headline": headline(found, len(history)),
        "since": since(found, len(history)),
        "first": first,
        "others": [one for one in found if one is not first and not one.measure.part_of] if every else [],
        "every": every,
        "several": any(len(one.moments) > 1 for one in found if one is not first),
        "energy": energy(found),
        "helps": helps(found, organisation.country),  # type: ignore[union-attr]
        "latest": latest(found, together.remarks),
        "round": pages.round_name(history[-1].closes_on, history[-1].wave_name) if history else "",
        "together": together,
        "told": told(history),
        "notes": notes(found),
        "has_team": standing.own_unit_id is not None,
    }


@require_safe
def what_helps(request: HttpRequest) -> HttpResponse:
    """What one person can try, by theme, and whom one can turn to. The same for everybody of an organisation."""
    country = request.standing.organisation.country  # type: ignore[attr-defined]
    context = {"themes": selfcare.themes(country), "contacts": selfcare.contacts(country)}
    return render(request, "insights/what_helps.html", context)


def latest(found: Sequence[Own], together: Mapping[str, str]) -> list[dict[str, Any]]:
    """The last results by theme with the parts of totals apart, each with its own uncertainty and the word of its band; then what was asked longer ago."""
    own = {one.measure.id: one for one in found}
    groups = []
    for theme, chosen in pages.themed([one.measure for one in found if one.current]):
        remarks = {m.id: _remark(own[m.id], chosen, together.get(m.id, "")) for m in chosen}
        # A person who sees the total first can open its parts; on paper the totals are enough.
        whole, parts = ([m for m in chosen if m.part_of is part] for part in (False, True))
        title = own_title(theme)
        group = {"title": title, "explained": theme.explained}
        for name, rows in (("dots", whole), ("parts", parts)):
            group[name] = _dots(rows, own, remarks, title) if rows else ""
        groups.append(group)
    past = [one.measure for one in found if not one.current and one.now is not None]
    if past:
        title = _("Asked longer ago")
        remarks = {m.id: " · ".join(filter(None, (own[m.id].when, pages.direction(m, past)))) for m in past}
        groups.append({"title": title, "explained": "", "dots": _dots(past, own, remarks, title), "parts": ""})
    return groups


def _dots(chosen, own: Mapping[str, Own], remarks: Mapping[str, str], title: str):
    rows = [(own[m.id].estimate(own[m.id].now), None, remarks[m.id]) for m in chosen]
    return pages.dots(chosen, rows, title=title, who=_("you"), reference="")


def own_title(theme: pages.Theme) -> str:
    """The name of a theme as it is said to one person."""
    words = {
        "demands": _("What your work asks"),
        "resources": _("What carries you yourself"),
        "wellbeing": _("How you are doing"),
    }
    return words.get(theme.slug, str(theme.title))


def _remark(own: Own, beside_it: Sequence, together: str) -> str:
    """Which end is favourable where a theme mixes both, the band as the instrument words it, what was published beside it."""
    said = [pages.direction(own.measure, beside_it)]
    if own.now is not None and own.measure.bands:
        said.append(own.measure.bands[band(own.now, own.measure.data["starts"])])
    return " · ".join(part for part in (*said, together) if part)


def told(history: Sequence[OwnWave]) -> list[OwnScale]:
    """The own questions of the last round with what one answered, in words: they have no noise to be read against."""
    if not history:
        return []
    last = history[-1]
    found = own_questions(sheet.content(last.version_id, last.version_hash), last.answers, get_language() or "nl")
    return [row for one in found for row in one.scales]
