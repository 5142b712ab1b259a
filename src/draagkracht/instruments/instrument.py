"""What the catalogue says about one instrument, as typed values; `definition` reads them from a file. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from draagkracht.science.scoring import ScoringKey

Texts = Mapping[str, str]
SHAPES_A_RESULT = ("items", "scoring", "missing")  # facts without which a value would be another one
Labels = tuple[str | None, ...]  # from the lowest answer to the highest; None where the word is not known


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else in any language it exists in."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class Cutoff:
    """Bands of scale values for one population. `starts[scale]` are the unrounded values at which bands begin (>=).

    `for_reader`: for a part of the people that the product cannot tell apart, such as women; such bands stand in the
    catalogue and are never laid beside a result.
    """

    country: str  # ISO 3166, or "any"
    population: Texts
    source: Texts
    status: str  # settled or provisional
    bands: Mapping[str, tuple[str, ...]]
    starts: Mapping[str, tuple[float, ...]]
    for_reader: bool = False


@dataclass(frozen=True)
class Licence:
    """Who holds the rights and where to ask; kind is free, permission or paid."""

    kind: str
    holder: str
    text: Texts
    ask_name: str = ""
    ask_url: str = ""


@dataclass(frozen=True)
class Evidence:
    """How sure a group of facts is: settled (read in the source or checked on data) or provisional, and why."""

    status: str
    source: Texts


@dataclass(frozen=True)
class Family:
    """Scales that follow from each other: the total is the weighted mean (or, for sums, the sum) of its parts.

    `weights` is exact for complete answers: the share of the total's items that each part holds.
    """

    total: str
    parts: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class ScaleInfo:
    """One scale as people see it. minimum..maximum is the range of its values in the metric of the score."""

    id: str
    title: Texts
    role: str
    iglo: tuple[str, ...]
    strain: bool
    health: bool  # an outcome of health: the strictest smallest group
    direction: str  # favourable or unfavourable: what a higher value means
    minimum: float
    maximum: float
    family: str  # scales with the same family are released as one; a scale on its own is its own family


@dataclass(frozen=True)
class Instrument:
    """One instrument of the catalogue. `raw` is the file as it was read.

    A `template` is an instrument of which too little is known to ask it: it has no scoring (no items and scales in `key`)
    and cannot be published; `to_complete` says what the organisation must fill in. `labels` are the words of the answers
    that most items share, `own_labels` those of items with answers of their own.
    """

    id: str
    version: str
    title: Texts
    construct: Texts
    role: str
    iglo: tuple[str, ...]
    strain: bool
    health: bool
    population: Texts
    minutes: float
    instruction: Texts
    labels: Mapping[str, Labels]
    own_labels: Mapping[
        str, Mapping[str, Labels]
    ]  # item code -> language -> words; only items with answers of their own
    texts: Mapping[str, Mapping[str, str]]  # item code -> language -> text; empty for protected instruments
    short_form_of: str
    short_form_items: tuple[int, ...]
    key: ScoringKey
    scales: tuple[ScaleInfo, ...]
    families: tuple[Family, ...]
    cutoffs: tuple[Cutoff, ...]
    licence: Licence
    evidence: Mapping[str, Evidence]
    citation: str
    notes: Texts
    template: bool
    to_complete: tuple[Texts, ...]
    raw: Mapping[str, Any]

    @cached_property
    def scale(self) -> dict[str, ScaleInfo]:
        """Scales by id."""
        return {scale.id: scale for scale in self.scales}

    @property
    def codes(self) -> tuple[str, ...]:
        """Item codes in the order of the questionnaire; item number 1 is the first."""
        return tuple(item.code for item in self.key.items)

    @property
    def size(self) -> int | None:
        """How many questions it has; None where that is not known (a template)."""
        return len(self.raw["items"]) if "items" in self.raw else None

    @property
    def provisional(self) -> tuple[str, ...]:
        """The groups of facts (items, scoring, missing, cutoffs, ...) that are not settled."""
        return tuple(name for name, evidence in self.evidence.items() if evidence.status != "settled")

    @property
    def doubtful(self) -> bool:
        """Whether a value could still turn out otherwise: its questions, its score or its missing rule are not settled."""
        return any(fact in SHAPES_A_RESULT for fact in self.provisional)

    def carries_texts(self, language: str) -> bool:
        """The catalogue file itself holds every question and every answer in this language."""
        return bool(self.codes) and all(
            language in self.texts.get(code, {}) and all(self.item_labels(code, language)) for code in self.codes
        )

    def item_labels(self, code: str, language: str) -> Labels:
        """The words of the answers to one item, from low to high; None for each that the catalogue does not know."""
        low, high = self.key.ranges[code]
        words = self.own_labels.get(code, self.labels)
        return words.get(language) or (None,) * (high - low + 1)

    def shares_labels(self, code: str) -> bool:
        """Whether the item has the answers that most items share."""
        return code not in self.own_labels

    def items_of(self, scale: str) -> tuple[str, ...]:
        """Codes of the questions that a scale rests on, those of its parts included."""
        rule = next(one for one in self.key.scales if one.id == scale)
        return rule.items or tuple(code for part in rule.parts for code in self.items_of(part))

    @property
    def shared_range(self) -> range:
        """The answers that most items share, from low to high; empty where every item has its own, and for a template."""
        code = next((code for code in self.codes if self.shares_labels(code)), None)
        return range(self.key.ranges[code][0], self.key.ranges[code][1] + 1) if code else range(0)

    def texts_file(self, language: str) -> str:
        """The name of the file that an organisation imports, such as bat-12.nl.csv."""
        return f"{self.id}.{language}.csv"

    def cutoff(self, scale: str, country: str) -> Cutoff | None:
        """The cut-offs of a scale for a country; those of `any` country if there are none of its own."""
        for wanted in (country, "any"):
            for cutoff in self.cutoffs:
                if cutoff.country == wanted and scale in cutoff.starts and not cutoff.for_reader:
                    return cutoff
        return None

    def smallest_change(self, scale: str) -> float | None:
        """The smallest change of one person that is more than measurement noise (95 %), where it is known."""
        return self.raw.get("change", {}).get(scale)
