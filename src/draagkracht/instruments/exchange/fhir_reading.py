"""What reading any part of a FHIR Questionnaire keeps: its words by language, its names, and what is left behind. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.exchange.fhir_words import (
    CALCULATED,
    CONTROL,
    HIGHEST,
    LOWEST,
    OURS,
    PLACES,
    UNIT,
    WEIGHT,
    Resource,
    take,
)
from draagkracht.instruments.exchange.gathering import REQUIRED, Gathering
from draagkracht.instruments.exchange.notes import Place, item
from draagkracht.instruments.tables import gettext_noop

# What an item and its extensions may have without being listed: somebody reads it.
ITEM = {"required", "linkId", "type", "text", "extension", "enableWhen", "enableBehavior"}
EXTENSIONS = {CONTROL, LOWEST, HIGHEST, PLACES, UNIT, CALCULATED, *WEIGHT.values()}
NOT_CARRIED = gettext_noop("“{part}” is not carried over")


class Reading:
    """`language`: of texts that name none. `links`: every linkId so far. `seen`: the languages, in order."""

    def __init__(self, gathering: Gathering, language: str) -> None:
        self.gathering, self.language = gathering, language
        self.links: set[str] = set()
        self.seen: dict[str, None] = {}

    def words(self, part: Mapping[str, Any], name: str) -> dict[str, str]:
        """A text in its languages."""
        found = take(part, name, self.language)
        self.seen.update(dict.fromkeys(found))
        return found

    def unique(self, one: Resource) -> None:
        if one["linkId"] in self.links:
            self.gathering.fault(item(one["linkId"]), gettext_noop("this linkId stands in the file twice"))
        self.links.add(one["linkId"])

    def rest(self, one: Resource, place: Place, handled: set[str]) -> None:
        """Lists every part of an item that nobody looks at."""
        if one.get("required"):
            self.gathering.leave(place, REQUIRED)
        for name in one:
            if name not in handled and name not in ITEM and not (name.startswith("_") and name[1:] in ITEM | handled):
                self.gathering.leave(place, NOT_CARRIED, part=name)
        self.foreign(one, place, EXTENSIONS)

    def foreign(self, part: Resource, place: Place, handled: set[str]) -> None:
        """Lists every extension that nobody looks at."""
        for one in part.get("extension", ()):
            url = str(one.get("url", ""))
            if url not in handled and not url.startswith(OURS):
                self.gathering.leave(place, NOT_CARRIED, part=url.rpartition("/")[2] or url)
