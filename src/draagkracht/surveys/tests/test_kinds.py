"""Every kind of question: what it takes, what it refuses, what is kept and scored, with and without a script."""

import json
import re

import pytest
from django_scopes import scope

from draagkracht.instruments.content import Content
from draagkracht.instruments.sheet_html import questions_html
from draagkracht.surveys.tests import kinds
from draagkracht.surveys.tests.kinds import GOOD

BAD = {
    "own.nights": [2, "1", True, [1], 1.0],
    "own.hours": [-1, 61, 12.55, "12", [], 1e400, 10**400],
    "own.place": [0, 4, "2", 1.5],
    "own.tools": [[4], [1, 1], 1, "1", [True], [[1]], [1.0]],
    "own.grid_a": [0, 4],
    "own.sleep": [0, 4],
    "own.mood": [-1, 11, "7"],
    "own.since": ["2027-01-01", "01-03-2019", "2019-02-30", 2019, "1800-01-01"],
    "own.bed": ["24:00", "7:30", "07:30:00", 730],
    "own.why": ["x" * 201, " ", "\x07", "\ud800", 5],
    "own.best": [[1, 2, 3], [1, 2, 3, 3], [1, 2, 3, 5], 1],
}
FIELDS = {
    "own.nights": {"q.own.nights": "1"}, "own.hours": {"q.own.hours": "36,5"}, "own.place": {"q.own.place": "2"},
    "own.tools": {"q.own.tools": ["1", "3"]}, "own.grid_a": {"q.own.grid_a": "3"}, "own.grid_b": {"q.own.grid_b": "2"},
    "own.sleep": {"q.own.sleep": "1"}, "own.mood": {"q.own.mood": "7"}, "own.since": {"q.own.since": "2019-03-01"},
    "own.bed": {"q.own.bed": "23:30"}, "own.why": {"q.own.why": GOOD["own.why"]}, "own.coffee": {"q.own.coffee": "4"},
    "own.best": {"r.own.best.1": "2", "r.own.best.2": "1", "r.own.best.3": "4", "r.own.best.4": "3"},
}  # fmt: skip


@pytest.fixture
def link(cast):
    return kinds.open_link(cast)


@pytest.fixture
def form(link, agreement):
    """form(fields by code or whole) -> what a plain form sends."""

    def of(*codes: str, **more) -> dict:
        fields = {"version": link.version, "rev": "99", "seen": "1", "agree": agreement[0], "language": agreement[1]}
        for code in codes:
            fields |= FIELDS[code]
        return fields | more

    return of


def tries():
    return [(code, value) for code, values in BAD.items() for value in values]


def test_every_kind_is_saved_as_it_was_given(client, link, save, stored):
    for number, (code, value) in enumerate(GOOD.items(), 1):
        assert save(client, link, ["t", number, code, value, number - 1]).json() == {"r": number}
    assert stored(link)["answers"] == GOOD


def test_rather_not_say_goes_with_every_kind(client, link, save, stored):
    save(client, link, *(["t", 1, code, None, 0] for code in GOOD))
    assert stored(link)["answers"] == dict.fromkeys(GOOD)


def test_what_a_question_cannot_have_is_refused_with_what_it_asks_for(client, link, save, stored):
    save(client, link, ["t", 1, "own.nights", 1, 0])
    for number, (code, value) in enumerate(tries(), 2):
        refused = save(client, link, ["t", number, "own.nights", 0, 0], ["t", number, code, value, 0])
        said = refused.json()
        assert (refused.status_code, said["error"], said["item"]) == (422, "out-of-range", code), (code, value)
        assert said["message"]
    assert stored(link)["answers"] == {"own.nights": 1}


def test_the_message_for_a_bad_number_says_what_fits_in_the_language_of_the_page(client, link, agreement):
    body = {"v": link.version, "a": [["t", 1, "own.hours", 99, 0]], "c": agreement}
    said = {
        one: client.post(f"{link.path}save?l={one}", body, content_type="application/json").json()["message"]
        for one in ("nl", "en")
    }
    assert said["nl"] == "Vul een getal in. Hoogstens één cijfer na de komma. Van 0 tot en met 60."
    assert said["en"] == "Fill in a number. At most one decimal. From 0 to 60."


@pytest.mark.parametrize("value", [{}, {"a": 1}])
def test_other_shapes_of_a_value_are_refused(client, link, save, value):
    assert save(client, link, ["t", 1, "own.why", value, 0]).status_code == 400


def test_a_statement_takes_no_answer(client, link, save):
    assert save(client, link, ["t", 1, "own.hello", 1, 0]).json()["error"] == "unknown-item"


def test_an_answer_is_taken_back_and_a_late_retry_does_not_bring_it_again(client, link, save, stored):
    save(client, link, ["t", 1, "own.why", "iets", 0])
    save(client, link, ["t", 2, "own.why", "", 1])
    assert stored(link)["answers"] == {}
    save(client, link, ["t", 1, "own.why", "iets", 0])
    assert stored(link)["answers"] == {}


def test_the_longest_text_fits_and_what_one_person_can_store_has_an_end(client, cast, save, stored):
    questions = [kinds.question(f"t{number}", "text", "Vertel", "Tell", longest=4000) for number in range(60)]
    sections = [{"id": "s1", "title": {}, "elements": questions}]
    link = kinds.open_link(cast, kinds.DOCUMENT | {"sections": sections})
    text = "\U0001f600" * 4000
    statuses = [save(client, link, ["t", 1, f"own.t{number}", text, 0]).status_code for number in range(60)]
    assert statuses[:4] == [200] * 4
    assert 413 in statuses and set(statuses) == {200, 413}
    assert stored(link)["answers"]["own.t0"] == text


def test_one_plain_form_answers_every_kind(client, link, form, stored):
    done = client.post(f"{link.path}complete", form(*FIELDS))
    assert done.status_code == 303
    payload = stored(link)
    assert payload["answers"] == GOOD
    assert payload["scores"] == {"own.nights": 1, "own.grid_a": 3, "own.grid_b": 2, "own.sleep": 1, "own.mood": 7}


def test_answers_to_questions_that_were_not_asked_are_dropped(client, link, form, stored):
    client.post(f"{link.path}complete", form(*FIELDS, **{"q.own.nights": "0"}))
    assert stored(link)["answers"] == {
        code: 0 if code == "own.nights" else value
        for code, value in GOOD.items()
        if code not in ("own.hours", "own.coffee")
    }


def test_only_answers_to_questions_that_are_not_asked_is_no_answer(client, link, form, stored):
    refused = client.post(f"{link.path}complete", form("own.hours", "own.coffee"))
    assert refused.status_code == 422
    assert stored(link) is None


def test_none_of_these_and_rather_not_say_are_two_things(client, link, form, stored):
    fields = form("own.nights", **{"q.own.tools": "-", "n.own.why": "1", "q.own.why": "toch iets", "q.own.mood": ""})
    client.post(f"{link.path}complete", fields)
    assert stored(link)["answers"] == {"own.nights": 1, "own.tools": [], "own.why": None, "own.mood": None}


@pytest.mark.parametrize(
    ("fields", "shows"),
    [
        ({"q.own.hours": "veel"}, 'value="veel"'),
        ({"q.own.hours": '"><b>'}, 'value="&quot;&gt;&lt;b&gt;"'),
        ({"q.own.why": "</textarea>" + "x" * 200}, "&lt;/textarea&gt;xxx"),
        ({"r.own.best.1": "1", "r.own.best.2": "1"}, 'name="r.own.best.2" value="1"'),
        ({"q.own.since": "gisteren"}, 'value="gisteren"'),
    ],
)
def test_a_plain_form_with_a_fault_comes_back_as_it_was_filled_in(client, link, form, stored, fields, shows):
    refused = client.post(f"{link.path}complete", form("own.nights", "own.tools", **fields))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert shows in page
    assert page.count(" checked") == 3
    code = next(iter(fields))[2:].removesuffix(".1")
    place = [one["code"] for one in link.wave.version.content["items"]].index(code) + 1
    assert re.findall(r'id="f(\d+)">', page) == [str(place)]
    assert stored(link) is None


def test_a_field_that_was_emptied_takes_its_answer_back_only_where_it_was_shown(client, link, form, save, stored):
    save(client, link, ["t", 1, "own.why", "iets", 0], ["t", 1, "own.nights", 0, 0])
    unseen = form("own.place", **{"q.own.why": ""})
    del unseen["seen"]
    from draagkracht.surveys.views.plain_form import Plain

    assert [change.code for change in Plain(_post(unseen)).changes(content_of(link))] == ["own.place"]
    client.post(f"{link.path}complete", form("own.place", **{"q.own.why": ""}))
    assert stored(link)["answers"] == {"own.place": 2}


def _post(fields: dict):
    from django.http import QueryDict

    post = QueryDict(mutable=True)
    for name, value in fields.items():
        post.setlist(name, value if isinstance(value, list) else [value])
    return post


def content_of(link) -> Content:
    return Content(link.wave.version.content, link.wave.version.content_hash)


def test_what_was_given_stands_in_its_fields_and_texts_carry_it(link):
    page = questions_html(content_of(link), "nl", GOOD)
    assert 'name="q.own.hours" value="36,5"' in page
    assert 'name="q.own.tools" value="3" checked' in page and 'name="q.own.tools" value="2" checked' not in page
    assert 'name="r.own.best.4" value="3"' in page
    assert "Dank je &lt;b&gt;wel&lt;/b&gt; &amp; {own.mood}</textarea>" in page
    assert '<span data-carry="own.hours">36,5</span>' in page
    assert '<span data-carry="own.place">op de afdeling</span>' in page
    assert 'value="36.5"' in questions_html(content_of(link), "en", GOOD)


def test_an_answer_that_does_not_count_is_not_carried(link):
    page = questions_html(content_of(link), "nl", GOOD | {"own.nights": 0})
    assert '<span data-carry="own.hours">…</span>' in page


def test_on_paper_a_condition_is_told_in_words(link):
    page = questions_html(content_of(link), "nl", {})
    assert "Alleen als je bij “Werk je in nachten?” “ja” koos." in page
    assert "“ja” koos en je antwoord op “Hoeveel uren werk je in een week?” meer is dan 30." in page
    english = questions_html(content_of(link), "en", {})
    assert "Only if you answered “yes” to “Do you work nights?”." in english


def test_the_page_says_at_most_where_there_are_conditions(client, link):
    assert "Hoogstens 13 vragen, " in client.get(link.path).content.decode()


def test_on_another_device_only_what_conditions_look_at_is_asked_again(client, link, save):
    from django.test import Client

    save(client, link, ["t", 1, "own.nights", 1, 0], ["t", 1, "own.place", 2, 0], ["t", 1, "own.why", "geheim", 0])
    page = Client().get(link.path).content.decode()
    setting = json.loads(re.search(r'id="setting" type="application/json">(.*?)</script>', page)[1])
    assert setting["elsewhere"] == ["own.place", "own.why"]
    assert "geheim" not in page and " checked" not in page


def test_on_another_device_it_does_not_show_which_conditions_were_met(client, link, save):
    from django.test import Client

    save(client, link, ["t", 1, "own.nights", 1, 0], ["t", 1, "own.hours", 36, 0], ["t", 1, "own.coffee", 4, 0])
    setting = re.search(
        r'id="setting" type="application/json">(.*?)</script>', Client().get(link.path).content.decode()
    )
    assert json.loads(setting[1])["elsewhere"] == []


@pytest.mark.parametrize("tab", ["", "a b", "\ud800", "x" * 17, "é"])
def test_the_name_of_a_tab_is_short_and_plain(client, link, save, tab):
    assert save(client, link, [tab, 1, "own.nights", 1, 0]).status_code == 400


def own_rows(client, link) -> tuple[str, dict[str, str]]:
    page = client.get(f"{link.path}result/").content.decode()
    return page, dict(re.findall(r'<li><span class="name">(.*?)</span>\s*<span class="where[^"]*">(.*?)</span>', page))


def test_the_own_result_says_every_own_question_in_its_own_words(client, link, form):
    client.get(link.path)
    client.post(f"{link.path}complete", form(*FIELDS, **{"q.own.mood": ""}))
    page, rows = own_rows(client, link)
    assert "rond “" not in page and "{own." not in page.replace("{own.mood}", "")
    assert rows == {
        "Werk je in nachten?": "ja", "Hoeveel uren werk je in een week?": "36,5 uur",
        "Waar werk je het meest?": "op de afdeling", "Wat gebruik je?": "een fiets en de bus",
        "In deze 36,5 uren: Ik leer iets.": "veel", "In deze 36,5 uren: Ik lach.": "een beetje",
        "Rust je goed uit, op de afdeling?": "helemaal niet", "Hoe gaat het met je?": "Liever niet",
        "Sinds wanneer werk je hier?": "1 maart 2019", "Hoe laat ga je slapen?": "23:30",
        "Wat wil je nog zeggen?": "Dank je &lt;b&gt;wel&lt;/b&gt; &amp; {own.mood}",
        "Wat is belangrijk voor jou?": "collega&#x27;s, rust, uren en loon", "Hoeveel koppen koffie?": "4",
    }  # fmt: skip
    assert page.count("<svg") == 3 + page.count('class="logo"')


def test_the_own_result_leaves_out_what_was_not_asked_and_says_what_was_not_filled_in(client, link, form):
    client.get(link.path)
    client.post(f"{link.path}complete", form("own.nights", "own.grid_a", **{"q.own.nights": "0"}))
    _, rows = own_rows(client, link)
    assert "Hoeveel uren werk je in een week?" not in rows and "Hoeveel koppen koffie?" not in rows
    assert rows["Werk je in nachten?"] == "nee" and rows["In deze … uren: Ik leer iets."] == "veel"
    assert rows["Waar werk je het meest?"] == "Niet ingevuld"


def test_opening_keeps_a_composed_questionnaire_as_it_was_published(cast, link):
    with scope(organisation=cast.brug.organisation):
        assert link.wave.version.content["document"] == kinds.DOCUMENT


def test_answers_from_elsewhere_go_through_the_same_questions(cast, link):
    import datetime

    from draagkracht.consent.actions import ensure_key
    from draagkracht.instruments.questions import NotAnAnswer
    from draagkracht.surveys import sheet
    from draagkracht.surveys.actions import store_complete

    content = content_of(link)
    assert sheet.accepted(content, GOOD | {"own.why": " x "})["own.why"] == "x"
    assert "own.hours" not in sheet.accepted(content, GOOD | {"own.nights": None})
    with scope(organisation=cast.brug.organisation):
        ensure_key(link.person)
        for bad in ({"own.mood": 11}, {"own.best": [1]}):
            with pytest.raises(NotAnAnswer):
                store_complete(link.wave, [(link.person, bad, datetime.date(2026, 5, 1))])
