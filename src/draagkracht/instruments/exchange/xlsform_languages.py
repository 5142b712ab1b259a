"""Which columns of an XLSForm hold which language. No Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from draagkracht.instruments.exchange.books import Rows
from draagkracht.instruments.exchange.fhir_words import language_code
from draagkracht.instruments.exchange.gathering import Gathering
from draagkracht.instruments.exchange.notes import Place, row
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.tables import gettext_noop

NAMED = re.compile(r"\$\{\s*([^\s{}]+)\s*\}")
NO_LANGUAGE = gettext_noop("the column “{name}” does not say its language: it is taken for {language}")
UNKNOWN = gettext_noop("the language of the column “{name}” is not known: it is left out")


class Languages:
    """`main`: the language of columns without one; `spoken`: all languages, in the order of the columns."""

    def __init__(self, sheets: Mapping[str, Rows], settings: Mapping[str, str], gathering: Gathering) -> None:
        given = settings.get("default_language", "")
        self.main = code(given) or "nl"
        self.known: dict[str, str] = {}
        ours = settings.get("draagkracht_languages", "").split()
        for sheet in ("survey", "choices"):
            for name in dict.fromkeys(name for _, cells in sheets.get(sheet, ()) for name in cells):
                self._column(name, row(1, sheet), gathering, told=bool(code(given)))
        found = list(dict.fromkeys(self.known.values()))
        found.sort(key=lambda one: one != self.main)
        self.spoken = ours or found or [self.main]
        self.names = {code for code in self._names(sheets)}

    @staticmethod
    def _names(sheets: Mapping[str, Rows]) -> set[str]:
        return {cells["name"].strip() for _, cells in sheets.get("survey", ()) if "name" in cells}

    def _column(self, name: str, place: Place, gathering: Gathering, *, told: bool) -> None:
        plain, mark, language = (part.strip() for part in name.partition("::"))
        if plain.lower() not in ("label", "hint", "draagkracht_unit", "draagkracht_low", "draagkracht_high"):
            return
        if not mark:
            self.known[name] = self.main
            if not told and plain.lower() == "label":
                gathering.leave(place, NO_LANGUAGE, name=name, language=self.main)
        elif code(language):
            self.known[name] = code(language)
        else:
            gathering.leave(place, UNKNOWN, name=name)

    def words(self, cells: Mapping[str, str], column: str) -> dict[str, str]:
        """language -> text of the columns with this name."""
        found = {}
        for name, text in cells.items():
            if name in self.known and name.partition("::")[0].strip().lower() == column:
                found[self.known[name]] = NAMED.sub(self._carried, text)
        return found

    def _carried(self, found: re.Match[str]) -> str:
        return f"{{{OWN}.{found[1]}}}" if found[1] in self.names else found[0]


def code(name: str) -> str:
    """The code of a language that a column names: Dutch (nl), nl, Nederlands, French; '' if it is not known."""
    inside = re.search(r"\(([A-Za-z_-]+)\)\s*$", name)
    if inside:
        return language_code(inside[1])
    return language_code(name) if len(name) in (2, 5) else _names().get(name.strip().lower(), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Name of a language, in English and in itself -> code."""
    from babel import Locale

    found = {}
    for short, name in Locale("en").languages.items():
        if len(short) == 2:
            found[name.lower()] = short
    for short in ("nl", "en", "fr", "de", "es", "it", "pt", "pl", "tr", "ar"):
        found[(Locale(short).get_display_name(short) or short).lower()] = short
    return found
