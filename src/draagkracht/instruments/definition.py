"""Reads the definition of one instrument: from a file that obeys the schema to typed values. No Django.

The command `score` starts from here, so nothing heavy is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from draagkracht.instruments.instrument import (
    Cutoff,
    Evidence,
    Family,
    Instrument,
    Labels,
    Licence,
    ScaleInfo,
    Texts,
    in_language,
)
from draagkracht.science.scoring import Item, Scale, ScoringKey

__all__ = ["Cutoff", "Instrument", "ScaleInfo", "Texts", "from_raw", "in_language", "scale_range"]
METHODS = {"mean-of-scales": "mean_of_scales", "sum-of-scales": "sum_of_scales"}
NOT_TEXTS = ("code", "response")


def from_raw(raw: Mapping[str, Any]) -> Instrument:
    """Builds the instrument from a file that obeys the schema. Raises ValueError where it contradicts itself."""
    entries: list[dict[str, Any]] = [
        {"code": entry} if isinstance(entry, str) else dict(entry) for entry in raw.get("items", ())
    ]
    key = ScoringKey(raw["id"], str(raw["version"]), (), ()) if raw.get("template") else _key(raw, entries)
    families = tuple(_family(entry, key) for entry in raw.get("families", ()))
    short = raw.get("short_form_of", {})
    instrument = Instrument(
        id=raw["id"],
        version=str(raw["version"]),
        title=raw["title"],
        construct=raw["construct"],
        role=raw["role"],
        iglo=tuple(raw["iglo"]),
        strain=raw["strain"],
        health=raw.get("health", False),
        population=raw["population"],
        minutes=raw["minutes"],
        instruction=raw.get("instruction", {}),
        labels=_labels(raw.get("response", {})),
        own_labels={entry["code"]: _labels(entry["response"]) for entry in entries if "response" in entry},
        texts={code: texts for code, texts in ((e["code"], _texts(e)) for e in entries) if texts},
        short_form_of=short.get("instrument", ""),
        short_form_items=tuple(short.get("items", ())),
        key=key,
        scales=() if raw.get("template") else tuple(_info(entry, raw, key, families) for entry in raw["scales"]),
        families=families,
        cutoffs=tuple(_cutoff(entry) for entry in raw.get("cutoffs", ())),
        licence=_licence(raw["licence"]),
        evidence={name: Evidence(entry["status"], _source(entry["source"])) for name, entry in raw["evidence"].items()},
        citation=raw["citation"],
        notes=raw.get("notes", {}),
        template=raw.get("template", False),
        to_complete=tuple(raw.get("to_complete", ())),
        raw=raw,
    )
    _check(instrument)
    return instrument


def _key(raw: Mapping[str, Any], entries: list[dict[str, Any]]) -> ScoringKey:
    """The scoring. An item without a lowest or highest answer of its own has that of the instrument."""
    ranges = [(entry["code"], {**raw["response"], **entry.get("response", {})}) for entry in entries]
    items = tuple(Item(code, response["min"], response["max"]) for code, response in ranges)
    return ScoringKey(raw["id"], str(raw["version"]), items, tuple(_scoring(entry, items) for entry in raw["scales"]))


def _labels(response: Mapping[str, Any]) -> dict[str, Labels]:
    return {language: tuple(words) for language, words in response.get("labels", {}).items()}


def _texts(entry: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, text in entry.items() if name not in NOT_TEXTS}


def _licence(entry: Mapping[str, Any]) -> Licence:
    ask = entry.get("ask", {})
    return Licence(entry["kind"], entry["holder"], entry["text"], ask.get("name", ""), ask.get("url", ""))


def _scoring(entry: Mapping[str, Any], items: tuple[Item, ...]) -> Scale:
    """The scoring of one scale, its missing-data rule turned into a number of answers."""
    metric = {name: entry[name] for name in ("multiply", "add") if name in entry}
    if entry["method"] in METHODS:
        if entry.keys() & {"items", "reverse", "missing", "gate"}:
            raise ValueError(f"scale {entry['id']}: {entry['method']} takes `scales` only, its missing rule is theirs")
        return Scale(entry["id"], method=METHODS[entry["method"]], parts=tuple(entry.get("scales", ())), **metric)
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
        gate=entry.get("gate", ""),
        **metric,
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
    if total.multiply != 1 or total.add or any(part.gate or part.add for part in (total, *parts)):
        raise ValueError(f"families: {total.id} has another metric than its parts, or a gate")
    if total.of_scales:
        if set(total.parts) != set(entry["parts"]):
            raise ValueError(f"families: {total.id} is made of other scales than its parts")
        share = 1 / len(parts) if total.method == "mean_of_scales" else 1.0
        return Family(total.id, tuple(entry["parts"]), (share,) * len(parts))
    if sorted(code for part in parts for code in part.items) != sorted(total.items):
        raise ValueError(f"families: the items of {total.id} are not those of its parts, each once")
    if any(_differs(part, total) for part in parts):
        raise ValueError(f"families: {total.id} and its parts are scored in different ways")
    weights = tuple(1.0 if total.method == "sum" else len(part.items) / len(total.items) for part in parts)
    return Family(total.id, tuple(entry["parts"]), weights)


def _differs(part: Scale, total: Scale) -> bool:
    reverse = total.reverse & set(part.items)
    return part.method != total.method or part.reverse != reverse or part.multiply != total.multiply


def _family_of(scale_id: str, families: tuple[Family, ...]) -> str:
    """The total that names the family of a scale; totals that share a part are one family, named after the first."""
    found = {scale_id}
    while True:
        joined = [one for one in families if found & {one.total, *one.parts}]
        wider = found.union(*({one.total, *one.parts} for one in joined)) if joined else found
        if wider == found:
            return joined[0].total if joined else scale_id
        found = wider


def _info(entry: Mapping[str, Any], raw: Mapping[str, Any], key: ScoringKey, families: tuple[Family, ...]) -> ScaleInfo:
    low, high = scale_range(key, entry["id"])
    return ScaleInfo(
        id=entry["id"],
        title=entry["title"],
        role=entry.get("role", raw["role"]),
        iglo=tuple(entry.get("iglo", raw["iglo"])),
        strain=entry.get("strain", raw["strain"]),
        health=entry.get("health", raw.get("health", False)),
        direction=entry["direction"],
        minimum=low,
        maximum=high,
        family=f"{raw['id']}.{_family_of(entry['id'], families)}",
    )


def scale_range(key: ScoringKey, scale_id: str) -> tuple[float, float]:
    """The lowest and the highest value that a scale can take."""
    scale = next(scale for scale in key.scales if scale.id == scale_id)
    if scale.of_scales:
        ranges = [scale_range(key, part) for part in scale.parts]
    else:
        ranges = [key.ranges[code] for code in scale.items]
    size = len(ranges) if scale.method in ("mean", "mean_of_scales") else 1
    low, high = sum(low for low, _ in ranges) / size, sum(high for _, high in ranges) / size
    return scale.transformed(low), scale.transformed(high)


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
        for_reader=entry.get("for_reader", False),
    )


def _check(instrument: Instrument) -> None:
    """What the schema cannot say: the parts of the file agree with each other."""
    if not instrument.template:
        _check_labels("response", instrument.labels, len(instrument.shared_range))
    for code, labels in instrument.own_labels.items() if instrument.codes else ():
        low, high = instrument.key.ranges[code]
        _check_labels(f"item {code}", labels, high - low + 1)
    if any(scale.health and not scale.strain for scale in instrument.scales):
        raise ValueError("health: an outcome of health is strain too")
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


def _check_labels(where: str, labels: Mapping[str, Labels], size: int) -> None:
    for language, words in labels.items():
        if size and len(words) != size:
            raise ValueError(f"{where}.labels.{language}: {len(words)} labels for {size} possible answers")


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
