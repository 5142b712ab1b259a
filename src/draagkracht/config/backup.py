"""`draagkracht backup DIR`: data in one archive; keys and the ledger of erasures in another, whose old copies expire."""

import argparse
import datetime
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.config import archive, stores
from draagkracht.consent.vault import keys, ledger

ENDS = {"sqlite": "sqlite3", "postgresql": "dump"}


def main(argv: list[str]) -> int:
    """Makes both archives, then deletes expired archives of keys. 2 with a sentence when it can not."""
    parser = argparse.ArgumentParser(prog="draagkracht backup")
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder = parser.parse_args(argv).folder.absolute()
    made = backup(folder)
    gone = expire(folder, timezone.now())
    for file in made:
        sys.stdout.write(f"{file}\n")
    if gone:
        told = ngettext(
            "%d expired archive of keys was deleted.", "%d expired archives of keys were deleted.", len(gone)
        )
        sys.stdout.write(told % len(gone) + "\n")
    sys.stdout.write(
        _("The master key is in neither archive. Keep it apart: without it nothing can be restored.") + "\n"
    )
    return 0


def backup(folder: Path) -> tuple[Path, Path]:
    """Both archives, of one moment. First the data, then the keys: so every sealed answer finds its key."""
    kind = stores.engine()
    with archive.room_on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    taken_at = _moment(folder)
    with _workplace(folder) as work:
        data = work / f"data.{ENDS[kind]}"
        stores.snapshot("default", data)
        vault = work / f"vault.{ENDS[kind]}"
        stores.snapshot("vault", vault)
        erasures = work / ledger.FILE
        erasures.touch(mode=0o600)
        ledger.append(erasures, ledger.entries())
        first = archive.write(folder, archive.Manifest("data", taken_at, kind), {data.name: data, **_files()})
        told = archive.Manifest("keys", taken_at, kind, master=keys.fingerprints()[0])
        try:
            second = archive.write(folder, told, {vault.name: vault, ledger.FILE: erasures})
        except BaseException:
            # Half a backup looks like one.
            first.unlink(missing_ok=True)
            raise
    return first, second


def _moment(folder: Path) -> datetime.datetime:
    """Now, or the first second after it of which there is no archive yet."""
    moment = timezone.now().replace(microsecond=0)
    while any((folder / archive.name(kind, moment)).exists() for kind in archive.KINDS):
        moment += datetime.timedelta(seconds=1)
    return moment


def _files() -> dict[str, Path]:
    """What was uploaded."""
    root = settings.DATA / "files"
    return {f"files/{file.relative_to(root)}": file for file in sorted(root.rglob("*")) if file.is_file()}


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder that only we can read, beside the archives, gone afterwards."""
    with archive.room_on_disk(folder):
        work = Path(tempfile.mkdtemp(prefix=".backup-", dir=folder))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def expire(folder: Path, now: datetime.datetime) -> list[Path]:
    """Deletes archives of keys older than KEY_ARCHIVE_DAYS: with them goes the power to read who was erased since.

    The newest one stays, whatever its age.
    """
    oldest = now - datetime.timedelta(days=settings.KEY_ARCHIVE_DAYS)
    mark = archive.name("keys", oldest)
    gone = [file for file in archive.in_folder(folder, "keys")[:-1] if file.name < mark]
    for file in gone:
        file.unlink()
    return gone
