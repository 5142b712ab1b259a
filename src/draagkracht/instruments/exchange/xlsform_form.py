"""The sheets of an XLSForm: its lists of answers, the words of a row, and what of a row nobody looks at. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.exchange.books import Rows
from draagkracht.instruments.exchange.gathering import REQUIRED, Gathering
from draagkracht.instruments.exchange.notes import row
from draagkracht.instruments.exchange.xlsform_languages import Languages
from draagkracht.instruments.tables import gettext_noop

SHEETS = ("survey", "choices", "settings")
NOT_CARRIED = gettext_noop("“{part}” is not carried over")
HANDLED = {
    "type", "name", "label", "hint", "relevant", "constraint", "appearance", "parameters", "draagkracht_kind",
    "draagkracht_condition", "draagkracht_min", "draagkracht_max", "draagkracht_decimals", "draagkracht_direction",
    "draagkracht_strain", "draagkracht_unit", "draagkracht_low", "draagkracht_high", "note",
}  # fmt: skip
Row = dict[str, Any]


class Form:
    """`choices`: list -> [(row number, name, words)] of the sheet choices; `numbers`: list -> name -> number here."""

    def __init__(self, sheets: Mapping[str, Rows], instruments: Mapping[str, Instrument]) -> None:
        self.gathering = Gathering(instruments)
        self.settings = sheets["settings"][0][1] if sheets.get("settings") else {}
        self.languages = Languages(sheets, self.settings, self.gathering)
        self.sheets = sheets
        self.choices = self._choices()
        self.numbers: dict[str, dict[str, int]] = {}

    def _choices(self) -> dict[str, list[tuple[int, str, dict[str, str]]]]:
        found: dict[str, list[tuple[int, str, dict[str, str]]]] = {}
        seen: set[tuple[str, str]] = set()
        for number, cells in self.sheets.get("choices", ()):
            given = {name.lower(): value.strip() for name, value in cells.items()}
            listed = given.get("list_name") or given.get("list name", "")
            name = given.get("name") or given.get("value", "")
            if not listed or not name:
                part = "name" if listed else "list_name"
                self.gathering.fault(row(number, "choices"), gettext_noop("“{part}” is empty"), part=part)
                continue
            for other in cells:
                if other.lower().partition("::")[0] not in ("list_name", "list name", "name", "value", "label"):
                    self.gathering.leave(row(1, "choices"), NOT_CARRIED, part=other)
            if (listed, name) in seen:
                self.gathering.fault(
                    row(number, "choices"), gettext_noop("the answer {name} stands there twice"), name=name
                )
            else:
                seen.add((listed, name))
                found.setdefault(listed, []).append((number, name, self.languages.words(cells, "label")))
        return found

    def words(self, one: Row, column: str) -> dict[str, str]:
        """A text in its languages; a question that it names is named as we do."""
        return self.languages.words(one["cells"], column)

    def rest(self, one: Row, more: set[str]) -> None:
        """Lists every cell that nobody looks at."""
        for name in one["cells"]:
            plain = name.partition("::")[0].strip().lower()
            if plain == "required" and one["cells"][name].strip().lower() in ("yes", "true", "true()", "1"):
                self.gathering.leave(one["place"], REQUIRED)
            elif plain not in HANDLED | more and one["cells"][name].strip().lower() not in ("no", "false", "false()"):
                self.gathering.leave(one["place"], NOT_CARRIED, part=name)
        appearance = cell(one["cells"], "appearance")
        if appearance and not set(appearance.split()) <= {"likert", "table-list", "multiline", "minimal", "field-list"}:
            self.gathering.leave(one["place"], NOT_CARRIED, part=f"appearance {appearance}")


def cell(cells: Mapping[str, str], name: str) -> str:
    """What stands in a column, without blanks around it; '' for nothing."""
    return cells.get(name, "").strip()
