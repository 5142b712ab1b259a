"""What a column of a file with own figures can be, and by which headings we recognise it."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .kinds import fields, kinds, said
from .months import month_of

# Target -> what it is called on the page; the fields of the kinds come after these.
PLACES: dict[str, str | Promise] = {
    "unit": _("Unit: code, name, or path such as “Home care / North”"),
    "month": _("Month"),
    "year": _("Year, where the month stands in a column of its own"),
    "figure": _("Name of the figure, where one column holds all figures"),
    "amount": _("The number that belongs to that name"),
}
HEADINGS = {
    "unit": "eenheid eenheidcode unit unitcode afdeling dienst department afdelingscode kostenplaats costcentre costcenter "
    "orgeenheid organisatieeenheid oe pad path cluster team code",
    "month": "maand month periode period datum date kalendermaand maandnaam maandjaar",
    "year": "jaar year kalenderjaar",
    "figure": "cijfer indicator kengetal soort figure measure kpi",
    "amount": "waarde getal value number amount score aantal",
}
COLUMNS, MONTHS = "columns", "months"


def bare(text: str) -> str:
    """Letters only, lower case, without accents: "Verzuim %" and "verzuim" are the same heading."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)


def targets() -> list[tuple[str, str | Promise]]:
    """Everything that a column can be, with its words: the places first, then each field of each kind."""
    language = get_language() or "nl"
    found = list(PLACES.items())
    for kind in kinds():
        found += [(field.key, f"{said(kind.name, language)}: {said(field.name, language)}") for field in kind.fields]
    return found


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    found = {heading: target for target, headings in HEADINGS.items() for heading in headings.split()}
    for key, (_kind, field) in fields().items():
        for heading in (*field.headings, bare(key)):
            found.setdefault(heading, key)
    return found


@lru_cache(maxsize=1)
def _figures() -> dict[str, str]:
    """Bare name -> key of a field: by its key, a heading of it, or the name of its kind (then the first field)."""
    found: dict[str, str] = {}
    for key, (kind, field) in fields().items():
        names = [key, *field.headings, *(f"{one}{two}" for one in kind.name.values() for two in field.name.values())]
        if field is kind.fields[0]:
            names += [kind.id, *kind.name.values()]
        for name in (*names, *field.name.values()):
            found.setdefault(bare(name), key)
    return found


def figure_of(text: str) -> str | None:
    """The field that a cell names, as its key; None when it names none."""
    return _figures().get(bare(text))


def months_in(header: tuple[str, ...]) -> dict[int, Any]:
    """Column -> month, of the headings that name a month."""
    found = {number: month_of(heading) for number, heading in enumerate(header)}
    return {number: month for number, month in found.items() if month}


def guess(header: tuple[str, ...]) -> tuple[str, dict[str, int]]:
    """(layout, target -> number of its column from 0): months as columns when two headings name one."""
    layout = MONTHS if len(months_in(header)) >= 2 else COLUMNS
    found: dict[str, int] = {}
    for number, heading in enumerate(header):
        target = _known().get(bare(heading))
        if target and target not in found and not month_of(heading):
            found[target] = number
    if layout == MONTHS:
        found = {target: number for target, number in found.items() if target in ("unit", "figure")}
    elif "figure" not in found:
        found.pop("amount", None)
    return layout, found


def guess_figure(file_name: str) -> str:
    """The figure that the name of a file speaks of ("verzuim 2026.xlsx"); empty when it speaks of none."""
    words = [bare(word) for word in re.split(r"[\W_]+", file_name)]
    return next((key for word in words if word and (key := _figures().get(word))), "")


def problems(layout: str, columns: dict[str, int], figure: str, header: tuple[str, ...]) -> list[str | Promise]:
    """What is missing before rows can be read, as sentences; empty when nothing is."""
    if layout == MONTHS:
        found: list[str | Promise] = []
        if not months_in(header):
            found.append(_("No heading of this file names a month. Choose one row for each month instead."))
        if not figure and "figure" not in columns:
            found.append(_("Choose which figure stands in the columns of the months."))
        return found
    found = []
    if "month" not in columns:
        found.append(_("Choose the column with the month."))
    if ("figure" in columns) != ("amount" in columns):
        found.append(_("The name of the figure and its number each need a column."))
    if not any(target in columns for target in (*fields(), "amount")):
        found.append(_("Choose at least one column with a figure."))
    return found
