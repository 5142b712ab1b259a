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


def take(page: Page, folder: Path, name: str, whole: bool = True) -> None:
    """One page (whole, or what the screen shows), small enough for a repository."""
    page.evaluate("() => { document.activeElement && document.activeElement.blur(); scrollTo(0, 0); }")
    store(look(page, whole), folder, name)


def look(page: Page, whole: bool) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled"))).convert("RGB")


def store(picture: Image.Image, folder: Path, name: str) -> None:
    """Writes name.png with as many colours as fit."""
    target = encoded(picture)
    while target.tell() > LARGEST:
        # A very long page: a little smaller is still readable.
        picture = picture.resize((picture.width * 9 // 10, picture.height * 9 // 10), Image.Resampling.LANCZOS)
        target = encoded(picture)
    (folder / f"{name}.png").write_bytes(target.getvalue())
    sys.stdout.write(f"{name}.png {target.tell() // 1024} KB\n")


def encoded(picture: Image.Image) -> io.BytesIO:
    """As PNG, with as many of 128 colours as fit."""
    for colours in (128, 64, 32):
        target = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() <= LARGEST:
            break
    return target


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
    """Every page of every role; one that looks the same as for an earlier role is not taken again."""
    taken: set[tuple[int, str]] = set()
    for role in Role:
        start, addresses = demo.links[label(role)], {}
        for width in SIZES:
            page = context(browser, width).new_page()
            for route in crawl(page, demo.root, start):
                addresses[route] = page.url
                looks = (width, page.locator("main").inner_text())
                if looks not in taken:
                    taken.add(looks)
                    take(page, folder, f"{route.replace(':', '-')}-{role.value}-{width}")
            page.context.close()
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
    """The steps of the answer page, from a personal link; the last person goes on to the own result."""
    link = demo.personal_link(PERSON)
    for width, scheme in ((1280, "light"), (390, "dark"), (390, "light")):
        end = f"worker-{width}-dark" if scheme == "dark" else f"worker-{width}"
        page = context(browser, width, scheme).new_page()
        page.goto(link)
        take(page, folder, f"answer-start-{end}", whole=False)
        page.locator("#next").click()
        page.locator("#s1.now").wait_for()
        take(page, folder, f"answer-question-{end}", whole=False)
        if (width, scheme) == (390, "light"):
            finish(page, folder)
        page.context.close()


def finish(page: Page, folder: Path) -> None:
    """Answers everything, and looks at the thanks and the own result on both sizes."""
    count = page.locator("fieldset.question").count()
    for number in range(1, count + 1):
        choices = page.locator(f"#s{number}.now label.choice:not(.decline)")
        choices.nth((number * number + number // 3) % choices.count()).click()
        if number == 4:
            take(page, folder, "answer-chosen-worker-390", whole=False)
        page.locator("#next").click()
    take(page, folder, "answer-last-worker-390", whole=False)
    page.locator("#send").click()
    page.locator("[data-done]").wait_for()
    for name in ("thanks", "result"):
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            take(page, folder, f"answer-{name}-worker-{width}")
        if name == "thanks":
            page.locator('a[href$="/result/"]').click()
            page.wait_for_url("**/result/")


def cover(folder: Path) -> None:
    """The picture of the README: a team's page on a desk, and answering on a phone before it."""
    desk = Image.open(folder / "insights-unit-worker-1280.png").convert("RGB")
    phone = Image.open(folder / "answer-chosen-worker-390.png").convert("RGB")
    sheet = Image.new("RGB", (1440, 1000), "#e9e2d6")
    sheet.paste(desk.crop((0, 0, 1280, 900)), (40, 50))
    frame = Image.new("RGB", (phone.width + 16, phone.height + 16), "#14323a")
    frame.paste(phone, (8, 8))
    sheet.paste(frame, (1440 - frame.width - 24, 1000 - frame.height - 24))
    store(sheet, folder, "readme")


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
    cover(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
