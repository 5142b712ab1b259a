"""A person's own rights over their data: take them along, withdraw, be erased.

Erasing is finished or it is resumed: the ledger is written and synced first, then the key goes, then everything that
names the person, in one transaction that sets `erased_at` last. Until that commit the ledger shows the erasure as
pending, and `replay` at the next start of any process carries it out again. Rosters and releases stay as they were:
they hold pseudonyms and figures only, and a figure that changed would tell what one person had answered.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from draagkracht.consent import actions as consent
from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.consent.vault import ledger, scrub
from draagkracht.insights.models import ResearchInclusion
from draagkracht.instruments.content import Content
from draagkracht.instruments.exchange import fhir_responses
from draagkracht.instruments.exchange_actions import address
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.outbox.actions import drop_mail
from draagkracht.outbox.models import Message
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, AddressChange, Membership, Person, RoleAssignment, StaffChange
from draagkracht.surveys.models import Invitation, Submission
from draagkracht.surveys.queries import own_history
from draagkracht.ui.refusal import Refusal

# Tables that hold a name or an address: after an erasure their files are rewritten. (Answers are sealed: noise by then.)
IDENTITY = (
    Person,
    Account,
    AddressChange,
    EmailAddress,
    Authenticator,
    SocialAccount,
    Session,
    StaffChange,
    Message,
)
IDENTITY_TABLES = tuple(model._meta.db_table for model in IDENTITY)


def own_answers(person: Person, language: str, version: str = "R5") -> bytes:
    """Everything that this person completed, as a Bundle of FHIR QuestionnaireResponses; it names nobody.

    For the person's own eyes. Call inside the organisation's scope.
    """
    history = own_history(person)
    versions = QuestionnaireVersion.objects.defer("content").select_related("questionnaire")
    known = versions.in_bulk({one.version_id for one in history})
    made = [
        fhir_responses.write(
            Content(one.content, known[one.version_id].content_hash),
            one.answers,
            one.completed_on,
            address=address(known[one.version_id]),
            number=known[one.version_id].number,
            language=language,
            version=version,
        )
        for one in history
    ]
    return fhir_responses.bundle(made, version)


def withdraw(person: Person, purpose: str, account: Account | None = None) -> bool:
    """Takes a consent back; for `measure` the answers in waves that still run go in the same transaction.

    What closed waves hold stays sealed. False when there was no consent. Call inside the organisation's scope.
    """
    with transaction.atomic():
        taken = consent.withdraw(person, purpose, account)
        if purpose == "measure":
            Submission.objects.filter(person=person, wave__closed_at=None).delete()
    return taken


def find(email: str, organisation: str = "") -> list[Person]:
    """Everybody of this address who was not erased, in one organisation (its slug) or in all of them."""
    # The administrator of the installation acts for a person, whatever organisations that person belongs to.
    with scopes_disabled():
        found = Person.objects.filter(email__iexact=email.strip(), erased_at=None)
        by_account = Person.objects.filter(account__email__iexact=email.strip(), erased_at=None)
        people = {person.id: person for person in [*found, *by_account] if _within(person, organisation)}
    return list(people.values())


def _within(person: Person, organisation: str) -> bool:
    return not organisation or person.organisation.slug == organisation


def erase(person: Person, by: Account | None = None) -> None:
    """Destroys the key and the identity of one person in one organisation. Doing it again is harmless."""
    with scope(organisation=person.organisation), transaction.atomic():
        # Locked, so that no key is made for this person while we look which one to destroy.
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.erased_at:
            return
        ledger.record(person.pseudonym, person.key_id)
        accounts, addresses = _accounts(person), _addresses(person)
        _empty(person)
        gone = [account for account in accounts if not _has_other_place(account)]
        _delete_traces(person, addresses | {account.email for account in gone})
        for account in gone:
            delete_account(account)
        audit(person.organisation, by, "person.erased", person=person.pk)


def _accounts(person: Person) -> list[Account]:
    """The account of this person, and those they had before their address changed."""
    known = {person.account_id}
    known.update(AddressChange.objects.filter(person=person).values_list("former_account_id", flat=True))
    known.update(before.get("account") for before in _before(person))
    return list(Account.objects.filter(pk__in=[number for number in known if number]))


def _before(person: Person) -> list[dict]:
    """What staff imports remember of this person as it was."""
    return list(StaffChange.objects.filter(person=person).values_list("before", flat=True))


def _addresses(person: Person) -> set[str]:
    """Every address to which mail for this person may wait; former and proposed ones only while nobody else has them."""
    other = set(AddressChange.objects.filter(person=person).values_list("new_email", flat=True))
    other |= {before.get("fields", {}).get("email", "") for before in _before(person)}
    own = {person.email, person.account.email if person.account else ""}
    return (own | {address for address in other - own if not _somebody_elses(address, person)}) - {""}


def _somebody_elses(address: str, person: Person) -> bool:
    # Other organisations count; nothing but yes or no leaves this function.
    with scopes_disabled():
        if Person.objects.filter(email=address, erased_at=None).exclude(pk=person.pk).exists():
            return True
    account = Account.objects.filter(email=address).first()
    return account is not None and _has_other_place(account)


def _delete_traces(person: Person, addresses: set[str]) -> None:
    """Everything that hangs on the person, whichever room it stands in."""
    Submission.objects.filter(person=person).delete()
    Invitation.objects.filter(person=person).delete()
    Membership.objects.filter(person=person).delete()
    Grant.objects.filter(person=person).delete()
    AccessEntry.objects.filter(person=person).delete()
    AddressChange.objects.filter(person=person).delete()
    ResearchInclusion.objects.filter(person=person).delete()
    drop_mail(person, addresses)
    # What an import did stays countable; what it knew of this person does not.
    StaffChange.objects.filter(person=person).update(before={}, after={})


def _empty(person: Person) -> None:
    person.account = None
    person.staff_number = person.name = person.email = person.language = ""
    person.key_id = None
    person.erased_at = timezone.now()
    person.save(update_fields=["account", "staff_number", "name", "email", "language", "key_id", "erased_at"])


def _has_other_place(account: Account) -> bool:
    """A person elsewhere, or a role that still stands: then the account is somebody's who stays."""
    # Other organisations count; nothing but yes or no leaves this function.
    with scopes_disabled():
        elsewhere = Person.objects.filter(account=account, erased_at=None).exists()
        return elsewhere or RoleAssignment.objects.filter(account=account, revoked_at=None).exists()


def delete_account(account: Account) -> None:
    """The account and whatever signs it in: addresses, second factors, identity provider, sessions."""
    key = str(account.pk)
    # The store of sessions knows no index by account; erasures are rare.
    gone = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") == key]
    Session.objects.filter(pk__in=gone).delete()
    # Roles of the past and lines of logs refer to the account from every organisation.
    with scopes_disabled():
        account.delete()


def erase_all(email: str, organisation: str = "") -> int:
    """Erases everybody of this address. Returns how many. Raises Refusal when there is nobody (404)."""
    people = find(email, organisation)
    account = Account.objects.filter(email__iexact=email.strip()).first()
    if not people and (account is None or organisation or _has_other_place(account)):
        raise Refusal(_not_found(account), 404)
    for person in people:
        erase(person)
    if account and not people:
        with transaction.atomic():
            delete_account(account)
            audit(None, None, "account.erased")
    scrub_due()
    return len(people) or 1


def _not_found(account: Account | None) -> str:
    if account:
        return _("This address belongs to an account with a role. Take the role away first.")
    return _("There is nobody with this address (or they were erased before).")


def replay() -> int:
    """Carries out again whatever the ledger says and the data do not show. Returns how many erasures that were.

    Runs before anything is served: after a restore, and after an erasure that was cut off.
    """
    lines = ledger.pending()
    for line in lines:
        ledger.record(line.pseudonym, line.key_id)
        # The ledger knows no organisations: the pseudonym finds the person.
        with scopes_disabled():
            person = Person.objects.select_related("organisation").filter(pseudonym=line.pseudonym).first()
        if person and not person.erased_at:
            erase(person)
    scrub_due()
    return len(lines)


def scrub_due() -> int:
    """Rewrites files and logs of both databases when an erasure waits for it. Returns how many it completed."""
    return scrub.run_due(IDENTITY_TABLES)
