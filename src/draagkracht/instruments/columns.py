"""Which column of a file holds which item, and what a cell says. No Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.tables import Fault, gettext_noop

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:[.,]0+)?")


class ColumnError(Fault):
    """The header does not fit the instrument."""


@dataclass(frozen=True)
class Match:
    """`columns` maps each item code to the index of its column; `numbering` is the instrument whose numbers were used."""

    columns: dict[str, int]
    numbering: str


def match_columns(instrument: Instrument, header: Sequence[str]) -> Match:
    """Finds the column of every item by its code or its number (1 = first item of this instrument).

    A file made with the long form numbers more items than a short form has. Then the numbers are those of the long form,
    so that item 9 of bat-23 is not taken for item 9 of bat-12. Raises ColumnError for an item without a column (an empty
    column says that it was not asked) or with two.
    """
    doubled = [name for name, count in Counter(header).items() if name and count > 1]
    if doubled:
        raise ColumnError(gettext_noop("column {name!r} stands in the header twice"), name=doubled[0])
    numbers, numbering = item_numbers(instrument, header)
    by_code = {code.casefold(): code for code in instrument.codes}
    # Files that hold several instruments may name an item with its instrument: bat-12.ex1.
    by_code |= {f"{instrument.id}.{code}".casefold(): code for code in instrument.codes}
    columns: dict[str, int] = {}
    for index, name in enumerate(header):
        code = by_code.get(name.casefold()) or numbers.get(name.lstrip("0"))
        if code is None:
            continue
        if code in columns:
            raise ColumnError(
                gettext_noop("columns {one!r} and {two!r} hold the same item"), one=header[columns[code]], two=name
            )
        columns[code] = index
    missing = [code for code in instrument.codes if code not in columns]
    if missing:
        raise _absence(instrument, missing, numbers, none_found=not columns)
    return Match({code: columns[code] for code in instrument.codes}, numbering)


@lru_cache(maxsize=4096)  # a file holds few different cells
def whole_number(text: str, low: int, high: int) -> int | None:
    """The answer in a cell, None if it is empty. Raises ValueError for anything but a whole number in the range."""
    text = text.strip()
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    value = int(re.split("[.,]", text)[0])
    if not low <= value <= high:
        raise ValueError(text)
    return value


def item_numbers(instrument: Instrument, names: Sequence[str]) -> tuple[dict[str, str], str]:
    """Number -> item code for a file that uses these names, and the instrument whose numbers they are."""
    own = {str(number): code for number, code in enumerate(instrument.codes, start=1)}
    long = {str(number): code for number, code in zip(instrument.short_form_items, instrument.codes, strict=False)}
    if any(name.lstrip("0") in long.keys() - own.keys() for name in names):
        return long, instrument.short_form_of
    return own, instrument.id


def _absence(instrument: Instrument, missing: list[str], numbers: dict[str, str], none_found: bool) -> ColumnError:
    number = {code: number for number, code in numbers.items()}
    if none_found:
        return ColumnError(
            gettext_noop(
                "no column of {id} was found: the header needs the item numbers {numbers} or the codes {codes}"
            ),
            id=instrument.id,
            numbers=", ".join(numbers),
            codes=", ".join(instrument.codes),
        )
    return ColumnError(
        gettext_noop("no column for item {names}; add an empty column for a question that was not asked"),
        names=", ".join(f"{number[code]} ({code})" for code in missing),
    )
