"""`draagkracht import texts FILE --organisation SLUG --instrument ID --language nl [--not-validated]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.instruments.actions import import_texts
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
    options = parser.parse_args(list(argv))
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        raise Refusal(_("There is no organisation %(slug)s.") % {"slug": options.organisation})
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise Refusal(f"{options.file}: {error.strerror}") from error
    with scope(organisation=organisation):
        row = import_texts(
            organisation,
            options.instrument,
            options.language,
            data,
            options.file.name,
            validated=not options.not_validated,
            by=None,
            source_note=options.source,
        )
    sentence = (
        _("Imported %(count)s questions of %(id)s (%(language)s).")
        if row.validated
        else _("Imported %(count)s questions of %(id)s (%(language)s), marked as not the validated text.")
    )
    values = {"count": len(row.texts["items"]), "id": row.instrument, "language": row.language}
    sys.stdout.write(f"{sentence % values}\n")
    return 0
