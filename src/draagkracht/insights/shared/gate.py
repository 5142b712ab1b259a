"""What the gate of a release found, in sentences for the privacy officer: numbers of people and names of units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.people.work import BREAKDOWNS


def sentences(outcome: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[str]:
    """`outcome` as Release.gate keeps it for one k, None where there was no gate; `names` = {path: name of the unit}."""
    if not outcome:
        return [_("Published before an attack on the figures had to fail first.")]
    words = {"cases": len(outcome["answers"]), "insiders": outcome["insiders"], "least": round(100 * outcome["least"])}
    said = [
        _(
            "Before any answer was read, an attack was tried on these figures and all earlier ones: %(cases)s sets of "
            "made-up answers, with at most %(insiders)s colleague in each group who tells. Everybody must keep at least "
            "%(least)s %% of the scale, and no band may be certain."
        )
        % words
    ]
    if not outcome["people"]:
        said.append(_("Nobody was found."))
    else:
        count = outcome["people"]
        found = ngettext("%(n)s person could be found.", "%(n)s people could be found.", count)
        said.append(found % {"n": count})
    if outcome.get("left"):
        said.append(_left(outcome["left"]))
    elif outcome["units"]:
        hidden = ", ".join(names.get(path, path) for path in outcome["units"])
        said.append(_("Withheld because of that, until nobody was found: %(units)s.") % {"units": hidden})
    if outcome.get("breakdowns"):
        hidden = ", ".join(str(BREAKDOWNS[name]).lower() for name in outcome["breakdowns"])
        said.append(_("Not shown because of that: figures by %(breakdowns)s.") % {"breakdowns": hidden})
    if outcome["past"]:
        said.append(_past(outcome["past"]))
    return said


def _left(count: int) -> str:
    said = ngettext(
        "%(n)s person could be found whatever was withheld. So of these questions nothing is published in this round.",
        "%(n)s people could be found whatever was withheld. So of these questions nothing is published in this round.",
        count,
    )
    return said % {"n": count}


def _past(count: int) -> str:
    said = ngettext(
        "%(n)s person can be found through earlier rounds alone. Nothing that is withheld now can mend that.",
        "%(n)s people can be found through earlier rounds alone. Nothing that is withheld now can mend that.",
        count,
    )
    return said % {"n": count}
