"""One typed table, from which every file of an export is written: a row for each person and wave."""

from __future__ import annotations

import datetime
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.instruments.content import Content
from draagkracht.instruments.instrument import Instrument, in_language

from .background import FIVE_CLASSES, OTHER, TWO_CLASSES, Known, value
from .choices import COARSE, PROFESSION, SENIORITY, UNIT
from .decision import Decision
from .gather import Material
from .records import Record
from .variables import (
    DECIMAL,
    NOT_ANSWERED,
    NOT_ASKED,
    NOT_IN_WAVE,
    ORDINAL,
    RATHER_NOT,
    TEXT,
    Variable,
    words_of_missing,
)

if TYPE_CHECKING:
    import polars as pl

DESIGN = ("person_id", "wave", "wave_month", "version")


@dataclass(frozen=True)
class About:
    """What the documents in the file tell about the study and this file."""

    title: str
    question: str
    approval: str
    organisation: str
    number: int
    day: datetime.date
    language: str


@dataclass(frozen=True)
class Dataset:
    """`rows` are in the order of pseudonyms, then waves. `instruments`: those that are in it, by id."""

    about: About
    variables: Sequence[Variable]
    rows: Sequence[Sequence[Any]]
    material: Material
    decision: Decision

    @property
    def instruments(self) -> dict[str, Instrument]:
        return {
            name: one
            for wave in self.material.waves
            for name, one in self.material.contents[wave.pk].instruments.items()
            if name in self.material.choices.instruments
        }

    def column(self, place: int) -> list[Any]:
        return [row[place] for row in self.rows]

    def frame(self) -> pl.DataFrame:
        """The table with a type for each column; what is missing stands in it as its code."""
        import polars as pl

        types = {DECIMAL: pl.Float64, TEXT: pl.String}
        return pl.DataFrame(
            [
                pl.Series(one.name, self.column(place), dtype=types.get(one.kind, pl.Int32), strict=False)
                for place, one in enumerate(self.variables)
            ]
        )

    def missing_words(self, variable: Variable) -> list[tuple[int, str]]:
        return words_of_missing(told_reasons(variable), variable)


def told_reasons(variable: Variable) -> dict[int, str]:
    """Why a value can be missing, in words."""
    first = _("no score: too few answers") if variable.group == "score" else _("not answered")
    if variable.group == "background" and not variable.source:
        first = _("not known")
    return {
        NOT_ANSWERED: first,
        RATHER_NOT: _("rather not say"),
        NOT_ASKED: _("not asked (routing)"),
        NOT_IN_WAVE: _("not in the questionnaire of this wave"),
    }


def build(material: Material, decision: Decision, secret: bytes, about: About) -> Dataset:
    """The table of everybody who stays. `secret` makes the pseudonyms and the numbers of units of this study."""
    stay = set(decision.people)
    chosen = set(material.choices.waves)
    kept = [record for record in material.known.records if record.person in stay and record.wave in chosen]
    found = _Background(material, kept, secret)
    numbers = {wave.pk: place for place, wave in enumerate(material.waves, start=1)}
    versions = _versions(material)
    rows = []
    for record in kept:
        wave = material.waves[numbers[record.wave] - 1]
        told = [numbers[record.wave], _month(wave.closed_at), versions[material.contents[wave.pk].hash]]
        who = pseudonym(secret, material.pseudonyms[record.person])
        rows.append([who, *told, *found.cells(record), *record.cells])
    rows.sort(key=lambda row: (row[0], row[1]))
    variables = [
        *_design(material, versions),
        *found.variables,
        *(v for slot in material.slots for v in slot.variables),
    ]
    return Dataset(about, variables, rows, material, decision)


def pseudonym(secret: bytes, person: uuid.UUID) -> str:
    """Sixteen characters that hold for one study only: HMAC-SHA-256. They begin with a letter, so that no program takes
    them for a number."""
    return "p" + hmac.digest(secret, b"person" + person.bytes, "sha256").hex()[:15]


def _month(moment: datetime.datetime | None) -> int:
    assert moment is not None  # noqa: S101 - only closed waves are read
    day = timezone.localdate(moment)
    return day.year * 100 + day.month


def _versions(material: Material) -> dict[str, int]:
    hashes = dict.fromkeys(material.contents[wave.pk].hash for wave in material.waves)
    return {one: place for place, one in enumerate(hashes, start=1)}


def _design(material: Material, versions: Mapping[str, int]) -> list[Variable]:
    by_hash: dict[str, Content] = {content.hash: content for content in material.contents.values()}
    waves = tuple((place, wave.name) for place, wave in enumerate(material.waves, start=1))
    told = tuple(
        (place, f"{in_language(by_hash[one].title, material.language)} ({one[:12]})") for one, place in versions.items()
    )
    return [
        Variable(DESIGN[0], _("Person: a code for this study only"), "design", TEXT),
        Variable(DESIGN[1], _("Wave"), "design", measure=ORDINAL, values=waves),
        Variable(DESIGN[2], _("Month in which the wave closed (YYYYMM)"), "design", measure=ORDINAL),
        Variable(DESIGN[3], _("Version of the questionnaire"), "design", values=told),
    ]


class _Background:
    """Unit, profession and seniority as codes, as far as they were asked for."""

    def __init__(self, material: Material, kept: Sequence[Record], secret: bytes) -> None:
        self.known: Known = material.known
        self.common = self.known.common()
        chosen = material.choices.background
        self.steps = {name: chosen[name] for name in (UNIT, PROFESSION, SENIORITY) if name in chosen}
        self.codes = {name: self._coded(name, kept, secret) for name in self.steps}
        self.variables = [self._variable(name) for name in self.steps]

    def told(self, record: Record, name: str) -> Any:
        return value(record, name, self.steps[name], self.known, self.common)

    def _coded(self, name: str, kept: Sequence[Record], secret: bytes) -> dict[Any, int]:
        found = {self.told(record, name) for record in kept} - {None}
        if name == SENIORITY:
            return {one: one for one in found}
        # Units are numbered in an order that says nothing about them.
        order = sorted(
            found, key=lambda one: hmac.digest(secret, repr(one).encode(), "sha256") if name == UNIT else one
        )
        return {one: place for place, one in enumerate(order, start=1)}

    def cells(self, record: Record) -> list[int]:
        return [self.codes[name].get(self.told(record, name), NOT_ANSWERED) for name in self.steps]

    def _variable(self, name: str) -> Variable:
        label, words = {
            UNIT: (_("Unit, numbered for this study"), lambda one: _("unit %(n)s") % {"n": self.codes[UNIT][one]}),
            PROFESSION: (_("Profession"), lambda one: _("other professions") if one == OTHER else one),
            SENIORITY: (_("Years since the first day in the staff list, in classes"), self._years),
        }[name]
        values = tuple(
            (code, str(words(one))) for one, code in sorted(self.codes[name].items(), key=lambda pair: pair[1])
        )
        measure = ORDINAL if name == SENIORITY else "nominal"
        return Variable(name, label, "background", measure=measure, values=values, low=0, reasons=(NOT_ANSWERED,))

    def _years(self, low: int) -> str:
        bounds = TWO_CLASSES if self.steps[SENIORITY] == COARSE else FIVE_CLASSES
        later = [bound for bound in bounds if bound > low]
        if not later:
            return _("%(low)s years or more") % {"low": low}
        return _("%(low)s to less than %(high)s years") % {"low": low, "high": later[0]}
