"""Backup and restore through the real command, on real files."""

import datetime
import io
import json
import os
import shutil
import sqlite3
import tarfile

import pytest
from django.utils import timezone, translation

from draagkracht.config import archive, backup
from draagkracht.config.tests.installation import Installation
from draagkracht.ui.refusal import Refusal

# These run on SQLite files of their own; test_backup_postgresql.py does the same on the server.
pytestmark = pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "postgresql", reason="files of SQLite")
BOTH = {"people": ["Amina", "Bram"], "answers": 2, "readable": 2}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """An installation with two people, and a backup of it; tests work on copies."""
    root = tmp_path_factory.mktemp("seeded")
    made = Installation(root / "data").make()
    (root / "data" / "files").mkdir()
    (root / "data" / "files" / "logo.svg").write_text("<svg/>")
    done = made.run("backup", root / "backups")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(autouse=True)
def in_english():
    """What is asked of sentences here is asked of the English ones."""
    with translation.override("en"):
        yield


@pytest.fixture
def place(seeded, tmp_path):
    """A copy of it that a test may spoil: place.data, place.backups."""
    shutil.copytree(seeded, tmp_path / "copy")
    made = Installation(tmp_path / "copy" / "data")
    made.backups = tmp_path / "copy" / "backups"
    return made


def archives(place):
    return [archive.in_folder(place.backups, kind)[-1] for kind in archive.KINDS]


def repack(file, change):
    """Writes the archive anew after change(manifest, files); the manifest's hashes stay as they are then."""
    with tarfile.open(file) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with tarfile.open(file, "w:gz") as tar:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_a_backup_brings_everything_back_on_an_empty_machine(place, tmp_path):
    fresh = Installation(tmp_path / "fresh")
    done = fresh.run("restore", place.backups)
    assert (done.returncode, done.stderr) == (0, "")
    assert fresh.read() == BOTH
    assert (fresh.data / "files" / "logo.svg").read_text() == "<svg/>"
    assert not (fresh.data / "RESTORING").exists()
    assert sorted(file.name for file in fresh.data.iterdir() if file.name.startswith(".")) == []


def test_keys_and_data_stand_apart_and_only_we_can_read_them(place):
    data, keys = archives(place)
    for file, names in ((data, {"data.sqlite3", "files/logo.svg"}), (keys, {"vault.sqlite3", "erasures.jsonl"})):
        assert file.stat().st_mode & 0o077 == 0
        assert set(archive.read_manifest(file).files) == names
    assert not list(place.backups.glob(".*"))


def test_who_was_erased_after_the_backup_stays_erased(place):
    assert place.run("erase", "amina@brug.example", "--yes").returncode == 0
    after = {"people": ["Bram"], "answers": 1, "readable": 1}
    assert place.read() == after
    done = place.run("restore", place.backups, "--replace")
    assert "1 erasure was carried out again" in done.stdout
    assert place.read() == after
    assert b"amina" not in (place.data / "draagkracht.sqlite3").read_bytes()


def test_on_another_machine_a_later_archive_of_keys_knows_of_the_erasure(place, tmp_path):
    old_data, old_keys = archives(place)
    place.run("erase", "amina@brug.example", "--yes")
    assert place.run("backup", place.backups).returncode == 0
    elsewhere = Installation(tmp_path / "elsewhere")
    done = elsewhere.run("restore", place.backups, "--data", old_data, "--keys", old_keys)
    assert done.returncode == 0, done.stderr
    assert elsewhere.read() == {"people": ["Bram"], "answers": 1, "readable": 1}


def test_old_data_and_newer_keys_open_no_answer_of_who_was_erased(place, tmp_path):
    """What an attacker has who finds an old archive of data, after the archives of keys expired."""
    old_data, _ = archives(place)
    place.run("erase", "amina@brug.example", "--yes")
    place.run("backup", place.backups)
    thief = tmp_path / "thief"
    thief.mkdir()
    archive.extract(old_data, thief)
    archive.extract(archives(place)[1], thief)
    data, vault = sqlite3.connect(thief / "data.sqlite3"), sqlite3.connect(thief / "vault.sqlite3")
    keys = {key for (key,) in vault.execute("SELECT id FROM vault_personkey")}
    owners = data.execute(
        "SELECT p.name, s.key_id FROM surveys_submission s JOIN people_person p ON p.id = s.person_id"
    )
    assert {name: key in keys for name, key in owners} == {"Amina": False, "Bram": True}


def test_present_data_are_not_replaced_by_accident(place):
    done = place.run("restore", place.backups)
    assert done.returncode == 2
    assert "--replace" in done.stderr
    assert place.read() == BOTH


def test_half_a_backup_is_refused(place):
    _, keys = archives(place)
    keys.rename(keys.with_name("elsewhere.tar.gz"))
    done = place.run("restore", place.backups, "--replace")
    assert done.returncode == 2
    assert "draagkracht-keys-" in done.stderr
    assert place.read() == BOTH


@pytest.mark.parametrize("number", [0, 1])
def test_a_damaged_archive_is_refused_and_nothing_changes(place, number):
    file = archives(place)[number]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    done = place.run("restore", place.backups, "--replace")
    assert done.returncode == 2, done.stdout
    assert "damaged" in done.stderr
    assert place.read() == BOTH


def test_an_archive_that_was_cut_off_is_refused(place):
    file = archives(place)[0]
    file.write_bytes(file.read_bytes()[:-2000])
    done = place.run("restore", place.backups, "--replace")
    assert (done.returncode, "damaged" in done.stderr) == (2, True)


def test_another_master_key_is_told_before_anything_changes(place):
    done = place.run("restore", place.backups, "--replace", DRAAGKRACHT_MASTER_KEY="not the one, but long enough too")
    assert done.returncode == 2
    assert "master key" in done.stderr
    assert place.read() == BOTH


def test_a_restore_needs_the_server_stopped(place):
    import fcntl

    with (place.data / "running.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        done = place.run("restore", place.backups, "--replace")
    assert done.returncode == 2
    assert "Stop `serve` and `work` first" in done.stderr


def test_a_restore_that_was_killed_stops_the_server_until_it_is_repeated(place):
    (place.data / "RESTORING").touch()
    done = place.run("work", "--once")
    assert (done.returncode, "draagkracht restore" in done.stderr) == (2, True)
    assert place.run("restore", place.backups).returncode == 0
    assert place.run("work", "--once").returncode != 2
    assert place.read() == BOTH


KILLED = """
import os, sys, django; django.setup()
from draagkracht.config import restore, stores
really = stores.put_in_place
def dies(alias, copy):
    if alias == sys.argv[1]:
        os.kill(os.getpid(), 9)
    really(alias, copy)
stores.put_in_place = dies
restore.main([sys.argv[2], "--replace"])
"""


@pytest.mark.parametrize("alias", ["default", "vault"])
def test_a_restore_killed_in_the_middle_is_made_good_by_the_next(place, alias):
    assert place.start("-c", KILLED, alias, str(place.backups)).returncode == -9
    assert place.run("work", "--once").returncode == 2
    done = place.run("restore", place.backups)
    assert done.returncode == 0, done.stderr
    assert place.read() == BOTH
    assert not (place.data / ".before-restore").exists()


def test_a_backup_that_can_not_be_brought_up_to_date_leaves_what_was_here(place, tmp_path):
    file = archives(place)[0]
    broken = tmp_path / "data.sqlite3"

    def change(manifest, files):
        broken.write_bytes(files["data.sqlite3"])
        with sqlite3.connect(broken) as database:
            database.execute("DROP TABLE people_person")
            database.execute("CREATE TABLE people_person (x)")
        database.close()
        files["data.sqlite3"] = broken.read_bytes()
        manifest["files"]["data.sqlite3"] = [archive.digest(broken), broken.stat().st_size]

    repack(file, change)
    place.run("erase", "bram@brug.example", "--yes")
    done = place.run("restore", place.backups, "--replace")
    assert done.returncode == 2
    assert "back in its place" in done.stderr
    assert place.read() == {"people": ["Amina"], "answers": 1, "readable": 1}
    assert place.run("work", "--once").returncode != 2


def test_a_hand_made_copy_of_old_data_loses_the_erased_person_before_work_begins(place, tmp_path):
    old = tmp_path / "old.sqlite3"
    with sqlite3.connect(place.data / "draagkracht.sqlite3") as live, sqlite3.connect(old) as copy:
        live.backup(copy)
    place.run("erase", "amina@brug.example", "--yes")
    for end in ("-wal", "-shm"):
        (place.data / f"draagkracht.sqlite3{end}").unlink(missing_ok=True)
    shutil.copy(old, place.data / "draagkracht.sqlite3")
    place.run("work", "--once")
    assert place.read() == {"people": ["Bram"], "answers": 1, "readable": 1}


def spoil(**changes):
    return lambda manifest, files: manifest.update(changes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil(version="99.0.0"), "newer"),
        (spoil(format=2), "newer"),
        (spoil(files=None), "damaged"),
        (spoil(taken_at="yesterday-ish"), "damaged"),
        (lambda manifest, files: files.update({"../escaped": b"x"}), "does not belong"),
        (lambda manifest, files: files.update({"/var/escaped": b"x"}), "does not belong"),
        (lambda manifest, files: files.update({"extra": b"x"}), "does not belong"),
        (lambda manifest, files: files.update({"data.sqlite3": b"x"}), "damaged"),
        (lambda manifest, files: files.pop("data.sqlite3"), "damaged"),
    ],
)
def test_an_archive_that_lies_is_refused(place, tmp_path, change, said):
    file = archives(place)[0]
    repack(file, change)
    with pytest.raises(Refusal) as refused:
        archive.extract(file, tmp_path)
    assert said in str(refused.value.message)
    assert not (tmp_path.parent / "escaped").exists()


def test_a_link_in_an_archive_is_refused(place, tmp_path):
    file = archives(place)[0]
    manifest = archive.read_manifest(file)
    with tarfile.open(file, "w:gz") as tar:
        told = tarfile.TarInfo("manifest.json")
        told.size = len(manifest.as_json())
        tar.addfile(told, io.BytesIO(manifest.as_json()))
        link = tarfile.TarInfo("data.sqlite3")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(Refusal):
        archive.extract(file, tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b" + b"0" * 50])
def test_something_else_is_not_an_archive(tmp_path, content):
    file = tmp_path / "draagkracht-data-20260101T000000Z.tar.gz"
    file.write_bytes(content)
    with pytest.raises(Refusal):
        archive.read_manifest(file)


def test_archives_of_keys_expire_but_the_newest_stays(tmp_path, settings):
    now = timezone.now()
    for kind in archive.KINDS:
        for days in (400, 31, 29, 1):
            (tmp_path / archive.name(kind, now - datetime.timedelta(days=days))).touch()
    settings.KEY_ARCHIVE_DAYS = 30
    assert len(backup.expire(tmp_path, now)) == 2
    assert len(archive.in_folder(tmp_path, "keys")) == 2
    assert len(archive.in_folder(tmp_path, "data")) == 4
    later = now + datetime.timedelta(days=400)
    backup.expire(tmp_path, later)
    assert len(archive.in_folder(tmp_path, "keys")) == 1
