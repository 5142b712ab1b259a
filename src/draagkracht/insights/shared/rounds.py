"""Which rounds may stand beside each other: about the same people, asked in the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights.models import Release, ReleasedUnit

# Release id -> measure id -> language -> short hash of the words in which it was asked.
Wordings = Mapping[int, Mapping[str, Mapping[str, str]]]


def alike(one: Release, other: Release) -> bool:
    """Both rounds were about the whole organisation, or about the same unit, wherever it stood."""
    return (one.whole and other.whole) or (not one.whole and not other.whole and one.scope[-1] == other.scope[-1])


def beside(release: Release, every: Sequence[Release]) -> list[Release]:
    """The rounds with which the figures of this round as a whole may be compared, itself among them."""
    return [one for one in every if alike(one, release)]


def leading(every: Sequence[Release]) -> Release | None:
    """The round that opens the page of the organisation: the last one of everybody, else the last one there is."""
    return last([one for one in every if one.whole], every)


def last(*lists: Sequence[Release]) -> Release | None:
    """The last round of the first of these lists that has any."""
    return next((found[-1] for found in lists if found), None)


def wholly(release: Release, unit: ReleasedUnit | None) -> bool:
    """The round was about all of this unit, not only about a unit below it."""
    return unit is not None and unit.depth + 1 >= len(release.scope)


def below(release: Release, unit: ReleasedUnit) -> bool:
    """The unit is smaller than what the round was about, so that it can be compared with that whole."""
    return unit.depth + 1 > max(1, len(release.scope))


def of_unit(every: Sequence[Release], unit_id: int) -> list[Release]:
    """The rounds of the whole organisation, and those that were about all of this unit."""
    found = ReleasedUnit.objects.filter(release__in=every, unit_id=unit_id).only("release_id", "depth")
    units = {unit.release_id: unit for unit in found}
    return [one for one in every if one.whole or wholly(one, units.get(one.id))]


def whom(release: Release) -> str:
    """ "the organisation", or the name of the unit that the round was about: inside a sentence."""
    return _("the organisation") if release.whole else release.scope_name


def reference(release: Release) -> str:
    """The same in the legend of a chart."""
    return _("organisation") if release.whole else release.scope_name


def everybody(release: Release) -> str:
    """The same as the name of a row or a line."""
    return _("Whole organisation") if release.whole else release.scope_name


def about(release: Release) -> str:
    """Says that a round was not about everybody; empty where it was."""
    return (
        ""
        if release.whole
        else _("This round was about %(unit)s, not about the whole organisation.") % {"unit": release.scope_name}
    )


def untold(release: Release) -> str:
    """Says once how many questions have no figures; empty where all have, or where nobody counted them."""
    if not release.without_figures:
        return ""
    text = ngettext(
        "%(n)s question of this round has no figures here. "
        "Choices, numbers, dates and questions that not everybody was asked are not published; what people wrote stands apart.",
        "%(n)s questions of this round have no figures here. "
        "Choices, numbers, dates and questions that not everybody was asked are not published; what people wrote stands apart.",
        release.without_figures,
    )
    return text % {"n": release.without_figures}


def wordings(chosen: Sequence[Release]) -> Wordings:
    """In which words each measure was asked; a measure that a round did not have is absent. One query."""
    rows = Release.objects.filter(id__in=[one.id for one in chosen]).values_list("id", "measures")
    return {number: {data["id"]: data.get("wording", {}) for data in measures} for number, measures in rows}


def reworded(words: Wordings, one: Release, other: Release, measure: str) -> bool:
    """The questions read otherwise in the two rounds, in a language that both had. Unknown counts as the same."""
    then, now = (words.get(release.id, {}).get(measure, {}) for release in (one, other))
    return otherwise(then, now)


def otherwise(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Two wordings (language -> short hash) differ in a language that both have, or share none. Unknown counts as the same."""
    shared = then.keys() & now.keys()
    return any(then[name] != now[name] for name in shared) or bool(then and now and not shared)


def changed_within(words: Wordings, chosen: Sequence[Release], measure: str) -> bool:
    """Whether the wording of a measure changed anywhere in this course."""
    having = [one for one in chosen if measure in words.get(one.id, {})]
    return any(reworded(words, one, other, measure) for one, other in pairwise(having))


def since_asked(words: Wordings, chosen: Sequence[Release], measure: str) -> list[Release]:
    """The rounds from the first one that had this measure."""
    first = next((at for at, one in enumerate(chosen) if measure in words.get(one.id, {})), len(chosen))
    return list(chosen[first:])
