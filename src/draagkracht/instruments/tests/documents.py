"""Random questionnaires of every kind, for tests: hypothesis strategies, and what counts as the same questionnaire."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from draagkracht.instruments import document
from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.questions import IN_CONDITIONS

LANGUAGES = ["nl", "en", "fr"]
SCALES = ["pulse", "edmondson", "uwes-9", "bat-12"]
WITH_ANSWERS = ("choice", "multiple", "likert", "ranking")
KINDS = (*WITH_ANSWERS, "yesno", "scale", "number", "date", "time", "text", "matrix", "statement")
DAYS = ["2001-01-31", "2025-12-01", "2026-11-21"]
HOURS = ["00:00", "07:30", "23:59"]

letters = st.text(alphabet="abcXYZéß 0123456789.,;:'\"<>&|=+-@#${}()/\\\n", min_size=1, max_size=25)
phrase = letters.map(lambda text: " ".join(text.split())).filter(
    lambda text: text and "{own." not in text and "${" not in text
)


@lru_cache(maxsize=1)
def known():
    return load_all()


@st.composite
def texts(draw, languages, *, empty=False):
    if empty and draw(st.booleans()):
        return {}
    return {language: draw(phrase) for language in languages}


@st.composite
def questions(draw, number: int, languages, kinds=KINDS):
    kind = draw(st.sampled_from(kinds))
    made: dict[str, Any] = {
        "type": "question", "code": f"{draw(st.sampled_from(['q', 'nights', 'a_b', 'x9']))}_{number}", "kind": kind,
        "text": draw(texts(languages)),
    }  # fmt: skip
    if kind != "statement":
        made["help"] = draw(texts(languages, empty=True))
    if kind in WITH_ANSWERS or kind == "matrix":
        made["options"] = _options(draw, kind, languages)
    if kind == "matrix":
        made["rows"] = [{"code": code, "text": draw(texts(languages))} for code in draw(_rows)]
    if kind in ("likert", "matrix", "yesno", "scale"):
        made["direction"] = draw(st.sampled_from([None, "favourable", "unfavourable"]))
        made["strain"] = draw(st.sampled_from([None, True, False]))
    if kind == "number":
        made["decimals"] = draw(st.integers(0, 3))
        made["min"], made["max"] = draw(st.sampled_from([(None, None), (0, 40), (-5, None), (None, 7), (1, 1.5)]))
        made["unit"] = draw(texts(languages, empty=True))
    if kind in ("date", "time"):
        low = draw(st.sampled_from([None, *(DAYS if kind == "date" else HOURS)]))
        made["min"], made["max"] = low, draw(st.sampled_from([None, low]))
    if kind == "text":
        made["longest"] = draw(st.sampled_from([None, 1, 200, 4000]))
    if kind == "scale":
        made["ends"] = [draw(texts(languages)), draw(texts(languages))] if draw(st.booleans()) else None
    return {name: value for name, value in made.items() if value is not None}


_rows = st.lists(st.sampled_from(["a", "b", "c1", "very_long_row_name_20"[:20]]), min_size=1, max_size=3, unique=True)


def _options(draw, kind, languages):
    first, size = draw(st.integers(-2, 5)), draw(st.integers(2, 5))
    values = list(range(first, first + size))
    if kind not in ("likert", "matrix"):
        values = draw(st.permutations(values))
    return [{"value": value, "text": draw(texts(languages))} for value in values]


@st.composite
def conditions_on(draw, asked, depth=2):
    """A condition over questions that were asked before; '' for none."""
    if not asked or draw(st.integers(0, 2)) == 0:
        return ""
    return draw(_tree(asked, depth))


@st.composite
def _tree(draw, asked, depth):
    if depth and draw(st.integers(0, 3)) == 0:
        word = draw(st.sampled_from(["and", "or"]))
        parts = [draw(_tree(asked, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
        text = f" {word} ".join(parts)
        return f"not ({text})" if draw(st.booleans()) else f"({text})"
    code, kind, values = draw(st.sampled_from(asked))
    name = f"{{{code}}}"
    sign = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
    form = draw(st.integers(0, 6))
    if form == 0:
        return draw(st.sampled_from([f"answered({name})", f"not answered({name})"]))
    if IN_CONDITIONS[kind] == "l":
        return draw(st.sampled_from(["", "not "])) + f"includes({name}, {draw(st.sampled_from(values))})"
    if IN_CONDITIONS[kind] == "t":
        known_values = {"date": DAYS, "time": HOURS}.get(kind, ["abc", "it is"])
        return f"{name} {sign} '{draw(st.sampled_from(known_values))}'"
    value = draw(st.sampled_from(values)) if values else draw(st.sampled_from([0, 3, 7.5]))
    if form == 1:
        return f"mean({name}, {name}) {sign} {value}"
    if form == 2:
        return f"{value} {sign} {name}"
    return draw(st.sampled_from(["", "not "])) + f"{name} {sign} {value}"


@st.composite
def documents(draw, kinds=KINDS, scales=True):
    """A questionnaire that passes every check."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=2, unique=True))
    made = document.blank(draw(texts(languages)), languages)
    made["sections"] = []
    asked: list[tuple[str, str, list[int]]] = []
    unused = list(SCALES)
    count = 0
    for number in range(draw(st.integers(1, 3))):
        section: dict[str, Any] = {"id": draw(st.sampled_from(["s", "part_", "pulse"])) + str(number), "elements": []}
        section["title"], section["text"] = draw(texts(languages, empty=True)), draw(texts(languages, empty=True))
        section["show_if"] = draw(conditions_on(asked))
        for _ in range(draw(st.integers(1, 4))):
            count += 1
            if scales and unused and draw(st.integers(0, 3)) == 0:
                name = unused.pop(draw(st.integers(0, len(unused) - 1)))
                element: dict[str, Any] = {"type": "instrument", "id": name}
                element["show_if"] = draw(conditions_on(asked))
                key = known()[name].key
                asked += [(f"{name}.{code}", "likert", list(range(a, b + 1))) for code, (a, b) in key.ranges.items()]
            else:
                element = draw(questions(count, languages, kinds))
                element["show_if"] = draw(conditions_on(asked))
                for one in document.asked(element):
                    if one["kind"] != "statement":
                        asked.append((f"own.{one['code']}", one["kind"], _values(one)))
            section["elements"].append(element)
        made["sections"].append(section)
    if not asked:
        made["sections"][0]["elements"].append(draw(questions(99, languages, ("yesno",))))
    return made


def _values(one):
    if one["kind"] in ("yesno", "scale"):
        return [0, 1] if one["kind"] == "yesno" else [0, 5, 10]
    return [option["value"] for option in one.get("options", ())]


def tidy(value: Any) -> Any:
    """A document without what says nothing: empty texts, empty conditions, defaults."""
    if isinstance(value, dict):
        found = {name: tidy(one) for name, one in value.items()}
        return {
            name: one
            for name, one in found.items()
            if one not in (None, "", {}, []) and not (name == "decimals" and one == 0)
        }
    return [tidy(one) for one in value] if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two documents ask the same (sections without a title or a question count too)."""
    return tidy(one) == tidy(other)
