"""Journeys of a worker in a real browser, on a screen as small as a phone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT, UNSENT = "Alles bewaard", "Nog niet verstuurd"


def choose(page, place: int) -> None:
    page.locator(".now .choice").nth(place).click()


def clean(page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


# These machines are small and shared: waiting longer costs nothing when all goes well.
expect.set_options(timeout=20_000)


def test_a_worker_loses_the_network_halfway_comes_back_and_completes(live_server, held, phone, stored):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    expect(page.locator("#s0")).to_contain_text("20 vragen, ongeveer 3 minuten")
    clean(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.click("#next")
    for number in range(8):
        choose(page, number % 5)
        expect(page.locator("#kept")).to_have_text(KEPT)
        page.click("#next")
    assert len(stored(link)["answers"]) == 8

    page.context.set_offline(True)
    for number in range(4):
        choose(page, number % 5)
        expect(page.locator("#kept")).to_have_text(UNSENT)
        page.click("#next")
    assert len(stored(link)["answers"]) == 8
    # After a reload the browser's "offline" reaches the new page a moment late: what is sent then is not asked about.
    page.reload()
    expect(page.locator(".now .steps")).to_have_text("Vraag 13 van 20")
    page.go_back()
    expect(page.locator(".now .choice input:checked")).to_have_count(1)
    page.go_forward()
    page.goto(f"{live_server.url}/hulp/")
    expect(page.locator("main")).to_contain_text("112")
    page.goto(f"{live_server.url}{link.path}#13")
    expect(page.locator(".now .steps")).to_have_text("Vraag 13 van 20")

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#kept")).to_have_text(KEPT)
    assert len(stored(link)["answers"]) == 12
    for number in range(8):
        choose(page, number % 5)
        page.click("#next")
    expect(page.locator("#last")).to_be_visible()
    clean(page)
    page.click("#send")
    expect(page.locator("h1")).to_have_text("Bedankt. Je antwoorden zijn bewaard.")
    clean(page)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('answers.')).length") == 0
    assert page.evaluate("caches.open('answer-pages').then(c => c.keys()).then(k => k.length)") == 0
    page.click("text=Toon mijn eigen resultaat")
    expect(page.locator(".dots li")).to_have_count(10)
    clean(page)
    payload = stored(link)
    assert len(payload["answers"]) == 20
    assert payload["scores"]["pulse.work_pressure"] == 1.5


def test_sending_without_a_network_completes_when_it_is_back(live_server, held, phone, stored):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("#next")
    choose(page, 2)
    expect(page.locator("#kept")).to_have_text(KEPT)
    page.goto(f"{live_server.url}{link.path}#end")
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#alert")).to_contain_text("Er is geen netwerk")
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("Bedankt. Je antwoorden zijn bewaard.", timeout=40_000)
    assert "scores" in stored(link)


def test_everything_works_by_keyboard(live_server, held, phone, stored):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.keyboard.press("Enter")
    expect(page.locator(".now .steps")).to_have_text("Vraag 1 van 20")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator(".now .steps")).to_have_text("Vraag 2 van 20")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Backspace")
    expect(page.locator(".now .steps")).to_have_text("Vraag 1 van 20")
    expect(page.locator(".now input:checked")).to_have_value("4")
    for _question in range(20):
        page.keyboard.press("Enter")
    expect(page.locator("#last")).to_be_focused()
    for _step in range(2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "send":
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Bedankt. Je antwoorden zijn bewaard.")
    assert stored(link)["answers"] == {"pulse.wp1": 4, "pulse.wp2": 2}


def test_without_a_script_it_is_one_form(live_server, held, phone, stored):
    link = held()
    page = phone(java_script_enabled=False)
    page.goto(f"{live_server.url}{link.path}")
    assert page.locator("fieldset").count() == 20
    for number in range(20):
        page.locator("fieldset").nth(number).locator("input").nth(number % 6).check()
    page.click("#send")
    assert page.locator("h1").inner_text() == "Bedankt. Je antwoorden zijn bewaard."
    assert len(stored(link)["answers"]) == 20
    page.click("text=Toon mijn eigen resultaat")
    assert page.locator(".dots li").count() == 10


def test_a_second_tab_sees_what_the_first_one_chose(live_server, held, phone, stored):
    link = held()
    first = phone()
    first.goto(f"{live_server.url}{link.path}")
    first.click("#next")
    second = first.context.new_page()
    second.goto(f"{live_server.url}{link.path}#1")
    choose(first, 0)
    expect(first.locator("#kept")).to_have_text(KEPT)
    expect(second.locator(".now input:checked")).to_have_value("1")
    choose(second, 4)
    expect(second.locator("#kept")).to_have_text(KEPT)
    expect(first.locator(".now input:checked")).to_have_value("5")
    choose(first, 2)
    expect(first.locator("#kept")).to_have_text(KEPT)
    assert stored(link)["answers"] == {"pulse.wp1": 3}


def test_in_english_with_moving_on_by_itself(live_server, held, phone, stored):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("footer a[lang=en]")
    expect(page.locator("#next")).to_have_text("Begin")
    assert page.locator("html").get_attribute("lang") == "en"
    page.click("#next")
    page.click("#more summary")
    page.check("#auto")
    for number in range(20):
        expect(page.locator(".now .steps")).to_have_text(f"Question {number + 1} of 20")
        choose(page, 1)
    expect(page.locator("#last")).to_have_text("That was the last question.")
    clean(page)
    assert set(stored(link)["answers"].values()) == {2}


def test_a_closed_wave_keeps_what_was_typed_and_says_so(live_server, held, phone):
    from django_scopes import scope

    from draagkracht.surveys.actions import close_wave

    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("#next")
    choose(page, 1)
    expect(page.locator("#kept")).to_have_text(KEPT)
    with scope(organisation=link.wave.organisation):
        close_wave(link.wave)
    page.click("#next")
    choose(page, 3)
    expect(page.locator("#alert")).to_contain_text("gesloten")
    expect(page.locator(".now input:checked")).to_have_value("4")
    kept = json.loads(page.evaluate(f"localStorage['answers.{link.token[:12]}']"))
    assert kept["queue"]["pulse.wp2"][2] == 4


def test_wiping_a_shared_device_leaves_nothing(live_server, held, phone, stored):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("#next")
    choose(page, 1)
    expect(page.locator("#kept")).to_have_text(KEPT)
    page.click("#more summary")
    page.click("text=Stop en wis dit toestel")
    expect(page.locator("h1")).to_have_text("Dit toestel is gewist.")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('answers.')).length") == 0
    page.goto(f"{live_server.url}{link.path}")
    expect(page.locator("#s0")).to_contain_text("Je begon op een ander toestel")
    assert page.locator("input:checked").count() == 0
    assert stored(link)["answers"] == {"pulse.wp1": 2}


def test_what_is_kept_for_a_time_without_a_network_holds_no_answer(live_server, held, phone):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}/hulp/")
    page.evaluate(
        """async () => {
          const pages = await caches.open("answer-pages");
          const over = { headers: { Expires: "Sat, 01 Nov 2025 10:00:00 GMT" } };
          await pages.put("/a/over/", new Response("over", over));
          await pages.put("/a/older/", new Response("older"));
        }"""
    )
    page.goto(f"{live_server.url}{link.path}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.click("#next")
    choose(page, 3)
    expect(page.locator("#kept")).to_have_text(KEPT)
    online = page.reload()
    expect(page.locator(".now input:checked")).to_have_value("4")
    assert online.text().count(" checked") == 1
    page.wait_for_function("caches.open('answer-pages').then(c => c.keys()).then(k => k.length === 1)")
    kept = page.evaluate("caches.open('answer-pages').then(async c => (await c.match((await c.keys())[0])).text())")
    assert link.token in kept
    assert " checked" not in kept

    page.context.set_offline(True)
    offline = page.reload()
    expect(page.locator(".now input:checked")).to_have_value("4")
    assert offline.from_service_worker
    rules = ("content-security-policy", "x-frame-options", "referrer-policy", "x-content-type-options")
    assert {name: offline.headers.get(name) for name in rules} == {name: online.headers[name] for name in rules}
    assert "frame-ancestors 'none'" in offline.headers["content-security-policy"]


def test_in_a_browser_where_somebody_else_signs_in_no_answer_shows(live_server, held, phone, sign_in, cast):
    link = held()
    page = phone()
    page.goto(f"{live_server.url}{link.path}")
    page.click("#next")
    choose(page, 3)
    expect(page.locator("#kept")).to_have_text(KEPT)
    session = sign_in(cast.accounts["adviser"]).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.reload()
    expect(page.locator(".now .steps")).to_have_text("Vraag 1 van 20")
    expect(page.locator("input[name^='q.']:checked")).to_have_count(0)
    page.goto(f"{live_server.url}{link.path}#0")
    expect(page.locator("#s0")).to_contain_text("zolang iemand anders is aangemeld")
    page.click("text=Wie ziet wat, helemaal uitgelegd")
    expect(page).to_have_url(f"{live_server.url}/privacy/")
