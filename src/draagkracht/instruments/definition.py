"""What the catalogue says about one instrument, as typed values. No Django: the command `score` starts without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from draagkracht.science.scoring import Item, Scale, ScoringKey

Texts = Mapping[str, str]


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else in any language it exists in."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True)
class Cutoff:
    """Bands of scale values for one population. `starts[scale]` are the unrounded values at which bands begin (>=)."""

    country: str  # ISO 3166, or "any"
    population: Texts
    source: Texts
    status: str  # settled or provisional
    bands: Mapping[str, tuple[str, ...]]
    starts: Mapping[str, tuple[float, ...]]


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
    direction: str  # favourable or unfavourable: what a higher value means
    minimum: float
    maximum: float
    family: str  # scales with the same family are released as one; a scale on its own is its own family


@dataclass(frozen=True)
class Instrument:
    """One instrument of the catalogue. `raw` is the file as it was read."""

    id: str
    version: str
    title: Texts
    construct: Texts
    role: str
    iglo: tuple[str, ...]
    strain: bool
    population: Texts
    minutes: float
    instruction: Texts
    labels: Mapping[str, tuple[str | None, ...]]
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
    def provisional(self) -> tuple[str, ...]:
        """The groups of facts (items, scoring, missing, cutoffs, ...) that are not settled."""
        return tuple(name for name, evidence in self.evidence.items() if evidence.status != "settled")

    def carries_texts(self, language: str) -> bool:
        """The catalogue file itself holds every question and every answer in this language."""
        answers = self.labels.get(language, (None,))
        return all(answers) and all(language in self.texts.get(code, {}) for code in self.codes)

    def texts_file(self, language: str) -> str:
        """The name of the file that an organisation imports, such as bat-12.nl.csv."""
        return f"{self.id}.{language}.csv"

    def cutoff(self, scale: str, country: str) -> Cutoff | None:
        """The cut-offs of a scale for a country; those of `any` country if there are none of its own."""
        for wanted in (country, "any"):
            for cutoff in self.cutoffs:
                if cutoff.country == wanted and scale in cutoff.starts:
                    return cutoff
        return None

    def smallest_change(self, scale: str) -> float | None:
        """The smallest change of one person that is more than measurement noise (95 %), where it is known."""
        return self.raw.get("change", {}).get(scale)


def from_raw(raw: Mapping[str, Any]) -> Instrument:
    """Builds the instrument from a file that obeys the schema. Raises ValueError where it contradicts itself."""
    entries = [{"code": entry} if isinstance(entry, str) else dict(entry) for entry in raw["items"]]
    response, labels = raw["response"], raw["response"].get("labels", {})
    items = tuple(Item(entry["code"], response["min"], response["max"]) for entry in entries)
    key = ScoringKey(raw["id"], str(raw["version"]), items, tuple(_scoring(entry, items) for entry in raw["scales"]))
    families = tuple(_family(entry, key) for entry in raw.get("families", ()))
    short = raw.get("short_form_of", {})
    ask = raw["licence"].get("ask", {})
    instrument = Instrument(
        id=raw["id"],
        version=str(raw["version"]),
        title=raw["title"],
        construct=raw["construct"],
        role=raw["role"],
        iglo=tuple(raw["iglo"]),
        strain=raw["strain"],
        population=raw["population"],
        minutes=raw["minutes"],
        instruction=raw.get("instruction", {}),
        labels={language: tuple(words) for language, words in labels.items()},
        texts={e["code"]: {name: text for name, text in e.items() if name != "code"} for e in entries if len(e) > 1},
        short_form_of=short.get("instrument", ""),
        short_form_items=tuple(short.get("items", ())),
        key=key,
        scales=tuple(_info(entry, raw, key, families) for entry in raw["scales"]),
        families=families,
        cutoffs=tuple(_cutoff(entry) for entry in raw.get("cutoffs", ())),
        licence=Licence(
            raw["licence"]["kind"],
            raw["licence"]["holder"],
            raw["licence"]["text"],
            ask.get("name", ""),
            ask.get("url", ""),
        ),
        evidence={name: Evidence(entry["status"], _source(entry["source"])) for name, entry in raw["evidence"].items()},
        citation=raw["citation"],
        notes=raw.get("notes", {}),
        raw=raw,
    )
    _check(instrument, response)
    return instrument


def _scoring(entry: Mapping[str, Any], items: tuple[Item, ...]) -> Scale:
    """The scoring of one scale, its missing-data rule turned into a number of answers."""
    if entry["method"] == "mean-of-scales":
        if "items" in entry or "reverse" in entry or "missing" in entry:
            raise ValueError(f"scale {entry['id']}: a mean of scales takes `scales` only, its missing rule is theirs")
        return Scale(entry["id"], method="mean_of_scales", parts=tuple(entry.get("scales", ())))
    if "scales" in entry or "items" not in entry:
        raise ValueError(f"scale {entry['id']}: method {entry['method']} takes `items`, not `scales`")
    codes = tuple(item.code for item in items) if entry["items"] == "all" else tuple(entry["items"])
    at_least, requires = _missing(entry, len(codes))
    return Scale(
        id=entry["id"],
        items=codes,
        method=entry["method"],
        reverse=frozenset(entry.get("reverse", ())),
        at_least=at_least,
        requires=requires,
        substitute="substitute" in entry.get("missing", {}),
    )


def _missing(entry: Mapping[str, Any], size: int) -> tuple[int, tuple[str, ...]]:
    missing = entry.get("missing", {"rule": "all"})
    rule = missing["rule"]
    if ("count" in missing) != (rule == "at-least") or ("scales" in missing) != (rule == "scales"):
        raise ValueError(f"scale {entry['id']}: `count` goes with rule at-least, `scales` with rule scales")
    if rule == "half":
        return (size + 1) // 2, ()
    if rule == "at-least":
        return missing["count"], ()
    if rule == "scales":
        return 1, tuple(missing["scales"])
    return size, ()


def _family(entry: Mapping[str, Any], key: ScoringKey) -> Family:
    by_id = {scale.id: scale for scale in key.scales}
    named = (entry["total"], *entry["parts"])
    unknown = [name for name in named if name not in by_id]
    if unknown:
        raise ValueError(f"families: unknown scale {unknown[0]!r}")
    total, parts = by_id[entry["total"]], [by_id[name] for name in entry["parts"]]
    if total.method == "mean_of_scales":
        if set(total.parts) != set(entry["parts"]):
            raise ValueError(f"families: {total.id} is made of other scales than its parts")
        return Family(total.id, tuple(entry["parts"]), (1 / len(parts),) * len(parts))
    if sorted(code for part in parts for code in part.items) != sorted(total.items):
        raise ValueError(f"families: the items of {total.id} are not those of its parts, each once")
    if any(part.method != total.method or part.reverse != total.reverse & set(part.items) for part in parts):
        raise ValueError(f"families: {total.id} and its parts are scored in different ways")
    weights = tuple(1.0 if total.method == "sum" else len(part.items) / len(total.items) for part in parts)
    return Family(total.id, tuple(entry["parts"]), weights)


def _info(entry: Mapping[str, Any], raw: Mapping[str, Any], key: ScoringKey, families: tuple[Family, ...]) -> ScaleInfo:
    low, high = scale_range(key, entry["id"])
    family = next((f"{raw['id']}.{f.total}" for f in families if entry["id"] in (f.total, *f.parts)), "")
    return ScaleInfo(
        id=entry["id"],
        title=entry["title"],
        role=entry.get("role", raw["role"]),
        iglo=tuple(entry.get("iglo", raw["iglo"])),
        strain=entry.get("strain", raw["strain"]),
        direction=entry["direction"],
        minimum=low,
        maximum=high,
        family=family or f"{raw['id']}.{entry['id']}",
    )


def scale_range(key: ScoringKey, scale_id: str) -> tuple[float, float]:
    """The lowest and the highest value that a scale can take."""
    scale = next(scale for scale in key.scales if scale.id == scale_id)
    if scale.method == "mean_of_scales":
        ranges = [scale_range(key, part) for part in scale.parts]
    else:
        ranges = [key.ranges[code] for code in scale.items]
    low, high = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    return (low, high) if scale.method == "sum" else (low / len(ranges), high / len(ranges))


def _source(given: str | Mapping[str, str]) -> Texts:
    return {"en": given} if isinstance(given, str) else given


def _cutoff(entry: Mapping[str, Any]) -> Cutoff:
    return Cutoff(
        country=entry["country"],
        population=entry["population"],
        source=_source(entry["source"]),
        status=entry["status"],
        bands={language: tuple(words) for language, words in entry["bands"].items()},
        starts={scale: tuple(values) for scale, values in entry["from"].items()},
    )


def _check(instrument: Instrument, response: Mapping[str, Any]) -> None:
    """What the schema cannot say: the parts of the file agree with each other."""
    size = response["max"] - response["min"] + 1
    for language, words in instrument.labels.items():
        if len(words) != size:
            raise ValueError(f"response.labels.{language}: {len(words)} labels for {size} possible answers")
    if instrument.short_form_of and len(instrument.short_form_items) != len(instrument.codes):
        raise ValueError("short_form_of: not as many numbers as items")
    for cutoff in instrument.cutoffs:
        for scale, starts in cutoff.starts.items():
            _check_cutoff(instrument, cutoff, scale, starts)
    for norm in instrument.raw.get("norms", ()):
        for scale in norm["values"]:
            _known(instrument, "norms", scale)
    for scale in set(instrument.raw.get("change", {})) - {"source", "status"}:
        _known(instrument, "change", scale)


def _check_cutoff(instrument: Instrument, cutoff: Cutoff, scale: str, starts: tuple[float, ...]) -> None:
    info = _known(instrument, "cutoffs", scale)
    if list(starts) != sorted(set(starts)):
        raise ValueError(f"cutoffs.{scale}: the values must rise")
    if not all(info.minimum <= start <= info.maximum for start in starts):
        raise ValueError(f"cutoffs.{scale}: a value lies outside {info.minimum:g} to {info.maximum:g}")
    if any(len(words) != len(starts) + 1 for words in cutoff.bands.values()):
        raise ValueError(f"cutoffs.{scale}: {len(starts)} values need {len(starts) + 1} names of bands")


def _known(instrument: Instrument, where: str, scale: str) -> ScaleInfo:
    if scale not in instrument.scale:
        raise ValueError(f"{where}: unknown scale {scale!r}")
    return instrument.scale[scale]
