"""For the privacy officer: what was decided in each release and why. It holds no figure about what people answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedBreakdown, ReleasedStructure, ReleasedUnit
from draagkracht.insights.shared.gate import sentences
from draagkracht.insights.shared.published import releases
from draagkracht.people.work import BREAKDOWNS, label


def index(request: HttpRequest) -> HttpResponse:
    """Every release of the organisation, newest first."""
    return render(request, "insights/releases.html", {"releases": releases()[::-1]})


def details(request: HttpRequest, release_id: int) -> HttpResponse:
    """Units withheld with their cause, people held back, units put together."""
    release = get_object_or_404(Release, id=release_id)
    names = dict(ReleasedUnit.objects.filter(release=release).order_by("position").values_list("path", "name"))
    structures = ReleasedStructure.objects.filter(release=release).defer("atoms").order_by("k")
    plans = [
        _plan(structure, names) | {"gate": sentences(release.gate.get(str(structure.k)), names)}
        for structure in structures
    ]
    broken = ReleasedBreakdown.objects.filter(release=release).defer("atoms").order_by("id")
    plans += [_breakdown(one) for one in broken]
    return render(request, "insights/release.html", {"release": release, "plans": plans})


def _breakdown(structure: ReleasedBreakdown) -> dict:
    """The same table for a breakdown: a row a figure, of one group or of several together."""
    rows = [
        {
            "name": ", ".join(label(structure.breakdown, one) or _("not filled in") for one in row["categories"]),
            "why": Reason(row["reason"]).label if row["reason"] else "",
        }
        | row
        for row in structure.details
    ]
    return {"k": structure.k, "by": str(BREAKDOWNS[structure.breakdown]), "rows": rows, "groups": []}


def _plan(structure: ReleasedStructure, names: dict[str, str]) -> dict:
    """One table: a row a unit, in the order of the tree."""
    rows = [
        {"name": name, "path": path, "why": Reason(unit["reason"]).label if unit["reason"] else ""} | unit
        for path, name in names.items()
        if (unit := structure.units.get(path))
    ]
    # A group that is withheld as a whole is not "shown together": each of its rows tells the reason.
    held = {row["path"] for row in rows if row["why"]}
    paths = [[" / ".join(path) for path in group] for group in structure.groups]
    groups = [[names.get(path, path) for path in group] for group in paths if not held.issuperset(group)]
    return {"k": structure.k, "rows": rows, "groups": groups}
