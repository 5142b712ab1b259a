"""Shared reads: does a consent hold, what was agreed to, who looked at what."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from draagkracht.consent import purposes
from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.people.models import Person, Role

# What a line of the access log says to the person; the code is what is stored.
WORDS = {
    "staff.imported": gettext_lazy("Took over your name and place from the staff file"),
    "staff.seen": gettext_lazy("Looked at the staff list with your name and place in it"),
    "staff.changed": gettext_lazy("Changed your name, address or place"),
    "invitation.sent": gettext_lazy("Sent you an invitation to a survey"),
    "release.counted": gettext_lazy("Counted your answers in group figures when a survey closed"),
    "released.audited": gettext_lazy("Tried out whether published figures give away what you answered"),
    "texts.read": gettext_lazy("Read, without names, what people wrote in their own words before it was published"),
    "effect.counted": gettext_lazy("Counted your answers in group figures about the effect of a trajectory"),
    "answers.imported": gettext_lazy("Took over answers that were gathered elsewhere"),
    "own.seen": gettext_lazy("Showed you your own results"),
    "export.own": gettext_lazy("Made a file of your own data for you"),
    "export.research": gettext_lazy("Put your answers, without your name, in a file for research"),
}


@dataclass(frozen=True)
class Look:
    """One line of the access log, in words."""

    at: datetime.datetime
    who: str
    what: str


@dataclass(frozen=True)
class Consent:
    """One purpose as a person sees it: the words (as read while it holds, else as they stand now) and the state."""

    text: purposes.Text
    granted_at: datetime.datetime | None = None
    withdrawn_at: datetime.datetime | None = None

    @property
    def holds(self) -> bool:
        return self.granted_at is not None and self.withdrawn_at is None


def has_grant(person: Person, purpose: str) -> bool:
    """The person agreed to the words as they stand now, and did not withdraw. Call inside a scope."""
    number = max(purposes.catalogue()[purpose])
    return Grant.objects.filter(person=person, purpose=purpose, version=number, withdrawn_at=None).exists()


def consents(person: Person, language: str) -> list[Consent]:
    """Every purpose, with what this person last did about it. Call inside a scope."""
    last: dict[str, Grant] = {}
    for given in Grant.objects.filter(person=person).order_by("granted_at", "id"):
        last[given.purpose] = given
    return [_consent(purpose, last.get(purpose), language) for purpose in sorted(purposes.catalogue())]


def _consent(purpose: str, given: Grant | None, language: str) -> Consent:
    # What holds is shown as it was read; what does not, as it would be asked now.
    if given is None or given.withdrawn_at:
        text = purposes.current(purpose, language)
    else:
        text = purposes.as_read(purpose, given.version, given.language)
    return Consent(text, given.granted_at if given else None, given.withdrawn_at if given else None)


def access_log(person: Person, limit: int = 100) -> list[Look]:
    """Who looked at what of this person, newest first, in words. Call inside a scope."""
    rows = AccessEntry.objects.filter(person=person).select_related("account").order_by("-at", "-id")[:limit]
    return [Look(row.at, _who(row, person), _what(row)) for row in rows]


def _what(row: AccessEntry) -> str:
    words = str(WORDS.get(row.what, row.what))
    return f"{words}: {row.about}" if row.about else words


def _who(row: AccessEntry, person: Person) -> str:
    if row.account_id is not None and row.account_id == person.account_id:
        return _("You")
    if row.account is None and not row.role:
        return _("Draagkracht itself, without anybody looking")
    role = str(Role(row.role).label) if row.role in Role.values else row.role
    name = row.account.name if row.account else _("somebody who has left")
    return f"{name} ({role})" if role else name
