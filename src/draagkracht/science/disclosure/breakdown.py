"""A second way to look at one wave: by profession, by years in service. A tree of two levels beside the tree of units.

The same people answered, with the same answers, so everything that is published of the wave hangs together: who is in the
figure of a team and who in that of a profession is a system of sums. What is published of units and categories together
may isolate nobody, or at least k people. Sums over "this profession in that team" are never published at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from draagkracht.science.disclosure.past import drawn
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import (
    NO_DATA,
    PROTECTED,
    TOO_FEW,
    Member,
    Path,
    Person,
    Plan,
    UnitPlan,
    plan,
)


class Placed(NamedTuple):
    """One person of the frozen list: the category that it names ("" where it names none), answered or not."""

    person: Person
    category: str
    answered: bool


class Merged(NamedTuple):
    """How the categories of a year are shown: each of `alone` by itself, all of `together` as one, "other".

    It follows from the staff list, never from answers, and stays as it is until the year ends.
    """

    alone: tuple[str, ...]
    together: tuple[str, ...]


def merged(people: Iterable[Placed], k: int, before: Merged | None = None) -> Merged:
    """Which categories are shown together: those with fewer than 2k people on the list, and people without a category.

    Where all of these are too few for a figure, they are counted in the whole only, and no large category is lost for them.
    `before` is how it was done earlier in the year: categories keep their place, and new ones find theirs by the same rule.
    """
    sizes = Counter(one.category for one in people)
    known = {*before.alone, *before.together} if before else set()
    small = {name for name, size in sizes.items() if name not in known and (size < 2 * k or not name)}
    together = small | (set(before.together) & sizes.keys() if before else set())
    others = tuple(sorted(sizes.keys() - together))
    return Merged(others, tuple(sorted(together)))


def plan_breakdown(
    people: Sequence[Placed], policy: Policy, *, seed: Hashable,
    beside: Sequence[Mapping[Path, Collection[Person]]],
    earlier: Sequence[Mapping[Path, Collection[Person]]] = (),
    before: Merged | None = None,
) -> Plan:  # fmt: skip
    """Decide which categories may be shown beside the units of one wave. Sees no answer.

    `people` is the frozen list, each person once, in any order. `beside` are the `Plan.atoms` of all other trees of this
    wave: that of the units first, then breakdowns that were planned before this one. `earlier` are those of all trees of
    earlier waves. `before` is the `merged` of an earlier wave of this year. The result is a `Plan` whose units are the whole
    ("all",) and the categories ("all", name); categories together share one figure. Of the whole nothing is to be
    released here: its figure is that of the tree of units.

    Every category that is shown counts at least policy.k people. No sum or difference of the exact figures of this tree and
    any one of `beside` isolates 1 to policy.k - 1 people; with any one of `earlier` none isolates fewer than policy.d;
    and no weighted sum of all of them isolates one or two, unless those do so without this tree.

    A list on which only one figure would be left has none: it would be the whole. Raises ValueError for somebody who is
    listed twice.
    """
    shown = merged(people, policy.k, before)
    rules = _Rules(policy, str(seed), beside, earlier)
    best = _planned(people, shown, rules, frozenset())
    hidden: set[str] = set()
    while True:
        lost = [figure for figure in _figures(shown) if _reason(best, figure) == PROTECTED and not hidden & set(figure)]
        if not lost:
            break
        hidden.update(min(lost, key=lambda figure: (sum(one.category in figure for one in people), figure)))
        other = _planned(people, shown, rules, frozenset(hidden))
        if _counted(other) > _counted(best):
            best = other
    made = _told(best, people, shown)
    return made if sum(_reason(made, figure) is None for figure in _figures(shown)) > 1 else nothing(made)


class _Rules(NamedTuple):
    policy: Policy
    seed: str
    beside: Sequence[Mapping[Path, Collection[Person]]]
    earlier: Sequence[Mapping[Path, Collection[Person]]]


def _figures(shown: Merged) -> list[tuple[str, ...]]:
    return [*((name,) for name in shown.alone), *([shown.together] if shown.together else [])]


def _planned(people: Sequence[Placed], shown: Merged, rules: _Rules, hidden: frozenset[str]) -> Plan:
    """A plan in which the `hidden` categories, and k people of the largest other one beside them, count in the whole only.

    A category that is only withheld could be computed: the whole less all others. With k others it can not.
    """
    policy, seed, beside, earlier = rules
    open_to = [one for one in people if one.answered and one.category not in hidden]
    sizes = Counter(one.category for one in open_to)
    largest = max(sizes, key=lambda name: (sizes[name], name), default=None) if hidden else None
    lots = sorted((one.person for one in open_to if one.category == largest), key=lambda one: drawn(seed, one))
    blurring = set(lots[: policy.k]) if hidden else set()
    members = [
        Member(one.person, ("all",) if one.category in hidden or one.person in blurring else ("all", one.category),
               one.answered)
        for one in people
    ]  # fmt: skip
    group = [("all", name) for name in shown.together if name not in hidden]
    groups = [group] if len(group) > 1 else []
    return plan(members, policy, seed=seed, groups=groups, new_groups=False, earlier=earlier, beside=beside)


def _reason(made: Plan, figure: tuple[str, ...]) -> str | None:
    unit = made.units.get(("all", figure[0]))
    return unit.reason if unit else PROTECTED


def _counted(made: Plan) -> int:
    """People whom a category counts."""
    return sum(len(people) for path, people in made.atoms.items() if len(path) == 2)


def _told(made: Plan, people: Sequence[Placed], shown: Merged) -> Plan:
    """The plan with every category of the list, those of hidden ones and of people who were moved included."""
    invited, answered = Counter(one.category for one in people), Counter(one.category for one in people if one.answered)
    category = {one.person: one.category for one in people}
    counted = Counter(category[one] for path, own in made.atoms.items() if len(path) == 2 for one in own)
    units: dict[Path, UnitPlan] = {path: unit for path, unit in made.units.items() if len(path) == 1}
    for figure in _figures(shown):
        reason = _reason(made, figure)
        if reason == PROTECTED and not any(answered[name] for name in figure):
            reason = NO_DATA
        for name in figure:
            path: Path = ("all", name)
            planned = made.units.get(path)
            held = answered[name] - counted[name] if reason is None else 0
            units[path] = UnitPlan(
                path, planned.n if planned and reason is None else 0, invited[name], answered[name], reason,
                planned.grouped_with if planned else (), held, planned.atoms if planned and reason is None else (),
            )  # fmt: skip
    whole = frozenset(one for path, own in made.atoms.items() if len(path) == 1 for one in own)
    return Plan(dict(sorted(units.items())), made.atoms, whole | made.held_back, made.groups)


def nothing(made: Plan) -> Plan:
    """The same list with no figure at all."""
    units = {
        path: UnitPlan(path, 0, unit.invited, unit.answered, unit.reason or TOO_FEW, (), 0, ())
        for path, unit in made.units.items()
    }
    return Plan(units, {}, frozenset(), made.groups)
