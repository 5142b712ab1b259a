"""The gallery in a real browser: nothing for axe to find, nothing too wide, help and tables without a script."""

import os
import shutil
from itertools import product

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PAGES = ["/ui/gallery/", "/hulp/", "/offline/"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="NO CHROMIUM: pages were not looked at")]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django must not take it for an asynchronous view.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server, settings) -> str:
    settings.DEMO = True
    return live_server.url


def look(chromium, site: str, path: str, width: int, scheme: str = "light"):
    """A page of the site, opened at that width; the policy is set aside so that axe can be put in."""
    page = chromium.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nl-BE", bypass_csp=True, reduced_motion="reduce"
    )  # fmt: skip
    assert page.goto(site + path).status == 200
    return page


def test_axe_finds_nothing(chromium, site: str):
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    for path, (width, scheme) in product(PAGES, ((390, "light"), (1280, "dark"))):
        page = look(chromium, site, path, width, scheme)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for one in Axe().run(page, options={"runOnly": RULES}).response["violations"]:
            found[path, width, scheme, one["id"]] = [node["html"][:120] for node in one["nodes"][:3]]
        page.close()
    assert not found


def test_pages_fit_their_screen_and_keep_the_policy(chromium, site: str):
    page = chromium.new_page(locale="nl-BE")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path, width in product(PAGES, (320, 390, 640, 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.goto(site + path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.close()
    assert not [line for line in said if "Content Security Policy" in line]


def test_a_phone_gets_text_to_read_and_controls_for_a_thumb(chromium, site: str):
    page = look(chromium, site, "/ui/gallery/", 390)
    sizes = page.evaluate("""() => [...document.querySelectorAll('.chart text, .heat td, .heat small')].map(one => {
        const svg = one.closest('svg');
        return parseFloat(getComputedStyle(one).fontSize) * (svg ? svg.getScreenCTM().a : 1); })""")
    small = page.evaluate("""() => [...document.querySelectorAll(
        '.button, .choice, .check, .field input:not([type=radio], [type=checkbox]), .field select, .drop > summary')]
        .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 80))""")
    page.close()
    assert len(sizes) > 50
    assert min(sizes) >= 12
    assert not small


def test_help_opens_by_keyboard_without_a_script(chromium, site: str):
    context = chromium.new_context(java_script_enabled=False, locale="nl-BE")
    page = context.new_page()
    assert page.goto(site + "/offline/").status == 200
    line = page.locator(".help").get_by_role("link", name="1813", exact=True)
    assert not line.is_visible()
    page.locator(".help summary").focus()
    page.keyboard.press("Enter")
    assert line.is_visible()
    context.close()
