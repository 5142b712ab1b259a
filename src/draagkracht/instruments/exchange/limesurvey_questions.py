"""One question of LimeSurvey, by its type. No Django."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from draagkracht.instruments.exchange.gathering import REQUIRED, Known
from draagkracht.instruments.exchange.notes import Place, item
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.tables import gettext_noop

if TYPE_CHECKING:
    from draagkracht.instruments.exchange.limesurvey import Reader, Row

# The answers that LimeSurvey itself brings: code -> words.
WORDS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "5": [(str(n), {}) for n in range(1, 6)],
    "A": [(str(n), {}) for n in range(1, 6)],
    "B": [(str(n), {}) for n in range(1, 11)],
    "G": [("F", {"nl": "vrouw", "en": "female", "fr": "femme", "de": "weiblich"}),
          ("M", {"nl": "man", "en": "male", "fr": "homme", "de": "männlich"})],
    "C": [("Y", {"nl": "ja", "en": "yes", "fr": "oui", "de": "ja"}),
          ("U", {"nl": "onzeker", "en": "uncertain", "fr": "incertain", "de": "unsicher"}),
          ("N", {"nl": "nee", "en": "no", "fr": "non", "de": "nein"})],
    "E": [("I", {"nl": "toegenomen", "en": "increase", "fr": "augmentation", "de": "zugenommen"}),
          ("S", {"nl": "gelijk gebleven", "en": "same", "fr": "identique", "de": "gleich"}),
          ("D", {"nl": "afgenomen", "en": "decrease", "fr": "diminution", "de": "abgenommen"})],
}  # fmt: skip
CHOICES, MATRICES = ("L", "!", "O", "G"), ("F", "H", "A", "B", "C", "E")
TEXTS, SEVERAL = {"S": 1000, "T": 4000, "U": 4000}, {"Q": "text", "K": "number"}
KINDS = {"Y": "yesno", "5": "likert", "N": "number", "D": "date", "X": "statement", "R": "ranking"}
SKIPPED = {
    "*": "equation", ":": "array of numbers", ";": "array of texts", "1": "array with two scales", "|": "file upload",
    "I": "language switch",
}  # fmt: skip
# How a question looks there, or what LimeSurvey keeps for itself.
LAYOUT = re.compile(
    r".*(css|width|column|display|style|page_break|cssclass|label|slider|dropdown|prefix|placeholder|input_size|keypad"
    r"|statistics|public|save_as|theme|rows|repeat|height|clear_default|printable|location|time_limit).*"
)
USED = {"maximum_chars", "min_num_value_n", "max_num_value_n", "num_value_int_only", "date_min", "date_max", "suffix"}
OTHER = gettext_noop("the answer “other” is not carried over")
COMMENT = gettext_noop("the room for a comment is not carried over")
ATTRIBUTE = gettext_noop("“{part}” is not carried over")
SKIP = gettext_noop("a question of the type {type} is left out")
UNKNOWN_TYPE = gettext_noop("there is no type “{type}” in LimeSurvey")
NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


def question(row: Row, reader: Reader) -> None:
    """Adds what a question asks; what LimeSurvey asks in one and we cannot becomes several questions."""
    kind, name = row.get("type", ""), row.get("title", "")
    place = item(name or row.get("qid", ""))
    if kind in SKIPPED:
        reader.gathering.leave(place, SKIP, type=SKIPPED[kind])
        return
    if kind not in KINDS and kind not in TEXTS and kind not in SEVERAL and kind not in (*CHOICES, *MATRICES, "M", "P"):
        reader.gathering.fault(place, UNKNOWN_TYPE, type=kind[:20])
        return
    if not name:
        reader.gathering.fault(place, gettext_noop("“{part}” is empty"), part="title")
        return
    _rest(row, reader, place)
    if kind in SEVERAL:
        _several(row, SEVERAL[kind], reader, place)
    elif kind in MATRICES:
        _matrix(row, reader, place)
    else:
        _one(row, kind, reader, place)


def _rest(row: Row, reader: Reader, place: Place) -> None:
    """Lists what nobody looks at."""
    if row.get("other") == "Y":
        reader.gathering.leave(place, OTHER)
    if row.get("type") in ("O", "P"):
        reader.gathering.leave(place, COMMENT)
    if row.get("mandatory") not in (None, "", "N"):
        reader.gathering.leave(place, REQUIRED)
    if row.get("preg"):
        reader.gathering.leave(place, ATTRIBUTE, part="preg")
    for name, value in reader.attributes.get(row.get("qid", ""), {}).items():
        if name not in USED and value not in ("0", "default", "core") and not LAYOUT.fullmatch(name):
            reader.gathering.leave(place, ATTRIBUTE, part=name)


def _one(row: Row, kind: str, reader: Reader, place: Place) -> None:
    made = KINDS.get(kind) or ("choice" if kind in CHOICES else "text" if kind in TEXTS else "multiple")
    more: dict[str, Any] = {}
    values: dict[str, int] = {}
    if made == "yesno":
        values = {"Y": 1, "N": 0}
    elif made == "multiple":
        parts = reader.inside.get(row.get("qid", ""), [])
        names = list(dict.fromkeys(part.get("title", "") for part in parts))
        values = reader.gathering.numbered(names, place)
        more["options"] = [
            {"value": values[name], "text": _subtext(parts, name, reader)} for name in names
        ]  # fmt: skip
    elif made in ("choice", "likert", "ranking"):
        more["options"], values = _answers(row, kind, reader, place, rising=made == "likert")
    attributes = reader.attributes.get(row.get("qid", ""), {})
    more |= _limits(made, kind, attributes, reader, place)
    code = _add(row, made, reader, place, values, **more)
    if made == "multiple":
        for name, value in values.items():
            _also(row, f"_{name}", name, Known(f"{OWN}.{code}", "multiple", {"Y": value}), reader)
    else:
        _also(row, "", "", reader.gathering.known[row["title"]], reader)


def _limits(made: str, kind: str, attributes: dict[str, str], reader: Reader, place: Place) -> dict[str, Any]:
    if made == "number":
        unit = reader.text(attributes.get("suffix", ""), place)
        return {
            "min": _number(attributes.get("min_num_value_n", "")),
            "max": _number(attributes.get("max_num_value_n", "")),
            "decimals": 0 if attributes.get("num_value_int_only") == "1" else 2,
            "unit": dict.fromkeys(reader.languages, unit) if unit else {},
        }
    if made == "text":
        longest = attributes.get("maximum_chars", "")
        return {"longest": min(int(longest), 4000) if longest.isdigit() and int(longest) else TEXTS[kind]}
    if made == "date":
        given = [attributes.get(name, "")[:10] for name in ("date_min", "date_max")]
        low, high = (text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None for text in given)
        return {"min": low, "max": high}
    return {}


def _number(text: str) -> int | float | None:
    if not NUMBER.fullmatch(text):
        return None
    return int(float(text)) if float(text) == int(float(text)) else float(text)


def _add(row: Row, made: str, reader: Reader, place: Place, values: dict[str, int], **more: Any) -> str:
    qid = row.get("qid", "")
    return reader.gathering.question(
        row["title"], made, reader.words("question", qid, row, "question"), place,
        values=values, when=reader.when(row.get("relevance", "")), help=reader.words("question", qid, row, "help"), **more,
    )  # fmt: skip


def _also(row: Row, suffix: str, sub: str, known: Known, reader: Reader) -> None:
    """Conditions may also name a question by the numbers of survey, group and question."""
    if suffix:
        reader.gathering.known[f"{row['title']}{suffix}"] = known
    reader.gathering.known[f"{reader.sid}X{row.get('gid', '')}X{row.get('qid', '')}{sub}"] = known


def _answers(
    row: Row, kind: str, reader: Reader, place: Place, *, rising: bool
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """(answers with numbers and words, code in the file -> number)."""
    number = reader.gathering.rising if rising else reader.gathering.numbered
    if kind in WORDS:
        values = number([name for name, _ in WORDS[kind]], place)
        spoken = [
            (name, {one: words.get(one) or words.get("en", name) for one in reader.languages})
            for name, words in WORDS[kind]
        ]
        return [{"value": values[name], "text": words} for name, words in spoken], values
    rows = [one for one in reader.answers.get(row.get("qid", ""), []) if one.get("scale_id", "0") in ("", "0")]
    names = list(dict.fromkeys(one.get("code", "") for one in rows))
    values = number(names, place)
    return [{"value": values[name], "text": _answer_words(rows, name, reader, place)} for name in names], values


def _answer_words(rows: list[Row], name: str, reader: Reader, place: Place) -> dict[str, str]:
    """Version 3 has one row for each language; later ones have the words in a table of their own."""
    found: dict[str, str] = {}
    for one in rows:
        if one.get("code", "") == name:
            if "answer" in one:
                language = one.get("language", "")
                text = reader.text(one["answer"], place)
                found |= {code: text for code in reader.languages if code == language[:2] or code == language.lower()}
            else:
                found |= reader.words("answer", one.get("aid", ""), {"title": place.values.get("name", "")}, "answer")
    return found


def _subtext(parts: list[Row], name: str, reader: Reader) -> dict[str, str]:
    first = next(part for part in parts if part.get("title", "") == name)
    return reader.words("subquestion", first.get("qid", ""), first, "question")


def _several(row: Row, made: str, reader: Reader, place: Place) -> None:
    """One question with several fields: each of them becomes a question, after the text of all as a statement."""
    reader.gathering.leave(place, gettext_noop("several fields in one question become questions of their own"))
    when = reader.when(row.get("relevance", ""))
    words = reader.words("question", row.get("qid", ""), row, "question")
    if words:
        reader.gathering.question(row["title"], "statement", words, place, when=when)
    parts = reader.inside.get(row.get("qid", ""), [])
    for name in dict.fromkeys(part.get("title", "") for part in parts):
        full = f"{row['title']}_{name}"
        more: dict[str, Any] = {"longest": 1000} if made == "text" else {"decimals": 2}
        reader.gathering.question(full, made, _subtext(parts, name, reader), item(full), when=when, **more)
        _also(row, f"_{name}", name, reader.gathering.known[full], reader)


def _matrix(row: Row, reader: Reader, place: Place) -> None:
    options, values = _answers(row, row["type"], reader, place, rising=True)
    parts = reader.inside.get(row.get("qid", ""), [])
    names = list(dict.fromkeys(part.get("title", "") for part in parts))
    rows: list[dict[str, Any]] = []
    for name in names:
        code = reader.gathering.row_code(name, [one["code"] for one in rows])
        rows.append({"code": code, "text": _subtext(parts, name, reader)})
    code = _add(row, "matrix", reader, place, values, options=options, rows=rows)
    for name, one in zip(names, rows, strict=True):
        _also(row, f"_{name}", name, Known(f"{OWN}.{code}_{one['code']}", "likert", values), reader)
