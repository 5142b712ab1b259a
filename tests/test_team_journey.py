"""A team lead sees the figures of the last closed wave of the own team, and nothing of the wave that is open."""

import re
import sqlite3

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


def waves(demo) -> tuple[str, str]:
    """Names of the last closed wave and of the open one."""
    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM surveys_wave ORDER BY opens_at")]
    return names[-2], names[-1]


def test_a_team_lead_sees_the_last_closed_wave_and_nothing_of_the_open_one(demo, phone):
    _closed, open_now = waves(demo)
    phone.goto(demo.links["Team lead"])
    assert "/units/" in phone.url
    text = phone.locator("main").inner_text()
    assert "Nachtploeg" in text
    assert phone.locator("main svg").count() >= 5
    assert open_now not in text
    address = phone.url.split("#")[0]
    phone.goto(f"{demo.root}/team/")
    assert phone.url.split("#")[0] == address
    for link in phone.eval_on_selector_all("main a[href]", "links => links.map(link => link.href)"):
        assert "/waves/" not in link
    assert phone.context.complaints == []


def test_a_team_lead_sees_no_other_team(demo, phone):
    phone.goto(demo.links["Team lead"])
    own = int(phone.url.rstrip("/").rsplit("/", 1)[1])
    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        others = [n for (n,) in connection.execute("SELECT id FROM people_unit WHERE id != ? ORDER BY id", (own,))]
    assert len(others) >= 24
    for other in others:
        answer = phone.request.get(f"{demo.root}/units/{other}/")
        assert answer.status in (403, 404), other


def test_a_team_that_is_too_small_is_told_why_it_has_no_figure(demo, desk):
    """The day centre has five people: burn-out needs eight."""
    desk.goto(demo.links["Coordinator"])
    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        (unit,) = connection.execute("SELECT id FROM people_unit WHERE code = 'dagcentrum'").fetchone()
    desk.goto(f"{demo.root}/units/{unit}/")
    text = desk.locator("main").inner_text()
    assert "Te weinig antwoorden" in text or "te weinig antwoorden" in text


def test_a_team_lead_goes_from_the_suggestion_to_the_questions_by_keyboard(demo, phone):
    """What to talk about comes before the figures; its link leads to the questions, and a theme of one's choice opens."""
    phone.goto(demo.links["Team lead"])
    headings = phone.locator("main h2").all_inner_texts()
    assert headings[0] == "Waar jullie het over kunnen hebben" and "Een gesprek van een half uur" in headings
    tags = phone.locator("main .tag").all_inner_texts()
    assert tags.count("één eerste stap") == 1 and tags[-1] == "5 minuten" and tags.count("10 minuten") == 2
    reason = phone.locator("main .cards .card p").first.inner_text()
    assert re.match(
        r"(Minder gunstig|Gunstiger) dan in de (organisatie|vergelijkingsgroep) \(hier [\d,]+, daar [\d,]+\)", reason
    )
    link = phone.locator('main a[href="#talk-1"]')
    link.focus()
    phone.keyboard.press("Enter")
    assert phone.url.endswith("#talk-1")
    asked = phone.locator("#talk-1 ol li")
    assert 3 <= asked.count() <= 4 and asked.first.inner_text().strip().endswith("?")
    own = phone.locator("#talk-choice summary")
    if own.count():
        own.first.focus()
        phone.keyboard.press("Enter")
        assert phone.locator("#talk-choice details[open] ol li").first.is_visible()
    assert phone.context.complaints == []


def test_the_script_of_a_conversation_is_printed_with_the_page(demo, desk):
    desk.goto(demo.links["Team lead"])
    desk.emulate_media(media="print")
    assert desk.locator("#talk-1 ol li").first.is_visible() and desk.locator("#talk").is_visible()
    assert not desk.locator('main a[href="#talk"]').is_visible()


def test_every_team_is_offered_something_to_talk_about(demo, desk):
    """Also where nothing stands out, and nowhere more than two themes and one first step."""
    desk.goto(demo.links["Coordinator"])
    with sqlite3.connect(f"file:{demo.data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        query = (
            "SELECT id FROM people_unit WHERE id NOT IN (SELECT parent_id FROM people_unit WHERE parent_id NOT NULL)"
        )
        teams = [number for (number,) in connection.execute(query)]
    assert len(teams) >= 20
    seen = set()
    for team in teams:
        desk.goto(f"{demo.root}/units/{team}/")
        cards = desk.locator("main .cards").first.locator(".card")
        tags = cards.locator(".tag").all_inner_texts()
        assert 1 <= len(tags) <= 2 and desk.get_by_text("één eerste stap", exact=True).count() == 1, team
        assert {"eerst dit", "daarna", "om te houden", "jullie keuze"} >= set(tags), team
        seen |= set(tags)
        if "jullie keuze" in tags:
            chosen = desk.locator("#talk-choice ol li")
            desk.emulate_media(media="print")
            # What is closed on a screen is open on paper: nobody can tap it there.
            assert chosen.count() >= 3 and chosen.last.is_visible(), team
            desk.emulate_media(media="screen")
            assert not chosen.last.is_visible(), team
    assert "jullie keuze" in seen and "eerst dit" in seen


def test_a_page_of_a_team_prints_as_one_a4(demo, desk):
    desk.goto(demo.links["Team lead"])
    link = desk.locator('a[href*=".pdf"]').first.get_attribute("href")
    answer = desk.request.get(demo.root + link)
    assert answer.headers["content-type"] == "application/pdf"
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(answer.body()))
    assert len(reader.pages) == 1
    width, height = (float(x) / 72 * 25.4 for x in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    text = " ".join(reader.pages[0].extract_text().split())
    words = ("Nachtploeg", "mensen deden mee", "Een gesprek van een half uur", "Wat spreken we af?", "Wie", "Wanneer")
    assert [word for word in words if word not in text] == []
