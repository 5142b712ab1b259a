"""The calendar of moments: what happened when, so that a picture can show it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import queries
from ..actions import moments as acts
from ..forms import MomentForm
from ..models import Moment


def calendar(request: HttpRequest) -> HttpResponse:
    """Every moment, newest first, and a form for another one."""
    form = MomentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        acts.write(request.standing.organisation, request.user, **_told(form))  # type: ignore[attr-defined, arg-type]
        messages.success(request, _("The moment stands in the calendar."))
        return redirect("figures:moments")
    context = {"form": form, "moments": queries.moments()[::-1]}
    return render(request, "figures/moments.html", context, status=400 if form.errors else 200)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words or days for one moment."""
    found = _moment(pk)
    form = MomentForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        acts.change(_moment(pk), request.user, **_told(form))  # type: ignore[arg-type]
        messages.success(request, _("The moment was changed."))
        return redirect("figures:moments")
    return render(request, "figures/moment.html", {"form": form, "moment": found}, status=400 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a moment out of the calendar."""
    acts.remove(_moment(pk), request.user)  # type: ignore[arg-type]
    messages.success(request, _("The moment was removed."))
    return redirect("figures:moments")


def _told(form: MomentForm) -> dict:
    return {name: form.cleaned_data[name] for name in ("title", "kind", "starts_on", "ends_on", "unit")}


def _moment(pk: int) -> Moment:
    found = Moment.objects.filter(pk=pk, removed_at=None).select_related("organisation").first()
    if found is None:
        raise Http404
    return found
