"""The page docs/reference/my-data.md, made from the schema of the file: `python -m draagkracht.config.reference` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from draagkracht.insights.rights import tables

SCHEMA = "catalogue/schemas/my-data.json"
HEAD = """# My data: the file
What stands in the file that a person takes along under *My data*, *Take my data along* ([how](../how-to/take-my-data-along.md)). The description for programs is a JSON Schema: `src/draagkracht/catalogue/schemas/my-data.json`. Made from it by `python -m draagkracht.config.reference`; a test holds every file that the tests make against it.

Texts are UTF-8. Days are `2026-03-02`, times ISO 8601 with their zone. Fields may be added without notice; a field that goes or changes its meaning makes `version` one higher. Sections are always there, empty or not.

The ZIP of tables holds the same. Each section that is a list is a CSV file of that name, with the same columns; `organisation`, `person` and `account` stand together in `profile.csv`; `answers` is parted over `rounds.csv`, `answers.csv` and `scores.csv`, where each row names its round. Sections without rows have no file.

| in the tables | in Dutch | in English |
|---|---|---|
| between fields | `;` | `,` |
| decimals | `3,5` | `3.5` |
| encoding | UTF-8 with byte order mark | the same |
| times | local, `2026-03-02 09:00:00` | the same |
| yes, no | 1, 0 | the same |
| what is a list or has parts | JSON in one field | the same |
| text that begins with `=`, `+`, `-`, `@` | an apostrophe before it, so that no spreadsheet runs it | the same |

The separators are those of the computers on which the files are opened: a Dutch or Belgian Excel parts by `;`, and takes `3.5` for the third of May.
"""


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return json.loads(resources.files("draagkracht").joinpath(SCHEMA).read_text(encoding="utf-8"))


def page() -> str:
    """The reference page."""
    parts = schema()["properties"]
    plain = {name: one for name, one in parts.items() if "properties" not in one and "items" not in one}
    lines = [HEAD, "## At the top", *_table(plain)]
    for name, one in parts.items():
        if name not in plain:
            lines += ["", f"## {name}", f"{one['description'][:1].upper()}{one['description'][1:]}.", "", *_fields(one)]
    lines += ["", "## Why something is not in it", "| code | reason |", "|---|---|"]
    lines += [f"| {name} | {why} |" for name, why in tables.LEFT_OUT.items()]
    return "\n".join(lines) + "\n"


def _fields(one: Mapping[str, Any]) -> Iterator[str]:
    fields = one.get("items", one)["properties"]
    yield from _table(fields)
    for name, inner in fields.items():
        if "items" in inner:
            yield from ("", f"Each of `{name}`:", "", *_fields(inner))


def _table(fields: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| field | type | meaning |", "|---|---|---|")
    for name, one in fields.items():
        yield f"| `{name}` | {_type(one)} | {one['description']} |"


def _type(one: Mapping[str, Any]) -> str:
    if "const" in one:
        return f"`{json.dumps(one['const'])}`"
    kinds = one.get("type", "any")
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(one.get("format", name) if name == "string" else name for name in names)
