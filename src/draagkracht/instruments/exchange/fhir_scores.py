"""Scores of a scale as items that a FHIR form filler calculates: Structured Data Capture, calculatedExpression. No Django.

Each scale becomes a read-only, hidden decimal. Its FHIRPath takes the weights of the answers (`weight()`; in R4B
`ordinal()`), turns reverse items round, and gives nothing where fewer than the needed answers are there. What FHIRPath of
a form filler cannot say is listed instead: a question that decides whether the others count.
"""

from __future__ import annotations

from collections.abc import Sequence

from draagkracht.instruments.definition import Instrument, in_language
from draagkracht.instruments.exchange.fhir_words import CALCULATED, HIDDEN, Resource, extension
from draagkracht.instruments.exchange.notes import Left, Note, item
from draagkracht.instruments.tables import gettext_noop
from draagkracht.science.scoring import Scale

NO_SCORE = gettext_noop("the score of {scale} is not carried over: its rule has no place in FHIR")


def items(one: Instrument, language: str, version: str) -> tuple[list[Resource], Left]:
    """The calculated items of an instrument, and the scales that have none."""
    made, left = [], []
    for scale in one.key.order:
        text = expression(one, scale, "ordinal()" if version == "R4B" else "weight()")
        if not text:
            left.append(Note(item(f"scale/{one.id}"), NO_SCORE, {"scale": scale.id}))
            continue
        found = {"language": "text/fhirpath", "expression": text, "description": _told(scale)}
        made.append(
            {
                "linkId": link(one, scale.id),
                "text": in_language(one.scale[scale.id].title, language),
                "type": "decimal",
                "readOnly": True,
                "extension": [extension(HIDDEN, valueBoolean=True), extension(CALCULATED, valueExpression=found)],
            }
        )
    return made, left


def link(one: Instrument, scale: str) -> str:
    """The linkId of a calculated score."""
    return f"scale/{one.id}/{scale}"


def expression(one: Instrument, scale: Scale, weight: str) -> str:
    """FHIRPath over the QuestionnaireResponse; '' where the rule cannot be said."""
    if scale.gate:
        return ""
    if scale.of_scales:
        found, size = _answers([link(one, part) for part in scale.parts]), len(scale.parts)
        least, mean = size, scale.method == "mean_of_scales"
    else:
        found, size = _weights(one, scale, weight), len(scale.items)
        least, mean = scale.at_least or size, scale.method == "mean"
    needed = f"{found}.count() >= {least}"
    if scale.requires:
        others = _answers([link(one, other) for other in scale.requires])
        needed = f"{needed} and {others}.count() = {len(scale.requires)}"
    # In a sum an answer that was not given counts as the mean of the others.
    calculated = f"{found}.avg()" if mean else f"{found}.sum()" if least == size else f"{found}.avg() * {size}"
    if scale.multiply != 1:
        calculated = f"{calculated} * {scale.multiply:g}"
    if scale.add:
        calculated = f"{calculated} + {scale.add:g}"
    return f"iif({needed}, {calculated}, {{}})"


def _weights(one: Instrument, scale: Scale, weight: str) -> str:
    """The weights of the given answers, reverse items turned round, as one collection."""
    groups: dict[int, list[str]] = {}
    for code in scale.items:
        low, high = one.key.ranges[code]
        groups.setdefault(low + high if code in scale.reverse else 0, []).append(f"{one.id}.{code}")
    parts = []
    for turned, codes in groups.items():
        found = f"{_answers(codes)}.{weight}"
        parts.append(f"{found}.select({turned} - $this)" if turned else found)
    text = parts[0]
    for part in parts[1:]:
        text = f"{text}.combine({part})"
    return text if len(parts) == 1 else f"({text})"


def _answers(links: Sequence[str]) -> str:
    named = " or ".join(f"linkId = '{link}'" for link in links)
    return f"%resource.descendants().where({named}).answer.value"


def _told(scale: Scale) -> str:
    if scale.of_scales:
        return f"{scale.method.replace('_', ' ')}: {', '.join(scale.parts)}"
    least = scale.at_least or len(scale.items)
    return f"{scale.method} of {len(scale.items)} answers, at least {least} given"
