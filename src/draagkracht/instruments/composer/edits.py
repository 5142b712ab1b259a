"""Small edits of a document: each takes a document and returns the next one. No Django.

A part is named so that it is found again when others moved it: a section by its id, an own question by its short name, a
scale by its id in the catalogue. Where a name stands twice (a fault that `document_checks` tells) the later ones carry a
number: nights, nights~2. What an edit cannot find raises NotThere; nothing is then changed.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from draagkracht.instruments.document import Document, asked

LONGEST_CODE = 40
OWN_NAME = re.compile(r"\{\s*own\.([A-Za-z0-9_]+)\s*\}")
NOT_IN_A_CODE = re.compile(r"[^a-z0-9]+")


class NotThere(LookupError):
    """The document has no such section, scale or question; args = (its name,)."""


def keys(document: Document) -> dict[str, tuple[int, int]]:
    """The name of every scale and question, with the number of its section and its place in it, in order."""
    found: dict[str, tuple[int, int]] = {}
    seen: dict[str, int] = {}
    for number, section in enumerate(document["sections"]):
        for place, element in enumerate(section["elements"]):
            name = element["id"] if element["type"] == "instrument" else element["code"]
            seen[name] = seen.get(name, 0) + 1
            found[name if seen[name] == 1 else f"{name}~{seen[name]}"] = (number, place)
    return found


def place_of(document: Document, key: str) -> tuple[int, int]:
    """Number of the section and place in it. Raises NotThere."""
    try:
        return keys(document)[key]
    except KeyError as error:
        raise NotThere(key) from error


def element_of(document: Document, key: str) -> dict[str, Any]:
    """A scale or question. Raises NotThere."""
    section, place = place_of(document, key)
    return document["sections"][section]["elements"][place]


def section_number(document: Document, section_id: str) -> int:
    """Raises NotThere."""
    for number, section in enumerate(document["sections"]):
        if section["id"] == section_id:
            return number
    raise NotThere(section_id)


# -- the questionnaire as a whole -------------------------------------------------------------------------------------


def retitle(document: Document, title: Mapping[str, str]) -> Document:
    """Another title; languages that are not given keep theirs."""
    changed = copy.deepcopy(document)
    changed["title"] = _filled({**changed["title"], **title})
    return changed


def speak(document: Document, languages: Sequence[str]) -> Document:
    """Asked in these languages. Texts in a language that is left out stay in the draft, for when it comes back."""
    changed = copy.deepcopy(document)
    changed["languages"] = list(dict.fromkeys(languages))
    return changed


# -- sections ---------------------------------------------------------------------------------------------------------


def add_section(document: Document, after: str | None = None) -> Document:
    """An empty section behind another, else at the end."""
    changed = copy.deepcopy(document)
    name = free_section(document)
    place = section_number(changed, after) + 1 if after else len(changed["sections"])
    changed["sections"].insert(place, {"id": name, "title": {}, "elements": []})
    return changed


def free_section(document: Document) -> str:
    """The id that the next new section gets."""
    taken = {section["id"] for section in document["sections"]}
    return next(f"s{number}" for number in range(1, len(taken) + 2) if f"s{number}" not in taken)


def word_section(document: Document, section_id: str, title: Mapping[str, str], text: Mapping[str, str]) -> Document:
    """Another title and introduction; languages that are not given keep theirs."""
    changed = copy.deepcopy(document)
    section = changed["sections"][section_number(changed, section_id)]
    section["title"] = _filled({**section.get("title", {}), **title})
    section["text"] = _filled({**section.get("text", {}), **text})
    return changed


def move_section(document: Document, section_id: str, by: int) -> Document:
    """Up (-1) or down (1) by as many places as there are."""
    changed = copy.deepcopy(document)
    _shift(changed["sections"], section_number(changed, section_id), by)
    return changed


def remove_section(document: Document, section_id: str) -> Document:
    """Without the section and what stands in it; the only section is emptied instead."""
    changed = copy.deepcopy(document)
    number = section_number(changed, section_id)
    if len(changed["sections"]) == 1:
        changed["sections"] = [{"id": section_id, "title": {}, "elements": []}]
    else:
        del changed["sections"][number]
    return changed


# -- scales and questions ---------------------------------------------------------------------------------------------


def add(document: Document, section_id: str, *elements: Mapping[str, Any]) -> Document:
    """These at the end of a section."""
    changed = copy.deepcopy(document)
    changed["sections"][section_number(changed, section_id)]["elements"].extend(copy.deepcopy(list(elements)))
    return changed


def put(document: Document, key: str, element: Mapping[str, Any]) -> Document:
    """Another element in the place of this one; where its short name changed, conditions and texts follow."""
    before = element_of(document, key)
    changed = copy.deepcopy(document)
    section, place = place_of(changed, key)
    changed["sections"][section]["elements"][place] = copy.deepcopy(dict(element))
    if before["type"] == "question" == element["type"] and before["code"] != element["code"] and "~" not in key:
        changed = _renamed(changed, _new_names(before, element))
    return changed


def move(document: Document, key: str, by: int) -> Document:
    """Up (-1) or down (1); past the border of a section into the one before or behind it."""
    changed = copy.deepcopy(document)
    sections = changed["sections"]
    number, place = place_of(changed, key)
    here = sections[number]["elements"]
    beyond = number + by
    if 0 <= place + by < len(here):
        _shift(here, place, by)
    elif 0 <= beyond < len(sections):
        there = sections[beyond]["elements"]
        there.insert(len(there) if by < 0 else 0, here.pop(place))
    return changed


def remove(document: Document, key: str) -> Document:
    """Without this one. Conditions and texts that name it stay: the checks tell where."""
    changed = copy.deepcopy(document)
    section, place = place_of(changed, key)
    del changed["sections"][section]["elements"][place]
    return changed


def duplicate(document: Document, key: str) -> Document:
    """A copy of an own question right behind it, with a short name of its own."""
    changed = copy.deepcopy(document)
    section, place = place_of(changed, key)
    twin = copy.deepcopy(element_of(changed, key))
    if twin["type"] == "question":
        twin["code"] = free_code(twin["code"], codes(changed))
        changed["sections"][section]["elements"].insert(place + 1, twin)
    return changed


def set_condition(document: Document, key: str | None, section_id: str | None, text: str) -> Document:
    """The condition of an element (`key`) or of a section; '' takes it away."""
    changed = copy.deepcopy(document)
    part = element_of(changed, key) if key else changed["sections"][section_number(changed, section_id or "")]
    part.pop("show_if", None)
    if text.strip():
        part["show_if"] = text.strip()
    return changed


# -- short names ------------------------------------------------------------------------------------------------------


def codes(document: Document, but: str = "") -> set[str]:
    """Short names in use, those of the rows of matrices too; without those of the element `but`."""
    return {
        code
        for key, (section, place) in keys(document).items()
        if key != but
        for code in _names(document["sections"][section]["elements"][place])
    }


def _names(element: Mapping[str, Any]) -> list[str]:
    if element["type"] != "question":
        return []
    return [element["code"], *(one["code"] for one in asked(element))]


def code_from(text: str, taken: set[str]) -> str:
    """A short name from the first words of a text: "Hoeveel nachten werkte je?" becomes hoeveel_nachten_werkte."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = [word for word in NOT_IN_A_CODE.split(plain) if word]
    short = ""
    for word in words[:4]:
        if short and len(short) + 1 + len(word) > 24:
            break
        short = f"{short}_{word}" if short else word[:24]
    return free_code(short if short[:1].isalpha() else f"q_{short}".rstrip("_"), taken)


def free_code(wanted: str, taken: set[str]) -> str:
    """The short name itself, else with a number behind it."""
    base = re.sub(r"_\d+$", "", wanted)[: LONGEST_CODE - 5]
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{base}_{number}", number + 1
    return found


def _new_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    names = {before["code"]: after["code"]}
    for row in before.get("rows", ()):
        names[f"{before['code']}_{row['code']}"] = f"{after['code']}_{row['code']}"
    return names


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    def follow(text: str) -> str:
        return OWN_NAME.sub(lambda found: f"{{own.{names.get(found[1], found[1])}}}", text)

    for holder, name in list(_texts(document)):
        holder[name] = follow(holder[name])
    return document


def _texts(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every text in a document with where it stands, conditions too."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, str):
            yield node, name
        elif isinstance(value, (dict, list)):
            yield from _texts(value)


def _shift(entries: list, place: int, by: int) -> None:
    target = max(0, min(len(entries) - 1, place + by))
    entries.insert(target, entries.pop(place))


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text.strip()}


Edit = Callable[[Document], Document]
