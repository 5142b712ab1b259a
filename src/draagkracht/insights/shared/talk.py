"""What a team can talk about and do first, theme by theme: texts of the catalogue (catalogue/talk), in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language, pgettext

FOLDER = "catalogue/talk"
FALLBACK = "en"
# How people are doing has one text of last resort, whatever the place in the model.
LAST_RESORT = {"demand": "demand", "resource": "resource"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TalkError(Exception):
    """A file of catalogue/talk that cannot be used; the message names the file and the field."""


@dataclass(frozen=True)
class Step:
    """A first small step: what, who can do it, and who is near it (IGLO), in words."""

    what: str
    who: str
    levels: str


@dataclass(frozen=True)
class Talk:
    """How to talk about one theme; the first question asks when it goes well."""

    id: str
    title: str
    opening: str
    questions: tuple[str, ...]
    step: Step
    avoid: str


def about(measure: str, role: str, keep: bool = False) -> Talk:
    """The talk about a measure ("pulse.recovery") in the reader's language; `keep` for one that stands out in a good way.

    A measure without a text of its own gets that of its place in the model. Strain, engagement and outcome share one.
    """
    own = _said(_of_measure().get(measure) or _of_role()[LAST_RESORT.get(role, "strain")])
    if not keep:
        return own
    kept = _said(_of_role()["keep"])
    return replace(kept, title=own.title, questions=(own.questions[0], *kept.questions))


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Every file by id. Raises TalkError for one that lacks something, and where two speak about the same theme."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(resources.files("draagkracht").joinpath(FOLDER).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            raw = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
            check(file.name, raw)
            found[raw["id"]] = raw
    spoken = [name for raw in found.values() for name in (*raw.get("measures", ()), raw.get("role", ""))]
    twice = sorted({name for name in spoken if name and spoken.count(name) > 1})
    absent = sorted({"demand", "resource", "strain", "keep"} - set(spoken))
    if twice or absent:
        raise TalkError(f"{FOLDER}: twice {', '.join(twice) or 'nothing'}; absent {', '.join(absent) or 'nothing'}")
    return found


def check(name: str, raw: Any) -> None:
    """What a page needs from a file; the whole schema is catalogue/schemas/talk.json. Raises TalkError."""
    if not isinstance(raw, Mapping) or raw.get("id") != name.removesuffix(".yaml"):
        raise TalkError(f"{name}: the id is not the name of the file")
    step = raw.get("step") or {}
    texts = {"title": raw.get("title"), "opening": raw.get("opening"), "avoid": raw.get("avoid")}
    texts |= {f"step.{key}": step.get(key) for key in ("what", "who")}
    texts |= {f"questions[{at}]": one for at, one in enumerate(raw.get("questions") or [None])}
    broken = [key for key, text in texts.items() if not isinstance(text, Mapping) or not text.get(FALLBACK)]
    broken += [] if step.get("iglo") else ["step.iglo"]
    broken += [] if bool(raw.get("measures")) != bool(raw.get("role")) else ["measures or role"]
    if broken:
        raise TalkError(f"{name}: {', '.join(broken)}")


@lru_cache(maxsize=1)
def _of_measure() -> dict[str, dict[str, Any]]:
    return {measure: raw for raw in catalogue().values() for measure in raw.get("measures", ())}


@lru_cache(maxsize=1)
def _of_role() -> dict[str, dict[str, Any]]:
    return {raw["role"]: raw for raw in catalogue().values() if "role" in raw}


def actors(levels: Iterable[str]) -> str:
    """Who can do something at these levels (IGLO), in words."""
    names = {
        "individual": pgettext("who can do it", "each for themselves"),
        "group": pgettext("who can do it", "the team"),
        "leader": pgettext("who can do it", "the leader"),
        "organisation": pgettext("who can do it", "the organisation"),
    }
    return ", ".join(names[level] for level in levels)


def _said(raw: Mapping[str, Any]) -> Talk:
    def say(texts: Mapping[str, str]) -> str:
        return texts.get((get_language() or FALLBACK).split("-")[0]) or texts[FALLBACK]

    step = raw["step"]
    levels = actors(step["iglo"])
    return Talk(
        raw["id"],
        say(raw["title"]),
        say(raw["opening"]),
        tuple(say(one) for one in raw["questions"]),
        Step(say(step["what"]), say(step["who"]), levels),
        say(raw["avoid"]),
    )
