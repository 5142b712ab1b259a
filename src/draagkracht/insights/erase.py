"""`draagkracht erase EMAIL`."""

import argparse
import sys

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.consent.vault.models import Erasure
from draagkracht.insights import rights
from draagkracht.people.models import Account


def main(argv: list[str]) -> int:
    """Erases everybody of an address after the administrator typed it twice (or gave --yes)."""
    parser = argparse.ArgumentParser(prog="draagkracht erase")
    parser.add_argument("email")
    parser.add_argument("--organisation", default="", metavar="SLUG", help="only in this organisation")
    parser.add_argument("--yes", action="store_true", help="do not ask again")
    options = parser.parse_args(argv)
    if not options.yes and sys.stdin.isatty() and not _confirmed(options.email):
        sys.stdout.write(_("Nothing was erased.") + "\n")
        return 1
    count = rights.erase_all(options.email, options.organisation)
    sys.stdout.write(ngettext("%d person erased.", "%d persons erased.", count) % count + "\n")
    if Account.objects.filter(email__iexact=options.email.strip()).exists():
        sys.stdout.write(_("The account stays: it has a place or a role elsewhere.") + "\n")
    if Erasure.objects.filter(scrubbed_at=None).exists():
        sys.stdout.write(
            _("Old pages of the database files are still in use; `draagkracht work` will rewrite them.") + "\n"
        )
    sys.stdout.write(_("Archives of keys made before today still open until they expire; make a backup now.") + "\n")
    return 0


def _confirmed(email: str) -> bool:
    sys.stdout.write(_("This cannot be undone. Type the address once more:") + " ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == email.strip().lower()
