"""Figures by profession, years in service, contract or shift: planned beside the units of the same wave, from the frozen list."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from draagkracht.insights.models import Release, ReleasedBreakdown, ReleasedCategory
from draagkracht.insights.release.figures import Table, means_of
from draagkracht.insights.release.measures import Measured
from draagkracht.people.models import Organisation
from draagkracht.people.work import SENIORITY
from draagkracht.science.disclosure import Merged, Path, Placed, Plan, Policy, merged, plan_breakdown
from draagkracht.science.disclosure.breakdown import nothing
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import roster, roster_groups

Atoms: TypeAlias = Mapping[Path, Sequence[uuid.UUID]]


@dataclass(frozen=True)
class Broken:
    """One breakdown under one k: how categories are shown, their plan, and how the staff list writes each category."""

    breakdown: str
    k: int
    shown: Merged
    plan: Plan
    names: Mapping[str, str]

    def figures(self) -> list[tuple[str, ...]]:
        """The keys of the categories of each figure, by name; years in service in order of years; what is together last."""
        order = list(SENIORITY) if self.breakdown == "seniority" else []
        alone = sorted(self.shown.alone, key=lambda key: (order.index(key) if key in order else 0, key))
        figures: list[tuple[str, ...]] = [(key,) for key in alone]
        together = sorted(self.shown.together, key=lambda key: (not key, key))
        return [*figures, tuple(together)] if together else figures


def planned(
    wave: Wave, plans: Mapping[int, Plan], policies: Mapping[int, Policy], earlier: Mapping[int, Sequence[Atoms]],
    scope: Sequence[str],
) -> list[Broken]:  # fmt: skip
    """Plans every breakdown that the wave chose before it opened, one after the other, beside its final plans of units.

    `earlier` are, by k, the atoms of all trees of all earlier releases that count. Sees no answer. Where the whole has no
    figure, no category has one.
    """
    groups = roster_groups(wave)
    listed = [(person, answered) for person, _, invited, answered in roster(wave) if invited or answered]
    found: list[Broken] = []
    for name in wave.breakdowns:
        names = _names(groups[person].get(name, "") for person, _ in listed)
        people = [Placed(person, groups[person].get(name, "").casefold(), answered) for person, answered in listed]
        for k, units in sorted(plans.items()):
            before = _before(wave, name, k, scope)
            beside = [units.atoms, *(one.plan.atoms for one in found if one.k == k)]
            made = plan_breakdown(
                people, policies[k], seed=f"{wave.organisation.slug} {k} {name}", beside=beside,
                earlier=earlier[k], before=before,
            )  # fmt: skip
            whole = next(iter(units.units.values()), None)
            made = made if whole is not None and whole.reason is None else nothing(made)
            found.append(Broken(name, k, merged(people, k, before), made, names))
    return found


def _names(values: Iterable[str]) -> dict[str, str]:
    """How most people of the list have it written, by what is the same but for capitals."""
    counts = Counter(values)
    return {value.casefold(): value for value in sorted(counts, key=lambda value: (counts[value], value))}


def _before(wave: Wave, breakdown: str, k: int, scope: Sequence[str]) -> Merged | None:
    """How earlier rounds of this year, about the same unit, put categories together; None when there were none."""
    year = timezone.localdate(wave.closed_at).year
    rows = ReleasedBreakdown.objects.filter(breakdown=breakdown, k=k, release__closed_on__year=year)
    same = [row for row in rows.select_related("release").defer("atoms") if row.release.scope == list(scope)]
    if not same:
        return None
    together = {key for row in same for key in row.together}
    return Merged(tuple(sorted({key for row in same for key in row.alone} - together)), tuple(sorted(together)))


def structures(release: Release, organisation: Organisation, broken: Sequence[Broken]) -> list[ReleasedBreakdown]:
    """The rows that later waves are compared with."""
    return [
        ReleasedBreakdown(
            release=release, organisation=organisation, breakdown=one.breakdown, k=one.k,
            alone=list(one.shown.alone), together=list(one.shown.together),
            details=[_detail(one, figure) for figure in one.figures()],
            atoms=[[person.hex for person in people] for path, people in _ordered(one.plan)],
        )
        for one in broken
    ]  # fmt: skip


def _ordered(plan: Plan) -> list[tuple[Path, Sequence[uuid.UUID]]]:
    """Categories first, those whom only the whole counts last."""
    return sorted(plan.atoms.items(), key=lambda atom: (len(atom[0]) < 2, atom[0]))


def _detail(one: Broken, figure: tuple[str, ...]) -> dict:
    units = [one.plan.units["all", key] for key in figure if ("all", key) in one.plan.units]
    first = units[0] if units else None
    return {
        "categories": [one.names.get(key, key) for key in figure],
        "n": first.n if first else 0,
        "invited": sum(unit.invited for unit in units),
        "answered": sum(unit.answered for unit in units),
        "held_back": sum(unit.held_back for unit in units),
        "reason": (first.reason or "") if first else "no-data",
    }


def cells(
    release: Release, organisation: Organisation, broken: Sequence[Broken], policies: Mapping[int, Policy],
    found: Sequence[Measured], table: Table,
) -> list[ReleasedCategory]:  # fmt: skip
    """The means of every category, by the code that makes those of units; nothing of the whole, which has its figure."""
    rows = []
    for one in broken:
        measures = [measure for measure in found if measure.data["k"] == one.k]
        means = means_of(one.plan, policies[one.k], measures, table) if one.plan.units else {}
        for measure in measures:
            for position, figure in enumerate(one.figures()):
                cell = means.get(measure.id, {}).get(("all", figure[0]))
                rows.append(
                    ReleasedCategory(
                        release=release, organisation=organisation, breakdown=one.breakdown, position=position,
                        categories=[one.names.get(key, key) for key in figure], measure=measure.id,
                        low=cell.low if cell else None, value=cell.value if cell else None,
                        high=cell.high if cell else None, n=cell.n if cell else None,
                        reason=(cell.reason or "") if cell else "no-data",
                    )
                )  # fmt: skip
    return rows
