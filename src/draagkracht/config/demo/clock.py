"""Lets the acts of the demo happen on the day on which they would have happened."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Inside, Django takes `moment` for now. For filling an empty demo in one thread, and for nothing else."""

    class Then(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    # The class, not the function `now`: defaults of models hold on to the function.
    present, timezone.datetime = timezone.datetime, Then  # type: ignore[attr-defined]
    try:
        yield
    finally:
        timezone.datetime = present  # type: ignore[attr-defined]
