"""`draagkracht check`: says in plain words what must be fixed, and what deserves a look."""

import argparse
import datetime
import json
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from draagkracht.config import archive, readiness, work
from draagkracht.consent.vault import keys, ledger
from draagkracht.consent.vault.models import Erasure, PersonKey
from draagkracht.outbox.queries import state

LITTLE_ROOM = 500 * 2**20
OLD_HEARTBEAT = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Finding:
    """`must`: people can not (safely) use this installation before it is fixed."""

    must: bool
    said: str


def main(argv: list[str]) -> int:
    """Prints the findings. 1 when something must be fixed, else 0."""
    parser = argparse.ArgumentParser(prog="draagkracht check")
    parser.add_argument("--backups", type=Path, metavar="DIR", help="also look at the backups in this folder")
    findings = examine(parser.parse_args(argv).backups)
    fix, look_at = _("Fix"), _("Look at")
    for finding in findings:
        sys.stdout.write(f"{fix if finding.must else look_at}: {finding.said}\n")
    if not findings:
        sys.stdout.write(_("Everything is as it should be.") + "\n")
    return 1 if any(finding.must for finding in findings) else 0


def examine(backups: Path | None = None) -> list[Finding]:
    """Every finding, the most basic first; without a database those about its content are left out."""
    found = [*secrets(), *address(), *databases()]
    if not any(finding.must for finding in found):
        found += [*vault(), *mail()]
    found += [*worker(), *room()]
    if backups:
        found += key_archives(backups)
    return found


def secrets() -> Iterator[Finding]:
    """Weak or ill-kept secrets."""
    for name in ("SECRET_KEY", "MASTER_KEY"):
        if len(getattr(settings, name)) < 32:
            yield Finding(True, _("DRAAGKRACHT_%(name)s is shorter than 32 characters.") % {"name": name})
        file = settings.DATA / "secrets" / name.lower()
        if file.exists() and file.stat().st_mode & 0o077:
            yield Finding(True, _("%(file)s can be read by others: chmod 600.") % {"file": file})
    if (settings.DATA / "secrets" / "master_key").exists():
        yield Finding(
            False,
            _(
                "The master key stands beside the data. Keep a copy elsewhere, or give it in DRAAGKRACHT_MASTER_KEY_FILE."
            ),
        )
    if settings.DEBUG:
        yield Finding(True, _("DRAAGKRACHT_DEBUG is on: error pages would show data."))
    if settings.DEMO:
        yield Finding(True, _("DRAAGKRACHT_DEMO is on: sign-in is loosened."))


def address() -> Iterator[Finding]:
    """The address that links in mail are made of."""
    if not settings.SECURE:
        yield Finding(
            True, _("DRAAGKRACHT_SITE_URL does not begin with https://: links and sessions would travel in the open.")
        )


def databases() -> Iterator[Finding]:
    """Reachable and up to date."""
    for alias in readiness.ALIASES:
        try:
            if readiness.unmigrated(alias):
                yield Finding(
                    True, _("The database “%(alias)s” is not up to date. Run `draagkracht init`.") % {"alias": alias}
                )
        except OperationalError:
            yield Finding(True, _("The database “%(alias)s” can not be reached.") % {"alias": alias})
    if (settings.DATA / readiness.MARKER).exists():
        yield Finding(True, _("A restore was cut off. Run `draagkracht restore` again before anything else."))


def vault() -> Iterator[Finding]:
    """The master key fits, and every erasure was carried out."""
    key = PersonKey.objects.values_list("id", flat=True).first()
    try:
        if key:
            keys.Opener(key)
    except keys.Tampered:
        yield Finding(True, _("The master key does not open the keys in the vault. Was it changed?"))
    try:
        if ledger.pending():
            yield Finding(True, _("Erasures wait to be carried out: start `draagkracht work` or `serve`."))
    except DatabaseError:
        yield Finding(True, _("The ledger of erasures can not be read."))
    if ledger.read(ledger.path())[1]:
        yield Finding(False, _("A line of erasures.jsonl can not be read (a power cut while it was written?)."))
    if Erasure.objects.filter(scrubbed_at=None).exists():
        yield Finding(
            False, _("After an erasure the database files still have to be rewritten; `draagkracht work` does it.")
        )


def mail() -> Iterator[Finding]:
    """The mail server, and what waits for it."""
    if settings.OUTBOX_DELIVERY == "file":
        yield Finding(False, _("Mail is written to files, not sent (DRAAGKRACHT_MAIL_DELIVERY=file)."))
    elif not _reachable(settings.EMAIL_HOST, settings.EMAIL_PORT):
        told = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
        yield Finding(True, _("The mail server %(host)s:%(port)s does not answer; mail waits in the queue.") % told)
    queue = state()
    if queue.given_up:
        yield Finding(False, _("%(count)d e-mails were given up in the last thirty days.") % {"count": queue.given_up})
    if queue.oldest and timezone.now() - queue.oldest > datetime.timedelta(hours=1):
        told = {"count": queue.waiting, "since": f"{timezone.localtime(queue.oldest):%Y-%m-%d %H:%M}"}
        yield Finding(False, _("%(count)d e-mails wait, the oldest since %(since)s.") % told)


def _reachable(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def worker() -> Iterator[Finding]:
    """The background process lives, and its tasks succeed."""
    try:
        told = json.loads((settings.DATA / work.HEARTBEAT).read_text(encoding="utf-8"))
        at = parse_datetime(told["at"])
    except (OSError, ValueError, KeyError, TypeError):
        at, told = None, {}
    if at is None or timezone.now() - at > OLD_HEARTBEAT:
        yield Finding(True, _("`draagkracht work` does not run: no mail goes out, no survey opens or closes."))
    elif told.get("failed"):
        names = ", ".join(told["failed"])
        yield Finding(True, _("Background tasks failed in the last round: %(names)s. See the log.") % {"names": names})


def room() -> Iterator[Finding]:
    """Free space where the data stand."""
    place = next((folder for folder in (settings.DATA, *settings.DATA.parents) if folder.exists()), None)
    if place and shutil.disk_usage(place).free < LITTLE_ROOM:
        yield Finding(True, _("Less than 500 MB is free in %(folder)s.") % {"folder": settings.DATA})


def key_archives(folder: Path) -> Iterator[Finding]:
    """A backup of yesterday, and no archive of keys that should have expired."""
    found = archive.in_folder(folder, "keys")
    if not found:
        yield Finding(True, _("There is no backup in %(folder)s.") % {"folder": folder})
        return
    now = timezone.now()
    if found[-1].name < archive.name("keys", now - datetime.timedelta(days=2)):
        yield Finding(True, _("The newest backup in %(folder)s is older than two days.") % {"folder": folder})
    oldest = archive.name("keys", now - datetime.timedelta(days=settings.KEY_ARCHIVE_DAYS))
    if any(file.name < oldest for file in found[:-1]):
        told = {"folder": folder, "days": settings.KEY_ARCHIVE_DAYS}
        yield Finding(
            True, _("Archives of keys in %(folder)s are older than %(days)d days: run `draagkracht backup`.") % told
        )
