"""The answer page in a real browser at 400 kbit/s with 400 ms delay: bytes, requests, time until it can be read and used.

First load with an empty cache, then the bytes of one saved answer with its headers in both directions.
"""

import shutil
import sys

import ground
from playwright.sync_api import Browser, CDPSession, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}


def measure(browser: Browser, address: str) -> None:
    """Prints the first load and one saved answer."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-BE")
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    seen = watch(line)
    page.goto(address)
    page.locator("form.live").wait_for()
    marks = page.evaluate(
        """() => { const t = performance.getEntriesByType('navigation')[0];
        const p = performance.getEntriesByName('first-contentful-paint')[0];
        return {html: t.responseEnd, ready: t.domContentLoadedEventEnd, paint: p ? p.startTime : 0}; }"""
    )
    page.wait_for_timeout(4000)
    sizes = dict(seen["bytes"])
    total = sum(sizes.values())
    script = sum(size for url, size in sizes.items() if url.endswith(".js"))
    write(
        f"first load: {total / 1024:.1f} KB in {len(sizes)} requests (budget 60 KB, 8), script {script / 1024:.1f} KB (budget 30)"
    )
    for url, size in sizes.items():
        write(f"   {size / 1024:6.1f} KB  {url.split('/', 3)[3].replace(address.split('/')[4], '…')[:60]}")
    write("   and behind it, once, by the service worker: itself, the help page and the page for no network")
    write(
        f"HTML whole after {marks['html']:.0f} ms (budget 1000), first paint {marks['paint']:.0f} ms, usable {marks['ready']:.0f} ms"
    )
    page.click("#next")
    seen["bytes"].clear()
    seen["sent"].clear()
    for answer in range(3):
        page.locator(".now .choice").nth(2).click()
        page.locator("#kept", has_text="Alles bewaard").wait_for()
        page.click("#next")
        page.wait_for_timeout(1500)
        if answer == 0:
            seen["sent"].clear()
    sent = seen["sent"]
    write(f"one saved answer: {sum(sent) / len(sent):.0f} bytes with headers, both ways together (budget 1024)")
    context.close()


def watch(line: CDPSession) -> dict:
    """Collects encoded bytes by address, and for saves both directions."""
    seen: dict = {"bytes": {}, "sent": [], "open": {}, "up": {}}

    def request(event: dict) -> None:
        seen["open"][event["requestId"]] = event["request"]["url"]
        size = len(event["request"].get("postData", ""))
        seen["up"][event["requestId"]] = seen["up"].get(event["requestId"], 0) + size

    def extra(event: dict) -> None:
        size = sum(len(name) + len(str(value)) + 4 for name, value in event["headers"].items())
        seen["up"][event["requestId"]] = seen["up"].get(event["requestId"], 0) + size

    def done(event: dict) -> None:
        url = seen["open"].get(event["requestId"], "")
        if url.startswith("http"):
            seen["bytes"][url] = seen["bytes"].get(url, 0) + event["encodedDataLength"]
            if "/save" in url:
                seen["sent"].append(event["encodedDataLength"] + seen["up"][event["requestId"]])

    line.on("Network.requestWillBeSent", request)
    line.on("Network.requestWillBeSentExtraInfo", extra)
    line.on("Network.loadingFinished", done)
    return seen


def write(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> int:
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        write("NOT MEASURED: no Chromium on this machine")
        return 1
    with ground.ground(3) as place, ground.serving(place), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        measure(browser, f"{place.address}/a/{place.people[0]}/")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
