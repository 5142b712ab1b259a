"""Writes a release as rows: all in one transaction, with its audit line and what each person can read about it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from draagkracht.consent.actions import log_access
from draagkracht.insights.models import (
    Release,
    ReleasedBreakdown,
    ReleasedCategory,
    ReleasedCell,
    ReleasedRelation,
    ReleasedStructure,
    ReleasedUnit,
)
from draagkracht.insights.release.breakdowns import Broken, structures
from draagkracht.people.actions import audit
from draagkracht.people.bulk import insert
from draagkracht.people.models import Account, Organisation, Person, Unit
from draagkracht.science.disclosure import Path, Plan, Policy, participation_band
from draagkracht.science.disclosure.coarsen import Cell
from draagkracht.ui.refusal import Refusal

SEPARATOR = " / "
Atoms: TypeAlias = dict[Path, list[uuid.UUID]]
BATCH = 1000


@dataclass(frozen=True)
class Made:
    """Everything that a release publishes, before it is written: plans by k, (unit, measure, cell) triples, and relations."""

    release: Release
    plans: Mapping[int, Plan]
    policies: Mapping[int, Policy]
    cells: list[tuple[Path, str, Cell]]
    root: Path
    relations: Sequence[ReleasedRelation] = ()
    broken: Sequence[Broken] = ()
    categories: Sequence[ReleasedCategory] = ()


def write(made: Made, by: Account | None) -> Release:
    """Stores a release. Raises Refusal (409) when another process released the same wave a moment ago."""
    try:
        with transaction.atomic():
            return _write(made, by)
    except IntegrityError as error:
        raise Refusal(_("This round was published already. What is published never changes."), 409) from error


def _write(made: Made, by: Account | None) -> Release:
    release, organisation = made.release, made.release.organisation
    release.policy = {str(k): asdict(policy) for k, policy in made.policies.items()}
    release.save()
    units = _units(made, organisation)
    ReleasedStructure.objects.bulk_create(
        ReleasedStructure(release=release, organisation=organisation, k=k, **structure(plan))
        for k, plan in made.plans.items()
    )
    ids = {path: unit.id for path, unit in units.items()}
    insert(
        ReleasedCell,
        ("release", "organisation", "unit", "measure", "statistic", "low", "value", "high", "n", "reason"),
        (
            (release.id, organisation.id, ids[path], measure, cell.statistic, *cell[1:5], cell.reason or "")
            for path, measure, cell in made.cells
        ),
    )
    ReleasedRelation.objects.bulk_create(made.relations)
    ReleasedBreakdown.objects.bulk_create(structures(release, organisation, made.broken))
    ReleasedCategory.objects.bulk_create(made.categories, batch_size=BATCH)
    counted = {person for plan in made.plans.values() for people in plan.atoms.values() for person in people}
    log_access(person_ids(counted), by, "", "release.counted")
    audit(
        organisation, by, "release.made",
        release=release.id, wave=release.wave_id, units=len(units), cells=len(made.cells), counted=len(counted),
    )  # fmt: skip
    return release


def structure(plan: Plan) -> dict:
    """Groups, atoms and details of a plan, as later waves and the privacy officer need them. No answer is in it."""
    return {
        "groups": [[list(path) for path in group] for group in plan.groups],
        "atoms": {named(path): [person.hex for person in people] for path, people in plan.atoms.items()},
        "units": {
            named(path): {
                "n": unit.n,
                "invited": unit.invited,
                "answered": unit.answered,
                "held_back": unit.held_back,
                "reason": unit.reason or "",
            }
            for path, unit in plan.units.items()
        },
    }


def atoms_of(stored: ReleasedStructure) -> Atoms:
    """The atoms of an earlier release as its plan had them."""
    return {
        tuple(path.split(SEPARATOR)): [uuid.UUID(person) for person in people] for path, people in stored.atoms.items()
    }


def named(path: Path) -> str:
    """A path as it is stored and shown: codes from the organisation down."""
    return SEPARATOR.join(path)


def person_ids(pseudonyms: Iterable) -> list[int]:
    wanted = set(pseudonyms)
    return [number for number, own in Person.objects.values_list("id", "pseudonym") if own in wanted]


def _units(made: Made, organisation: Organisation) -> dict[Path, ReleasedUnit]:
    """One row a unit, parents first, in the order in which people read a tree: by name, numbers as numbers."""
    known = {unit.code: unit for unit in Unit.objects.all()}
    paths = {made.root, *(path for plan in made.plans.values() for path in plan.units)}
    order = sorted(paths, key=lambda path: [(_natural(known[c].name if c in known else c), c) for c in path])
    position = {path: number for number, path in enumerate(order)}
    rows: dict[Path, ReleasedUnit] = {}
    for depth in range(max(map(len, paths))):
        level = [path for path in order if len(path) == depth + 1]
        made_rows = [_unit(made, organisation, known, path, position[path], rows) for path in level]
        rows.update(zip(level, ReleasedUnit.objects.bulk_create(made_rows, batch_size=BATCH), strict=True))
    return rows


def _unit(
    made: Made, organisation: Organisation, known: Mapping[str, Unit], path: Path, position: int,
    above: Mapping[Path, ReleasedUnit],
) -> ReleasedUnit:  # fmt: skip
    unit = known.get(path[-1])
    plans = {k: plan.units[path] for k, plan in made.plans.items() if path in plan.units}
    first = next(iter(plans.values()), None)
    low, high = (first and participation_band(first.invited, first.answered)) or (None, None)
    return ReleasedUnit(
        release=made.release,
        organisation=organisation,
        unit=unit,
        parent=above.get(path[:-1]),
        path=named(path),
        position=position,
        name=unit.name if unit else path[-1],
        depth=len(path) - 1,
        groups={
            str(k): [known[other[-1]].name if other[-1] in known else other[-1] for other in plan.grouped_with]
            for k, plan in plans.items()
            if plan.grouped_with
        },
        response_low=low,
        response_high=high,
    )


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", text.casefold())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
