"""A full disk, a locked or a lost database: a calm page (or JSON for a script) instead of "error 500".

Nothing is half-stored then: every write is one transaction, and the one that failed was rolled back. The page is made
without the database. Other exceptions pass by: they are faults of the program and stay 500.
"""

import errno
import logging
import sqlite3
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from draagkracht.ui.views import server_error as ui_server_error

log = logging.getLogger(__name__)
FULL, AWAY = 507, 503
_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
}
# SQLSTATE classes: connection lost, too little of something, operator intervened, system error; deadlock, lock timeout.
_POSTGRESQL_AWAY = ("08", "53", "57", "58", "40P01", "55P03")


class FaultsMiddleware:
    """Answers a view that the storage let down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = fault(exception)
        return respond(request, status, exception) if status else None


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: the same for what fails outside a view, such as reading the session."""
    exception = sys.exc_info()[1]
    status = fault(exception) if exception else None
    return respond(request, status, exception) if status else ui_server_error(request)


def fault(exception: BaseException | None) -> int | None:
    """507 when something is full, 503 when the database is locked or away, None for anything else."""
    while exception is not None:
        status = _sort(exception)
        if status:
            return status
        exception = exception.__cause__
    return None


def _sort(exception: BaseException) -> int | None:
    if isinstance(exception, sqlite3.Error):
        code = getattr(exception, "sqlite_errorcode", 0) & 0xFF
        return FULL if code == sqlite3.SQLITE_FULL else AWAY if code in _SQLITE_AWAY else None
    state = getattr(exception, "sqlstate", None)
    if state:
        return FULL if state == "53100" else AWAY if state.startswith(_POSTGRESQL_AWAY) else None
    if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    # psycopg gives no state when there is no connection at all. SQLite's own errors carry a cause, which comes next.
    if isinstance(exception, OperationalError | InterfaceError):
        return None if isinstance(exception.__cause__, sqlite3.Error) else _without_state(exception)
    return None


def _without_state(exception: BaseException) -> int | None:
    return AWAY if getattr(exception.__cause__, "sqlstate", None) is None else None


def respond(request: HttpRequest, status: int, exception: BaseException | None) -> HttpResponse:
    """The calm answer, in the form that was asked for."""
    log.error("storage fault %s", status, exc_info=exception)
    said = _said(status)
    if _wants_json(request):
        response: HttpResponse = JsonResponse({"error": "storage", "message": said}, status=status)
    else:
        response = HttpResponse(render_to_string("503.html", {"detail": said}), status=status)
    response["Retry-After"] = "60" if status == FULL else "10"
    response["Cache-Control"] = "no-store"
    return response


def _said(status: int) -> str:
    if status == FULL:
        return _("The disk of this installation is full. What you just sent was not stored, not even half.")
    return _("The database does not answer for a moment. What you just sent was not stored, not even half.")


def _wants_json(request: HttpRequest) -> bool:
    asked = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("application/json" in asked and "text/html" not in asked)
