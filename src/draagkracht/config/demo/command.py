"""The command `draagkracht demo`: prepares its own data folder, then serves it on loopback until Ctrl-C.

Only this command switches demo mode on, in which a printed link signs in without a second factor. It therefore binds to
loopback and nothing else, and never touches a database that it did not make itself.
"""

import argparse
import fcntl
import json
import os
import shutil
import socket
import sys
import time
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost")
MARK = "demo.json"


def main(argv: list[str]) -> int:
    """Makes the data when they are not there yet, prints a ready link per role, serves. 2 when it can not start."""
    options = arguments(argv)
    data = Path(os.environ.get("DRAAGKRACHT_DATA") or "data/demo").expanduser().absolute()
    environment(data, options.port)
    if options.host not in LOOPBACK:
        return _say_no("host", {"host": options.host})
    if not options.prepare and not free(options.port):
        return _say_no("port", {"port": options.port, "next": options.port + 1})
    if options.fresh and in_use(data):
        return _say_no("running", {"folder": data})
    if not ready_folder(data, options.fresh):
        return _say_no("folder", {"folder": data})
    import django

    django.setup()
    from draagkracht.config.demo import doors, running

    began = time.monotonic()
    if state(data) != "ready":
        prepare(data, options.times, options.rounds)
    doors.show(data, options.port, time.monotonic() - began)
    return 0 if options.prepare else running.serve(options.port)


def arguments(argv: list[str]) -> argparse.Namespace:
    """--port (else PORT, else 8000), --fresh, --prepare, --times and --rounds; --host exists to be refused."""
    parser = argparse.ArgumentParser(prog="draagkracht demo")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    parser.add_argument("--host", default=LOOPBACK[0], help="loopback only: this mode signs in without a second factor")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin again")
    parser.add_argument("--prepare", action="store_true", help="make the data and print the links, but do not serve")
    parser.add_argument(
        "--times",
        type=_times,
        default=1,
        metavar="N",
        help="N times as many teams, to look at a large organisation (1 to 40)",
    )
    parser.add_argument("--rounds", type=_rounds, metavar="N", help="so many closed rounds instead of six (6 to 20)")
    return parser.parse_args(argv)


def _times(text: str) -> int:
    return _between(text, 1, 40)


def _rounds(text: str) -> int:
    return _between(text, 6, 20)


def _between(text: str, least: int, most: int) -> int:
    if not least <= int(text) <= most:
        raise ValueError
    return int(text)


def environment(data: Path, port: int) -> None:
    """Settings of the demo: its own folder and databases, whatever this machine is configured for otherwise."""
    for name in [name for name in os.environ if name.startswith("DRAAGKRACHT_")]:
        del os.environ[name]
    os.environ.update(
        DRAAGKRACHT_DATA=str(data),
        DRAAGKRACHT_DEMO="1",
        DRAAGKRACHT_MAIL_DELIVERY="file",
        DRAAGKRACHT_SITE_URL=f"http://localhost:{port}",
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "draagkracht.config.settings"


def free(port: int) -> bool:
    """Nobody listens on this port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK[0], port))
        except (OSError, OverflowError):
            return False
    return True


def state(data: Path) -> str:
    """ready, making (it was interrupted), or empty when no demo was made here."""
    try:
        return json.loads((data / MARK).read_text(encoding="utf-8"))["state"]
    except (OSError, ValueError, KeyError):
        return ""


def in_use(data: Path) -> bool:
    """A demo serves or works in this folder right now."""
    try:
        with (data / "running.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def ready_folder(data: Path, fresh: bool) -> bool:
    """An interrupted or unwanted demo is removed. False when the folder holds data that are not the demo's."""
    found = state(data)
    if not found:
        return not data.exists() or not any(data.glob("*.sqlite3"))
    if fresh or found != "ready":
        shutil.rmtree(data)
    return True


def prepare(data: Path, times: int = 1, rounds: int | None = None) -> None:
    """Both databases and the whole organisation; the mark says when it is complete."""
    from django.core.management import call_command

    from draagkracht.config.demo.fill import fill
    from draagkracht.config.messages import compile_all

    # Static files come from the package; the server only asks that its folder for collected ones exists.
    (data / "static").mkdir(parents=True, exist_ok=True)
    mark(data, "making")
    compile_all()
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    fill(times=times, closed=rounds)
    mark(data, "ready")


def mark(data: Path, word: str) -> None:
    """Writes what state the demo is in, whole or not at all."""
    draft = data / f"{MARK}.new"
    draft.write_text(json.dumps({"state": word}), encoding="utf-8")
    draft.replace(data / MARK)


def _say_no(why: str, values: dict) -> int:
    """One sentence in the reader's language; django is not set up before the refusals."""
    import django
    from django.utils.translation import gettext as _
    from django.utils.translation import override

    from draagkracht.config.messages import compile_all

    # A refusal must not leave so much as a secret behind in a folder.
    os.environ.update(DRAAGKRACHT_SECRET_KEY="none", DRAAGKRACHT_MASTER_KEY="none")  # noqa: S106  (never used)
    compile_all()
    django.setup()
    with override("en" if os.environ.get("LANG", "").startswith("en") else "nl"):
        sentence = {
            "port": _("Something else already uses port %(port)s. Take another one: PORT=%(next)s make demo"),
            "host": _("The demo is served on this machine only: “%(host)s” is not possible."),
            "running": _("The demo in %(folder)s is running. Stop it first, with Ctrl-C."),
            "folder": _("%(folder)s holds data that are not the demo's. Nothing was changed."),
        }[why]
        sys.stderr.write(sentence % values + "\n")
    return 2
