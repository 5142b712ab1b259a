"""One row of an XLSForm as a question. No Django."""

from __future__ import annotations

import re
from typing import Any

from draagkracht.instruments.exchange.gathering import Condition, Known
from draagkracht.instruments.exchange.notes import item
from draagkracht.instruments.exchange.xlsform_form import Form, Row
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.tables import gettext_noop

SELECTS = {"select_one": "choice", "select_multiple": "multiple", "rank": "ranking"}
PLAIN = {
    "integer": "number", "int": "number", "decimal": "number", "range": "number", "date": "date", "datetime": "date",
    "time": "time", "text": "text", "string": "text", "note": "statement", "acknowledge": "yesno", "trigger": "yesno",
    "barcode": "text", "url": "text", "email": "text", "phone number": "text",
}  # fmt: skip
LOSSY = {
    "datetime": gettext_noop("a moment becomes a date: its time is not carried over"),
    "barcode": gettext_noop("a barcode becomes a text"),
    "acknowledge": gettext_noop("a confirmation becomes yes or no"),
    "trigger": gettext_noop("a confirmation becomes yes or no"),
}
SKIPPED = {
    "calculate", "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "simserial",
    "subscriberid", "start-geopoint", "background-audio", "background-geopoint", "geopoint", "geotrace", "geoshape", "image",
    "photo", "audio", "video", "file", "xml-external", "csv-external", "entity", "select_one_from_file",
    "select_multiple_from_file", "select_one_external", "osm", "add", "begin_loop", "end_loop",
}  # fmt: skip
NUMBER = r"-?\d{1,9}(?:\.\d{1,6})?"
LIMIT = re.compile(rf"\(?\s*\.\s*(>=|<=)\s*(?:({NUMBER})|date\('(\d{{4}}-\d\d-\d\d)'\))\s*\)?")
LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*(\d{1,4})")
UNKNOWN_TYPE = gettext_noop("there is no type “{type}” in XLSForm")
NO_LIST = gettext_noop("there is no list of answers “{name}” in the sheet choices")
SKIP = gettext_noop("a question of the type {type} is left out")
CONSTRAINT = gettext_noop("the constraint “{text}” is not carried over")


def question(one: Row, form: Form, when: list[Condition]) -> None:
    """Adds the question of a row."""
    words = one["kind"].split()
    kind, name, place = words[0].lower(), one["name"], one["place"]
    if kind in SKIPPED:
        form.gathering.leave(place, SKIP, type=kind)
        return
    if kind not in SELECTS and one["kind"].lower() not in PLAIN:
        form.gathering.fault(place, UNKNOWN_TYPE, type=one["kind"][:40])
        return
    if not name:
        form.gathering.fault(place, gettext_noop("“{part}” is empty"), part="name")
        return
    form.rest(one, set())
    if kind in SELECTS:
        _select(one, words, form, when)
    else:
        _plain(one, one["kind"].lower(), form, when)


def _select(one: Row, words: list[str], form: Form, when: list[Condition]) -> None:
    place, listed = one["place"], words[1] if len(words) > 1 else ""
    found = answers(listed, one, form)
    if found is None:
        return
    options, values = found
    if len(words) > 2:
        form.gathering.leave(place, gettext_noop("the answer “other” is not carried over"))
    kind, ours = SELECTS[words[0].lower()], _ours(one)
    if kind == "choice":
        kind = _kind_of_choice(one, options, values, ours)
    if kind == "yesno":
        options = []
    _add(one, kind, form, when, values, options=options)


def _kind_of_choice(one: Row, options: list[dict[str, Any]], values: dict[str, int], ours: str) -> str:
    numbers = [option["value"] for option in options]
    if ours == "yesno" and set(values) == {"0", "1"}:
        return "yesno"
    rising = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    likert = "likert" in one["cells"].get("appearance", "").split() and ours in ("", "likert")
    return "likert" if likert and rising else "choice"


def answers(listed: str, one: Row, form: Form) -> tuple[list[dict[str, Any]], dict[str, int]] | None:
    """(answers with numbers and words, name in the file -> number) of a list; None, with a fault, if there is no such list."""
    rows = form.choices.get(listed)
    if rows is None and not listed.endswith("-answers"):
        form.gathering.fault(one["place"], NO_LIST, name=listed)
        return None
    rows = rows or []
    if listed not in form.numbers:
        form.numbers[listed] = form.gathering.numbered([name for _, name, _ in rows], item(listed))
    values = form.numbers[listed]
    return [{"value": values[name], "text": words} for _, name, words in rows if name in values], values


def _plain(one: Row, kind: str, form: Form, when: list[Condition]) -> None:
    made = PLAIN[kind]
    if kind in LOSSY:
        form.gathering.leave(one["place"], LOSSY[kind])
    low, high, longest = _limits(one, made, form)
    more: dict[str, Any] = {"min": low, "max": high, "longest": longest}
    if kind == "range":
        made, bounds = _range(one, form)
        more |= bounds
    if made == "number" and kind == "decimal":
        given = one["cells"].get("draagkracht_decimals", "")
        more["decimals"] = int(given) if given in tuple("123456") else 2
    values = {"OK": 1} if made == "yesno" else None
    _add(one, made, form, when, values, **more)


def _range(one: Row, form: Form) -> tuple[str, dict[str, Any]]:
    """A slider: our 0 to 10, else a number with bounds."""
    given = dict(re.findall(rf"(start|end|step)\s*=\s*({NUMBER})", one["cells"].get("parameters", "")))
    low, high, step = (float(given.get(name, usual)) for name, usual in (("start", 0), ("end", 10), ("step", 1)))
    if (low, high, step) == (0, 10, 1):
        return "scale", {"min": None, "max": None}
    if step != 1:
        form.gathering.leave(one["place"], gettext_noop("steps of {step} are not carried over"), step=f"{step:g}")
    return "number", {"min": _tidy(low), "max": _tidy(high), "decimals": 0 if step == int(step) else 2}


def _limits(one: Row, kind: str, form: Form) -> tuple[Any, Any, int | None]:
    """(smallest, largest, longest) of the constraint, else of our own columns."""
    low: Any = None
    high: Any = None
    longest = None
    text = one["cells"].get("constraint", "").strip()
    for part in filter(None, re.split(r"\s+and\s+", text)):
        found, size = LIMIT.fullmatch(part.strip()), LENGTH.fullmatch(part.strip())
        fits = found and ((kind == "number" and found[2]) or (kind == "date" and found[3]))
        if found and fits:
            value = found[3] or _tidy(float(found[2]))
            low, high = (value, high) if found[1] == ">=" else (low, value)
        elif size and kind == "text" and 1 <= int(size[1]) <= 4000:
            longest = int(size[1])
        else:
            form.gathering.leave(one["place"], CONSTRAINT, text=part[:80])
    if kind == "time":
        low, high = (one["cells"].get(f"draagkracht_{name}") or None for name in ("min", "max"))
    return low, high, longest


def _tidy(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _add(one: Row, kind: str, form: Form, when: list[Condition], values: dict[str, int] | None, **more: Any) -> None:
    ends = [form.words(one, f"draagkracht_{name}") for name in ("low", "high")] if kind == "scale" else None
    unit = form.words(one, "draagkracht_unit") if kind == "number" else None
    form.gathering.question(
        one["name"], kind, form.words(one, "label"), one["place"],
        values=values, when=when, help=form.words(one, "hint"), unit=unit, ends=ends, **meaning(one), **more,
    )  # fmt: skip


def _ours(one: Row) -> str:
    return one["cells"].get("draagkracht_kind", "").strip()


def meaning(one: Row) -> dict[str, Any]:
    """How a published mean is read, if our own export said so."""
    direction, strain = (one["cells"].get(f"draagkracht_{name}", "") for name in ("direction", "strain"))
    return {
        "direction": direction if direction in ("favourable", "unfavourable") else None,
        "strain": {"true": True, "false": False}.get(strain.lower()),
    }


def as_matrix(one: Row, form: Form, when: list[Condition]) -> bool:
    """A group shown as a table, whose questions all have the same answers."""
    kinds = {child["kind"] for child in one["inner"]}
    table = "table-list" in one["cells"].get("appearance", "").split()
    if not table or len(kinds) != 1 or not next(iter(kinds)).startswith("select_one "):
        return False
    if any(child["cells"].get("relevant") or not child["name"] for child in one["inner"]) or not one["name"]:
        return False
    found = answers(next(iter(kinds)).split()[1], one, form)
    if found is None:
        return True
    options, values = found
    numbers = [option["value"] for option in options]
    if numbers and numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    form.rest(one, {"appearance"})
    made: list[dict[str, Any]] = []
    for child in one["inner"]:
        form.rest(child, set())
        name = child["name"].removeprefix(f"{one['name']}_")
        code = form.gathering.row_code(name, [row["code"] for row in made])
        made.append({"code": code, "text": form.words(child, "label")})
    code = form.gathering.question(
        one["name"], "matrix", form.words(one, "label"), one["place"],
        when=when, rows=made, options=options, help=form.words(one, "hint"), **meaning(one),
    )  # fmt: skip
    for child, made_row in zip(one["inner"], made, strict=True):
        form.gathering.name(child["name"], Known(f"{OWN}.{code}_{made_row['code']}", "likert", values), child["place"])
    return True
