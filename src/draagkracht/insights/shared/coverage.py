"""Coverage: which levels (individual, group, leader, organisation) and which factors of the model were measured in a year.

What counts is what was published: a theme of which no figure of the whole could be shown is not covered. `matrix` and
`factors_of` take plain rows, so that what is acted upon can be laid beside what is measured by the same rules.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, ReleasedCell
from draagkracht.insights.shared import rounds
from draagkracht.insights.shared.published import ROLES, Marks, Measure, measures_of
from draagkracht.insights.shared.sections import Shown
from draagkracht.instruments import catalogue

LEVELS = ("individual", "group", "leader", "organisation")
YEAR = datetime.timedelta(days=365)
FILE = catalogue.CATALOGUE / "model" / "factors.yaml"


class Covered(NamedTuple):
    """One theme: its id and name, its place in the model, and the levels that it says something about."""

    id: str
    title: str
    role: str
    levels: tuple[str, ...]


class Factor(NamedTuple):
    """A factor of the model: its name, its place, the scales that measure it and templates that would."""

    title: str
    role: str
    scales: tuple[str, ...]
    templates: tuple[str, ...]


def section(shown: Shown) -> dict[str, Any]:
    """The matrix, the sentence and the list of factors, for the rounds about the same people in the year up to this one."""
    return _section(shown.release.id, shown.known, get_language() or "")


@lru_cache(maxsize=64)
def _section(release_id: int, known: Marks, language: str) -> dict[str, Any]:
    release = Release.objects.get(id=release_id)
    found = of_year(release)
    told = factors_of(found, factors(language))
    return {
        "since": release.closed_on - YEAR,
        "levels": [level_name(level) for level in LEVELS],
        "matrix": [(role_name(role), counts) for role, counts in matrix(found).items()],
        "sentence": sentence(found),
        "factors": [(role_name(f.role), f.title, ", ".join(titles)) for f, titles in told if titles],
        "absent": [(f.title, suggestion(f, language)) for f, titles in told if not titles],
    }


def of_year(release: Release) -> list[Covered]:
    """The themes of which a figure of the whole was published in the year up to this round; totals, not their parts."""
    near = Release.objects.filter(closed_on__gt=release.closed_on - YEAR, closed_on__lte=release.closed_on)
    chosen = [one for one in near.order_by("-closed_on", "-id") if rounds.alike(one, release)]
    cells = ReleasedCell.objects.filter(release__in=chosen, unit__depth=0, value__isnull=False).exclude(
        statistic="spread"
    )
    shown = set(cells.values_list("release_id", "measure"))
    found: dict[str, Covered] = {}
    for one in chosen:
        for m in measures_of(one):
            if (one.id, m.id) in shown and m.id not in found:
                found[m.id] = Covered(m.id, m.title, m.role, () if m.part_of else levels_of(m))
    return list(found.values())


def levels_of(measure: Measure) -> tuple[str, ...]:
    """The levels that a measure was published with; of an older row, those that the catalogue gives the scale today."""
    if "iglo" in measure.data:
        return tuple(measure.data["iglo"])
    name, _dot, scale = measure.id.partition(".")
    try:
        found = catalogue.find(name).scale.get(scale)
    except catalogue.InstrumentError:
        return ()
    return found.iglo if found else ()


def matrix(found: Iterable[Covered]) -> dict[str, list[int]]:
    """Place in the model -> how many themes say something about each level, in the order of LEVELS."""
    made = {role: [0] * len(LEVELS) for role in ROLES}
    for one in found:
        for at, level in enumerate(LEVELS):
            made[one.role][at] += level in one.levels
    return made


def factors_of(found: Sequence[Covered], known: Sequence[Factor]) -> list[tuple[Factor, list[str]]]:
    """Each factor with the names of the themes that measure it; none where nothing does."""
    titles = {one.id: one.title for one in found}
    return [(f, list(dict.fromkeys(titles[scale] for scale in f.scales if scale in titles))) for f in known]


def sentence(found: Sequence[Covered]) -> str:
    """What of the two models is measured, and what is not, as plain sentences."""
    levels = [level_name(level) for level in LEVELS if not any(level in one.levels for one in found)]
    roles = [_missing(role) for role in ROLES if not any(one.role == role for one in found)]
    parts = [_("Nothing says anything about the level: %(names)s.") % {"names": ", ".join(levels)}] if levels else []
    parts += [_("Not measured: %(names)s.") % {"names": ", ".join(roles)}] if roles else []
    return " ".join(parts) or _("All four levels and all parts of the model were measured.")


def _missing(role: str) -> str:
    """A part of the model inside the sentence of what is not measured; what outcomes are needs an example."""
    if role == "outcome":
        return pgettext("model", "outcomes, such as wanting to stay and satisfaction")
    return role_name(role).lower()


def suggestion(factor: Factor, language: str) -> str:
    """A questionnaire of the catalogue that would measure a factor; one that must be completed first says so."""
    for name, template in [(s.partition(".")[0], False) for s in factor.scales] + [(t, True) for t in factor.templates]:
        title = _in(language, catalogue.find(name).title)
        return _("%(name)s (to be completed first)") % {"name": title} if template else title
    return ""


@lru_cache(maxsize=4)
def factors(language: str) -> tuple[Factor, ...]:
    """The factors of the model, in its order, in a language."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))["factors"]
    return tuple(
        Factor(_in(language, one["title"]), one["role"], tuple(one["scales"]), tuple(one.get("templates", ())))
        for one in raw
    )


def _in(language: str, texts: Mapping[str, str]) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def level_name(level: str) -> str:
    """A level of measures and actions, in words."""
    return {
        "individual": pgettext("level", "Individual"),
        "group": pgettext("level", "Group"),
        "leader": pgettext("level", "Leader"),
        "organisation": pgettext("level", "Organisation"),
    }[level]


def role_name(role: str) -> str:
    """A part of the job demands-resources model, in words."""
    return {
        "demand": pgettext("model", "What work asks"),
        "resource": pgettext("model", "What carries"),
        "strain": pgettext("model", "Strain"),
        "engagement": pgettext("model", "Engagement"),
        "outcome": pgettext("model", "Outcomes"),
    }[role]
