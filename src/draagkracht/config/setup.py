"""`draagkracht init` and `draagkracht check`."""

import argparse
import sys

from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import transaction
from django.utils.translation import gettext as _

from draagkracht.config.messages import compile_all
from draagkracht.people.actions import audit
from draagkracht.people.models import Organisation
from draagkracht.ui.refusal import Refusal


def main(argv: list[str]) -> int:
    """Makes or upgrades both databases and the secrets; with --organisation also an organisation and its root unit."""
    parser = argparse.ArgumentParser(prog="draagkracht init")
    parser.add_argument("--organisation", nargs=2, metavar=("SLUG", "NAME"))
    parser.add_argument("--country", default="BE", choices=["BE", "NL"])
    options = parser.parse_args(argv)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    compile_all()
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, interactive=False)
    if options.organisation:
        slug, name = options.organisation
        new_organisation(slug, name, options.country)
    sys.stdout.write(_("Ready.") + "\n")
    return 0


def new_organisation(slug: str, name: str, country: str = "BE") -> Organisation:
    """An organisation with its root unit. Raises Refusal when the slug is taken."""
    from draagkracht.people.models import Unit

    if Organisation.objects.filter(slug=slug).exists():
        raise Refusal(_("There is already an organisation “%(slug)s”.") % {"slug": slug}, 409)
    with transaction.atomic():
        organisation = Organisation.objects.create(slug=slug, name=name, country=country)
        Unit(organisation=organisation, code=slug, name=name).save()
        audit(organisation, None, "organisation.made")
    return organisation


def manage(argv: list[str]) -> int:
    """Passes on to Django's own commands."""
    execute_from_command_line(["draagkracht manage", *argv])
    return 0
