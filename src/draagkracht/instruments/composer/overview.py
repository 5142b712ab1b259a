"""A draft in the language of who composes it: sections, every question on one line, what is still to be mended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language_info, gettext

from draagkracht.instruments import actions, document, queries
from draagkracht.instruments.composer import edits
from draagkracht.instruments.composer.forms import language_name
from draagkracht.instruments.composer.kinds import KIND_NAMES
from draagkracht.instruments.composer.seen import where_seen
from draagkracht.instruments.composer.sketch import sketch
from draagkracht.instruments.composer.words import condition_words, named
from draagkracht.instruments.conditions.in_words import Asked
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Instrument, in_language
from draagkracht.instruments.document import Document
from draagkracht.instruments.document_checks import Problem, checks, undirected


@dataclass(frozen=True)
class Line:
    """One scale or question. `code` is how conditions and texts name it; '' for a scale. `rows` are the questions of a matrix.

    `seen` says where its answers are seen, where groups get no figure of them.
    """

    key: str
    text: str
    kind: str
    code: str
    scale: bool
    answers: str
    rows: list[str]
    seen: str
    condition: str
    problems: list[str]
    first: bool
    last: bool


@dataclass(frozen=True)
class Part:
    """One section."""

    id: str
    number: int
    title: str
    text: str
    condition: str
    problems: list[str]
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class ToDo:
    """Something to mend before publishing, and where: an element by its key, a section, an instrument, or the title."""

    sentence: str
    place: str = ""
    section: str = ""
    instrument: str = ""
    about: str = ""


@dataclass
class Overview:
    """Everything that the pages about one document show. Made inside the organisation's scope."""

    draft: Document
    language: str

    @cached_property
    def known(self) -> dict[str, Instrument]:
        return actions.all_instruments()

    @cached_property
    def sketched(self) -> Content:
        chosen = [self.known[name] for name in document.instrument_ids(self.draft) if name in self.known]
        wordings = queries.wordings([one for one in chosen if not one.template], self.draft["languages"])
        return sketch(self.draft, self.known, wordings)

    @cached_property
    def asked(self) -> dict[str, Asked]:
        return named(self.sketched, self.language)

    @cached_property
    def problems(self) -> list[Problem]:
        return checks(self.draft, self.known) + undirected(self.draft)

    @property
    def title(self) -> str:
        return in_language(self.draft["title"], self.language) or gettext("Without a title")

    @property
    def languages(self) -> str:
        return ", ".join(language_name(code) for code in self.draft["languages"])

    @cached_property
    def minutes(self) -> float:
        return document.minutes(self.draft, self.known)

    @property
    def questions(self) -> int:
        """How many there are to answer, every condition met."""
        return len(self.sketched.question)

    @cached_property
    def sections(self) -> list[Part]:
        told = self._told()
        return [
            Part(
                id=section["id"],
                number=number + 1,
                title=in_language(section.get("title", {}), self.language),
                text=in_language(section.get("text", {}), self.language),
                condition=self.condition(section),
                problems=told[number, None],
                lines=[
                    self._line(key, number, place, told[number, place])
                    for key, (where, place) in edits.keys(self.draft).items()
                    if where == number
                ],
            )
            for number, section in enumerate(self.draft["sections"])
        ]

    @cached_property
    def to_do(self) -> list[ToDo]:
        """What the checks tell, and texts and permissions that are missing, each with its place."""
        places = {where: key for key, where in edits.keys(self.draft).items()}
        found = []
        for problem in self.problems:
            if problem.section is None:
                found.append(ToDo(sentence(problem), "title"))
                continue
            section = self.draft["sections"][problem.section]
            if problem.element is None:
                found.append(ToDo(sentence(problem), section=section["id"]))
            else:
                about = self.label(section["elements"][problem.element])
                found.append(ToDo(sentence(problem), places[problem.section, problem.element], about=about))
        return found + [ToDo(told, instrument=one) for one, told in self._lacking()]

    def _lacking(self) -> list[tuple[str, str]]:
        """(instrument, sentence) for what stands in the way of asking a scale of the catalogue."""
        chosen = [self.known[name] for name in document.instrument_ids(self.draft) if name in self.known]
        found = [(one.id, str(actions.NotCompleted(one).message)) for one in chosen if one.template]
        whole = [one for one in chosen if not one.template]
        languages = self.draft["languages"]
        found += [(one.instrument.id, actions.told_missing(one)) for one in queries.missing_texts(whole, languages)]
        return found + [(one.id, actions.told_permission(one)) for one in queries.missing_permissions(whole, languages)]

    def _told(self) -> dict[tuple[int | None, int | None], list[str]]:
        found: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
        for problem in self.problems:
            found[problem.section, problem.element].append(sentence(problem))
        for instrument, told in self._lacking():
            for where in edits.keys(self.draft).values():
                element = self.draft["sections"][where[0]]["elements"][where[1]]
                if element.get("id") == instrument:
                    found[where].append(told)
        return found

    def _line(self, key: str, number: int, place: int, problems: list[str]) -> Line:
        elements = self.draft["sections"][number]["elements"]
        element = elements[place]
        scale = element["type"] == "instrument"
        return Line(
            key=key,
            text=self.label(element),
            kind=gettext("Scale") if scale else str(KIND_NAMES[element["kind"]]),
            code="" if scale else element["code"],
            scale=scale,
            answers=self._answers(element),
            rows=[in_language(row["text"], self.language) for row in element.get("rows", ())],
            seen=self.seen(element, number),
            condition=self.condition(element),
            problems=problems,
            first=number == 0 and place == 0,
            last=number == len(self.draft["sections"]) - 1 and place == len(elements) - 1,
        )

    def label(self, element: Mapping[str, Any]) -> str:
        """The text of a question, the title of a scale."""
        if element["type"] == "instrument":
            one = self.known.get(element["id"])
            return in_language(one.title, self.language) if one else element["id"]
        return in_language(element["text"], self.language) or gettext("(no text yet)")

    def seen(self, element: Mapping[str, Any], section: int) -> str:
        """Where the answers to an element of this section are seen; '' where groups get a figure of them."""
        conditional = any(document.condition(one) for one in (element, self.draft["sections"][section]))
        return str(where_seen(element, conditional=conditional))

    @property
    def without_figure(self) -> list[Line]:
        """What groups get no figure of."""
        return [line for line in self.lines if line.seen]

    @property
    def lines(self) -> list[Line]:
        """Every scale and question, in order."""
        return [line for part in self.sections for line in part.lines]

    def _answers(self, element: Mapping[str, Any]) -> str:
        if element["type"] == "instrument":
            one = self.known.get(element["id"])
            size, minutes = (one.size or 0, number_format(one.minutes)) if one else (0, "0")
            return gettext("%(count)s questions, about %(minutes)s min.") % {"count": size, "minutes": minutes}
        return " · ".join(in_language(option["text"], self.language) for option in element.get("options", ()))

    def condition(self, part: Mapping[str, Any]) -> str:
        """When a section, scale or question is asked, in words; '' for always."""
        return self.in_words(document.condition(part))

    def in_words(self, text: str) -> str:
        """A condition as a sentence."""
        return condition_words(text, self.asked)


def sentence(problem: Problem) -> str:
    """A problem in the language of the reader."""
    values = dict(problem.values)
    if "part" in values:
        values["part"] = gettext(values["part"])
    if "language" in values:
        values["language"] = spoken(values["language"])
    told = gettext(problem.template).format(**values)
    return told[:1].upper() + told[1:]


def spoken(code: str) -> str:
    """The name of a language in the language of the reader."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
