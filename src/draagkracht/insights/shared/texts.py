"""What people wrote, as it was published: by question, in the drawn order, some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.insights.models import Reason, Release, ReleasedQuestion, ReleasedText, ReleasedUnit
from draagkracht.instruments.definition import in_language
from draagkracht.ui.charts.figure import number as written

AT_ONCE = 20


@dataclass(frozen=True)
class Asked:
    """One question: its words, who took part or why nothing is shown, and the texts of one page. `parameter` turns it."""

    title: str
    told: str
    page: Page | None
    parameter: str


def section(unit: ReleasedUnit | None, query: Mapping[str, str]) -> list[Asked]:
    """The questions in own words of a published unit. Empty where nobody was asked, where nothing was published yet, and
    for a unit without units below it: lists begin at a department."""
    if unit is None:
        return []
    rows = ReleasedQuestion.objects.filter(unit=unit).order_by("place", "id")
    return [_asked(row, query.get(f"texts-{row.place}", "1")) for row in rows]


def _asked(row: ReleasedQuestion, number: str) -> Asked:
    title, parameter = in_language(row.title, get_language() or ""), f"texts-{row.place}"
    if row.n is None:
        return Asked(title, _because(row.reason), None, parameter)
    page = Paginator(ReleasedText.objects.filter(question=row).order_by("place"), AT_ONCE).get_page(number)
    took = ngettext("%(n)s person took part.", "%(n)s people took part.", row.n) % {"n": written(row.n)}
    return Asked(title, took, page, parameter)


def _because(reason: str) -> str:
    if reason == Reason.TOO_FEW:
        return _("Not shown: too few people took part to protect everybody. Texts need at least ten.")
    if reason == Reason.PROTECTED:
        return _("Not shown: beside the list of a larger unit, a small group could be recognised.")
    return _("There is no text to show here.")


def with_texts(shown: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """What a page shows, and beside it the texts of its unit (`published`), or of the whole that its round was about.

    For the screen only: a list of quotes on paper or in a file goes places where nobody was told to handle it with care.
    """
    if not shown.get("release"):
        return shown
    root = ReleasedUnit.objects.filter(release=shown["release"], depth=0)
    unit = shown["published"] if "published" in shown else root.first()
    words = section(unit, request.GET)
    return shown | {"own_words": words, "words_elsewhere": None if words else _elsewhere(unit, shown["releases"])}


def _elsewhere(unit: ReleasedUnit | None, releases: Sequence[Release]) -> Release | None:
    """The last of these rounds of which texts of the same unit can be read; None where there is none."""
    if unit is None:
        return None
    same = {"unit__depth": 0} if unit.depth == 0 else {"unit__unit_id": unit.unit_id}
    rows = ReleasedQuestion.objects.filter(**same, unit__release__in=[one.id for one in releases], n__isnull=False)
    having = set(rows.values_list("unit__release_id", flat=True))
    return next((one for one in reversed(releases) if one.id in having), None)
