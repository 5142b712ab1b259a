"""Pages that no link leads to: the steps of answering, of a staff import, dead links. As accessible as the others."""

import sqlite3

import pytest
from test_answering_journey import colleague
from test_pages import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
DESK = {"width": 1280, "height": 900}


def page_on_a_desk(context_of):
    return context_of(DESK, reduced_motion="reduce").new_page()


def test_every_step_of_answering_is_accessible(demo, context_of):
    page = page_on_a_desk(context_of)
    complaints, known = page.context.complaints, set()
    page.goto(demo.personal_link(colleague(demo, 5)))
    count = page.locator("fieldset.question").count()
    page.locator("#next").click()
    page.locator("#s1.now").wait_for()
    assert check(page, complaints, known) == []
    for number in range(1, count + 1):
        page.locator(f"#s{number}.now").wait_for()
        choices = page.locator(f"#s{number}.now label.choice")
        if choices.count():
            choices.nth(number % choices.count()).click()
        page.locator("#next").click()
    page.locator("#end.now").wait_for()
    assert check(page, complaints, known) == []
    page.locator("#send").click()
    page.locator("[data-done]").wait_for()
    assert check(page, complaints, known) == []
    page.locator('a[href$="/result/"]').click()
    page.wait_for_url("**/result/")
    assert check(page, complaints, known) == []


def test_every_step_of_a_staff_import_is_accessible(demo, context_of, tmp_path):
    file = tmp_path / "staff.csv"
    file.write_text(
        "naam;e-mail;personeelsnummer;eenheid\nNora Proef;nora.proef@wilgenhart.example;X1;spoed\n;geen-adres;X2;nergens\n",
        encoding="utf-8",
    )
    page = page_on_a_desk(context_of)
    page.goto(demo.links["Coordinator"])
    page.goto(f"{demo.root}/staff/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/staff/import/"))
    assert check(page, page.context.complaints, set()) == []
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert check(page, page.context.complaints, set()) == []


def test_a_poster_and_dead_links_are_accessible(demo, context_of):
    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        (code,) = connection.execute("SELECT poster_code FROM surveys_wave WHERE closed_at IS NULL").fetchone()
    page, known = page_on_a_desk(context_of), set()
    for path in (f"/q/{code}/", "/q/nosuchcode/", "/a/nosuchtoken/", "/in/nosuchtoken/", "/account/sent/"):
        page.goto(demo.root + path)
        # The browser itself complains about the status of a page that does not exist.
        page.context.complaints[:] = [text for text in page.context.complaints if "status of 4" not in text]
        assert check(page, page.context.complaints, known) == [], path
