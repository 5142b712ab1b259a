"""Kinds of own figures, as the catalogue describes them. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One column that a kind can have. `key` names it among all kinds: "absence-rate.short"."""

    key: str
    id: str
    form: str
    name: Texts
    headings: tuple[str, ...]
    reason: bool = False


@dataclass(frozen=True)
class Way:
    """How a value follows from the fields of a month: a field itself, or one divided by another."""

    unit: Texts
    take: str = ""
    by: str = ""
    times: float = 1.0

    def value(self, amounts: Mapping[str, float]) -> float | None:
        """The value of one month; None where a field is missing or nothing stands below the line."""
        above = amounts.get(self.take)
        if above is None or not self.by:
            return above
        below = amounts.get(self.by)
        return above / below * self.times if below else None


@dataclass(frozen=True)
class Kind:
    """One kind of figure. `people`: of how many people it must be at least; `counted_by`: the field that says how many, else
    the staff list does. `texts` are definition, differences (between Belgium and the Netherlands) and reading."""

    id: str
    order: int
    name: Texts
    favourable: str
    people: int
    least: float
    most: float
    fields: tuple[Field, ...]
    ways: tuple[Way, ...]
    beside: tuple[str, ...]
    texts: Mapping[str, Texts]
    counted_by: str = ""
    half_years: bool = False
    whole_scale: bool = False
    parts: tuple[str, ...] = ()
    whole: str = ""
    one_reason: bool = False

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.id == name)

    @property
    def reasons(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.reason)

    def way_of(self, months: Sequence[Mapping[str, float]]) -> Way:
        """The first way that gives a value in every one of these months, so that one series has one unit."""
        possible = (way for way in self.ways if months and all(way.value(one) is not None for one in months))
        usual = max(self.ways, key=lambda way: sum(way.value(one) is not None for one in months))
        return next(possible, usual)


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Every kind of the catalogue, in its order."""
    folder = resources.files("draagkracht").joinpath("catalogue/figures")
    found = [
        _kind(yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda kind: kind.order))


def kind_of(name: str) -> Kind:
    """The kind of this id. Raises KeyError."""
    for kind in kinds():
        if kind.id == name:
            return kind
    raise KeyError(name)


@lru_cache(maxsize=1)
def fields() -> dict[str, tuple[Kind, Field]]:
    """Key -> kind and field, in the order of the catalogue."""
    return {field.key: (kind, field) for kind in kinds() for field in kind.fields}


def said(texts: Texts, language: str) -> str:
    """A text in that language; English where it is missing."""
    return texts.get(language) or texts["en"]


def _kind(data: dict[str, Any]) -> Kind:
    within = data.get("within", {})
    return Kind(
        id=data["id"],
        order=data["order"],
        name=data["name"],
        favourable=data["favourable"],
        people=data["people"],
        least=data["least"],
        most=data["most"],
        fields=tuple(
            Field(
                f"{data['id']}.{one['id']}", one["id"], one["form"], one["name"], tuple(one["headings"]),
                one.get("reason", False),
            )
            for one in data["fields"]
        ),
        ways=tuple(
            Way(one["unit"], one.get("take", one.get("divide")), one.get("by", ""), one.get("times", 1.0))
            for one in data["ways"]
        ),
        beside=tuple(data["beside"]),
        texts={name: data[name] for name in ("definition", "differences", "reading")},
        counted_by=data.get("counted_by", ""),
        half_years=data.get("period") == "half-year",
        whole_scale=data.get("whole_scale", False),
        parts=tuple(within.get("parts", ())),
        whole=within.get("whole", ""),
        one_reason=data.get("one_reason", False),
    )  # fmt: skip
