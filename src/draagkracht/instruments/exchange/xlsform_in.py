"""Reads an XLSForm (ODK, KoboToolbox) into a document. No Django."""

from __future__ import annotations

import re
from collections.abc import Mapping

from draagkracht.instruments import conditions
from draagkracht.instruments.conditions import ConditionError, Tree
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.document import Document
from draagkracht.instruments.exchange import books, xlsform_questions
from draagkracht.instruments.exchange.foreign import XPATH, translate
from draagkracht.instruments.exchange.gathering import Condition, Gathering
from draagkracht.instruments.exchange.notes import Left, Place, broken, item, row
from draagkracht.instruments.exchange.source import Asked
from draagkracht.instruments.exchange.xlsform_form import NOT_CARRIED, SHEETS, Form, Row, cell
from draagkracht.instruments.exchange.xpath import NoWords, xpath
from draagkracht.instruments.tables import gettext_noop

BEGIN, END = ("begin_group", "begin_repeat"), ("end_group", "end_repeat")
OLD_CONDITION = gettext_noop("the condition was changed by another program: the changed one counts")
SETTINGS = {"form_title", "form_id", "version", "default_language", "id_string", "title"}


def read(data: bytes, instruments: Mapping[str, Instrument]) -> tuple[Document, Left]:
    """The document in a workbook, and what it cannot carry over. Raises Broken with sheet and row of every fault."""
    sheets = books.read(data, SHEETS)
    if "survey" not in sheets:
        raise broken(gettext_noop("there is no sheet “{name}”: this is not an XLSForm"), name="survey")
    return _Reader(sheets, instruments).document()


class _Reader(Form):
    """The groups of a form as sections, scales and matrices, and its questions."""

    def document(self) -> tuple[Document, Left]:
        for name in sorted(set(self.sheets) - set(SHEETS)):
            self.gathering.leave(item(name), gettext_noop("the sheet is not carried over"))
        for name in self.settings:
            if name.lower() not in SETTINGS and not name.startswith("draagkracht_"):
                self.gathering.leave(row(2, "settings"), NOT_CARRIED, part=name)
        tree = self._tree()
        self.inside(tree, [])
        main = self.languages.main
        title = {main: self.settings.get("form_title") or self.settings.get("title", "")}
        ours = {n.removeprefix("draagkracht_title_"): text for n, text in self.settings.items() if "_title_" in n}
        return self.gathering.document(ours or title, self.languages.spoken), self.gathering.left

    def _tree(self) -> list[Row]:
        """Rows of the survey; those of a group stand in its `inner`."""
        top: list[Row] = []
        open_groups: list[tuple[Row, list[Row]]] = []
        level = top
        for number, cells in self.sheets["survey"]:
            kind = _kind(cells)
            made: Row = {"kind": kind, "cells": cells, "place": row(number, "survey"), "name": cell(cells, "name")}
            if kind.startswith(END):
                if not open_groups:
                    self.gathering.fault(made["place"], gettext_noop("a group ends here that never began"))
                    continue
                level = open_groups.pop()[1]
                continue
            if not kind:
                self.gathering.fault(made["place"], gettext_noop("“{part}” is empty"), part="type")
                continue
            level.append(made)
            if kind.startswith(BEGIN):
                open_groups.append((made, level))
                made["inner"] = level = []
                if len(open_groups) > 40:
                    raise broken(gettext_noop("groups stand too deep inside each other"), made["place"])
        for made, _ in open_groups:
            self.gathering.fault(made["place"], gettext_noop("the group {name} never ends"), name=made["name"])
        return top

    def inside(self, rows: list[Row], above: list[Condition], *, deep: bool = False) -> None:
        """The rows of the survey or of a group; `above`: conditions of the groups around them."""
        loose = deep
        for one in rows:
            if "inner" not in one:
                if not loose:
                    self.gathering.apart()
                    loose = True
                xlsform_questions.question(one, self, [*above, *self.when(one)])
            elif self.as_scale(one, above) or xlsform_questions.as_matrix(one, self, [*above, *self.when(one)]):
                loose = True
            else:
                self.group(one, above, deep)
                loose = deep

    def group(self, one: Row, above: list[Condition], deep: bool) -> None:
        """A section; a group inside a group becomes a statement with its title, and its questions follow."""
        place, when, words = one["place"], [*above, *self.when(one)], self.words(one, "label")
        self.rest(one, {"appearance"})
        if one["kind"].startswith("begin_repeat"):
            self.gathering.leave(place, gettext_noop("questions that repeat are asked once"))
        if deep:
            self.gathering.leave(place, gettext_noop("a group in a group: its questions stand in the group around it"))
            if words:
                self.gathering.question(one["name"] or "group", "statement", words, place, when=when)
            self.inside(one["inner"], when, deep=True)
            return
        said = [child for child in one["inner"][:1] if child["name"] == f"{one['name']}-text"]
        text = self.words(said[0], "label") if said else {}
        self.gathering.section(words, place, name=one["name"].removeprefix("section-"), when=when, text=text)
        self.inside(one["inner"][len(said) :], [], deep=True)

    def as_scale(self, one: Row, above: list[Condition]) -> bool:
        """A group with exactly the questions of a scale of the catalogue becomes that scale."""
        found = self.gathering.recognised([child["name"] for child in one["inner"]])
        if found is not None:
            self.gathering.instrument(found["id"], one["place"], found["items"], [*above, *self.when(one)])
        elif cell(one["cells"], "draagkracht_kind") == "instrument" and not one["inner"]:
            self.gathering.instrument(one["name"].removeprefix("scale-"), one["place"], {}, [*above, *self.when(one)])
        else:
            return False
        return True

    def when(self, one: Row) -> list[Condition]:
        """Our own condition while `relevant` still says the same, else `relevant`."""
        given, ours = cell(one["cells"], "relevant"), cell(one["cells"], "draagkracht_condition")
        if not given and not ours:
            return []
        return [lambda gathering: self.condition(given, ours, gathering, one["place"])]

    def condition(self, given: str, ours: str, gathering: Gathering, place: Place) -> Tree | str | None:
        if ours:
            kinds = {one.code: Asked(one.code, one.kind, ()) for one in gathering.known.values()}
            names = {one.code: name for name, one in gathering.known.items()}
            try:
                wanted = xpath(conditions.parse(ours), kinds, names)
            except (ConditionError, NoWords):
                wanted = ""
            if wanted == given:
                return ours
            gathering.leave(place, OLD_CONDITION)
        return translate(given, XPATH, gathering) if given else None


def _kind(cells: Mapping[str, str]) -> str:
    text = " ".join(cell(cells, "type").split())
    text = re.sub(r"^(begin|end) (group|repeat)", r"\1_\2", text, flags=re.I)
    return re.sub(r"^select (one|multiple)( from)?\b", r"select_\1", text, flags=re.I)
