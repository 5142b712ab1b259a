"""What others may know of the people in an export, from fine to coarse, as the check counts it. No Django."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from draagkracht.instruments.questions import Question
from draagkracht.science.anonymity import Attribute

from .asked import coarsened
from .choices import COARSE, GROUPED, OUT, PROFESSION, SENIORITY, UNIT, Choices, finest, steps, united
from .records import Record

OTHER = "\uffff"  # comes after every name of a profession
# Years since the first day, each class from its number upwards.
FIVE_CLASSES, TWO_CLASSES = (0, 2, 5, 10, 20), (0, 5)


@dataclass(frozen=True)
class Earlier:
    """A file that left before and can be joined with this one, by the same code, the same hand or the same answers."""

    choices: Choices
    people: frozenset[int]


@dataclass(frozen=True)
class Known:
    """Records by person, in the order of the waves, and everything needed to read their background at any step.

    `questions`: own questions by code and wave, as each wave asked them; `earlier`: files that left already.
    """

    records: Sequence[Record]
    questions: Mapping[str, Mapping[int, Question]]
    depth: int
    earlier: Sequence[Earlier]
    k: int

    def ladder(self, name: str) -> tuple[str, ...]:
        """Steps of one kind of background, fine to coarse."""
        return steps(name, self.depth, {one.kind for one in self.questions.get(name, {}).values()})

    def union(self, choices: Choices) -> Choices:
        """These choices and those of every earlier file, as if all were asked for at once."""
        several = [choices, *(one.choices for one in self.earlier)]
        return united(several, {name: self.ladder(name) for one in several for name in one.background})

    def common(self) -> frozenset[str]:
        """Professions of at least k people; the others are one group when professions are given together."""
        pairs = {(record.person, record.profession) for record in self.records}
        counted = Counter(profession for _, profession in pairs)
        return frozenset(name for name, people in counted.items() if name and people >= self.k)


def value(record: Record, name: str, step: str, known: Known, common: Collection[str]) -> Hashable:
    """What is told about one person in one wave at one step; None where it is not known."""
    if name == UNIT:
        return record.path[: int(step) + 1] or None
    if name == PROFESSION:
        kept = step != GROUPED or record.profession in common
        return (record.profession if kept else OTHER) or None
    if name == SENIORITY:
        return seniority(record.years, step)
    answer = record.own.get(name)
    return None if answer is None else coarsened(known.questions[name][record.wave], answer, step)


def seniority(years: float | None, step: str) -> int | None:
    """The first year of the class."""
    bounds = TWO_CLASSES if step == COARSE else FIVE_CLASSES
    return None if years is None else max(bound for bound in bounds if bound <= years)


@dataclass(frozen=True)
class Table:
    """The check's view: people in order, fixed columns and the attributes that can be made coarser, each with the steps
    that its levels stand for (OUT: left out).

    `inside`: who answered a chosen wave, the others are in earlier files only; `before`: what those files tell about each
    (None: in none of them); `outside`: places of the attributes that do not come from answers.
    """

    people: list[int]
    attributes: list[Attribute]
    steps: list[tuple[str, ...]]
    inside: list[bool]
    before: list[Hashable]
    outside: tuple[int, ...]


def table(known: Known, choices: Choices) -> Table:
    """Everybody of whom this file or an earlier one tells something, with all that these files together would tell."""
    rows = _rows(known, choices)
    people, records = list(rows), list(rows.values())
    files = [tuple(who in one.people for one in known.earlier) for who in people]
    found = [
        Attribute("waves", ([tuple(record.wave for record in each) for each in records],)),
        Attribute("earlier", (files,)),
        Attribute("routes", ([tuple(record.routes for record in each) for each in records],)),
    ]
    told: list[tuple[str, ...]] = [("",)] * len(found)
    before = _before(known)
    for name, step in sorted(known.union(choices).background.items()):
        several = _steps(known.ladder(name), step, before.get(name))
        found.append(Attribute(name, tuple(_column(records, name, one, known) for one in several)))
        told.append(several)
    chosen = set(choices.waves)
    inside = [any(record.wave in chosen for record in each) for each in records]
    outside = tuple(place for place, one in enumerate(found) if "." not in one.name and one.name != "routes")
    return Table(people, found, told, inside, _old_classes(known, records, files), outside)


def _rows(known: Known, choices: Choices) -> dict[int, list[Record]]:
    """Person -> records in all waves of which something is told, in the order of the people."""
    waves, chosen = set(known.union(choices).waves), set(choices.waves)
    held = frozenset().union(*(one.people for one in known.earlier))
    by_person: dict[int, list[Record]] = defaultdict(list)
    for record in known.records:
        if record.wave in waves:
            by_person[record.person].append(record)
    return {
        who: by_person[who]
        for who in sorted(by_person)
        if who in held or any(record.wave in chosen for record in by_person[who])
    }


def _before(known: Known) -> dict[str, str]:
    """The finest step of each background that left already."""
    several = [one.choices.background for one in known.earlier]
    return finest(several, {name: known.ladder(name) for one in several for name in one})


def _steps(ladder: Sequence[str], step: str, before: str | None) -> tuple[str, ...]:
    """From this step to the coarsest that still makes sense: never coarser than what left before."""
    if before is None:
        return (*ladder[ladder.index(step) :], OUT)
    return tuple(ladder[ladder.index(step) : ladder.index(before) + 1])


def _column(records: Sequence[Sequence[Record]], name: str, step: str, known: Known) -> list[Hashable]:
    if step == OUT:
        return [None] * len(records)
    common = known.common()
    return [tuple(value(record, name, step, known, common) for record in each) for each in records]


def _old_classes(
    known: Known, records: Sequence[Sequence[Record]], files: Sequence[tuple[bool, ...]]
) -> list[Hashable]:
    waves = {wave for one in known.earlier for wave in one.choices.waves}
    kept = [[record for record in each if record.wave in waves] for each in records]
    columns = [_column(kept, name, step, known) for name, step in sorted(_before(known).items())]
    places = [tuple(record.wave for record in each) for each in kept]
    told = zip(files, places, *columns, strict=True)
    return [one if any(one[0]) else None for one in told]
