"""The gallery in a real browser: nothing for axe to find, nothing too wide, help and tables without a script."""

import os
import shutil

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(chromium, site: str, width: int, scheme: str):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nl-BE", bypass_csp=True, reduced_motion="reduce"
    )  # fmt: skip
    found = {}
    for path in PAGES:
        page = context.new_page()
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        found |= {f"{path} {one['id']}": [node["html"][:120] for node in one["nodes"][:3]] for one in violations}
        page.close()
    context.close()
    assert not found


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_no_page_is_wider_than_its_screen_and_none_breaks_the_policy(chromium, site: str, width: int):
    page = chromium.new_page(viewport={"width": width, "height": 900}, locale="nl-BE")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in PAGES:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()
    assert not [line for line in said if "Content Security Policy" in line]


def test_text_in_charts_is_at_least_twelve_pixels_on_a_phone(chromium, site: str):
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    page.goto(site + "/ui/gallery/")
    sizes = page.evaluate("""() => [...document.querySelectorAll('.chart text, .heat td, .heat small')].map(one => {
        const svg = one.closest('svg');
        const grown = svg ? svg.getScreenCTM().a : 1;
        return parseFloat(getComputedStyle(one).fontSize) * grown; })""")
    page.close()
    assert len(sizes) > 50
    assert min(sizes) >= 12


def test_help_opens_by_keyboard_without_a_script(chromium, site: str):
    context = chromium.new_context(java_script_enabled=False, locale="nl-BE")
    page = context.new_page()
    page.goto(site + "/offline/")
    line = page.locator(".help").get_by_role("link", name="1813", exact=True)
    assert not line.is_visible()
    page.locator(".help summary").focus()
    page.keyboard.press("Enter")
    assert line.is_visible()
    context.close()


def test_every_control_is_large_enough_for_a_thumb(chromium, site: str):
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    page.goto(site + "/ui/gallery/")
    small = page.evaluate("""() => [...document.querySelectorAll(
        '.button, .choice, .check, .field input:not([type=radio], [type=checkbox]), .field select, .drop > summary')]
        .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 80))""")
    page.close()
    assert not small
