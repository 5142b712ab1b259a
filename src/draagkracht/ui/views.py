"""Pages that belong to no other room: stylesheet, help, offline, errors, and the gallery of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from draagkracht.ui import stylesheet

A_YEAR = 31536000


def style(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet. An old digest still gets today's text, but unkept, so that an old page stays readable."""
    current, body, squeezed = stylesheet.packed()
    small = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(squeezed if small else body, content_type="text/css; charset=utf-8")
    if small:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if digest == current else "no-cache"
    return response


def help_page(request: HttpRequest) -> HttpResponse:
    """Where to find help now; stands by itself and may be kept on the phone."""
    return render(request, "ui/help.html")


def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows where there is no network."""
    return render(request, "ui/offline.html")


def problem(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """A calm page for 400, 403, 404, 410, 413, 429, 500 or 503; `detail` is one sentence more, already translated."""
    return render(request, f"{status}.html", {"detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return problem(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403; the text of a PermissionDenied is shown when a rule gave a reason."""
    return problem(request, 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404; the path that was asked for is not repeated."""
    return problem(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: rendered without context processors, so that it stands when database or session do not."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: nearly always a page that stood open too long."""
    return problem(request, 403, _("The page was open for a long time. Go back, reload it and try again."))


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, or with `?states` every chart in every state; only while developing or in demo mode."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    from draagkracht.ui.gallery import showcase
    from draagkracht.ui.gallery_states import states

    if "states" in request.GET:
        return render(request, "ui/gallery_states.html", {"states": states()})
    return render(request, "ui/gallery.html", showcase())
