"""A file with own figures on the pages and on the command line: dry run, confirm, undo, and what goes wrong on the way."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.figures import import_figures, queries
from draagkracht.figures.actions import imports
from draagkracht.figures.kinds import kind_of
from draagkracht.figures.models import FigureCell, FigureImport, FigureUpload
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

HEAD = "Afdeling;Maand;Verzuim %;Kort verzuim\n"
GOOD = HEAD + "Woonzorg;2026-01;7,4;2,1\nWoonzorg;feb 2026;6,9;1,8\nTotaal;2026-01;6,2;\n"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


def store(organisation, text, name="verzuim.csv") -> FigureImport:
    upload = imports.keep_upload(organisation, None, name, text if isinstance(text, bytes) else text.encode())
    return imports.confirm(upload, None, imports.show(upload).digest)


def plan(organisation, text, name="verzuim.csv"):
    return imports.show(
        imports.keep_upload(organisation, None, name, text if isinstance(text, bytes) else text.encode())
    )


def values(cast) -> dict:
    codes = {unit.pk: code for code, unit in cast.brug.units.items()}
    return {(codes[unit], key, f"{month:%Y-%m}"): amount for (unit, key, month), amount in queries.current().items()}


def test_a_file_is_stored_as_it_was_shown(cast, brug):
    shown = plan(brug, GOOD)
    assert shown.counts == {"new": 5, "changed": 0, "unchanged": 0, "left": 0, "errors": 0}
    assert not FigureCell.objects.exists()
    made = store(brug, GOOD)
    assert values(cast)["woonzorg", "absence-rate.rate", "2026-02"] == 6.9
    assert values(cast)["brug", "absence-rate.rate", "2026-01"] == 6.2
    line = AuditLine.objects.get(act="figures.imported")
    assert line.detail == {"figure_import": made.pk, **shown.counts}


def test_the_same_file_twice_changes_nothing(cast, brug):
    store(brug, GOOD)
    again = plan(brug, GOOD)
    assert again.empty and again.counts["unchanged"] == 5
    with pytest.raises(Refusal):
        store(brug, GOOD)
    assert FigureImport.objects.count() == 1


def test_an_empty_cell_leaves_what_is_known(cast, brug):
    store(brug, GOOD)
    store(brug, HEAD + "Woonzorg;2026-01;;2,2\n")
    assert values(cast)["woonzorg", "absence-rate.rate", "2026-01"] == 7.4
    assert values(cast)["woonzorg", "absence-rate.short", "2026-01"] == 2.2


def test_any_import_can_be_undone_and_a_later_one_stays(cast, brug):
    first = store(brug, GOOD)
    second = store(brug, HEAD + "Woonzorg;2026-01;8,0;2,1\n")
    third = store(brug, HEAD + "Woonzorg;2026-01;9,0;2,1\n")
    assert imports.would_undo(first) == {"gone": 4, "back": 0, "stay": 1}
    assert imports.would_undo(second) == {"gone": 0, "back": 0, "stay": 1}
    assert imports.would_undo(third) == {"gone": 0, "back": 1, "stay": 0}
    imports.undo(second, None)
    assert values(cast)["woonzorg", "absence-rate.rate", "2026-01"] == 9.0
    imports.undo(third, None)
    assert values(cast)["woonzorg", "absence-rate.rate", "2026-01"] == 7.4
    imports.undo(first, None)
    assert values(cast) == {}
    with pytest.raises(Refusal):
        imports.undo(first, None)
    assert AuditLine.objects.filter(act="figures.import-undone").count() == 3


def test_months_as_columns_are_read(cast, brug):
    text = "Afdeling;jan-26;feb-26;mrt-26\nWoonzorg;7,4;6,9;\nThuiszorg;5%;5,5;n.v.t.\n"
    store(brug, text, "Verzuim 2026.csv")
    assert values(cast) == {
        ("woonzorg", "absence-rate.rate", "2026-01"): 7.4, ("woonzorg", "absence-rate.rate", "2026-02"): 6.9,
        ("thuiszorg", "absence-rate.rate", "2026-01"): 5.0, ("thuiszorg", "absence-rate.rate", "2026-02"): 5.5,
    }  # fmt: skip


def test_one_column_with_names_of_figures_is_read(cast, brug):
    store(
        brug, "unit;maand;indicator;waarde\nwoonzorg;2026-01;Ziekteverzuim;7,4\nwoonzorg;2026-01;aantal incidenten;12\n"
    )
    assert values(cast)["woonzorg", "incidents.count", "2026-01"] == 12


def workbook(rows, formats=()) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in formats:
        book.active[cell].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_percent_cells_dates_and_decimals_is_read_as_it_looks(cast, brug):
    rows = [
        ["Afdeling", "Maand", "Verzuim %", "Zorgdagen", "Incidenten"],
        ["Woonzorg", datetime.date(2026, 1, 1), 0.052, 1250.125, 3],
    ]
    store(brug, workbook(rows, [("C2", "0.0%"), ("B2", "mmm-yy")]), "cijfers.xlsx")
    found = values(cast)
    assert found["woonzorg", "absence-rate.rate", "2026-01"] == 5.2
    assert found["woonzorg", "incidents.care-days", "2026-01"] == 1250.125


def test_a_formula_is_not_followed(cast, brug):
    rows = [["Afdeling", "Maand", "Verzuim %"], ["Woonzorg", "2026-01", "=3+4"]]
    assert "formula" in plan(brug, workbook(rows), "v.xlsx").faults[0].reason


BAD = {
    "Nergens;2026-01;7;": "no unit",
    "Woonzorg;lente;7;": "not a month",
    "Woonzorg;;7;": "no month",
    "Woonzorg;2026-01;zeven;": "not a number",
    "Woonzorg;2026-01;1.250;": "two ways",
    "Woonzorg;2026-01;107;": "cannot be right",
    "Woonzorg;2026-01;-3;": "cannot be right",
    "Woonzorg;2099-01;7;": "still to come",
    "Woonzorg;2026-01;3;5": "more than the whole",
    "Woonzorg;2026-01;7;;;x": "more cells",
    "Woonzorg;2026-01;=1+1;": "formula",
    "Woonzorg;2026-01;0,05;": "below 0.3",
    f"Woonzorg;2026-01;7;{'9' * 501}": "characters",
}


@pytest.mark.parametrize("row", BAD, ids=lambda row: row[:28])
def test_a_row_with_a_mistake_stops_the_whole_file_and_says_why(row, cast, brug):
    shown = plan(brug, f"{HEAD}{row}\n" + ("" if "0,05" in row else "Thuiszorg;2026-01;5;1\n"))
    assert [fault.row for fault in shown.faults] == [2] and BAD[row] in shown.faults[0].reason
    with pytest.raises(Refusal):
        imports.carry_out(brug, None, shown, "x.csv", "0")
    assert not FigureCell.objects.exists() and not FigureImport.objects.exists()


def test_two_rows_about_the_same_cell_are_a_mistake(cast, brug):
    shown = plan(brug, HEAD + "Woonzorg;2026-01;7;\nwoonzorg;jan 2026;8;\n")
    assert [fault.row for fault in shown.faults] == [3]


def test_more_reasons_than_talks_are_a_mistake_and_reasons_of_a_department_are_left_out(cast, brug):
    head = "afdeling;maand;exitgesprekken;exit werkdruk;exit loon\n"
    assert "more reasons" in plan(brug, head + "Totaal;2026-01;3;2;2\n").faults[0].reason
    shown = plan(brug, head + "Woonzorg;2026-01;3;2;1\n")
    assert shown.counts["new"] == 1 and shown.counts["left"] == 1 and not shown.faults


def test_a_team_is_left_out_and_does_not_stop_the_file(cast, brug):
    shown = plan(brug, HEAD + "Team Linde;2026-01;7;\nWoonzorg;2026-01;5;\n")
    assert shown.counts == {"new": 1, "changed": 0, "unchanged": 0, "left": 1, "errors": 0}
    assert "departments only" in shown.left[0].reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
        b"PK\x03\x04broken",
        b"\x00\x01\x02" * 50,
        b"a;b\n",
        b'a;b\n"open;1\n',
    ],
    ids=["empty", "old office", "broken", "binary", "no rows", "open quotation"],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, brug):
    with pytest.raises(Refusal):
        imports.keep_upload(brug, None, "x.xlsx", data)
    assert not FigureUpload.objects.exists()


def test_a_bomb_is_refused(brug):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (301 * 2**20))
    with pytest.raises(Refusal) as caught:
        imports.keep_upload(brug, None, "bom.xlsx", out.getvalue())
    assert caught.value.status == 413


def test_what_changed_in_between_is_not_stored(cast, brug):
    upload = imports.keep_upload(brug, None, "v.csv", GOOD.encode())
    digest = imports.show(upload).digest
    store(brug, HEAD + "Woonzorg;2026-01;3,3;1\n")
    with pytest.raises(Refusal) as caught:
        imports.confirm(upload, None, digest)
    assert caught.value.status == 409 and values(cast)["woonzorg", "absence-rate.rate", "2026-01"] == 3.3


def test_the_order_in_which_a_database_keeps_the_columns_does_not_matter(brug):
    upload = imports.keep_upload(brug, None, "v.csv", GOOD.encode())
    digest = imports.show(upload).digest
    FigureUpload.objects.update(columns=dict(reversed(upload.columns.items())))
    upload.refresh_from_db()
    assert imports.show(upload).digest == digest


def test_pressing_twice_stores_once_and_the_file_is_gone(brug):
    upload = imports.keep_upload(brug, None, "v.csv", GOOD.encode())
    assert bytes(upload.sealed).find(b"Woonzorg") < 0
    digest = imports.show(upload).digest
    first, second = imports.confirm(upload, None, digest), imports.confirm(upload, None, digest)
    assert first.pk == second.pk
    upload.refresh_from_db()
    assert bytes(upload.sealed) == b""


def test_an_upload_is_kept_for_an_hour(brug):
    upload = imports.keep_upload(brug, None, "v.csv", GOOD.encode())
    FigureUpload.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    with pytest.raises(Refusal) as caught:
        imports.find_upload(upload.code)
    assert caught.value.status == 410


# -- on the pages ------------------------------------------------------------------------------------------------------


def test_from_upload_to_done_and_undone(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    browser.cookies["django_language"] = "en"
    text = GOOD + "Team Linde;2026-01;7;\n"
    answer = browser.post("/figures/import/", {"file": SimpleUploadedFile("verzuim.csv", text.encode())})
    columns = answer.url
    page = browser.get(columns).content.decode()
    assert "holds 4 rows" in page and 'value="absence-rate.rate" selected' in page
    chosen = {"c0": "unit", "c1": "month", "c2": "absence-rate.rate", "c3": "absence-rate.short"}
    answer = browser.post(columns, chosen)
    check = browser.get(answer.url)
    assert b"New numbers" in check.content and b"departments only" in check.content
    with scope(organisation=cast.brug.organisation):
        upload = FigureUpload.objects.get()
        assert not FigureCell.objects.exists()
    answer = browser.post(f"/figures/import/{upload.code}/confirm/", {"digest": upload.plan_hash})
    done = browser.get(answer.url).content.decode()
    assert "new numbers that go: 5" in done and "verzuim.csv" in done
    assert browser.post(answer.url + "undo/").status_code == 302
    overview = browser.get("/figures/").content.decode()
    assert "undone" in overview and "The import was undone" in overview
    with scope(organisation=cast.brug.organisation):
        assert queries.current() == {}


def test_mistakes_are_shown_and_can_be_downloaded_harmlessly(cast, sign_in):
    browser = sign_in(cast.accounts["adviser"])
    text = HEAD + "=cmd;2026-01;7;\nWoonzorg;2026-01;x;\n"
    answer = browser.post("/figures/import/", {"file": SimpleUploadedFile("v.csv", text.encode())})
    with scope(organisation=cast.brug.organisation):
        code = FigureUpload.objects.get().code
    page = browser.get(f"/figures/import/{code}/")
    assert page.status_code == 200 and answer.status_code == 302
    lines = browser.get(f"/figures/import/{code}/mistakes.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and ";'=cmd;" in lines[1]


def test_the_file_of_mistakes_holds_as_many_rows_as_the_page_says(cast, sign_in):
    browser = sign_in(cast.accounts["adviser"])
    # One mistake, and beside it a row about a team: that one is left out, and is nothing to mend.
    text = HEAD + "Woonzorg;2026-01;x;\nlinde;2026-01;7;\n"
    browser.post("/figures/import/", {"file": SimpleUploadedFile("v.csv", text.encode())})
    with scope(organisation=cast.brug.organisation):
        code = FigureUpload.objects.get().code
    page = browser.get(f"/figures/import/{code}/", headers={"accept-language": "en"}).content.decode()
    lines = browser.get(f"/figures/import/{code}/mistakes.csv").content.decode("utf-8-sig").splitlines()
    assert "1 row needs your attention" in page and len(lines) == 2 and "linde" not in lines[1]


def test_the_same_meaning_for_two_columns_is_told(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    answer = browser.post("/figures/import/", {"file": SimpleUploadedFile("v.csv", GOOD.encode())})
    told = browser.post(answer.url, {"c0": "unit", "c1": "month", "c2": "absence-rate.rate", "c3": "absence-rate.rate"})
    assert told.status_code == 400
    assert browser.post(answer.url, {"c0": "unit", "c1": "", "c2": "absence-rate.rate"}).status_code == 400
    assert browser.post(answer.url, {"c0": "unit", "c1": "nonsense"}).status_code == 400


def test_a_coordinator_of_one_department_imports_nothing(cast, sign_in):
    from draagkracht.conftest import give_role

    account = give_role(cast.brug, "deel@brug.example", "coordinator", "woonzorg")
    assert sign_in(account).get("/figures/").status_code == 403


def test_the_list_of_imports_asks_the_same_number_of_questions_whatever_its_length(
    cast, sign_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = sign_in(cast.accounts["coordinator"])
    with scope(organisation=cast.brug.organisation):
        store(cast.brug.organisation, GOOD)
    browser.get("/figures/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get("/figures/")
    with scope(organisation=cast.brug.organisation):
        for at in range(5):
            store(cast.brug.organisation, HEAD + f"Woonzorg;2026-01;{at + 1},5;1\n")
    with django_assert_num_queries(len(one)):
        browser.get("/figures/")


# -- on the command line -----------------------------------------------------------------------------------------------


def test_the_command_stores_what_the_pages_would(cast, tmp_path, capsys):
    file = tmp_path / "verzuim.csv"
    file.write_text(GOOD + "Team Linde;2026-01;7;\n", encoding="utf-8")
    words = [str(file), "--organisation", "brug"]
    assert import_figures.main([*words, "--dry-run"]) == 0
    with scope(organisation=cast.brug.organisation):
        assert not FigureCell.objects.exists()
    assert import_figures.main(words) == 0 and import_figures.main(words) == 0
    with scope(organisation=cast.brug.organisation):
        assert FigureCell.objects.count() == 5 and FigureImport.objects.count() == 1
    assert "5: " in capsys.readouterr().err


def test_the_command_ends_with_2_and_stores_nothing_of_a_file_with_a_mistake(cast, tmp_path):
    file = tmp_path / "v.csv"
    file.write_text(GOOD + "Nergens;2026-01;7;\n", encoding="utf-8")
    assert import_figures.main([str(file), "--organisation", "brug"]) == 2
    with scope(organisation=cast.brug.organisation):
        assert not FigureCell.objects.exists()


def test_the_command_takes_columns_and_a_figure_by_name(cast, tmp_path):
    file = tmp_path / "lijst.csv"
    file.write_text("Waar;Wanneer;Getal\nWoonzorg;2026-01;7,4\n", encoding="utf-8")
    chosen = ["--map", "Waar=unit", "Wanneer=month", "Getal=absence-rate.rate"]
    assert import_figures.main([str(file), "--organisation", "brug", *chosen]) == 0
    wide = tmp_path / "breed.csv"
    wide.write_text("Afdeling;jan-26;feb-26\nWoonzorg;3;4\n", encoding="utf-8")
    assert import_figures.main([str(wide), "--organisation", "brug", "--figure", "incidents.count"]) == 0
    with scope(organisation=cast.brug.organisation):
        assert sorted(FigureCell.objects.values_list("amount", flat=True)) == [3, 4, 7.4]


@pytest.mark.parametrize("words", [["--organisation", "nergens"], ["--organisation", "brug", "--map", "Niets=unit"]])
def test_the_command_refuses_what_it_does_not_know(words, cast, tmp_path):
    file = tmp_path / "v.csv"
    file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(Refusal):
        import_figures.main([str(file), *words])


# -- what may be shown -------------------------------------------------------------------------------------------------


def test_a_small_department_is_held_back_and_nothing_gives_it_away(cast, brug):
    """Woonzorg and Thuiszorg have twelve people each, Jeugd six; of thirty in all."""
    turnover = kind_of("turnover")
    text = "afdeling;maand;verloop\nTotaal;2026-02;2\nWoonzorg;2026-02;1\nThuiszorg;2026-02;2\nJeugd;2026-02;50\n"
    store(brug, text, "verloop.csv")
    today = datetime.date(2026, 6, 1)
    states = {
        code: queries.series(turnover, cast.brug.units[code].pk, today).points[0]
        for code in ("brug", "woonzorg", "thuiszorg", "jeugd")
    }
    assert states["brug"].value == 2 and states["brug"].people == 30
    assert states["jeugd"].withheld and states["jeugd"].value is None
    # 30 x 2 less the figures of the other two would be Jeugd's: one of them goes along.
    assert [states[code].withheld for code in ("woonzorg", "thuiszorg")].count(True) == 1


def test_a_figure_about_health_needs_more_people(cast, brug):
    store(brug, GOOD)
    point = queries.series(kind_of("absence-rate"), cast.brug.units["woonzorg"].pk, datetime.date(2026, 6, 1)).points[0]
    assert point.withheld
    assert queries.series(kind_of("absence-rate"), cast.brug.units["jeugd"].pk, datetime.date(2026, 6, 1)) is None


def test_a_missing_month_is_a_gap_and_never_zero(cast, brug):
    store(brug, "maand;verzuim\n2026-01;6\n2026-03;0\n", "verzuim.csv")
    points = queries.series(kind_of("absence-rate"), cast.brug.units["brug"].pk, datetime.date(2026, 6, 1)).points
    assert [(p.month.month, p.value, p.withheld) for p in points] == [(1, 6, False), (2, None, False), (3, 0, False)]


def test_months_before_the_first_staff_file_count_the_people_of_that_file(cast, brug):
    from draagkracht.people.models import StaffImport

    store(brug, "maand;verzuim\n2025-06;6\n", "verzuim.csv")
    root, today = cast.brug.units["brug"].pk, datetime.date(2026, 6, 1)
    assert queries.series(kind_of("absence-rate"), root, today).points[0].withheld
    began = datetime.datetime(2026, 1, 20, tzinfo=datetime.UTC)
    StaffImport.objects.create(organisation=brug, file_name="s.csv", file_hash="0", imported_at=began)
    assert queries.series(kind_of("absence-rate"), root, today).points[0].people == 30


def test_people_are_counted_on_the_last_day_of_each_month_with_the_units_below(cast, brug):
    from draagkracht.people.models import Membership

    first = Membership.objects.filter(unit=cast.brug.units["linde"]).order_by("pk").first()
    Membership.objects.filter(pk=first.pk).update(ends_on=datetime.date(2026, 3, 31))
    second = Membership.objects.filter(unit=cast.brug.units["linde"]).order_by("pk").last()
    Membership.objects.filter(pk=second.pk).update(starts_on=datetime.date(2026, 2, 28))
    months = [datetime.date(2026, at, 1) for at in (1, 2, 3, 4)]
    found = queries.people_of(queries.places(), months, datetime.date(2026, 6, 1))
    counts = {
        code: [found[month][cast.brug.units[code].pk] for month in months] for code in ("linde", "woonzorg", "brug")
    }
    assert counts == {"linde": [5, 6, 5, 5], "woonzorg": [11, 12, 11, 11], "brug": [29, 30, 29, 29]}


def test_talks_are_shown_by_half_year_once_it_is_over_and_small_reasons_stay_together(cast, brug):
    head = "maand;exitgesprekken;exit werkdruk;exit rooster;exit loon;exit pensioen\n"
    rows = "2025-08;7;5;1;1;0\n2025-11;9;4;3;1;1\n2026-01;3;3;0;0;0\n"
    store(brug, head + rows, "exit.csv")
    root = cast.brug.units["brug"].pk
    found = queries.series(kind_of("exit-interviews"), root, datetime.date(2026, 3, 10))
    assert [(point.month, point.value) for point in found.points] == [(datetime.date(2025, 7, 1), 16)]
    assert found.covered[datetime.date(2025, 7, 1)] == 2
    # Werkdruk 9, rooster 4, loon 2, pensioen 1: the last three are seven together and never told apart.
    assert (found.year, found.reasons) == (2025, [("workload", 9), ("", 7)])


def test_a_rest_that_is_too_small_takes_the_smallest_reason_along(cast, brug):
    head = "maand;exitgesprekken;exit werkdruk;exit rooster;exit loon\n"
    store(brug, head + "2025-08;16;8;6;2\n", "exit.csv")
    found = queries.series(kind_of("exit-interviews"), cast.brug.units["brug"].pk, datetime.date(2026, 3, 10))
    assert found.reasons == [("workload", 8), ("", 8)]


def test_clients_are_counted_for_what_clients_say(cast, brug):
    head = "maand;rapportcijfer;aantal clienten\n"
    store(brug, head + "2026-01;8,1;9\n2026-02;8,2;10\n2026-03;8;\n", "t.csv")
    points = queries.series(
        kind_of("client-satisfaction"), cast.brug.units["brug"].pk, datetime.date(2026, 6, 1)
    ).points
    assert [(p.value, p.withheld) for p in points] == [(None, True), (8.2, False), (None, True)]
