"""The command `draagkracht import benchmark FILE`: norms from publications, brought by the administrator as YAML or a table.

A file is taken as a whole or not at all; what is wrong is told line by line. A norm never changes: a later row of the same
measure and country takes its place, and pages show that one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights.models import Benchmark
from draagkracht.instruments import catalogue
from draagkracht.instruments.definition import ScaleInfo
from draagkracht.people.actions import audit
from draagkracht.ui import sheets
from draagkracht.ui.refusal import Refusal

SCHEMA = catalogue.CATALOGUE / "schemas" / "benchmark.json"
ALGORITHM = "norm-1"
AT_MOST = 10
# Of a mean by n and standard deviation: a normal quantile is exact enough from a hundred people.
QUANTILE = 1.96


def main(argv: list[str]) -> int:
    """0 when every norm of the file stands."""
    parser = argparse.ArgumentParser(prog="draagkracht import benchmark")
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="say what would come in")
    options = parser.parse_args(argv)
    rows = new(read(options.file))
    if not options.dry_run:
        bring_in(rows)
    sys.stdout.write(ngettext("%(n)s norm is new.", "%(n)s norms are new.", len(rows)) % {"n": len(rows)} + "\n")
    for row in rows:
        sys.stdout.write(f"  {row.measure} {row.country} {row.year}: {row.mean:g}, n = {row.n}\n")
    if options.dry_run:
        sys.stdout.write(_("Nothing was stored: this was a dry run.") + "\n")
    return 0


def read(path: Path) -> list[Benchmark]:
    """The norms of a file, checked and not yet stored. Raises Refusal with every fault that was found (ten at most)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(_("%(file)s cannot be read.") % {"file": path.name}, 404) from error
    entries = list(_yaml(data) if path.suffix.lower() in (".yaml", ".yml") else _table(data))
    faults = [f"{where}: {fault}" for where, entry in entries for fault in faults_of(entry)]
    faults += [] if faults else _doubles(entries)
    if faults:
        raise Refusal("\n".join([_("Nothing was stored."), *faults[:AT_MOST]]))
    return [_row(entry) for _where, entry in entries]


def new(rows: list[Benchmark]) -> list[Benchmark]:
    """Those that do not stand already, word for word, as the last norm of their measure and country."""
    return [row for row in rows if (last := _last(row)) is None or _told(last) != _told(row)]


def bring_in(rows: list[Benchmark]) -> None:
    """Stores them: one transaction, one audit line."""
    with transaction.atomic():
        for row in rows:
            row.save()
        if rows:
            audit(None, None, "benchmark.imported", measures=len(rows))


def faults_of(entry: Mapping[str, Any]) -> list[str]:
    """What is wrong with one norm, in sentences; nothing where it can be used."""
    import jsonschema  # only for files from outside

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]["benchmark"]
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(entry), key=lambda e: list(map(str, e.path)))
    return [_in_words(error) for error in errors] or _beyond(entry)


def _in_words(error: Any) -> str:
    field = ".".join(map(str, error.absolute_path))
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return _("“%(field)s” is missing") % {"field": f"{field}.{missing}".lstrip(".")}
    if error.validator == "additionalProperties" and not field:
        return _("a field that is not known: %(what)s") % {"what": error.message}
    if error.validator in ("minimum", "exclusiveMinimum"):
        told = {"field": field, "least": error.validator_value, "value": error.instance}
        if error.validator == "minimum":
            return _("“%(field)s” must be at least %(least)s, and is %(value)s") % told
        return _("“%(field)s” must be more than %(least)s, and is %(value)s") % told
    if error.validator == "type":
        kinds = {"number": _("a number"), "integer": _("a whole number"), "string": _("a text")}
        told = {"field": field, "kind": kinds.get(error.validator_value, error.validator_value)}
        return _("“%(field)s” must be %(kind)s") % told
    return f"{field}: {error.message}"


def _beyond(entry: Mapping[str, Any]) -> list[str]:
    """What a schema can not know: the measure, the ends of its scale, the calendar."""
    try:
        scale = _scale(entry["measure"])
    except catalogue.UnknownIdError as error:
        return [_("no instrument “%(name)s”; near: %(near)s") % {"name": entry["measure"], "near": _near(error.near)}]
    if scale is None:
        return [_("the instrument has no scale “%(name)s”") % {"name": entry["measure"].split(".", 1)[1]}]
    faults = []
    if not scale.minimum <= entry["mean"] <= scale.maximum:
        told = {"value": entry["mean"], "low": f"{scale.minimum:g}", "high": f"{scale.maximum:g}"}
        faults.append(_("the mean %(value)s lies outside the scale, which runs from %(low)s to %(high)s") % told)
    if not entry["sd"] <= (scale.maximum - scale.minimum) / 2:
        faults.append(_("“sd” is larger than half of the scale: that can not be"))
    if entry["year"] > timezone.localdate().year:
        faults.append(_("the year %(year)s has not come yet") % {"year": entry["year"]})
    return faults


def _near(names: list[str]) -> str:
    return ", ".join(names) or "–"


def _scale(measure: str) -> ScaleInfo | None:
    name, scale = measure.split(".", 1)
    return catalogue.find(name).scale.get(scale)


def _doubles(entries: list[tuple[str, dict[str, Any]]]) -> list[str]:
    seen: set[tuple[str, str]] = set()
    found = []
    for where, entry in entries:
        key = (entry["measure"], entry.get("country", ""))
        if key in seen:
            found.append(f"{where}: " + _("“%(name)s” stands here twice") % {"name": " ".join(key).strip()})
        seen.add(key)
    return found


def _yaml(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        raw = yaml.safe_load(sheets.decode(data))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else "?"
        raise Refusal(_("Line %(line)s cannot be read as YAML.") % {"line": line}) from error
    entries = raw.get("benchmarks") if isinstance(raw, dict) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise Refusal(_("The file must hold a list named “benchmarks”."))
    for at, entry in enumerate(entries, 1):
        yield _("norm %(number)s") % {"number": at}, entry


def _table(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of a CSV or XLSX: columns as in the schema, and population_nl, population_en."""
    sheet = sheets.read(data)
    for row in sheet.rows:
        given = {name.strip().lower(): cell for name, cell in zip(sheet.header, row.cells, strict=True) if cell}
        entry: dict[str, Any] = {name: _number(name, cell) for name, cell in given.items() if "_" not in name}
        population = {n.partition("_")[2]: cell for n, cell in given.items() if n.startswith("population_")}
        unknown = {n: cell for n, cell in given.items() if "_" in n and not n.startswith("population_")}
        yield _("line %(number)s") % {"number": row.number}, entry | unknown | {"population": population}


def _number(name: str, cell: str) -> Any:
    """A figure as people write it in a table: 2.1 or 2,1; what is no number stays text and is told to be wrong."""
    if name not in ("mean", "sd", "n", "year"):
        return cell
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return cell
    return int(value) if value.is_integer() and name in ("n", "year") else value


def _row(entry: Mapping[str, Any]) -> Benchmark:
    name, scale_id = entry["measure"].split(".", 1)
    scale = catalogue.find(name).scale[scale_id]
    reach = QUANTILE * entry["sd"] / entry["n"] ** 0.5
    return Benchmark(
        here=False, year=entry["year"], country=entry.get("country", ""), measure=entry["measure"], low=scale.minimum,
        high=scale.maximum, mean=entry["mean"], mean_low=max(scale.minimum, entry["mean"] - reach),
        mean_high=min(scale.maximum, entry["mean"] + reach), sd=entry["sd"], n=entry["n"],
        population=dict(entry["population"]), source=entry["source"], algorithm=ALGORITHM,
    )  # fmt: skip


def _last(row: Benchmark) -> Benchmark | None:
    return Benchmark.objects.filter(here=False, measure=row.measure, country=row.country).order_by("id").last()


def _told(row: Benchmark) -> tuple:
    return row.year, row.low, row.high, row.mean, row.sd, row.n, row.population, row.source
