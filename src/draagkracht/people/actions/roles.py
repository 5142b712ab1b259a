"""Roles: granted and revoked, each with one audit line."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from ..models import Account, Organisation, Role, RoleAssignment, Unit
from . import audit


def grant_role(
    organisation: Organisation, email: str, role: Role, unit: Unit | None, by: Account | None
) -> RoleAssignment:
    """Gives a role to whoever has this address; makes the account when there is none. Raises Refusal 409 when held."""
    address = email.strip().lower()
    try:
        with transaction.atomic():
            account = Account.objects.filter(email=address).first()
            if account is None:
                account = Account.objects.create_user(address, language=organisation.language)
            made = RoleAssignment(organisation=organisation, account=account, role=role, unit=unit, granted_by=by)
            made.save(force_insert=True)
            audit(organisation, by, "role.granted", assignment=made.pk, role=str(role), to=account.pk)
    except IntegrityError as error:
        raise Refusal(_("This person already holds this role here."), 409) from error
    return made


def revoke_role(assignment: RoleAssignment, by: Account | None) -> None:
    """Takes a role back; revoking twice changes nothing. Raises Refusal 409 for the last platform administrator."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=assignment.organisation_id)
        if assignment.role == Role.PLATFORM_ADMIN:
            others = RoleAssignment.objects.filter(role=Role.PLATFORM_ADMIN, unit=None, revoked_at=None)
            if not others.exclude(pk=assignment.pk).exists():
                raise Refusal(_("Somebody must be able to give roles. Make another platform administrator first."), 409)
        changed = RoleAssignment.objects.filter(pk=assignment.pk, revoked_at=None).update(revoked_at=timezone.now())
        if changed:
            audit(assignment.organisation, by, "role.revoked", assignment=assignment.pk, role=assignment.role)
