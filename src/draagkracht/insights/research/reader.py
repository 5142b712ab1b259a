"""The answers of one person as cells, and what being asked something tells about a person. No Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from draagkracht.instruments import conditions
from draagkracht.instruments.content import Content
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import ONE_OF

from .asked import Cells, Slot, in_file, items_of, written
from .choices import KNOWN_TO_OTHERS, Choices
from .variables import NOT_ANSWERED, NOT_ASKED, NOT_IN_WAVE, RATHER_NOT


class Reader:
    """Writes the answers of one version as cells, in the order of the slots."""

    def __init__(self, content: Content, found: Sequence[Slot]) -> None:
        self.content = content
        self.slots = [(slot, content.hash in slot.versions, _as_given(slot)) for slot in found]
        self._scale = {
            f"{one.id}.{scale.id}": items_of(one, scale.id)
            for one in content.instruments.values()
            for scale in one.scales
        }

    def cells(self, payload: Mapping[str, Any]) -> Cells:
        """The cells of one person's payload of this version."""
        answers, scores = payload["answers"], payload["scores"]
        shown = self.content.shown(answers)
        row: Cells = []
        for slot, here, as_given in self.slots:
            if as_given and here and answers.get(slot.code) is not None and slot.code in shown:
                # The short way of nearly every cell: an answer that stays as it is.
                row.append(answers[slot.code])
            elif not here:
                row += [variable.missing(NOT_IN_WAVE) for variable in slot.variables]
            elif slot.question is None:
                row.append(self._score(slot, scores.get(slot.code), shown))
            else:
                row += _answered(slot, answers, shown)
        return row

    def _score(self, slot: Slot, value: float | None, shown: Collection[str]) -> float:
        if value is not None:
            return value
        asked = any(code in shown for code in self._scale[slot.code])
        return slot.variables[0].missing(NOT_ANSWERED if asked else NOT_ASKED)


def _as_given(slot: Slot) -> bool:
    return slot.question is not None and slot.question.kind in ONE_OF


def _answered(slot: Slot, answers: Mapping[str, Any], shown: Collection[str]) -> Cells:
    if slot.code not in shown:
        return [variable.missing(NOT_ASKED) for variable in slot.variables]
    answer = answers.get(slot.code)
    if answer is not None:
        return written(slot, answer)
    reason = RATHER_NOT if slot.code in answers else NOT_ANSWERED
    return [variable.missing(reason) for variable in slot.variables]


def telling_routes(content: Content, choices: Choices) -> list[str]:
    """Codes in the file of which being asked or not tells about something that others may know of a person.

    Whether a question was asked follows from earlier answers. Where those are own questions that were not given as mere
    answers, "not asked" tells what was left out: it counts as background.
    """
    tells: dict[str, bool] = {}
    found = []
    for one in content.questions:
        trees = [tree for tree in (one.show, content.sections[one.section].show) if tree]
        route = any(tells.get(name, True) for tree in trees for name in conditions.names(tree))
        known = one.instrument == OWN and one.kind in KNOWN_TO_OTHERS and one.code not in choices.answers
        tells[one.code] = known or route
        if route and one.asked and in_file(one, choices):
            found.append(one.code)
    return found
