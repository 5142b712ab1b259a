"""What the answer page's script calls: JSON in, JSON out, as few bytes and milliseconds as possible.

The link is the permission: no session and no CSRF token is involved. A page of another site can not know the link, and
can not send this content type without the browser asking first.
"""

import json
import re

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from ..actions import Agreement, save
from ..answers import Change
from ..entry import Refused
from ..words import said
from .device import device_of

MOST_BYTES = 64 * 1024
JSON = "application/json"
TAB = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


@csrf_exempt
def save_answers(request: HttpRequest, token: str) -> HttpResponse:
    """POST {"v": version, "a": [[tab, counter, code, value, base or null], ...], "c": [hash, language] the first time}
    -> {"r": revision} and, where a newer answer of another tab stayed, {"k": [codes]}. A value is a number, a text, a list
    of numbers, null for "rather not say", or "" to take the answer back; ?l= is the language of messages."""
    try:
        if request.method != "POST":
            raise Refused("malformed", 405)
        if request.content_type != JSON:
            raise Refused("malformed", 415)
        body = read(request)
        done = save(token, _text(body, "v", 64), changes(body), agreement(body.get("c")), device_of(request, token))
    except Refused as refused:
        return told(refused, request)
    return answer({"r": done.rev, "k": done.kept} if done.kept else {"r": done.rev})


def read(request: HttpRequest) -> dict:
    """The body as a dictionary. Raises Refused 400 or 413."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Refused("too-large", 413)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused("malformed", 400) from error
    if not isinstance(body, dict):
        raise Refused("malformed", 400)
    return body


def changes(body: dict) -> list[Change]:
    """The answers of a body. Raises Refused 400 for another shape."""
    entries = body.get("a")
    if not isinstance(entries, list):
        raise Refused("malformed", 400)
    return [_change(entry) for entry in entries]


def _change(entry: object) -> Change:
    if not isinstance(entry, list) or len(entry) != 5:
        raise Refused("malformed", 400)
    tab, counter, code, value, base = entry
    words = isinstance(tab, str) and TAB.fullmatch(tab) and isinstance(code, str) and len(code) <= 120
    if not words or not _whole(counter) or counter < 1:
        raise Refused("malformed", 400)
    if isinstance(value, dict):
        raise Refused("malformed", 400)
    if not (base is None or _whole(base)):
        raise Refused("malformed", 400)
    # A client that names no base wants the order of arrival.
    return Change(code, value, tab, counter, 2**31 if base is None else base)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31


def agreement(pair: object) -> Agreement | None:
    """[hash, language] of the words that were shown, or nothing. Raises Refused 400."""
    if pair is None:
        return None
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) and len(p) <= 64 for p in pair)):
        raise Refused("malformed", 400)
    return Agreement(*pair)


def _text(body: dict, name: str, most: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise Refused("malformed", 400)
    return value


def told(refused: Refused, request: HttpRequest) -> HttpResponse:
    """The refusal for the machine (`error`, `item`) and in the language of the page (`message`)."""
    with translation.override(_language(request)):
        body = {"error": refused.code, "message": said(refused)}
    if refused.item:
        body["item"] = refused.item[:120]
    return answer(body, refused.status)


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("l", "")
    return wanted if translation.check_for_language(wanted) else translation.get_language_from_request(request)


def answer(body: dict, status: int = 200) -> HttpResponse:
    """JSON with only the headers that matter for something that is never shown as a page."""
    response = HttpResponse(json.dumps(body, separators=(",", ":")), content_type=JSON, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_exempt = True  # type: ignore[attr-defined]
    response._permissions_policy_override = ""  # type: ignore[attr-defined]
    return response
