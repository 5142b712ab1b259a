"""How much a questionnaire from a file may hold, and which characters. No Django."""

from __future__ import annotations

from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange.characters import NO_TEXT, unfit
from draagkracht.instruments.exchange.notes import WHOLE, Left, Note, item
from draagkracht.instruments.tables import gettext_noop

MOST = {"sections": 100, "elements": 500, "options": 200, "rows": 50}
MOST_ELEMENTS = 5000
MOST_FAULTS, MOST_LEFT = 200, 20_000
LONGEST = 4000
TOO_LONG = gettext_noop("a text is longer than {most} characters")
TOO_MANY = gettext_noop("there are more than {most} of these here")


def faults(made: Document) -> Left:
    """What is too much, and what holds a character that cannot be stored, each with its section or question."""
    return [*_sizes(made), *_characters(made)]


def _sizes(made: Document) -> Left:
    sizes: list[tuple[str, int, str]] = []
    for section in made["sections"]:
        sizes.append(("elements", len(section["elements"]), section["id"]))
        for element in section["elements"]:
            sizes += [(part, len(element.get(part, ())), element.get("code", "")) for part in ("options", "rows")]
    return [
        Note(item(where or part), TOO_MANY, {"most": MOST[part]}) for part, size, where in sizes if size > MOST[part]
    ]


def _characters(made: Document) -> Left:
    parts = [(WHOLE, {**made, "sections": []})]
    for section in made["sections"]:
        parts.append((item(section["id"]), {**section, "elements": []}))
        parts += [(item(one.get("code") or one.get("id", "")), one) for one in section["elements"]]
    wrong = ((place, unfit(part)) for place, part in parts)
    return [Note(place, NO_TEXT, {"code": found[1]}) for place, found in wrong if found]
