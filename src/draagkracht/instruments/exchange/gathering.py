"""A document that grows while a file is read: short names, numbers of answers, conditions, what is left out. No Django.

A reader names things as the file does. Short names that the product cannot have are changed, and the list says so;
conditions are translated at the end, when every name is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from draagkracht.instruments import conditions, document
from draagkracht.instruments.conditions import ConditionError, Tree
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import BrokenDocument, Document
from draagkracht.instruments.exchange import limits
from draagkracht.instruments.exchange.expressions import NoText, as_text
from draagkracht.instruments.exchange.limits import MOST, TOO_LONG, TOO_MANY
from draagkracht.instruments.exchange.notes import Broken, Left, Note, Place, broken, item
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import IN_CONDITIONS
from draagkracht.instruments.tables import gettext_noop

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
ROW = re.compile(r"[a-z0-9_]{1,20}")
WHOLE_NUMBER = re.compile(r"-?\d{1,4}", re.ASCII)

RENAMED = gettext_noop("these short names are others here")
REQUIRED = gettext_noop("that an answer is required is not carried over: here every question may be skipped")
NUMBERED = gettext_noop("the answers got numbers: {numbers}")
TWICE = gettext_noop("the short name {name} stands in the file twice")
NO_CONDITION = gettext_noop("the condition is not carried over: {why}")


@dataclass(frozen=True)
class Known:
    """A question of the file: its code here, its kind, and the numbers that its answers got, by their names there."""

    code: str
    kind: str
    values: Mapping[str, int] = field(default_factory=dict)


class Untranslatable(Exception):
    """A condition that the product's language has no words for; `template` says which part of it."""

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template.format(**values))
        self.template, self.values = template, values


Condition = Callable[["Gathering"], "Tree | str | None"]


class Gathering:
    """`known` holds every question by its name in the file; `left` and `faults` grow while the file is read."""

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        self.instruments = instruments
        self.left: Left = []
        self.faults: Left = []
        self.known: dict[str, Known] = {}
        self.size = 0
        self._apart = False
        self.sections: list[dict[str, Any]] = []
        self._codes: dict[str, int] = {}
        self._waiting: list[tuple[dict[str, Any], list[Condition], Place]] = []

    def leave(self, place: Place, template: str, **values: Any) -> None:
        """Something is not carried over."""
        note = Note(place, template, values)
        if note not in self.left[-20:]:
            self.left.append(note)
        if len(self.left) > limits.MOST_LEFT:
            raise broken(gettext_noop("more than {most} things cannot be carried over"), most=limits.MOST_LEFT)

    def fault(self, place: Place, template: str, **values: Any) -> None:
        """Something is wrong; `document` raises when the file was read to its end. Raises Broken when it is too much."""
        self.faults.append(Note(place, template, values))
        if len(self.faults) >= limits.MOST_FAULTS:
            raise Broken(self.faults)

    def section(
        self, title: Mapping[str, str], place: Place, *, name: str = "", when: Sequence[Condition] = (), **parts: Any
    ) -> dict[str, Any]:
        """A section; what is added afterwards stands in it."""
        if len(self.sections) >= MOST["sections"]:
            raise broken(TOO_MANY, place, most=MOST["sections"])
        taken = {one["id"] for one in self.sections}
        wanted = name if CODE.fullmatch(name) and name not in taken else ""
        number = len(self.sections) + 1
        while not wanted or wanted in taken:
            wanted, number = f"s{number}", number + 1
        made = {"id": wanted, "title": _words(title), **_given(parts), "elements": []}
        self.sections.append(made)
        self._apart = False
        self._later(made, when, place)
        return made

    def apart(self) -> None:
        """What is added next stands in a section of its own, without a title."""
        self._apart = True

    def instrument(self, name: str, place: Place, items: Mapping[str, str], when: Sequence[Condition] = ()) -> None:
        """A scale of the catalogue; `items`: name in the file -> code of the question."""
        self._element({"type": "instrument", "id": name}, when, place)
        for there, code in items.items():
            one = self.instruments.get(name)
            low, high = one.key.ranges[code] if one else (0, -1)
            self.known[there] = Known(f"{name}.{code}", "likert", {str(value): value for value in range(low, high + 1)})

    def question(
        self,
        name: str,
        kind: str,
        text: Mapping[str, str],
        place: Place,
        *,
        values: Mapping[str, int] | None = None,
        when: Sequence[Condition] = (),
        **parts: Any,
    ) -> str:
        """An own question; `values`: names of the answers in the file -> their numbers. Returns its short name."""
        code = self._code(name)
        made = {"type": "question", "code": code, "kind": kind, "text": _words(text), **_given(parts)}
        self._check(made, place)
        self._element(made, when, place)
        if kind == "matrix":
            for row in made.get("rows", ()):
                self._codes[f"{code}_{row['code']}"] = 2
        else:
            self.name(name, Known(f"{OWN}.{code}", kind, values or {}), place)
        return code

    def name(self, name: str, known: Known, place: Place) -> None:
        """From now on conditions may speak of this question by this name."""
        if name in self.known:
            self.fault(place, TWICE, name=name)
        self.known[name] = known

    def row_code(self, name: str, taken: Sequence[str]) -> str:
        """The short name of a row of a matrix. Raises Broken for more rows than one can have."""
        if len(taken) >= MOST["rows"]:
            raise broken(TOO_MANY, item(name), most=MOST["rows"])
        short = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:20] or "r"
        found = name if ROW.fullmatch(name) else short
        found = _free(found, dict.fromkeys(taken, 2), 20)
        if found != name:
            self.leave(item(f"{name} → {found}"), RENAMED)
        return found

    def numbered(self, names: Sequence[str], place: Place) -> dict[str, int]:
        """The number of each answer: its name if all of them are whole numbers, else 1, 2, 3 ..., which the list says."""
        if len(names) > MOST["options"]:
            raise broken(TOO_MANY, place, most=MOST["options"])
        if all(WHOLE_NUMBER.fullmatch(name) for name in names) and len({int(name) for name in names}) == len(names):
            return {name: int(name) for name in names}
        found = {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}
        if len(found) != len(names):
            double = next(name for name in names if names.count(name) > 1)
            self.fault(place, gettext_noop("the answer {name} stands there twice"), name=double)
        told = ", ".join(f"{name} = {number}" for name, number in list(found.items())[:20])
        self.leave(place, NUMBERED, numbers=told + (" …" if len(found) > 20 else ""))
        return found

    def rising(self, names: Sequence[str], place: Place) -> dict[str, int]:
        """As `numbered`, but always one after the other, as the answers of a scale and a matrix have to be."""
        found = self.numbered(names, place)
        numbers = list(found.values())
        if not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return found
        renewed = {name: number for number, name in enumerate(found, start=1)}
        self.leave(place, NUMBERED, numbers=", ".join(f"{name} = {number}" for name, number in renewed.items()))
        return renewed

    def recognised(self, names: Sequence[str]) -> dict[str, Any] | None:
        """{"id", "items"} when these are exactly the questions of a scale of the catalogue, as an export writes them."""
        name = names[0].partition(".")[0] if names else ""
        one = self.instruments.get(name)
        if one is None or one.template or list(names) != [f"{name}.{code}" for code in one.codes]:
            return None
        return {"id": name, "items": dict(zip(names, one.codes, strict=True))}

    def document(self, title: Mapping[str, str], languages: Sequence[str]) -> Document:
        """The document. Raises Broken with every fault that was found."""
        for target, parts, place in self._waiting:
            self._translate(target, parts, place)
        made = document.blank(_words(title), languages)
        made["sections"] = self.sections or made["sections"]
        self.faults += limits.faults(made)
        if self.faults:
            raise Broken(self.faults)
        try:
            document.require_shape(made)
        except BrokenDocument as broken:
            raise Broken([Note(item(where), "{why}", {"why": why}) for where, why in broken.faults]) from broken
        return made

    def _element(self, made: dict[str, Any], when: Sequence[Condition], place: Place) -> None:
        if self._apart or not self.sections:
            self.section({}, place)
        self.sections[-1]["elements"].append(made)
        self.size += 1
        if self.size > limits.MOST_ELEMENTS:
            raise broken(TOO_MANY, place, most=limits.MOST_ELEMENTS)
        self._later(made, when, place)

    def _later(self, target: dict[str, Any], when: Sequence[Condition], place: Place) -> None:
        if when:
            self._waiting.append((target, list(when), place))

    def _code(self, name: str) -> str:
        wanted = name.removeprefix(f"{OWN}.")
        code = wanted
        if not CODE.fullmatch(wanted):
            code = re.sub(r"[^a-z0-9_]+", "_", wanted.lower()).strip("_")[:40] or "q"
            code = code if code[0].isalpha() else f"q_{code}"[:40]
        code = _free(code, self._codes, 40)
        if code != wanted:
            self.leave(item(f"{wanted} → {code}"), RENAMED)
        return code

    def _check(self, made: Mapping[str, Any], place: Place) -> None:
        texts = [made["text"], made.get("help", {}), made.get("unit", {}), *made.get("ends", ())]
        texts += [one["text"] for part in ("options", "rows") for one in made.get(part, ())]
        if any(len(text) > limits.LONGEST for words in texts for text in words.values()):
            self.fault(place, TOO_LONG, most=limits.LONGEST)

    def _translate(self, target: dict[str, Any], parts: list[Condition], place: Place) -> None:
        found: list[Tree | str] = []
        for part in parts:
            try:
                tree = part(self)
                if tree is not None:
                    found.append(tree)
            except Untranslatable as why:
                self.leave(place, NO_CONDITION, why=Place(why.template, why.values))
        if not found:
            return
        try:
            text = found[0] if len(found) == 1 and isinstance(found[0], str) else as_text(_all(found))
            # A text that stood in the file is kept also where it is wrong: the checks of the draft say what to mend.
            if not isinstance(found[0], str):
                conditions.parse(text)
        except (NoText, ConditionError) as error:
            marks = Place(gettext_noop("a text in it has quotation marks"))
            self.leave(place, NO_CONDITION, why=error if isinstance(error, ConditionError) else marks)
            return
        if len(text) > 1000:
            self.leave(place, gettext_noop("the condition is longer than {most} characters"), most=1000)
        else:
            target["show_if"] = text


def variable(gathering: Gathering, name: str) -> Known:
    """The question that a condition names. Raises Untranslatable."""
    known = gathering.known.get(name)
    if known is None:
        raise Untranslatable(gettext_noop("it looks at {name}, which is not a question of this file"), name=name)
    if known.kind not in IN_CONDITIONS:
        raise Untranslatable(gettext_noop("it looks at {name}, which has no answer"), name=name)
    return known


def _all(found: Sequence[Tree | str]) -> Tree:
    trees: list[Tree] = [conditions.parse(one) if isinstance(one, str) else one for one in found]
    return trees[0] if len(trees) == 1 else ["and", *trees]


def _free(wanted: str, taken: dict[str, int], most: int) -> str:
    """A name that nothing has, and has it taken. `taken`: name -> the number to try when it is wanted again."""
    found = wanted
    while found in taken:
        number = taken[wanted]
        found, taken[wanted] = f"{wanted[: most - len(str(number)) - 1]}_{number}", number + 1
    taken[found] = 2
    return found


def _words(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text.strip()}


def _given(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a question that say something."""
    kept = {}
    for name, value in parts.items():
        clean = _words(value) if isinstance(value, Mapping) else value
        if clean not in (None, {}, [], ()) and not (name == "ends" and not any(clean)):
            kept[name] = clean
    return kept
