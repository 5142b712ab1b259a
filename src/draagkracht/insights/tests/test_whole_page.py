"""The page of the whole: one theme at a time on a phone, links only to what was published, and a place for each section."""

import io
import re
import shutil

import pypdf
import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights.models import ReleasedUnit
from draagkracht.people.models import Unit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def page(published, sign_in, query: str = "") -> str:
    answer = sign_in(published.cast.accounts["coordinator"]).get(reverse("insights:organisation") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(body: str) -> str:
    return re.search(r'<table class="heat">.*?</table>', body, re.DOTALL).group()


def test_a_phone_gets_one_column_of_the_table_and_a_list_to_choose_from(published, sign_in):
    for number, title in ((1, "Werkdruk"), (2, "Tegenstrijdige vragen")):
        body = page(published, sign_in, f"?theme=demands&measure={number}")
        heads = re.findall(r'<th scope="col"( class="aside")?>([^<]+)</th>', table(body))
        assert [name for away, name in heads if not away] == [title] and len(heads) == 4
        assert f'<b aria-current="page">{title}</b>' in body
    assert "measure=3#units" in body


@pytest.mark.parametrize("measure", ["0", "99", "-1", "x", "1" * 30, ""])
def test_a_measure_that_is_not_there_is_the_first(published, sign_in, measure):
    body = page(published, sign_in, f"?theme=demands&measure={measure}")
    assert '<b aria-current="page">Werkdruk</b>' in body


def test_a_unit_of_which_nothing_was_published_is_no_link(published, sign_in):
    organisation = published.organisation
    with scope(organisation=organisation):
        empty = Unit.objects.create(
            organisation=organisation, parent=organisation.units.get(parent=None), code="e", name="Leeg"
        )
        root = ReleasedUnit.objects.get(release=published.release, depth=0)
        place = {"path": "brug / e", "position": 99, "depth": 1, "parent": root, "unit": empty, "name": "Leeg"}
        ReleasedUnit.objects.create(organisation=organisation, release=published.release, **place)
    found = table(page(published, sign_in))
    assert "Leeg" in found and reverse("insights:unit", args=[empty.id]) not in found
    assert reverse("insights:unit", args=[published.cast.brug.units["linde"].id]) in found


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="NO CHROMIUM: the phone was not looked at")
def test_on_a_phone_the_table_fits_and_a_theme_is_chosen_by_keyboard(published, sign_in, live_server, monkeypatch):
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    client = sign_in(published.cast.accounts["coordinator"])
    address = live_server.url + reverse("insights:organisation")
    cookies = [{"name": c.key, "value": c.value, "url": live_server.url} for c in client.cookies.values()]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=True)
        context.add_cookies(cookies)
        phone = context.new_page()
        phone.goto(address)
        shown = "t => [...t.querySelectorAll('thead th')].filter(h => h.offsetParent).length"
        assert phone.eval_on_selector(".heat", shown) == 2
        assert phone.eval_on_selector(".scroll:has(> .heat)", "s => s.scrollWidth <= s.clientWidth")
        phone.locator(".phone > summary").focus()
        phone.keyboard.press("Enter")
        phone.keyboard.press("Tab")
        phone.keyboard.press("Enter")
        phone.wait_for_url("**measure=2#units")
        phone.set_viewport_size({"width": 1280, "height": 800})
        assert phone.eval_on_selector(".heat", shown) == 5
        assert not phone.locator(".phone").is_visible()
        browser.close()


def test_the_report_says_on_each_page_what_it_is_and_tells_how_to_read_it(published, sign_in):
    answer = sign_in(published.cast.accounts["coordinator"]).get(reverse("insights:organisation-paper"))
    assert answer["Content-Type"] == "application/pdf"
    pages = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text and "Zorggroep De Brug" in text and "afgedrukt op" in text
    whole = " ".join(" ".join(pages).split())
    for told in (
        "Hoe lees ik dit?",
        "vulde minstens de helft het in",
        "Wat gemeten is",
        "Wat niet getoond wordt",
        "Een verschil zegt niets",
    ):
        assert told in whole
