"""Every published figure as plain rows: exactly what the shared pages can show, no more and no less."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from draagkracht.insights.models import Release, ReleasedCategory, ReleasedCell, ReleasedUnit
from draagkracht.insights.shared.relations import with_status

COLUMNS = (
    "wave", "unit path", "measure", "statistic", "low", "value", "high", "people took part", "reason", "status", "round about",
    "breakdown", "category",
)  # fmt: skip
Row = tuple[str, str, str, str, float | None, float | None, float | None, int | None, str, str, str, str, str]


def rows(only: Release | None = None) -> Iterator[Row]:
    """Rows of every release of the organisation (or of `only` one), oldest first; within one by unit, measure, statistic. Call in its scope.

    Participation is a row of its own with low and high in percent and no value; units with fewer than ten people
    invited have none. `status` is "settled" or "provisional": whether all that the figure rests on was read in its source
    ("unstudied": own questions whose quality nobody has tested). "people took part" is the
    frozen number of people that a figure counts, whether or not they skipped a question of it; it is empty where the figure is
    withheld. "round about" is the path of the unit that the round was about: rows of rounds about different units are not to
    be compared. Figures by profession, years in service, contract or shift follow those of the units: "breakdown" names which,
    "category" the value, or all values that share the figure, joined by " + "; "unit path" is that of the round. The share of people who said yes stands as a mean between 0 and 1.
    Last come the relations: "measure" is the theme (or "resources" ...), "statistic" which relation with what; the people of
    two rounds are told in fives.
    """
    found = Release.objects.filter(pk=only.pk) if only else Release.objects.all()
    for release in found.order_by("closed_on", "id").iterator():
        order = {measure["id"]: number for number, measure in enumerate(release.measures)}
        about = " / ".join(release.scope)
        status = {measure["id"]: status_of(measure) for measure in release.measures}
        cells: dict[int, list[ReleasedCell]] = {}
        for cell in ReleasedCell.objects.filter(release=release):
            cells.setdefault(cell.unit_id, []).append(cell)
        for unit in ReleasedUnit.objects.filter(release=release).order_by("position"):
            if unit.response_low is not None:
                yield (
                    release.wave_name, unit.path, "participation", "response",
                    unit.response_low, None, unit.response_high, None, "", "settled", about, "", "",
                )  # fmt: skip
            for cell in sorted(cells.get(unit.id, ()), key=lambda c: (order[c.measure], c.statistic)):
                yield (
                    release.wave_name, unit.path, cell.measure, cell.statistic,
                    cell.low, cell.value, cell.high, cell.n, cell.reason, status[cell.measure], about, "", "",
                )  # fmt: skip
        for one in ReleasedCategory.objects.filter(release=release).order_by("breakdown", "position", "id"):
            yield (
                release.wave_name, about, one.measure, "mean", one.low, one.value, one.high, one.n, one.reason,
                status[one.measure], about, one.breakdown, " + ".join(one.categories),
            )  # fmt: skip
        for row, doubt in with_status(release, status):
            link = f"{row.kind}: {row.statistic} with {row.target}"
            yield (
                release.wave_name, about, row.source, link, row.low, row.value, row.high, row.n, row.reason, doubt, about,
                "", "",
            )  # fmt: skip


def status_of(measure: Mapping[str, Any]) -> str:
    """How sure the questionnaire behind a measure is, in one word."""
    return "provisional" if measure["provisional"] else "unstudied" if measure.get("unstudied") else "settled"


def write(target: TextIO, only: Release | None = None) -> int:
    """Writes the rows as CSV with a header; returns how many. Text that a spreadsheet would run is made harmless."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows(only):
        writer.writerow([harmless(field) for field in row])
        count += 1
    return count


def harmless(field: object) -> object:
    """Text that begins like a formula gets an apostrophe before it; None becomes an empty field."""
    if isinstance(field, str) and field[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{field}"
    return "" if field is None else field
