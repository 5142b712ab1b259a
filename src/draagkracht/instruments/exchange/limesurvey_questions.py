"""One question of LimeSurvey, by its type. No Django."""

from __future__ import annotations

import re
from typing import Any

from draagkracht.instruments.exchange.gathering import REQUIRED, Known
from draagkracht.instruments.exchange.limesurvey_tables import NOT_CARRIED, Row, Survey, first_of
from draagkracht.instruments.exchange.notes import Place, item
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.tables import gettext_noop

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
SKIP = gettext_noop("a question of the type {type} is left out")
UNKNOWN_TYPE = gettext_noop("there is no type “{type}” in LimeSurvey")
NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


def question(row: Row, survey: Survey) -> None:
    """Adds what a question asks; what LimeSurvey asks in one and we cannot becomes several questions."""
    kind, name = row.get("type", ""), row.get("title", "")
    place = item(name or row.get("qid", ""))
    if kind in SKIPPED:
        survey.gathering.leave(place, SKIP, type=SKIPPED[kind])
        return
    if kind not in KINDS and kind not in TEXTS and kind not in SEVERAL and kind not in (*CHOICES, *MATRICES, "M", "P"):
        survey.gathering.fault(place, UNKNOWN_TYPE, type=kind[:20])
        return
    if not name:
        survey.gathering.fault(place, gettext_noop("“{part}” is empty"), part="title")
        return
    _rest(row, survey, place)
    if kind in SEVERAL:
        _several(row, SEVERAL[kind], survey, place)
    elif kind in MATRICES:
        _matrix(row, survey, place)
    else:
        _one(row, kind, survey, place)


def _rest(row: Row, survey: Survey, place: Place) -> None:
    """Lists what nobody looks at."""
    if row.get("other") == "Y":
        survey.gathering.leave(place, OTHER)
    if row.get("type") in ("O", "P"):
        survey.gathering.leave(place, COMMENT)
    if row.get("mandatory") not in (None, "", "N"):
        survey.gathering.leave(place, REQUIRED)
    if row.get("preg"):
        survey.gathering.leave(place, NOT_CARRIED, part="preg")
    for name, value in survey.attributes.get(row.get("qid", ""), {}).items():
        if name not in USED and value not in ("0", "default", "core") and not LAYOUT.fullmatch(name):
            survey.gathering.leave(place, NOT_CARRIED, part=name)


def _one(row: Row, kind: str, survey: Survey, place: Place) -> None:
    made = KINDS.get(kind) or ("choice" if kind in CHOICES else "text" if kind in TEXTS else "multiple")
    more: dict[str, Any] = {}
    values: dict[str, int] = {}
    if made == "yesno":
        values = {"Y": 1, "N": 0}
    elif made == "multiple":
        parts = _parts(row, survey)
        values = survey.gathering.numbered(list(parts), place)
        more["options"] = [{"value": values[name], "text": _subtext(part, survey)} for name, part in parts.items()]
    elif made in ("choice", "likert", "ranking"):
        more["options"], values = _answers(row, kind, survey, place, rising=made == "likert")
    attributes = survey.attributes.get(row.get("qid", ""), {})
    more |= _limits(made, kind, attributes, survey, place)
    code = _add(row, made, survey, place, values, **more)
    if made == "multiple":
        for name, value in values.items():
            _also(row, f"_{name}", name, Known(f"{OWN}.{code}", "multiple", {"Y": value}), survey)
    else:
        _also(row, "", "", survey.gathering.known[row["title"]], survey)


def _limits(made: str, kind: str, attributes: dict[str, str], survey: Survey, place: Place) -> dict[str, Any]:
    if made == "number":
        unit = survey.text(attributes.get("suffix", ""), place)
        return {
            "min": _number(attributes.get("min_num_value_n", "")),
            "max": _number(attributes.get("max_num_value_n", "")),
            "decimals": 0 if attributes.get("num_value_int_only") == "1" else 2,
            "unit": dict.fromkeys(survey.languages, unit) if unit else {},
        }
    if made == "text":
        longest = attributes.get("maximum_chars", "")
        return {
            "longest": min(int(longest), 4000) if re.fullmatch(r"0*[1-9]\d{0,8}", longest, re.ASCII) else TEXTS[kind]
        }
    if made == "date":
        given = [attributes.get(name, "")[:10] for name in ("date_min", "date_max")]
        low, high = (text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None for text in given)
        return {"min": low, "max": high}
    return {}


def _number(text: str) -> int | float | None:
    if not NUMBER.fullmatch(text):
        return None
    return int(float(text)) if float(text) == int(float(text)) else float(text)


def _add(row: Row, made: str, survey: Survey, place: Place, values: dict[str, int], **more: Any) -> str:
    qid = row.get("qid", "")
    return survey.gathering.question(
        row["title"], made, survey.words("question", qid, row, "question"), place,
        values=values, when=survey.when(row.get("relevance", "")), help=survey.words("question", qid, row, "help"), **more,
    )  # fmt: skip


def _also(row: Row, suffix: str, sub: str, known: Known, survey: Survey) -> None:
    """Conditions may also name a question by the numbers of survey, group and question."""
    if suffix:
        survey.gathering.known[f"{row['title']}{suffix}"] = known
    survey.gathering.known[f"{survey.sid}X{row.get('gid', '')}X{row.get('qid', '')}{sub}"] = known


def _answers(
    row: Row, kind: str, survey: Survey, place: Place, *, rising: bool
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """(answers with numbers and words, code in the file -> number)."""
    number = survey.gathering.rising if rising else survey.gathering.numbered
    if kind in WORDS:
        values = number([name for name, _ in WORDS[kind]], place)
        spoken = [
            (name, {one: words.get(one) or words.get("en", name) for one in survey.languages})
            for name, words in WORDS[kind]
        ]
        return [{"value": values[name], "text": words} for name, words in spoken], values
    rows = [one for one in survey.answers.get(row.get("qid", ""), []) if one.get("scale_id", "0") in ("", "0")]
    names = list(dict.fromkeys(one.get("code", "") for one in rows))
    values = number(names, place)
    return [{"value": values[name], "text": _answer_words(rows, name, survey, place)} for name in names], values


def _answer_words(rows: list[Row], name: str, survey: Survey, place: Place) -> dict[str, str]:
    """Version 3 has one row for each language; later ones have the words in a table of their own."""
    found: dict[str, str] = {}
    for one in rows:
        if one.get("code", "") == name:
            if "answer" in one:
                language = one.get("language", "")
                text = survey.text(one["answer"], place)
                found |= {code: text for code in survey.languages if code == language[:2] or code == language.lower()}
            else:
                found |= survey.words("answer", one.get("aid", ""), {"title": place.values.get("name", "")}, "answer")
    return found


def _parts(row: Row, survey: Survey) -> dict[str, Row]:
    """The subquestions of a question by their names, in order."""
    return first_of(survey.inside.get(row.get("qid", ""), []), "title")


def _subtext(part: Row, survey: Survey) -> dict[str, str]:
    return survey.words("subquestion", part.get("qid", ""), part, "question")


def _several(row: Row, made: str, survey: Survey, place: Place) -> None:
    """One question with several fields: each of them becomes a question, after the text of all as a statement."""
    survey.gathering.leave(place, gettext_noop("several fields in one question become questions of their own"))
    when = survey.when(row.get("relevance", ""))
    words = survey.words("question", row.get("qid", ""), row, "question")
    if words:
        survey.gathering.question(row["title"], "statement", words, place, when=when)
    for name, part in _parts(row, survey).items():
        full = f"{row['title']}_{name}"
        more: dict[str, Any] = {"longest": 1000} if made == "text" else {"decimals": 2}
        survey.gathering.question(full, made, _subtext(part, survey), item(full), when=when, **more)
        _also(row, f"_{name}", name, survey.gathering.known[full], survey)


def _matrix(row: Row, survey: Survey, place: Place) -> None:
    options, values = _answers(row, row["type"], survey, place, rising=True)
    parts = _parts(row, survey)
    rows: list[dict[str, Any]] = []
    for name, part in parts.items():
        code = survey.gathering.row_code(name, [one["code"] for one in rows])
        rows.append({"code": code, "text": _subtext(part, survey)})
    code = _add(row, "matrix", survey, place, values, options=options, rows=rows)
    for name, one in zip(parts, rows, strict=True):
        _also(row, f"_{name}", name, Known(f"{OWN}.{code}_{one['code']}", "likert", values), survey)
