"""The vault: keys of persons and the ledger of erasures, in a database of their own."""

from django.db import models
from django.utils import timezone


class PersonKey(models.Model):
    """A random 256-bit key, wrapped under the master key. Deleting the row makes all that it sealed unreadable."""

    id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()


class Erasure(models.Model):
    """A line of the ledger: this key is gone for good. A restored backup destroys it again before it serves anyone."""

    key_id = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now)
