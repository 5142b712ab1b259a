"""Own questions that can be averaged, as an instrument of their own: `own`, one scale for each question. No Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from draagkracht.instruments.definition import Texts
from draagkracht.instruments.document_checks import CARRIED
from draagkracht.instruments.questions import SCORED

OWN = "own"
YES_NO: tuple[tuple[int, Texts], ...] = ((1, {"nl": "ja", "en": "yes"}), (0, {"nl": "nee", "en": "no"}))
ZERO_TO_TEN: tuple[tuple[int, Texts], ...] = tuple((value, {"nl": str(value), "en": str(value)}) for value in range(11))
SOURCE = {"nl": "Eigen vraag van de organisatie", "en": "Own question of the organisation"}


def options(question: Mapping[str, Any]) -> list[list[Any]]:
    """[value, words by language] of every answer of an own question as it is asked, in the order shown."""
    if question["kind"] in ("yesno", "scale"):
        return [[value, dict(words)] for value, words in (YES_NO if question["kind"] == "yesno" else ZERO_TO_TEN)]
    return [[option["value"], dict(option["text"])] for option in question.get("options", ())]


def definition(questions: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The instrument file of the scored questions, as the catalogue would hold it; None without any."""
    scored = [question for question in questions if question["kind"] in SCORED]
    if not scored:
        return None
    settled = {"status": "settled", "source": SOURCE}
    return {
        "id": OWN,
        "version": "1",
        "title": {"nl": "Eigen vragen", "en": "Own questions"},
        "construct": SOURCE,
        "role": "outcome",
        "iglo": ["organisation"],
        "strain": False,
        "population": SOURCE,
        "minutes": 1,
        "response": {"min": 0, "max": 10},
        "items": [_item(question) for question in scored],
        "scales": [_scale(question) for question in scored],
        "licence": {"kind": "free", "holder": "-", "text": SOURCE},
        "evidence": {
            "items": settled,
            "scoring": settled,
            "missing": settled,
            "validity": {"status": "provisional", "source": SOURCE},
            "licence": settled,
        },
        "citation": SOURCE["en"],
    }


def _item(question: Mapping[str, Any]) -> dict[str, Any]:
    found = sorted(options(question), key=lambda option: option[0])
    labels = {name: [words.get(name) for _, words in found] for name in found[0][1]}
    response = {"min": found[0][0], "max": found[-1][0], "labels": labels}
    return {"code": question["code"], "response": response, **question["text"]}


def _scale(question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": question["code"],
        # What one person answered earlier stands in no title that others read.
        "title": {name: CARRIED.sub("…", text) for name, text in question["text"].items()},
        "direction": question.get("direction", "favourable"),
        # Who composes says so when a question is not about complaints or health; until then the stricter minimum applies.
        "strain": question.get("strain", True),
        "items": [question["code"]],
        "method": "mean",
        "missing": {"rule": "all"},
    }
