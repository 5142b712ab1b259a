"""Answers as FHIR and back: every kind, declined and none of these, faults by path."""

import datetime
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draagkracht.instruments import content as contents
from draagkracht.instruments.columns import match_columns
from draagkracht.instruments.exchange import fhir_responses
from draagkracht.instruments.exchange.notes import Broken
from draagkracht.instruments.tests.documents import known
from draagkracht.instruments.texts import shipped

DAY = datetime.date(2026, 11, 21)
WORDS = {"nl": "Woord"}
OPTIONS = [{"value": value, "text": {"nl": f"Woord {value}"}} for value in (3, 1, 2)]
RISING = sorted(OPTIONS, key=lambda one: one["value"])
KINDS = [
    {"kind": "choice", "options": OPTIONS}, {"kind": "multiple", "options": OPTIONS}, {"kind": "likert", "options": RISING},
    {"kind": "yesno"}, {"kind": "scale"}, {"kind": "number", "decimals": 1}, {"kind": "date"}, {"kind": "time"},
    {"kind": "text"}, {"kind": "ranking", "options": OPTIONS}, {"kind": "statement"},
    {"kind": "matrix", "options": RISING, "rows": [{"code": "a", "text": WORDS}, {"code": "b", "text": WORDS}]},
]  # fmt: skip
DOCUMENT = {
    "format": 1, "title": WORDS, "languages": ["nl"],
    "sections": [
        {"id": "s1", "elements": [{"type": "question", "code": f"q_{one['kind']}", "text": WORDS, **one} for one in KINDS]},
        {"id": "s2", "elements": [{"type": "instrument", "id": "pulse"}]},
    ],
}  # fmt: skip
PLACE = {"address": "https://example.test/q", "number": 3}


@pytest.fixture(scope="module")
def content():
    made = contents.build(DOCUMENT, known(), {"nl": {"pulse": shipped(known()["pulse"], "nl")}})
    return contents.Content(made, contents.content_hash(made))


VALUES = {
    "own.q_choice": st.sampled_from([1, 2, 3]), "own.q_multiple": st.sampled_from([[], [3], [3, 2], [3, 1, 2]]),
    "own.q_likert": st.sampled_from([1, 2, 3]), "own.q_yesno": st.sampled_from([0, 1]), "own.q_scale": st.integers(0, 10),
    "own.q_number": st.sampled_from([0, 4, 7.5, -2]), "own.q_date": st.just("2026-02-28"), "own.q_time": st.just("23:30"),
    "own.q_text": st.sampled_from(["goed", "twee\nregels", "<b>&"]), "own.q_ranking": st.permutations([1, 2, 3]),
    "own.q_matrix_a": st.sampled_from([1, 2, 3]), "own.q_matrix_b": st.sampled_from([1, 2, 3]),
    "pulse.wp1": st.integers(1, 5), "pulse.rc1": st.integers(1, 5),
}  # fmt: skip
ANSWERS = st.fixed_dictionaries({}, optional={code: st.one_of(st.none(), value) for code, value in VALUES.items()})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANSWERS, st.sampled_from(["R5", "R4B"]))
def test_every_answer_comes_back(content, answers, version):
    made = fhir_responses.write(content, answers, DAY, who="p-1", version=version, **PLACE)
    for data in (json.dumps(made).encode(), fhir_responses.bundle([made], version)):
        [read] = fhir_responses.read(data, content, "https://example.test/q|3")
        assert read == fhir_responses.Response(answers, "p-1", "2026-11-21")


def test_many_responses_come_one_a_line_too(content):
    made = [fhir_responses.write(content, {"pulse.wp1": value}, DAY, **PLACE) for value in (1, 2, 5)]
    data = "\n".join(map(json.dumps, made)).encode()
    assert [one.answers["pulse.wp1"] for one in fhir_responses.read(data, content)] == [1, 2, 5]


def test_responses_are_a_table_for_answers_gathered_elsewhere(content):
    made = [
        fhir_responses.write(content, {"pulse.wp1": value, "pulse.rc1": None}, DAY, who="a", **PLACE)
        for value in (1, 5)
    ]
    for one in made:
        one["item"].append({"linkId": "team", "answer": [{"valueString": "Noord"}]})
    table = fhir_responses.table(fhir_responses.bundle(made))
    assert table.header == ["subject", "authored", "pulse.wp1", "team"]
    assert table.rows == [(1, ["a", "2026-11-21", "1", "Noord"]), (2, ["a", "2026-11-21", "5", "Noord"])]
    whole = [f"pulse.{code}" for code in known()["pulse"].codes]
    assert set(match_columns(known()["pulse"], whole).columns) == set(known()["pulse"].codes)


def response(*items, **more):
    made = {"resourceType": "QuestionnaireResponse", "questionnaire": "https://example.test/q|3", "status": "completed"}
    return json.dumps(made | {"item": list(items)} | more).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (response({"linkId": "pulse.wp1", "answer": [{"valueCoding": {"code": "6"}}]}), r"item\[0\]: this is not an answer to pulse\.wp1"),
        (response({"linkId": "own.q_text", "answer": [{"valueInteger": 6}]}), "not an answer to own.q_text"),
        (response({"linkId": "own.q_choice", "answer": [{"valueCoding": {"code": "1"}}, {"valueCoding": {"code": "2"}}]}), "q_choice"),
        (response({"linkId": "nought", "answer": [{"valueInteger": 6}]}), r"item\[0\]: this questionnaire has no question nought"),
        (response({"linkId": "own.q_yesno", "answer": [{"valueBoolean": True}]}, {"linkId": "own.q_yesno", "answer": [{"valueBoolean": True}]}), "answered twice"),
        (response(questionnaire="https://example.test/other|1", item=[]), "another questionnaire"),
        (response({"answer": []}), r"item\[0\]\.linkId"),
        (b'{"resourceType": "Patient"}', "this is a Patient"),
        (b'{"resourceType": "Bundle", "entry": 3}', "entry: this Bundle cannot be read"),
        (b'{"resourceType": "Bundle", "entry": [{}]}', r"entry\[0\]\.resource: this is a"),
        (b'{"resourceType": "QuestionnaireResponse", ', "line 1: this is not JSON"),
        (response({"linkId": "x"}) + b"\n{nonsense", "line 2: this is not JSON"),
        (b"[" * 100_000, "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_file_says_what_and_where(content, data, why):
    with pytest.raises(Broken, match=why):
        fhir_responses.read(data, content, "https://example.test/q|3")
