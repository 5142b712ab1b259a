"""A file with own figures in five steps: upload, columns, look at what would change, confirm, done. Works without script."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from draagkracht.ui.charts.figure import number
from draagkracht.ui.refusal import Refusal
from draagkracht.ui.sheets import marked

from .. import queries
from ..actions import imports
from ..columns import problems
from ..forms import ColumnsForm, ConfirmForm, UploadForm
from ..kinds import fields, kinds, said
from ..models import FigureImport
from ..plan import Change

SHOWN = 100


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Which figures there are, what they mean, what was imported when."""
    language = get_language() or "nl"
    there = {kind.id for kind in queries.kinds_there()}
    told = [
        {
            "kind": kind,
            "name": said(kind.name, language),
            "there": kind.id in there,
            "fields": [said(field.name, language) for field in kind.fields],
            **{name: said(texts, language) for name, texts in kind.texts.items()},
        }
        for kind in kinds()
    ]
    context = {"kinds": told, "any": bool(there), "imports": queries.imports_of(request.standing.organisation)}  # type: ignore[attr-defined]
    return render(request, "figures/overview.html", context)


def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file."""
    form = UploadForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        organisation = request.standing.organisation  # type: ignore[attr-defined]
        try:
            made = imports.keep_upload(organisation, request.user, given.name, given.read())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error("file", str(refusal.message))
            return render(request, "figures/upload.html", {"form": form}, status=refusal.status)
        return redirect("figures:columns", made.code)
    return render(request, "figures/upload.html", {"form": form}, status=400 if form.errors else 200)


def columns(request: HttpRequest, code: str) -> HttpResponse:
    """Say which column is what; our guess is filled in."""
    found = imports.find_upload(code)
    if found.figure_import_id:
        return redirect("figures:done", found.figure_import_id)
    sheet = imports.sheet_of(found)
    form = ColumnsForm(sheet, found, _posted(request))
    if request.method == "POST" and form.is_valid():
        imports.choose(found, form.reading)
        return redirect("figures:check", found.code)
    example = [(heading, [row.cells[number] for row in sheet.rows[:3]]) for number, heading in enumerate(sheet.header)]
    context = {"form": form, "upload": found, "example": example, "rows": len(sheet.rows)}
    return render(request, "figures/columns.html", context, status=400 if form.errors else 200)


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What the file would change, before anything is stored; or its mistakes."""
    found = imports.find_upload(code)
    if found.figure_import_id:
        return redirect("figures:done", found.figure_import_id)
    sheet = imports.sheet_of(found)
    if problems(found.layout, found.columns, found.figure, sheet.header):
        return redirect("figures:columns", found.code)
    plan = imports.show(found)
    context = {
        "upload": found,
        "plan": plan,
        "form": ConfirmForm(initial={"digest": plan.digest}),
        "faults": plan.faults[:SHOWN],
        "left": plan.left[:SHOWN],
        "new": _told(plan.new[:SHOWN]),
        "changed": _told(plan.changed[:SHOWN]),
        "shown": SHOWN,
    }
    return render(request, "figures/check.html", context)


def _told(changes: Sequence[Change]) -> list[dict[str, Any]]:
    language = get_language() or "nl"
    tree = queries.places() if changes else None
    found = []
    for change in changes:
        kind, field = fields()[change.entry.key]
        found.append(
            {
                "unit": tree.by_id[change.entry.unit].name if tree else "",
                "kind": said(kind.name, language),
                "field": said(field.name, language),
                "month": change.entry.month,
                "amount": number(change.entry.amount, 4),
                "before": number(change.before, 4),
            }
        )
    return found


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Stores what was shown. Pressing twice stores it once."""
    found = imports.find_upload(code)
    try:
        made = imports.confirm(found, request.user, request.POST.get("digest", ""))  # type: ignore[arg-type]
    except Refusal as refusal:
        return render(request, "figures/refused.html", {"refusal": refusal, "upload": found}, status=refusal.status)
    return redirect("figures:done", made.pk)


@require_safe
def mistakes(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that the page names, as CSV, each with its reason: those with mistakes; without any, those left out.

    Safe to open in a spreadsheet.
    """
    found = imports.find_upload(code)
    sheet = imports.sheet_of(found)
    plan = imports.plan_of(sheet, imports.reading_of(found))
    why: dict[int, list[str]] = {}
    for one in plan.faults or plan.left:
        why.setdefault(one.row, []).append(one.reason)
    rows = [(row, " ".join(dict.fromkeys(reasons))) for row, reasons in sorted(why.items())]
    response = HttpResponse(marked(sheet, rows), content_type="text/csv; charset=utf-8")
    name = _("mistakes")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import stored, and what undoing it would do."""
    found = _import(pk)
    back = None if found.undone_at else imports.would_undo(found)
    return render(request, "figures/done.html", {"import": found, "back": back})


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an import back."""
    imports.undo(_import(pk), request.user)  # type: ignore[arg-type]
    messages.success(request, _("The import was undone. Its numbers no longer count."))
    return redirect("figures:overview")


def _import(pk: int) -> FigureImport:
    found = FigureImport.objects.filter(pk=pk).select_related("organisation", "imported_by", "undone_by").first()
    if found is None:
        raise Http404
    return found


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None
