"""SPSS and Stata, with labels of variables and values and with what is missing told apart; Parquet beside them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from ..dataset import Dataset
from ..variables import DECIMAL, LETTERS, TEXT, Variable

# Where the day and time of making stand in the files; replaced by the stated day, so that the same data give the same bytes.
SAV_DATE = 92
DTA_MARK = b"<timestamp>"
STATA_LABEL, SPSS_LABEL = 80, 250
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def write_sav(data: Dataset, path: Path) -> None:
    """Codes -9 to -6 (or far below, see the codebook) are user-missing, each with its words."""
    import pyreadstat

    pyreadstat.write_sav(
        data.frame(),
        path,
        file_label=_cut(data.about.title, 60),
        column_labels={one.name: _cut(one.label, SPSS_LABEL) for one in data.variables},
        variable_value_labels=_value_labels(data),
        missing_ranges={one.name: [_range(one)] for one in data.variables if one.codes},
        variable_measure={one.name: one.measure for one in data.variables},
        variable_format={one.name: f"F{_width(one)}.{one.decimals}" for one in data.variables if one.kind != TEXT},
        row_compress=True,
    )
    day = data.about.day
    _stamp(path, SAV_DATE, f"{day.day:02} {MONTHS[day.month - 1]} {day:%y}00:00:00")


def write_dta(data: Dataset, path: Path) -> None:
    """What is missing is .a not answered, .b rather not say, .c not asked, .d not in this wave; each with its words."""
    import polars as pl
    import pyreadstat

    letters = {one.name: {code: LETTERS[reason] for code, reason in one.codes.items()} for one in data.variables}

    def _fits(code: int, name: str) -> bool:
        # A letter can only be labelled in a column in which it stands.
        return letters[name].get(code, "") in ("", *present.get(name, ()))

    columns: list[pl.Series] = []
    present: dict[str, list[str]] = {}
    frame = data.frame()
    for one in data.variables:
        column = frame[one.name]
        told = letters[one.name]
        found = sorted({told[code] for code in column.unique().to_list() if code in told})
        if found:
            values = [told.get(cell, cell) for cell in column.to_list()]
            column = pl.Series(one.name, values, dtype=pl.Object)
            present[one.name] = found
        columns.append(column)
    pyreadstat.write_dta(
        pl.DataFrame(columns),
        path,
        file_label=_cut(data.about.title, STATA_LABEL),
        column_labels={one.name: _cut(one.label, STATA_LABEL) for one in data.variables},
        variable_value_labels={
            name: {letters[name].get(code, code): words for code, words in known.items() if _fits(code, name)}
            for name, known in _value_labels(data).items()
        },
        missing_user_values=present,
    )
    at = path.read_bytes()[:512].index(DTA_MARK) + len(DTA_MARK) + 1
    day: datetime.date = data.about.day
    _stamp(path, at, f"{day.day:02} {MONTHS[day.month - 1]} {day.year} 00:00")


def write_parquet(data: Dataset, path: Path) -> None:
    """The typed table as it is; labels stand in the codebook."""
    data.frame().write_parquet(path, compression="zstd", statistics=False)


def _value_labels(data: Dataset) -> dict[str, dict[Any, str]]:
    found = {one.name: dict([*one.values, *data.missing_words(one)]) for one in data.variables}
    return {name: {code: _cut(words, 120) for code, words in known.items()} for name, known in found.items() if known}


def _range(one: Variable) -> Any:
    return {"lo": min(one.codes), "hi": max(one.codes)}


def _width(one: Variable) -> int:
    return 12 if one.shift else 8 if one.kind == DECIMAL else 6


def _cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, which is what these formats count; whole characters."""
    return text.encode()[:most].decode(errors="ignore")


def _stamp(path: Path, at: int, text: str) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(text.encode("ascii"))
