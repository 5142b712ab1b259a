"""Purposes of the catalogue: what people agree to, in the words that they read. Pure: no Django."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Text:
    """One version of a purpose in one language. `hash` (SHA-256, hex) proves which words were shown."""

    purpose: str
    number: int
    date: str
    language: str
    title: str
    short: str
    points: tuple[tuple[str, str], ...]
    hash: str


class UnknownPurpose(LookupError):
    """No purpose, version or language of this name in the catalogue."""


def text_hash(purpose: str, number: int, language: str, text: Mapping) -> str:
    """SHA-256 over the words and their place; layout of the YAML file does not count."""
    told = {"purpose": purpose, "number": number, "language": language, "text": text}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[int, dict[str, Text]]]:
    """purpose id -> version number -> language -> text."""
    folder = resources.files("draagkracht").joinpath("catalogue/purposes")
    entries = [
        yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  (BaseLoader makes only strings)
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return {entry["id"]: _versions(entry) for entry in entries}


def _versions(entry: dict) -> dict[int, dict[str, Text]]:
    return {
        int(version["number"]): {
            language: _text(entry["id"], version, language, words) for language, words in version["texts"].items()
        }
        for version in entry["versions"]
    }


def _text(purpose: str, version: dict, language: str, words: dict) -> Text:
    number = int(version["number"])
    points = tuple((point["title"], point["text"]) for point in words["points"])
    digest = text_hash(purpose, number, language, words)
    return Text(purpose, number, version["date"], language, words["title"], words["short"], points, digest)


def current(purpose: str, language: str) -> Text:
    """The newest version in that language (English where it is missing). Raises UnknownPurpose."""
    numbers = catalogue().get(purpose)
    if numbers is None:
        raise UnknownPurpose(purpose)
    return as_read(purpose, max(numbers), language)


def as_read(purpose: str, number: int, language: str) -> Text:
    """An earlier version, as it was read. Raises UnknownPurpose."""
    languages = catalogue().get(purpose, {}).get(number, {})
    text = languages.get(language) or languages.get(FALLBACK_LANGUAGE)
    if text is None:
        raise UnknownPurpose(f"{purpose} {number}")
    return text
