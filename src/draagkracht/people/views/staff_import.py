"""The staff file in five steps: upload, columns, look at what would change, confirm, done. Works without script."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from draagkracht.ui.refusal import Refusal
from draagkracht.ui.sheets import marked

from ..actions import staff_import
from ..forms import ColumnsForm, ConfirmForm, UploadForm
from ..models import StaffUpload
from ..rules import may_import_staff
from ..staff_columns import problems

SHOWN = 100


def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file."""
    _require_right(request)
    form = UploadForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        organisation = request.standing.organisation  # type: ignore[attr-defined]
        try:
            made = staff_import.keep_upload(organisation, request.user, given.name, given.read())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error("file", str(refusal.message))
            return render(request, "people/staff_upload.html", {"form": form}, status=refusal.status)
        return redirect("people:staff-columns", made.code)
    return render(request, "people/staff_upload.html", {"form": form}, status=400 if form.errors else 200)


def columns(request: HttpRequest, code: str) -> HttpResponse:
    """Say which column is what; our guess is filled in."""
    found = _upload(request, code)
    if found.staff_import_id:
        return redirect("people:staff-done", found.staff_import_id)
    sheet = staff_import.sheet_of(found)
    form = ColumnsForm(sheet, found, _posted(request))
    if request.method == "POST" and form.is_valid():
        staff_import.choose_columns(found, form.columns, form.cleaned_data["complete"])
        return redirect("people:staff-check", found.code)
    example = [(heading, [row.cells[number] for row in sheet.rows[:3]]) for number, heading in enumerate(sheet.header)]
    context = {"form": form, "upload": found, "example": example, "rows": len(sheet.rows)}
    return render(request, "people/staff_columns.html", context, status=400 if form.errors else 200)


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What the file would change, before anything is stored; or its mistakes."""
    found = _upload(request, code)
    if found.staff_import_id:
        return redirect("people:staff-done", found.staff_import_id)
    if problems(found.columns):
        return redirect("people:staff-columns", found.code)
    plan = staff_import.show(found)
    context = {
        "upload": found,
        "plan": plan,
        "form": ConfirmForm(plan, initial={"digest": plan.digest}),
        "faults": plan.faults[:SHOWN],
        "new": plan.new[:SHOWN],
        "changed": plan.changed[:SHOWN],
        "leaves": plan.leaves[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "people/staff_check.html", context)


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Stores what was shown. Pressing twice stores it once."""
    found = _upload(request, code)
    yes = request.POST.get("many_may_leave") == "on"
    try:
        made = staff_import.confirm(found, request.user, request.POST.get("digest", ""), yes)  # type: ignore[arg-type]
    except Refusal as refusal:
        return render(
            request, "people/staff_refused.html", {"refusal": refusal, "upload": found}, status=refusal.status
        )
    return redirect("people:staff-done", made.pk)


@require_safe
def errors(request: HttpRequest, code: str) -> HttpResponse:
    """The rows with mistakes as CSV, each with its reason; safe to open in a spreadsheet."""
    found = _upload(request, code)
    sheet = staff_import.sheet_of(found)
    plan = staff_import.plan_of(sheet, found.columns, found.complete)
    response = HttpResponse(
        marked(sheet, [(f.number, f.reason) for f in plan.faults]), content_type="text/csv; charset=utf-8"
    )
    name = _("mistakes")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _upload(request: HttpRequest, code: str) -> StaffUpload:
    _require_right(request)
    return staff_import.find_upload(code)


def _require_right(request: HttpRequest) -> None:
    if not may_import_staff(request.standing):  # type: ignore[attr-defined]
        raise PermissionDenied


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None
