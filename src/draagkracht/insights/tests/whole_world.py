"""A large organisation with everything that its pages can show: long names, many rounds, and every section there."""

from __future__ import annotations

import datetime

from django_scopes import scope

from draagkracht.figures.models import FigureCell, FigureImport, Moment
from draagkracht.figures.months import later
from draagkracht.insights.models import (
    Benchmark,
    Release,
    ReleasedCategory,
    ReleasedCell,
    ReleasedQuestion,
    ReleasedRelation,
    ReleasedText,
    ReleasedUnit,
)
from draagkracht.people.models import Membership, Organisation, Person, Unit

LONG = "Voorspelbaarheid van het rooster en zelf kunnen kiezen"
LAST = datetime.date(2026, 6, 1)
BANDS = ["groen: weinig last", "oranje: let op", "rood: veel last"]
PROFESSIONS = [
    "begeleider in de woonzorg", "verpleegkundige", "zorgkundige", "logistiek medewerker", "ergotherapeut",
    "kinesitherapeut", "maatschappelijk werker", "administratief medewerker", "teamcoach", "keukenmedewerker",
]  # fmt: skip


def role(number: int, measures: int) -> str:
    """A third demands, a third resources, and of what is left half strain and half engagement."""
    at = number * 3 // measures
    return ("demand", "resource", "strain" if number % 2 else "engagement")[at]


def measure(number: int, measures: int) -> dict:
    """One scale as a release describes it; every fourth has cut-offs."""
    banded = number % 4 == 0
    return {
        "id": f"long.scale_{number}", "title": {"nl": f"{LONG} {number}"}, "instrument": {"nl": "Lang"}, "low": 1, "high": 5,
        "favourable": "high" if role(number, measures) in ("resource", "engagement") else "low", "strain": False,
        "role": role(number, measures), "iglo": ["group"], "family": f"long.scale_{number}", "weights": {}, "total_of": [],
        "bands": {"nl": BANDS} if banded else {}, "starts": [1, 2, 3] if banded else [],
        "population": {"nl": "Werkenden in Vlaanderen, 2024"} if banded else {}, "labels": {"nl": ["nooit", "zelden", "soms", "vaak", "altijd"]},
        "provisional": False, "validated": True, "mdc": None, "k": 5, "wording": {"nl": "abc"},
    }  # fmt: skip


def made(units: int, measures: int = 12, rounds: int = 8) -> Organisation:
    """An organisation with that many units, each with a long name, as many published rounds, and every section there."""
    organisation = Organisation.objects.create(slug=f"o{units}", name="Groot", country="BE")
    with scope(organisation=organisation):
        root = Unit.objects.create(organisation=organisation, code="all", name="Groot")
        teams = Unit.objects.bulk_create(
            Unit(
                organisation=organisation,
                parent=root,
                code=f"t{n}",
                name=f"Leefgroep De Meidoorn op de tweede verdieping {n}",
            )
            for n in range(units)
        )
        told = [measure(n, measures) for n in range(measures)]
        releases = [_publish(organisation, root, teams, told, number) for number in range(rounds)]
        _own_figures(organisation, root, teams[0])
        for release in releases[:2]:
            _breakdowns(release, told)
            _relations(release, told)
        _texts(releases[0])
        Benchmark.objects.bulk_create(
            Benchmark(
                here=True, year=2026, measure=data["id"], low=1, high=5, mean=2.4, mean_low=2.3, mean_high=2.5, sd=0.8, n=2_500,
                organisations=12, wording={"nl": "abc"}, algorithm="test",
            )
            for data in told
            if not Benchmark.objects.filter(measure=data["id"]).exists()
        )  # fmt: skip
    return organisation


def _publish(organisation: Organisation, root: Unit, teams: list[Unit], measures: list[dict], number: int) -> Release:
    day = LAST - datetime.timedelta(days=91 * number)
    release = Release.objects.create(
        organisation=organisation, wave_id=number + 1, wave_name=f"R{number}", closed_on=day, scope=["all"], measures=measures, algorithm="test"
    )  # fmt: skip
    given = {"organisation": organisation, "release": release}
    top = ReleasedUnit.objects.create(path="all", position=0, name="Groot", depth=0, unit=root, **given)
    below = ReleasedUnit.objects.bulk_create(
        ReleasedUnit(path=f"all / {t.code}", position=at, name=t.name, depth=1, unit=t, parent=top, response_low=80, response_high=90, **given)
        for at, t in enumerate(teams, 1)
    )  # fmt: skip
    cells = []
    for at, unit in enumerate([top, *below]):
        for n, data in enumerate(measures):
            value = 1.5 + (at * 7 + n * 3) % 30 / 10
            told = (
                {"low": value - 0.1, "value": value, "high": value + 0.1, "n": 12}
                if at % 9
                else {"reason": "protected"}
            )
            told = {"low": 2.9, "value": 3.0, "high": 3.1, "n": 12 * len(teams)} if unit is top else told
            cells.append(ReleasedCell(unit=unit, measure=data["id"], statistic="mean", **told, **given))
    for data in measures:
        cells.append(
            ReleasedCell(
                unit=top, measure=data["id"], statistic="spread", low=0.75, value=0.75, high=0.75, n=12, **given
            )
        )
        cells += [
            ReleasedCell(unit=top, measure=data["id"], statistic=f"band-{n}", low=4 * n, value=4 * n, high=4 * n, n=24, **given)
            for n in range(1, len(data["starts"]) + 1)
        ]  # fmt: skip
    ReleasedCell.objects.bulk_create(cells, batch_size=2000)
    return release


def _own_figures(organisation: Organisation, root: Unit, team: Unit) -> None:
    """Four years of months of the whole and of one team, and what happened in them."""
    people = Person.objects.bulk_create(Person(organisation=organisation) for _ in range(40))
    Membership.objects.bulk_create(
        Membership(organisation=organisation, person=person, unit=team, starts_on=datetime.date(2020, 1, 1))
        for person in people
    )
    brought = FigureImport.objects.create(organisation=organisation, file_name="verzuim.csv")
    FigureCell.objects.bulk_create(
        FigureCell(organisation=organisation, figure_import=brought, unit=unit, key=key, month=later(LAST, -at), amount=6 + at % 5)
        for unit in (root, team)
        for key in ("absence-rate.rate", "absence-rate.short", "turnover.rate", "incidents.count")
        for at in range(48)
    )  # fmt: skip
    Moment.objects.bulk_create(
        Moment(organisation=organisation, title=f"Nieuw rooster in de woonzorg {at}", kind="roster", starts_on=later(LAST, -2 * at))
        for at in range(10)
    )  # fmt: skip


def _breakdowns(release: Release, measures: list[dict]) -> None:
    """Every breakdown, the longest with ten groups."""
    kinds = {
        "profession": PROFESSIONS, "seniority": ["0-1", "2-5", "6-10", "11+"], "contract": ["permanent", "temporary"],
        "shift": ["day", "night", "rotating", "irregular"],
    }  # fmt: skip
    ReleasedCategory.objects.bulk_create(
        ReleasedCategory(
            organisation=release.organisation, release=release, breakdown=kind, position=at, categories=[name],
            measure=data["id"], low=2.4 + at / 10, value=2.5 + at / 10, high=2.6 + at / 10, n=30,
        )
        for kind, names in kinds.items()
        for at, name in enumerate(names)
        for data in measures
    )  # fmt: skip


def _relations(release: Release, measures: list[dict]) -> None:
    given = {
        "organisation": release.organisation,
        "release": release,
        "value": 0.31,
        "low": 0.22,
        "high": 0.4,
        "n": 800,
    }
    asked = [data["id"] for data in measures if data["role"] in ("demand", "resource")]
    sides = (("gain", "resources", "engagement"), ("loss", "demands", "strain"))
    paths = [(kind, *pair) for kind, one, two in sides for pair in ((one, two), (two, one))]
    ReleasedRelation.objects.bulk_create(
        [
            ReleasedRelation(
                kind="impact", statistic=statistic, source=source, target=target, detail={"source": [source], "target": asked[:1], "rounds": []}, **given
            )
            for statistic in ("simple", "partial")
            for source in asked
            for target in ("strain", "engagement")
        ]
        + [
            ReleasedRelation(
                kind=kind, statistic="lagged", source=one, target=two, detail={"source": [], "target": [], "rounds": [["R1", "R0"]]}, **given
            )
            for kind, one, two in paths
        ]
    )  # fmt: skip


def _texts(release: Release) -> None:
    """Two questions in own words about the whole, with more texts than a page shows."""
    top = ReleasedUnit.objects.get(release=release, depth=0)
    given = {"organisation": release.organisation}
    for place in range(2):
        question = ReleasedQuestion.objects.create(
            unit=top, code=f"own.{place}", title={"nl": "Wat kan er beter?"}, place=place, n=300, **given
        )
        ReleasedText.objects.bulk_create(
            ReleasedText(question=question, place=at, text=f"{LONG}, ook in het weekend en tijdens de vakantie. {at}", **given)
            for at in range(60)
        )  # fmt: skip
