"""The vault: keys of persons and the ledger of erasures, in a database of their own."""

from django.db import models
from django.utils import timezone


class PersonKey(models.Model):
    """A random 256-bit key, wrapped under the master key. Deleting the row makes all that it sealed unreadable."""

    id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()


class Erasure(models.Model):
    """A line of the ledger: this person is gone for good. A restored backup loses them again before it serves anyone.

    `pseudonym` finds the person in an older copy, `key_id` (empty for who never had a key) the key. `scrubbed_at`: the
    files and logs of both databases were rewritten since, so that no trace stays between the rows either.
    """

    pseudonym = models.UUIDField(unique=True)
    key_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    scrubbed_at = models.DateTimeField(null=True, blank=True)
