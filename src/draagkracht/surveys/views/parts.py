"""Script and style of the answer page, and its service worker: small files under addresses that hold their hash.

What belongs to the questions themselves stands in the room `instruments`; it goes out in the same file, as one request.
"""

import gzip
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from draagkracht.ui import stylesheet

TYPES = {"answer.js": "text/javascript; charset=utf-8", "answer.css": "text/css; charset=utf-8"}
ROOM = Path(__file__).parent.parent
QUESTIONS, ANSWERING = ROOM.parent / "instruments/static/instruments", ROOM / "static/surveys"
FILES = {
    "answer.js": [
        *(QUESTIONS / name for name in ("conditions.js", "questions.js")),
        *(ANSWERING / name for name in ("keeping.js", "answer.js")),
    ],
    "answer.css": [QUESTIONS / "questions.css", ANSWERING / "answer.css"],
    "worker.js": [ANSWERING / "worker.js"],
}
A_YEAR = 31536000


@lru_cache(maxsize=8)
def _packed(name: str, changed: float) -> tuple[str, bytes, bytes]:
    body = b"\n".join(path.read_bytes() for path in FILES[name])
    return hashlib.sha256(body).hexdigest()[:12], body, gzip.compress(body, mtime=0)


def packed(name: str) -> tuple[str, bytes, bytes]:
    """Digest, bytes and gzipped bytes of a file; read again after an edit while DEBUG is on."""
    return _packed(name, max(path.stat().st_mtime for path in FILES[name]) if settings.DEBUG else 0.0)


def part_url(name: str) -> str:
    """Where the file is now."""
    return reverse("surveys:part", args=[packed(name)[0], name])


def part(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """A script or style; an old digest gets today's file, unkept."""
    if name not in TYPES:
        raise Http404
    current, body, squeezed = packed(name)
    response = _send(request, body, squeezed, TYPES[name])
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if digest == current else "no-cache"
    return response


def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that opens the answer page and the help page without a network. Its text names the files it keeps."""
    shell = [
        reverse("ui:style", args=[stylesheet.packed()[0]]),
        part_url("answer.css"),
        part_url("answer.js"),
        reverse("ui:help"),
        reverse("ui:offline"),
    ]
    settings_ = {"shell": shell, "help": reverse("ui:help"), "offline": reverse("ui:offline")}
    body = f"const PLACES = {json.dumps(settings_)};\n".encode() + packed("worker.js")[1]
    response = _send(request, body, gzip.compress(body, mtime=0), TYPES["answer.js"])
    response["Cache-Control"] = "no-cache"
    return response


def _send(request: HttpRequest, body: bytes, squeezed: bytes, kind: str) -> HttpResponse:
    small = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(squeezed if small else body, content_type=kind)
    if small:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
