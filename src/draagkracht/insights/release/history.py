"""Everything that was published of a measure before, by unit and by category: what a new release is compared with."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from draagkracht.insights.models import ReleasedBreakdown, ReleasedStructure
from draagkracht.insights.release.measures import Measured
from draagkracht.insights.release.rows import Atoms, atoms_of


def earlier(k: int, found: Collection[Measured]) -> list[Atoms]:
    """Who was counted where in every earlier tree with this k, or with one of these measures under another k.

    Oldest release first. Call inside the organisation's scope.
    """
    now = {measure.id for measure in found if measure.data["k"] == k}
    trees = []
    for tree, atoms in _trees():
        before = {measure["id"] for measure in tree.release.measures if measure["k"] == tree.k}
        if tree.k == k or now & before:
            trees.append(atoms)
    return trees


def _trees() -> Iterator[tuple[ReleasedStructure | ReleasedBreakdown, Atoms]]:
    found: list[tuple[ReleasedStructure | ReleasedBreakdown, Atoms]] = [
        *((one, atoms_of(one)) for one in ReleasedStructure.objects.select_related("release").order_by("id")),
        *((one, categories_of(one)) for one in ReleasedBreakdown.objects.select_related("release").order_by("id")),
    ]
    yield from sorted(found, key=lambda tree: tree[0].release.pk)


def categories_of(stored: ReleasedBreakdown) -> Atoms:
    """The partition of an earlier breakdown, as `plan` and `plan_breakdown` take it."""
    return {
        ("all", str(number)): [uuid.UUID(person) for person in people] for number, people in enumerate(stored.atoms)
    }
