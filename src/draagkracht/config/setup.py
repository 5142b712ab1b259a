"""`draagkracht init` and `draagkracht check`."""

import argparse
import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command, execute_from_command_line
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.config.messages import compile_all
from draagkracht.consent.vault import keys
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Role, RoleAssignment, Unit
from draagkracht.ui.refusal import Refusal


def main(argv: list[str]) -> int:
    """Makes or upgrades both databases and the secrets; with --organisation also an organisation and its root unit."""
    parser = argparse.ArgumentParser(prog="draagkracht init")
    parser.add_argument("--organisation", nargs=2, metavar=("SLUG", "NAME"))
    parser.add_argument("--country", default="BE", choices=["BE", "NL"])
    parser.add_argument("--admin", metavar="EMAIL", help="who becomes its first platform administrator")
    options = parser.parse_args(argv)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    compile_all()
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settings.MASTER_KEY_FALLBACKS:
        keys.rewrap_all()
    if options.organisation:
        slug, name = options.organisation
        new_organisation(slug, name, options.country, options.admin)
    sys.stdout.write(_("Ready.") + "\n")
    return 0


def new_organisation(slug: str, name: str, country: str = "BE", admin: str | None = None) -> Organisation:
    """An organisation with its root unit and first administrator. Raises Refusal when the slug or an address is wrong."""
    check_slug(slug)
    check_address(admin)
    if Organisation.objects.filter(slug=slug).exists():
        raise Refusal(_("There is already an organisation “%(slug)s”.") % {"slug": slug}, 409)
    with transaction.atomic():
        organisation = Organisation.objects.create(slug=slug, name=name, country=country)
        Unit(organisation=organisation, code=slug, name=name).save()
        audit(organisation, None, "organisation.made")
        if admin:
            account = Account.objects.filter(email=admin.lower()).first() or Account.objects.create_user(admin)
            with scope(organisation=organisation):
                RoleAssignment(organisation=organisation, account=account, role=Role.PLATFORM_ADMIN).save()
            audit(organisation, None, "role.granted", role=Role.PLATFORM_ADMIN.value, to=account.pk)
    return organisation


def check_slug(slug: str) -> None:
    """Raises Refusal when it can not stand in an address."""
    try:
        validate_slug(slug)
    except ValidationError:
        raise Refusal(_("“%(slug)s” can not be used: take letters, digits and hyphens.") % {"slug": slug}) from None


def check_address(address: str | None) -> None:
    """Raises Refusal when something was given that is no e-mail address."""
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise Refusal(_("That is not an e-mail address.")) from None


def manage(argv: list[str]) -> int:
    """Passes on to Django's own commands."""
    execute_from_command_line(["draagkracht manage", *argv])
    return 0
