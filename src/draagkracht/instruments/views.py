"""The catalogue of questionnaires as a coordinator or adviser sees it, and the import of their wording."""

import csv
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from draagkracht.instruments import actions, completing, offer, texts
from draagkracht.instruments.composer.overview import spoken
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.forms import TextsForm
from draagkracht.people.models import Organisation
from draagkracht.science.disclosure import Policy


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All instruments by their place in the model, with what is missing before one can be used."""
    found = offer.entries(actions.all_instruments().values(), get_language() or "nl", _organisation(request).language)
    words, state = request.GET.get("q", "")[:80], request.GET.get("show", "")
    shown = [entry for entry in found if entry.matches(words, state)]
    states = (offer.READY, offer.TEXTS, offer.PERMISSION, offer.TEMPLATE)
    counts = [(one, offer.state_name(one), sum(one in entry.states for entry in found)) for one in states]
    context = {"groups": offer.grouped(shown), "counts": counts, "all": len(found), "q": words, "show": state}
    return render(request, "instruments/overview.html", context)


@require_GET
def detail(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Everything the catalogue knows about one instrument, with how sure that is."""
    return render(request, "instruments/detail.html", page_of(request, instrument_or_404(instrument_id)))


def page_of(request: HttpRequest, one: Instrument) -> dict[str, Any]:
    """What the pages about one instrument show."""
    organisation = _organisation(request)
    (entry,) = offer.entries([one], get_language() or "nl", organisation.language)
    least, of_strain = (
        max(Policy.for_country(organisation.country, strain, health=one.health).k, organisation.raised_k or 0)
        for strain in (one.strain, True)
    )
    return {"entry": entry, "sheet": entry.sheet, "least": least, "least_of_strain": of_strain}


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Upload of the wording; faults are listed by row and nothing is stored until there are none."""
    one = _with_texts(instrument_id)
    form = TextsForm(request.POST or None, request.FILES or None, instrument=one)
    faults: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            language = _store(request, one, form)
            return redirect(f"{reverse('instruments:texts', args=[one.id])}?shown={language}#shown")
        except actions.TextsRefused as refused:
            faults = refused.errors
    context = page_of(request, one) | {
        "form": form,
        "faults": faults,
        "languages": settings.LANGUAGES,
        "imported": offer.imported(one),
        "shown": request.GET.get("shown", ""),
    }
    return render(request, "instruments/import.html", context, status=400 if form.errors or faults else 200)


@require_GET
def blank_file(request: HttpRequest, instrument_id: str, language: str) -> HttpResponse:
    """A file to fill in: the codes of the items and the labels, without any protected text."""
    one = _with_texts(instrument_id)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{one.texts_file(language)}"'
    csv.writer(response).writerows(texts.blank(one, language))
    return response


@require_GET
def definition_file(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Of a template: its file, with the lines that the organisation fills in."""
    one = instrument_or_404(instrument_id)
    if not one.template:
        raise Http404
    response = HttpResponse(completing.file_to_complete(one), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{one.id}.yaml"'
    return response


def _store(request: HttpRequest, one: Instrument, form: TextsForm) -> str:
    """The language that came in."""
    given, file = form.cleaned_data, form.cleaned_data["file"]
    if file.size > actions.LARGEST_FILE:
        raise actions.TextsRefused([(0, _("The file is too large: 2 MB at most."))])
    row = actions.import_texts(
        _organisation(request),
        one.id,
        given["language"],
        file.read(),
        file.name,
        validated=given["wording"] == "validated",
        invented=given["wording"] == "invented",
        by=request.user,  # type: ignore[arg-type]
        source_note=given["source_note"],
    )
    count = len(row.texts["items"])
    told = ngettext(
        "%(count)s question was imported in %(language)s.", "%(count)s questions were imported in %(language)s.", count
    )
    messages.success(request, told % {"count": count, "language": spoken(row.language)})
    return row.language


def _organisation(request: HttpRequest) -> Organisation:
    return request.standing.organisation  # type: ignore[attr-defined]


def instrument_or_404(instrument_id: str) -> Instrument:
    """An instrument that exists."""
    known = actions.all_instruments()
    if instrument_id not in known:
        raise Http404
    return known[instrument_id]


def _with_texts(instrument_id: str) -> Instrument:
    """An instrument whose wording can be imported: a template has none."""
    one = instrument_or_404(instrument_id)
    if one.template:
        raise Http404
    return one
