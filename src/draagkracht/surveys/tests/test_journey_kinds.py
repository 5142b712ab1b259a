"""Questions of every kind in a real browser: on a phone without a network for a while, by keyboard, and without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from draagkracht.surveys.tests import kinds
from draagkracht.surveys.tests.kinds import GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT, UNSENT = "Alles bewaard", "Nog niet verstuurd"
expect.set_options(timeout=20_000)


@pytest.fixture
def link(cast):
    return kinds.open_link(cast)


def clean(page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def step(page, told: str) -> None:
    expect(page.locator(".now .steps")).to_have_text(told)


def fits(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    clean(page)


def test_every_kind_on_a_phone_that_loses_its_network(live_server, link, phone, stored):
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(page.locator("h1")).to_have_text("Van alles")
    expect(page.locator("#s0 > p").first).to_have_text("Alles")
    page.click("#next")
    expect(page.locator(".now .asked")).to_have_text("Fijn dat je er bent.")
    fits(page)
    page.click("#next")
    step(page, "Vraag 1")
    page.locator(".now .choice").first.click()
    page.click("#next")
    step(page, "Vraag 2")
    expect(page.locator(".section.now h2")).to_have_text("Je werk")
    page.locator(".now .typed").fill("36,55")
    page.click("#next")
    expect(page.locator(".now .fault")).to_contain_text("Hoogstens één cijfer na de komma.")
    fits(page)
    assert stored(link)["answers"] == {"own.nights": 1}

    page.reload()
    expect(page.locator(".now .typed")).to_have_value("36,55")
    page.context.set_offline(True)
    page.locator(".now .typed").fill("36,5")
    page.click("#next")
    expect(page.locator("#kept")).to_have_text(UNSENT)
    step(page, "Vraag 3 van 13")
    page.locator(".now .choice").nth(1).click()
    page.click("#next")
    for place in (3, 0, 2):  # "none of these" gives way to a choice
        page.locator(".now .choice").nth(place).click()
    fits(page)
    page.click("#next")
    expect(page.locator(".now .stem")).to_have_text("In deze 36,5 uren:")
    page.reload()
    expect(page.locator(".now .stem")).to_have_text("In deze 36,5 uren:")
    page.locator(".now .choice").nth(2).click()
    page.click("#next")
    page.locator(".now .choice").nth(1).click()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#kept")).to_have_text(KEPT)
    page.click("#next")
    expect(page.locator(".now .asked")).to_have_text("Rust je goed uit, op de afdeling?")
    page.locator(".now .choice").first.click()
    page.click("#next")
    page.locator(".now .ladder .choice").nth(7).click()
    fits(page)
    page.click("#next")
    page.locator(".now .typed").fill("2019-03-01")
    page.click("#next")
    page.locator(".now .typed").fill("23:30")
    fits(page)
    page.click("#next")
    page.locator(".now .typed").fill("x" * 201)
    expect(page.locator(".now .left")).to_have_text("Te lang: 1 te veel")
    page.locator(".now .typed").fill(GOOD["own.why"])
    expect(page.locator(".now .left")).to_have_text(f"Nog {200 - len(GOOD['own.why'])} tekens")
    # A pause is enough: nobody has to press anything for a text to be kept.
    expect(page.locator("#kept")).to_have_text(KEPT)
    kept = "() => JSON.parse(Object.entries(localStorage).find(([name]) => name.startsWith('answers.'))[1]).given"
    for _try in range(100):
        if "own.why" in page.evaluate(kept):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(kept)["own.why"] == GOOD["own.why"]
    page.click("#next")
    for words in ("loon", "collega's"):
        page.locator(".now .what", has_text=words).click()
    page.click("#next")
    expect(page.locator(".now .fault")).to_have_text("Nog niet alles heeft een plaats. Tik ook aan wat nog overblijft.")
    # The last one got its place by itself: tapped in turn it stays, and another one that is taken back takes it along.
    places = page.locator(".now .placed .what")
    page.locator(".now .what", has_text="uren").click()
    expect(places).to_have_text(["loon", "collega's", "uren", "rust"])
    page.locator(".now .what", has_text="uren").click()
    expect(places).to_have_text(["loon", "collega's"])
    for words in ("uren", "rust"):
        page.locator(".now .what", has_text=words).click()
    expect(places).to_have_text(["loon", "collega's", "uren", "rust"])
    page.locator(".now li", has_text="collega's").locator(".move").first.click()
    page.locator(".now li", has_text="loon").locator(".move").nth(1).click()
    page.locator(".now li", has_text="loon").locator(".move").nth(1).click()
    page.locator(".now li", has_text="uren").locator(".move").first.click()
    page.locator(".now li", has_text="rust").locator(".move").first.click()
    expect(page.locator(".now .ranks .what")).to_have_text(["uren", "rust", "collega's", "loon"])
    fits(page)
    page.click("#next")
    step(page, "Vraag 13 van 13")
    page.locator(".now .typed").fill("4")
    page.click("#next")
    expect(page.locator("#open")).to_be_hidden()
    page.click("#send")
    expect(page.locator("h1")).to_have_text("Bedankt. Je antwoorden zijn bewaard.")
    assert stored(link)["answers"] == GOOD | {"own.best": [4, 1, 2, 3]}


def test_conditions_follow_the_answers_and_what_is_left_open_counts_only_what_is_asked(
    live_server, link, phone, stored
):
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("#next")
    page.click("#next")
    page.locator(".now .choice").first.click()
    page.click("#next")
    page.locator(".now .typed").fill("36")
    page.click("#next")
    expect(page.locator("#kept")).to_have_text(KEPT)
    page.goto(f"{live_server.url}{link.path}#end")
    expect(page.locator("#open")).to_contain_text("11 vragen")
    page.go_back()
    page.click("#back")
    page.click("#back")
    step(page, "Vraag 1")
    page.locator(".now .choice").nth(1).click()
    page.click("#next")
    expect(page.locator(".now .asked")).to_have_text("Waar werk je het meest?")
    step(page, "Vraag 2 van 11")
    page.click("#back")
    step(page, "Vraag 1")
    page.goto(f"{live_server.url}{link.path}#end")
    expect(page.locator("#open")).to_contain_text("10 vragen")
    expect(page.locator("#kept")).to_have_text(KEPT)
    page.click("#send")
    expect(page.locator("h1")).to_have_text("Bedankt. Je antwoorden zijn bewaard.")
    assert stored(link)["answers"] == {"own.nights": 0}


def test_keys_choose_type_and_rank(live_server, link, phone, stored):
    page = phone()
    page.goto(f"{live_server.url}{link.path}#3")
    keys = page.keyboard

    def press(*names: str) -> None:
        for name in names:
            keys.press(name)

    press("Enter", "Enter", "1", "Enter")
    step(page, "Vraag 2")
    press("Tab")
    keys.type("37")
    press("Backspace")
    keys.type("6,5")
    expect(page.locator(".now .typed")).to_have_value("36,5")
    press("Enter", "2", "Enter", "1", "3", "Enter", "3", "Enter", "2", "Enter", "1", "Enter")
    step(page, "Vraag 8 van 13")
    press("1", "0")
    expect(page.locator(".now input:checked")).to_have_value("10")
    press("7", "Enter", "Enter", "Enter", "Tab")
    keys.type("Dag")
    press("Enter")
    keys.type("lief")
    expect(page.locator(".now .typed")).to_have_value("Dag\nlief")
    press("Backspace")
    page.click("#next")
    step(page, "Vraag 12 van 13")
    press("Tab", "Enter", "Enter")  # ranked, and taken back
    expect(page.locator(".now .placed")).to_have_count(0)
    for _row in range(3):
        page.locator(".now li:not(.placed) .what").first.focus()
        press("Enter")
    expect(page.locator(".now .placed")).to_have_count(4)
    page.click("#next")
    page.click("#next")
    expect(page.locator("#open")).to_contain_text("3 vragen")
    expect(page.locator("#kept")).to_have_text(KEPT)
    press("Backspace", "Backspace")
    step(page, "Vraag 12 van 13")
    found = stored(link)["answers"]
    assert found == {code: GOOD[code] for code in GOOD if code not in ("own.since", "own.bed", "own.coffee")} | {
        "own.why": "Dag\nlie",
        "own.best": [1, 2, 3, 4],
    }


def test_a_text_that_another_tab_replaced_stays_in_sight_and_is_not_sent_by_itself(live_server, link, phone, stored):
    first = phone()
    first.goto(f"{live_server.url}{link.path}")
    first.click("#next")
    second = phone()
    session = [one for one in first.context.cookies()]
    second.context.add_cookies(session)
    for page in (first, second):
        page.goto(f"{live_server.url}{link.path}#12")
        if page is second:
            page.click("#next")
            page.goto(f"{live_server.url}{link.path}#12")
    first.locator(".now .typed").fill("eerst")
    first.locator(".now .typed").blur()
    expect(first.locator("#kept")).to_have_text(KEPT)
    second.locator(".now .typed").fill("later getypt, niets van het andere scherm gezien")
    second.locator(".now .typed").blur()
    expect(second.locator("#alert")).to_contain_text("op een ander scherm")
    expect(second.locator(".now .typed")).to_have_value("later getypt, niets van het andere scherm gezien")
    second.click("#next")
    second.click("#back")
    assert stored(link)["answers"]["own.why"] == "eerst"
    second.locator(".now .typed").fill("nu wel")
    second.locator(".now .typed").blur()
    expect(second.locator("#kept")).to_have_text(KEPT)
    assert stored(link)["answers"]["own.why"] == "nu wel"


def test_without_a_script_every_kind_is_one_form_and_what_is_not_asked_is_dropped(live_server, link, phone, stored):
    page = phone(java_script_enabled=False)
    page.goto(f"{live_server.url}{link.path}")
    assert "Alleen als je bij “Werk je in nachten?” “ja” koos." in page.locator("#answer").inner_text()
    page.check("[name='q.own.nights'][value='0']")
    page.fill("[name='q.own.hours']", "36,5")
    for value in ("1", "3"):
        page.check(f"[name='q.own.tools'][value='{value}']")
    page.fill("[name='q.own.why']", "Eerste regel\nTweede regel")
    page.check("[name='n.own.bed']")
    page.locator("[name='q.own.mood'][value='10']").check()
    for value, place in ((1, 2), (2, 1), (3, 4)):
        page.fill(f"[name='r.own.best.{value}']", str(place))
    page.click("#send")
    expect(page.locator(".fault:visible")).to_contain_text("elk nummer één keer")
    expect(page.locator("[name='q.own.why']")).to_have_value("Eerste regel\nTweede regel")
    expect(page.locator("[name='q.own.hours']")).to_have_value("36,5")
    clean_without_script(page)
    page.fill("[name='r.own.best.4']", "3")
    page.click("#send")
    assert page.locator("h1").inner_text() == "Bedankt. Je antwoorden zijn bewaard."
    assert stored(link)["answers"] == {
        "own.nights": 0, "own.tools": [1, 3], "own.mood": 10, "own.bed": None, "own.why": "Eerste regel\nTweede regel",
        "own.best": [2, 1, 4, 3],
    }  # fmt: skip


def clean_without_script(page) -> None:
    """What axe would say can only be asked where scripts run: the labels are looked at here."""
    fields = page.locator("form input:not([type=hidden]), form textarea")
    for number in range(fields.count()):
        one = fields.nth(number)
        named = one.get_attribute("aria-label") or one.get_attribute("aria-labelledby")
        assert named or one.evaluate("field => !!field.closest('label')"), one.evaluate("field => field.outerHTML")
