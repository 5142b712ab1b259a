"""Backup and restore with a real PostgreSQL server and its own tools (pg_dump, pg_restore, psql)."""

import os
import uuid

import pytest
from django.utils import translation

from draagkracht.config import archive, stores
from draagkracht.config.tests.installation import Installation
from draagkracht.ui.refusal import Refusal

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgresql", reason="needs PostgreSQL"),
]


@pytest.fixture(autouse=True)
def in_english():
    """What is asked of sentences here is asked of the English ones."""
    with translation.override("en"):
        yield


@pytest.fixture
def place(tmp_path):
    """An installation on two databases of its own."""
    import psycopg

    where = f"{os.environ.get('PGHOST', '127.0.0.1')}:{os.environ.get('PGPORT', '5432')}"
    user, secret = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    names = {alias: f"draagkracht_{alias}_{uuid.uuid4().hex[:10]}" for alias in ("data", "vault")}
    server = psycopg.connect(f"postgresql://{user}:{secret}@{where}/postgres", autocommit=True)
    for name in names.values():
        server.execute(f'CREATE DATABASE "{name}"')
    urls = {
        "DRAAGKRACHT_DATABASE_URL": f"postgresql://{user}:{secret}@{where}/{names['data']}",
        "DRAAGKRACHT_VAULT_URL": f"postgresql://{user}:{secret}@{where}/{names['vault']}",
    }
    yield Installation(tmp_path / "data", urls).make()
    for name in names.values():
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.close()


def test_a_backup_comes_back_and_who_was_erased_stays_erased(place, tmp_path):
    backups = tmp_path / "backups"
    assert place.run("backup", backups).returncode == 0
    assert set(archive.read_manifest(archive.in_folder(backups, "keys")[0]).files) == {"vault.dump", "erasures.jsonl"}
    assert place.run("erase", "amina@brug.example", "--yes").returncode == 0
    after = {"people": ["Bram"], "answers": 1, "readable": 1}
    assert place.read() == after
    assert place.run("restore", backups).returncode == 2
    done = place.run("restore", backups, "--replace")
    assert done.returncode == 0, done.stderr
    assert "1 erasure was carried out again" in done.stdout
    assert place.read() == after


def test_a_backup_of_sqlite_is_not_loaded_into_postgresql(place, tmp_path):
    other = Installation(tmp_path / "other").make()
    assert other.run("backup", tmp_path / "backups").returncode == 0
    done = place.run("restore", tmp_path / "backups", "--replace")
    assert done.returncode == 2
    assert "comes from sqlite" in done.stderr
    assert place.read()["answers"] == 2


def test_a_missing_or_older_tool_is_told(db, tmp_path, monkeypatch):
    from django.db import connection

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="postgresql-client"):
        stores.snapshot("default", tmp_path / "x")
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho pg_dump 9.6.1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Refusal, match="newer client"):
        stores.snapshot("default", tmp_path / "x")
    assert connection.pg_version


def test_data_and_keys_in_one_database_are_refused(place, tmp_path):
    same = place.environment["DRAAGKRACHT_DATABASE_URL"]
    done = place.run("backup", tmp_path / "backups", DRAAGKRACHT_VAULT_URL=same)
    assert done.returncode == 2
    assert "DRAAGKRACHT_VAULT_URL" in done.stderr
