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
from draagkracht.people.models import Organisation
from draagkracht.science.anonymity import Demand
from draagkracht.surveys.models import Wave

from . import records
from .asked import HOURS, MINUTES, MONTH, NOT_CHOSEN, TENS, YEAR, Slot, Wording, in_file, slots
from .background import Earlier, Known
from .choices import LEAST_K, Choices
from .reader import Reader, telling_routes
from .sensitive import Sensitive, sensitive_answers

Asked = Mapping[str, Mapping[int, Question]]


@dataclass(frozen=True)
class Material:
    """Everything about one request. `pseudonyms` by person id; `sensitive` are the answers that the check of diversity
    looks at; `withheld` the instruments whose words may not be passed on. What the check needs (`known`, `sensitive`,
    `demand`) is about this request and all earlier files together."""

    organisation: Organisation
    choices: Choices
    language: str
    waves: Sequence[Wave]
    contents: Mapping[int, Content]
    slots: Sequence[Slot]
    known: Known
    pseudonyms: Mapping[int, uuid.UUID]
    sensitive: Sequence[Sensitive]
    withheld: frozenset[str]
    demand: Demand


def gather(
    organisation: Organisation, choices: Choices, earlier: Sequence[Earlier], waves: Sequence[Wave], language: str
) -> Material:
    """Reads the chosen waves and those of earlier files. `waves` are all closed waves. Call inside the scope."""
    further = {number for one in earlier for number in one.choices.waves}
    read = [wave for wave in waves if wave.pk in {*choices.waves, *further}]
    contents = {wave.pk: records.content_of(wave) for wave in read}
    questions = _questions([choices, *(one.choices for one in earlier)], contents)
    kinds = {code: {one.kind for one in each.values()} for code, each in questions.items()}
    choices, earlier = choices.settled(kinds), [replace(one, choices=one.choices.settled(kinds)) for one in earlier]
    chosen = [wave for wave in read if wave.pk in choices.waves]
    asked = _once(contents, chosen)
    printable = printable_instruments(asked)
    found = slots(asked, choices, Wording(language, printable, _score_label, _told()))
    empty = Known((), questions, records.depth_of(read), earlier, choices.k)
    union = empty.union(choices)
    ever = _once(contents, read)
    demand = Demand(k=max(union.k, least_k(ever, organisation, union)))
    sensitive = sensitive_answers(_scales(ever, organisation, union), ever, union)
    people = records.consenting()
    made = [
        record
        for wave in read
        for record in _wave(wave, contents[wave.pk], people, found if wave in chosen else None, union, sensitive)
    ]
    return Material(
        organisation=organisation,
        choices=choices,
        language=language,
        waves=chosen,
        contents=contents,
        slots=found,
        known=replace(empty, records=made, k=demand.k),
        pseudonyms=people,
        sensitive=sensitive,
        withheld=frozenset(name for one in asked for name in one.instruments) - printable,
        demand=demand,
    )


def _once(contents: Mapping[int, Content], waves: Sequence[Wave]) -> list[Content]:
    return list({contents[wave.pk].hash: contents[wave.pk] for wave in waves}.values())


def _questions(several: Sequence[Choices], contents: Mapping[int, Content]) -> Asked:
    codes = dict.fromkeys(code for one in several for code in (*one.background, *one.answers))
    found = {
        code: {wave: one.question[code] for wave, one in contents.items() if code in one.question} for code in codes
    }
    return {code: each for code, each in found.items() if each}


def _wave(
    wave: Wave, content: Content, people: Mapping[int, uuid.UUID], found: Sequence[Slot] | None, union: Choices,
    sensitive: Sequence[Sensitive],
) -> list[records.Record]:  # fmt: skip
    """Everybody who answered; `found` is None where the file itself does not hold this wave."""
    reader, routes = Reader(content, found or ()), telling_routes(content, union)
    own = [name for name in union.background if name in content.question]
    made = []
    for record, payload in records.answered(wave, people):
        shown = content.shown(payload["answers"])
        record.own = {name: payload["answers"].get(name) for name in own if name in shown}
        record.routes = tuple(code in shown for code in routes)
        record.told = {one.id: one.value(payload, shown) for one in sensitive}
        if found is not None:
            record.cells = reader.cells(payload)
        made.append(record)
    return made


def _told() -> dict[str, str]:
    return {
        NOT_CHOSEN: _("not chosen"),
        MONTH: _("year and month, as 202611"),
        YEAR: _("year"),
        MINUTES: _("minutes since midnight, by half hours"),
        HOURS: _("hour at which six hours begin"),
        TENS: _("lowest number of a class of ten"),
    }


def _score_label(title: str) -> str:
    return _("Score %(title)s") % {"title": title}


def _scales(contents: Sequence[Content], organisation: Organisation, choices: Choices) -> dict[str, Measured]:
    """Every scale of which the file tells something, by id."""
    return {
        one.id: one
        for content in contents
        for one in measures(content, organisation)
        if _in_file(one, content, choices)
    }


def _in_file(measure: Measured, content: Content, choices: Choices) -> bool:
    name = measure.id.partition(".")[0]
    if name == OWN:
        return in_file(content.question[measure.id], choices)
    return name in choices.instruments


def least_k(contents: Sequence[Content], organisation: Organisation, choices: Choices) -> int:
    """No smaller group than the organisation publishes figures about, and never below five."""
    strictest = [
        one.data["k"]
        for content in contents
        for one in measures(content, organisation)
        if _in_file(one, content, choices)
    ]
    return max([LEAST_K, *strictest])


def printable_instruments(contents: Sequence[Content]) -> frozenset[str]:
    """Instruments whose words may stand in a codebook: free ones, those for which an attestation of the licence stands, and
    wordings that were made up."""
    barred = {one.id for content in contents for one in instruments.unlicensed(content.raw)}
    told = {one.instrument for content in contents for one in content.questions if one.text}
    return frozenset({OWN} | (told - barred))


def earlier_files(study: ResearchStudy, choices: Choices) -> list[Earlier]:
    """What left before and can be joined with a file of these waves. Call inside the scope.

    Files of one study are joined by their codes, files that share a wave by equal answers, whoever asked for them; and who
    began this study may hold files of other studies. Each file that counts brings its own study and waves along.
    """
    left = list(ResearchExport.objects.order_by("id"))
    studies, waves, counted = {study.pk}, set(choices.waves), set()
    while True:
        more = [one for one in left if one.pk not in counted and _joins(one, study, studies, waves)]
        if not more:
            break
        counted |= {one.pk for one in more}
        studies |= {one.study_id for one in more}
        waves |= {wave for one in more for wave in one.choices["waves"]}
    return [_earlier(one) for one in left if one.pk in counted]


def _joins(one: ResearchExport, study: ResearchStudy, studies: set[int], waves: set[int]) -> bool:
    by_hand = one.made_by_id is not None and one.made_by_id == study.made_by_id
    return by_hand or one.study_id in studies or not waves.isdisjoint(one.choices["waves"])


def _earlier(one: ResearchExport) -> Earlier:
    people = ResearchInclusion.objects.filter(export=one).values_list("person_id", flat=True)
    return Earlier(Choices.read(one.choices), frozenset(people))


def narrowed(material: Material, waves: Sequence[int]) -> Material:
    """The same with fewer waves, for a proposal. The cells stay those of all."""
    return replace(material, choices=replace(material.choices, waves=tuple(waves)))
