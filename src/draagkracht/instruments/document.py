"""The document of a questionnaire that is being composed: plain JSON that the composer edits and that files become. No Django.

    {"format": 1, "title": TEXTS, "languages": ["nl", "en"],
     "sections": [{"id": "s1", "title": TEXTS, "text": TEXTS, "show_if": "", "elements": [ELEMENT, ...]}, ...]}

TEXTS is {language: text}. ELEMENT is a scale of the catalogue,
    {"type": "instrument", "id": "bat-12", "show_if": ""}
or an own question. `code` is unique among the own questions; conditions and texts name it as {own.<code>}:
    {"type": "question", "code": "nights", "kind": "number", "text": TEXTS, "help": TEXTS, "show_if": "",
     "options": [{"value": 1, "text": TEXTS}, ...],         choice, multiple, likert, ranking; likert: 1, 2, 3 ... upwards
     "rows": [{"code": "a", "text": TEXTS}, ...],           matrix, beside its options; a row's question is <code>_<row code>
     "min": 0, "max": 40, "decimals": 0, "unit": TEXTS,     number; min and max also date and time, as ISO texts
     "ends": [TEXTS, TEXTS],                                scale: words at 0 and at 10
     "longest": 1000,                                       text
     "direction": "favourable", "strain": true}             likert, yesno, scale, matrix: how a published mean is read
What is not needed may be left out. The schema is catalogue/schemas/questionnaire.json; `checks` says what it cannot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from draagkracht.instruments.catalogue import CATALOGUE
from draagkracht.instruments.definition import Instrument

FORMAT = 1
Document = dict[str, Any]
Element = Mapping[str, Any]

# Seconds to answer one question of a kind; reading its words comes on top. Own estimates, to be measured.
SECONDS = {
    "choice": 5, "multiple": 8, "likert": 4, "yesno": 3, "scale": 4, "number": 6, "date": 8, "time": 6, "text": 30,
    "ranking": 20, "statement": 2,
}  # fmt: skip
WORDS_A_SECOND = 3.5


class BrokenDocument(ValueError):
    """Not the shape of a document; `faults` are (place in the document, what is wrong there)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {fault}" for place, fault in faults))
        self.faults = faults


def blank(title: Mapping[str, str], languages: Sequence[str]) -> Document:
    """A document with one empty section."""
    return {
        "format": FORMAT,
        "title": dict(title),
        "languages": list(languages),
        "sections": [{"id": "s1", "title": {}, "elements": []}],
    }


def of_instruments(title: Mapping[str, str], instrument_ids: Sequence[str], languages: Sequence[str]) -> Document:
    """A document that asks these instruments one after the other."""
    document = blank(title, languages)
    document["sections"][0]["elements"] = [{"type": "instrument", "id": one} for one in instrument_ids]
    return document


def require_shape(document: Any) -> None:
    """Raises BrokenDocument for what does not have the shape of a document, with every place."""
    errors = sorted(_validator().iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    if errors:
        raise BrokenDocument(
            [(".".join(str(part) for part in error.absolute_path) or "-", error.message[:200]) for error in errors[:20]]
        )


@lru_cache(maxsize=1)
def _validator() -> Any:
    import jsonschema  # only where documents come from outside

    schema = json.loads((CATALOGUE / "schemas" / "questionnaire.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def elements(document: Document) -> Iterator[tuple[int, int, Element]]:
    """(number of the section, number in the section, element), in the order of asking."""
    for section, part in enumerate(document["sections"]):
        for place, element in enumerate(part["elements"]):
            yield section, place, element


def instrument_ids(document: Document) -> list[str]:
    """The scales of the catalogue that the document asks, each once, in order."""
    return list(dict.fromkeys(one["id"] for _, _, one in elements(document) if one["type"] == "instrument"))


def only_instruments(document: Document) -> bool:
    """Whether it asks scales of the catalogue one after the other and nothing else: no words, no condition of its own."""
    parts = document["sections"]
    bare = len(parts) == 1 and not any(parts[0].get(name) for name in ("title", "text", "show_if"))
    return bare and all(one["type"] == "instrument" and not one.get("show_if") for _, _, one in elements(document))


def own_questions(document: Document) -> Iterator[tuple[int, Element]]:
    """(number of the section, own question as it is asked): a matrix gives one Likert question for each row."""
    for section, _, element in elements(document):
        if element["type"] == "question":
            for one in _rows(element) if element["kind"] == "matrix" else (element,):
                yield section, one


def asked(element: Element) -> list[Element]:
    """What is asked for an own question: the rows of a matrix, else the question itself."""
    return list(_rows(element)) if element["kind"] == "matrix" else [element]


def _rows(element: Element) -> Iterator[Element]:
    shared = {name: value for name, value in element.items() if name not in ("rows", "code", "text")}
    for row in element.get("rows", ()):
        yield {
            **shared,
            "kind": "likert",
            "code": f"{element['code']}_{row['code']}",
            "text": row["text"],
            "stem": element["text"],
        }


def minutes(document: Document, instruments: Mapping[str, Instrument]) -> float:
    """How long answering takes at most, every condition met; halves of minutes, upwards. Unknown scales count nothing."""
    seconds = sum(60 * instruments[one].minutes for one in instrument_ids(document) if one in instruments)
    for _, question in own_questions(document):
        options = question.get("options", ()) if question["kind"] != "likert" else ()
        texts = [question.get("text", {}), question.get("help", {}), *(option["text"] for option in options)]
        words = sum(max((len(text.split()) for text in one.values()), default=0) for one in texts)
        seconds += SECONDS[question["kind"]] + words / WORDS_A_SECOND
    return -(-seconds // 30) / 2


def condition(part: Mapping[str, Any]) -> str:
    """The condition of a section, a scale or a question; '' for none."""
    return str(part.get("show_if") or "").strip()
