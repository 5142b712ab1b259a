"""What is written to a file: a document with the wording of its scales. No Django."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from draagkracht.instruments import document
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document, Element
from draagkracht.instruments.exchange.notes import Left, Note, item
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.own_scales import options as own_options
from draagkracht.instruments.questions import Question
from draagkracht.instruments.tables import gettext_noop
from draagkracht.instruments.texts import Wording


@dataclass(frozen=True)
class Source:
    """A questionnaire that is written to a file.

    `scales`: instrument id -> instrument; `questions`: instrument id -> its questions as they are asked, without texts
    where the wording stays behind. `address` is the canonical address of the questionnaire, `number` that of the version
    (0: a draft), `digest` its content hash.
    """

    document: Document
    scales: Mapping[str, Instrument]
    questions: Mapping[str, tuple[Question, ...]]
    address: str = ""
    number: int = 0
    digest: str = ""
    published: datetime.date | None = None
    notes: Left = field(default_factory=list)

    @property
    def language(self) -> str:
        """The language in which formats with one main language say everything first."""
        return self.document["languages"][0] if self.document["languages"] else "nl"

    @property
    def kinds(self) -> dict[str, Asked]:
        """What conditions may look at, by code."""
        return {one.code: one for one in self.asked()}

    def asked(self) -> Iterator[Asked]:
        """Everything that has an answer, in order."""
        for _, _, element in document.elements(self.document):
            yield from self.asked_by(element)

    def asked_by(self, element: Element) -> Iterator[Asked]:
        """What is asked by one element: the items of a scale, the rows of a matrix, or the question itself."""
        if element["type"] == "instrument":
            for question in self.questions.get(element["id"], ()):
                yield Asked(question.code, question.kind, tuple(value for value, _ in question.options))
            return
        for one in document.asked(element):
            if one["kind"] != "statement":
                yield Asked(f"{OWN}.{one['code']}", one["kind"], tuple(value for value, _ in own_options(one)))

    def copyright(self) -> str:
        """One line for each scale: who holds the rights, how it may be used, and how to cite it."""
        lines = []
        for name in document.instrument_ids(self.document):
            if name in self.scales:
                one = self.scales[name]
                terms = one.licence.text.get(self.language) or one.licence.text.get("en", "")
                lines.append(f"{one.id}: © {one.licence.holder}. {terms} {one.citation}".strip())
        return "\n".join(lines)


@dataclass(frozen=True)
class Asked:
    """A question as conditions see it: its code, kind, and the values of its answers (if it has a list of them)."""

    code: str
    kind: str
    values: tuple[int, ...]


def of_version(content: Content, *, wording: bool, withheld: Collection[str] = (), **about: Any) -> Source:
    """A published version. Without `wording` the questions of protected scales are only their codes.

    `withheld`: scales whose wording may not leave, whatever was asked: no permission stands.
    """
    scales = {name: one for name, one in content.instruments.items() if name != OWN}
    draft = content.document or document.of_instruments(content.title, list(scales), content.languages)
    questions: dict[str, tuple[Question, ...]] = {
        name: tuple(one for one in content.questions if one.instrument == name) for name in scales
    }
    return _source(draft, scales, questions, (wording, withheld), about)


def of_draft(
    draft: Document,
    instruments: Mapping[str, Instrument],
    wordings: Mapping[str, Mapping[str, Wording]],
    *,
    wording: bool,
    withheld: Collection[str] = (),
    **about: Any,
) -> Source:
    """A draft, with the wording of its scales (`wordings[language][id]`) as far as there is one."""
    scales = {name: instruments[name] for name in document.instrument_ids(draft) if name in instruments}
    questions = {name: _worded(one, wordings) for name, one in scales.items()}
    return _source(draft, scales, questions, (wording, withheld), about)


def _source(
    draft: Document,
    scales: Mapping[str, Instrument],
    questions: Mapping[str, tuple[Question, ...]],
    allowed: tuple[bool, Collection[str]],
    about: Mapping[str, Any],
) -> Source:
    wording, withheld = allowed
    notes = [Note(item(name), UNKNOWN) for name in document.instrument_ids(draft) if name not in scales]
    kept = {}
    for name, found in questions.items():
        bare = (not wording or name in withheld) and not _ships(scales[name], draft["languages"])
        kept[name] = tuple(_bare(one) for one in found) if bare else tuple(found)
        if bare:
            notes.append(Note(item(name), NO_PERMISSION if wording else CODES_ONLY))
        elif not all(one.text for one in found):
            notes.append(Note(item(name), NO_WORDING))
    return Source(draft, scales, kept, notes=notes, **about)


CODES_ONLY = gettext_noop("the wording of this scale stays behind: the file holds the codes of its questions only")
NO_PERMISSION = gettext_noop("no permission for this scale stands: the file holds the codes of its questions only")
NO_WORDING = gettext_noop("there is no wording of this scale yet: the file holds the codes of its questions only")
UNKNOWN = gettext_noop("this scale is not in the catalogue here: the file holds its name only")


def _ships(one: Instrument, languages: list[str]) -> bool:
    return all(one.carries_texts(language) for language in languages)


def _bare(one: Question) -> Question:
    numbers = tuple((value, {}) for value, _ in one.options)
    return Question(one.code, one.instrument, one.item, {}, one.kind, numbers)


def _worded(one: Instrument, wordings: Mapping[str, Mapping[str, Wording]]) -> tuple[Question, ...]:
    texts = {language: words[one.id] for language, words in wordings.items() if one.id in words}
    found = []
    for code in one.codes:
        low, high = one.key.ranges[code]
        labels = {language: wording.words(one, code) for language, wording in texts.items()}
        options = tuple(
            (value, {language: words[value - low] for language, words in labels.items()})
            for value in range(low, high + 1)
        )
        text = {language: wording.items[code] for language, wording in texts.items()}
        found.append(Question(f"{one.id}.{code}", one.id, code, text, "likert", options))
    return tuple(found)
