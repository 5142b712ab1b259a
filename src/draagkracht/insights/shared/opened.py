"""What a shared link opens: the published page of the organisation for one round, on a screen, on paper, as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from django_scopes import scope

from draagkracht.insights.models import Release, SharedLink, SharedVisit
from draagkracht.insights.shared import cells, organisation, pages, rounds, tokens
from draagkracht.insights.shared.published import releases
from draagkracht.people.rules import Standing

# What of the page of the organisation goes along: figures that were released, and nothing that joins that page later.
KEPT = frozenset(
    {
        "name", "release", "headline", "about", "untold", "differing", "response", "participation", "whole", "counted", "bands",
        "themes", "chosen", "theme", "narrow", "measure", "page", "withheld", "when", "round", "unvalidated", "doubts", "breakdown",
        "relations", "coverage", "benchmark",
    }
)  # fmt: skip
View = Callable[[HttpRequest, SharedLink, Release | None], HttpResponse]


def by_link(view: View) -> Callable[..., HttpResponse]:
    """Finds the link, opens its organisation for this one view, and keeps what it shows out of caches and search engines."""

    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        link = tokens.find(token)
        if link is None:
            raise Http404
        request.organisation = link.organisation  # type: ignore[attr-defined]
        with scope(organisation=link.organisation):
            if link.opens:
                response = view(request, link, link.release or rounds.last([r for r in releases() if r.whole]))
            else:
                response = render(request, "insights/shared_gone.html", {"link": link}, status=410)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        return response

    return opened


@by_link
def page(request: HttpRequest, link: SharedLink, release: Release | None) -> HttpResponse:
    """On a screen; the day is counted, nothing else of the visit."""
    if request.method == "GET":
        SharedVisit.count(link)
    shown = _shown(request, link, release) if release else {"name": link.organisation.name}
    return render(request, "insights/shared_link.html", shown | {"link": link, "token": tokens.token(link)})


@by_link
def paper(request: HttpRequest, link: SharedLink, release: Release | None) -> HttpResponse:
    """The same on paper."""
    if release is None:
        raise Http404
    shown = _shown(request, link, release, whole=True)
    return pages.paper("insights/organisation_paper.html", shown, request, slugify(shown["name"]) or "organisation")


@by_link
def figures(request: HttpRequest, link: SharedLink, release: Release | None) -> HttpResponse:
    """The published figures of this round as CSV."""
    if release is None:
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(link.organisation.name) or "organisation"}.csv"'
    cells.write(answer, release)  # type: ignore[arg-type]
    return answer


def _shown(request: HttpRequest, link: SharedLink, release: Release, whole: bool = False) -> dict[str, Any]:
    """What the page of the organisation shows to somebody without any role, for this round and no other."""
    request.standing = Standing(organisation=link.organisation)  # type: ignore[attr-defined]
    wanted = request.GET.copy()
    wanted["wave"] = str(release.id)
    request.GET = wanted  # type: ignore[assignment]
    found = organisation.context(request, whole)
    return {key: value for key, value in found.items() if key in KEPT}
