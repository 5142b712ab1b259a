"""The mails of a wave: invitation, reminder, new link, and the answer to a poster. All carry the personal link."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from draagkracht.instruments import queries as instruments
from draagkracht.outbox.actions import Letter, queue_many
from draagkracht.people.models import Person

from ..models import Invitation, Wave
from ..queries import link_token

KIND = "survey"


def send_all(wave: Wave, invitations: Sequence[Invitation], occasion: str) -> int:
    """Queues one mail for each invitation whose person has an address; returns how many are new.

    The key holds wave, person, link number and occasion: the same mail is never sent twice, whoever asks and however often.
    """
    ids = [invitation.pk for invitation in invitations]
    persons = Prefetch("person", Person.objects.select_related("account"))
    sent = 0
    for start in range(0, len(ids), 500):
        batch = Invitation.objects.filter(pk__in=ids[start : start + 500]).prefetch_related(persons)
        sent += queue_many(_letter(wave, i, occasion) for i in batch if i.person.email and not i.person.erased_at)
    return sent


def address(invitation: Invitation) -> str:
    """The whole personal link."""
    return settings.SITE_URL + reverse("surveys:answer", args=[link_token(invitation)])


def language_of(person: Person) -> str:
    """In which language a mail to this person is written."""
    account = person.account
    return person.language or (account.language if account else "") or settings.LANGUAGE_CODE


def _letter(wave: Wave, invitation: Invitation, occasion: str) -> Letter:
    person = invitation.person
    with translation.override(language_of(person)):
        subject, opening = WORDS[occasion.partition("-")[0]](wave)
        return Letter(
            kind=f"{KIND}.{occasion.partition('-')[0]}",
            key=f"wave:{wave.pk}:{person.pk}:{invitation.link_number}:{occasion}",
            to=person.email,
            subject=subject,
            body="\n\n".join([_greeting(person), opening, *_rest(wave, invitation)]) + "\n",
            person=person,
            organisation=wave.organisation,
        )


def _greeting(person: Person) -> str:
    first = person.name.split(" ")[0]
    return _("Hello %(name)s,") % {"name": first} if first else _("Hello,")


def _rest(wave: Wave, invitation: Invitation) -> list[str]:
    minutes = max(1, round(instruments.content(wave.version).minutes))
    last_day = date_format(timezone.localtime(wave.closes_at), "j F Y")
    return [
        _("It takes about %(minutes)s minutes, on your phone too, and you may stop and go on later.")
        % {"minutes": minutes},
        _("Start here:") + "\n" + address(invitation),
        _("You can answer until %(date)s.") % {"date": last_day},
        _(
            "This link is yours alone: please do not pass it on. Only you see which answers are yours. "
            "Your organisation sees figures of enough people together, never yours."
        ),
        _("Taking part is your own choice."),
    ]


def _title(wave: Wave) -> str:
    """What people read above the questionnaire, and which round it is."""
    return _("%(questionnaire)s · %(wave)s") % {"questionnaire": wave.campaign.name, "wave": wave.name}


def _invitation(wave: Wave) -> tuple[str, str]:
    return (
        _title(wave),
        _("%(organisation)s would like to hear from you, and asks you a few questions: “%(questionnaire)s”.")
        % {"organisation": wave.organisation.name, "questionnaire": wave.campaign.name},
    )


def _reminder(wave: Wave) -> tuple[str, str]:
    return (
        _("You can still take part: %(wave)s") % {"wave": _title(wave)},
        _("Your questionnaire still waits for you. Did you begin already? Then you go on where you stopped."),
    )


def _new(wave: Wave) -> tuple[str, str]:
    return (
        _("Your new link: %(wave)s") % {"wave": _title(wave)},
        _(
            "Here is a new link to your questionnaire. The earlier one no longer works. What you answered is still there."
        ),
    )


def _poster(wave: Wave) -> tuple[str, str]:
    return (
        _("Your link: %(wave)s") % {"wave": _title(wave)},
        _(
            "You scanned the poster. Here is your own link to the questionnaire. Did you not ask for it? Then do nothing."
        ),
    )


WORDS: dict[str, Callable[[Wave], tuple[str, str]]] = {
    "invitation": _invitation,
    "reminder": _reminder,
    "new": _new,
    "poster": _poster,
}
