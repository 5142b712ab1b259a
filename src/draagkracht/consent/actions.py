"""Acts: agree, withdraw, write down who looked, and make a person's key."""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.consent import purposes, queries
from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.consent.vault import keys
from draagkracht.people.actions import audit
from draagkracht.people.bulk import insert
from draagkracht.people.models import Account, Person
from draagkracht.ui.refusal import Refusal


def grant(person: Person, purpose: str, language: str, shown_hash: str, account: Account | None = None) -> Grant:
    """The person agrees to the words whose hash the page showed; agreeing twice is harmless.

    Call inside the organisation's scope. Raises Refusal: 404 for an unknown purpose, 409 when the words changed since
    they were shown, 410 when the person was erased.
    """
    text = _shown(purpose, language, shown_hash)
    if person.erased_at:
        raise Refusal(_("This person's data were erased."), 410)
    known = _open(person, purpose)
    if known and known.version == text.number:
        return known
    try:
        with transaction.atomic():
            Grant.objects.filter(person=person, purpose=purpose, withdrawn_at=None).exclude(version=text.number).update(
                withdrawn_at=timezone.now()
            )
            given = Grant.objects.create(
                organisation_id=person.organisation_id,
                person=person,
                purpose=purpose,
                version=text.number,
                language=text.language,
                text_hash=text.hash,
            )
            audit(person.organisation, account, "consent.granted", purpose=purpose, version=text.number)
    except IntegrityError:
        # Somebody tapped twice: the other tap wrote it.
        return Grant.objects.get(person=person, purpose=purpose, withdrawn_at=None)
    return given


def _shown(purpose: str, language: str, shown_hash: str) -> purposes.Text:
    try:
        text = purposes.current(purpose, language)
    except purposes.UnknownPurpose as error:
        raise Refusal(_("There is nothing of this name to agree to."), 404) from error
    if shown_hash != text.hash:
        raise Refusal(_("The text changed while you were reading. Please read it once more."), 409)
    return text


def _open(person: Person, purpose: str) -> Grant | None:
    return Grant.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()


def withdraw(person: Person, purpose: str, account: Account | None = None) -> bool:
    """Takes the consent back; False when there was none. Pages use insights.rights.withdraw, which also erases
    the answers of surveys that still run. Call inside the organisation's scope."""
    with transaction.atomic():
        taken = Grant.objects.filter(person=person, purpose=purpose, withdrawn_at=None)
        if not taken.update(withdrawn_at=timezone.now()):
            return False
        audit(person.organisation, account, "consent.withdrawn", purpose=purpose)
    return True


def log_access(persons: Iterable[Person | int], account: Account | None, role: str, what: str, about: str = "") -> None:
    """Writes for each person (or person id) that something of theirs was read or handled; they can read it.

    `account` None stands for the platform itself; `what` is a code of `queries.WORDS`, `about` what it was for, in words
    that the person reads. All persons belong to one
    organisation: the one of the scope in which this is called. Call it in the transaction of the act.
    """
    ids = [person.id if isinstance(person, Person) else person for person in persons]
    if what not in queries.WORDS:
        raise ValueError(f"consent.queries.WORDS has no words for {what!r}")
    # The scope proves the organisation; ids of another one are silently left out.
    known = Person.objects.filter(id__in=ids) if len(ids) < 500 else Person.objects.all()
    wanted = set(ids)
    by, now = account.pk if account else None, timezone.now()
    rows = [
        (organisation_id, person_id, by, role, what, about[:160], now)
        for person_id, organisation_id in known.values_list("id", "organisation_id")
        if person_id in wanted
    ]
    insert(AccessEntry, ("organisation", "person", "account", "role", "what", "about", "at"), rows)


def ensure_key(person: Person) -> uuid.UUID:
    """The id of the person's key, made when it is first needed. Of two processes at once one key wins for both.

    Call inside the organisation's scope. Raises keys.KeyGone for somebody who was erased.
    """
    if person.key_id:
        return person.key_id
    mine = keys.new_key()
    # The condition decides the race: whoever comes second changes no row, and drops the key that nobody names.
    if not Person.objects.filter(pk=person.pk, key_id=None, erased_at=None).update(key_id=mine):
        keys.drop(mine)
        person.refresh_from_db(fields=["key_id", "erased_at"])
        if person.key_id is None or person.erased_at:
            raise keys.KeyGone
        return person.key_id
    person.key_id = mine
    return mine
