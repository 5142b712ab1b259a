"""Who is at work in this data folder: serve and work share a lock that a restore needs for itself alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

_held: list[IO[str]] = []


def _open() -> IO[str]:
    settings.DATA.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(settings.DATA / "running.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")


def share() -> None:
    """Held until this process ends, also by kill -9. Raises Refusal while a restore is going on."""
    handle = _open()
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise Refusal(_("A restore is going on in this data folder. Wait until it is done."), 503) from error
    _held.append(handle)


@contextmanager
def alone() -> Iterator[None]:
    """Nothing serves or works meanwhile. Raises Refusal when something does."""
    with _open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(_("Draagkracht is running here. Stop `serve` and `work` first."), 409) from error
        yield
