"""A second way to look at one wave: by profession, by years in service. A tree of two levels beside the tree of units.

The same people answered, with the same answers, so everything that is published of the wave hangs together: who is in the
figure of a team and who in that of a profession is a system of sums. What is published of units and categories together
may isolate nobody, or at least k people. Sums over "this profession in that team" are never published at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import TOO_FEW, Member, Path, Person, Plan, UnitPlan, plan


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
    members = [Member(one.person, ("all", one.category), one.answered) for one in people]
    group = [("all", name) for name in shown.together]
    made = plan(
        members, policy, seed=seed, groups=[group] if len(group) > 1 else [], new_groups=False,
        earlier=earlier, beside=beside,
    )  # fmt: skip
    figures = {tuple(sorted((path, *unit.grouped_with))) for path, unit in made.units.items() if len(path) == 2}
    return made if len(figures) > 1 else nothing(made)


def nothing(made: Plan) -> Plan:
    """The same list with no figure at all."""
    units = {
        path: UnitPlan(path, 0, unit.invited, unit.answered, unit.reason or TOO_FEW, (), 0, ())
        for path, unit in made.units.items()
    }
    return Plan(units, {}, frozenset(), made.groups)
