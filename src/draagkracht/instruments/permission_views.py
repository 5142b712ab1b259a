"""The permission to use a protected questionnaire: give it, see its letter, withdraw it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from draagkracht.instruments import licences
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.forms import PermissionForm
from draagkracht.instruments.letters import LARGEST
from draagkracht.instruments.models import LicenceAttestation
from draagkracht.instruments.views import instrument_or_404, page_of
from draagkracht.ui.refusal import Refusal


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, instrument_id: str) -> HttpResponse:
    """Who attests what, until when, with which letter. Nothing is stored until all of it is right."""
    one = _guarded(instrument_id)
    form = PermissionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _attest(request, one, form)
            messages.success(request, _("The permission is on file."))
            return redirect("instruments:detail", one.id)
        except Refusal as refusal:
            form.add_error("letter", str(refusal.message))
    context = {**page_of(request, one), "form": form}
    return render(request, "instruments/permission.html", context, status=400 if form.errors else 200)


@require_GET
def letter(request: HttpRequest, instrument_id: str, attestation_id: int) -> HttpResponse:
    """The letter, as a file to save: a browser must not open what somebody uploaded."""
    row = get_object_or_404(LicenceAttestation, pk=attestation_id, instrument=instrument_id)
    response = HttpResponse(bytes(row.letter), content_type=row.letter_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, row.letter_name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, instrument_id: str, attestation_id: int) -> HttpResponse:
    """Asks first. What was published stays; nothing new is published with it."""
    found = LicenceAttestation.objects.defer("letter")
    row = get_object_or_404(found, pk=attestation_id, instrument=instrument_id, withdrawn_at=None)
    if request.method == "POST":
        licences.withdraw(request.standing.organisation, row, by=request.user)  # type: ignore[attr-defined, arg-type]
        messages.success(request, _("The permission is withdrawn."))
        return redirect("instruments:detail", instrument_id)
    context = {**page_of(request, instrument_or_404(instrument_id)), "row": row}
    return render(request, "instruments/permission_withdraw.html", context)


def _guarded(instrument_id: str) -> Instrument:
    one = instrument_or_404(instrument_id)
    if one.licence.kind == "free" or one.template:
        raise Http404
    return one


def _attest(request: HttpRequest, one: Instrument, form: PermissionForm) -> None:
    given, file = form.cleaned_data, form.cleaned_data["letter"]
    if file.size > LARGEST:
        raise licences.LetterRefused(_("The file is too large: 5 MB at most."), status=413)
    licences.attest(
        request.standing.organisation,  # type: ignore[attr-defined]
        one.id,
        file.read(),
        file.name,
        statement=given["statement"],
        valid_until=given["valid_until"],
        by=request.user,  # type: ignore[arg-type]
    )
