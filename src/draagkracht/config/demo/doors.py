"""What the demo prints when it is ready: who can be tried, with a link that signs in."""

import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scope

from draagkracht.config.demo.fill import cast
from draagkracht.people.models import Organisation, Role
from draagkracht.people.sign_in import make_demo_link


def links() -> list[tuple[Role, str, str]]:
    """(role, name, address) of every face of the demo, in the order of the roles."""
    organisation = Organisation.objects.get()
    with scope(organisation=organisation):
        return [(role, account.name, make_demo_link(account)) for role, account in cast(organisation).items()]


def show(data: Path, port: int, seconds: float) -> None:
    """The list, in the language of the terminal."""
    with override("en" if os.environ.get("LANG", "").startswith("en") else "nl"):
        organisation = Organisation.objects.get()
        lines = [
            "",
            _("%(name)s is ready (%(seconds)d s). Everybody in it is invented.")
            % {"name": organisation.name, "seconds": round(seconds)},
            "",
        ]
        for role, name, link in links():
            lines += [f"  {_first_upper(str(role.label))}: {name}", f"    {link}"]
        lines += [
            "",
            _("Front page: %(address)s") % {"address": f"http://localhost:{port}/"},
            _("Mail lands in: %(folder)s") % {"folder": data / "mail"},
            _("These links work on this machine only. Stop with Ctrl-C."),
            "",
        ]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
