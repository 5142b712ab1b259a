"""Crisis lines from the catalogue: data that an expert in help can read and change without Python."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml
from django.utils.translation import get_language

SOURCE = "catalogue/help/crisis.yaml"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class CrisisLine:
    """One line of help: its name, the number as people read it, the number as a phone dials it, a web address or ""."""

    name: str
    number: str
    dial: str
    web: str
    about: str


@dataclass(frozen=True)
class CrisisCountry:
    """The lines of one country (ISO 3166 alpha-2), the most urgent first, and the day somebody confirmed them, or ""."""

    code: str
    name: str
    confirmed: str
    lines: tuple[CrisisLine, ...]


@lru_cache(maxsize=1)
def _catalogue() -> dict:
    return yaml.safe_load(resources.files("draagkracht").joinpath(SOURCE).read_text(encoding="utf-8"))


def _said(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts[FALLBACK_LANGUAGE]


def crisis_lines(country: str = "", language: str | None = None) -> list[CrisisCountry]:
    """Lines of that country in that language (default: the active one); of every country when it is empty or unknown."""
    said = (language or get_language() or FALLBACK_LANGUAGE).split("-")[0]
    found = [_country(entry, said) for entry in _catalogue()["countries"]]
    return [entry for entry in found if entry.code == country] or found


def _country(entry: dict, language: str) -> CrisisCountry:
    lines = tuple(
        CrisisLine(
            _said(line["name"], language),
            line["number"],
            line["dial"],
            line.get("web", ""),
            _said(line["about"], language),
        )
        for line in entry["lines"]
    )
    return CrisisCountry(entry["code"], _said(entry["name"], language), str(entry["confirmed"] or ""), lines)
