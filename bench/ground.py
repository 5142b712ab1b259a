"""Ground for the measurements: an installation in a folder of its own, people with an open questionnaire, a real server.

Used as a module by the programs beside it, and as `ground.py seed COUNT` inside the installation it made.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENTRY = str(Path(sys.executable).parent / "draagkracht")


@dataclass
class Ground:
    """An installation: its environment, its port, the tokens of people who may answer, and what they need."""

    environment: dict[str, str]
    port: int
    people: list[str]
    version: str
    agreement: list[str]
    codes: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def ground(people: int, database: str = "sqlite") -> Iterator[Ground]:
    """Makes an installation on "sqlite" or "postgresql" with that many people, and takes it away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="draagkracht-bench-"))
    port = free_port()
    environment = {
        **os.environ,
        "DRAAGKRACHT_DATA": str(folder),
        "DRAAGKRACHT_SITE_URL": f"http://127.0.0.1:{port}",
        "PYTHONWARNINGS": "ignore",
        "LANG": "en",
    }
    names = (
        [f"draagkracht_bench_{os.getpid()}_{part}" for part in ("data", "vault")] if database == "postgresql" else []
    )
    try:
        for name, setting in zip(names, ("DATABASE_URL", "VAULT_URL"), strict=False):
            environment[f"DRAAGKRACHT_{setting}"] = make_database(name)
        subprocess.run([ENTRY, "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run(
            [sys.executable, __file__, "seed", str(people)], env=environment, check=True, stdout=subprocess.PIPE
        )
        yield Ground(environment, port, **json.loads(made.stdout))
    finally:
        for name in names:
            drop_database(name)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _server():
    import psycopg

    host, user = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGUSER", "postgres")
    return psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True, connect_timeout=5)


def postgresql_there() -> bool:
    """Whether a server answers."""
    import psycopg

    try:
        _server().close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(name: str) -> str:
    """An empty database; returns its URL."""
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    host, user = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGUSER", "postgres")
    return f"postgresql://{user}@{host}:{os.environ.get('PGPORT', '5432')}/{name}"


def drop_database(name: str) -> None:
    """Takes a database away, whoever is still connected."""
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def serving(place: Ground, workers: int = 2) -> Iterator[subprocess.Popen]:
    """The real server, ready to answer; stopped with everything it started."""
    server = start(place, workers)
    try:
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def start(place: Ground, workers: int = 2) -> subprocess.Popen:
    """Starts the server in a process group of its own and waits until it answers."""
    command = [ENTRY, "serve", "--port", str(place.port), "--workers", str(workers)]
    server = subprocess.Popen(
        command, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _attempt in range(200):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{place.address}/healthz/live", timeout=2) as reply:
            if reply.status == 200:
                return server
        if server.poll() is not None:
            raise SystemExit("the server did not start")
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time that these processes used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def seed(count: int) -> dict:
    """One organisation with `count` people and an open wave of the pulse."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "draagkracht.config.settings"
    import django

    django.setup()
    import datetime

    from django.utils import timezone
    from django_scopes import scope

    from draagkracht.config.setup import new_organisation
    from draagkracht.consent import purposes
    from draagkracht.people.models import Membership, Person, Unit
    from draagkracht.surveys.actions import make_campaign, make_wave, open_wave
    from draagkracht.surveys.models import Invitation
    from draagkracht.surveys.queries import link_token

    organisation = new_organisation("bench", "Bench")
    now = timezone.now()
    with scope(organisation=organisation):
        root = Unit.objects.get(parent=None)
        people = Person.objects.bulk_create([Person(organisation=organisation) for _ in range(count)])
        Membership.objects.bulk_create(
            [
                Membership(organisation=organisation, person=person, unit=root, starts_on=timezone.localdate())
                for person in people
            ]
        )
        campaign = make_campaign(organisation, "Bench", ["pulse"])
        wave = make_wave(campaign, "Bench", root, now, now + datetime.timedelta(days=30))
        open_wave(wave, mail=False)
        wave.refresh_from_db()
        text = purposes.current("measure", "nl")
        return {
            "people": [link_token(one) for one in Invitation.objects.filter(wave=wave).order_by("id")],
            "version": wave.version.content_hash[:12],
            "agreement": [text.hash, text.language],
            "codes": [item["code"] for item in wave.version.content["items"]],
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seed(int(sys.argv[2]))))
