"""A person's e-mail becomes another one: proposed by a staff file, confirmed from the present address, or moved by the
administrator. Whoever holds the account reads the whole history, so an import alone never moves a person to another."""

import datetime
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from draagkracht.ui.refusal import Refusal

from ..models import Account, AddressChange, Organisation, Person, StaffImport
from ..staff_state import chunks
from . import audit
from .sign_in import token_hash

VALID = datetime.timedelta(days=14)


def propose(made: StaffImport, proposals: Iterable[tuple[Person, str]]) -> None:
    """Holds each new e-mail until the present address says yes; an earlier proposal for the same person lapses.

    Call inside the import's transaction and scope.
    """
    rows, letters, now = [], [], timezone.now()
    for person, new_email in proposals:
        present = person.account.email if person.account else person.email
        token = secrets.token_urlsafe(32) if present else ""
        rows.append(
            AddressChange(
                organisation=made.organisation,
                person=person,
                staff_import=made,
                new_email=new_email,
                token_hash=token_hash(token) if token else "",
                asked_at=now,
                expires_at=now + VALID,
            )
        )
        if token:
            letters.append((person, present, token))
    for part in chunks(row.person_id for row in rows):
        AddressChange.objects.filter(person_id__in=part, confirmed_at=None).delete()
    AddressChange.objects.bulk_create(rows, batch_size=500)
    for person, present, token in letters:
        _ask(made.organisation, person, present, token)


def _ask(organisation: Organisation, person: Person, present: str, token: str) -> None:
    with translation.override(person.language or organisation.language):
        url = settings.SITE_URL + reverse("people:confirm-address", args=[token])
        body = render_to_string("people/mail/address_proposed.txt", {"organisation": organisation.name, "url": url})
        EmailMessage(_("Is this your new address for Draagkracht?"), body, to=[present]).send()


def tell_former_address(organisation: Organisation, address: str, language: str) -> None:
    """A word to the address that no longer opens the person's page."""
    with translation.override(language or organisation.language):
        body = render_to_string("people/mail/address_changed.txt", {"organisation": organisation.name})
        EmailMessage(_("Your address for Draagkracht was changed"), body, to=[address]).send()


def remember_moves(made: StaffImport, old: dict[int, Person]) -> None:
    """Notes the former account of everybody whom this import gave another one. Call inside transaction and scope."""
    now, rows = timezone.now(), []
    for part in chunks(pk for pk, person in old.items() if person.account_id):
        for person in Person.objects.filter(pk__in=part):
            former = old[person.pk].account_id
            if person.account_id != former:
                rows.append(
                    AddressChange(
                        organisation=made.organisation,
                        person=person,
                        staff_import=made,
                        former_account_id=former,
                        confirmed_at=now,
                    )
                )
    AddressChange.objects.bulk_create(rows, batch_size=500)


def find_proposal(token: str) -> AddressChange:
    """The proposal of a link that can still be confirmed. Raises Refusal: 404 unknown or used, 410 when it is over."""
    # The link names the person; there is no organisation yet.
    with scopes_disabled():
        rows = AddressChange.objects.select_related("organisation", "person__account")
        found = rows.filter(token_hash=token_hash(token), confirmed_at=None, person__erased_at=None).first()
    if found is None:
        raise Refusal(_("We do not know this link. Perhaps it was used before, or a newer one was sent."), 404)
    if found.expires_at <= timezone.now():
        raise Refusal(_("This link is too old. Your address stayed as it was."), 410)
    return found


def confirm_proposal(token: str) -> AddressChange:
    """The proposed e-mail becomes the person's own; of two at once one wins. Raises Refusal like `find_proposal`, and
    409 when somebody else has the address by now."""
    organisation = find_proposal(token).organisation
    with scope(organisation=organisation), transaction.atomic():
        _lock(organisation)
        found = find_proposal(token)
        person = _move(found.person, found.new_email)
        AddressChange.objects.filter(pk=found.pk).delete()
        audit(organisation, person.account, "person.address-confirmed", person=person.pk)
    return found


def move_address(organisation: Organisation, old: str, new: str) -> None:
    """The administrator moves a person (by e-mail, else staff number) to another e-mail. Raises Refusal 404, 409."""
    with scope(organisation=organisation), transaction.atomic():
        _lock(organisation)
        people = Person.objects.filter(erased_at=None)
        person = people.filter(email__iexact=old.strip()).first() or people.filter(staff_number=old.strip()).first()
        if person is None or not old.strip():
            raise Refusal(_("There is nobody with this address or staff number."), 404)
        former = person.account.email if person.account else person.email
        if former == new:
            raise Refusal(_("That is the address already."), 409)
        _move(person, new)
        AddressChange.objects.filter(person=person, confirmed_at=None).delete()
        audit(organisation, None, "person.address-moved", person=person.pk)
        if former:
            tell_former_address(organisation, former, person.language)


def _move(person: Person, new_email: str) -> Person:
    """Gives the person this e-mail and the account of it, made when there is none. Roles and passkeys stay behind."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    account = Account.objects.filter(email=new_email).first()
    others = Person.objects.exclude(pk=person.pk)
    if others.filter(email=new_email).exists() or (account and others.filter(account=account).exists()):
        raise Refusal(_("This address belongs to somebody else by now. Nothing was changed."), 409)
    if account is None:
        language = person.language or person.organisation.language
        account = Account.objects.create_user(new_email, name=person.name, language=language)
    if person.account_id and person.account_id != account.pk:
        done = AddressChange(organisation=person.organisation, person=person, former_account_id=person.account_id)
        done.confirmed_at = timezone.now()
        done.save(force_insert=True)
    person.email, person.account = new_email, account
    person.save(update_fields=["email", "account"])
    return person


def _lock(organisation: Organisation) -> None:
    Organisation.objects.select_for_update().get(pk=organisation.pk)
