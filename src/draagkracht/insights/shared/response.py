"""How many took part, unit by unit: the frozen bands of ten points, told from ten invited. No name of a person, no exact count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights.models import Release, ReleasedUnit
from draagkracht.insights.shared import heat
from draagkracht.insights.shared.published import Figures

HALF = 50
# So many names a page gives, from the lowest band upward; the bands above are told by number, and by name in the file.
NAMES = 60


def response(figures: Figures, release: Release, whole: bool = True) -> dict[str, Any] | None:
    """A sentence, and for each band from the highest the names of its units in the order of the tree. None without units.

    Without `whole` a page gives at most NAMES names; then the names of a band are empty, and `more` is true."""
    units = heat.below(figures, release)
    if not units:
        return None
    told = [unit for unit in units if unit.response_low is not None]
    bands: dict[tuple[int, int], list[str]] = {}
    for unit in told:
        bands.setdefault((unit.response_low or 0, unit.response_high or 0), []).append(unit.name)
    rows, given = [], 0
    for (low, high), names in sorted(bands.items()):
        given += len(names)
        rows.append((band(low, high), len(names), ", ".join(names) if whole or given <= NAMES else ""))
    return {
        "sentence": sentence(units),
        "rows": rows[::-1],
        "more": not whole and given > NAMES,
        "untold": [unit.name for unit in units if unit.response_low is None],
    }


def sentence(units: Sequence[ReleasedUnit]) -> str:
    """In how many of the units of which it is told at least half took part."""
    told = [unit.response_low for unit in units if unit.response_low is not None]
    if not told:
        return _("Of no unit it is told how many took part: everywhere fewer than ten people were invited.")
    half = sum(low >= HALF for low in told)
    text = ngettext(
        "In %(half)s of %(all)s unit at least half filled it in.",
        "In %(half)s of %(all)s units at least half filled it in.",
        len(told),
    )
    return text % {"half": half, "all": len(told)}


def band(low: int, high: int) -> str:
    """A band as it stands in a table: its ends are capped."""
    if high <= 10:
        return _("at most %(high)s %%") % {"high": high}
    if low >= 90:
        return _("at least %(low)s %%") % {"low": low}
    return _("%(low)s to %(high)s %%") % {"low": low, "high": high}
