"""Which answers in a file must not be the same for a whole group. No Django."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from draagkracht.insights.release.measures import Measured
from draagkracht.instruments.content import Content
from draagkracht.instruments.own_scales import OWN
from draagkracht.science.scoring import band

from .choices import FEW_ANSWERS, Choices


@dataclass(frozen=True)
class Sensitive:
    """A scale, or an own question without a score (`measure` is None), by the code of the one or the other."""

    id: str
    measure: Measured | None = None

    def value(self, payload: Mapping[str, Any], shown: Collection[str]) -> Hashable:
        """The published band of the score, else its third of the range; the answer itself where there is no score. None
        where it is missing."""
        if self.measure is None:
            answer = payload["answers"].get(self.id) if self.id in shown else None
            return tuple(answer) if isinstance(answer, list) else answer
        score = payload["scores"].get(self.id)
        low, high = self.measure.data["low"], self.measure.data["high"]
        starts = self.measure.data["starts"] or [low + (high - low) / 3, low + 2 * (high - low) / 3]
        return None if score is None else band(score, starts)


def sensitive_answers(scales: Mapping[str, Measured], contents: Sequence[Content], choices: Choices) -> list[Sensitive]:
    """The most sensitive scales of the file (about health, else strain, else all; a total stands for its parts), and beside
    them every own question that is about strain or of which nobody said that it is not. Without a scale: all own answers.

    `scales`: those in the file, by id. What is background is not among them: see `FEW_ANSWERS`.
    """
    answers = {name: one for name, one in scales.items() if name not in choices.background}
    chosen = [*_most(answers), *(one for one in answers.values() if _own(one) and one.data["strain"])]
    found = {one.id: Sensitive(one.id, one) for one in chosen}
    return [*found.values(), *(Sensitive(code) for code in _unscored(answers, contents, choices))]


def _most(scales: Mapping[str, Measured]) -> list[Measured]:
    parts = {part for one in scales.values() for part in one.data["total_of"]}
    whole = [one for one in scales.values() if one.id not in parts]
    for name in ("health", "strain"):
        chosen = [one for one in whole if one.data[name]]
        if chosen:
            return chosen
    return whole


def _own(measure: Measured) -> bool:
    return measure.id.partition(".")[0] == OWN


def _unscored(scales: Mapping[str, Measured], contents: Sequence[Content], choices: Choices) -> Iterator[str]:
    for code in choices.answers:
        kinds = {one.question[code].kind for one in contents if code in one.question}
        if code not in scales and kinds & set(FEW_ANSWERS):
            yield code
