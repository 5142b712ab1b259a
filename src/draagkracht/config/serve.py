"""`draagkracht serve`: gunicorn, set up so that nobody has to know gunicorn."""

import argparse
import logging
import os
import sys

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from draagkracht.config import readiness, running
from draagkracht.config.logs import JsonFormatter


class Log(Logger):
    """gunicorn's own lines in the product's form: it would write the address of a request, which may be a personal link."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())


class Server(BaseApplication):
    """gunicorn with settings given in code; no file or variable of its own is read."""

    def __init__(self, options: dict) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        from draagkracht.config.wsgi import application

        return application


def main(argv: list[str]) -> int:
    """Serves until it is told to stop (SIGTERM lets running requests finish)."""
    options = arguments(argv)
    running.share()
    readiness.prepare()
    # Each worker opens its own connections; one that crossed the fork would be shared by all.
    connections.close_all()
    Server(gunicorn_options(options.host, options.port, options.workers)).run()
    return 0


def arguments(argv: list[str]) -> argparse.Namespace:
    """--host and --port (or both as --bind HOST:PORT), --workers."""
    parser = argparse.ArgumentParser(prog="draagkracht serve")
    parser.add_argument("--bind", metavar="HOST:PORT")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--workers", type=int, default=default_workers())
    options = parser.parse_args(argv)
    if options.bind:
        host, _colon, port = options.bind.rpartition(":")
        if not port.isdecimal():
            parser.error("--bind HOST:PORT")
        options.host, options.port = host or "127.0.0.1", int(port)
    return options


def default_workers() -> int:
    """Two to four: SQLite has one writer at a time, and a small site needs no more."""
    return min(4, max(2, os.cpu_count() or 2))


def gunicorn_options(host: str, port: int, workers: int) -> dict:
    """Sync workers: on both databases they cost the least CPU for an answer (threads: a quarter more, measured)."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "sync",
        "threads": 1,
        "preload_app": False,
        # The longest request is a staff file of 50,000 rows.
        "timeout": 180,
        "graceful_timeout": 30,
        # No access log: addresses of requests hold personal links.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": logging.getLevelName(logging.getLogger().level).lower(),
        "logger_class": Log,
        "control_socket_disable": True,
        "proc_name": "draagkracht",
        "when_ready": lambda server: _announce(host, port),
    }


def _announce(host: str, port: int) -> None:
    where = settings.SITE_URL if settings.SECURE else f"http://{host}:{port}"
    sys.stdout.write(_("Draagkracht answers on %(where)s") % {"where": where} + "\n")
    sys.stdout.flush()
