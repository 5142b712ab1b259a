"""The kinds of question, and what counts as an answer to each. No Django.

    kind        answer as it is stored                              in conditions
    choice      whole number, the value of one option               number
    multiple    list of values of options, [] = none of these       list
    likert      whole number                                        number
    yesno       1 yes, 0 no                                         number
    scale       whole number 0 to 10                                number
    number      whole or decimal number                             number
    date        "2026-11-21"                                        text
    time        "23:30"                                             text
    text        text, trimmed, not empty                            text
    ranking     list of the values of all options, best first       list
    statement   none: it only says something                        -

`matrix` exists only in drafts: each of its rows becomes a likert question, shown one by one under the same heading.
None stands for "rather not say" with every kind. A question without an entry among the answers was not answered.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from draagkracht.instruments.definition import Texts, in_language

Answer = int | float | str | list[int] | None

ONE_OF = ("choice", "likert", "yesno", "scale")
SEVERAL = ("multiple", "ranking")
KINDS = (*ONE_OF, *SEVERAL, "number", "date", "time", "text", "matrix", "statement")
# Kinds with a number that can be averaged over people.
SCORED = ("likert", "yesno", "scale")
IN_CONDITIONS = {
    **dict.fromkeys((*ONE_OF, "number"), "n"),
    **dict.fromkeys(SEVERAL, "l"),
    **dict.fromkeys(("date", "time", "text"), "t"),
}
LONGEST_TEXT = 4000
FURTHEST = 10**9
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Control characters, and halves of a character that no file and no page can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class NotAnAnswer(ValueError):
    """The question has no such answer; args = (code,)."""


@dataclass(frozen=True)
class Question:
    """One question of a published version. `code` is unique in it: instrument (or `own`), a dot, item.

    `options`: (value, words by language) in the order shown, for kinds with options. `minimum` and `maximum`: smallest
    and largest number; for dates and times ISO texts; None where there is no bound. `decimals`: digits after the point of
    a number. `ends`: words at 0 and at 10 of a scale. `show`: the tree of the condition under which it is asked.
    `stem`: the heading above the rows of a matrix.
    """

    code: str
    instrument: str
    item: str
    text: Texts
    kind: str = "likert"
    options: tuple[tuple[int, Texts], ...] = ()
    minimum: Any = None
    maximum: Any = None
    decimals: int = 0
    longest: int = 1000
    unit: Texts = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    stem: Texts = field(default_factory=dict)
    ends: tuple[Texts, Texts] = ({}, {})  # never changed
    section: int = 0
    show: list | None = None

    @property
    def labels(self) -> dict[str, list[str]]:
        """language -> words of the answers from the lowest value to the highest, in every language that has them all."""
        options = [words for _, words in sorted(self.options, key=lambda option: option[0])]
        names = options[0] if options else ()
        return {name: [words[name] for words in options] for name in names if all(name in words for words in options)}

    def choices(self, language: str) -> list[tuple[int, str]]:
        """Possible answers with their words, in the order shown."""
        return [(value, in_language(words, language)) for value, words in self.options]

    def label(self, value: int, language: str) -> str:
        """The words of one option; '' for a value that it does not have."""
        return next((in_language(words, language) for one, words in self.options if one == value), "")

    @property
    def asked(self) -> bool:
        """False for a statement."""
        return self.kind != "statement"

    def accepts(self, value: Any) -> bool:
        """Whether `answer` takes this value."""
        try:
            self.answer(value)
        except NotAnAnswer:
            return False
        return True

    def answer(self, value: Any) -> Answer:
        """The value as it is stored. Raises NotAnAnswer for what this question cannot have as an answer."""
        if self.kind == "statement":
            raise NotAnAnswer(self.code)
        if value is None:
            return None
        found = self._read(value)
        if found is None:
            raise NotAnAnswer(self.code)
        return found

    def _read(self, value: Any) -> Answer:
        if self.kind in ONE_OF:
            return value if _whole(value) and any(value == one for one, _ in self.options) else None
        if self.kind in SEVERAL:
            return self._several(value)
        if self.kind == "number":
            return self._number(value)
        if not isinstance(value, str):
            return None
        if self.kind == "text":
            text = value.replace("\r\n", "\n").strip()
            return text if text and len(text) <= self.longest and not _CONTROL.search(text) else None
        fits = _is_date(value) if self.kind == "date" else bool(_TIME.fullmatch(value))
        return value if fits and self._within(value) else None

    def _several(self, value: Any) -> list[int] | None:
        known = [one for one, _ in self.options]
        if not isinstance(value, list) or not all(_whole(one) and one in known for one in value):
            return None
        if len(set(value)) != len(value):
            return None
        if self.kind == "ranking":
            return value if len(value) == len(known) else None
        return [one for one in known if one in value]

    def _number(self, value: Any) -> int | float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= FURTHEST:
            return None
        if round(value, self.decimals) != value or not self._within(value):
            return None
        return int(value) if value == int(value) else float(value)

    def _within(self, value: Any) -> bool:
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)


def from_entry(entry: Mapping[str, Any]) -> Question:
    """A question from the content of a version. Versions of the first format hold Likert items with labels only."""
    options = entry.get("options")
    if options is None:
        options = _labelled(entry["labels"], entry["min"], entry["max"]) if "labels" in entry else []
    low, high = entry.get("ends", ({}, {}))
    return Question(
        code=entry["code"],
        instrument=entry["instrument"],
        item=entry["item"],
        text=entry["text"],
        kind=entry.get("kind", "likert"),
        options=tuple((value, words) for value, words in options),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        decimals=entry.get("decimals", 0),
        longest=entry.get("longest", 1000),
        unit=entry.get("unit", {}),
        help=entry.get("help", {}),
        stem=entry.get("stem", {}),
        ends=(low, high),
        section=entry.get("section", 0),
        show=entry.get("show"),
    )


def _labelled(labels: Mapping[str, Sequence[str]], low: int, high: int) -> list[tuple[int, Texts]]:
    values = range(low, high + 1)
    return [(value, {name: words[value - low] for name, words in labels.items()}) for value in values]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value)) and datetime.date.fromisoformat(value).year >= 1900
    except ValueError:
        return False
