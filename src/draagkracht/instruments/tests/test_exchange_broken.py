"""Files that are broken, hostile or from elsewhere: a clear fault with its place, quickly, and nothing in silence."""

import io
import json
import time
import zipfile

import openpyxl
import pytest

from draagkracht.instruments.document_checks import checks
from draagkracht.instruments.exchange import Broken, Place, books, read, together
from draagkracht.instruments.exchange.notes import Note
from draagkracht.instruments.tests.documents import known
from draagkracht.instruments.tests.lime import survey


def form(*rows, choices=(), settings=None, sheets=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in rows:
        sheet.append(row)
    for name, more in {"choices": [("list_name", "name", "label::Dutch (nl)"), *choices], **(sheets or {})}.items():
        added = book.create_sheet(name)
        for row in more:
            added.append(row)
    if settings:
        added = book.create_sheet("settings")
        added.append(list(settings))
        added.append(list(settings.values()))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


HEAD = ("type", "name", "label::Dutch (nl)", "relevant", "constraint", "required")
SHIFTS = [("shift", "early", "vroeg"), ("shift", "late", "laat"), ("shift", "night", "nacht")]


def questionnaire(*items, **more) -> bytes:
    return json.dumps(
        {"resourceType": "Questionnaire", "status": "draft", "language": "nl", "item": list(items), **more}
    ).encode()


def bomb() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"0" * (books.LARGEST_UNPACKED + 1))
    return kept.getvalue()


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><document>&b;</document>'
DEEP = json.dumps({"resourceType": "Questionnaire", "status": "draft", "item": []})
for _ in range(300):
    DEEP = DEEP.replace("[]", '[{"linkId": "a", "type": "group", "item": []}]', 1)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "x.csv", "the file is empty"),
        (b"x" * (5 * 2**20 + 1), "x.csv", "larger than 5 MB"),
        (b"\x00\x01\x02", "x.csv", "not a text file"),
        (b"a,b\n1,2\n", "x.csv", "row 1: there is no column “kind”"),
        (b'kind,code,text nl\n"choice,q,Vraag\n', "x.csv", "row 2"),
        ("kind;code;text nl\nyesno;q1;Moe?\nyesno;q1;Blij?\n".encode("utf-16"), "x.csv", "row 3: the short name q1 stands"),
        (b"kind,code,text nl,options nl\nchoice,q,Vraag,vroeg | laat\n", "x.csv", "row 2: “vroeg” in the column “options nl”"),
        (b"kind,code,text nl,min\nnumber,q,Hoeveel?,veel\n", "x.csv", "row 2: “veel” in the column “min”"),
        (b"{", "x.json", "line 1: this is not JSON"),
        (b'{"a": NaN}', "x.json", "cannot be read"),
        (b'{"resourceType": "Patient"}', "x.json", "resourceType: this is a Patient"),
        (b"[" * 200_000, "x.json", "cannot be read"),
        (DEEP.encode(), "x.json", "too deep"),
        (questionnaire({"type": "boolean", "text": "x"}), "x.json", r"item\[0\]\.linkId"),
        (questionnaire({"linkId": "a", "type": "nought", "text": "x"}), "x.json", "a: there is no type nought"),
        (questionnaire(*[{"linkId": "a", "type": "boolean", "text": "x"}] * 2), "x.json", "a: this linkId stands in the file twice"),
        (b"<Questionnaire/>", "x.json", "not a survey of LimeSurvey"),
        (LAUGHS, "x.lss", "entities have no place"),
        (survey([{"type": "Y", "title": "Q1", "text": {"nl": "x"}}])[:-40], "x.lss", "line 2: this is not readable XML"),
        (b"PK\x03\x04nonsense", "x.xlsx", "not a readable XLSX"),
        (form(HEAD, ("note", "n", "x"))[:-900], "x.xlsx", "not a readable XLSX"),
        (bomb(), "x.xlsx", "unpacks to more than 20 MB"),
        (form(HEAD, ("selct_one shift", "q", "x")), "x.xlsx", "sheet survey, row 2: there is no type “selct_one shift”"),
        (form(HEAD, ("select_one shift", "q", "x")), "x.xlsx", "sheet survey, row 2: there is no list of answers “shift”"),
        (form(HEAD, ("text", "q", "x"), ("text", "q", "y")), "x.xlsx", "sheet survey, row 3: the short name q stands"),
        (form(HEAD, ("begin_group", "g", "x"), ("text", "q", "y")), "x.xlsx", "sheet survey, row 2: the group g never ends"),
        (form(HEAD, ("end_group", "g")), "x.xlsx", "sheet survey, row 2: a group ends here"),
        (form(HEAD, ("text", "", "x")), "x.xlsx", "sheet survey, row 2: “name” is empty"),
        (form(HEAD, ("select_one shift", "q", "x"), choices=[*SHIFTS, SHIFTS[0]]), "x.xlsx", "sheet choices, row 5: the answer early"),
    ],
)  # fmt: skip
def test_a_broken_file_says_what_and_where_at_once(data, name, why):
    began = time.monotonic()
    with pytest.raises(Broken, match=why):
        read(data, known(), name)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("count", [400])
def test_large_files_are_read_in_little_time(count):
    rows = [("yesno" if n % 2 else "text", f"q{n}", "Vraag") for n in range(count)]
    table = "kind,code,text nl\n" + "\n".join(",".join(row) for row in rows)
    items = [{"linkId": f"q{n}", "type": "boolean", "text": "Vraag"} for n in range(count)]
    lime = [{"type": "Y", "title": f"Q{n}", "text": {"nl": "Vraag"}} for n in range(count)]
    for data, name in ((table.encode(), "x.csv"), (questionnaire(*items), "x.json"), (survey(lime), "x.lss")):
        began = time.monotonic()
        _, document, _ = read(data, known(), name)
        assert sum(len(one["elements"]) for one in document["sections"]) == count
        assert time.monotonic() - began < 5


def test_too_many_questions_are_refused_quickly():
    table = "kind,code,text nl\n" + "\n".join(f"text,q{n},Vraag" for n in range(100_000))
    began = time.monotonic()
    with pytest.raises(Broken, match="row 5002: there are more than 5000"):
        read(table.encode(), known(), "x.csv")
    assert time.monotonic() - began < 5


def test_a_form_of_elsewhere_is_understood_and_the_rest_is_listed():
    data = form(
        HEAD,
        ("start", "start", "", "", "", ""),
        ("begin_group", "work", "Werk"),
        ("select_one shift or_other", "shift", "Welke dienst?", "", "", "yes"),
        ("integer", "nights", "Hoeveel nachten?", "${shift} = 'night'", ". >= 0 and . <= 31", ""),
        (
            "select_multiple shift",
            "liked",
            "Welke diensten werk je graag?",
            "${nights} > 3 or not(selected(${shift}, 'early'))",
        ),
        ("text", "why", "Waarom, na ${nights} nachten?", "selected(${liked}, 'late')", "regex(., '[a-z]+')"),
        ("geopoint", "where", "Waar?"),
        ("end_group", ""),
        ("calculate", "total", ""),
        ("text", "more", "Nog iets?", "count-selected(${liked}) > 1"),
        choices=SHIFTS,
        settings={"form_title": "Roosters", "default_language": "Dutch (nl)", "instance_name": "x"},
    )
    title, document, left = read(data, known(), "x.xlsx")
    assert title == "XLSForm" and document["title"] == {"nl": "Roosters"} and checks(document, known()) == []
    shift, nights, liked, why = document["sections"][0]["elements"]
    assert [one["value"] for one in shift["options"]] == [1, 2, 3] and shift["options"][2]["text"] == {"nl": "nacht"}
    assert (nights["min"], nights["max"], nights["show_if"]) == (0, 31, "{own.shift} = 3")
    assert liked["show_if"] == "{own.nights} > 3 or not {own.shift} = 1"
    assert why["show_if"] == "includes({own.liked}, 2)" and why["text"] == {"nl": "Waarom, na {own.nights} nachten?"}
    told = [str(one) for one in left]
    for line in (
        "shift: the answers got numbers: early = 1, late = 2, night = 3",
        "sheet survey, row 4: the answer “other” is not carried over",
        "sheet survey, row 4: that an answer is required is not carried over: here every question may be skipped",
        "sheet survey, row 7: the constraint “regex(., '[a-z]+')” is not carried over",
        "sheet survey, row 8: a question of the type geopoint is left out",
        "sheet survey, row 10: a question of the type calculate is left out",
        "sheet survey, row 11: the condition is not carried over: there is no “count-selected()” here",
        "sheet settings, row 2: “instance_name” is not carried over",
    ):
        assert line in told


def test_a_questionnaire_of_elsewhere_is_understood_and_the_rest_is_listed():
    weight = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 2}
    low = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}
    score = {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
             "valueExpression": {"language": "text/fhirpath", "expression": "1"}}  # fmt: skip
    answers = [
        {"valueCoding": {"code": "LA1", "display": "Niet"}, "extension": [low]},
        {"valueCoding": {"code": "LA2", "display": "Vaak"}, "extension": [weight]},
    ]
    data = questionnaire(
        {"linkId": "/1", "type": "choice", "text": "Hoe vaak?", "answerOption": answers, "required": True, "prefix": "1."},
        {"linkId": "/2", "type": "group", "text": "Meer", "item": [
            {"linkId": "/3", "type": "open-choice", "repeats": True, "text": "Wat hielp?", "answerOption": [{"valueString": "rust"}, {"valueString": "praten"}],
             "enableWhen": [{"question": "/1", "operator": "=", "answerCoding": {"code": "LA2"}}]},
            {"linkId": "/4", "type": "group", "text": "Dieper", "item": [{"linkId": "/5", "type": "attachment", "text": "Foto"},
                {"linkId": "/6", "type": "quantity", "text": "Uren"}],
             "enableWhen": [{"question": "/3", "operator": "exists", "answerBoolean": True}]},
        ]},
        {"linkId": "/7", "type": "decimal", "text": "Score", "extension": [score]},
        title="Lijst", publisher="Iemand",
    )  # fmt: skip
    title, document, left = read(data, known(), "x.json")
    assert title == "FHIR" and len(document["sections"]) == 2 and checks(document, known()) == []
    [often] = document["sections"][0]["elements"]
    helped, deeper, hours = document["sections"][1]["elements"]
    assert often["code"] == "q_1" and [one["value"] for one in often["options"]] == [0, 2]
    assert helped["kind"] == "multiple" and helped["show_if"] == "{own.q_1} = 2"
    assert deeper["kind"] == "statement" and hours["show_if"] == deeper["show_if"] == "answered({own.q_3})"
    told = [str(one) for one in left]
    for line in (
        "publisher: “publisher” is not carried over", "/1: “prefix” is not carried over",
        "/1: that an answer is required is not carried over: here every question may be skipped",
        "/3: the words of who answers “other” are not carried over: only the answers of the list",
        "/3: the answers got numbers: rust = 1, praten = 2", "/5: a question of the type attachment is left out",
        "/6: a quantity becomes a number", "/7: a value that is calculated is left out",
        "/4: a group in a group: its questions stand in the group around it", "/1 → q_1: these short names are others here",
    ):  # fmt: skip
        assert line in told


def test_conditions_that_go_round_or_look_ahead_stay_to_be_mended():
    first = {
        "linkId": "a",
        "type": "boolean",
        "text": "A",
        "enableWhen": [{"question": "b", "operator": "=", "answerBoolean": True}],
    }
    second = {
        "linkId": "b",
        "type": "boolean",
        "text": "B",
        "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": True}],
    }
    _, document, _ = read(questionnaire(first, second), known(), "x.json")
    [problem] = [one for one in checks(document, known()) if one.element is not None]
    assert problem.element == 0 and "own.b" in str(problem)


def test_what_stands_at_many_places_is_told_once():
    notes = [Note(Place("{name}", {"name": name}), "lost") for name in ("a", "b", "a")]
    assert together(notes) == [("lost", ["a", "b"])]
