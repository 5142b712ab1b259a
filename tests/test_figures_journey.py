"""Own figures in a real browser, on a phone: a file is read, looked at, mended, stored and undone; a moment is marked."""

import datetime

import pytest
from test_pages import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

MONTH = datetime.date.today().replace(day=1)
HEAD = "Afdeling;Maand;Verzuim %;Kort verzuim\n"


def read_file(page, demo, path) -> None:
    page.goto(f"{demo.root}/figures/import/")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/columns/")


def test_a_coordinator_brings_figures_in_mends_them_and_takes_them_back(demo, context_of, tmp_path):
    page = context_of({"width": 390, "height": 844}, reduced_motion="reduce").new_page()
    complaints = page.context.complaints
    page.goto(demo.links["Coordinator"])
    wrong, right = tmp_path / "fout.csv", tmp_path / "goed.csv"
    wrong.write_text(f"{HEAD}Woonzorg;{MONTH:%Y-%m};1.250;2\nSpoed;{MONTH:%Y-%m};5;1\n", encoding="utf-8")
    right.write_text(f"{HEAD}Woonzorg;{MONTH:%m/%Y};11,5;2,5\nSpoed;{MONTH:%Y-%m};5;1\n", encoding="utf-8")

    read_file(page, demo, wrong)
    assert check(page, complaints, set()) == []
    page.locator("main form button[type=submit]").first.click()
    page.get_by_text("1 rij vraagt je aandacht").wait_for()
    assert "op twee manieren" in page.locator("main").inner_text()
    assert check(page, complaints, set()) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download de rijen met fouten").click()
    assert "1.250" in download.value.path().read_text(encoding="utf-8-sig")

    read_file(page, demo, right)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("heading", name="Dit zou veranderen").wait_for()
    assert "11,5" in page.locator("main").inner_text() and "is een team" in page.locator("main").inner_text()
    assert check(page, complaints, set()) == []
    page.get_by_role("button", name="Bevestigen en bewaren").click()
    page.get_by_role("heading", name="De cijfers zijn bewaard").wait_for()
    assert check(page, complaints, set()) == []
    page.get_by_role("button", name="Maak deze import ongedaan").click()
    page.get_by_text("De import is ongedaan gemaakt").wait_for()
    assert "ongedaan gemaakt" in page.locator("table").inner_text()


def test_a_moment_that_is_written_down_is_marked_beside_the_survey(demo, context_of):
    page = context_of({"width": 390, "height": 844}, reduced_motion="reduce").new_page()
    complaints = page.context.complaints
    page.goto(demo.links["Coordinator"])
    page.goto(f"{demo.root}/figures/moments/")
    page.get_by_label("Wat gebeurde er?").fill("Stilteruimte open")
    page.get_by_label("Op, of vanaf").fill((MONTH - datetime.timedelta(days=40)).isoformat())
    page.get_by_role("button", name="Zet in de kalender").click()
    page.get_by_role("link", name="Stilteruimte open").wait_for()
    page.goto(f"{demo.root}/organisation/?figure=absence-rate")
    section = page.locator("#own-figures ~ section.card").first
    assert "Stilteruimte open" in section.inner_text() and "spreken niet van een verandering" in section.inner_text()
    rings = section.locator("svg").nth(2).locator("circle[r='9']")
    boxes = [ring.bounding_box() for ring in rings.all()]
    assert len(boxes) >= 5
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            apart = abs(one["x"] - other["x"]) >= one["width"] - 1 or abs(one["y"] - other["y"]) >= one["height"] - 1
            assert apart, "two numbers overlap"
    assert check(page, complaints, set()) == []
    page.goto(f"{demo.root}/figures/moments/")
    page.get_by_role("link", name="Stilteruimte open").click()
    page.get_by_role("button", name="Verwijder").click()
    page.get_by_text("Het moment is verwijderd").wait_for()
