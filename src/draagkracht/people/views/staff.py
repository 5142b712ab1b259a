"""The staff of an organisation for who keeps the list: units with head counts, names by unit, imports and their undo."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..actions import staff_undo
from ..models import Membership, StaffImport, Unit
from ..queries import branches, on_day, roles_of, units_below
from ..rules import may_import_staff, staff_units

PAGE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Units with head counts, and what was imported when."""
    standing = request.standing  # type: ignore[attr-defined]
    whole = may_import_staff(standing)
    context = {
        "branches": branches(timezone.localdate(), staff_units(standing)),
        "may_import": whole,
        "imports": StaffImport.objects.order_by("-pk").select_related("imported_by")[:20] if whole else [],
    }
    return render(request, "people/staff.html", context)


@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, unit and role of the people of a unit and those below it: what the personnel office itself supplied."""
    standing = request.standing  # type: ignore[attr-defined]
    allowed = staff_units(standing)
    found = Unit.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    if allowed is not None and pk not in allowed:
        raise PermissionDenied
    ids = units_below(standing.organisation)[pk]
    rows = Membership.objects.filter(on_day(timezone.localdate()), unit_id__in=ids, person__erased_at=None)
    page = Paginator(rows.select_related("person", "unit").order_by("person__name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    held = roles_of(row.person.account_id for row in page if row.person.account_id)
    people = [(row.person.name, row.unit.name, held.get(row.person.account_id or 0, [])) for row in page]
    return render(request, "people/staff_unit.html", {"unit": found, "page": page, "people": people})


@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import changed, and whether it can still be undone."""
    found = _import(request, pk)
    return render(request, "people/staff_done.html", {"import": found, "why_not": staff_undo.why_not(found)})


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an import back. Refused with its reason when something rests on it."""
    staff_undo.undo(_import(request, pk), request.user)  # type: ignore[arg-type]
    messages.success(request, _("The import was undone. Everything is as it was before."))
    return redirect("people:staff")


def _import(request: HttpRequest, pk: int) -> StaffImport:
    found = StaffImport.objects.filter(pk=pk).select_related("organisation").first()
    if found is None:
        raise Http404
    if not may_import_staff(request.standing):  # type: ignore[attr-defined]
        raise PermissionDenied
    return found
