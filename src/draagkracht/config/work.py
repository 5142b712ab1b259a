"""`draagkracht work`: the background work, round after round, in one process. Several may run beside each other."""

import argparse
import importlib
import json
import logging
import os
import random
import signal
import threading

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from draagkracht.config import readiness, running

log = logging.getLogger(__name__)
# Each returns how many things it did; each claims its own work, so that two workers do nothing twice.
TASKS = (
    "draagkracht.outbox.tasks:deliver_due",
    "draagkracht.surveys.tasks:open_and_close_due",
    "draagkracht.ballots.tasks:close_due",
    "draagkracht.insights.tasks:release_due",
    "draagkracht.insights.rights:scrub_due",
    "draagkracht.people.tasks:tidy",
)
SHORTEST, LONGEST = 2.0, 10.0
HEARTBEAT = "worker.heartbeat"


def main(argv: list[str]) -> int:
    """Works until SIGTERM or SIGINT; with --once one round, exit code 1 when a task of it failed."""
    parser = argparse.ArgumentParser(prog="draagkracht work")
    parser.add_argument("--once", action="store_true", help="one round, then stop")
    options = parser.parse_args(argv)
    running.share()
    readiness.prepare()
    if options.once:
        return 1 if one_round()[1] else 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    loop(stop)
    return 0


def loop(stop: threading.Event) -> None:
    """Rounds with a pause between them: short after work was done, growing while there is none, never in step."""
    pause = SHORTEST
    while not stop.is_set():
        done, _ = one_round()
        pause = SHORTEST if done else min(pause * 1.5, LONGEST)
        stop.wait(pause * random.uniform(0.8, 1.2))


def one_round() -> tuple[int, list[str]]:
    """Runs every task once. Returns how many things were done and which tasks failed."""
    done, failed = 0, []
    for place in TASKS:
        try:
            done += _task(place)()
        except Exception:  # one task that fails must not stop the others
            # The traceback is logged without values (config/logs.py).
            log.exception("background task failed: %s", place)
            failed.append(place)
            _drop_connections()
    close_old_connections()
    beat(failed)
    return done, failed


def _task(place: str):
    module, function = place.split(":")
    return getattr(importlib.import_module(module), function)


def _drop_connections() -> None:
    """After a failure a connection may be unusable; the next task gets a fresh one."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def beat(failed: list[str]) -> None:
    """Tells `draagkracht check` that the worker lives, and which tasks failed in its last round."""
    target = settings.DATA / HEARTBEAT
    told = {"at": timezone.now().isoformat(), "pid": os.getpid(), "failed": failed}
    try:
        part = target.with_name(f"{HEARTBEAT}.{os.getpid()}")
        part.write_text(json.dumps(told), encoding="utf-8")
        part.replace(target)
    except OSError:
        log.exception("the heartbeat of the worker can not be written")
