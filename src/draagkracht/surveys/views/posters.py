"""The poster with its code, and the page behind it."""

import io
import re

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django_scopes import scope, scopes_disabled

from draagkracht.instruments import queries as instruments
from draagkracht.people.models import Person, Unit

from ..actions import invite_late
from ..actions.letters import send_all
from ..forms import AddressForm
from ..models import CODE_LETTERS, Wave
from ..queries import link_token
from .waves import _mine


def poster(request: HttpRequest, wave_id: int) -> HttpResponse:
    """A4 as PDF; `?language=` and `?unit=` (the id of a unit, whose name then stands on it)."""
    wave = _mine(request, wave_id)
    language = request.GET.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else wave.organisation.language
    unit = _unit(request.GET.get("unit", ""))
    address = settings.SITE_URL + reverse("surveys:start", args=[wave.poster_code])
    with translation.override(language):
        page = render_to_string(
            "surveys/poster.html",
            {
                "wave": wave,
                "unit": unit,
                "address": address.split("://", 1)[1],
                "code": _code(address),
                "language": language,
                "minutes": max(1, round(instruments.content(wave.version).minutes)),
            },
        )
    response = HttpResponse(_pdf(page), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poster-{wave.pk}-{language}.pdf"'
    return response


def _unit(wanted: str) -> Unit | None:
    """The unit of this id, None when none is asked for. Raises Http404."""
    if wanted and not re.fullmatch(r"\d{1,18}", wanted, re.ASCII):
        raise Http404
    return get_object_or_404(Unit.objects, pk=int(wanted)) if wanted else None


def _code(address: str) -> SafeString:
    drawn = io.BytesIO()
    segno.make(address, error="q").save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=0, dark="#1d2733", omitsize=True
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  (drawn by segno from our own address)


def _pdf(page: str) -> bytes:
    # Heavy, and needed once a wave: not at start of the web process.
    from weasyprint import HTML

    return HTML(string=page, url_fetcher=_no_fetching).write_pdf()


def _no_fetching(url: str, *_more) -> dict:
    raise ValueError(f"a poster fetches nothing: {url[:40]}")


def start(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the poster: an address gets its personal link by mail, and the page says the same to everybody."""
    if not set(code) <= set(CODE_LETTERS):
        raise Http404
    with scopes_disabled():  # the code of the poster names the wave; there is no organisation yet
        wave = Wave.objects.select_related("organisation", "campaign", "version").filter(poster_code=code).first()
    if wave is None:
        raise Http404
    request.organisation = wave.organisation  # type: ignore[attr-defined]
    if wave.closed_at or wave.closes_at <= timezone.now():
        return render(request, "surveys/closed.html", {"wave": wave, "poster": True}, status=410)
    if not wave.opened_at:
        return render(request, "surveys/early.html", {"wave": wave, "poster": True})
    with scope(organisation=wave.organisation):
        own = _signed_in(request, wave)
        if own:
            return redirect("surveys:answer", own)
        form = AddressForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            _send_link(wave, form.cleaned_data["email"])
            return render(request, "surveys/start_sent.html", {"wave": wave})
    return render(
        request, "surveys/poster_start.html", {"wave": wave, "form": form}, status=400 if form.errors else 200
    )


def _signed_in(request: HttpRequest, wave: Wave) -> str:
    """The token of whoever is signed in, when this wave is for them."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return ""
    person = Person.objects.filter(account=request.user, erased_at=None).first()  # type: ignore[misc]
    invitation = invite_late(wave, person) if person else None
    return link_token(invitation) if invitation and not invitation.revoked_at else ""


def _send_link(wave: Wave, email: str) -> None:
    """One mail for an address that belongs to the wave, at most one in ten minutes."""
    person = Person.objects.filter(email__iexact=email.strip(), erased_at=None).first()
    invitation = invite_late(wave, person) if person else None
    if invitation and not invitation.revoked_at:
        now = timezone.now()
        send_all(wave, [invitation], f"poster-{now:%Y%m%d%H}{now.minute // 10}")
