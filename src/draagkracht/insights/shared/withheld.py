"""What is not shown of a round, and why: units, and people who count only in a larger one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from draagkracht.insights.models import Reason, Release
from draagkracht.insights.shared import heat
from draagkracht.insights.shared.published import Figures, Measure


def withheld(figures: Figures, release: Release, measures: Sequence[Measure]) -> list[dict[str, Any]]:
    """By smallest group: how many units are not shown and why, and how many people count only in a unit above."""
    found = []
    for k in sorted({m.k for m in measures}):
        first = next(m for m in measures if m.k == k)
        states = [(unit, figures.mean(unit, first)) for unit in heat.below(figures, release)]
        why = Counter(cell.reason for _u, cell in states if cell and cell.reason)
        found.append(
            {
                "k": k,
                "measures": ", ".join(m.title for m in measures if m.k == k and not m.part_of),
                "units": len(states),
                "shown": sum(1 for _u, cell in states if cell and cell.value is not None),
                "reasons": [(count, Reason(reason).label) for reason, count in sorted(why.items())],
                "only_above": _only_above(figures, first, k),
            }
        )
    return found


def _only_above(figures: Figures, measure: Measure, k: int) -> int:
    """People counted in the whole, but in no figure of a unit without units below it."""
    parents = {unit.parent_id for unit in figures.units}
    root = figures.units[0]
    total = figures.mean(root, measure)
    spread = figures.cell(root, measure, "spread")
    everybody = (spread and spread.n) or (total and total.n) or 0
    groups = {}
    for unit in figures.units:
        cell = figures.cell(unit, measure)
        if unit.id not in parents and unit.depth and cell and cell.n:
            groups[(unit.parent_id, *sorted([unit.name, *unit.groups.get(str(k), [])]))] = cell.n
    return max(0, everybody - sum(groups.values()))
