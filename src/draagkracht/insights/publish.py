"""The command `draagkracht release WAVE --organisation SLUG`: publishes a closed round and says what can be seen of it."""

import argparse
import sys
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from draagkracht.insights import release as door
from draagkracht.insights.models import Reason, Release, ReleasedBreakdown, ReleasedStructure
from draagkracht.people.models import Organisation
from draagkracht.people.work import BREAKDOWNS
from draagkracht.ui.refusal import Refusal


def organisation_named(slug: str) -> Organisation:
    """The organisation of a slug. Raises Refusal (404) that lists those that exist."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        names = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True)) or "–"
        raise Refusal(_("There is no organisation “%(name)s”. Known: %(names)s") % {"name": slug, "names": names}, 404)
    return found


def main(argv: list[str]) -> int:
    """Releases one wave; 0 when it is published."""
    parser = argparse.ArgumentParser(prog="draagkracht release")
    parser.add_argument("wave", help="name of the wave")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    options = parser.parse_args(argv)
    organisation = organisation_named(options.organisation)
    with scope(organisation=organisation):
        made = door.release(door.wave_named(options.wave))
        sys.stdout.write(summary(made))
    return 0


def summary(made: Release) -> str:
    """A few calm lines: what can be seen, what is withheld and why, how many people were counted."""
    lines = [_("Published: %(wave)s") % {"wave": made.wave_name}]
    for structure in ReleasedStructure.objects.filter(release=made).order_by("k"):
        lines += ["", _("Measures for groups of at least %(k)s:") % {"k": structure.k}]
        lines += [f"  {line}" for line in _structure_lines(structure)]
    for broken in ReleasedBreakdown.objects.filter(release=made).defer("atoms").order_by("breakdown", "k"):
        lines += ["", f"{BREAKDOWNS[broken.breakdown]}, " + _("groups of at least %(k)s:") % {"k": broken.k}]
        reasons = Counter(figure["reason"] for figure in broken.details)
        shown = reasons.pop("", 0)
        lines.append("  " + ngettext("%(n)s group shown", "%(n)s groups shown", shown) % {"n": shown})
        lines += [f"  {n} × {Reason(reason).label}" for reason, n in sorted(reasons.items())]
    return "\n".join([*lines, ""])


def _structure_lines(structure: ReleasedStructure) -> list[str]:
    reasons = Counter(unit["reason"] for unit in structure.units.values())
    shown = reasons.pop("", 0)
    counted = sum(len(people) for people in structure.atoms.values())
    held = max((unit["held_back"] for unit in structure.units.values()), default=0)
    lines = [
        ngettext("%(n)s unit shown", "%(n)s units shown", shown) % {"n": shown},
        *(f"{n} × {Reason(reason).label}" for reason, n in sorted(reasons.items())),
        ngettext("%(n)s person counted", "%(n)s people counted", counted) % {"n": counted},
    ]
    if held:
        lines.append(_("In some units a few people are counted only in the unit above, to protect everybody."))
    return lines
