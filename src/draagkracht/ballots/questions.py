"""What an evaluation asks, as the catalogue says it, and what counts as an answer. Pure: no Django."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

LONGEST = 600
# Every sealed ballot has this length, whatever was written: two texts of LONGEST letters of four bytes fit.
PADDED = 8192
Answers = dict[str, int | str]


class NotAnAnswer(ValueError):
    """An answer that the question does not offer."""


@dataclass(frozen=True)
class Question:
    """One question: closed (1 to 5, `ends` says what both ends mean) or open (a text)."""

    id: str
    text: str
    closed: bool
    ends: tuple[str, str] = ("", "")
    note: str = ""


@lru_cache(maxsize=1)
def sheets() -> dict[str, dict[str, Any]]:
    """Every sheet of questions of the catalogue, by its id, in the order of their ids."""
    folder = resources.files("draagkracht").joinpath("catalogue/ballots")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    found = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)
    return {sheet["id"]: sheet for sheet in found}


def said(texts: Mapping[str, str], language: str) -> str:
    """A text in that language; English where it is missing."""
    return texts.get(language) or texts["en"]


def questions(sheet: Mapping[str, Any], language: str) -> list[Question]:
    """The questions of a sheet in one language."""
    return [
        Question(
            one["id"],
            said(one["text"], language),
            one["kind"] == "scale",
            (said(one["low"], language), said(one["high"], language)) if one["kind"] == "scale" else ("", ""),
            said(one["note"], language) if "note" in one else "",
        )
        for one in sheet["questions"]
    ]


def answers(sheet: Mapping[str, Any], given: Mapping[str, Any]) -> Answers:
    """What was answered, cleaned; a question that was passed over is left out. Raises NotAnAnswer."""
    known = {one["id"]: one["kind"] for one in sheet["questions"]}
    if set(given) - set(known):
        raise NotAnAnswer
    found: Answers = {}
    for name, value in given.items():
        if value in ("", None):
            continue
        found[name] = _grade(value) if known[name] == "scale" else _text(value)
    return {name: value for name, value in found.items() if value != ""}


def _grade(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or text not in ("1", "2", "3", "4", "5"):
        raise NotAnAnswer
    return int(text)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 2 * LONGEST:
        raise NotAnAnswer
    # Two browsers may write a line end, or a letter with its accent, in two ways: a way of writing is a trace too.
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cf"))
    if len(text.strip()) > LONGEST:
        raise NotAnAnswer
    return text.strip()


def packed(found: Answers) -> bytes:
    """A ballot as bytes of one length, whatever it holds: its size tells nothing."""
    data = json.dumps(dict(sorted(found.items())), ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > PADDED:
        raise NotAnAnswer
    return data.ljust(PADDED)


def unpacked(data: bytes) -> Answers:
    """What `packed` made."""
    return json.loads(data)
