"""A worker of the demo answers on a phone, loses the network halfway, comes back, and sees the own result."""

import re

import pytest
from test_pages import FROM_THE_TOP

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("answering")]

UNSENT, KEPT = "Nog niet verstuurd", "Alles bewaard"


def total(page) -> int:
    return page.locator("fieldset.question").count()


def choose(page, number: int, step: int) -> None:
    """Chooses an answer of the question in sight by a tap, as a finger would."""
    choices = page.locator(f"#s{number} label.choice:not(.decline)")
    if choices.count():
        choices.nth(step % choices.count()).tap()
    else:
        page.locator(f"#s{number} textarea").fill("Een rustige nacht.")


def answer(page, numbers: range) -> None:
    for number in numbers:
        page.locator(f"#s{number}.now").wait_for()
        choose(page, number, number)
        page.locator("#next").tap()


def wait_for_word(page, word: str) -> None:
    page.locator("#kept", has_text=word).wait_for(timeout=30_000)


def begin(page, demo) -> int:
    """From the sign-in link to the first question; returns how many there are."""
    page.goto(demo.links["Worker"])
    page.locator('a[href*="/a/"]').first.tap()
    page.locator("#steer").wait_for()
    assert page.locator("dl.points dt").count() >= 4, "who sees what is told before the first question"
    page.locator("#next").tap()
    page.locator("#s1.now").wait_for()
    return total(page)


def test_a_worker_answers_on_a_phone_through_a_lost_network(demo, phone):
    page, context = phone, phone.context
    count = begin(page, demo)
    half = count // 2
    assert page.locator("#s1 .steps").inner_text() == f"Vraag 1 van {count}"
    answer(page, range(1, half + 1))
    wait_for_word(page, KEPT)

    context.set_offline(True)
    answer(page, range(half + 1, half + 6))
    wait_for_word(page, UNSENT)
    context.complaints.clear()  # the browser tells on the console that the network is gone
    page.reload()
    page.locator(f"#s{half + 6}.now").wait_for()
    page.locator("#back").tap()
    assert page.locator(f"#s{half + 5} input:checked").count() == 1, "what was answered is still there after a reload"
    page.locator("#next").tap()

    context.complaints.clear()
    context.set_offline(False)
    wait_for_word(page, KEPT)
    answer(page, range(half + 6, count + 1))
    wait_for_word(page, KEPT)
    page.locator("#send").tap()
    page.wait_for_url("**/result/**") if "/result" in page.url else page.get_by_role("heading", level=1).wait_for()
    page.locator('a[href$="/result/"]').tap()
    page.wait_for_url("**/result/")
    assert page.locator(".dots li").count() >= 10
    assert context.complaints == []

    # The same answers stand on the own page, beside those of six earlier rounds.
    page.goto(f"{demo.root}/me/")
    assert page.locator('a[href*="/a/"]').count() == 0, "nothing waits any more"
    own = page.locator("main").inner_text()
    assert re.search(
        r"(Winter|Lente|Zomer|Najaar) 20\d\d|(jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)\w* 20\d\d", own
    )


def test_a_link_from_the_mail_needs_no_account_and_shows_nobody_elses_answers(demo, context_of):
    email = colleague(demo)
    first = context_of({"width": 390, "height": 844}, has_touch=True).new_page()
    link = demo.personal_link(email)
    first.goto(link)
    first.locator("#next").tap()
    choose(first, 1, 3)
    wait_for_word(first, KEPT)
    assert first.context.complaints == []

    other = context_of({"width": 390, "height": 844}, has_touch=True).new_page()
    other.goto(link)
    assert other.locator("input:checked").count() == 0, "another device does not show what was answered before"


def test_one_page_without_javascript_does_the_same(demo, context_of):
    email = colleague(demo, 1)
    page = context_of({"width": 390, "height": 844}, java_script_enabled=False).new_page()
    page.goto(demo.personal_link(email))
    count = total(page)
    for number in range(1, count + 1):
        page.locator(f"#s{number} label.choice").nth(number % 3).click()
    page.locator("#send").click()
    page.locator('a[href$="/result/"]').click()
    assert page.locator(".dots li").count() >= 10


def test_the_skip_link_leaves_the_question_where_it_is(demo, context_of):
    page = context_of({"width": 1280, "height": 900}).new_page()
    page.goto(demo.personal_link(colleague(demo, 2)))
    page.locator("#next").click()
    page.locator("#s1 label.choice").nth(1).click()
    page.locator("#next").click()
    page.locator("#s2.now").wait_for()
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.locator("#s2.now").count() == 1


def colleague(demo, number: int = 0) -> str:
    """The address of somebody who was invited and did not answer yet."""
    import sqlite3

    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT p.email FROM surveys_invitation i JOIN surveys_wave w ON w.id = i.wave_id AND w.closed_at IS NULL"
            " JOIN people_person p ON p.id = i.person_id WHERE p.language = 'nl' AND p.email NOT LIKE 'samira%'"
            " AND p.id NOT IN (SELECT person_id FROM surveys_submission s WHERE s.wave_id = w.id) ORDER BY p.id"
        ).fetchall()
    return rows[40 + number][0]
