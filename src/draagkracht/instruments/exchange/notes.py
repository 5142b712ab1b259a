"""What the exchange of questionnaires has to say about a file, with the place it is about. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from draagkracht.instruments.tables import Fault, gettext_noop


@dataclass(frozen=True)
class Place:
    """Where something stands in a file: an English sentence part with named places for `values`."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)

    def told(self, translate: Callable[[str], str]) -> str:
        """In the language of `translate` (a gettext function)."""
        return translate(self.template).format(**self.values)


@dataclass(frozen=True)
class Note:
    """One thing that cannot be carried over, or that is wrong: where, and an English sentence with named places."""

    place: Place
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.template.format(**self.values)}"

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence, without its place, in the language of `translate`; what it quotes is told in it too."""
        values = {name: one.told(translate) if hasattr(one, "told") else one for name, one in self.values.items()}
        return translate(self.template).format(**values)


# What cannot be carried over, in the order of the questionnaire.
Left = list[Note]


class Broken(ValueError):
    """A file that cannot be read as a questionnaire; `notes` say what is wrong and where. Nothing was stored."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self.notes = list(notes)
        super().__init__("; ".join(map(str, self.notes)))


WHOLE = Place(gettext_noop("the whole file"))


def broken(template: str, place: Place = WHOLE, **values: Any) -> Broken:
    """A file with one fault."""
    return Broken([Note(place, template, values)])


def of_fault(fault: Fault, place: Place = WHOLE) -> Note:
    """What another reader found."""
    return Note(place, fault.template, fault.values)


def item(name: str) -> Place:
    """A question, a group or an answer, by the name it has in the file."""
    return Place("{name}", {"name": name})


def row(number: int, sheet: str = "") -> Place:
    """A row as a spreadsheet shows it: the header is row 1."""
    if sheet:
        return Place(gettext_noop("sheet {sheet}, row {row}"), {"sheet": sheet, "row": number})
    return Place(gettext_noop("row {row}"), {"row": number})


def line(number: int) -> Place:
    """A line of a text file, from 1."""
    return Place(gettext_noop("line {line}"), {"line": number})


def together(left: Iterable[Note], translate: Callable[[str], str] = str) -> list[tuple[str, list[str]]]:
    """(sentence, its places), each sentence once, in the order in which they first stand."""
    found: dict[str, dict[str, None]] = {}
    for note in left:
        found.setdefault(note.told(translate), {})[note.place.told(translate)] = None
    return [(sentence, list(places)) for sentence, places in found.items()]
