"""One item of a FHIR Questionnaire as a question. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.exchange.fhir_reading import EXTENSIONS, Reading
from draagkracht.instruments.exchange.fhir_words import (
    CALCULATED,
    DIRECTION,
    HIGHEST,
    KIND,
    LOWEST,
    PLACES,
    STRAIN,
    UNIT,
    WEIGHT,
    Resource,
    controls,
    extensions,
    valued,
)
from draagkracht.instruments.exchange.gathering import Condition, Known
from draagkracht.instruments.exchange.notes import Place, item
from draagkracht.instruments.tables import gettext_noop

CODED = {"coding", "choice", "open-choice"}
PLAIN = {
    "boolean": "yesno", "integer": "number", "decimal": "number", "quantity": "number", "date": "date", "dateTime": "date",
    "time": "time", "string": "text", "text": "text", "url": "text", "display": "statement",
}  # fmt: skip
LOSSY = {
    "dateTime": gettext_noop("a moment becomes a date: its time is not carried over"),
    "url": gettext_noop("an address of a page becomes a text"),
    "quantity": gettext_noop("a quantity becomes a number"),
}
KNOWN = {*PLAIN, *CODED, "group", "question", "attachment", "reference"}
OPEN = gettext_noop("the words of who answers “other” are not carried over: only the answers of the list")
NO_LIST = gettext_noop("the answers stand in another file ({name}): the question has no answers yet")
SKIPPED = gettext_noop("a question of the type {type} is left out")
UNKNOWN_TYPE = gettext_noop("there is no type {type} in FHIR")
CALCULATION = gettext_noop("a value that is calculated is left out")
OUR_KINDS = {
    "coding": {"choice", "multiple", "likert", "ranking"}, "integer": {"scale", "number"}, "decimal": {"number"},
}  # fmt: skip


def question(one: Resource, reader: Reading, when: list[Condition]) -> list[Resource]:
    """Adds the question of an item. Returns the items inside it that are questions of their own."""
    place, kind = item(one["linkId"]), one["type"]
    gathering = reader.gathering
    if extensions(one, CALCULATED):
        gathering.leave(place, CALCULATION)
        return []
    if kind not in KNOWN:
        gathering.fault(place, UNKNOWN_TYPE, type=kind)
        return []
    if kind not in PLAIN and kind not in CODED:
        gathering.leave(place, SKIPPED, type=kind)
        return []
    parts = beside(one, reader)
    handled = {"item", "maxLength", "repeats", "answerOption", "answerValueSet", "answerConstraint", "readOnly"}
    reader.rest(one, place, handled)
    if kind in LOSSY:
        gathering.leave(place, LOSSY[kind])
    if one.get("readOnly"):
        gathering.leave(place, gettext_noop("that nobody can change the answer is not carried over"))
    if kind in CODED or one.get("answerOption"):
        _listed(one, reader, parts, when, place)
    else:
        _plain(one, reader, parts, when, place)
    said = [child["linkId"] for child in parts["displays"]]
    inner = [child for child in one.get("item", ()) if child["linkId"] not in said]
    reader.links.update(said)
    return inner


def _plain(one: Resource, reader: Reading, parts: dict[str, Any], when: list[Condition], place: Place) -> None:
    kind = PLAIN[one["type"]]
    low, high = _bound(valued(one, LOWEST), kind), _bound(valued(one, HIGHEST), kind)
    ends = parts["ends"]
    if one["type"] == "integer" and (low, high) == (0, 10) and _own_kind(one) in ("scale", "") and _slides(one):
        kind, low, high = "scale", None, None
    more: dict[str, Any] = {"min": low, "max": high, **meaning(one)}
    if kind == "number":
        more |= {"decimals": _decimals(one), "unit": _unit(one, reader)}
    if kind == "text":
        more["longest"] = _longest(one)
    if kind == "scale":
        more["ends"] = ends
    elif any(ends):
        reader.gathering.leave(place, gettext_noop("the words at the ends are not carried over"))
    if one.get("repeats"):
        reader.gathering.leave(place, gettext_noop("only one answer: that there may be more is not carried over"))
    values = {"1": 1, "0": 0} if kind == "yesno" else None
    text = reader.words(one, "text")
    reader.gathering.question(one["linkId"], kind, text, place, values=values, when=when, help=parts["help"], **more)


def _own_kind(one: Resource) -> str:
    return str(valued(one, KIND) or "")


def _slides(one: Resource) -> bool:
    return _own_kind(one) == "scale" or "slider" in controls(one)


def _listed(one: Resource, reader: Reading, parts: dict[str, Any], when: list[Condition], place: Place) -> None:
    """A question with a list of answers."""
    options, values = answers(one, reader, place)
    kind = _own_kind(one)
    if kind not in OUR_KINDS["coding"]:
        kind = "multiple" if one.get("repeats") else "choice"
    if one["type"] == "open-choice" or one.get("answerConstraint") in ("optionsOrString", "optionsOrType"):
        reader.gathering.leave(place, OPEN)
    text = reader.words(one, "text")
    more = {"help": parts["help"], **meaning(one)}
    reader.gathering.question(one["linkId"], kind, text, place, values=values, when=when, options=options, **more)


def answers(one: Resource, reader: Reading, place: Place) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """(answers with their numbers and words, name in the file -> number)."""
    found = [_answer(option, reader) for option in one.get("answerOption", ())]
    if not found and one.get("answerValueSet"):
        reader.gathering.leave(place, NO_LIST, name=one["answerValueSet"])
    names = [name for name, _, _ in found]
    weights = [weight for _, _, weight in found]
    if found and not all(name.lstrip("-").isdigit() for name in names) and _usable(weights):
        values = {name: int(weight) for name, weight in zip(names, weights, strict=True)}
    else:
        values = reader.gathering.numbered(names, place)
    for option in one.get("answerOption", ()):
        for name in option:
            if not name.startswith(("value", "_value")) and name != "extension":
                reader.gathering.leave(place, gettext_noop("“{part}” of an answer is not carried over"), part=name)
        reader.foreign(option, place, EXTENSIONS)
    return [{"value": values[name], "text": words} for name, words, _ in found if name in values], values


def _usable(weights: list[Any]) -> bool:
    whole = [one for one in weights if isinstance(one, (int, float)) and one == int(one) and abs(one) < 10_000]
    return len(whole) == len(weights) == len(set(weights))


def _answer(option: Resource, reader: Reading) -> tuple[str, dict[str, str], Any]:
    """(name in the file, words, weight) of one answer."""
    name = next((key for key in option if key.startswith("value")), "valueString")
    value = option.get(name, "")
    weight = next((valued(option, url) for url in WEIGHT.values() if valued(option, url) is not None), None)
    if isinstance(value, Mapping):
        inner = next(
            (valued(dict(value), url) for url in WEIGHT.values() if valued(dict(value), url) is not None), None
        )
        code = str(value.get("code") or value.get("display") or value.get("reference") or "")
        words = reader.words(value, "display")
        return code, words, weight if weight is not None else inner
    return str(value), {reader.language: str(value)}, weight


def beside(one: Resource, reader: Reading) -> dict[str, Any]:
    """The displays inside a question that explain it or stand at the ends of its scale."""
    found: dict[str, Any] = {"help": {}, "ends": [{}, {}], "displays": [], "count": 0}
    for child in one.get("item", ()):
        code = controls(child) & {"help", "lower", "upper"} if child["type"] == "display" else set()
        if code == {"help"} and not found["help"]:
            found["help"] = reader.words(child, "text")
        elif code and code != {"help"}:
            found["ends"][0 if code == {"lower"} else 1] = reader.words(child, "text")
        else:
            continue
        found["displays"].append(child)
    found["count"] = len(found["displays"])
    return found


def matrix(
    one: Resource, rows: list[Resource], parts: dict[str, Any], reader: Reading, when: list[Condition], place: Place
) -> None:
    """A group of questions with the same answers."""
    options, values = answers(rows[0], reader, place) if rows else ([], {})
    made: list[dict[str, Any]] = []
    prefix = f"{one['linkId']}_"
    for child in rows:
        name = child["linkId"].removeprefix(prefix)
        code = reader.gathering.row_code(name, [row["code"] for row in made])
        made.append({"code": code, "text": reader.words(child, "text")})
    code = reader.gathering.question(
        one["linkId"], "matrix", reader.words(one, "text"), place,
        when=when, rows=made, options=options, help=parts["help"], **meaning(one),
    )  # fmt: skip
    for child, row in zip(rows, made, strict=True):
        reader.gathering.name(child["linkId"], Known(f"own.{code}_{row['code']}", "likert", values), place)


def meaning(one: Resource) -> dict[str, Any]:
    """How a published mean is read, if our own export said so."""
    direction, strain = valued(one, DIRECTION), valued(one, STRAIN)
    return {
        "direction": direction if direction in ("favourable", "unfavourable") else None,
        "strain": strain if isinstance(strain, bool) else None,
    }


def _bound(value: Any, kind: str) -> Any:
    if isinstance(value, str):
        return value[:5] if kind == "time" else value[:10]
    return value


def _decimals(one: Resource) -> int | None:
    if one["type"] == "integer":
        return None
    places = valued(one, PLACES)
    return min(int(places), 6) if isinstance(places, int) else 2


def _unit(one: Resource, reader: Reading) -> dict[str, str]:
    coding = valued(one, UNIT)
    if not isinstance(coding, Mapping):
        return {}
    found = reader.words(coding, "display")
    return found or ({reader.language: str(coding["code"])} if coding.get("code") else {})


def _longest(one: Resource) -> int | None:
    given = one.get("maxLength")
    return min(given, 4000) if given else None
