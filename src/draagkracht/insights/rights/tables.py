"""Which tables hold something of one person, what of them goes into the file of everything that is theirs, and why the rest
stays out. A test walks all tables: one that is neither here nor there stops the build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.insights.models import ResearchInclusion
from draagkracht.outbox.models import Message
from draagkracht.people.models import AddressChange, Membership, RoleAssignment, SignInLink, StaffChange
from draagkracht.surveys.models import Invitation, RosterEntry

PERSON, ACCOUNT, PSEUDONYM = "person", "account", "pseudonym"


@dataclass(frozen=True)
class Table:
    """A section of the file: the rows of a model whose `field` names the person (their account, their pseudonym).

    `columns`: name in the file -> path of the field. `order`: the field by which rows are ordered, oldest first.
    """

    name: str
    model: Any
    field: str
    whose: str
    order: str
    columns: Mapping[str, str]


def _same(*names: str, **others: str) -> dict[str, str]:
    return {name: name for name in names} | others


TABLES = (
    Table("memberships", Membership, "person", PERSON, "starts_on", _same(
        "profession", "contract", "shift", "starts_on", "ends_on", unit="unit__name", unit_code="unit__code")),
    Table("roles", RoleAssignment, "account", ACCOUNT, "granted_at", _same(
        "role", "granted_at", "revoked_at", unit="unit__name", granted_by="granted_by__name")),
    Table("consents", Grant, "person", PERSON, "granted_at", _same(
        "purpose", "version", "language", "text_hash", "granted_at", "withdrawn_at")),
    Table("looked_at", AccessEntry, "person", PERSON, "at", _same(
        "at", "role", "what", "about", by="account__name")),
    Table("invitations", Invitation, "person", PERSON, "invited_at", _same(
        "invited_at", "revoked_at", "link_number", round="wave__name", campaign="wave__campaign__name")),
    Table("lists", RosterEntry, "pseudonym", PSEUDONYM, "wave__closed_at", _same(
        "path", "groups", "invited", "answered", round="wave__name", closed_at="wave__closed_at")),
    Table("research", ResearchInclusion, "person", PERSON, "export__made_at", _same(
        study="export__study__title", file="export__number", made_at="export__made_at")),
    Table("staff_changes", StaffChange, "person", PERSON, "staff_import__imported_at", _same(
        "kind", "before", "after", file="staff_import__file_name", at="staff_import__imported_at")),
    Table("address_changes", AddressChange, "person", PERSON, "asked_at", _same(
        "new_email", "asked_at", "expires_at", "confirmed_at", former_address="former_account__email",
        file="staff_import__file_name")),
    Table("mail", Message, "person", PERSON, "queued_at", _same(
        "kind", "queued_at", "sent_at", "failed_at", "attempts", "last_error", "urgent")),
    Table("sign_in_links", SignInLink, "account", ACCOUNT, "made_at", _same("made_at", "expires_at", "used_at")),
    Table("addresses", EmailAddress, "user", ACCOUNT, "id", _same("email", "verified", "primary")),
    Table("second_factors", Authenticator, "user", ACCOUNT, "created_at", _same("type", "created_at", "last_used_at")),
    Table("identity_providers", SocialAccount, "user", ACCOUNT, "date_joined", _same(
        "provider", "uid", "last_login", "date_joined", "extra_data")),
)  # fmt: skip

PERSON_FIELDS = ("name", "email", "staff_number", "language", "pseudonym", "created_at")
ACCOUNT_FIELDS = ("email", "name", "language", "is_active", "created_at", "last_login")

# Sections that need more than the fields of a row: model.field -> section.
MADE_BY_HAND = {
    "people.Person.account": "account",
    "people.AuditLine.account": "acts",
    "surveys.Submission.person": "answers",
    "insights.ReleasedStructure.atoms": "counted",
    "insights.ReleasedBreakdown.atoms": "counted",
    "insights.EffectStructure.arms": "effects",
    "insights.EffectStudy.pseudonyms": "effects",
}

# Why a table or a field that may hold something of a person is not in the file: model.field -> reason in `LEFT_OUT`.
EXPLAINED = {
    "ballots.Evaluation.key_id": "keys",
    "consent.AccessEntry.account": "others",
    "insights.TextReader.account": "marks",
    "insights.ReleasedEffect.arms": "groups",
    "outbox.Message.sealed": "keys",
    "outbox.Message.idempotency_key": "technical",
    "outbox.Message.claimed_by": "technical",
    "outbox.Message.claimed_until": "technical",
    "outbox.Message.next_attempt_at": "technical",
    "people.AddressChange.token_hash": "keys",
    "people.Person.key_id": "keys",
    "people.Person.erased_at": "technical",
    "people.Account.password": "keys",
    "people.SignInLink.token_hash": "keys",
    "people.SignInLink.goes_to": "keys",
    "mfa.Authenticator.data": "keys",
    "sessions.Session": "technical",
    "surveys.Invitation.public_id": "keys",
    "surveys.Invitation.nonce": "keys",
    "surveys.Submission.key_id": "keys",
    "surveys.Submission.device_hash": "keys",
    "insights.ResearchStudy.key_id": "others",
    "insights.TextReading.key_id": "others",
    "vault.Erasure.pseudonym": "erased",
    "vault.Erasure.key_id": "erased",
}

LEFT_OUT: dict[str, str | Promise] = {
    "keys": _("Keys, passwords, personal links and the text of mails, because such a mail may hold a link: whoever has them can get in."),
    "marks": _("Who opened a round, wrote a questionnaire or did something else in a role: what you did so stands under “acts”."),
    "others": _("What is about other people, also where you looked it up in a role, and what belongs to a study as a whole."),
    "groups": _("Published figures of groups: they hold nothing that leads to you."),
    "technical": _("What only keeps the machine going and is gone within hours, such as your session."),
    "erased": _("The list of who was erased: you are not on it as long as this file can be made."),
}  # fmt: skip

# What each table holds, for the README beside the tables of a spreadsheet.
TOLD: dict[str, str | Promise] = {
    "profile": _("who you are here: your organisation, your place and your account"),
    "rounds": _("the rounds in which you answered"),
    "answers": _("your answers"),
    "scores": _("what was computed from your answers"),
    "counted": _("in which figures your answers were counted"),
    "effects": _("studies of a trajectory that you are in"),
    "acts": _("what you did here, and what was done about you"),
    "memberships": _("where you work and worked"),
    "roles": _("your roles"),
    "consents": _("what you said yes to"),
    "looked_at": _("who looked at what of you"),
    "invitations": _("your invitations"),
    "lists": _("the lists of rounds that you stand on"),
    "research": _("files for research that hold your answers"),
    "staff_changes": _("what staff files changed about you"),
    "address_changes": _("changes of your e-mail address"),
    "mail": _("mails that were sent to you, without their text"),
    "sign_in_links": _("links with which you could sign in"),
    "addresses": _("your e-mail addresses"),
    "second_factors": _("your second steps at sign-in"),
    "identity_providers": _("other accounts with which you sign in"),
}
