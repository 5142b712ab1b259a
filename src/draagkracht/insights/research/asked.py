"""Questions and scales as columns: which variables each becomes, and how an answer is written. No Django."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from draagkracht.instruments.content import Content
from draagkracht.instruments.instrument import Instrument, ScaleInfo, in_language
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Question

from .choices import COARSE, Choices
from .variables import (
    DECIMAL,
    NOMINAL,
    NOT_ANSWERED,
    NOT_ASKED,
    NOT_IN_WAVE,
    ORDINAL,
    RATHER_NOT,
    SCALE,
    WHOLE,
    Variable,
    unique_names,
)

Cells = list[Any]
NOT_CHOSEN, MONTH, YEAR, MINUTES, HOURS, TENS = "not-chosen", "month", "year", "minutes", "hours", "tens"
DECADE, HALF_HOUR, BLOCK = 10, 30, 6


@dataclass(frozen=True)
class Slot:
    """What one question or scale becomes. `versions` are the hashes of the contents that have it."""

    code: str
    variables: tuple[Variable, ...]
    versions: frozenset[str]
    question: Question | None = None
    step: str = ""  # how fine, for an own question that is background


@dataclass(frozen=True)
class Wording:
    """How questions are told: in which language, and of which instruments the words may be passed on."""

    language: str
    printable: Collection[str]
    score_of: Callable[[str], str]  # title of a scale -> its label
    told: Mapping[str, str]  # how an answer stands in the file, by the names below

    def question(self, one: Question) -> str:
        return in_language(one.text, self.language) if one.instrument in self.printable else ""

    def label(self, one: Question, title: str) -> str:
        return self.question(one) or f"{title}, {one.item}"

    def values(self, one: Question) -> tuple[tuple[int, str], ...]:
        # Which words stand at the answers belongs to the protected text too.
        known = self.question(one) != ""
        pairs = [(value, in_language(words, self.language) if known else str(value)) for value, words in one.options]
        return tuple(sorted(pairs))


def slots(contents: Sequence[Content], choices: Choices, wording: Wording) -> list[Slot]:
    """Questions, then scales, each once for all versions that ask the same; names are unique and deterministic."""
    found = [*_questions(contents, choices, wording), *_scales(contents, choices, wording)]
    names = iter(unique_names(variable.name for slot in found for variable in slot.variables))
    return [
        replace(slot, variables=tuple(replace(variable, name=next(names)) for variable in slot.variables))
        for slot in found
    ]


def _questions(contents: Sequence[Content], choices: Choices, wording: Wording) -> Iterator[Slot]:
    kinds: dict[tuple, list[tuple[Content, Question]]] = {}
    for content in contents:
        for code, question in content.question.items():
            if in_file(question, choices):
                kinds.setdefault((code, _signature(question)), []).append((content, question))
    for (code, _), asked in kinds.items():
        content, question = asked[-1]
        versions = frozenset(one.hash for one, _ in asked)
        reasons = [NOT_ANSWERED, RATHER_NOT]
        reasons += [NOT_ASKED] if any(code in one.conditional for one, _ in asked) else []
        reasons += [NOT_IN_WAVE] if len(versions) < len({one.hash for one in contents}) else []
        step = choices.background.get(code, "")
        made = _variables(question, content, step, tuple(reasons), wording)
        yield Slot(code, tuple(made), versions, question, step)


def in_file(question: Question, choices: Choices) -> bool:
    """Scales of the catalogue as a whole, own questions one by one; texts never: whoever writes may name somebody."""
    if question.kind == "text":
        return False
    return question.code in choices.own if question.instrument == OWN else question.instrument in choices.instruments


def _signature(question: Question) -> tuple:
    """What must be the same for two versions to ask the same: the words too, where they are the organisation's own."""
    told = [sorted(words.items()) for _, words in question.options] if question.instrument == OWN else []
    text = json.dumps([sorted(question.text.items()), told]) if question.instrument == OWN else ""
    values = tuple(value for value, _ in question.options)
    return question.kind, values, question.minimum, question.maximum, question.decimals, text


def _variables(
    question: Question, content: Content, step: str, reasons: tuple[int, ...], wording: Wording
) -> Iterator[Variable]:
    instrument = content.instruments.get(question.instrument)
    title = in_language(instrument.title, wording.language) if instrument else question.instrument
    first = Variable(
        name=question.code,
        label=wording.label(question, title),
        group="background" if step else "item",
        reasons=reasons,
        source=question.code,
        question=" ".join(filter(None, [in_language(question.stem, wording.language), wording.question(question)])),
    )
    if question.kind in ("multiple", "ranking"):
        for value, words in wording.values(question):
            label = f"{first.label}: {words}"
            name = f"{question.code}_{'o' if question.kind == 'multiple' else 'r'}{value}"
            if question.kind == "multiple":
                yield replace(
                    first, name=name, label=label, values=((0, wording.told[NOT_CHOSEN]), (1, words)), low=0, high=1
                )
            else:
                yield replace(first, name=name, label=label, measure=ORDINAL, low=1, high=len(question.options))
    elif question.options:
        measure = NOMINAL if question.kind in ("choice", "yesno") else ORDINAL
        values = wording.values(question)
        if question.kind == "scale":
            values = tuple(_ends(question, wording.language))
        low, high = min(value for value, _ in question.options), max(value for value, _ in question.options)
        yield replace(first, measure=measure, values=values, low=low, high=high)
    else:
        made = _open(question, step)
        note = wording.told.get(made.pop("unit"), "")
        label = f"{first.label} ({note})" if note else first.label
        yield replace(first, measure=SCALE, label=label, note=note, **made)


def _ends(question: Question, language: str) -> Iterator[tuple[int, str]]:
    for value, words in zip((0, 10), question.ends, strict=True):
        told = in_language(words, language)
        if told:
            yield value, f"{value} {told}"


def _open(question: Question, step: str) -> dict[str, Any]:
    coarse = step == COARSE
    if question.kind == "date":
        return {"low": 1900, "high": 999912, "unit": YEAR if coarse else MONTH}
    if question.kind == "time":
        return {"low": 0, "high": 1439, "unit": HOURS if coarse else MINUTES}
    kind = DECIMAL if question.decimals and not coarse else WHOLE
    low = question.minimum if not coarse or question.minimum is None else question.minimum // DECADE * DECADE
    return {
        "kind": kind, "decimals": question.decimals, "low": low, "high": question.maximum,
        "unit": TENS if coarse else "",
    }  # fmt: skip


def written(slot: Slot, answer: Any) -> Cells:
    """The cells of an answer (never None) to the question of this slot."""
    question = slot.question
    assert question is not None  # noqa: S101 - scales have no answers
    if question.kind == "multiple":
        return [int(value in answer) for value, _ in sorted(question.options, key=lambda one: one[0])]
    if question.kind == "ranking":
        return [answer.index(value) + 1 for value, _ in sorted(question.options, key=lambda one: one[0])]
    return [coarsened(question, answer, slot.step)]


def coarsened(question: Question, answer: Any, step: str) -> Any:
    """One answer as it may be told: dates by month or year, times by half hour or six hours, numbers as given or by ten."""
    if question.kind == "date":
        year, month = int(answer[:4]), int(answer[5:7])
        return year if step == COARSE else year * 100 + month
    if question.kind == "time":
        hour, minute = int(answer[:2]), int(answer[3:])
        return hour // BLOCK * BLOCK if step == COARSE else hour * 60 + minute // HALF_HOUR * HALF_HOUR
    if question.kind == "number" and step == COARSE:
        return int(answer // DECADE * DECADE)
    return tuple(answer) if isinstance(answer, list) else answer


def _scales(contents: Sequence[Content], choices: Choices, wording: Wording) -> Iterator[Slot]:
    kinds: dict[tuple, list[tuple[Content, Instrument, ScaleInfo]]] = {}
    for content in contents:
        for instrument in content.instruments.values():
            for scale in (
                instrument.scales if instrument.id in choices.instruments else ()
            ):  # an own question is its own score
                signature = (instrument.id, scale.id, instrument.version, scale.minimum, scale.maximum)
                kinds.setdefault(signature, []).append((content, instrument, scale))
    for found in kinds.values():
        _, instrument, scale = found[-1]
        code = f"{instrument.id}.{scale.id}"
        versions = frozenset(content.hash for content, _, _ in found)
        reasons = [NOT_ANSWERED, NOT_ASKED] if _conditional(found) else [NOT_ANSWERED]
        reasons += [NOT_IN_WAVE] if len(versions) < len({one.hash for one in contents}) else []
        title = f"{in_language(instrument.title, wording.language)}: {in_language(scale.title, wording.language)}"
        variable = Variable(
            name=f"s_{code}",
            label=wording.score_of(title),
            group="score",
            kind=DECIMAL,
            measure=SCALE,
            low=scale.minimum,
            high=scale.maximum,
            reasons=tuple(reasons),
            source=code,
            decimals=2,
        )
        yield Slot(code, (variable,), versions)


def _conditional(found: Iterable[tuple[Content, Instrument, ScaleInfo]]) -> bool:
    return any(
        f"{instrument.id}.{code}" in content.conditional
        for content, instrument, _ in found
        for code in instrument.codes
    )


def items_of(instrument: Instrument, scale_id: str) -> list[str]:
    """Codes of all questions on which a scale rests."""
    rule = next(one for one in instrument.key.scales if one.id == scale_id)
    parts = [code for part in rule.parts for code in items_of(instrument, part)]
    return [f"{instrument.id}.{code}" for code in rule.items] + parts
