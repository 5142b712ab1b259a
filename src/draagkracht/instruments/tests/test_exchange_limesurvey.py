"""Surveys of LimeSurvey: every type of question, relevance, both shapes of the file, what is listed, what breaks."""

import pytest

from draagkracht.instruments.document_checks import checks
from draagkracht.instruments.exchange import limesurvey
from draagkracht.instruments.exchange.notes import Broken
from draagkracht.instruments.tests.documents import known
from draagkracht.instruments.tests.lime import survey


def both(text: str) -> dict[str, str]:
    return {"nl": text, "en": f"{text} (en)"}


CODES = [("A1", both("een")), ("A2", both("twee")), ("A3", both("drie"))]
PARTS = [("SQ001", both("deel een")), ("SQ002", both("deel twee"))]


def ask(kind, title="Q1", **more):
    return {"type": kind, "title": title, "text": both("Vraag"), **more}


def read(*questions, version=6, **more):
    document, left = limesurvey.read(survey(questions, version, **more), known())
    return document, [str(one) for one in left]


def only(*questions, version=6):
    document, left = read(*questions, version=version)
    return document["sections"][0]["elements"], left


@pytest.mark.parametrize("version", [3, 6])
@pytest.mark.parametrize(
    ("kind", "more", "made"),
    [
        ("L", {"answers": CODES}, "choice"),
        ("!", {"answers": CODES}, "choice"),
        ("O", {"answers": CODES}, "choice"),
        ("5", {}, "likert"),
        ("G", {}, "choice"),
        ("Y", {}, "yesno"),
        ("N", {}, "number"),
        ("M", {"inside": PARTS}, "multiple"),
        ("P", {"inside": PARTS}, "multiple"),
        ("F", {"inside": PARTS, "answers": CODES}, "matrix"),
        ("H", {"inside": PARTS, "answers": CODES}, "matrix"),
        ("A", {"inside": PARTS}, "matrix"),
        ("B", {"inside": PARTS}, "matrix"),
        ("C", {"inside": PARTS}, "matrix"),
        ("E", {"inside": PARTS}, "matrix"),
        ("S", {}, "text"),
        ("T", {}, "text"),
        ("U", {}, "text"),
        ("D", {}, "date"),
        ("X", {}, "statement"),
        ("R", {"answers": CODES}, "ranking"),
    ],
)
def test_every_type_of_question_has_its_kind(version, kind, more, made):
    document, _ = read(ask(kind, **more), ask("Y", "Q2"), version=version)
    element = document["sections"][0]["elements"][0]
    assert element["kind"] == made and element["text"] == both("Vraag") and element["code"] == "q1"
    assert document["languages"] == ["nl", "en"] and document["title"] == {"nl": "Peiling nl", "en": "Peiling en"}
    assert document["sections"][0]["title"] == {"nl": "Deel", "en": "Part"}
    unspoken = [one for one in checks(document, known()) if "an answer" not in one.values.get("part", "")]
    assert unspoken == []


@pytest.mark.parametrize("version", [3, 6])
def test_words_of_answers_and_parts_stand_in_their_languages(version):
    elements, left = only(ask("F", inside=PARTS, answers=CODES), ask("M", "Q2", inside=PARTS), version=version)
    assert elements[0]["options"] == [{"value": n, "text": both(t)} for n, t in ((1, "een"), (2, "twee"), (3, "drie"))]
    assert elements[0]["rows"] == [
        {"code": "sq001", "text": both("deel een")},
        {"code": "sq002", "text": both("deel twee")},
    ]
    assert elements[1]["options"] == [{"value": 1, "text": both("deel een")}, {"value": 2, "text": both("deel twee")}]
    assert "Q1: the answers got numbers: A1 = 1, A2 = 2, A3 = 3" in left


@pytest.mark.parametrize(
    ("relevance", "condition"),
    [
        ('((Q1.NAOK == "A2"))', "{own.q1} = 2"),
        ("Q1 != 'A2'", "not {own.q1} = 2"),
        ('Q2.NAOK == "Y" and Q3 > 4.5', "{own.q2} = 1 and {own.q3} > 4.5"),
        ('Q4_SQ002.NAOK == "Y" || !is_empty(Q3)', "includes({own.q4}, 2) or answered({own.q3})"),
        ('Q4_SQ001 == ""', "not includes({own.q4}, 1)"),
        ("Q5_SQ001 ge 3", "{own.q5_sq001} >= 3"),
        ("11X7X3 + 1 < Q3 * 2", "{own.q3} + 1 < {own.q3} * 2"),
        ("11X7X4SQ002 == 'Y'", "includes({own.q4}, 2)"),
        ('Q3 == ""', "not answered({own.q3})"),
    ],
)
def test_relevance_becomes_a_condition(relevance, condition):
    elements, left = only(*BEFORE, ask("Y", "Q9", relevance=relevance))
    assert elements[-1]["show_if"] == condition
    assert not [one for one in left if "condition" in one]


BEFORE = [
    ask("L", "Q1", answers=CODES),
    ask("Y", "Q2"),
    ask("N", "Q3"),
    ask("M", "Q4", inside=PARTS),
    ask("A", "Q5", inside=PARTS),
]


@pytest.mark.parametrize(
    ("relevance", "why"),
    [
        ('Q1 == "A7"', "there is no answer A7"),
        ("Q1 > 'A1'", "the answers of Q1 have no order here"),
        ("Q77 == 1", "it looks at Q77, which is not a question of this file"),
        ("Q1.shown == 'x'", "there is no “Q1.shown” here"),
        ("countif('x', Q1) > 2", "there is no “countif()” here"),
        ("Q1 == ", "it cannot be read at “…”"),
        ("((((" * 30, "it cannot be read at"),
        ("Q1 ~ 3", "it cannot be read at “~ 3”"),
    ],
)
def test_a_relevance_without_words_here_is_listed(relevance, why):
    elements, left = only(*BEFORE, ask("Y", "Q9", relevance=relevance))
    assert "show_if" not in elements[-1]
    assert any(one.startswith(f"Q9: the condition is not carried over: {why}") for one in left)


def test_a_condition_on_a_later_question_stays_to_be_mended():
    document, _ = read(ask("Y", "Q1", relevance="Q2 == 'Y'"), ask("Y", "Q2", relevance="Q1 == 'Y'"))
    [problem] = checks(document, known())
    assert (problem.section, problem.element) == (0, 0) and "own.q2" in str(problem)


def test_what_a_question_cannot_carry_over_is_listed():
    more = {"attributes": {"array_filter": "Q1", "display_columns": "2"}, "mandatory": "Y", "other": "Y"}
    _, left = read(ask("L", answers=CODES, **more), ask("*", "Q2"), ask("|", "Q3"), ask("Q", "Q4", inside=PARTS))
    for line in (
        "Q1: that an answer is required is not carried over: here every question may be skipped", "Q1: “array_filter” is not carried over",
        "Q1: the answer “other” is not carried over", "Q2: a question of the type equation is left out",
        "Q3: a question of the type file upload is left out",
        "Q4: several fields in one question become questions of their own",
    ):  # fmt: skip
        assert line in left
    assert not any("display_columns" in one for one in left)


def test_html_becomes_plain_text_and_earlier_answers_are_named():
    words = {"nl": "<p>Je werkt <b>{Q1.shown}</b> uur &amp; meer.</p><p>Klopt dat?</p>", "en": "{nowhere} hours"}
    elements, left = only(ask("N"), {"type": "Y", "title": "Q2", "text": words})
    assert elements[1]["text"] == {"nl": "Je werkt {own.q1} uur & meer.\nKlopt dat?", "en": "{nowhere} hours"}
    assert "q2: “{nowhere}” in a text is not filled in here" in left
    assert any("formatting" in one for one in left)


def test_bounds_of_numbers_texts_and_dates_come_along():
    number = {"min_num_value_n": "1", "max_num_value_n": "40", "num_value_int_only": "1", "suffix": "uur"}
    day = {"date_min": "2026-01-01", "date_max": "2026-12-31"}
    elements, _ = only(
        ask("N", attributes=number), ask("S", "Q2", attributes={"maximum_chars": "80"}), ask("D", "Q3", attributes=day)
    )
    assert (elements[0]["min"], elements[0]["max"], elements[0]["decimals"]) == (1, 40, 0)
    assert elements[0]["unit"] == {"nl": "uur", "en": "uur"}
    assert elements[1]["longest"] == 80 and (elements[2]["min"], elements[2]["max"]) == ("2026-01-01", "2026-12-31")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (survey([ask("Y")])[:400], "line 2: this is not readable XML"),
        (survey([ask("ZZ")]), "Q1: there is no type “ZZ” in LimeSurvey"),
        (survey([ask("Y"), ask("N")]), "Q1: the short name Q1 stands in the file twice"),
        (survey([ask("L", answers=[*CODES])]).replace(b">Survey<", b">Question<"), "not a survey of LimeSurvey"),
        (b"<survey/>", "not a survey of LimeSurvey"),
        (b'<?xml version="1.0" encoding="nought"?><document/>', "encoding|readable"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><document>&a;</document>', "entities have no place"),
        (survey([ask("Y")]).replace(b"Vraag", b"\xff\xfe"), "line 2: this is not readable XML"),
    ],
)
def test_a_broken_file_says_what_and_where(data, why):
    with pytest.raises(Broken, match=why):
        limesurvey.read(data, known())
