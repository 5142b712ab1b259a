"""`draagkracht import figures FILE --organisation SLUG`: the same reading, checks and counts as the pages."""

import argparse
import hashlib
import sys
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.people.models import Organisation
from draagkracht.ui import sheets
from draagkracht.ui.refusal import Refusal

from .actions.imports import carry_out, lock, plan_of
from .columns import COLUMNS, MONTHS, PLACES, guess, guess_figure
from .entries import Reading
from .kinds import fields
from .plan import Plan

SHOWN = 50


def main(argv: list[str]) -> int:
    """Imports a file; 0 when stored (or with --dry-run: could be), 2 with nothing stored. Raises Refusal."""
    options = _options(argv)
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        raise Refusal(_("There is no organisation “%(slug)s”.") % {"slug": options.organisation}, 404)
    path = Path(options.file)
    data = _read(path)
    sheet = sheets.read(data)
    with scope(organisation=organisation), transaction.atomic():
        lock(organisation)
        plan = plan_of(sheet, _reading(options, sheet.header, path.name))
        _print(plan)
        if plan.faults:
            return 2
        if not options.dry_run and not plan.empty:
            carry_out(organisation, None, plan, path.name, hashlib.sha256(data).hexdigest())
    said = _("Nothing stored: dry run.") if options.dry_run else _("Nothing to store.") if plan.empty else _("Stored.")
    sys.stdout.write(said + "\n")
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="draagkracht import figures", epilog=f"targets: {', '.join((*PLACES, *fields()))}"
    )
    parser.add_argument("file", metavar="FILE", help="CSV or XLSX")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--dry-run", action="store_true", help="show what would change and store nothing")
    parser.add_argument("--figure", choices=list(fields()), help="what stands in the columns, when each is a month")
    parser.add_argument(
        "--map",
        nargs="+",
        default=[],
        metavar="COLUMN=TARGET",
        help="heading of a column and what it is; COLUMN= for none",
    )
    return parser.parse_args(argv)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(_("The file %(name)s cannot be read.") % {"name": path.name}, 404) from error


def _reading(options: argparse.Namespace, header: tuple[str, ...], name: str) -> Reading:
    layout, columns = guess(header)
    chosen = _chosen(options.map, header)
    columns = {target: at for target, at in columns.items() if at not in chosen.values() and target not in chosen}
    columns |= {target: at for target, at in chosen.items() if target in PLACES or target in fields()}
    layout = COLUMNS if "month" in columns else layout
    figure = options.figure or (guess_figure(name) if layout == MONTHS and "figure" not in columns else "")
    return Reading(layout, columns, figure)


def _chosen(pairs: list[str], header: tuple[str, ...]) -> dict[str, int]:
    """Target -> column as told on the command line; a target that is no target takes back the guess of its column."""
    chosen: dict[str, int] = {}
    headings = {heading.casefold(): number for number, heading in reversed(list(enumerate(header)))}
    for pair in pairs:
        heading, _equals, target = pair.rpartition("=")
        number = headings.get(heading.casefold())
        if number is None:
            raise Refusal(_("The file has no column “%(column)s”.") % {"column": heading})
        if target and target not in PLACES and target not in fields():
            raise Refusal(_("There is no field “%(field)s”.") % {"field": target})
        chosen[target or f"none {number}"] = number
    return chosen


def _print(plan: Plan) -> None:
    labels = {
        "new": _("new"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "left": _("rows left out"),
        "errors": _("rows with mistakes"),
    }
    for name, number in plan.counts.items():
        sys.stdout.write(f"{labels[name]}: {number}\n")
    row = _("row")
    for remark in [*plan.faults[:SHOWN], *plan.left[:SHOWN]]:
        sys.stderr.write(f"{row} {remark.row}: {remark.reason}\n")
    more = max(0, len(plan.faults) - SHOWN) + max(0, len(plan.left) - SHOWN)
    if more:
        sys.stderr.write(_("… and %(number)s more") % {"number": more} + "\n")
