"""Which browser this is: a random cookie that is bound to one invitation and says nothing about the person."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .. import links

DAYS = 90


def _name(token: str) -> str:
    return f"device-{token[: links.ID_LENGTH]}"


def device_of(request: HttpRequest, token: str) -> str:
    """The cookie's value, "" for a browser that has none."""
    return request.COOKIES.get(_name(token), "")[:64]


def know_device(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Gives the browser its cookie if it has none. Lax: the link is opened from a mail program."""
    if not device_of(request, token):
        response.set_cookie(
            _name(token),
            secrets.token_urlsafe(18),
            max_age=DAYS * 86400,
            path="/a/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget_device(response: HttpResponse, token: str) -> None:
    """Takes the cookie away."""
    response.delete_cookie(_name(token), path="/a/", samesite="Lax")
