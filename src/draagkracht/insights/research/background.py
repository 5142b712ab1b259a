"""What others may know of the people in an export, from fine to coarse, as the check counts it. No Django."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from draagkracht.instruments.questions import Question
from draagkracht.science.anonymity import Attribute

from .asked import coarsened
from .choices import COARSE, GROUPED, OUT, PROFESSION, SENIORITY, UNIT, Choices, finest, steps
from .records import Record

OTHER = "\uffff"  # comes after every name of a profession
# Years since the first day, each class from its number upwards.
FIVE_CLASSES, TWO_CLASSES = (0, 2, 5, 10, 20), (0, 5)


@dataclass(frozen=True)
class Earlier:
    """A file that left before, for the same study or to the same researcher."""

    choices: Choices
    people: frozenset[int]


@dataclass(frozen=True)
class Known:
    """Records by person, in the order of the waves, and everything needed to read their background at any step.

    `questions`: own questions by code; `earlier`: files whose content the researcher has already.
    """

    records: Sequence[Record]
    questions: Mapping[str, Question]
    depth: int
    earlier: Sequence[Earlier]
    k: int

    def ladder(self, name: str) -> tuple[str, ...]:
        """Steps of one kind of background, fine to coarse."""
        return steps(name, self.depth, self.questions.get(name))

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
    return None if answer is None else coarsened(known.questions[name], answer, step)


def seniority(years: float | None, step: str) -> int | None:
    """The first year of the class."""
    bounds = TWO_CLASSES if step == COARSE else FIVE_CLASSES
    return None if years is None else max(bound for bound in bounds if bound <= years)


@dataclass(frozen=True)
class Table:
    """The check's view: people in order, fixed columns and the attributes that can be made coarser, each with the steps
    that its levels stand for (OUT: left out)."""

    people: list[int]
    attributes: list[Attribute]
    steps: list[tuple[str, ...]]


def table(known: Known, choices: Choices) -> Table:
    """Everybody who is in a chosen wave, with all that the researcher would know after this file and the earlier ones."""
    waves = set(choices.waves).union(*(one.choices.waves for one in known.earlier))
    by_person: dict[int, list[Record]] = defaultdict(list)
    for record in known.records:
        if record.wave in waves:
            by_person[record.person].append(record)
    chosen = set(choices.waves)
    kept = {who: rows for who, rows in by_person.items() if any(record.wave in chosen for record in rows)}
    people = sorted(kept)
    rows = [kept[person] for person in people]
    fixed = [
        Attribute("waves", ([tuple(record.wave for record in records) for records in rows],)),
        Attribute("earlier", ([tuple(who in one.people for one in known.earlier) for who in people],)),
        Attribute("routes", ([tuple(record.routes for record in records) for records in rows],)),
    ]
    before = finest([one.choices.background for one in known.earlier], {n: known.ladder(n) for n in _names(known)})
    now = finest([before, choices.background], {n: known.ladder(n) for n in [*_names(known), *choices.background]})
    common, found = known.common(), list(fixed)
    told: list[tuple[str, ...]] = [("",)] * len(fixed)
    for name, step in sorted(now.items()):
        ladder = known.ladder(name)
        last = ladder.index(before[name]) + 1 if name in before else len(ladder)
        several = ladder[ladder.index(step) : last]
        levels = [
            [tuple(value(record, name, one, known, common) for record in records) for records in rows]
            for one in several
        ]
        if name not in before:
            levels, several = [*levels, [()] * len(people)], (*several, OUT)
        found.append(Attribute(name, tuple(levels)))
        told.append(several)
    return Table(people, found, told)


def _names(known: Known) -> set[str]:
    return {name for one in known.earlier for name in one.choices.background}
