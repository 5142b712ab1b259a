"""The kinds of question as somebody chooses among them: name, what it is for, an example; presets of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.definition import Texts

Words = str | Promise

KIND_NAMES: dict[str, Words] = {
    "likert": _("How much, how often"),
    "yesno": _("Yes or no"),
    "scale": _("From 0 to 10"),
    "choice": _("One answer"),
    "multiple": _("Several answers"),
    "number": _("A number"),
    "text": _("In your own words"),
    "date": _("A day"),
    "time": _("A time"),
    "ranking": _("Put in order"),
    "matrix": _("Several questions with the same answers"),
    "statement": _("Only a text"),
}
EXAMPLES: dict[str, Words] = {
    "likert": _("“I can keep up with my work.” Never, rarely, sometimes, often, always."),
    "yesno": _("“Did you work at night this month?” Yes or no."),
    "scale": _("“How well could you rest this week?” A number from 0 to 10."),
    "choice": _("“Which shift do you work most?” Early, late, night."),
    "multiple": _("“What helped you this month?” More than one answer may be chosen."),
    "number": _("“How many nights did you work this month?” 0 to 31."),
    "text": _("“What would make your week lighter?” People write what they like."),
    "date": _("“When does your new roster begin?” A day on the calendar."),
    "time": _("“When did you go to bed before your last early shift?”"),
    "ranking": _("“What matters most to you?” People put up to ten things in order."),
    "matrix": _("Four sentences about your team, each with the same answers. On a phone they come one by one."),
    "statement": _("“The next questions are about your last shift.” Nothing has to be answered."),
}


@dataclass(frozen=True)
class Preset:
    """Words for the answers of a Likert question, lowest first."""

    id: str
    name: Words
    labels: tuple[Texts, ...]


def _labels(dutch: str, english: str) -> tuple[Texts, ...]:
    pairs = zip(dutch.split(", "), english.split(", "), strict=True)
    return tuple({"nl": nl, "en": en} for nl, en in pairs)


PRESETS = (
    Preset(
        "agreement",
        _("Agree or disagree (5)"),
        _labels(
            "helemaal oneens, oneens, niet eens en niet oneens, eens, helemaal eens",
            "fully disagree, disagree, neither agree nor disagree, agree, fully agree",
        ),
    ),
    Preset(
        "frequency",
        _("How often (5)"),
        _labels("nooit, zelden, soms, vaak, altijd", "never, rarely, sometimes, often, always"),
    ),
    Preset(
        "satisfaction",
        _("How satisfied (5)"),
        _labels(
            "zeer ontevreden, ontevreden, niet tevreden en niet ontevreden, tevreden, zeer tevreden",
            "very dissatisfied, dissatisfied, neither satisfied nor dissatisfied, satisfied, very satisfied",
        ),
    ),
)
PRESET = {preset.id: preset for preset in PRESETS}

WITH_OPTIONS = ("choice", "multiple", "likert", "ranking", "matrix")
WITH_BOUNDS = ("number", "date", "time")
# Kinds of which a mean may be published: who composes says how it is read.
READ_AS_MEAN = ("likert", "yesno", "scale", "matrix")


def blank_question(kind: str, languages: Sequence[str]) -> dict[str, Any]:
    """A new question of a kind, without its short name: empty texts, and answers where the kind has usual ones."""
    made: dict[str, Any] = {"type": "question", "code": "q", "kind": kind, "text": {}}
    if kind in ("likert", "matrix"):
        made["options"] = preset_options("frequency" if kind == "likert" else "agreement", languages)
    return made


def preset_options(preset_id: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The answers of a preset in these languages, numbered from 1."""
    return [
        {"value": value, "text": {language: words[language] for language in languages if language in words}}
        for value, words in enumerate(PRESET[preset_id].labels, 1)
    ]
