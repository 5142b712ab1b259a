"""The catalogue of questionnaires as a coordinator or adviser sees it, and the import of their wording."""

import csv
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from draagkracht.instruments import actions, queries, texts
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.forms import TextsForm
from draagkracht.instruments.models import InstrumentText
from draagkracht.instruments.presentation import Sheet


@dataclass(frozen=True)
class Wording:
    """What there is of one language: shipped, imported (with its row), or missing."""

    language: str
    name: str
    state: str
    file: str
    row: InstrumentText | None = None


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All instruments, with what is missing before one can be used."""
    known = actions.all_instruments()
    imported = queries.newest_texts(known)
    rows = [(Sheet(one, get_language() or "nl"), _wordings(one, imported)) for one in known.values()]
    rows.sort(key=lambda row: (not all(w.state != "missing" for w in row[1]), row[0].title))
    return render(request, "instruments/overview.html", {"rows": rows})


@require_GET
def detail(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Everything the catalogue knows about one instrument, with how sure that is."""
    one = _instrument_or_404(instrument_id)
    context = {"sheet": Sheet(one, get_language() or "nl"), "wordings": _wordings(one, queries.newest_texts([one.id]))}
    return render(request, "instruments/detail.html", context)


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Upload of the wording; faults are listed by row and nothing is stored until there are none."""
    one = _instrument_or_404(instrument_id)
    form = TextsForm(request.POST or None, request.FILES or None, instrument=one)
    faults: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _store(request, one, form)
            return redirect("instruments:detail", one.id)
        except actions.TextsRefused as refused:
            faults = refused.errors
    context = {
        "sheet": Sheet(one, get_language() or "nl"),
        "form": form,
        "faults": faults,
        "languages": settings.LANGUAGES,
    }
    return render(request, "instruments/import.html", context, status=400 if form.errors or faults else 200)


@require_GET
def blank_file(request: HttpRequest, instrument_id: str, language: str) -> HttpResponse:
    """A file to fill in: the codes of the items and the labels, without any protected text."""
    one = _instrument_or_404(instrument_id)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{one.texts_file(language)}"'
    csv.writer(response).writerows(texts.blank(one, language))
    return response


def _store(request: HttpRequest, one: Instrument, form: TextsForm) -> None:
    given, file = form.cleaned_data, form.cleaned_data["file"]
    if file.size > actions.LARGEST_FILE:
        raise actions.TextsRefused([(0, _("The file is too large: 2 MB at most."))])
    actions.import_texts(
        request.standing.organisation,  # type: ignore[attr-defined]
        one.id,
        given["language"],
        file.read(),
        file.name,
        validated=given["wording"] == "validated",
        by=request.user,  # type: ignore[arg-type]
        source_note=given["source_note"],
    )
    messages.success(request, _("The wording was imported."))


def _wordings(one: Instrument, imported: dict[tuple[str, str], InstrumentText]) -> list[Wording]:
    found = []
    for language, name in settings.LANGUAGES:
        row = imported.get((one.id, language))
        state = "imported" if row else "shipped" if one.carries_texts(language) else "missing"
        found.append(Wording(language, _(name), state, one.texts_file(language), row))
    return found


def _instrument_or_404(instrument_id: str) -> Instrument:
    known = actions.all_instruments()
    if instrument_id not in known:
        raise Http404
    return known[instrument_id]
