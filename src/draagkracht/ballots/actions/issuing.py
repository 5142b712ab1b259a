"""Evaluations are made, tickets handed out, voting opened."""

import datetime
import hashlib
import secrets
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from draagkracht.consent.vault import keys
from draagkracht.outbox.actions import Letter, queue_many
from draagkracht.outbox.models import Message
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Person
from draagkracht.ui.refusal import Refusal

from .. import blind, rules
from ..models import CODE_LETTERS, Evaluation, Ticket
from ..questions import sheets

CODE_LENGTH = 12
MOST_AT_ONCE = 200


def make(
    organisation: Organisation, account: Account | None, *, programme: str, title: str, closes_on: datetime.date,
    held_on: datetime.date | None = None, sheet: str = "session",
) -> Evaluation:  # fmt: skip
    """A new evaluation, with the questions as the catalogue has them today."""
    with transaction.atomic():
        made = Evaluation(
            organisation=organisation, programme=programme, title=title, closes_on=closes_on, held_on=held_on,
            questions=sheets()[sheet], made_by=account,
        )  # fmt: skip
        made.save(force_insert=True)
        audit(organisation, account, "evaluation.made", evaluation=made.pk)
    return made


def new_code() -> str:
    """Twelve letters and digits without look-alikes: 59 random bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def hash_of(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(b"draagkracht ticket " + code.encode()).hexdigest()


def print_codes(evaluation: Evaluation, account: Account | None, count: int) -> list[str]:
    """New tickets as codes to hand out: nobody knows whose is whose. The codes are returned once and never stored.

    Raises Refusal: closed, or more than MOST_AT_ONCE.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refusal(_("At most %(most)s codes at once.") % {"most": MOST_AT_ONCE})
    codes = [new_code() for _ in range(count)]
    with transaction.atomic():
        _issue(_locked(evaluation), codes)
        audit(evaluation.organisation, account, "evaluation.codes_printed", evaluation=evaluation.pk, count=count)
    return codes


def mail_links(evaluation: Evaluation, account: Account | None, persons: Collection[Person]) -> int:
    """A ticket by mail for each of these persons who has an address and had none by mail before; returns how many.

    That somebody was sent one is known, as the key of a mail; which ticket it was stands in no row. Raises Refusal.
    """
    with transaction.atomic():
        found = _locked(evaluation)
        wanted = {f"ballot:{found.pk}:{p.pk}": p for p in persons if p.email and not p.erased_at}
        known = set(Message.objects.filter(idempotency_key__in=wanted).values_list("idempotency_key", flat=True))
        fresh = {key: person for key, person in wanted.items() if key not in known}
        codes = {key: new_code() for key in fresh}
        _issue(found, list(codes.values()))
        queue_many([_letter(found, person, key, codes[key]) for key, person in fresh.items()])
        audit(found.organisation, account, "evaluation.links_mailed", evaluation=found.pk, count=len(fresh))
    return len(fresh)


def open_voting(evaluation: Evaluation, account: Account | None) -> None:
    """From now on tickets can be used. Raises Refusal with fewer than k tickets, or when it was opened before."""
    least = rules.policy(evaluation.organisation).k
    with transaction.atomic():
        found = _locked(evaluation)
        if found.opened_at:
            raise Refusal(_("Voting was opened already."), 409)
        if found.tickets_issued < least:
            raise Refusal(
                _("Voting opens from %(least)s tickets on, so that nobody stands alone.") % {"least": least}, 409
            )
        private = blind.new_key()
        found.key_id = keys.new_key()
        found.public_key = f"{private.n:x}"
        found.sealed_key = keys.seal(found.key_id, private.to_bytes(), key_context(found))
        found.opened_at = timezone.now()
        found.save(update_fields=["key_id", "public_key", "sealed_key", "opened_at"])
        audit(found.organisation, account, "evaluation.opened", evaluation=found.pk, tickets=found.tickets_issued)
    evaluation.refresh_from_db()


def key_context(evaluation: Evaluation) -> bytes:
    """What binds the sealed private key to its row."""
    return b"evaluation:%d" % evaluation.pk


def _locked(evaluation: Evaluation) -> Evaluation:
    """The row, locked; Raises Refusal once voting is closed."""
    found = Evaluation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=evaluation.pk)
    if found.closed_at:
        raise Refusal(_("Voting is closed."), 409)
    return found


def _issue(evaluation: Evaluation, codes: list[str]) -> None:
    # In random order: the order of the rows must not be that of the mails, nor that of the sheet.
    mixed = secrets.SystemRandom().sample(codes, len(codes))
    Ticket.objects.bulk_create([Ticket(evaluation=evaluation, code_hash=hash_of(code)) for code in mixed])
    evaluation.tickets_issued += len(codes)
    evaluation.save(update_fields=["tickets_issued"])


def address(code: str) -> str:
    """The whole link of a ticket."""
    return settings.SITE_URL + reverse("ballots:vote", args=[code])


def _letter(evaluation: Evaluation, person: Person, key: str, code: str) -> Letter:
    account = person.account
    with translation.override(person.language or (account.language if account else "") or settings.LANGUAGE_CODE):
        paragraphs = [
            _("Hello,"),
            _("%(organisation)s asks what you thought of “%(title)s”, without your name.")
            % {"organisation": evaluation.organisation.name, "title": evaluation.title},
            _("Your link, good for one vote:") + "\n" + address(code),
            _("You can vote until %(date)s, once voting is open.")
            % {"date": date_format(evaluation.closes_on, "j F Y")},
            _(
                "With your vote nothing is kept but a random number and your answers. That is why nobody can send you this "
                "link again, or remind you."
            ),
        ]
        subject = _("What did you think of “%(title)s”?") % {"title": evaluation.title}
        return Letter(
            kind="ballot", key=key, to=person.email, subject=subject, body="\n\n".join(paragraphs) + "\n",
            person=person, organisation=evaluation.organisation,
        )  # fmt: skip
