"""What helps one person, by theme: data of the catalogue that an expert in help can read and change without Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language

FOLDER = "catalogue/selfcare"
CONTACTS = "turn-to.yaml"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Contact:
    """Somebody to turn to: who, for what, and what the employer gets to know of it. `web` may be empty."""

    id: str
    name: str
    about: str
    told: str
    web: str


@dataclass(frozen=True)
class Theme:
    """One theme in one language: what it is, what one can try (the easiest first), whom one can turn to (nearest first)."""

    id: str
    title: str
    about: str
    tips: tuple[str, ...]
    turn_to: tuple[Contact, ...]


@lru_cache(maxsize=1)
def raw() -> dict[str, dict[str, Any]]:
    """The files by id, as they are written; "talking", which takes whatever is left, stands last."""
    files = resources.files("draagkracht").joinpath(FOLDER).iterdir()
    read = [yaml.safe_load(one.read_text(encoding="utf-8")) for one in files if one.name != CONTACTS]
    return {one["id"]: one for one in sorted(read, key=lambda one: ("*" in one["measures"], one["id"]))}


@lru_cache(maxsize=1)
def raw_contacts() -> dict[str, dict[str, Any]]:
    """The contacts by id, in the order of their file."""
    text = resources.files("draagkracht").joinpath(FOLDER, CONTACTS).read_text(encoding="utf-8")
    return {one["id"]: one for one in yaml.safe_load(text)["contacts"]}


def theme_of(measure: str) -> str:
    """The id of the theme that a scale ("instrument.scale") leads to: by its name, else by its instrument, else the last one."""
    for wanted in (measure, f"{measure.split('.', 1)[0]}.*", "*"):
        for name, one in raw().items():
            if wanted in one["measures"]:
                return name
    raise LookupError("no theme takes whatever is left")


def theme(name: str, country: str) -> Theme:
    """One theme in the active language, with the contacts of that country. Raises KeyError for an unknown name."""
    one, known = raw()[name], raw_contacts()
    turn_to = [_contact(known[contact]) for contact in one["turn_to"] if country in known[contact]["countries"]]
    return Theme(name, _said(one["title"]), _said(one["about"]), tuple(map(_said, one["tips"])), tuple(turn_to))


def themes(country: str) -> list[Theme]:
    """Every theme, in the order of the catalogue."""
    return [theme(name, country) for name in raw()]


def contacts(country: str) -> list[Contact]:
    """Whom one can turn to in that country, the nearest first."""
    return [_contact(one) for one in raw_contacts().values() if country in one["countries"]]


def _contact(one: Mapping[str, Any]) -> Contact:
    return Contact(one["id"], _said(one["name"]), _said(one["about"]), _said(one["told"]), one.get("web", ""))


def _said(texts: Mapping[str, str]) -> str:
    return texts.get((get_language() or FALLBACK_LANGUAGE).split("-")[0]) or texts[FALLBACK_LANGUAGE]
