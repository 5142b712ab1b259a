"""Pages of who reads texts before they are published: which rounds, one round, one text."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from draagkracht.insights.models import Release, TextDecision, TextReading, Verdict
from draagkracht.insights.reading import actions, clues
from draagkracht.insights.reading.rules import may_read_texts
from draagkracht.insights.release import texts
from draagkracht.insights.release.words import shortened
from draagkracht.instruments.definition import in_language
from draagkracht.ui.refusal import Refusal

ROUNDS, TEXTS = "insights/reading/rounds.html", "insights/reading/text.html"
PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The published rounds in which people could write, newest first."""
    _allowed(request)
    releases = list(Release.objects.defer("measures", "policy").order_by("-closed_on", "-id"))
    asked = texts.questions_of(releases)
    state = {one.release_id: one for one in TextReading.objects.filter(release__in=releases)}
    rounds = [(one, len(asked[one.id]), state.get(one.id)) for one in releases if one.id in asked]
    return render(request, ROUNDS, {"rounds": rounds})


@never_cache
@require_http_methods(["GET", "POST"])
def round_(request: HttpRequest, release_id: int) -> HttpResponse:
    """One round: what to look for, how far the reading is, and publishing. A POST begins to read, or goes on."""
    account = _allowed(request)
    release = get_object_or_404(Release.objects.defer("measures", "policy"), pk=release_id)
    asked = texts.questions_of([release]).get(release.id, [])
    if request.method == "POST" and asked:
        return _next(release, actions.desk(actions.begin(release, account)))
    titles = [in_language(one.title, get_language() or "") for one in asked]
    page = {"release": release, "questions": titles, "reading": TextReading.objects.filter(release=release).first()}
    mine = actions.reads(release, account)
    return render(request, "insights/reading/round.html", page | (_progress(request, mine) if mine else {}))


def _progress(request: HttpRequest, reading: TextReading) -> dict:
    """How far the reading is, and what was decided so far, a page at a time."""
    desk = actions.desk(reading)
    decided = [(piece, desk.decisions[piece.mark]) for piece in desk.pieces if piece.mark in desk.decisions]
    page = Paginator(decided, PAGE).get_page(request.GET.get("page", "1"))
    counts = {verdict: sum(one.verdict == verdict for _piece, one in decided) for verdict in Verdict.values}
    return {
        "mine": True,
        "total": len(desk.pieces),
        "done": len(decided),
        "waiting": len(desk.waiting),
        "counts": [(count, _told(verdict)) for verdict, count in counts.items()],
        "shows": counts[Verdict.WHOLE] + counts[Verdict.SHORTENED],
        "page": page,
        "rows": [(piece, _told(one.verdict), _outcome(piece, one), one) for piece, one in page],
    }


def _outcome(piece: texts.Piece, decision: TextDecision) -> str:
    return shortened(piece.text, set(decision.without))


def _told(verdict: str) -> str:
    """A decision in words."""
    said = {Verdict.WHOLE: _("shown as it is"), Verdict.SHORTENED: _("shown without some words")}
    return said.get(Verdict(verdict), _("left out"))


@never_cache
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, release_id: int, mark: str) -> HttpResponse:
    """One text, with what to look at twice; a POST decides about it and leads to the next one."""
    account = _allowed(request)
    release = get_object_or_404(Release.objects.defer("measures", "policy"), pk=release_id)
    reading = actions.reads(release, account)
    if reading is None:
        return redirect("insights:texts-round", release.pk)
    desk = actions.desk(reading)
    piece = next((one for one in desk.pieces if one.mark == mark), None)
    if piece is None:
        raise Http404
    if request.method == "POST":
        try:
            given = request.POST
            without = {int(word) for word in given.getlist("w") if word.isdecimal() and len(word) < 6}
            seen = int(given["seen"]) if given.get("seen", "").isdecimal() else 0
            actions.decide(reading, piece, given.get("verdict", ""), without, seen, account)
        except Refusal as refusal:
            page = _page(desk, piece, actions.decisions(reading).get(mark), without)
            return render(request, TEXTS, page | {"refusal": refusal}, status=refusal.status)
        return _next(release, replace(desk, decisions=actions.decisions(reading)))
    decision = desk.decisions.get(mark)
    return render(request, TEXTS, _page(desk, piece, decision, set(decision.without) if decision else set()))


def _page(desk: actions.Desk, piece: texts.Piece, decision: TextDecision | None, without: set[int]) -> dict:
    place = next(number for number, one in enumerate(desk.pieces, 1) if one.mark == piece.mark)
    return {
        "release": desk.reading.release,
        "title": in_language(piece.question.title, get_language() or ""),
        "piece": piece,
        "parts": clues.parts(piece.text),
        "kinds": clues.kinds(piece.text),
        "worry": any(clue.kind == "worry" for clue in clues.clues(piece.text)),
        "words": clues.choices(piece.text),
        "without": without,
        "decision": decision,
        "told": _told(decision.verdict) if decision else "",
        "place": place,
        "total": len(desk.pieces),
        "waiting": len(desk.waiting),
    }


def _next(release: Release, desk: actions.Desk) -> HttpResponse:
    """To the next text that waits, else to the overview of the round."""
    if desk.waiting:
        return redirect("insights:text", release.pk, desk.waiting[0].mark)
    return redirect("insights:texts-round", release.pk)


@require_POST
def publish(request: HttpRequest, release_id: int) -> HttpResponse:
    """Publishes what was approved, once."""
    account = _allowed(request)
    release = get_object_or_404(Release.objects.defer("measures", "policy"), pk=release_id)
    reading = actions.reads(release, account)
    if reading is None:
        raise Refusal(_("Read the texts first. What is published never changes."), 409)
    shown = actions.publish(reading, account)
    text = ngettext(
        "Published: %(n)s text. It will never change.", "Published: %(n)s texts. They will never change.", shown
    )
    messages.success(request, text % {"n": shown})
    return redirect("insights:texts-round", release.pk)


def _allowed(request: HttpRequest):
    standing = request.standing  # type: ignore[attr-defined]
    if not may_read_texts(standing):
        raise PermissionDenied
    return standing.account
