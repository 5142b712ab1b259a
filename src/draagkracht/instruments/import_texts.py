"""`draagkracht import texts FILE --organisation SLUG --instrument ID --language nl [--permission LETTER]`."""

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.instruments.actions import import_texts
from draagkracht.instruments.licences import attest
from draagkracht.instruments.models import InstrumentText
from draagkracht.people.models import Organisation
from draagkracht.ui.refusal import Refusal


def main(argv: Sequence[str]) -> int:
    """Imports the wording of one instrument in one language. Raises Refusal; a good import returns 0."""
    parser = argparse.ArgumentParser(prog="draagkracht import texts")
    parser.add_argument("file", type=Path, help=_("CSV or XLSX with the columns item and text"))
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--instrument", required=True, metavar="ID")
    parser.add_argument("--language", default="nl")
    parser.add_argument("--source", default="", help=_("where the text comes from, such as the letter of permission"))
    parser.add_argument("--not-validated", action="store_true", help=_("own wording, not the validated text"))
    parser.add_argument(
        "--invented", action="store_true", help=_("a made-up example with nothing of the protected text in it")
    )
    parser.add_argument("--permission", type=Path, metavar="LETTER", help=_("the letter that allows its use"))
    parser.add_argument("--valid-until", type=_day, metavar="YYYY-MM-DD", help=_("the last day of the permission"))
    options = parser.parse_args(list(argv))
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        raise Refusal(_("There is no organisation %(slug)s.") % {"slug": options.organisation})
    data = _read(options.file)
    letter = _read(options.permission) if options.permission else b""
    # Both or neither: a letter for texts that were refused would stand there without a reason.
    with scope(organisation=organisation), transaction.atomic():
        if options.permission:
            _attest(organisation, options, letter)
        row = _import(organisation, options, data)
    sentence = (
        _("Imported %(count)s questions of %(id)s (%(language)s).")
        if row.validated
        else _("Imported %(count)s questions of %(id)s (%(language)s), marked as not the validated text.")
    )
    values = {"count": len(row.texts["items"]), "id": row.instrument, "language": row.language}
    sys.stdout.write(f"{sentence % values}\n")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _attest(organisation: Organisation, options: argparse.Namespace, letter: bytes) -> None:
    words = options.source or _("Letter given with the import of the wording.")
    attest(
        organisation,
        options.instrument,
        letter,
        options.permission.name,
        statement=words,
        valid_until=options.valid_until,
        by=None,
    )


def _import(organisation: Organisation, options: argparse.Namespace, data: bytes) -> InstrumentText:
    return import_texts(
        organisation,
        options.instrument,
        options.language,
        data,
        options.file.name,
        validated=not options.not_validated,
        invented=options.invented,
        by=None,
        source_note=options.source,
    )
