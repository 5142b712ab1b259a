"""Consistent copies of a database while people use it, and putting one back: SQLite and PostgreSQL."""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connections
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

SIDE_FILES = ("", "-wal", "-shm")


def engine() -> str:
    """`sqlite` or `postgresql`; both stores of an installation are of one kind. Raises Refusal when they are not."""
    found = {connections[alias].vendor for alias in ("default", "vault")}
    if len(found) > 1:
        raise Refusal(_("Data and keys stand in two kinds of databases; backup and restore need one kind."))
    if len({_place(alias) for alias in ("default", "vault")}) == 1:
        raise Refusal(_("Data and keys stand in the same database: set DRAAGKRACHT_VAULT_URL to another one."))
    return found.pop()


def _place(alias: str) -> tuple:
    told = connections[alias].settings_dict
    return (str(told["NAME"]), told.get("HOST", ""), str(told.get("PORT", "")))


def snapshot(alias: str, target: Path) -> None:
    """Copies a database as it is at one moment; writers are not held up. Raises Refusal, OSError."""
    if connections[alias].vendor == "sqlite":
        _snapshot_sqlite(alias, target)
    else:
        _check_tool("pg_dump", connections[alias])
        _run(alias, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _snapshot_sqlite(alias: str, target: Path) -> None:
    """VACUUM INTO: a consistent copy without free pages, so that no trace of what was deleted comes along."""
    name = Path(connections[alias].settings_dict["NAME"])
    if not name.exists():
        raise Refusal(_("There is no database “%(alias)s” yet. Run `draagkracht init`.") % {"alias": alias})
    source = sqlite3.connect(name, timeout=60)
    try:
        source.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise Refusal(
                _("The disk of %(folder)s is full. Nothing was changed.") % {"folder": target.parent}, 507
            ) from error
        raise Refusal(
            _("The database “%(alias)s” can not be read: %(why)s") % {"alias": alias, "why": error}
        ) from error
    finally:
        source.close()


def verify(alias: str, copy: Path) -> None:
    """The copy is a whole database. Raises Refusal."""
    if connections[alias].vendor != "sqlite":
        _check_tool("pg_restore", connections[alias])
        _run_plain("pg_restore", "--list", str(copy))
        return
    opened = sqlite3.connect(copy)
    try:
        whole = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        whole = False
    finally:
        opened.close()
    if not whole:
        raise Refusal(_("The copy of “%(alias)s” in the backup is not a whole database.") % {"alias": alias})


def put_aside(alias: str, folder: Path) -> None:
    """SQLite: moves the present files into the folder; where an earlier restore was cut off, its files stay there."""
    connections[alias].close()
    kept_before = (folder / alias).exists()
    for end in SIDE_FILES:
        live = Path(f"{connections[alias].settings_dict['NAME']}{end}")
        if live.exists() and kept_before:
            live.unlink()
        elif live.exists():
            shutil.move(live, folder / f"{alias}{end}")


def put_back(alias: str, folder: Path) -> None:
    """SQLite: undoes put_aside; where nothing was put aside, there was nothing before."""
    connections[alias].close()
    for end in SIDE_FILES:
        live = Path(f"{connections[alias].settings_dict['NAME']}{end}")
        live.unlink(missing_ok=True)
        if (folder / f"{alias}{end}").exists():
            shutil.move(folder / f"{alias}{end}", live)


def put_in_place(alias: str, copy: Path) -> None:
    """The copy becomes the live database: renamed (SQLite), or loaded in one transaction (PostgreSQL)."""
    connections[alias].close()
    if connections[alias].vendor == "sqlite":
        target = Path(connections[alias].settings_dict["NAME"])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(copy, target)
        return
    _check_tool("pg_restore", connections[alias])
    script = copy.with_suffix(".sql")
    _run_plain("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(copy))
    empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    try:
        _run(alias, "psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-c", empty, "-f", str(script))
    finally:
        script.unlink(missing_ok=True)


def _check_tool(tool: str, connection) -> None:
    """Raises Refusal when PostgreSQL's tool is missing or older than the server."""
    if shutil.which(tool) is None:
        raise Refusal(
            _("%(tool)s is missing. Install the client of PostgreSQL (Debian: postgresql-client).") % {"tool": tool}
        )
    said = _run_plain(tool, "--version")
    found = re.search(r"\d+", said)
    ours = int(found[0]) if found else 0
    with connection.cursor():
        theirs = connection.pg_version // 10000
    if ours < theirs:
        told = {"tool": tool, "ours": ours, "theirs": theirs}
        raise Refusal(
            _("%(tool)s is of version %(ours)s, the server of version %(theirs)s: install a newer client.") % told
        )


def _run(alias: str, tool: str, *words: str) -> str:
    told = connections[alias].settings_dict
    surroundings = {
        "PGHOST": told.get("HOST"),
        "PGPORT": str(told.get("PORT") or ""),
        "PGUSER": told.get("USER"),
        # In the environment of the child, not on its command line, where everybody on the machine could read it.
        "PGPASSWORD": told.get("PASSWORD"),
        "PGDATABASE": str(told["NAME"]),
        # Somebody who still reads must not make a restore wait for ever.
        "PGOPTIONS": "-c lock_timeout=20s",
    }
    return _run_plain(tool, *words, extra={key: value for key, value in surroundings.items() if value})


def _run_plain(tool: str, *words: str, extra: dict[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603  (own words, no shell)
        [tool, *words], env={**os.environ, **(extra or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or "?").splitlines()[-1]
        if "No space left" in done.stderr:
            raise Refusal(_("The disk is full. Nothing was changed."), 507)
        raise Refusal(_("%(tool)s did not succeed: %(why)s") % {"tool": tool, "why": last})
    return done.stdout
