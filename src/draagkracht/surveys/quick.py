"""A short way for saves: most requests of the product are one answer of one person, and none of what the other
middlewares do (session, language, messages, account, policy of a page) concerns them.

The link in the address is the only permission, checked in the view as on the long way; `config.access` lists the route
as one for whoever holds a link. Errors of the storage reach the same handler as everywhere.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .views.saving import save_answers

BEGIN, END = "/a/", "/save"


class SaveMiddleware:
    """Answers POST /a/<token>/save itself and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if request.method == "POST" and path.startswith(BEGIN) and path.endswith(END):
            return save_answers(request, path[len(BEGIN) : -len(END)])
        return self.get_response(request)
