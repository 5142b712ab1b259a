"""Making evaluations, handing out tickets, opening and closing: for who runs them."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from draagkracht.people.models import Person, Role
from draagkracht.people.queries import members_on, unit_paths

from .. import queries, rules
from ..actions import closing, issuing
from ..forms import CodesForm, EvaluationForm, UnitForm
from ..models import Evaluation

RUNS = {Role.COORDINATOR, Role.ADVISER}


def evaluations(request: HttpRequest) -> HttpResponse:
    """Every evaluation, newest first; who runs them can make one."""
    context = {"evaluations": queries.evaluations(), "runs": runs(request), "halves": queries.halves()}
    return render(request, "ballots/evaluations.html", context)


def runs(request: HttpRequest) -> bool:
    """Whether whoever looks may make evaluations."""
    return bool(request.standing.whole_roles & RUNS)  # type: ignore[attr-defined]


def new(request: HttpRequest) -> HttpResponse:
    """A form for a new evaluation."""
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = issuing.make(request.standing.organisation, request.user, **form.cleaned_data)  # type: ignore[attr-defined, arg-type]
        return redirect("ballots:evaluation", made.pk)
    return render(request, "ballots/new.html", {"form": form}, status=400 if form.errors else 200)


def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an evaluation stands, and what comes next."""
    found = _found(pk)
    closing.refresh_turnout(found)
    least = rules.policy(found.organisation).k
    context = {
        "evaluation": found, "k": least, "codes_form": CodesForm(), "unit_form": UnitForm(),
        "may_open": found.tickets_issued >= least, "missing": max(0, least - found.tickets_issued),
    }  # fmt: skip
    return render(request, "ballots/evaluation.html", context)


@require_POST
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of new codes to print and cut: shown this once."""
    found, form = _found(pk), CodesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a number from 1 to %(most)s.") % {"most": issuing.MOST_AT_ONCE})
        return redirect("ballots:evaluation", pk)
    made = issuing.print_codes(found, request.user, form.cleaned_data["count"])  # type: ignore[arg-type]
    slips = [(f"{code[:4]} {code[4:8]} {code[8:]}", _drawn(issuing.address(code))) for code in made]
    start = (settings.SITE_URL + reverse("ballots:start")).split("://", 1)[1]
    response = render(request, "ballots/codes.html", {"evaluation": found, "slips": slips, "start": start})
    response["Cache-Control"] = "no-store"
    return response


def _drawn(address: str) -> SafeString:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, border=2, scale=3, light="#fff")
    return mark_safe(out.getvalue().decode())  # noqa: S308  (drawn by segno from our own address)


@require_POST
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """A link by mail for everybody of a unit who had none yet."""
    found, form = _found(pk), UnitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a unit."))
        return redirect("ballots:evaluation", pk)
    paths = unit_paths(found.organisation)
    top = paths[form.cleaned_data["unit"].pk]
    inside = [person for person, unit in members_on(timezone.localdate()) if paths[unit][: len(top)] == top]
    persons = Person.objects.filter(pk__in=inside, erased_at=None).select_related("account")
    count = issuing.mail_links(found, request.user, list(persons))  # type: ignore[arg-type]
    messages.success(request, ngettext("%(n)s link was mailed.", "%(n)s links were mailed.", count) % {"n": count})
    return redirect("ballots:evaluation", pk)


@require_POST
def open_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Voting opens."""
    issuing.open_voting(_found(pk), request.user)  # type: ignore[arg-type]
    messages.success(request, _("Voting is open."))
    return redirect("ballots:evaluation", pk)


@require_POST
def close_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Voting closes, for good."""
    closing.close(_found(pk), request.user)  # type: ignore[arg-type]
    messages.success(request, _("Voting is closed. Tickets and box are destroyed; what stays are the answers."))
    return redirect("ballots:evaluation", pk)


def _found(pk: int) -> Evaluation:
    return get_object_or_404(Evaluation.objects.select_related("organisation"), pk=pk)
