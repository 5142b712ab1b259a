"""Pages of whoever makes links: the list with its form, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from draagkracht.insights.models import SharedLink
from draagkracht.insights.shared import tokens
from draagkracht.insights.shared.published import releases
from draagkracht.insights.sharing import actions
from draagkracht.insights.sharing.forms import LinkForm
from draagkracht.ui.refusal import Refusal


@never_cache
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """Every link of the organisation, newest first, and the form for another one."""
    standing = request.standing  # type: ignore[attr-defined]
    form = LinkForm(request.POST or None, releases=releases())
    if request.method == "POST" and form.is_valid():
        try:
            actions.make(standing.organisation, by=standing.account, **form.chosen())
        except Refusal as refusal:
            form.add_error("until", str(refusal))
        else:
            messages.success(request, _("The link is ready. Copy it from the list and send it yourself."))
            return redirect("insights:organisation-links")
    rows = SharedLink.objects.select_related("release", "made_by", "revoked_by").annotate(
        times=Sum("visits__times"), last=Max("visits__day")
    )
    found = [(link, _address(request, link) if link.opens else "") for link in rows.order_by("-made_at", "-id")]
    return render(request, "insights/sharing/links.html", {"form": form, "links": found, "none": not releases()})


def _address(request: HttpRequest, link: SharedLink) -> str:
    return request.build_absolute_uri(reverse("insights:shared", args=[tokens.token(link)]))


@require_POST
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """Ends one link."""
    link = get_object_or_404(SharedLink, pk=link_id)
    if actions.revoke(link, request.standing.account):  # type: ignore[attr-defined]
        messages.success(request, _("The link for %(whom)s opens nothing any more.") % {"whom": link.whom})
    return redirect("insights:organisation-links")
