"""The scoring key of one instrument version: its items, its scales and the rules by which a value is made.

What the fields mean for a value stands in `scoring`. A key can be stored as plain JSON; fields that came later are left
out where they say nothing, so that a key that was stored earlier reads the same and keeps its bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

METHODS = ("mean", "sum", "mean_of_scales", "sum_of_scales")
OF_SCALES = ("mean_of_scales", "sum_of_scales")


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its code and the lowest and highest whole number that can be answered."""

    code: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How one value is made.

    `items` are codes (empty for a mean or sum of scales); `reverse` is a subset of them; `parts` are scale ids (of a mean
    or sum of scales only); `at_least` is the number of answers needed (0 means: all of them); `requires` are scale ids
    that must have a value first; `substitute` allows a sum with missing answers by the person's own mean; `gate` is the
    code of an item, not of this scale, that comes first: who gave it the lowest answer ("no") has the lowest value of the
    scale, who did not answer it has none. The value is multiplied by `multiply` (above 0), then `add` is added.
    """

    id: str
    items: tuple[str, ...] = ()
    method: str = "mean"
    reverse: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    at_least: int = 0
    requires: tuple[str, ...] = ()
    substitute: bool = False
    gate: str = ""
    multiply: float = 1.0
    add: float = 0.0

    @property
    def of_scales(self) -> bool:
        """The value is made of values of other scales, not of answers."""
        return self.method in OF_SCALES

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Scales whose values must be known first."""
        return self.parts + self.requires

    def transformed(self, value: Any) -> Any:
        """value * multiply + add, of a number or of an array; the same bits for both, and the value itself for 1 and 0."""
        if self.multiply != 1:
            value = value * self.multiply
        return value + self.add if self.add else value


@dataclass(frozen=True)
class ScoringKey:
    """The scoring of one instrument version. Raises ValueError if it contradicts itself."""

    instrument: str
    version: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    ranges: Mapping[str, tuple[int, int]] = field(init=False, repr=False, compare=False)
    order: tuple[Scale, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ranges = {item.code: (item.minimum, item.maximum) for item in self.items}
        _check_items(self.items, ranges)
        for scale in self.scales:
            _check_scale(scale, ranges)
        object.__setattr__(self, "ranges", ranges)
        object.__setattr__(self, "order", _in_order(self.scales))


def key_to_json(key: ScoringKey) -> dict[str, Any]:
    """The key as plain JSON types, for the content of a published questionnaire version."""
    return {
        "instrument": key.instrument,
        "version": key.version,
        "items": [[item.code, item.minimum, item.maximum] for item in key.items],
        "scales": [
            {
                "id": scale.id,
                "items": list(scale.items),
                "method": scale.method,
                "reverse": [code for code in scale.items if code in scale.reverse],
                "parts": list(scale.parts),
                "at_least": scale.at_least,
                "requires": list(scale.requires),
                "substitute": scale.substitute,
                **_later(scale),
            }
            for scale in key.scales
        ],
    }


def key_from_json(data: Mapping[str, Any]) -> ScoringKey:
    """The inverse of `key_to_json`. Raises ValueError if the key contradicts itself, KeyError if a field is absent."""
    scales = tuple(
        Scale(
            id=entry["id"],
            items=tuple(entry["items"]),
            method=entry["method"],
            reverse=frozenset(entry["reverse"]),
            parts=tuple(entry["parts"]),
            at_least=entry["at_least"],
            requires=tuple(entry["requires"]),
            substitute=entry["substitute"],
            **{name: entry[name] for name in _LATER if name in entry},
        )
        for entry in data["scales"]
    )
    items = tuple(Item(code, minimum, maximum) for code, minimum, maximum in data["items"])
    return ScoringKey(data["instrument"], data["version"], items, scales)


_LATER = {"gate": "", "multiply": 1.0, "add": 0.0}


def _later(scale: Scale) -> dict[str, Any]:
    """The fields that not every stored key has, where they say something."""
    return {name: getattr(scale, name) for name, nothing in _LATER.items() if getattr(scale, name) != nothing}


def _check_items(items: Sequence[Item], ranges: Mapping[str, tuple[int, int]]) -> None:
    if len(ranges) != len(items):
        raise ValueError("an item code is used twice")
    for item in items:
        if item.minimum >= item.maximum:
            raise ValueError(
                f"item {item.code}: the lowest answer {item.minimum} is not below the highest {item.maximum}"
            )


def _check_scale(scale: Scale, ranges: Mapping[str, tuple[int, int]]) -> None:
    where = f"scale {scale.id}"
    unknown = [code for code in scale.items if code not in ranges]
    if unknown:
        raise ValueError(f"{where}: unknown item {unknown[0]!r}")
    if len(set(scale.items)) != len(scale.items):
        raise ValueError(f"{where}: an item is named twice")
    if not scale.reverse <= set(scale.items):
        raise ValueError(f"{where}: reverse item {min(scale.reverse - set(scale.items))!r} is not in the scale")
    if scale.method not in METHODS:
        raise ValueError(f"{where}: unknown method {scale.method!r}, known are {', '.join(METHODS)}")
    if bool(scale.parts) != scale.of_scales or bool(scale.items) == bool(scale.parts):
        raise ValueError(f"{where}: a mean or sum of scales names scales, every other method names items")
    if not 0 <= scale.at_least <= len(scale.items):
        raise ValueError(f"{where}: needs {scale.at_least} answers but has {len(scale.items)} items")
    if scale.method == "sum" and not scale.substitute and 0 < scale.at_least < len(scale.items):
        raise ValueError(f"{where}: a sum with missing answers needs a substitution rule")
    _check_gate(scale, ranges, where)
    if not (math.isfinite(scale.multiply) and scale.multiply > 0 and math.isfinite(scale.add)):
        raise ValueError(f"{where}: multiply must be above 0, multiply and add must be numbers")


def _check_gate(scale: Scale, ranges: Mapping[str, tuple[int, int]], where: str) -> None:
    if not scale.gate:
        return
    if scale.gate not in ranges:
        raise ValueError(f"{where}: unknown item {scale.gate!r}")
    if scale.of_scales or scale.gate in scale.items:
        raise ValueError(f"{where}: a gate stands before the items of a scale, it is not one of them")


def _in_order(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """The scales so that each comes after those it rests on."""
    by_id = {scale.id: scale for scale in scales}
    if len(by_id) != len(scales):
        raise ValueError("a scale id is used twice")
    ordered: dict[str, Scale] = {}
    while len(ordered) < len(scales):
        ready = [s for s in scales if s.id not in ordered and all(other in ordered for other in s.rests_on)]
        if not ready:
            stuck = next(scale for scale in scales if scale.id not in ordered)
            unknown = [other for other in stuck.rests_on if other not in by_id]
            reason = f"unknown scale {unknown[0]!r}" if unknown else "rests on itself"
            raise ValueError(f"scale {stuck.id}: {reason}")
        ordered.update((scale.id, scale) for scale in ready)
    return tuple(ordered.values())
