"""Organisations, their tree of units, the people in it over time, and who may do what."""

from .account import Account, Role, RoleAssignment
from .address_change import AddressChange
from .audit import AuditLine
from .organisation import Membership, Organisation, Person, Unit
from .sign_in import SignInLink
from .staff_import import StaffChange, StaffImport, StaffUpload

__all__ = [
    "Account",
    "AddressChange",
    "AuditLine",
    "Membership",
    "Organisation",
    "Person",
    "Role",
    "RoleAssignment",
    "SignInLink",
    "StaffChange",
    "StaffImport",
    "StaffUpload",
    "Unit",
]
