"""Rows that are written once, and why a figure may be absent from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Frozen(Exception):
    """Somebody tried to change what was published. It never changes: not after a move, an erasure or an import."""


class FrozenQuerySet(models.QuerySet):
    """Rows can be made and read, nothing else."""

    def update(self, **fields) -> int:
        raise Frozen

    def bulk_update(self, *args, **options) -> int:
        raise Frozen

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Frozen


class FrozenRow(models.Model):
    """A row that is written once. Only taking away the whole organisation takes it away."""

    class Meta:
        abstract = True

    def save(self, *args, **options) -> None:
        if not self._state.adding:
            raise Frozen
        super().save(*args, **options | {"force_insert": True})

    def delete(self, *args, **options) -> tuple[int, dict[str, int]]:
        raise Frozen


FrozenManager = models.Manager.from_queryset(FrozenQuerySet)


def frozen_rows() -> ScopedManager:
    """The manager of a table that is written once, seen only inside a scope."""
    return ScopedManager(organisation="organisation", _manager_class=FrozenManager)


class Reason(models.TextChoices):
    """Why a figure is not there. A manager reads no more than these three."""

    TOO_FEW = "too-few", _("too few answers")
    PROTECTED = "protected", _("withheld to protect people")
    NO_DATA = "no-data", _("no data")
