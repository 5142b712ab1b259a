"""The file with the wording of one instrument in one language: `<id>.<language>.csv` or XLSX. No Django.

Two columns, `item` and `text`. A row is an item (its number or its code), a label that items share (`label:1`), a label
of one item alone (`label:ex3:1`), or `instruction`, the sentence above the questions. Lines before the header that begin
with # are remarks; three of them have a meaning: `# validated: false` (own wording, not the validated text),
`# invented: true` (an example, with nothing of the protected text in it) and `# source: ...`.
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
    """items: code -> text; validated and invented: None if the file does not say.

    labels: answer -> text for the answers that most items share, and "code:answer" -> text for one item alone.
    invented: an example made up by whoever imports it, with nothing of the protected text in it.
    """

    items: dict[str, str]
    labels: dict[str, str]
    instruction: str = ""
    validated: bool | None = None
    source: str = ""
    invented: bool | None = None

    def words(self, instrument: Instrument, code: str) -> list[str]:
        """The labels of the answers to one item, from low to high. Raises KeyError for an answer without a label."""
        return [self._label(instrument, code, value) for value in _values(instrument, code)]

    def complete(self, instrument: Instrument) -> bool:
        """Whether it holds a text for every item and a label for every answer."""
        try:
            return all(code in self.items and all(self.words(instrument, code)) for code in instrument.codes)
        except KeyError:
            return False

    def _label(self, instrument: Instrument, code: str, value: int) -> str:
        own = self.labels.get(f"{code}:{value}")
        return own or self.labels[str(value) if instrument.shares_labels(code) else f"{code}:{value}"]

    def stored(self) -> dict[str, object]:
        """As it is kept in the database."""
        return {"items": self.items, "labels": self.labels, "instruction": self.instruction}


def parse(instrument: Instrument, language: str, table: Table) -> Wording:
    """The wording in a table. Raises TextsError with every fault: an unknown, double, empty or missing text."""
    columns = _columns(table)
    names = [cells[columns[0]].strip() for _, cells in table.rows]
    numbers, _ = item_numbers(instrument, names)
    codes = {code.casefold(): code for code in instrument.codes}
    allowed = _allowed(instrument, codes, numbers)
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
    labels = _labels(instrument, language, found)
    errors.extend(_absent(instrument, found, labels))
    if errors:
        raise TextsError(errors)
    remarks = _remarks(table.comments)
    return Wording(
        {code: found[code] for code in instrument.codes},
        labels,
        found.get("instruction", ""),
        _yes_no(remarks, "validated"),
        remarks.get("source", ""),
        _yes_no(remarks, "invented"),
    )


def shipped(instrument: Instrument, language: str) -> Wording | None:
    """The wording in the catalogue file itself, or None where it must be imported."""
    if not instrument.carries_texts(language):
        return None
    labels = _labels(instrument, language, {})
    items = {code: instrument.texts[code][language] for code in instrument.codes}
    return Wording(items, labels, instrument.instruction.get(language, ""), True, instrument.licence.holder)


def blank(instrument: Instrument, language: str) -> list[list[str]]:
    """The rows of a file to fill in: header, labels that are known, every item with an empty text."""
    known = _labels(instrument, language, {})
    rows = [["item", "text"], ["instruction", ""]]
    rows += [[f"label:{name}", known.get(name, "")] for name in _places(instrument)]
    return rows + [[code, ""] for code in instrument.codes]


def _values(instrument: Instrument, code: str) -> range:
    low, high = instrument.key.ranges[code]
    return range(low, high + 1)


def _places(instrument: Instrument) -> list[str]:
    """The names of the labels that the instrument cannot do without: shared ones first, then those of single items."""
    own = [code for code in instrument.codes if not instrument.shares_labels(code)]
    return [str(value) for value in instrument.shared_range] + [
        f"{code}:{value}" for code in own for value in _values(instrument, code)
    ]


def _allowed(instrument: Instrument, codes: Mapping[str, str], numbers: Mapping[str, str]) -> dict[str, str]:
    """Every other name that a row may have -> its place: the instruction, shared labels, labels of single items."""
    shared = {f"label:{value}": f"label:{value}" for value in instrument.shared_range}
    single = {
        f"label:{name}:{value}": f"label:{code}:{value}"
        for name, code in [*codes.items(), *numbers.items()]
        for value in _values(instrument, code)
    }
    return {"instruction": "instruction"} | shared | single


def _yes_no(remarks: Mapping[str, str], name: str) -> bool | None:
    return {"false": False, "true": True}.get(remarks.get(name, "").casefold())


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


def _labels(instrument: Instrument, language: str, found: Mapping[str, str]) -> dict[str, str]:
    """Labels by place, as far as they are known: those of the file, else those of the catalogue."""
    shared = zip(instrument.shared_range, instrument.labels.get(language, ()), strict=False)
    known = {str(value): word for value, word in shared}
    for code in instrument.own_labels if instrument.codes else ():
        words = instrument.item_labels(code, language)
        known |= {f"{code}:{value}": word for value, word in zip(_values(instrument, code), words, strict=True)}
    given = {place.removeprefix("label:"): text for place, text in found.items() if place.startswith("label:")}
    return {place: word for place, word in (known | given).items() if word}


def _absent(instrument: Instrument, found: Mapping[str, str], labels: Mapping[str, str]) -> list[RowError]:
    items = [code for code in instrument.codes if code not in found]
    answers = [
        place for place in _places(instrument) if place not in labels and not _covered(instrument, place, labels)
    ]
    errors = []
    if items:
        errors.append(RowError(0, gettext_noop("no text for item {names}"), {"names": ", ".join(items)}))
    if answers:
        names = ", ".join(f"label:{value}" for value in answers)
        errors.append(RowError(0, gettext_noop("no words for the answers {names}"), {"names": names}))
    return errors


def _covered(instrument: Instrument, place: str, labels: Mapping[str, str]) -> bool:
    """A shared label may be left out where every item that shares it has a label of its own for that answer."""
    sharing = [code for code in instrument.codes if instrument.shares_labels(code)]
    return ":" not in place and all(f"{code}:{place}" in labels for code in sharing)


def _remarks(comments: tuple[str, ...]) -> dict[str, str]:
    pairs = (comment.partition(":") for comment in comments)
    return {name.strip().casefold(): value.strip() for name, colon, value in pairs if colon}
