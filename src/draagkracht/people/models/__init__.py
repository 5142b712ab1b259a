"""Organisations, their tree of units, the people in it over time, and who may do what."""

from .account import Account, Role, RoleAssignment
from .audit import AuditLine
from .organisation import Membership, Organisation, Person, Unit
from .staff_import import StaffChange, StaffImport

__all__ = [
    "Account",
    "AuditLine",
    "Membership",
    "Organisation",
    "Person",
    "Role",
    "RoleAssignment",
    "StaffChange",
    "StaffImport",
    "Unit",
]
