"""Every page that a role can reach: found by following links from its front page, each route once."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import override

from draagkracht.people.models import Role

# Files, and acts that are links: not pages to look at.
NOT_PAGES = {
    "account_logout",
    "mfa_download_recovery_codes",
    "instruments:blank-texts",
    "instruments:definition",
    "instruments:letter",
    "ui:gallery",
}
FILE_ENDINGS = (".pdf", ".csv", ".xlsx", ".svg", ".txt", ".ics", ".css", ".js", ".json")


def label(role: Role) -> str:
    """How the demo prints a role in English: the key of its links."""
    with override("en"):
        text = str(role.label)
    return text[:1].upper() + text[1:]


def route_of(url: str) -> str | None:
    """The name of the route of an address; None for what is not a page of ours."""
    path = urlsplit(url).path
    if path.endswith(FILE_ENDINGS):
        return None
    try:
        name = resolve(path).view_name
    except Resolver404:
        return None
    return None if name in NOT_PAGES else name


def crawl(page, root: str, start: str) -> Iterator[str]:
    """Signs in by `start`, then visits one address of each route that links lead to; yields the route, page in sight."""
    page.goto(start)
    waiting, known, seen = [page.url], {route_of(page.url)}, set()
    while waiting:
        url = waiting.pop(0)
        if page.url != url:
            page.goto(url)
        # A redirect may lead to a page that was seen already.
        here = route_of(page.url) or page.url
        if here in seen:
            continue
        seen.add(here)
        yield here
        if page.url.split("#")[0] != url:
            page.goto(url)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])"):
            name = route_of(link) if link.startswith(root) else None
            if name and name not in known:
                known.add(name)
                waiting.append(link)
