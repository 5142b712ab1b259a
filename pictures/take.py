"""Screenshots of every page for every role, on a phone and on a desk: `make pictures` writes docs/pictures/*.png.

A fresh demo with its fixed seed is made, served on a free port, and walked through. Names: page-role-width.png, with
-dark behind it for the dark scheme. Every picture is reduced to a palette and kept below 150 KB.
"""

import argparse
import io
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "draagkracht.config.settings_test")

import django  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

django.setup()

from pages import crawl, label  # noqa: E402
from running_demo import RunningDemo, chromium, free_port, launch, make  # noqa: E402

from draagkracht.people.models import Role  # noqa: E402

SIZES = {390: 844, 1280: 900}
LARGEST = 150_000
# Which pages are also worth a look at night.
DARK = {("insights:me", "worker"), ("insights:unit", "team-lead"), ("insights:organisation", "coordinator")}
PUBLIC = {
    "home": "/",
    "sign-in": "/account/login/",
    "who-sees-what": "/privacy/",
    "help": "/hulp/",
    "offline": "/offline/",
}
PERSON = "samira.bouzidi@wilgenhart.example"


def take(page: Page, folder: Path, name: str) -> None:
    """One full page, small enough for a repository."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => { document.activeElement && document.activeElement.blur(); scrollTo(0, 0); }")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        target = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() <= LARGEST:
            break
    (folder / f"{name}.png").write_bytes(target.getvalue())
    sys.stdout.write(f"{name}.png {target.tell() // 1024} KB\n")


def context(browser, width: int, scheme: str = "light"):
    made = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        locale="nl-BE",
        color_scheme=scheme,
        reduced_motion="reduce",
        is_mobile=width == 390,
        has_touch=width == 390,
    )
    made.set_default_timeout(15_000)
    return made


def public_pages(browser, demo: RunningDemo, folder: Path) -> None:
    for width in SIZES:
        page = context(browser, width).new_page()
        for name, path in PUBLIC.items():
            page.goto(demo.root + path)
            take(page, folder, f"{name}-anybody-{width}")
        page.context.close()


def pages_of_roles(browser, demo: RunningDemo, folder: Path) -> None:
    """Each route once, for the first role that reaches it; the pages with figures for every role."""
    taken: set[str] = set()
    for role in Role:
        start = demo.links[label(role)]
        addresses: dict[str, str] = {}
        for width in SIZES:
            page = context(browser, width).new_page()
            for route in crawl(page, demo.root, start):
                if width == min(SIZES):
                    addresses[route] = page.url
                if route not in taken or route.startswith("insights:"):
                    take(page, folder, f"{route.replace(':', '-')}-{role.value}-{width}")
            page.context.close()
        taken |= set(addresses)
        at_night(browser, start, role, addresses, folder)


def at_night(browser, start: str, role: Role, addresses: dict[str, str], folder: Path) -> None:
    for route, whose in sorted(DARK):
        if whose == role.value and route in addresses:
            for width in SIZES:
                page = context(browser, width, "dark").new_page()
                page.goto(start)
                page.goto(addresses[route])
                take(page, folder, f"{route.replace(':', '-')}-{whose}-{width}-dark")
                page.context.close()


def answering(browser, demo: RunningDemo, folder: Path) -> None:
    """The steps of the answer page, from a personal link."""
    link = demo.personal_link(PERSON)
    for width, scheme in ((390, "light"), (1280, "light"), (390, "dark")):
        end = f"{width}-dark" if scheme == "dark" else str(width)
        page = context(browser, width, scheme).new_page()
        page.goto(link)
        take(page, folder, f"answer-start-worker-{end}")
        page.locator("form button[type=submit]").first.click()
        take(page, folder, f"answer-question-worker-{end}")
        page.context.close()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "pictures")
    folder = parser.parse_args().folder
    if not chromium():
        sys.stderr.write("Chromium is missing: install it, or set CHROMIUM\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        data, port = Path(place) / "demo", free_port()
        make(data, port)
        browser = launch(playwright)
        with RunningDemo(data, port) as demo:
            public_pages(browser, demo, folder)
            pages_of_roles(browser, demo, folder)
            answering(browser, demo, folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
