"""Roles of an organisation, for its platform administrator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from ..actions.roles import grant_role, revoke_role
from ..forms import GrantForm
from ..models import Role, RoleAssignment

PAGE = 100


def overview(request: HttpRequest) -> HttpResponse:
    """Who holds which role; grants one more."""
    _require_whole(request)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        organisation = request.standing.organisation  # type: ignore[attr-defined]
        try:
            grant_role(organisation, given["email"], Role(given["role"]), given["unit"], request.user)  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
            return _page(request, form, refusal.status)
        messages.success(request, _("The role was given. It works from the next page on."))
        return redirect("people:roles")
    return _page(request, form, 400 if form.errors else 200)


def _page(request: HttpRequest, form: GrantForm, status: int) -> HttpResponse:
    held = RoleAssignment.objects.filter(revoked_at=None).select_related("account", "unit")
    page = Paginator(held.order_by("role", "account__email", "pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/roles.html", {"form": form, "page": page}, status=status)


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then takes the role back."""
    _require_whole(request)
    found = RoleAssignment.objects.filter(pk=pk).select_related("account", "unit", "organisation").first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "people/role_revoke.html", {"assignment": found})
    revoke_role(found, request.user)  # type: ignore[arg-type]
    messages.success(request, _("The role was taken back."))
    return redirect("people:roles")


def _require_whole(request: HttpRequest) -> None:
    if request.standing.units.get(Role.PLATFORM_ADMIN, frozenset()) is not None:  # type: ignore[attr-defined]
        raise PermissionDenied
