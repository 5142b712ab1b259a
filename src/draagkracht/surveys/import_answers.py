"""`draagkracht import answers`: answers that were gathered elsewhere become a closed wave.

One row is one respondent: a person without a name, with a key of their own, a sealed submission with its scores and a
line in the frozen roster. Everything is stored in one transaction, or nothing is.
"""

import argparse
import datetime
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.consent.vault import keys
from draagkracht.instruments.actions import compose, one_instrument, publish
from draagkracht.instruments.columns import match_columns, whole_number
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.exchange import Broken, fhir_responses
from draagkracht.instruments.tables import Fault, Table, read
from draagkracht.people.actions import audit
from draagkracht.people.models import Membership, Organisation, Person, Unit
from draagkracht.people.queries import unit_paths
from draagkracht.ui.refusal import Refusal

from .actions import store_complete
from .models import Campaign, RosterEntry, Wave

MOST_FAULTS = 20


@dataclass
class Respondent:
    """One row: where this person belongs (department may be empty), and answers by question code."""

    unit: str
    department: str
    answers: dict[str, int | None] = field(default_factory=dict)


def main(argv: list[str]) -> int:
    """The command line; returns 0. Raises Refusal, then nothing is stored."""
    options = _options(argv)
    instruments = [one_instrument(name, options.catalogue) for name in dict.fromkeys(options.instrument)]
    rows = respondents(_table(options.file), instruments, options.unit, options.department)
    wave = import_wave(options.organisation, options.name or "", options.wave, instruments, rows, options.catalogue)
    units = len({row.unit for row in rows})
    sys.stdout.write(
        _("%(count)s respondents in %(units)s units: wave “%(wave)s” is closed and can be released.")
        % {"count": len(rows), "units": units, "wave": wave.name}
        + "\n"
    )
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="draagkracht import answers")
    parser.add_argument("file", type=Path)
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--name", help=_("name of the organisation when it is new"))
    parser.add_argument("--wave", required=True, metavar="NAME")
    parser.add_argument("--instrument", required=True, action="append", metavar="ID")
    parser.add_argument("--unit", required=True, metavar="COLUMN")
    parser.add_argument("--department", metavar="COLUMN")
    parser.add_argument("--catalogue", action="append", default=[], metavar="DIR")
    return parser.parse_args(argv)


def _table(path: Path) -> Table:
    try:
        data = path.read_bytes()
        return fhir_responses.table(data) if fhir_responses.is_json(data, path.name) else read(data, path.name)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    except Broken as error:
        lines = [f"{path}, {note.place.told(_)}: {note.told(_)}" for note in error.notes]
        raise Refusal("\n".join(lines)) from error
    except Fault as fault:
        raise Refusal(f"{path}: {fault.told(_)}") from fault


def respondents(table: Table, instruments: list[Instrument], unit: str, department: str | None) -> list[Respondent]:
    """The rows of a table, read. Raises Refusal that lists the bad cells by row and column."""
    places = [_column(table, unit), _column(table, department) if department else None]
    columns = {}
    for instrument in instruments:
        try:
            found = match_columns(instrument, table.header).columns
        except Fault as fault:
            raise Refusal(fault.told(_)) from fault
        columns[instrument.id] = (instrument, found)
    faults: list[str] = []
    rows = [_respondent(table, number, cells, places, columns, faults) for number, cells in table.rows]
    if faults:
        more = [_("… and %(count)s more") % {"count": len(faults) - MOST_FAULTS}] if len(faults) > MOST_FAULTS else []
        raise Refusal("\n".join([_("Nothing was stored. These cells are wrong:"), *faults[:MOST_FAULTS], *more]))
    if not rows:
        raise Refusal(_("The file holds no respondents."))
    return rows


def _column(table: Table, name: str) -> int:
    if name not in table.header:
        raise Refusal(
            _("There is no column “%(name)s”. The file has: %(names)s.")
            % {"name": name, "names": ", ".join(filter(None, table.header))}
        )
    return table.header.index(name)


def _respondent(table, number, cells, places, columns, faults) -> Respondent:
    unit = cells[places[0]].strip()
    if not unit:
        faults.append(
            _("row %(row)s, column %(column)s: the unit is missing")
            % {"row": number, "column": table.header[places[0]]}
        )
    row = Respondent(unit, cells[places[1]].strip() if places[1] is not None else "")
    for name, (instrument, found) in columns.items():
        for code, index in found.items():
            low, high = instrument.key.ranges[code]
            try:
                row.answers[f"{name}.{code}"] = whole_number(cells[index], low, high)
            except ValueError:
                faults.append(
                    _("row %(row)s, column %(column)s: “%(value)s” is not a whole number from %(low)s to %(high)s")
                    % {
                        "row": number,
                        "column": table.header[index],
                        "value": cells[index][:40],
                        "low": low,
                        "high": high,
                    }
                )
    return row


@transaction.atomic
def import_wave(
    slug: str, name: str, wave_name: str, instruments: list[Instrument], rows: list[Respondent], folders=()
) -> Wave:
    """Stores everything, or raises Refusal: 409 when the wave exists."""
    organisation = _organisation(slug, name)
    with scope(organisation=organisation):
        if Wave.objects.filter(name=wave_name).exists():
            raise Refusal(_("There is already a wave “%(name)s”.") % {"name": wave_name}, 409)
        units = _units(organisation, rows)
        wave = _wave(organisation, wave_name, instruments, folders)
        persons = _persons(organisation, rows, units)
        day = timezone.localdate()
        store_complete(wave, [(person, row.answers, day) for person, row in zip(persons, rows, strict=True)])
        _roster(wave, persons, [units[row.unit].pk for row in rows])
        audit(organisation, None, "answers.imported", wave=wave.pk, respondents=len(rows))
    return wave


def _organisation(slug: str, name: str) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found:
        return found
    if slug != slugify(slug):
        raise Refusal(
            _("“%(slug)s” can not name an organisation: use lower case letters, digits and hyphens.") % {"slug": slug}
        )
    organisation = Organisation.objects.create(slug=slug, name=name or slug)
    with scope(organisation=organisation):
        Unit.objects.create(organisation=organisation, code=slug, name=organisation.name)
    return organisation


def _units(organisation: Organisation, rows: list[Respondent]) -> dict[str, Unit]:
    """Units by code; missing ones are made below their department, else below the organisation."""
    known = {unit.code: unit for unit in Unit.objects.all()}
    root = next(unit for unit in known.values() if unit.parent_id is None)
    above: dict[str, str] = {}
    for row in rows:
        if above.setdefault(row.unit, row.department) != row.department:
            raise Refusal(_("Unit “%(unit)s” stands in two departments.") % {"unit": row.unit})
    for code in dict.fromkeys(filter(None, above.values())):
        known.setdefault(code, Unit(organisation=organisation, parent=root, code=code, name=code))
    for unit in known.values():
        if unit.pk is None:
            unit.save()
    for code, department in above.items():
        if code not in known:
            parent = known[department] if department else root
            known[code] = Unit.objects.create(organisation=organisation, parent=parent, code=code, name=code)
    return known


def _wave(organisation: Organisation, name: str, instruments: list[Instrument], folders) -> Wave:
    composed = compose({"nl": name, "en": name}, [one.id for one in instruments], [], folders=folders)
    version = publish(organisation, f"import-{uuid.uuid4().hex[:12]}", composed, by=None)
    brought_in = _("%(name)s (imported)") % {"name": name[:100]}
    campaign = Campaign.objects.create(organisation=organisation, name=brought_in, questionnaire=version.questionnaire)
    now = timezone.now()
    return Wave.objects.create(
        organisation=organisation,
        campaign=campaign,
        name=name,
        unit=Unit.objects.get(parent=None),
        version=version,
        opens_at=now - datetime.timedelta(seconds=1),
        closes_at=now,
        opened_at=now,
        closed_at=now,
    )


def _persons(organisation: Organisation, rows: list[Respondent], units: dict[str, Unit]) -> list[Person]:
    persons = Person.objects.bulk_create(
        [Person(organisation=organisation, key_id=uuid.uuid4()) for _row in rows], batch_size=500
    )
    keys.add_keys(person.key_id for person in persons if person.key_id)
    today = timezone.localdate()
    # The membership ends on the day of the import: these people are in no later wave, and are not staff.
    Membership.objects.bulk_create(
        [
            Membership(organisation=organisation, person=person, unit=units[row.unit], starts_on=today, ends_on=today)
            for person, row in zip(persons, rows, strict=True)
        ],
        batch_size=500,
    )
    return persons


def _roster(wave: Wave, persons: list[Person], unit_ids: list[int]) -> None:
    paths = unit_paths(wave.organisation)
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                organisation_id=wave.organisation_id,
                wave=wave,
                pseudonym=person.pseudonym,
                path=list(paths[unit]),
                invited=True,
                answered=True,
            )
            for person, unit in zip(persons, unit_ids, strict=True)
        ],
        batch_size=500,
    )
