"""The personal link: the questionnaire in one page, its completion, the own result, and wiping a shared device."""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST
from django_scopes import scope

from draagkracht.consent import purposes
from draagkracht.instruments.content import Content
from draagkracht.instruments.sheet_html import filled, questions_html
from draagkracht.people.models import Person

from .. import entry, links, sheet
from ..actions import Agreement, complete
from ..actions.answering import device_hash, opened_payload
from ..entry import Entry, Refused
from ..models import Wave
from ..queries import PURPOSE
from ..result import own_result
from ..words import breakdown_words, said
from .device import device_of, forget_device, know_device
from .plain_form import Plain

private = cache_control(private=True, no_store=True)
MOST_BYTES = 512 * 1024


@dataclass(frozen=True)
class Visit:
    """Somebody with a link: what stands behind it, and whether this browser may see what was answered.

    `stranger`: somebody else is signed in here; the link still acts for its own person, and shows nothing of them.
    """

    found: Entry
    wave: Wave
    own: bool
    stranger: bool


def visit(request: HttpRequest, token: str) -> Visit:
    """Raises Http404 or Refused 410."""
    try:
        found = entry.find(token)
    except Refused as refused:
        if refused.status == 404:
            raise Http404 from refused
        raise
    with scope(organisation=found.organisation_id):
        wave = Wave.objects.select_related("organisation", "campaign").get(pk=found.wave_id)
    request.organisation = wave.organisation  # type: ignore[attr-defined]
    device = device_of(request, token)
    began_here = bool(found.device_hash) and device_hash(device) == found.device_hash
    # Only a browser that carries a session is asked who is signed in.
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    is_person = signed_in and _belongs(found, request)
    stranger = signed_in and not is_person
    return Visit(found, wave, is_person or (began_here and not stranger), stranger)


def _belongs(found: Entry, request: HttpRequest) -> bool:
    with scope(organisation=found.organisation_id):
        return Person.objects.filter(pk=found.person_id, account=request.user).exists()  # type: ignore[misc]


def gone(request: HttpRequest, refused: Refused) -> HttpResponse:
    """410: a link that was taken back or replaced, with what to do now."""
    return render(request, "surveys/gone.html", {"said": said(refused), "code": refused.code}, status=410)


@require_GET
@private
@gzip_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link, whatever its state. gzip is safe here: nothing of the request is repeated in the page,
    and Django adds a random length."""
    if "language" in request.GET:
        return _in_language(request)
    try:
        seen = visit(request, token)
    except Refused as refused:
        return gone(request, refused)
    if seen.found.completed:
        return _thanks(request, token, seen)
    if seen.found.over:
        return render(request, "surveys/closed.html", {"wave": seen.wave}, status=410)
    if not seen.found.opened:
        return render(request, "surveys/early.html", {"wave": seen.wave})
    fresh = not seen.found.submission_id and not seen.stranger
    response = HttpResponse(_fresh(request, token, seen) if fresh else _filled(request, token, seen))
    know_device(request, response, token)
    return response


def _in_language(request: HttpRequest) -> HttpResponse:
    wanted = request.GET["language"]
    response = HttpResponseRedirect(request.path)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=31536000, secure=settings.SESSION_COOKIE_SECURE
        )
    return response


# Whoever opens a link for the first time gets the same page but for the token: it is rendered once. Nothing in it comes
# from the request: no name, no message, no CSRF token.
_FRESH: dict[tuple, str] = {}
_NOBODY = secrets.token_hex(links.ID_LENGTH + links.MAC_LENGTH)[: links.ID_LENGTH + links.MAC_LENGTH]


def _fresh(request: HttpRequest, token: str, seen: Visit) -> str:
    wave, language = seen.wave, translation.get_language()
    shown = purposes.current(PURPOSE, language or "").hash
    named = (wave.campaign.name, wave.name, wave.organisation.name)
    place = (wave.pk, *named, *wave.breakdowns, wave.closes_at, seen.found.version_hash, shown, language)
    if settings.DEBUG or place not in _FRESH:
        if len(_FRESH) > 50:
            _FRESH.clear()
        _FRESH[place] = _filled(request, _NOBODY, seen)
    return _FRESH[place].replace(_NOBODY, token).replace(_NOBODY[: links.ID_LENGTH], token[: links.ID_LENGTH])


def _filled(request: HttpRequest, token: str, seen: Visit, plain: Plain | None = None) -> str:
    return render_to_string("surveys/answer.html", _page(token, seen, plain), request)


def _page(token: str, seen: Visit, plain: Plain | None) -> dict:
    """`plain`: a form that was refused, which is shown as it was filled in."""
    found, language = seen.found, translation.get_language() or settings.LANGUAGE_CODE
    content = sheet.content(found.version_id, found.version_hash)
    payload: dict = opened_payload(found) if found.submission_id else {"answers": {}, "rev": 0}
    hidden = bool(found.submission_id) and not seen.own
    given = {} if hidden else payload["answers"]
    text = purposes.current(PURPOSE, language)
    return {
        "token": token,
        "wave": seen.wave,
        "minutes": max(1, round(content.minutes)),
        "total": len(content.question),
        "at_most": bool(content.conditional),
        "consent": text,
        "breakdowns": breakdown_words(seen.wave),
        "begun": bool(found.submission_id),
        "hidden": hidden,
        "stranger": seen.stranger,
        "questions": _questions(content, language, given, plain),
        "rev": payload["rev"],
        "refused": plain is not None,
        "words": _words(),
        "setting": {
            "key": token[: links.ID_LENGTH],
            "save": reverse("surveys:save", args=[token]) + f"?l={language}",
            "version": found.version_hash[:12],
            "rev": payload["rev"],
            "agreement": None if found.submission_id else [text.hash, text.language],
            "stranger": seen.stranger,
            # Where answers may not be shown, what conditions look at is asked once more; and that a question under a
            # condition was answered would tell what the condition looked at.
            "elsewhere": sorted(
                set(payload["answers"]) - (content.looked_at | content.conditional if hidden else set())
            ),
            "until": seen.wave.closes_at.timestamp(),
        },
    }


def _questions(content: Content, language: str, given: dict, plain: Plain | None) -> str:
    if plain is None:
        return questions_html(content, language, given)
    return filled(content, language, plain.pairs, content.counted(given), plain.faults(content))


def _words() -> dict[str, str]:
    """What the script says; it holds no text of its own."""
    return {
        "kept": _("Everything is kept"),
        "unsent": _("Not sent yet"),
        "wait": _(
            "There is no network. Your answers stay on this device and are sent when the network is back and this page is open."
        ),
        "newer": _(
            "You answered this question on another screen in the meantime. That answer stays. Choose again to change it."
        ),
        "open": _("%s questions are still open. You may leave them so."),
        "open1": _("One question is still open. You may leave it so."),
        "first": _("To the first one"),
        "begin": _("Begin"),
        "go_on": _("Go on"),
        "next": _("Next"),
        "step": _("Question %s"),
        "step_of": _("Question %s of %n"),
    }


@csrf_exempt
@require_POST
@private
def complete_answers(request: HttpRequest, token: str) -> HttpResponse:
    """Takes what the form holds and completes; doing it again is harmless. A script gets JSON, a plain form a redirect."""
    scripted = request.headers.get("Accept", "").startswith("application/json")
    plain = None
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Refused("too-large", 413)
        plain = Plain(request.POST)
        complete(token, request.POST.get("version", ""), plain.changes, _agreed(request), device_of(request, token))
    except Refused as refused:
        return _refused(request, token, refused, scripted, plain)
    there = reverse("surveys:answer", args=[token])
    response = JsonResponse({"next": there}) if scripted else HttpResponseRedirect(there, status=303)
    return response


def _agreed(request: HttpRequest) -> Agreement | None:
    agreed = request.POST.get("agree", "")
    return Agreement(agreed[:64], request.POST.get("language", "")[:8]) if agreed else None


def _refused(request: HttpRequest, token: str, refused: Refused, scripted: bool, plain: Plain | None) -> HttpResponse:
    if scripted:
        body = {"error": refused.code, "message": said(refused), "item": refused.item[:120]}
        return JsonResponse(body, status=refused.status)
    if refused.status == 404:
        raise Http404
    if refused.code == "closed":
        return answer_closed(request, token)
    if refused.status == 410:
        return gone(request, refused)
    if refused.question is not None and plain is not None:
        return HttpResponse(_filled(request, token, visit(request, token), plain), status=refused.status)
    context = {"said": said(refused), "token": token}
    return render(request, "surveys/not_sent.html", context, status=refused.status)


def answer_closed(request: HttpRequest, token: str) -> HttpResponse:
    """410 with thanks, for a plain form that came too late."""
    return render(request, "surveys/closed.html", {"wave": visit(request, token).wave, "late": True}, status=410)


def _thanks(request: HttpRequest, token: str, seen: Visit) -> HttpResponse:
    told = {"sentence": _own(seen).sentence if seen.own else "", "setting": {"key": token[: links.ID_LENGTH]}}
    return render(request, "surveys/thanks.html", {"token": token, "own": seen.own, "stranger": seen.stranger, **told})


def _own(seen: Visit):
    found = seen.found
    content = sheet.content(found.version_id, found.version_hash)
    payload = opened_payload(found)
    return own_result(content, payload["scores"], payload["answers"], translation.get_language() or "nl")


@require_GET
@private
@gzip_page
def result(request: HttpRequest, token: str) -> HttpResponse:
    """The own result: only in the browser that began, or signed in as this person."""
    try:
        seen = visit(request, token)
        if not seen.found.completed:
            return HttpResponseRedirect(reverse("surveys:answer", args=[token]))
        if not seen.own:
            return render(
                request, "surveys/result_closed.html", {"token": token, "stranger": seen.stranger}, status=403
            )
        own = _own(seen)
    except Refused as refused:
        return gone(request, refused)
    return render(request, "surveys/result.html", {"own": own, "token": token})


@csrf_exempt
@require_POST
@private
def wipe(request: HttpRequest, token: str) -> HttpResponse:
    """Forgets this browser: afterwards nothing that was answered can be seen here. What was saved stays saved.

    A link that has ended is wiped like any other: who leaves a shared device needs no valid link."""
    with suppress(Refused):
        visit(request, token)
    response = render(request, "surveys/wiped.html", {"setting": {"key": token[:12]}})
    forget_device(response, token)
    return response
