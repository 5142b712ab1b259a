"""The gate: before any answer is read, the attacker tries to break what is about to be published; what breaks is withheld.

Plain data in and out: no database, no settings, no clock. It is the one place that knows both the planner (`disclosure`) and
the attacker (`attack`), who share nothing. Answers and colleagues who tell are made up from the structure and fixed seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

from draagkracht.science import attack
from draagkracht.science.attack import Wave
from draagkracht.science.disclosure import Path, Person, Plan

SEPARATOR = " / "
# Drafts that are attacked with single units withheld, and then with everything near those who are found.
TRIES, WIDE = 6, 4
# Units that are tried for one person before all of them are withheld; and of how many every two.
CANDIDATES, PAIRED = 8, 5


@dataclass(frozen=True)
class Question:
    """One way in which a draft is read: what was published before of the same measure, and its cut-offs.

    `past` are the waves as the attacker reads them, also others of the same wave (a second breakdown). `edges` are the
    cut-offs as shares of the range, `least` is rho, `c` how many in each atom may tell. `hidden_sum` is c + the hidden share
    of the scale that is published, by default that of these edges; for a total it is that of its parts.
    """

    past: tuple[Wave, ...] = ()
    edges: tuple[float, ...] = ()
    least: float = 0.5
    c: int = 1
    hidden: float | None = None

    @property
    def hidden_sum(self) -> float:
        return self.c + attack.hidden_share(self.least, self.edges) if self.hidden is None else self.hidden


@dataclass(frozen=True)
class Outcome:
    """What the gate found, in numbers of people and names of units; no person is in it.

    answers   names of the made-up answers; insiders: how many in each atom were taken to tell theirs, at most
    questions ways in which the figures are read: by cut-offs and by what was published before
    least     the smallest share of the range that had to stay open for everybody
    people    how many people the attacker found in the first draft
    units     paths of the units that are withheld because of it
    tries     how many drafts were attacked
    past      people who are found through earlier releases alone: that can not be mended and stops nothing
    left      people who are still found; more than 0 only when not even withholding everything was of help
    """

    answers: tuple[str, ...] = ()
    insiders: int = 0
    questions: int = 0
    least: float = 0.5
    people: int = 0
    units: tuple[str, ...] = ()
    tries: int = 0
    past: int = 0
    left: int = 0

    def stored(self) -> dict[str, Any]:
        """As JSON, to be kept with the release."""
        return asdict(self) | {"answers": list(self.answers), "units": list(self.units)}


@dataclass(frozen=True)
class Case:
    """One set of made-up answers and all choices of insiders: who is found in a draft, and who without it (`before`)."""

    question: Question
    name: str
    answers: Mapping[Person, float]
    helpers: Mapping[str, Collection[Person]]
    people: frozenset[Person]
    before: frozenset[Person]


def gated(draft: Callable[[frozenset[Path]], Plan], questions: Sequence[Question]) -> tuple[Plan, Outcome]:
    """A plan that the attacker does not break, and what it took.

    `draft` makes the plan with the given units withheld (`plan(..., avoid=...)`); it is called again until nobody is
    found whom the past alone does not give away. For those who are found the cheapest unit is withheld that helps; if that
    does not end it, everything near them; at last everything but the organisation, and then that too. Ends after at most
    TRIES + WIDE + 3 drafts. The same input gives the same plan.
    """
    different = _different(questions)
    avoid: frozenset[Path] = frozenset()
    first = None
    for number in range(1, TRIES + WIDE + 4):
        made = draft(avoid)
        found = assaults(made, different)
        people: frozenset[Person] = frozenset().union(*(case.people for case in found))
        first = len(people) if first is None else first
        # A step that would withhold nothing more says nothing yet about the wider ones.
        steps = (number, max(number, TRIES + 1), TRIES + WIDE + 1) if people else ()
        more = next(filter(None, (withheld(made, found, step) - avoid for step in steps)), frozenset())
        if not more:
            break
        avoid |= more
    past: frozenset[Person] = frozenset().union(*(case.before for case in found))
    return made, Outcome(
        answers=tuple(dict.fromkeys(case.name for case in found)),
        insiders=max((one.c for one in different), default=0),
        questions=len(different),
        least=min((one.least for one in different), default=0.5),
        people=first or 0,
        units=tuple(sorted(map(SEPARATOR.join, avoid))),
        tries=number,
        past=len(past),
        left=len(people),
    )


def _different(questions: Iterable[Question]) -> list[Question]:
    """Measures that tell the same of everybody are one question; the waves of equal ones are the same objects."""
    found = {(tuple(map(id, one.past)), one.edges, one.least, one.c, one.hidden_sum): one for one in questions}
    return list(found.values())


def as_published(name: str, made: Plan, hidden_sum: float = 1.5) -> Wave:
    """A plan as its release stores it, and as the attacker reads that. Raises attack.Damaged if it contradicts itself."""
    return attack.wave(
        name,
        {SEPARATOR.join(path): people for path, people in made.atoms.items()},
        {SEPARATOR.join(path): {"n": unit.n, "reason": unit.reason or ""} for path, unit in made.units.items()},
        made.groups,
        hidden_sum,
    )


def assaults(made: Plan, questions: Sequence[Question], *, beside: bool = False) -> list[Case]:
    """Everything that is tried on one draft: a case for each set of made-up answers, with nobody in it if nobody is found.

    `beside`: the draft is a breakdown of a wave whose units are among the past.
    """
    now = replace(as_published("draft", made), beside=beside)
    # Answers and colleagues hang on who was counted when, not on cut-offs: they are made up once for each past.
    made_up: dict[tuple, tuple[dict, dict]] = {}
    cases = []
    for question in questions:
        history = [*question.past, replace(now, hidden_sum=question.hidden_sum)]
        key = (*map(id, question.past), question.c)
        if key not in made_up:
            made_up[key] = attack.usual(history), attack.choices(history, question.c)
        cases += _assault(question, history, *made_up[key])
    return cases


def _assault(
    question: Question, history: Sequence[Wave], every: Mapping[str, Mapping[Person, float]],
    helpers: Mapping[str, Collection[Person]],
) -> list[Case]:  # fmt: skip
    # All at once is quick, and nearly always the end of it.
    somebody = _found(question, history, every, helpers, None)
    cases = []
    for name, answers in every.items():
        people = _found(question, history, {name: answers}, helpers, somebody) if somebody else set()
        before = (
            _found(question, question.past, {name: answers}, helpers, people) if people and question.past else set()
        )
        cases.append(Case(question, name, answers, helpers, frozenset(people - before), frozenset(before)))
    return cases


def _found(
    question: Question, history: Sequence[Wave], answers: Mapping[str, Mapping[Person, float]],
    helpers: Mapping[str, Collection[Person]], only: Collection[Person] | None,
) -> set[Person]:  # fmt: skip
    return attack.attack(
        history, least=question.least, edges=question.edges, answers=answers, helpers=helpers, only=only, exact=False
    ).found


def withheld(made: Plan, found: Sequence[Case], number: int) -> frozenset[Path]:
    """Which units the next draft withholds: few at first, then all near those who are found, then nearly all."""
    if number > TRIES + WIDE:
        shown = [path for path, unit in made.units.items() if unit.reason is None]
        return frozenset([path for path in shown if len(path) > 1] or shown)
    chosen: set[Path] = set()
    for case in found:
        for person in sorted(case.people, key=str):
            near = _near(made, case.question.past, person)
            if chosen.isdisjoint(near[:1]):
                chosen.update(near if number > TRIES else _cheapest(made, case, person, near))
    return frozenset(chosen)


def _near(made: Plan, past: Sequence[Wave], person: Person) -> list[Path]:
    """The atoms of a draft that can tell about a person: the own one first, then those with most of earlier colleagues."""
    once = [set(people) for one in past for people in one.atoms.values() if person in people]
    colleagues: set[Person] = set().union(*once)
    shared = {path: len(colleagues.intersection(people)) for path, people in made.atoms.items()}
    own = [path for path, people in made.atoms.items() if person in people]
    others = [path for path in made.atoms if shared[path] and path not in own]
    return own + sorted(others, key=lambda path: (-shared[path], len(made.atoms[path]), path))


def _cheapest(made: Plan, case: Case, person: Person, near: Sequence[Path]) -> Sequence[Path]:
    """The unit, or two units, with fewest people counted, whose withholding protects the person in this case.

    If none is of help, all that were tried but the organisation: the next draft will tell.
    """
    question, tried = case.question, near[:CANDIDATES]
    options = [[path] for path in tried] + [list(two) for two in combinations(tried[:PAIRED], 2)]
    for paths in sorted(options, key=lambda paths: (sum(made.units[path].n for path in paths), paths)):
        history = [*question.past, Wave("draft", _joined(made, paths), {}, question.hidden_sum)]
        if person not in _found(question, history, {case.name: case.answers}, case.helpers, [person]):
            return paths
    return [path for path in tried if len(path) > 1] or tried


def _joined(made: Plan, paths: Collection[Path]) -> dict[str, tuple[Person, ...]]:
    """The atoms of a draft with some units withheld: their people are counted in the next unit above, or nowhere."""
    atoms: dict[str, tuple[Person, ...]] = {}
    for path, people in made.atoms.items():
        here = (path[:size] for size in range(len(path), 0, -1))
        owner = next((one for one in here if one not in paths and made.units[one].reason is None), None)
        if owner is not None:
            name = SEPARATOR.join(owner)
            atoms[name] = (*atoms.get(name, ()), *people)
    return atoms
