"""What voters see. No session, no account: the ticket is in the address, and the box is told nothing of it."""

import json
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django_scopes import scope, scopes_disabled

from draagkracht.ui.refusal import Refusal

from .. import rules
from ..actions import plain, voting
from ..actions.issuing import hash_of
from ..forms import CodeForm
from ..models import Evaluation, Ticket
from ..questions import questions

MOST_BYTES = 32 * 1024
HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)


def in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose language may be asked for in its address: no cookie is set for it. No CSRF token either: the ticket in
    the address is the permission, and another site does not know it."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, **named: str) -> HttpResponse:
        wanted = request.GET.get("language", "")
        known = wanted in dict(settings.LANGUAGES)
        with translation.override(wanted if known else translation.get_language()):
            return view(request, **named)

    return wrapped


@in_language
def start(request: HttpRequest) -> HttpResponse:
    """For who holds a printed code: type it over."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("ballots:vote", form.cleaned_data["code"])
    return render(request, "ballots/start.html", {"form": form}, status=400 if form.errors else 200)


@in_language
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """The page with the questions; a POST is a vote from a browser without script."""
    ticket, evaluation = _ticket(code)
    request.organisation = evaluation.organisation  # type: ignore[attr-defined]
    with scope(organisation=evaluation.organisation):
        closed = bool(evaluation.closed_at) or evaluation.closes_on < timezone.localdate()
        if closed or not evaluation.opened_at:
            context = {"evaluation": evaluation, "closed": closed}
            return render(request, "ballots/not_open.html", context, status=410 if closed else 200)
        refusal, given = None, {}
        if request.method == "POST":
            given = {one["id"]: request.POST.get(one["id"], "") for one in evaluation.questions["questions"]}
            try:
                plain.vote(ticket, evaluation, _bytes(request.POST.get("seed", "")), given)
                return render(request, "ballots/thanks.html", {"evaluation": evaluation})
            except Refusal as refused:
                refusal = refused
        context = _page(evaluation, code, given) | {"refusal": refusal, "used": bool(ticket.asked_hash)}
        if refusal:
            context["seed"] = request.POST.get("seed", "")
        response = render(request, "ballots/vote.html", context, status=refusal.status if refusal else 200)
    response["Cache-Control"] = "no-store"
    return response


def _page(evaluation: Evaluation, code: str, given: dict[str, str]) -> dict[str, Any]:
    language = translation.get_language() or "nl"
    asked = [(one, given.get(one.id, "")) for one in questions(evaluation.questions, language)]
    policy = rules.policy(evaluation.organisation)
    return {
        "evaluation": evaluation, "code": code, "asked": asked, "k": policy.k, "text_from": policy.text_from,
        "seed": secrets.token_hex(32), "scale": ("1", "2", "3", "4", "5"),
    }  # fmt: skip


def answering_json(view: Callable[..., dict]) -> Callable[..., HttpResponse]:
    """A view for the script of the page: JSON in, JSON out; a Refusal becomes its status and sentence."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, code: str) -> HttpResponse:
        wanted = request.GET.get("l", "")
        with translation.override(wanted if translation.check_for_language(wanted) else "nl"):
            try:
                response = JsonResponse(view(request, code))
            except Refusal as refused:
                response = JsonResponse({"message": str(refused.message)}, status=refused.status)
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


@answering_json
def sign(request: HttpRequest, code: str) -> dict:
    """{"blinded": hex} -> {"signed": hex}, for this ticket."""
    ticket, evaluation = _ticket(code)
    with scope(organisation=evaluation.organisation):
        return {"signed": voting.sign_for(ticket, _bytes(_body(request).get("blinded"))).hex()}


@answering_json
def cast(request: HttpRequest, code: str) -> dict:
    """{"key": hex, "signature": hex, "answers": {...}} -> {"kept": true}. Comes without cookie and without ticket."""
    with scopes_disabled():  # the code of the box names the evaluation; there is no organisation yet
        evaluation = Evaluation.objects.select_related("organisation").filter(box_code=code).first()
    if evaluation is None:
        raise Http404
    body = _body(request)
    given = body.get("answers")
    with scope(organisation=evaluation.organisation):
        key, signature = _bytes(body.get("key")), _bytes(body.get("signature"))
        voting.cast(evaluation, key, signature, given if isinstance(given, dict) else {})
    return {"kept": True}


def _ticket(code: str) -> tuple[Ticket, Evaluation]:
    """The ticket of this code. Raises Http404; a ticket of a closed evaluation no longer exists."""
    with scopes_disabled():  # the ticket names the evaluation; there is no organisation yet
        hashed = hash_of(code.lower())
        ticket = Ticket.objects.select_related("evaluation__organisation").filter(code_hash=hashed).first()
    if ticket is None:
        raise Http404
    return ticket, ticket.evaluation


def _body(request: HttpRequest) -> dict:
    try:
        body = json.loads(request.body) if int(request.META.get("CONTENT_LENGTH") or 0) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refusal(translation.gettext("Your browser sent something that we can not read."))
    return body


def _bytes(text: object) -> bytes:
    """Hexadecimal to bytes. Raises Refusal."""
    if not isinstance(text, str) or len(text) > 2048 or not HEX.fullmatch(text):
        raise Refusal(translation.gettext("Your browser sent something that we can not read."))
    return bytes.fromhex(text)
