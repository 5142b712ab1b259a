"""The file with the wording of one instrument in one language: `<id>.<language>.csv` or XLSX. No Django.

Two columns, `item` and `text`. A row is an item (its number or its code), a label of an answer (`label:1`), or
`instruction`, the sentence above the questions. Lines before the header that begin with # are remarks; two of them have a
meaning: `# validated: false` (own wording, not the validated text) and `# source: ...`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from draagkracht.instruments.columns import item_numbers
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.tables import Table, gettext_noop

LONGEST = 1000
ITEM_NAMES = ("item", "code", "number", "vraag", "nummer", "nr")
TEXT_NAMES = ("text", "tekst")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row (0: the whole file). `template` is an English sentence with named places for `values`."""

    row: int
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        words = self.template.format(**self.values)
        return f"row {self.row}: {words}" if self.row else words


class TextsError(ValueError):
    """A file of texts that cannot be used; `errors` are all its faults, in the order of the rows."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True)
class Wording:
    """items: code -> text; labels: answer -> text, all of them; validated: None if the file does not say."""

    items: dict[str, str]
    labels: dict[str, str]
    instruction: str = ""
    validated: bool | None = None
    source: str = ""

    def stored(self) -> dict[str, object]:
        """As it is kept in the database."""
        return {"items": self.items, "labels": self.labels, "instruction": self.instruction}


def parse(instrument: Instrument, language: str, table: Table) -> Wording:
    """The wording in a table. Raises TextsError with every fault: an unknown, double, empty or missing text."""
    columns = _columns(table)
    names = [cells[columns[0]].strip() for _, cells in table.rows]
    numbers, _ = item_numbers(instrument, names)
    codes = {code.casefold(): code for code in instrument.codes}
    low, high = instrument.key.items[0].minimum, instrument.key.items[0].maximum
    allowed = {f"label:{value}": f"label:{value}" for value in range(low, high + 1)} | {"instruction": "instruction"}
    found: dict[str, str] = {}
    errors: list[RowError] = []
    for (row, cells), name in zip(table.rows, names, strict=True):
        text = " ".join(cells[columns[1]].split())
        if not name and not text:
            continue
        short = name.casefold().replace(" ", "")
        place = codes.get(short) or numbers.get(short.lstrip("0")) or allowed.get(short)
        errors.extend(_row_errors(row, name, place, text, found))
        if place is not None and text:
            found.setdefault(place, text)
    labels = _labels(instrument, language, found, range(low, high + 1))
    errors.extend(_absent(instrument, found, labels))
    if errors:
        raise TextsError(errors)
    remarks = _remarks(table.comments)
    return Wording(
        {code: found[code] for code in instrument.codes},
        {value: label or "" for value, label in labels.items()},
        found.get("instruction", ""),
        {"false": False, "true": True}.get(remarks.get("validated", "").casefold()),
        remarks.get("source", ""),
    )


def shipped(instrument: Instrument, language: str) -> Wording | None:
    """The wording in the catalogue file itself, or None where it must be imported."""
    if not instrument.carries_texts(language):
        return None
    labels = instrument.labels.get(language, ())
    low = instrument.key.items[0].minimum
    words = {str(low + place): label or "" for place, label in enumerate(labels)}
    items = {code: instrument.texts[code][language] for code in instrument.codes}
    return Wording(items, words, instrument.instruction.get(language, ""), True, instrument.licence.holder)


def blank(instrument: Instrument, language: str) -> list[list[str]]:
    """The rows of a file to fill in: header, labels that are known, every item with an empty text."""
    low = instrument.key.items[0].minimum
    known = instrument.labels.get(language) or (None,) * (instrument.key.items[0].maximum - low + 1)
    labels = [[f"label:{low + place}", label or ""] for place, label in enumerate(known)]
    return [["item", "text"], ["instruction", ""], *labels, *([code, ""] for code in instrument.codes)]


def _columns(table: Table) -> tuple[int, int]:
    header = [name.casefold() for name in table.header]
    found = [next((header.index(name) for name in names if name in header), None) for names in (ITEM_NAMES, TEXT_NAMES)]
    if found[0] is None or found[1] is None:
        raise TextsError([RowError(0, gettext_noop("the header must hold the columns item and text"))])
    return found[0], found[1]


def _row_errors(row: int, name: str, place: str | None, text: str, found: Mapping[str, str]) -> list[RowError]:
    if place is None:
        return [
            RowError(
                row,
                gettext_noop("{name!r} is not an item, a label or the instruction of this instrument"),
                {"name": name},
            )
        ]
    if place in found:
        return [RowError(row, gettext_noop("{name!r} stands in the file twice"), {"name": name})]
    if not text and place != "instruction":
        return [RowError(row, gettext_noop("the text of {name!r} is empty"), {"name": name})]
    if len(text) > LONGEST:
        return [
            RowError(
                row,
                gettext_noop("the text of {name!r} is longer than {most} characters"),
                {"name": name, "most": LONGEST},
            )
        ]
    return []


def _labels(instrument: Instrument, language: str, found: Mapping[str, str], values: range) -> dict[str, str | None]:
    known = instrument.labels.get(language) or (None,) * len(values)
    return {str(value): found.get(f"label:{value}") or label for value, label in zip(values, known, strict=True)}


def _absent(instrument: Instrument, found: Mapping[str, str], labels: Mapping[str, str | None]) -> list[RowError]:
    items = [code for code in instrument.codes if code not in found]
    answers = [value for value, label in labels.items() if not label]
    errors = []
    if items:
        errors.append(RowError(0, gettext_noop("no text for item {names}"), {"names": ", ".join(items)}))
    if answers:
        names = ", ".join(f"label:{value}" for value in answers)
        errors.append(RowError(0, gettext_noop("no words for the answers {names}"), {"names": names}))
    return errors


def _remarks(comments: tuple[str, ...]) -> dict[str, str]:
    pairs = (comment.partition(":") for comment in comments)
    return {name.strip().casefold(): value.strip() for name, colon, value in pairs if colon}
