"""`draagkracht move address OLD NEW --organisation SLUG`: for who can no longer confirm from the former address."""

import argparse
import sys

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from .actions.addresses import move_address
from .models import Organisation


def main(argv: list[str]) -> int:
    """Moves one person to another e-mail; the former address gets a mail about it. Raises Refusal."""
    parser = argparse.ArgumentParser(prog="draagkracht move address")
    parser.add_argument("old", metavar="OLD", help="the present e-mail (or staff number)")
    parser.add_argument("new", metavar="NEW", help="the new e-mail")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    options = parser.parse_args(argv)
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        raise Refusal(_("There is no organisation “%(slug)s”.") % {"slug": options.organisation}, 404)
    new = options.new.strip().lower()
    try:
        validate_email(new)
    except ValidationError as error:
        raise Refusal(_("“%(text)s” is not an e-mail address.") % {"text": new}) from error
    move_address(organisation, options.old, new)
    sys.stdout.write(_("The address was moved. The former address gets a mail about it.") + "\n")
    return 0
