"""Reads instrument files: the catalogue of the product and the folders an organisation adds. No Django.

A broken file raises `InstrumentError` with the file, the line and the field; an unknown id lists the near ones.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from draagkracht.instruments.definition import Instrument, from_raw

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"
SHIPPED = CATALOGUE / "instruments"
DEMO_TEXTS = CATALOGUE / "demo" / "texts"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Place = str | Path


class InstrumentError(Exception):
    """An instrument file that cannot be used, or an id that does not exist."""


class UnknownIdError(InstrumentError):
    """An id that no instrument has; `near` are ids that look like it, `known` all there are."""

    def __init__(self, instrument_id: str, known: Iterable[str]) -> None:
        self.known = sorted(known)
        self.near = difflib.get_close_matches(instrument_id.lower().replace("_", "-"), self.known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(self.near)}?" if self.near else f"Known are {', '.join(self.known)}."
        super().__init__(f"There is no instrument {instrument_id!r}. {hint}")


def load(path: Place, check_schema: bool = True) -> Instrument:
    """Reads one instrument file. Raises InstrumentError naming file, line and field."""
    path = Path(path)
    try:
        node, raw = _parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InstrumentError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InstrumentError(f"{path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InstrumentError(f"{path}{line}: not readable as YAML: {getattr(error, 'problem', error)}") from error
    if check_schema:
        _validate(path, node, raw)
    try:
        return from_raw(raw)
    except ValueError as error:
        raise InstrumentError(f"{path}: {error}") from error


def load_all(extra: Iterable[Place] = ()) -> dict[str, Instrument]:
    """Every instrument by id: the shipped ones, then those in the extra folders (or files).

    An id exists once; only a template gives way to the file that completes it.
    """
    found = dict(_shipped())
    origin = {name: str(SHIPPED) for name in found}
    for path in (path for place in extra for path in _files(Path(place))):
        instrument = _load_cached(path, path.stat().st_mtime_ns)
        if instrument.id in found and not completes(found[instrument.id], instrument):
            raise InstrumentError(f"{path}: the id {instrument.id!r} exists already, in {origin[instrument.id]}")
        found[instrument.id], origin[instrument.id] = instrument, str(path)
    return found


def completes(template: Instrument, instrument: Instrument) -> bool:
    """Whether a file fills in a template: the template's own id, and as many questions where their number is known."""
    return template.template and not instrument.template and template.size in (None, instrument.size)


def find(instrument_id: str, extra: Iterable[Place] = ()) -> Instrument:
    """One instrument. Raises InstrumentError that lists the near ids for one that does not exist."""
    extra = list(extra)
    if not extra and instrument_id in {path.stem for path in SHIPPED.glob("*.yaml")}:
        return _shipped_one(instrument_id)
    known = load_all(extra)
    if instrument_id in known:
        return known[instrument_id]
    raise UnknownIdError(instrument_id, known)


@lru_cache(maxsize=256)
def _load_cached(path: Path, _changed: int) -> Instrument:
    return load(path)


@lru_cache(maxsize=64)
def _shipped_one(instrument_id: str) -> Instrument:
    # Shipped files are held against the schema by a test, not at every start.
    return load(SHIPPED / f"{instrument_id}.yaml", check_schema=False)


def _shipped() -> dict[str, Instrument]:
    return {path.stem: _shipped_one(path.stem) for path in sorted(SHIPPED.glob("*.yaml"))}


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise InstrumentError(f"{place}: no such folder of instrument files")
    return sorted(path for path in place.iterdir() if path.suffix in (".yaml", ".yml"))


def _parse(text: str) -> tuple[Any, Any]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _refuse_double_keys(node)
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _refuse_double_keys(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{name.value!r} stands here twice", problem_mark=name.start_mark)
            seen.add(name.value)
            _refuse_double_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_double_keys(value)


def _validate(path: Path, node: yaml.Node | None, raw: Any) -> None:
    import jsonschema  # only for files from outside: it would double the start-up time of `score`

    schema = json.loads((CATALOGUE / "schemas" / "instrument.json").read_text(encoding="utf-8"))
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(raw), key=lambda e: list(map(str, e.path)))
    if not errors:
        return
    lines = []
    for error in errors[:10]:
        error = _closest(error)
        place = ".".join(str(part) for part in error.absolute_path) or "the file"
        lines.append(f"{path}, line {_line(node, error.absolute_path)}, {place}: {error.message}")
    raise InstrumentError("\n".join(lines))


def _closest(error: Any) -> Any:
    """Of an either-or, the branch that the author most likely meant: the deepest complaint."""
    while error.context:
        error = max(error.context, key=lambda e: (len(e.absolute_path), e.validator != "type"))
    return error


def _line(node: yaml.Node | None, path: Iterable[str | int]) -> int:
    for part in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == str(part)), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
    return node.start_mark.line + 1 if node is not None else 1
