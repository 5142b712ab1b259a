"""Acts: put mail in the queue, and take somebody's mail out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from draagkracht.consent.vault import keys
from draagkracht.outbox.envelope import envelope, mail_folder, seal, unseal
from draagkracht.outbox.models import Message
from draagkracht.people.models import Organisation, Person


@dataclass(frozen=True)
class Letter:
    """A mail to one address. `key` names it for ever: the same key is never queued twice."""

    kind: str
    key: str
    to: str
    subject: str
    body: str
    person: Person | None = None
    organisation: Organisation | None = None
    html: str | None = None
    urgent: bool = False

    def message(self) -> Message:
        mail = EmailMultiAlternatives(self.subject, self.body, settings.DEFAULT_FROM_EMAIL, [self.to])
        if self.html:
            mail.attach_alternative(self.html, "text/html")
        return Message(
            idempotency_key=self.key,
            kind=self.kind,
            person=self.person,
            organisation=self.organisation or (self.person.organisation if self.person else None),
            urgent=self.urgent,
            sealed=seal(envelope(mail, self.key), self.key),
        )


def queue(
    kind: str,
    key: str,
    to: str,
    subject: str,
    body: str,
    person: Person | None = None,
    organisation: Organisation | None = None,
    html: str | None = None,
    urgent: bool = False,
) -> bool:
    """Queues one mail, in the caller's transaction: no act without its mail, no mail without its act.

    False when a mail of this key was queued before, in whatever state it is now.
    """
    return queue_many([Letter(kind, key, to, subject, body, person, organisation, html, urgent)]) == 1


def queue_many(letters: Iterable[Letter]) -> int:
    """Queues many mails; keys that exist already are passed over. Returns how many are new."""
    by_key = {letter.key: letter for letter in letters}
    keys_given, new = list(by_key), []
    for start in range(0, len(keys_given), 500):
        part = keys_given[start : start + 500]
        known = set(Message.objects.filter(idempotency_key__in=part).values_list("idempotency_key", flat=True))
        new += [by_key[key].message() for key in part if key not in known]
    # Between looking and writing another process may have queued the same: the constraint decides.
    Message.objects.bulk_create(new, ignore_conflicts=True, batch_size=200)
    return len(new)


def drop_mail(person: Person, addresses: Iterable[str]) -> int:
    """Takes every mail of this person out of the queue, also sign-in mail that only its address ties to them; and the
    files of it, where mail is delivered as files. Returns how many messages that were."""
    ids = list(Message.objects.filter(person=person).values_list("id", flat=True))
    wanted = {address.lower() for address in addresses if address}
    ids += [
        message.id
        for message in Message.objects.filter(person=None, sent_at=None, failed_at=None).iterator()
        if wanted & _receivers(message)
    ]
    for start in range(0, len(ids), 500):
        Message.objects.filter(id__in=ids[start : start + 500]).delete()
    drop_files(ids, wanted)
    return len(ids)


def drop_files(ids: Iterable[int], addresses: set[str]) -> None:
    """Removes mail that was delivered as files (demo and trial): that of these messages, and whatever went to these
    addresses (a sign-in mail names no person, and is empty once it was delivered)."""
    names = {str(number) for number in ids}
    for file in mail_folder().glob("*.eml"):
        if file.stem.rpartition("-")[2] in names or addresses & _written_to(file):
            file.unlink(missing_ok=True)


def _written_to(file: Path) -> set[str]:
    try:
        mail = message_from_bytes(file.read_bytes())
    except OSError:
        return set()
    return {address.lower() for _name, address in getaddresses(mail.get_all("To", []))}


def _receivers(message: Message) -> set[str]:
    try:
        return {address.lower() for address in unseal(message.sealed, message.idempotency_key).receivers}
    except keys.Tampered:
        return set()
