"""Who sees what: the table of the public page. It tells people what config/access.py enforces."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Row:
    """One kind of person, and what they see: own answers, figures of groups, and what else there is to tell."""

    who: str | Promise
    answers: bool
    groups: str | Promise
    also: str | Promise = ""


ENOUGH = _("only if enough people took part")

SIGHT = (
    Row(_("You"), True, _("your team and your organisation, if enough people took part"), _("who looked at your data")),
    Row(_("Your colleagues"), False, _("their own team and organisation, if enough people took part")),
    Row(
        _("Your team lead"),
        False,
        _("your team, if enough people took part"),
        _("how many answers a figure counts, and about how many took part"),
    ),
    Row(
        _("Management, coordinator"), False, ENOUGH, _("how many answers a figure counts, and about how many took part")
    ),
    Row(
        _("HR or prevention adviser"),
        False,
        ENOUGH,
        _("how many answers a figure counts, and about how many took part"),
    ),
    Row(
        _("Privacy officer"),
        False,
        ENOUGH,
        _("why a figure is withheld; what people wrote themselves, without names, before it is published"),
    ),
    Row(_("Platform administrator"), False, _("none"), _("the staff list: name, e-mail address, team")),
    Row(_("Researcher"), False, _("none"), _("only with your separate yes: answers without your name")),
)
