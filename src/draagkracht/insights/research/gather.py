"""Opens the answers that a researcher asks for, one wave at a time, and keeps only what the file and its check need."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from draagkracht.insights.models import ResearchExport, ResearchInclusion, ResearchStudy
from draagkracht.insights.release.measures import Measured, measures
from draagkracht.instruments import queries as instruments
from draagkracht.instruments.content import Content
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Question
from draagkracht.people.models import Account, Organisation
from draagkracht.science.anonymity import Demand
from draagkracht.science.scoring import band
from draagkracht.surveys.models import Wave

from . import records
from .asked import Slot, Wording, in_file, slots
from .background import Earlier, Known
from .choices import LEAST_K, Choices
from .reader import Reader, telling_routes


@dataclass(frozen=True)
class Material:
    """Everything about one request. `pseudonyms` by person id; `sensitive` are the scales that the check of diversity
    looks at; `withheld` the instruments whose words may not be passed on."""

    organisation: Organisation
    choices: Choices
    language: str
    waves: Sequence[Wave]
    contents: Mapping[int, Content]
    slots: Sequence[Slot]
    known: Known
    pseudonyms: Mapping[int, uuid.UUID]
    sensitive: Sequence[Measured]
    withheld: frozenset[str]
    demand: Demand


def gather(
    organisation: Organisation, choices: Choices, earlier: Sequence[Earlier], waves: Sequence[Wave], language: str
) -> Material:
    """Reads the chosen waves and those of earlier files. `waves` are all closed waves. Call inside the scope."""
    chosen = [wave for wave in waves if wave.pk in choices.waves]
    further = {number for one in earlier for number in one.choices.waves}
    read = [wave for wave in waves if wave.pk in {*choices.waves, *further}]
    contents = {wave.pk: records.content_of(wave) for wave in read}
    asked = list({content.hash: content for wave in chosen for content in [contents[wave.pk]]}.values())
    printable = printable_instruments(asked)
    found = slots(asked, choices, Wording(language, printable, _score_label))
    sensitive = sensitive_scales(asked, organisation, choices)
    people = records.consenting()
    names = [*choices.background, *(name for one in earlier for name in one.choices.background)]
    questions = {
        name: contents[wave.pk].question[name] for wave in read for name in names if name in contents[wave.pk].question
    }
    known = []
    for wave in read:
        known += _wave(wave, contents[wave.pk], people, choices, questions, found, sensitive)
    demand = Demand(k=max(choices.k, least_k(asked, organisation, choices)))
    return Material(
        organisation=organisation,
        choices=choices,
        language=language,
        waves=chosen,
        contents=contents,
        slots=found,
        known=Known(known, questions, records.depth_of(read), earlier, demand.k),
        pseudonyms=people,
        sensitive=sensitive,
        withheld=frozenset(name for one in asked for name in one.instruments) - printable,
        demand=demand,
    )


def _wave(
    wave: Wave, content: Content, people: Mapping[int, uuid.UUID], choices: Choices,
    questions: Mapping[str, Question], found: Sequence[Slot], sensitive: Sequence[Measured],
) -> list[records.Record]:  # fmt: skip
    chosen = wave.pk in choices.waves
    reader, routes = Reader(content, found), telling_routes(content, choices)
    own = [name for name in questions if name in content.question]
    made = []
    for record, payload in records.answered(wave, people):
        shown = content.shown(payload["answers"])
        record.own = {name: payload["answers"].get(name) for name in own if name in shown}
        if chosen:
            record.cells = reader.cells(payload)
            record.routes = tuple(code in shown for code in routes)
            record.bands = {one.id: _band(one, payload["scores"].get(one.id)) for one in sensitive}
        made.append(record)
    return made


def _band(measure: Measured, score: float | None) -> int | None:
    """The published band, else a third of the range."""
    low, high = measure.data["low"], measure.data["high"]
    starts = measure.data["starts"] or [low + (high - low) / 3, low + 2 * (high - low) / 3]
    return None if score is None else band(score, starts)


def _score_label(title: str) -> str:
    return _("Score %(title)s") % {"title": title}


def sensitive_scales(contents: Sequence[Content], organisation: Organisation, choices: Choices) -> list[Measured]:
    """The most sensitive scales in the file: about health, else about strain, else all. Parts of a total count with it."""
    found = {
        one.id: one
        for content in contents
        for one in measures(content, organisation)
        if _in_file(one, content, choices)
    }
    parts = {part for one in found.values() for part in one.data["total_of"]}
    whole = [one for one in found.values() if one.id not in parts]
    for name in ("health", "strain"):
        chosen = [one for one in whole if one.data[name]]
        if chosen:
            return chosen
    return whole


def _in_file(measure: Measured, content: Content, choices: Choices) -> bool:
    name = measure.id.partition(".")[0]
    if name == OWN:
        return in_file(content.question[measure.id], choices)
    return name in choices.instruments


def least_k(contents: Sequence[Content], organisation: Organisation, choices: Choices) -> int:
    """No smaller group than the organisation publishes figures about, and never below five."""
    found = [
        one.data["k"]
        for content in contents
        for one in measures(content, organisation)
        if _in_file(one, content, choices)
    ]
    return max([LEAST_K, *found])


def printable_instruments(contents: Sequence[Content]) -> frozenset[str]:
    """Instruments whose words may stand in a codebook: free ones, those for which an attestation of the licence stands, and
    wordings that were made up."""
    barred = {one.id for content in contents for one in instruments.unlicensed(content.raw)}
    told = {one.instrument for content in contents for one in content.questions if one.text}
    return frozenset({OWN} | (told - barred))


def earlier_files(study: ResearchStudy, account: Account | None) -> list[Earlier]:
    """What left before for this study, or to this researcher for another. Call inside the scope."""
    files = ResearchExport.objects.filter(study=study) | ResearchExport.objects.filter(
        made_by=account, made_by__isnull=False
    )
    found = []
    for one in files.order_by("id"):
        people = ResearchInclusion.objects.filter(export=one).values_list("person_id", flat=True)
        found.append(Earlier(Choices.read(one.choices), frozenset(people)))
    return found


def narrowed(material: Material, waves: Sequence[int]) -> Material:
    """The same with fewer waves, for a proposal. The cells stay those of all."""
    return replace(material, choices=replace(material.choices, waves=tuple(waves)))
