"""`draagkracht import staff FILE --organisation SLUG`: the same reading, checks and counts as the pages."""

import argparse
import hashlib
import sys
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.ui.refusal import Refusal

from . import staff_file
from .actions.staff_import import carry_out, lock, plan_of
from .models import Organisation
from .staff_columns import FIELDS, guess
from .staff_plan import Plan

SHOWN = 50


def main(argv: list[str]) -> int:
    """Imports a staff file; 0 when stored (or with --dry-run: could be), 2 with nothing stored. Raises Refusal."""
    options = _options(argv)
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        raise Refusal(_("There is no organisation “%(slug)s”.") % {"slug": options.organisation}, 404)
    data = _read(Path(options.file))
    sheet = staff_file.read(data)
    columns = {**guess(sheet.header), **_chosen(options.map, sheet.header)}
    columns = {field: number for field, number in columns.items() if number >= 0}
    with scope(organisation=organisation), transaction.atomic():
        lock(organisation)
        plan = plan_of(sheet, columns, options.complete)
        _print(plan)
        if plan.faults:
            return 2
        if not options.dry_run:
            digest = hashlib.sha256(data).hexdigest()
            carry_out(organisation, None, plan, Path(options.file).name, digest, options.accept_leaves)
    sys.stdout.write((_("Nothing stored: dry run.") if options.dry_run else _("Stored.")) + "\n")
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="draagkracht import staff", epilog=f"fields: {', '.join(FIELDS)}")
    parser.add_argument("file", metavar="FILE", help="CSV or XLSX")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--dry-run", action="store_true", help="show what would change and store nothing")
    parser.add_argument(
        "--map",
        nargs="+",
        default=[],
        metavar="COLUMN=FIELD",
        help="heading of a column and its field; COLUMN= for none",
    )
    parser.add_argument("--complete", action="store_true", help="the file holds everybody: who is not in it leaves")
    parser.add_argument("--accept-leaves", action="store_true", help="also when many people would leave")
    return parser.parse_args(argv)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(_("The file %(name)s cannot be read.") % {"name": path.name}, 404) from error


def _chosen(pairs: list[str], header: tuple[str, ...]) -> dict[str, int]:
    """Field -> column as told on the command line; -1 takes back a guess."""
    chosen: dict[str, int] = {}
    headings = {heading.casefold(): number for number, heading in reversed(list(enumerate(header)))}
    for pair in pairs:
        heading, _equals, field = pair.rpartition("=")
        number = headings.get(heading.casefold())
        if number is None:
            raise Refusal(_("The file has no column “%(column)s”.") % {"column": heading})
        if field and field not in FIELDS:
            raise Refusal(_("There is no field “%(field)s”.") % {"field": field})
        if field:
            chosen[field] = number
        else:
            chosen.update({name: -1 for name, guessed in guess(header).items() if guessed == number})
    return chosen


def _print(plan: Plan) -> None:
    counts = plan.counts
    lines = [
        (_("new"), counts["new"]),
        (_("changed"), counts["changed"]),
        (_("leaves"), counts["leaves"]),
        (_("addresses that wait for a yes"), counts["addresses"]),
        (_("unchanged"), counts["unchanged"]),
        (_("new units"), counts["units"]),
        (_("changed units"), counts["units_changed"]),
        (_("rows with mistakes"), counts["errors"]),
    ]
    for label, number in lines:
        sys.stdout.write(f"{label}: {number}\n")
    row = _("row")
    for fault in plan.faults[:SHOWN]:
        sys.stderr.write(f"{row} {fault.number}: {fault.reason}\n")
    if len(plan.faults) > SHOWN:
        sys.stderr.write(_("… and %(number)s more") % {"number": len(plan.faults) - SHOWN} + "\n")
