"""Pages on which a questionnaire leaves as a file, and on which one comes in. What is not carried over is told first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from draagkracht.instruments import document, exchange, exchange_actions
from draagkracht.instruments.composer.kinds import KIND_NAMES
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.visit import account_of, draft_of, language, organisation_of, said, to_draft
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.exchange.formats import LARGEST
from draagkracht.instruments.models import QuestionnaireVersion

SALT = "draagkracht.exchange"
KEPT_SECONDS = 24 * 60 * 60
WITH, WITHOUT = "with", "without"
MOST_SHOWN = 12  # questions that are shown of a file before it becomes a draft


@dataclass(frozen=True)
class Offer:
    """One format, with what it leaves behind: (sentence, its places). `fault`: why it cannot be made."""

    name: str
    title: str
    about: str
    left: list[tuple[str, list[str]]]
    fault: str = ""


class FileForm(forms.Form):
    """The file that somebody brings in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("FHIR (JSON), XLSForm (XLSX), LimeSurvey (.lss), or a table (CSV, XLSX). 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.xlsx,.lss,.xml,.csv"}),
    )


@require_http_methods(["GET", "POST"])
def version_file(request: HttpRequest, version_id: int) -> HttpResponse:
    """A published version as a file."""
    found = get_object_or_404(QuestionnaireVersion.objects.select_related("questionnaire"), pk=version_id)
    source = exchange_actions.of_version(found, wording=_wording(request) == WITH)
    name = f"{found.questionnaire.slug}-{found.number}"
    back = reverse("instruments:version", args=[found.pk])
    return _file_or_page(request, source, name, f"version {found.pk}", back)


@require_http_methods(["GET", "POST"])
def draft_file(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft as a file, as it stands now."""
    draft = draft_of(request, draft_id)
    source = exchange_actions.of_draft(draft, wording=_wording(request) == WITH)
    name = slugify(in_language(draft.document["title"], "nl"))[:60] or "questionnaire"
    return _file_or_page(request, source, name, f"draft {draft.pk}", reverse("instruments:draft", args=[draft.pk]))


def _wording(request: HttpRequest) -> str:
    given = request.POST.get("wording") or request.GET.get("wording")
    return WITH if given == WITH else WITHOUT


def _file_or_page(request: HttpRequest, source: exchange.Source, name: str, of: str, back: str) -> HttpResponse:
    if request.method == "POST":
        return _download(request, source, name, of)
    context = {
        "title": in_language(source.document["title"], language()) or _("Without a title"),
        "offers": [_offer(one, source) for one in exchange.FORMATS.values()],
        "protected": [one.id for one in source.scales.values() if _protected(one, source)],
        "wording": _wording(request),
        "copyright": source.copyright().splitlines(),
        "back": back,
    }
    return render(request, "instruments/exchange/download.html", context)


def _protected(one: Any, source: exchange.Source) -> bool:
    return not all(one.carries_texts(each) for each in source.document["languages"])


def _offer(one: exchange.Format, source: exchange.Source) -> Offer:
    try:
        _data, left = exchange_actions.written(source, one.name)
    except exchange_actions.Unreadable as fault:
        return Offer(one.name, _(one.title), _(one.about), [], "; ".join(": ".join(pair) for pair in fault.faults))
    return Offer(one.name, _(one.title), _(one.about), left)


def _download(request: HttpRequest, source: exchange.Source, name: str, of: str) -> HttpResponse:
    wanted = exchange.FORMATS.get(request.POST.get("format", ""))
    if wanted is None:
        raise Http404
    data = exchange_actions.hand_out(organisation_of(request), source, wanted.name, account_of(request), of)
    response = HttpResponse(data, content_type=wanted.content_type)
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{name}-{_ending(wanted)}") or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _ending(one: exchange.Format) -> str:
    """What sets the file apart from the same questionnaire in another format: table.xlsx, xlsform.xlsx, r5.fhir.json."""
    kind = one.name.removeprefix("fhir-").removesuffix(one.suffix.replace(".", "-"))
    return f"{kind}{one.suffix}"


@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """A file first, then what was understood of it, then a draft. Nothing is stored before the last step."""
    if request.POST.get("understood"):
        return _make_draft(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    faults: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = exchange_actions.understand(file.read(LARGEST + 1), file.name)
            return _understood(request, found)
        except exchange_actions.Unreadable as fault:
            faults = fault.faults
    status = 400 if faults or form.errors else 200
    return render(request, "instruments/exchange/bring_in.html", {"form": form, "faults": faults}, status=status)


def _understood(request: HttpRequest, found: exchange_actions.Understood) -> HttpResponse:
    """What a file says, before anything is kept of it."""
    overview = Overview(found.document, language())
    kinds = Counter(one["kind"] for _, _, one in document.elements(found.document) if one["type"] == "question")
    scales = [overview.label(one) for _, _, one in document.elements(found.document) if one["type"] == "instrument"]
    context = {
        "found": found,
        "format": _(found.format),
        "overview": overview,
        "kinds": [(KIND_NAMES[kind], count) for kind, count in kinds.most_common()],
        "scales": scales,
        "first": overview.lines[:MOST_SHOWN],
        "more": max(0, len(overview.lines) - MOST_SHOWN),
        "left": found.told,
        "signed": signing.dumps([found.format, found.document, _place(request)], salt=SALT, compress=True),
    }
    return render(request, "instruments/exchange/understood.html", context)


def _make_draft(request: HttpRequest) -> HttpResponse:
    try:
        source, made, place = signing.loads(request.POST["understood"], salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        place = None
    if place != _place(request):
        context = {"form": FileForm(), "late": True}
        return render(request, "instruments/exchange/bring_in.html", context, status=400)
    draft = exchange_actions.bring_in(organisation_of(request), made, account_of(request), source)
    said(request, _("The questionnaire is a draft now. Look it over and mend what has to be mended."))
    return to_draft(draft.pk)


def _place(request: HttpRequest) -> list[int]:
    """What was understood is for whoever brought it, in this organisation."""
    return [organisation_of(request).pk, account_of(request).pk]
