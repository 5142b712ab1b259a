"""What closed evaluations say, the half-year report, the look at texts, and the register of signals."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from draagkracht.people.models import Role

from .. import queries, rules
from ..actions import results as acts
from ..forms import SignalForm
from ..models import Evaluation, Signal
from ..questions import questions
from .managing import runs


def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts and means of a closed evaluation, and its texts once somebody looked at them."""
    found, language = _closed(pk), _language()
    policy = rules.policy(found.organisation)
    asked = {one.id: one for one in questions(found.questions, language)}
    context = {
        "evaluation": found, "enough": queries.has_results(found), "outcomes": queries.outcomes([found], language),
        "k": policy.k, "text_from": policy.text_from, "may_have_texts": queries.may_read_texts(found),
        "texts": [(asked[name], texts) for name, texts in (found.texts or {}).items()],
        "reads": Role.PRIVACY_OFFICER in request.standing.whole_roles,  # type: ignore[attr-defined]
        "scale": queries.SCALE,
    }  # fmt: skip
    return render(request, "ballots/results.html", context)


def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The human look: every text, each question in an order of its own; what is ticked is published."""
    found = _closed(pk)
    if not queries.may_read_texts(found) or found.texts is not None:
        return redirect("ballots:evaluation-results", pk)
    if request.method == "POST":
        names = [one.id for one in questions(found.questions, _language()) if not one.closed]
        # A text in a form comes back with the line ends of the browser.
        kept = {name: [text.replace("\r\n", "\n") for text in request.POST.getlist(name)] for name in names}
        acts.publish_texts(found, request.user, kept)  # type: ignore[arg-type]
        messages.success(request, _("The texts were published."))
        return redirect("ballots:evaluation-results", pk)
    return render(request, "ballots/texts.html", {"evaluation": found, "texts": queries.texts(found, _language())})


def half_year(request: HttpRequest, year: int, half: int) -> HttpResponse:
    """The report of a half year, by programme."""
    context = {
        "reports": _reports(year, half), "year": year, "half": half, "scale": queries.SCALE,
        "k": rules.policy(request.standing.organisation).k,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "ballots/half_year.html", context)


def half_year_csv(request: HttpRequest, year: int, half: int) -> HttpResponse:
    """The same as a file."""
    text = queries.half_year_csv(_reports(year, half), _("too few ballots"))
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="evaluations-{year}-{half}.csv"'
    return response


def _reports(year: int, half: int) -> list[queries.HalfYear]:
    if half not in (1, 2) or not 2000 <= year <= 2100:
        raise Http404
    return queries.half_year(year, half, _language())


def signals(request: HttpRequest) -> HttpResponse:
    """What was said and what was done with it: for everybody who works here."""
    return render(request, "ballots/signals.html", {"signals": queries.signals(), "runs": runs(request)})


def new_signal(request: HttpRequest) -> HttpResponse:
    """Writes one down."""
    return _edited(request, Signal(organisation=request.standing.organisation))  # type: ignore[attr-defined]


def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer, a deed, or better words: of who runs evaluations of the whole organisation."""
    if not runs(request):
        raise PermissionDenied
    return _edited(request, get_object_or_404(Signal.objects.all(), pk=pk))


def _edited(request: HttpRequest, found: Signal) -> HttpResponse:
    form = SignalForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        acts.write_signal(form.save(commit=False), request.user)  # type: ignore[arg-type]
        messages.success(request, _("Everybody can read it now."))
        return redirect("ballots:signals")
    return render(
        request, "ballots/signal.html", {"form": form, "new": found.pk is None}, status=400 if form.errors else 200
    )


def _closed(pk: int) -> Evaluation:
    return get_object_or_404(Evaluation.objects.select_related("organisation").exclude(closed_at=None), pk=pk)


def _language() -> str:
    return translation.get_language() or "nl"
