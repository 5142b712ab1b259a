"""Reads a FHIR Questionnaire, R5 or R4B, into a document. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from draagkracht.instruments import conditions
from draagkracht.instruments.conditions import ConditionError, Tree
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange import fhir_conditions, fhir_questions
from draagkracht.instruments.exchange.fhir_reading import NOT_CARRIED, Reading
from draagkracht.instruments.exchange.fhir_words import (
    CALCULATED,
    CONDITION,
    KIND,
    LANGUAGES,
    Resource,
    extensions,
    language_code,
    read_json,
    small,
    validate,
    valued,
)
from draagkracht.instruments.exchange.gathering import Condition, Gathering
from draagkracht.instruments.exchange.notes import WHOLE, Left, Place, broken, item
from draagkracht.instruments.tables import gettext_noop

HEAD = {
    "resourceType", "id", "meta", "language", "extension", "url", "identifier", "version", "name", "title", "_title",
    "status", "_status", "subjectType", "date", "item", "derivedFrom", "experimental", "versionAlgorithmString",
}  # fmt: skip
OLD_CONDITION = gettext_noop("the condition was changed by another program: the changed one counts")


def read(data: bytes, instruments: Mapping[str, Instrument]) -> tuple[Document, Left]:
    """The document in a file of JSON, and what it cannot carry over. Raises Broken with the path of every fault."""
    resource = read_json(data)
    if resource["resourceType"] != "Questionnaire":
        raise broken(
            gettext_noop("this is a {found}, not a Questionnaire"), item("resourceType"), found=resource["resourceType"]
        )
    small(resource)
    validate(resource, version_of(resource))
    return _Reader(resource, instruments).document()


def version_of(resource: Resource) -> str:
    """R4B when it has a type of question that only R4B knows, else R5."""
    stack = [resource]
    while stack:
        part = stack.pop()
        if part.get("type") in ("choice", "open-choice"):
            return "R4B"
        stack += [one for one in part.get("item") or () if isinstance(one, dict)]
    return "R5"


class _Reader(Reading):
    """The items of a resource as sections, scales and questions."""

    def __init__(self, resource: Resource, instruments: Mapping[str, Instrument]) -> None:
        super().__init__(Gathering(instruments), language_code(resource.get("language", "")) or "nl")
        self.resource = resource
        self.spoken = str(valued(resource, LANGUAGES) or "").split()

    def document(self) -> tuple[Document, Left]:
        gathering, resource = self.gathering, self.resource
        if not resource.get("language"):
            gathering.leave(WHOLE, gettext_noop("the file does not say its language: it is taken for Dutch"))
        for name in resource:
            # In a file of our own the copyright is what the catalogue says of its scales.
            if name not in HEAD and not name.startswith("_") and not (name == "copyright" and self.spoken):
                gathering.leave(item(name), NOT_CARRIED, part=name)
        self.foreign(resource, WHOLE, set())
        title = self.words(resource, "title")
        self.inside(resource.get("item", ()), [])
        languages = self.spoken or [self.language, *(one for one in self.seen if one != self.language)]
        return gathering.document(title, languages), gathering.left

    def inside(self, items: list[Resource], above: list[Condition], *, deep: bool = False) -> None:
        """The items of the resource or of a group; `above`: conditions of the groups around them."""
        loose = deep
        for one in items:
            self.unique(one)
            if one["type"] != "group":
                if not loose:
                    self.gathering.apart()
                    loose = True
                self.question(one, above)
            elif self.as_scale(one, above) or self.as_matrix(one, above):
                loose = True
            else:
                self.group(one, above, deep)
                loose = deep

    def group(self, one: Resource, above: list[Condition], deep: bool) -> None:
        """A section; a group inside a group becomes a statement with its title, and its questions follow."""
        place, when = item(one["linkId"]), self.when(one)
        self.rest(one, place, {"item"})
        children = one.get("item", [])
        if deep:
            self.gathering.leave(place, gettext_noop("a group in a group: its questions stand in the group around it"))
            if self.words(one, "text"):
                self.gathering.question(
                    one["linkId"], "statement", self.words(one, "text"), place, when=[*above, *when]
                )
            self.inside(children, [*above, *when], deep=True)
            return
        said = [child for child in children[:1] if child["linkId"] == f"{one['linkId']}/text"]
        text = self.words(said[0], "text") if said else {}
        self.links.update(child["linkId"] for child in said)
        name = one["linkId"].removeprefix("section/")
        self.gathering.section(self.words(one, "text"), place, name=name, when=[*above, *when], text=text)
        self.inside(children[len(said) :], [], deep=True)

    def as_scale(self, one: Resource, above: list[Condition]) -> bool:
        """A group with exactly the questions of a scale of the catalogue becomes that scale."""
        asked = [child for child in one.get("item", ()) if not extensions(child, CALCULATED)]
        found = self.gathering.recognised([child["linkId"] for child in asked])
        if found is None:
            return False
        for child in one["item"]:
            self.unique(child)
        self.gathering.instrument(found["id"], item(one["linkId"]), found["items"], [*above, *self.when(one)])
        return True

    def as_matrix(self, one: Resource, above: list[Condition]) -> bool:
        """A group that an export of ours marked as a matrix."""
        if valued(one, KIND) != "matrix":
            return False
        place = item(one["linkId"])
        parts = fhir_questions.beside(one, self)
        rows = [child for child in one.get("item", ()) if child["type"] in ("coding", "choice")]
        if len(rows) + parts["count"] != len(one.get("item", ())):
            return False
        for child in one.get("item", ()):
            self.unique(child)
        fhir_questions.matrix(one, rows, parts, self, [*above, *self.when(one)], place)
        return True

    def question(self, one: Resource, above: list[Condition]) -> None:
        when = [*above, *self.when(one)]
        inner = fhir_questions.question(one, self, when)
        if inner:
            self.gathering.leave(item(one["linkId"]), gettext_noop("questions inside a question follow after it"))
            self.inside(inner, when, deep=True)

    def when(self, one: Resource) -> list[Condition]:
        """The condition of an item: our own text while enableWhen still says the same, else enableWhen."""
        text, given = valued(one, CONDITION), one.get("enableWhen") or []
        place = item(one["linkId"])
        found: list[Condition] = []
        if isinstance(text, str):
            found.append(self.own_condition(text, one, place))
        elif given:
            found.append(lambda gathering: fhir_conditions.read(given, one.get("enableBehavior", "all"), gathering))
        return found

    def own_condition(self, text: str, one: Resource, place: Place) -> Condition:
        given = one.get("enableWhen") or []

        def translate(gathering: Gathering) -> Tree | str | None:
            try:
                wanted = fhir_conditions.enable_when(
                    conditions.parse(text), self.asked(gathering), self.linked(gathering)
                )
            except (ConditionError, KeyError):
                wanted = None
            behaviour = one.get("enableBehavior", "all")
            same = not given if wanted is None else wanted[0] == given and (len(given) < 2 or wanted[1] == behaviour)
            if same:
                return text
            gathering.leave(place, OLD_CONDITION)
            return fhir_conditions.read(given, behaviour, gathering)

        return translate

    @staticmethod
    def asked(gathering: Gathering) -> dict[str, Any]:
        """What our own conditions may look at, as it stands in the file."""
        from draagkracht.instruments.exchange.source import Asked

        return {one.code: Asked(one.code, one.kind, tuple(one.values.values())) for one in gathering.known.values()}

    @staticmethod
    def linked(gathering: Gathering) -> dict[str, str]:
        """Code -> linkId."""
        return {one.code: name for name, one in gathering.known.items()}
