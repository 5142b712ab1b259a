"""Confirming a new e-mail by the link that went to the former one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from ..actions.addresses import confirm_proposal, find_proposal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing (mail scanners look); the button on the page confirms."""
    found = confirm_proposal(token) if request.method == "POST" else find_proposal(token)
    context = {"change": found, "done": request.method == "POST"}
    return render(request, "people/confirm_address.html", context)
