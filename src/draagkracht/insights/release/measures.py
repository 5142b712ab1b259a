"""Which measures a wave publishes, under which thresholds, and how totals follow from their parts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Cutoff, Instrument, ScaleInfo, in_language
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Question
from draagkracht.people.models import Organisation
from draagkracht.science.disclosure import Policy, Scale


class Measured(NamedTuple):
    """A scale of the questionnaire: `id` names its score in a payload, `data` is what shared pages are told."""

    id: str
    data: dict[str, Any]

    @property
    def scale(self) -> Scale:
        """Range and outer cut-offs; the cut-offs coarsen the means too, so that means and bands together tell no more."""
        starts = self.data["starts"]
        return Scale(self.data["low"], self.data["high"], *((starts[0], starts[-1]) if starts else (None, None)))

    @property
    def weights(self) -> dict[str, float]:
        """For a total: measure id of each part -> its weight. Empty for every other measure."""
        return self.data["weights"]


def policy_for(organisation: Organisation, strain: bool, health: bool = False) -> Policy:
    """The country's thresholds; the organisation's own k counts where it asks for more."""
    country = Policy.for_country(organisation.country, strain, health=health)
    raised = organisation.raised_k
    if raised is None or raised <= country.k:
        return country
    return Policy.for_country(organisation.country, strain, raised, health=health)


def published(content: Content, organisation: Organisation) -> list[Measured]:
    """The measures of which groups get figures: those whose every question is asked of everybody.

    The number beside a figure is who took part, frozen when the wave closed. Of a scale that only some were asked it would
    have to be how many met the condition, which is an answer.
    """
    return [one for one in measures(content, organisation) if not _conditional(content, one.id)]


def without_figures(content: Content, found: Sequence[Measured]) -> int:
    """How many questions were asked of which none of these measures tells anything."""
    told = {
        f"{name}.{code}"
        for name, scale in (measure.id.split(".", 1) for measure in found)
        for code in content.instruments[name].items_of(scale)
    }
    return len(set(content.question) - told)


def _conditional(content: Content, measure: str) -> bool:
    name, scale = measure.split(".", 1)
    return any(f"{name}.{code}" in content.conditional for code in content.instruments[name].items_of(scale))


def measures(content: Content, organisation: Organisation) -> list[Measured]:
    """Every scale of a questionnaire version, in its order. Scales of one family get the strictest k among them."""
    found = [
        Measured(f"{instrument.id}.{scale.id}", _data(content, instrument, scale, organisation))
        for instrument in content.instruments.values()
        for scale in instrument.scales
    ]
    strictest: dict[str, int] = {}
    for measure in found:
        family = measure.data["family"]
        strictest[family] = max(strictest.get(family, 0), measure.data["k"])
    for measure in found:
        measure.data["k"] = strictest[measure.data["family"]]
    return found


def _data(content: Content, instrument: Instrument, scale: ScaleInfo, organisation: Organisation) -> dict[str, Any]:
    cutoff = _usable(instrument.cutoff(scale.id, organisation.country), scale)
    weights = _weights(instrument, scale.id)
    return {
        "id": f"{instrument.id}.{scale.id}",
        "title": dict(scale.title),
        "instrument": dict(instrument.title),
        "low": scale.minimum,
        "high": scale.maximum,
        "favourable": "high" if scale.direction == "favourable" else "low",
        "strain": scale.strain,
        "health": scale.health,
        "role": scale.role,
        "iglo": list(scale.iglo),
        "family": scale.family,
        "weights": weights,
        "total_of": list(weights),
        "bands": {language: list(words) for language, words in cutoff.bands.items()} if cutoff else {},
        "starts": list(cutoff.starts[scale.id]) if cutoff else [],
        "population": dict(cutoff.population) if cutoff else {},
        "labels": _labels(content, instrument, scale),
        "provisional": instrument.doubtful or bool(cutoff and cutoff.status != "settled"),
        "unstudied": "validity" in instrument.provisional,
        # Own questions have no validated wording to depart from: they are told to be unstudied.
        "validated": instrument.id == OWN
        or all(content.validated(instrument.id, language) for language in content.languages),
        "wording": _wording(content, instrument, scale),
        "mdc": instrument.raw.get("change", {}).get(scale.id),
        "k": policy_for(organisation, scale.strain, scale.health).k,
    }


def _wording(content: Content, instrument: Instrument, scale: ScaleInfo) -> dict[str, str]:
    """Language -> short hash of everything that was read before answering. Empty when nothing was asked here."""
    codes = {f"{instrument.id}.{code}" for code in instrument.items_of(scale.id)}
    asked = [content.question[code] for code in sorted(codes & content.question.keys())]
    entry = next(entry for entry in content.raw["instruments"] if entry["id"] == instrument.id)
    return {language: _read(asked, entry.get("instruction", {}), language) for language in content.languages}


def _read(asked: Sequence[Question], instruction: Mapping[str, str], language: str) -> str:
    told = [
        [
            one.code,
            one.choices(language),
            *(in_language(text, language) for text in (one.stem, one.text, one.help, *one.ends)),
        ]
        for one in asked
    ]
    return sha256(json.dumps([instruction.get(language, ""), told]).encode()).hexdigest()[:12]


def _usable(cutoff: Cutoff | None, scale: ScaleInfo) -> Cutoff | None:
    """Cut-offs at the very ends of a scale divide nobody; such bands are not published."""
    if cutoff is None:
        return None
    starts = cutoff.starts[scale.id]
    return cutoff if scale.minimum < starts[0] and starts[-1] < scale.maximum else None


def _weights(instrument: Instrument, scale_id: str) -> dict[str, float]:
    for family in instrument.families:
        if family.total == scale_id:
            return {
                f"{instrument.id}.{part}": weight for part, weight in zip(family.parts, family.weights, strict=True)
            }
    return {}


def _labels(content: Content, instrument: Instrument, scale: ScaleInfo) -> Mapping[str, list[str]]:
    """The words of the answers by language, where all questions of the scale share them and it has their range."""
    codes = instrument.items_of(scale.id)
    if any(instrument.key.ranges[code] != (scale.minimum, scale.maximum) for code in codes):
        return {}
    asked: list[Mapping[str, Sequence[str | None]]] = [
        content.question[f"{instrument.id}.{code}"].labels for code in codes if content.answerable
    ]
    asked = asked or [instrument.own_labels.get(code, instrument.labels) for code in codes]
    same = all(dict(words) == dict(asked[0]) for words in asked)
    return {language: [word or "" for word in given] for language, given in asked[0].items()} if same else {}
