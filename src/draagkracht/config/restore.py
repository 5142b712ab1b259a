"""`draagkracht restore DIR`: from both archives, and only after every erasure that is known anywhere was replayed."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.config import archive, readiness, running, stores
from draagkracht.config.backup import ENDS
from draagkracht.consent.vault import keys, ledger
from draagkracht.insights import rights
from draagkracht.people.models import Organisation
from draagkracht.ui.refusal import Refusal

BEFORE = ".before-restore"


def main(argv: list[str]) -> int:
    """Puts the newest (or the named) pair of archives in place of what is here."""
    options = arguments(argv)
    with running.alone(), archive.room_on_disk(settings.DATA):
        count = restore(options.folder.absolute(), options.data, options.keys, options.replace)
    sys.stdout.write(_("Restored.") + "\n")
    if count:
        told = ngettext("%d erasure was carried out again.", "%d erasures were carried out again.", count)
        sys.stdout.write(told % count + "\n")
    return 0


def arguments(argv: list[str]) -> argparse.Namespace:
    """DIR, --data, --keys, --replace."""
    parser = argparse.ArgumentParser(prog="draagkracht restore")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--data", type=Path, metavar="FILE", help="another archive of data than the newest")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="another archive of keys than the newest")
    parser.add_argument("--replace", action="store_true", help="put it in the place of the data that are here now")
    return parser.parse_args(argv)


def restore(folder: Path, data: Path | None = None, keys_: Path | None = None, replace: bool = False) -> int:
    """Checks everything first, then swaps. Returns how many erasures were carried out again. Raises Refusal."""
    kind = stores.engine()
    data, keys_ = data or _newest(folder, "data"), keys_ or _newest(folder, "keys")
    cut_off = (settings.DATA / readiness.MARKER).exists()
    if not (replace or cut_off or _is_empty()):
        raise Refusal(_("There are data here already. Give --replace to put the backup in their place."), 409)
    with archive.room_on_disk(settings.DATA):
        work = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.DATA))
    try:
        _check(archive.extract(data, work), archive.extract(keys_, work), data, keys_, kind)
        copies = {"default": work / f"data.{ENDS[kind]}", "vault": work / f"vault.{ENDS[kind]}"}
        for alias, copy in copies.items():
            stores.verify(alias, copy)
        # First of all the ledger, synced: whatever happens from here on, nobody who was erased is served.
        ledger.append(ledger.path(), _all_erasures(folder, keys_))
        return _swap(copies, work, kind)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _newest(folder: Path, kind: str) -> Path:
    found = archive.in_folder(folder, kind)
    if not found:
        told = {"folder": folder, "name": f"draagkracht-{kind}-….tar.gz"}
        raise Refusal(_("In %(folder)s there is no %(name)s. A restore needs both: data and keys.") % told, 404)
    return found[-1]


def _is_empty() -> bool:
    try:
        return not Organisation.objects.exists()
    except DatabaseError:
        return True


def _check(data: archive.Manifest, keys_: archive.Manifest, data_file: Path, keys_file: Path, kind: str) -> None:
    if (data.kind, keys_.kind) != ("data", "keys"):
        raise Refusal(_("A restore needs one archive of data and one of keys."))
    for told, file in ((data, data_file), (keys_, keys_file)):
        if told.engine != kind:
            words = {"file": file.name, "theirs": told.engine, "ours": kind}
            raise Refusal(_("%(file)s comes from %(theirs)s, this installation stands on %(ours)s.") % words)
    if keys_.taken_at < data.taken_at:
        raise Refusal(_("The archive of keys is older than the data: answers given in between could not be opened."))
    if keys_.master not in keys.fingerprints():
        raise Refusal(
            _("These keys were sealed under another master key. Put that one in DRAAGKRACHT_MASTER_KEY (or its file).")
        )


def _all_erasures(folder: Path, chosen: Path) -> list[ledger.Line]:
    """Every line that is written down anywhere: in the vault here, and in each archive of keys in reach.

    An archive that can not be read stops the restore: it could be the one that knows of the last erasure.
    """
    lines = _here()
    for file in {chosen.absolute(), *archive.in_folder(folder, "keys")}:
        lines += ledger.parse(archive.read_one(file, ledger.FILE).decode(errors="replace"))[0]
    return lines


def _here() -> list[ledger.Line]:
    try:
        return ledger.entries()
    except DatabaseError:
        return ledger.read(ledger.path())[0]


def _swap(copies: dict[str, Path], work: Path, kind: str) -> int:
    marker, before = settings.DATA / readiness.MARKER, settings.DATA / BEFORE
    marker.write_text("", encoding="utf-8")
    before.mkdir(exist_ok=True, mode=0o700)
    # What a restore that was killed had put aside counts as touched by this one.
    touched = {alias for alias in copies if (before / alias).exists()}
    try:
        for alias, copy in copies.items():
            if kind == "sqlite":
                stores.put_aside(alias, before)
                touched.add(alias)
            stores.put_in_place(alias, copy)
        count = _finish(work, before)
    except BaseException as error:
        if kind == "sqlite":
            _undo(touched, before)
            marker.unlink()
        if isinstance(error, DatabaseError):
            raise Refusal(_failed(kind)) from error
        raise
    finally:
        connections.close_all()
    shutil.rmtree(before, ignore_errors=True)
    marker.unlink()
    _sync(settings.DATA)
    return count


def _failed(kind: str) -> str:
    if kind == "sqlite":
        return _("What is in the backup can not be brought up to date. What was here before is back in its place.")
    return _("What is in the backup can not be brought up to date. Nothing is served before a restore succeeds.")


def _finish(work: Path, before: Path) -> int:
    """Upgrades what came from an older version, then carries out the erasures, then puts the files in place."""
    for alias in readiness.ALIASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    count = rights.replay()
    _move_files(settings.DATA / "files", before / "files")
    if (work / "files").exists():
        _move_files(work / "files", settings.DATA / "files")
    return count


def _undo(touched: set[str], before: Path) -> None:
    for alias in touched:
        stores.put_back(alias, before)
    if (before / "files").exists():
        shutil.rmtree(settings.DATA / "files", ignore_errors=True)
        _move_files(before / "files", settings.DATA / "files")
    shutil.rmtree(before, ignore_errors=True)


def _move_files(source: Path, target: Path) -> None:
    if source.exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(source, target)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
