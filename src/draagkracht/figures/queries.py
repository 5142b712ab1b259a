"""Shared reads: what holds now, how many people a unit had, a series that may be shown, moments. Call inside a scope."""

import datetime
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from django.db.models import Max, Min, Q
from django.utils import timezone

from draagkracht.people.models import Membership, Organisation, StaffImport, Unit

from . import held
from .kinds import Kind, Way, fields, kinds
from .models import FigureCell, FigureImport, Moment
from .months import later, through
from .places import Place, Places

HALF_YEAR = 6


def places() -> Places:
    """The tree of units of the organisation in scope. One query."""
    rows = Unit.objects.values_list("id", "parent_id", "code", "name")
    return Places(Place(*row) for row in rows)


def current(kind: Kind | None = None) -> dict[tuple[int, str, datetime.date], float]:
    """(unit, key, month) -> the number of the newest import that was not undone. One query."""
    rows = FigureCell.objects.filter(figure_import__undone_at=None)
    if kind is not None:
        rows = rows.filter(key__startswith=f"{kind.id}.")
    ordered = rows.order_by("figure_import_id").values_list("unit_id", "key", "month", "amount")
    return {(unit, key, month): amount for unit, key, month, amount in ordered.iterator() if key in fields()}


def kinds_there(unit: int | None = None) -> list[Kind]:
    """The kinds of which the organisation, or this unit, has figures. One query."""
    rows = FigureCell.objects.filter(figure_import__undone_at=None)
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    there = {key.partition(".")[0] for key in rows.order_by().values_list("key", flat=True).distinct()}
    return [kind for kind in kinds() if kind.id in there]


def stamp() -> tuple[tuple, ...]:
    """What tells one state of own figures from the next: files, moments and staff lists that came or were taken back.

    An erasure moves no figure that day: the list of people is counted anew the next one. Four queries.
    """
    newest = Max("pk"), Max("undone_at")
    files, staff = (rows.objects.aggregate(at=newest[0], undone=newest[1]) for rows in (FigureImport, StaffImport))
    moments = Moment.objects.aggregate(at=Max("pk"), removed=Max("removed_at"))
    people = Membership.objects.aggregate(at=Max("pk"))
    return tuple(tuple(found.values()) for found in (files, staff, moments, people))


def list_begins() -> datetime.date | None:
    """The day of the first staff file. For months before it the list of that day counts: who left earlier is not on it."""
    first = StaffImport.objects.filter(undone_at=None).aggregate(first=Min("imported_at"))["first"]
    return timezone.localdate(first) if first else None


def people_of(
    tree: Places, months: Sequence[datetime.date], today: datetime.date
) -> dict[datetime.date, dict[int, int]]:
    """Month -> unit -> people on the staff list on its last day, units below included; `months` in order. Two queries."""
    begins = list_begins() or datetime.date.min
    days = [max(begins, min(today, later(month, 1) - datetime.timedelta(days=1))) for month in months]
    # What changes on the way from day to day, so that a person costs two look-ups whatever the number of months.
    steps: dict[int, list[int]] = {unit: [0] * (len(days) + 1) for unit in tree.by_id}
    rows = Membership.objects.filter(person__erased_at=None).values_list("unit_id", "starts_on", "ends_on")
    for unit, starts, ends in rows.iterator():
        first, last = bisect_left(days, starts), bisect_left(days, ends) if ends else len(days)
        if first < last:
            steps[unit][first] += 1
            steps[unit][last] -= 1
    own = {unit: list(accumulate(step)) for unit, step in steps.items()}
    total = {unit: list(counts) for unit, counts in own.items()}
    for unit, counts in own.items():
        at = tree.by_id[unit].parent
        while at is not None:
            total[at] = [one + two for one, two in zip(total[at], counts, strict=True)]
            at = tree.by_id[at].parent
    return {month: {unit: counts[at] for unit, counts in total.items()} for at, month in enumerate(months)}


@dataclass(frozen=True)
class Point:
    """One month (or half-year, by its first month) of a series. `withheld`: there is a figure, and it protects people."""

    month: datetime.date
    value: float | None = None
    withheld: bool = False
    people: int | None = None


@dataclass(frozen=True)
class Series:
    """A kind in one unit over time: every month from the first to the last; a month without a figure has neither value nor
    `withheld`. `way` says in which unit. `reasons` are (id of a field, how often) in the calendar year `year`, "" for those
    that are too few to be told apart, together. `covered`: of how many of its months a half-year has talks counted."""

    kind: Kind
    way: Way
    points: list[Point]
    reasons: list[tuple[str, int]]
    year: int | None = None
    covered: Mapping[datetime.date, int] = field(default_factory=dict)


def series(kind: Kind, unit: int, today: datetime.date, at_most: int = 36) -> Series | None:
    """The series of a kind in a unit, held back where too few people stand behind it; None without any figure. Four queries."""
    tree = places()
    cells = current(kind)
    amounts = _by_period(kind, cells, today)
    own = {month: known[unit] for month, known in amounts.items() if unit in known}
    if not own:
        return None
    step = HALF_YEAR if kind.half_years else 1
    months = through(min(own), max(own))[::step][-at_most:]
    way = kind.way_of([own[month] for month in months if month in own])
    heads = {} if kind.counted_by else people_of(tree, months, today)
    points = [_point(kind, way, unit, month, amounts.get(month, {}), heads.get(month, {}), tree) for month in months]
    year, reasons = _reasons_of(kind, own, today) if kind.reasons and unit == tree.root.id else (None, [])
    counted = {month for one, key, month in cells if one == unit and key == f"{kind.id}.{way.take}"}
    covered = Counter(_half_of(month) for month in counted) if kind.half_years else {}
    return Series(kind, way, points, reasons, year, covered)


def _half_of(month: datetime.date) -> datetime.date:
    """The first month of the half-year."""
    return month.replace(month=1 if month.month <= HALF_YEAR else HALF_YEAR + 1)


def _reasons_of(kind: Kind, own: Mapping[datetime.date, dict[str, float]], today: datetime.date):
    """The last calendar year that is over and had talks enough, with its reasons. Years do not overlap: nothing follows from
    the difference of two of them."""
    for year in sorted({month.year for month in own if month.year < today.year}, reverse=True):
        amounts: dict[str, float] = defaultdict(float)
        for month, known in own.items():
            if month.year == year:
                for name, amount in known.items():
                    amounts[name] += amount
        if amounts.get("count", 0) >= kind.people:
            return year, _reasons(kind, amounts)
    return None, []


def _by_period(kind: Kind, cells: dict, today: datetime.date) -> dict[datetime.date, dict[int, dict[str, float]]]:
    """Period -> unit -> field -> amount. A half-year is a sum of its months, and only once it is over: a figure that grew
    from month to month would tell what the last month added."""
    found: dict[datetime.date, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (unit, key, month), amount in cells.items():
        name = fields()[key][1].id
        if not kind.half_years:
            found[month][unit][name] = amount
            continue
        first = _half_of(month)
        if later(first, HALF_YEAR) <= today:
            found[first][unit][name] = found[first][unit].get(name, 0) + amount
    return found


def _point(kind: Kind, way: Way, unit: int, month: datetime.date, known: dict, heads: dict, tree: Places) -> Point:
    value = way.value(known.get(unit, {}))
    if value is None:
        return Point(month)
    # Whoever has any number of this kind counts as shown: what is not shown can only make the rest of a unit larger.
    having = list(known)
    counts = {one: _people(kind, known[one], heads.get(one, 0)) for one in having}
    parents = {one: _above(one, set(having), tree) for one in having}
    if unit not in held.shown(parents, counts, kind.people):
        return Point(month, withheld=True)
    return Point(month, value, people=counts[unit])


def _people(kind: Kind, amounts: dict[str, float], heads: int) -> int:
    return int(amounts.get(kind.counted_by, 0)) if kind.counted_by else heads


def _above(unit: int, having: set[int], tree: Places) -> int | None:
    at = tree.by_id[unit].parent
    while at is not None and at not in having:
        at = tree.by_id[at].parent
    return at


def _reasons(kind: Kind, amounts: Mapping[str, float]) -> list[tuple[str, int]]:
    """(id of a reason, how many), the most often named first; "" stands for all that are too few to stand alone, together.

    What is too few, zero included, goes together; when that is too few itself, the least often named one joins it.
    """
    known = {field.id: int(amounts[field.id]) for field in kind.reasons if field.id in amounts}
    alone = sorted((name for name, count in known.items() if count >= kind.people), key=lambda n: (-known[n], n))
    rest = sum(known.values()) - sum(known[name] for name in alone)
    untold = int(amounts.get("count", 0)) - sum(known.values()) if kind.one_reason else 0
    while alone and 0 < rest + max(0, untold) < kind.people:
        rest += known[alone.pop()]
    found = [(name, known[name]) for name in alone]
    return [*found, ("", rest)] if rest >= kind.people else found


def moments(unit: int | None = None) -> list[Moment]:
    """What is written in the calendar, oldest first; of a `unit` what was about it, about a unit above it or about everybody
    (of the organisation itself: everything). At most two queries."""
    rows = Moment.objects.filter(removed_at=None).select_related("unit").order_by("starts_on", "id")
    if unit is not None:
        tree, at, above = places(), unit, []
        while at is not None:
            above.append(at)
            at = tree.by_id[at].parent  # type: ignore[assignment]
        if above != [tree.root.id]:
            rows = rows.filter(Q(unit=None) | Q(unit__in=above))
    return list(rows)


def imports_of(organisation: Organisation) -> Sequence[FigureImport]:
    """The last twenty imports, newest first."""
    return FigureImport.objects.filter(organisation=organisation).order_by("-pk").select_related("imported_by")[:20]
