"""An evaluation in a real browser, on a phone: codes are printed, people vote with and without script, the results are read."""

import datetime
import re

import pytest
from test_pages import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

PHONE = {"width": 390, "height": 844}


def codes_of(page, demo, count: int) -> list[str]:
    """Makes an evaluation, prints codes and opens voting; the page then shows the evaluation."""
    page.goto(f"{demo.root}/evaluations/new/")
    page.get_by_label("Programma").fill("Veerkracht")
    page.get_by_label("Wat wordt geëvalueerd?").fill("Sessie 3: nee zeggen")
    page.get_by_label("Laatste dag om te stemmen").fill((datetime.date.today() + datetime.timedelta(9)).isoformat())
    page.get_by_role("button", name="Maak ze").click()
    page.get_by_label("Hoeveel codes?").fill(str(count))
    page.get_by_role("button", name="Maak een blad met codes").click()
    page.get_by_role("heading", name="Codes om uit te delen").wait_for()
    return [re.sub(r"\s", "", one) for one in page.locator(".card strong").all_inner_texts()]


def fill(page, number: int) -> None:
    for group in ("insight", "practical", "expectations", "trainer"):
        page.locator(f"input[name={group}][value='{number % 5 + 1}']").check()
    page.get_by_label("Wat moet zo blijven?").fill(f"De oefeningen, groep {number}")


def test_people_vote_on_a_phone_with_and_without_script_and_the_results_are_read(demo, context_of):
    runs = context_of(PHONE, reduced_motion="reduce").new_page()
    complaints = runs.context.complaints
    runs.goto(demo.links["Coordinator"])
    codes = codes_of(runs, demo, 6)
    assert check(runs, complaints, set()) == []
    runs.get_by_role("link", name="Sessie 3").first.click()
    assert check(runs, complaints, set()) == []
    runs.get_by_role("button", name="Open het stemmen").click()
    runs.get_by_text("Het stemmen is open.").wait_for()

    for number, code in enumerate(codes):
        script = number > 0
        context = context_of(PHONE, reduced_motion="reduce", java_script_enabled=script)
        page, sent = context.new_page(), []
        page.on("request", lambda request, sent=sent: sent.append(request) if request.method == "POST" else None)
        page.goto(f"{demo.root}/b/")
        page.get_by_label("Je code").fill(code.upper())
        page.get_by_role("button", name="Verder").click()
        page.get_by_role("heading", name="Sessie 3").wait_for()
        if number == 1:
            assert check(page, context.complaints, set()) == []
        fill(page, number)
        if number == 2:
            # The connection falls away between the two requests: trying again counts once.
            page.route("**/ballots/box/**", lambda route: route.abort())
            page.get_by_role("button", name="Doe mijn stem in de bus").click()
            page.get_by_text("er is geen verbinding").wait_for()
            page.unroute("**/ballots/box/**")
            context.complaints.clear()
        page.get_by_role("button", name="Doe mijn stem in de bus").click()
        page.get_by_role("heading", name="Dank je, je stem zit in de bus").wait_for()
        assert not context.cookies()
        if script:
            box = [one for one in sent if "/ballots/box/" in one.url][-1]
            told = str(box.headers) + box.url + (box.post_data or "")
            assert code not in told and "cookie" not in box.headers and not box.headers.get("referer")
            assert page.evaluate("sessionStorage.length") == 0

    runs.get_by_role("button", name="Sluit het stemmen").click()
    runs.get_by_role("link", name="Bekijk de resultaten").click()
    runs.get_by_text("6 stemmen, op 6 tickets.").wait_for()
    assert check(runs, complaints, set()) == []
    runs.goto(f"{demo.root}/signals/new/")
    assert check(runs, complaints, set()) == []
