"""Storage that lets us down: real errors of real drivers, and a disk that is really full."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from draagkracht.config import faults
from draagkracht.config.tests.installation import Installation


def caused(error):
    wrapped = OperationalError(str(error))
    wrapped.__cause__ = error
    return wrapped


def real_error(tmp_path, script, **options):
    database = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None, **options)
    try:
        script(database)
    except sqlite3.Error as error:
        return error
    finally:
        database.close()


def locked(tmp_path):
    other = sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        return real_error(tmp_path, lambda database: database.execute("CREATE TABLE a (b)"), timeout=0)
    finally:
        other.close()


def full(tmp_path):
    def fill(database):
        database.execute("CREATE TABLE a (b)")
        database.execute("PRAGMA max_page_count = 3")
        database.execute("INSERT INTO a VALUES (zeroblob(1000000))")

    return real_error(tmp_path, fill)


def unknown_table(tmp_path):
    return real_error(tmp_path, lambda database: database.execute("SELECT * FROM nothing"))


@pytest.mark.parametrize(("made", "status"), [(locked, 503), (full, 507), (unknown_table, None)])
def test_what_sqlite_says_becomes_the_right_status(tmp_path, made, status):
    assert faults.fault(caused(made(tmp_path))) == status


def test_other_faults():
    assert faults.fault(OSError(errno.ENOSPC, "No space left on device")) == 507
    assert faults.fault(OSError(errno.EACCES, "denied")) is None
    assert faults.fault(ValueError("mistake")) is None


def test_postgresql_that_is_not_there_is_told_apart_from_a_mistake_in_a_query():
    import psycopg
    from psycopg import errors

    try:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
    except psycopg.OperationalError as error:
        assert faults.fault(caused(error)) == 503
    assert faults.fault(caused(errors.DiskFull("x"))) == 507
    assert faults.fault(caused(errors.AdminShutdown("x"))) == 503
    assert faults.fault(caused(errors.UndefinedTable("x"))) is None


@pytest.mark.parametrize(
    ("headers", "is_json"),
    [({}, False), ({"accept": "text/html,application/json"}, False), ({"accept": "application/json"}, True)],
)
def test_the_answer_comes_in_the_form_that_was_asked_for(headers, is_json):
    answer = faults.respond(RequestFactory().get("/", headers=headers), 507, OSError(errno.ENOSPC, "x"))
    assert answer.status_code == 507
    assert answer["Retry-After"] == "60"
    assert answer["Content-Type"].startswith("application/json" if is_json else "text/html")
    if is_json:
        assert json.loads(answer.content)["error"] == "storage"


FULL_DISK = """
import django; django.setup()
import json
from django.conf import settings
from django.db import connections
from django.test import Client
from django_scopes import scopes_disabled
from draagkracht.consent import purposes
from draagkracht.consent.models import Grant
from draagkracht.people.models import Account, AuditLine

browser = Client(raise_request_exception=False, headers={"host": "localhost"})
browser.force_login(Account.objects.get(email="amina@brug.example"),
                    backend="allauth.account.auth_backends.AuthenticationBackend")
words = {"shown": purposes.current("research", "nl").hash, "language": "nl"}
def ask():
    return browser.post("/me/privacy/agree/research/", words)
def kept():
    with scopes_disabled():
        return Grant.objects.count(), AuditLine.objects.filter(act="consent.granted").count()
ballast = settings.DATA / "ballast"
with ballast.open("wb", buffering=0) as file:
    for size in (4096, 1):
        try:
            while True:
                file.write(b"x" * size)
        except OSError:
            pass
full = [ask() for _ in range(3)]
reading = browser.get("/me/privacy/").status_code
during = kept()
ballast.unlink()
after = ask().status_code
with connections["default"].cursor() as cursor:
    cursor.execute("PRAGMA integrity_check"); whole = cursor.fetchone()[0]
print(json.dumps({"full": [page.status_code for page in full], "reading": reading, "during": during, "after": after,
                  "kept": kept(), "whole": whole, "said": "schijf" in full[0].content.decode()}))
"""


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 8 MB: room for a new installation and little more."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if not done or done.returncode:
        sys.stderr.write("\nNOT TESTED: a disk that is really full (mounting a small file system needs root)\n")
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_stores_nothing_half_and_recovers(tiny_disk):
    made = Installation(tiny_disk, {"SQLITE_TMPDIR": str(tiny_disk)}).make()
    told = json.loads(made.python(FULL_DISK).splitlines()[-1])
    assert told == {
        "full": [507, 507, 507],
        "reading": 200,
        "during": [0, 0],
        "after": 302,
        "kept": [1, 1],
        "whole": "ok",
        "said": True,
    }


def test_a_backup_on_a_full_disk_says_so_and_leaves_nothing_half(tiny_disk, tmp_path):
    made = Installation(tmp_path / "data").make()
    with (tiny_disk / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 8_280_000)
    done = made.run("backup", tiny_disk / "backups")
    assert done.returncode == 2
    assert "full" in done.stderr
    assert not list((tiny_disk / "backups").glob("*"))
    assert not list((tiny_disk / "backups").glob(".*"))
