"""Own figures on the shared pages: beside the survey, with moments; held back where they would speak of few people."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_scopes import scope

from draagkracht.figures.actions import imports
from draagkracht.figures.actions import moments as acts
from draagkracht.figures.kinds import kind_of
from draagkracht.figures.months import later
from draagkracht.figures.queries import Point, Series
from draagkracht.insights.shared import own_figures
from draagkracht.ui.charts import Estimate, Moment

LAST = datetime.date(2026, 10, 1)
ABSENCE = kind_of("absence-rate")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def course(values) -> Series:
    points = [Point(later(LAST, at - len(values) + 1), value) for at, value in enumerate(values)]
    return Series(ABSENCE, ABSENCE.ways[0], points, [])


STEADY = [7.0, 7.3, 6.8, 7.1, 7.4, 6.9] * 4


def test_a_sentence_names_both_years_and_never_a_change_inside_the_noise():
    said = own_figures._sentence(ABSENCE, course(STEADY), "%")
    assert said.startswith(
        "From November 2025 to October 2026 on average 7.1\N{NO-BREAK SPACE}%; in the year before 7.1"
    )
    assert "we do not speak of a change" in said


@pytest.mark.parametrize(("step", "word"), [(-2.0, "in the favourable"), (2.0, "in the unfavourable")])
def test_a_change_above_the_noise_has_a_direction_and_no_cause(step, word):
    values = STEADY[:12] + [value + step + (at % 3) / 10 for at, value in enumerate(STEADY[12:])]
    said = own_figures._sentence(ABSENCE, course(values), "%")
    assert word in said and not re.search(r"because|due to|caus|led to", said)


def test_with_less_than_two_years_nothing_is_compared():
    said = own_figures._sentence(ABSENCE, course(STEADY[:10]), "%")
    assert "over 10 months" in said and "year before" in said and "more than" not in said


def test_the_axis_ends_at_a_round_number_above_everything():
    def top(value):
        return own_figures._scale(ABSENCE, [Moment("m", Estimate(value))]).high

    assert [top(one) for one in (0, 0.4, 7.2, 10, 11, 99, 101, 1234)] == [1, 1, 8, 10, 12, 100, 120, 1500]
    assert own_figures._scale(kind_of("client-satisfaction"), []).high == 10


def store(organisation, text, name="verzuim.csv"):
    upload = imports.keep_upload(organisation, None, name, text.encode())
    return imports.confirm(upload, None, imports.show(upload).digest)


def test_the_page_of_the_organisation_shows_absence_beside_the_survey_with_moments(published, sign_in):
    cast, organisation = published.cast, published.organisation
    with scope(organisation=organisation):
        store(organisation, "maand;verzuim\n2026-01;7,1\n2026-02;6,8\n2026-03;7,7\n")
        acts.write(organisation, None, title="Nieuw rooster <b>", kind="roster", starts_on=datetime.date(2026, 2, 10))
    page = sign_in(cast.accounts["coordinator"]).get("/organisation/").content.decode()
    assert 'id="own-figures"' in page and "7,7" in page
    assert "Nieuw rooster &lt;b&gt;" in page and "Nieuw rooster <b>" not in page
    paper = sign_in(cast.accounts["coordinator"]).get("/organisation/a4.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")


def test_without_figures_there_is_no_heading(published, sign_in):
    page = sign_in(published.cast.accounts["coordinator"]).get("/organisation/").content.decode()
    assert "own-figures" not in page


def test_a_withheld_figure_changes_no_byte_of_any_page(published, sign_in):
    """Jeugd has six people, Woonzorg twelve: too few for a figure about health, and Jeugd for one about leaving."""
    cast, organisation = published.cast, published.organisation
    text = "afdeling;maand;verzuim;verloop\nTotaal;2026-02;9,87;1\nJeugd;2026-02;{};{}\nWoonzorg;2026-02;{};2\n"
    browser = sign_in(cast.accounts["coordinator"])
    pages = [f"/units/{cast.brug.units[code].pk}/" for code in ("jeugd", "woonzorg")] + ["/organisation/"]
    asked = [
        page + query for page in pages for query in ("?figure=turnover", "?figure=absence-rate&beside=bat-12.total")
    ]
    seen = []
    for amounts in (("43,21", "31,19", "12,34"), ("2", "0", "3,5")):
        with scope(organisation=organisation):
            store(organisation, text.format(*amounts))
        seen.append([re.sub(r'name="csrf[^>]*>', "", browser.get(path).content.decode()) for path in asked])
    assert seen[0] == seen[1]
    assert "9,9" in seen[0][-1] and all("niet getoond" in page.lower() for page in seen[0][:2])


def test_a_page_asks_the_same_number_of_questions_whatever_the_number_of_figures(published, sign_in):
    cast, organisation = published.cast, published.organisation
    browser = sign_in(cast.accounts["coordinator"])
    browser.get("/organisation/")
    with scope(organisation=organisation):
        store(organisation, "maand;verzuim\n2026-02;7\n")
    with CaptureQueriesContext(connection) as one:
        browser.get("/organisation/")
    rows = "".join(
        f"{unit};{2024 + at // 12}-{at % 12 + 1:02};{5 + at % 3},5\n"
        for unit in ("Totaal", "Woonzorg", "Thuiszorg", "Jeugd")
        for at in range(26)
    )
    with scope(organisation=organisation):
        store(organisation, "afdeling;maand;verzuim\n" + rows)
        for at in range(20):
            acts.write(organisation, None, title=f"M{at}", kind="action", starts_on=datetime.date(2025, 1, 1 + at))
    with CaptureQueriesContext(connection) as many:
        browser.get("/organisation/")
    assert len(many) == len(one)
    with CaptureQueriesContext(connection) as again:
        browser.get("/organisation/")
    assert len(again) < len(many)  # nothing changed: what was made is kept


def test_a_page_shows_at_once_what_was_imported_undone_and_written_down(published, sign_in):
    organisation, browser = published.organisation, sign_in(published.cast.accounts["coordinator"])
    assert "own-figures" not in browser.get("/organisation/").content.decode()
    with scope(organisation=organisation):
        made = store(organisation, "maand;verzuim\n2026-02;7\n")
    assert "own-figures" in browser.get("/organisation/").content.decode()
    with scope(organisation=organisation):
        acts.write(organisation, None, title="Later", kind="action", starts_on=datetime.date(2026, 2, 3))
    assert "Later" in browser.get("/organisation/").content.decode()
    with scope(organisation=organisation):
        imports.undo(made, None)
    assert "own-figures" not in browser.get("/organisation/").content.decode()


def test_an_address_with_nonsense_shows_the_usual_picture(published, sign_in):
    with scope(organisation=published.organisation):
        store(published.organisation, "maand;verzuim\n2026-02;7\n")
    browser = sign_in(published.cast.accounts["coordinator"])
    assert browser.get("/organisation/?figure=<x>&beside=%00&wave=zz").status_code == 200
