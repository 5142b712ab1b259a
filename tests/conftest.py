"""Fixtures of the journeys: one demo, one Chromium and one server for all that need them; phones and desks."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_demo import RunningDemo, chromium, free_port, launch, make

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items) -> None:
    missing = pytest.mark.skip(reason="Chromium is missing: install it, or set CHROMIUM")
    for item in items:
        if item.get_closest_marker("browser") and not chromium():
            item.add_marker(missing)


def pytest_terminal_summary(terminalreporter) -> None:
    if not chromium():
        terminalreporter.write_line(
            "!! Chromium is missing (apt-get install chromium, or set CHROMIUM): NO JOURNEY IN A BROWSER WAS RUN",
            red=True,
        )


@pytest.fixture(scope="session")
def port() -> int:
    """Where the demo will answer."""
    return free_port()


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory, port) -> Path:
    """The demo organisation, made once; copy it before writing."""
    data = tmp_path_factory.mktemp("demo") / "made"
    make(data, port)
    return data


@pytest.fixture(scope="session")
def demo(demo_data, port) -> Iterator[RunningDemo]:
    """The running demo. Journeys that write use people of their own in it."""
    copy = demo_data.parent / "served"
    shutil.copytree(demo_data, copy)
    with RunningDemo(copy, port) as running:
        yield running


@pytest.fixture(scope="session")
def browser(demo):
    """One Chromium. Its loop lives in this process, which Django would otherwise take for asynchronous code."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture
def context_of(browser):
    """context_of(viewport) -> a fresh browser context that remembers what its pages complained about."""
    made = []

    def open_context(viewport: dict[str, int], **options):
        context = browser.new_context(viewport=viewport, locale="nl-BE", **options)
        context.set_default_timeout(15_000)
        context.complaints = []
        context.on("page", lambda page: watch(page, context.complaints))
        made.append(context)
        return context

    yield open_context
    for context in made:
        context.close()


def watch(page, complaints: list[str]) -> None:
    """Collects errors on the console (a violated content security policy is one) and uncaught exceptions."""
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def phone(context_of):
    """A page on a phone of 390 x 844."""
    return context_of(PHONE, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def desk(context_of):
    """A page on a screen of 1280 x 900."""
    return context_of(DESK).new_page()
