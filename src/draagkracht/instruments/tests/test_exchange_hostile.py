"""Files made to cost much or to bring what cannot be kept: refused in words, in little time and memory, with their place."""

import io
import json
import re
import resource
import time
import zipfile

import openpyxl
import pytest

from draagkracht.instruments import letters, tables
from draagkracht.instruments.exchange import Broken, books, fhir_responses, limits, notes, read
from draagkracht.instruments.exchange.characters import unfit
from draagkracht.instruments.exchange.gathering import Gathering
from draagkracht.instruments.exchange.plain_text import plain
from draagkracht.instruments.tests.documents import known
from draagkracht.instruments.tests.lime import survey
from draagkracht.instruments.tests.test_exchange_broken import HEAD, form, questionnaire

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def changed(data: bytes, part: str, new: bytes) -> bytes:
    """A workbook with one part replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            made.writestr(name, new if name == part else old.read(name))
    return kept.getvalue()


def sheet(*rows: str) -> bytes:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def line(number: int, **cells: str) -> str:
    inner = "".join(f'<c r="{name}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for name, text in cells.items())
    return f'<row r="{number}">{inner}</row>'


def workbook(*rows: str, first: str = "xl/worksheets/sheet1.xml") -> bytes:
    return changed(form(HEAD), first, sheet(*rows))


def within(seconds: float, work):
    began = time.monotonic()
    try:
        return work()
    finally:
        assert time.monotonic() - began < seconds


# -- text with HTML ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ["<a ", "<!", "<!--", "<a x=\"", "<a x='", "<a \"'", "</", "<?", "<![", "<script>", "&#", "&", "<a =", "< ", "--><!--"]
)  # fmt: skip
def test_html_of_any_length_is_plain_text_in_little_time(piece):
    text, _ = within(2, lambda: plain(piece * (400_000 // len(piece))))
    assert isinstance(text, str)


@pytest.mark.parametrize(
    ("text", "words", "lost"),
    [
        ("<p>Je werkt <b>veel</b> &amp; graag.</p><p>Klopt\ndat?</p>", "Je werkt veel & graag.\nKlopt dat?", True),
        ("een<br/>twee<BR>drie", "een\ntwee\ndrie", False),
        ('<a title="1 > 0" href=x>hier</a>', "hier", True),
        ("voor<!-- <b>stil</b> -->na <!-- nooit dicht", "voorna <!-- nooit dicht", False),
        ("<style>p { color: <b>red</b> }</style>rood", "rood", True),
        ("1 < 2 en 3 > 2, <3", "1 < 2 en 3 > 2, <3", False),
        ("x <![ y", "x <![ y", False),
        ("<![a<![", "<![a<![", False),
        ("a&#0;b&#xFFFE;c&#" + "9" * 5000 + ";d", "a\ufffdbcd", False),
    ],
)
def test_the_words_of_html_stay_and_its_signs_go(text, words, lost):
    assert plain(text) == (words, lost)


def test_a_text_that_is_too_long_is_refused_with_its_question():
    data = survey([{"type": "Y", "title": "Q1", "text": {"nl": "<a " * 20_000}}])
    with pytest.raises(Broken, match="Q1: a text is longer than 40000 characters"):
        within(3, lambda: read(data, {}, "x.lss"))


# -- workbooks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [tables.read, lambda data: read(data, {})], ids=["table", "form"])
@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([line(n, XFD="1") for n in range(1, 3000)], "row 1: more than (5000|300) columns"),
        ([line(1, A="type", B="name"), *(line(n, A="x", XFD="1") for n in range(2, 3000))], "row 2: more than (5000|300)|row 2 has"),
        ([f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 700)], "more than 10000000 cells"),
        ([line(1, A="type"), line(999_999_999, A="x")], "more than 1048576 rows"),
    ],
    ids=["far header", "far row", "far blanks", "far down"],
)  # fmt: skip
def test_a_small_workbook_cannot_unfold_into_much(reader, rows, why):
    data = workbook(*rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((tables.Fault, Broken), match=why):
        within(10, lambda: reader(data))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_cells_between_two_others_are_counted_too():
    rows = [line(1, A="a", GJF="b"), *(line(n, A="a") for n in range(2, 2100))]
    with pytest.raises(tables.TableError, match="more than 10000000 cells"):
        tables.read(workbook(*rows), "x.xlsx")


def test_a_csv_with_very_many_columns_is_refused():
    with pytest.raises(tables.TableError, match="row 1: more than 5000 columns"):
        tables.read(b"a," * 5001 + b"\n", "x.csv")


def test_what_a_workbook_says_of_its_own_size_does_not_count():
    said = sheet(line(1, A="kop", B="tekst"), line(2, A="x"), line(4, A="y", B="z"))
    said = said.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    found = tables.read(changed(form(HEAD), "xl/worksheets/sheet1.xml", said), "x.xlsx")
    assert (found.header, found.rows) == (["kop", "tekst"], [(2, ["x", ""]), (4, ["y", "z"])])


def flipped(data: bytes, part: str) -> bytes:
    """A workbook in which the packed bytes of one part are damaged, as by a download that went wrong."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        about = archive.getinfo(part)
    start = about.header_offset + 30 + len(part) + 10
    broken = bytearray(data)
    broken[start : start + 20] = bytes(255 - byte for byte in broken[start : start + 20])
    return bytes(broken)


def marked(data: bytes, offset: int, value: int) -> bytes:
    """A workbook with one byte changed in every entry of its list of parts."""
    broken = bytearray(data)
    for found in re.finditer(b"PK\x01\x02", data):
        broken[found.start() + offset] = value
    return bytes(broken)


GOOD = form(HEAD, *[("note", f"n{n}", f"Vraag {n}") for n in range(60)])
HARMLESS = [flipped(GOOD, f"docProps/{name}.xml") for name in ("app", "core")]
PARTS = [name for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist() if name.endswith(".xml")]


@pytest.mark.parametrize(
    "data",
    [
        *(flipped(GOOD, part) for part in PARTS),
        *(GOOD[: len(GOOD) * tenth // 10] for tenth in range(1, 10, 2)),
        marked(GOOD, 8, 1),
        marked(GOOD, 10, 99),
        marked(GOOD, 42, 255),
    ],
)
def test_a_damaged_or_locked_workbook_is_refused_in_words(data):
    refused = []
    for reader in (lambda: read(data, {}, "x.xlsx"), lambda: tables.read(data, "x.xlsx")):
        try:
            reader()
        except (Broken, tables.TableError) as fault:
            refused.append(str(fault))
    assert all("not a readable XLSX file" in one for one in refused), refused
    # A part that nobody reads may be damaged; the list of answers and the rows may not.
    assert refused or data in HARMLESS
    with pytest.raises(letters.LetterError):
        letters.kind_of(data)


def test_only_known_sheets_are_read_and_few_sheets_are_opened():
    far = sheet(*(line(n, XFD="1") for n in range(1, 1000)))
    data = form(HEAD, ("note", "n", "Vraag"), sheets={"extra": [("a", "b")]})
    found = within(5, lambda: read(changed(data, "xl/worksheets/sheet3.xml", far), known(), "x.xlsx"))
    assert [str(note) for note in found[2]] == ["extra: the sheet is not carried over"]
    many = form(HEAD, ("note", "n", "Vraag"), sheets={f"s{n}": [("a",)] for n in range(books.MOST_SHEETS)})
    with pytest.raises(Broken, match="more than 20 sheets"):
        read(many, known(), "x.xlsx")


@pytest.mark.parametrize("reader", [tables.read, lambda data: read(data, {})], ids=["table", "form"])
def test_sheets_that_all_are_one_part_of_the_file_are_refused_at_once(reader):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        book = archive.read("xl/workbook.xml")
    one = re.search(rb'<sheet [^>]*name="survey"[^>]*/>', book)[0]
    many = b"".join(one.replace(b"survey", b"s%d" % n) for n in range(90))
    long = sheet(line(1, A="kind")).replace(b"<sheetData>", b"<a/>" * 30_000 + b"<sheetData>")
    data = changed(changed(GOOD, "xl/workbook.xml", book.replace(one, many)), "xl/worksheets/sheet1.xml", long)
    with pytest.raises((tables.TableError, Broken), match=r"more than (20|100) sheets"):
        within(5, lambda: reader(data))


# -- names, numbers, characters ----------------------------------------------------------------------------------------


def test_thousands_of_equal_names_take_little_time():
    gathering = Gathering({})
    made = within(2, lambda: [gathering._code(f"Q {'a' * 60}{n}") for n in range(5000)])
    assert len(set(made)) == 5000 and max(map(len, made)) == 40
    with pytest.raises(Broken, match="the short name q stands"):
        within(5, lambda: read(form(HEAD, *[("text", "q", "Vraag")] * 300), known(), "x.xlsx"))


def test_thousands_of_sections_are_refused_at_once():
    table = "kind,code,text nl\n" + "section,,Deel\n" * 5000
    with pytest.raises(Broken, match="row 102: there are more than 100"):
        within(3, lambda: read(table.encode(), known(), "x.csv"))


def test_thousands_of_parts_of_one_question_are_refused_at_once():
    inside = [(f"S{n}", {"nl": "deel"}) for n in range(1000)]
    ask = {"type": "F", "title": "Q1", "text": {"nl": "x"}, "inside": inside, "answers": [("A", {"nl": "a"})]}
    with pytest.raises(Broken, match=r"^S50: there are more than 50"):
        within(5, lambda: read(survey([ask]), known(), "x.lss"))


@pytest.mark.parametrize("sign", ["=", "+"])
def test_a_number_with_thousands_of_digits_leaves_its_condition_behind(sign):
    huge = "9" * 5000
    data = form(HEAD, ("integer", "q0", "Hoeveel?"), ("text", "q1", "Wat?", f"{huge} {sign} ${{q0}} = 1"))
    _, document, left = read(data, known(), "x.xlsx")
    assert "show_if" not in document["sections"][0]["elements"][1]
    told = "sheet survey, row 3: the condition is not carried over: a number in it is larger than 1000000000000000"
    assert told in [str(note) for note in left]
    lime = [{"type": "N", "title": "Q1", "text": {"nl": "x"}, "attributes": {"maximum_chars": huge}}]
    lime.append({"type": "S", "title": "Q2", "text": {"nl": "x"}, "relevance": f"Q1 == '{huge}'"})
    lime[1]["attributes"] = {"maximum_chars": huge}
    _, document, left = read(survey(lime), known(), "x.lss")
    assert document["sections"][0]["elements"][1]["longest"] == 1000
    assert any("larger than" in str(note) for note in left)


@pytest.mark.parametrize("number", ["1e999", "-1e400", "9" * 5000, "9" * 30])
def test_a_number_that_nothing_can_hold_is_refused_in_fhir(number):
    low = {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueDecimal": "NUMBER"}
    data = questionnaire({"linkId": "a", "type": "decimal", "text": "x", "extension": [low]})
    with pytest.raises(Broken, match="cannot be read"):
        read(data.replace(b'"NUMBER"', number.encode()), known(), "x.json")


UNFIT = ["\x00", "\x0b", "\x1f", "\x7f", "\x85", "\ud800", "\udfff", "\ufffe", "\uffff"]


@pytest.mark.parametrize("sign", UNFIT)
def test_what_no_text_can_hold_is_refused_with_its_place_in_fhir(sign):
    asked = {"linkId": "a", "type": "string", "text": f"Vraag{sign}"}
    code = f"{ord(sign):04X}"
    with pytest.raises(Broken, match=rf"^item\[0\]\.text: the character U\+{code} cannot stand"):
        read(questionnaire(asked), known(), "x.json")
    with pytest.raises(Broken, match=rf"^title: the character U\+{code}"):
        read(questionnaire(title=f"Lijst{sign}"), known(), "x.json")
    answered = {"linkId": "a", "answer": [{"valueString": f"goed{sign}"}]}
    given = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [answered]}
    with pytest.raises(Broken, match=rf"item\[0\]\.answer\[0\]\.valueString: the character U\+{code}"):
        fhir_responses.table(json.dumps(given).encode())


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x7f", "\ufffe", "\uffff"])
def test_what_no_text_can_hold_is_refused_with_its_question_in_a_table(sign):
    table = f"kind,code,text nl\nsection,s1,Deel\nyesno,moe,Moe{sign}?\nyesno,blij,Blij?\n"
    with pytest.raises(Broken, match=rf"^moe: the character U\+{ord(sign):04X} cannot stand in a text$"):
        read(table.encode(), known(), "x.csv")
    with pytest.raises(Broken, match=r"^the whole file: the character"):
        read(f"kind,code,text nl\ntitle,,Lijst{sign}\n".encode(), known(), "x.csv")


def test_ordinary_signs_pass():
    assert unfit({"a": ["tab\t, regel\n, \r, é, 🙂, \u2028", 3, None, {"b": True}]}) is None
    assert unfit({"a": [{"b": 1}, {"c\x00": 1}]}) == (["a", 1], "0000")


def test_what_stands_at_thousands_of_places_is_told_in_little_time():
    said = [notes.Note(notes.row(n), "lost") for n in range(20_000)]
    [(sentence, places)] = within(2, lambda: notes.together(said))
    assert (sentence, len(places)) == ("lost", 20_000)


def test_thousands_of_faults_and_losses_end_the_reading(monkeypatch):
    table = "kind,code,text nl\n" + "nought,q,x\n" * 50_000
    with pytest.raises(Broken) as fault:
        within(3, lambda: read(table.encode(), known(), "x.csv"))
    assert len(fault.value.notes) == 200
    monkeypatch.setattr(limits, "MOST_LEFT", 300)
    data = form(("type", "name", *map(str, range(40))), *[("note", f"n{n}", *"x" * 40) for n in range(10)])
    with pytest.raises(Broken, match="more than 300 things"):
        read(data, known(), "x.xlsx")


def test_a_workbook_made_here_still_opens():
    assert openpyxl.load_workbook(io.BytesIO(GOOD)).sheetnames == ["survey", "choices"]
