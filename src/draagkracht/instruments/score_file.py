"""`draagkracht score INSTRUMENT FILE.csv [-o OUT.csv] [--catalogue DIR]`: scores a file, one row a respondent.

Runs without Django and without a database. Columns are item numbers or item codes, an empty cell is a missing answer,
other columns are carried along. The output holds all columns of the file and one a score, named as the scale, empty where
the missing-data rule forbids a score; numbers have all their digits. Bad input: exit code 2, every bad cell by row and
column on standard error, and nothing is written.
"""

from __future__ import annotations

import argparse
import csv
import gettext
import io
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from draagkracht.instruments.catalogue import InstrumentError, Place, find
from draagkracht.instruments.columns import ColumnError, match_columns, whole_number
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.tables import Table, TableError, read
from draagkracht.science.scoring import score

MOST_ERRORS = 20


class ScoreError(Exception):
    """What is wrong with the file, as lines for the person who brought it."""


def main(argv: Sequence[str]) -> int:
    """The command line. Exit code 0, or 2 for what could not be done."""
    parser = argparse.ArgumentParser(prog="draagkracht score", description=_("Score a file: one row a respondent."))
    parser.add_argument("instrument", help=_("id, such as bat-12"))
    parser.add_argument("file", type=Path, help=_("CSV; columns are item numbers or item codes"))
    parser.add_argument("-o", "--output", type=Path, help=_("where to write; standard output if absent"))
    parser.add_argument("--catalogue", action="append", default=[], metavar="DIR", help=_("your own instrument files"))
    options = parser.parse_args(list(argv))
    return run(options.instrument, options.file, options.output, options.catalogue)


def run(instrument_id: str, source: Path, target: Path | None = None, catalogue: Sequence[Place] = ()) -> int:
    """Scores `source` into `target` (None: standard output) and returns the exit code."""
    try:
        instrument = find(instrument_id, catalogue)
        text, notes = scored(instrument, read(source.read_bytes(), source.name))
        if target is None:
            _print(text)
        else:
            write_whole(target, text)
    except OSError as error:
        _say(f"{error.filename or target or source}: {error.strerror or error}")
        return 2
    except InstrumentError as error:
        _say(str(error))
        return 2
    except ScoreError as error:
        _say(f"{source}: {error}".replace(": \n", ":\n"))
        return 2
    except (TableError, ColumnError) as error:
        _say(f"{source}: {error.told(_)}")
        return 2
    for note in notes:
        _say(note)
    return 0


def scored(instrument: Instrument, table: Table) -> tuple[str, list[str]]:
    """The table with its scores as CSV text, and notes for the reader. Raises ScoreError listing every bad cell."""
    match = match_columns(instrument, table.header)
    notes = []
    if match.numbering != instrument.id:
        notes.append(_("The item numbers were read as those of {name}.").format(name=match.numbering))
    out = io.StringIO(newline="")
    out.write("\ufeff" if table.byte_order_mark else "")
    writer = csv.writer(out, delimiter=table.separator, lineterminator="\n")
    writer.writerow(table.header + _names(instrument, table.header, notes))
    errors: list[str] = []
    for number, cells in table.rows:
        answers = _answers(instrument, table.header, match.columns, number, cells, errors)
        if not errors:
            values = score(instrument.key, answers)
            writer.writerow(cells + ["" if value is None else repr(value) for value in values.values()])
    if errors:
        more = len(errors) - MOST_ERRORS
        tail = [_("... and {count} more").format(count=more)] if more > 0 else []
        raise ScoreError("\n  ".join(["", *errors[:MOST_ERRORS], *tail]))
    return out.getvalue(), notes


def write_whole(target: Path, text: str) -> None:
    """Writes a file entirely or not at all: beside its place first, then renamed onto it."""
    if target.exists() and not target.is_file():  # a pipe or a device; a folder fails here with its own message
        target.write_text(text, encoding="utf-8")
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _names(instrument: Instrument, header: Sequence[str], notes: list[str]) -> list[str]:
    """Names of the score columns; one that the file already uses gets the instrument in front."""
    taken = {name.casefold() for name in header}
    names = []
    for scale in instrument.scales:
        name = scale.id if scale.id.casefold() not in taken else f"{instrument.id}.{scale.id}"
        if name.casefold() in taken:
            raise ScoreError(_("the file already has a column {name}").format(name=name))
        if name != scale.id:
            notes.append(
                _("The file has a column {old} already: the score is in {new}.").format(old=scale.id, new=name)
            )
        names.append(name)
    return names


def _answers(
    instrument: Instrument, header: list[str], columns: dict[str, int], number: int, cells: list[str], errors: list[str]
) -> dict[str, int | None]:
    answers: dict[str, int | None] = {}
    for code, index in columns.items():
        low, high = instrument.key.ranges[code]
        try:
            answers[code] = whole_number(cells[index], low, high)
        except ValueError as error:
            errors.append(
                _("row {row}, column {column}: {value!r} is not a whole number from {low} to {high}").format(
                    row=number, column=header[index], value=str(error), low=low, high=high
                )
            )
    return answers


def _print(text: str) -> None:
    try:
        _utf8(sys.stdout).write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _utf8(stream: TextIO) -> TextIO:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")
    return stream


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _(text: str) -> str:
    """gettext without Django: Dutch unless LANG asks for English, as for every command."""
    return _translate()(text)


def _translate() -> Callable[[str], str]:
    language = "en" if os.environ.get("LANG", "").startswith("en") else "nl"
    folder = Path(__file__).resolve().parent / "locale"
    return gettext.translation("django", folder, [language], fallback=True).gettext
