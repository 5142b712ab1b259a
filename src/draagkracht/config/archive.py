"""Archives of a backup: gzipped tar files whose first member is a manifest with the hash of every other."""

import datetime
import errno
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

VERSION = metadata.version("draagkracht")
FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
KINDS = ("data", "keys")
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `files`: name -> (SHA-256 hex, bytes)."""

    kind: str
    taken_at: datetime.datetime
    engine: str
    master: str = ""
    version: str = VERSION
    format: int = FORMAT
    files: dict[str, tuple[str, int]] = field(default_factory=dict)

    def as_json(self) -> bytes:
        told = {**self.__dict__, "taken_at": self.taken_at.isoformat()}
        return json.dumps(told, indent=1).encode()


def name(kind: str, taken_at: datetime.datetime) -> str:
    """Sorts by time."""
    return f"draagkracht-{kind}-{taken_at.astimezone(datetime.UTC).strftime(STAMP)}.tar.gz"


def in_folder(folder: Path, kind: str) -> list[Path]:
    """Archives of a kind, oldest first."""
    return sorted(folder.glob(f"draagkracht-{kind}-*.tar.gz"))


def write(folder: Path, manifest: Manifest, sources: dict[str, Path]) -> Path:
    """Writes an archive of these files (name in it -> file), whole or not at all. Raises Refusal when the disk is full."""
    files = {name_: (digest(source), source.stat().st_size) for name_, source in sources.items()}
    manifest = replace(manifest, files=files)
    target = folder / name(manifest.kind, manifest.taken_at)
    part = target.with_name(target.name + ".part")
    with room_on_disk(folder):
        try:
            _pack(part, manifest, sources)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync(folder)
    return target


def _pack(part: Path, manifest: Manifest, sources: dict[str, Path]) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
            told = part.with_name(part.name + ".manifest")
            try:
                told.write_bytes(manifest.as_json())
                tar.add(told, MANIFEST)
            finally:
                told.unlink(missing_ok=True)
            for name_, source in sources.items():
                tar.add(source, name_, recursive=False)
        raw.flush()
        os.fsync(raw.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(file: Path) -> str:
    """SHA-256, hex."""
    total = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def read_manifest(file: Path) -> Manifest:
    """Raises Refusal when the file is no archive of ours, damaged, or written by a newer version."""
    with _opened(file) as tar:
        return _manifest(tar, file)


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isfile() or first.size > 64 * CHUNK:
        raise Refusal(_("%(file)s is not a backup of Draagkracht.") % {"file": file.name})
    try:
        told = json.loads(tar.extractfile(first).read())  # type: ignore[union-attr]
        taken = datetime.datetime.fromisoformat(told["taken_at"])
        files = {str(key): (str(value[0]), int(value[1])) for key, value in told["files"].items()}
        found = Manifest(
            told["kind"],
            taken,
            told["engine"],
            told["master"],
            told["version"],
            int(told["format"]),
            files,  # type: ignore[arg-type]
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Refusal(_("%(file)s is damaged: its manifest can not be read.") % {"file": file.name}) from error
    if found.format > FORMAT or _numbers(found.version) > _numbers(VERSION):
        told_ = {"file": file.name, "theirs": found.version, "ours": VERSION}
        raise Refusal(
            _("%(file)s was made by version %(theirs)s, newer than this one (%(ours)s). Upgrade first.") % told_
        )
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def extract(file: Path, folder: Path) -> Manifest:
    """Unpacks exactly the files of the manifest into the folder, each checked against its hash.

    Raises Refusal for a damaged archive, a name that leads out of the folder, links and devices, and a full disk.
    """
    with room_on_disk(folder), _opened(file) as tar:
        manifest = _manifest(tar, file)
        missing = set(manifest.files)
        while (member := tar.next()) is not None:
            _extract_one(tar, member, manifest, folder, file)
            missing.discard(member.name)
    if missing:
        raise Refusal(_("%(file)s is damaged: a part is missing.") % {"file": file.name})
    return manifest


def read_one(file: Path, wanted: str) -> bytes:
    """One small file of an archive, checked. Raises Refusal as `extract` does."""
    with _opened(file) as tar:
        manifest = _manifest(tar, file)
        while (member := tar.next()) is not None:
            if member.name == wanted and member.isfile():
                content = tar.extractfile(member).read()  # type: ignore[union-attr]
                if hashlib.sha256(content).hexdigest() == manifest.files.get(wanted, ("", 0))[0]:
                    return content
    raise Refusal(_("%(file)s is damaged: a part is missing.") % {"file": file.name})


def _extract_one(tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, folder: Path, file: Path) -> None:
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder.resolve()) or not member.isfile() or member.name not in manifest.files:
        raise Refusal(
            _("%(file)s holds something that does not belong in a backup; it was not used.") % {"file": file.name}
        )
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    expected, size = manifest.files[member.name]
    total = hashlib.sha256()
    source = tar.extractfile(member)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        while source is not None and (chunk := source.read(CHUNK)):
            total.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if member.size != size or total.hexdigest() != expected:
        raise Refusal(
            _("%(file)s is damaged: “%(part)s” is not what was backed up.") % {"file": file.name, "part": member.name}
        )


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:gz") as tar:
            yield tar
    except FileNotFoundError as error:
        raise Refusal(_("%(file)s is not there.") % {"file": file}, 404) from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise Refusal(_("%(file)s is damaged or was cut off.") % {"file": file.name}) from error
    except OSError as error:
        # gzip tells of a bad header or checksum by an OSError without a number.
        if error.errno is not None:
            raise
        raise Refusal(_("%(file)s is damaged or was cut off.") % {"file": file.name}) from error


@contextmanager
def room_on_disk(folder: Path) -> Iterator[None]:
    """Turns "no space left" into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal(
                _("The disk of %(folder)s is full. Nothing was changed.") % {"folder": folder}, 507
            ) from error
        raise
