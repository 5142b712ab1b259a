"""What still stands in the way of publishing a document: everything that its schema cannot say. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from draagkracht.instruments import conditions, document, questions
from draagkracht.instruments.conditions import ConditionError
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document, Element
from draagkracht.instruments.tables import Fault, gettext_noop

# A text may carry what was answered earlier: "You work {own.hours} hours a week."
CARRIED = re.compile(r"\{(own\.[A-Za-z0-9_]+)\}")
WITH_OPTIONS = {"choice": 2, "likert": 2, "matrix": 2, "ranking": 2, "multiple": 1}
MOST_RANKED = 10


@dataclass(frozen=True)
class Problem:
    """`section` and `element` count from 0 (None: the document, or the section as a whole); the sentence is English."""

    section: int | None
    element: int | None
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def checks(draft: Document, instruments: Mapping[str, Instrument]) -> list[Problem]:
    """Everything to mend before a document can be published; `draft` has the shape of a document. [] means ready."""
    languages = draft["languages"]
    found = [Problem(None, None, *_told(fault)) for fault in _complete(draft["title"], languages, TITLE)]
    kinds: dict[str, str] = {}
    used: set[str] = set()
    for number, section in enumerate(draft["sections"]):
        for fault in _section(section, languages, kinds):
            found.append(Problem(number, None, *_told(fault)))
        for place, element in enumerate(section["elements"]):
            for fault in _element(element, languages, kinds, used, instruments):
                found.append(Problem(number, place, *_told(fault)))
            kinds.update(_kinds(element, instruments))
    if not kinds:
        found.append(Problem(None, None, gettext_noop("there is no question yet")))
    return found


def undirected(draft: Document) -> list[Problem]:
    """Questions of which a mean may be published, where nobody said what a high answer means.

    A file from elsewhere cannot say it, and a program may leave it out (a high answer then reads as good). Of whoever
    composes it is asked: a figure that reads the wrong way round is worse than none.
    """
    told = gettext_noop("say what a high answer means: something good, or something hard")
    return [
        Problem(section, place, told)
        for section, place, one in document.elements(draft)
        if one["type"] == "question" and one["kind"] in (*questions.SCORED, "matrix") and not one.get("direction")
    ]


TITLE = gettext_noop("the title")
SECTION_TITLE = gettext_noop("the title of the section")
TEXT = gettext_noop("the text")
HELP = gettext_noop("the explanation")
UNIT = gettext_noop("the unit")
ENDS = gettext_noop("the words at the ends")
OPTION = gettext_noop("an answer")
ROW = gettext_noop("a row")


def _told(fault: Fault) -> tuple[str, Mapping[str, Any]]:
    return fault.template, fault.values


def _section(section: Mapping[str, Any], languages: list[str], kinds: Mapping[str, str]) -> Iterator[Fault]:
    for name, part in (("title", SECTION_TITLE), ("text", TEXT)):
        yield from _all_or_none(section.get(name, {}), languages, part)
        yield from _carried(section.get(name, {}), kinds)
    yield from _condition(section, kinds)


def _element(
    element: Element, languages: list[str], kinds: Mapping[str, str], used: set[str], known: Mapping[str, Instrument]
) -> Iterator[Fault]:
    yield from _condition(element, kinds)
    if element["type"] == "instrument":
        name = element["id"]
        if name not in known:
            yield Fault(gettext_noop("there is no scale {id} in the catalogue"), id=name)
        if name in used:
            yield Fault(gettext_noop("the scale {id} stands here twice"), id=name)
        used.add(name)
        return
    for one in document.asked(element):
        if f"own.{one['code']}" in used:
            yield Fault(gettext_noop("the short name {code} is used twice"), code=one["code"])
        used.add(f"own.{one['code']}")
    yield from _texts(element, languages, kinds)
    yield from _options(element)
    yield from _bounds(element)


def _texts(element: Element, languages: list[str], kinds: Mapping[str, str]) -> Iterator[Fault]:
    yield from _complete(element["text"], languages, TEXT)
    parts = [(element.get("help", {}), HELP), (element.get("unit", {}), UNIT)]
    parts += [(words, ENDS) for words in element.get("ends", ())]
    for words, part in parts:
        yield from _all_or_none(words, languages, part)
    for option in element.get("options", ()):
        yield from _complete(option["text"], languages, OPTION)
    for row in element.get("rows", ()):
        yield from _complete(row["text"], languages, ROW)
    for words in (element["text"], element.get("help", {}), *(row["text"] for row in element.get("rows", ()))):
        yield from _carried(words, kinds)


def _complete(words: Mapping[str, str], languages: list[str], part: str) -> Iterator[Fault]:
    for language in languages:
        if not words.get(language, "").strip():
            yield Fault(gettext_noop("{part} is missing in {language}"), part=part, language=language)


def _all_or_none(words: Mapping[str, str], languages: list[str], part: str) -> Iterator[Fault]:
    if any(words.get(language, "").strip() for language in languages):
        yield from _complete(words, languages, part)


def _carried(words: Mapping[str, str], kinds: Mapping[str, str]) -> Iterator[Fault]:
    for code in dict.fromkeys(code for text in words.values() for code in CARRIED.findall(text)):
        if code not in kinds:
            yield Fault(
                gettext_noop("there is no earlier question {code} whose answer the text could carry"), code=code
            )


def _condition(part: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Fault]:
    text = document.condition(part)
    if not text:
        return
    try:
        gives = conditions.kind_of(conditions.parse(text), kinds)
    except ConditionError as error:
        yield error
        return
    if gives != "b":
        yield Fault(gettext_noop("the condition is not something that is true or false; compare with = or >="))


def _options(element: Element) -> Iterator[Fault]:
    kind, options = element["kind"], element.get("options", ())
    least = WITH_OPTIONS.get(kind, 0)
    if len(options) < least:
        yield Fault(gettext_noop("there must be at least {least} answers to choose from"), least=least)
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        yield Fault(gettext_noop("two answers have the same number"))
    if kind in ("likert", "matrix") and values and values != list(range(values[0], values[0] + len(values))):
        yield Fault(gettext_noop("the numbers of the answers must rise one by one"))
    if kind == "ranking" and len(options) > MOST_RANKED:
        yield Fault(gettext_noop("at most {most} things can be put in order"), most=MOST_RANKED)
    if kind == "matrix" and not element.get("rows"):
        yield Fault(gettext_noop("there is no row yet"))
    codes = [row["code"] for row in element.get("rows", ())]
    if len(set(codes)) != len(codes):
        yield Fault(gettext_noop("two rows have the same short name"))


def _bounds(element: Element) -> Iterator[Fault]:
    low, high = element.get("min"), element.get("max")
    given = [one for one in (low, high) if one is not None]
    kind = element["kind"]
    if kind in ("date", "time"):
        bare = questions.Question("own.x", "own", "x", {}, kind)
        fits = all(isinstance(one, str) and bare.accepts(one) for one in given)
    else:
        fits = not any(isinstance(one, str) for one in given)
    if not fits:
        yield Fault(gettext_noop("the smallest or the largest value cannot be read"))
    elif len(given) == 2 and low > high:  # type: ignore[operator]
        yield Fault(gettext_noop("the smallest value is above the largest"))


def _kinds(element: Element, known: Mapping[str, Instrument]) -> dict[str, str]:
    """What later conditions may look at."""
    if element["type"] == "instrument":
        one = known.get(element["id"])
        return {f"{one.id}.{code}": "n" for code in one.codes} if one else {}
    return {
        f"own.{one['code']}": questions.IN_CONDITIONS[one["kind"]]
        for one in document.asked(element)
        if one["kind"] in questions.IN_CONDITIONS
    }
