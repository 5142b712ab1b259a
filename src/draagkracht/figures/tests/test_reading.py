"""How months, numbers, units and headings are read: what people write, and what is refused because it could mean two things."""

import datetime
import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.figures.columns import COLUMNS, MONTHS, figure_of, guess, guess_figure
from draagkracht.figures.kinds import Kind, fields, kind_of, kinds
from draagkracht.figures.months import later, month_in, month_of, through
from draagkracht.figures.numbers import NoNumber, TwoWays, amount_of
from draagkracht.figures.places import NoPlace, Place, Places, TwoPlaces
from draagkracht.ui.sheets import Exact
from draagkracht.ui.stylesheet import FOLDER

CATALOGUE = FOLDER.parents[3] / "catalogue"
MARCH = datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03", "2026-3", "2026/03", "03/2026", "3/2026", "3-2026", "03.2026", "202603", "2026M03", "2026-03-31", "31-03-2026",
        "maart 2026", "Maart 2026", "mrt-26", "mrt. 26", "mrt 2026", "mrt'26", "March 2026", "mar-26", "Mar 2026", "2026 maart",
        "15 maart 2026", "maart2026",
    ],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(text):
    assert month_of(text) == MARCH


@pytest.mark.parametrize(
    "text",
    ["", "maart", "2026", "13/2026", "2026-13", "00/2026", "3/26", "ploeg 26", "1826-03", "2500-01", "Q1 2026", "7,5"],
)
def test_what_names_no_month_is_none(text):
    assert month_of(text) is None


def test_year_and_month_in_two_columns():
    assert month_in("2026", "3") == month_in("2026", "mrt") == month_in("2026", "Maart") == MARCH
    assert month_in("26", "3") is None and month_in("2026", "13") is None and month_in("2026", "lente") is None


def test_months_follow_each_other_over_new_year():
    assert through(datetime.date(2025, 11, 1), datetime.date(2026, 2, 1))[2] == datetime.date(2026, 1, 1)
    assert later(datetime.date(2026, 1, 1), -1) == datetime.date(2025, 12, 1)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("7,5", 7.5), ("7.5", 7.5), ("7", 7), ("0,125", 0.125), ("-1,5", -1.5), ("−1,5", -1.5), ("12345", 12345), ("1.234.567", 1234567),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234,5", 1234.5), ("1\N{NO-BREAK SPACE}234", 1234), ("1234,567", 1234.567),
        ("12.3456", 12.3456), (Exact("1.125"), 1.125),
    ],
)  # fmt: skip
def test_a_number_is_read_with_comma_or_point(text, amount):
    assert amount_of(text) == (amount, False)


def test_a_percent_sign_is_noted():
    assert amount_of("7,5 %") == (7.5, True) and amount_of(Exact("5.2%")) == (5.2, True)


@pytest.mark.parametrize("text", ["1.250", "1,250", "12.500", "999,999"])
def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(text):
    with pytest.raises(TwoWays):
        amount_of(text)


@pytest.mark.parametrize("text", ["zeven", "7,5,1", "1e5", "7 dagen", "1.23.4", "nan", "inf", "--1", "1,2.3,4", "٣"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises((NoNumber, ValueError)):
        amount_of(text)


@pytest.mark.parametrize("text", ["", "-", "n.v.t.", "N/A", "onbekend"])
def test_a_cell_that_says_nothing_is_not_zero(text):
    assert amount_of(text) == (None, False)


@given(st.integers(0, 10**7), st.integers(0, 99))
def test_dutch_and_english_writing_give_the_same_number(whole, cents):
    number = whole + cents / 100
    english = f"{number:,.2f}"
    dutch = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert amount_of(dutch)[0] == amount_of(english)[0] == pytest.approx(number)


def test_every_kind_of_the_catalogue_is_as_the_schema_says():
    schema = json.loads((CATALOGUE / "schemas" / "figure.json").read_text(encoding="utf-8"))
    files = sorted((CATALOGUE / "figures").glob("*.yaml"))
    assert len(files) == len(kinds()) == 8
    for file in files:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        jsonschema.validate(data, schema)
        assert data["id"] == file.stem


def test_every_part_that_a_kind_names_is_a_field_of_it():
    for kind in kinds():
        known = {field.id for field in kind.fields}
        named = {name for way in kind.ways for name in (way.take, way.by) if name}
        assert named | set(kind.parts) | ({kind.counted_by, kind.whole} - {""}) <= known
    assert len(fields()) == sum(len(kind.fields) for kind in kinds())


def test_a_series_has_one_unit_even_when_care_days_are_known_for_some_months_only():
    incidents: Kind = kind_of("incidents")
    some = [{"count": 4.0, "care-days": 1000.0}, {"count": 5.0}]
    assert incidents.way_of(some).value(some[1]) == 5.0
    assert incidents.way_of(some[:1]).value(some[0]) == 4.0 * 1000 / 1000


def test_headings_are_recognised_and_months_as_columns_too():
    assert guess(("Afdeling", "Maand", "Verzuim %", "Kort verzuim")) == (
        COLUMNS,
        {"unit": 0, "month": 1, "absence-rate.rate": 2, "absence-rate.short": 3},
    )
    assert guess(("Afdeling", "jan-26", "feb-26", "Totaal")) == (MONTHS, {"unit": 0})
    assert guess(("Eenheid", "Jaar", "Maand", "Indicator", "Waarde"))[1].keys() == {
        "unit",
        "year",
        "month",
        "figure",
        "amount",
    }
    assert guess_figure("Verzuim 2026.xlsx") == "absence-rate.rate" and guess_figure("cijfers.csv") == ""
    assert figure_of("Ziekteverzuim") == figure_of("absence-rate.rate") == "absence-rate.rate"
    assert figure_of("iets") is None


UNITS = [
    Place(1, None, "brug", "De Brug"), Place(2, 1, "woon", "Woonzorg"), Place(3, 1, "thuis", "Thuiszorg"),
    Place(4, 2, "w-noord", "Noord"), Place(5, 3, "t-noord", "Noord"), Place(6, 3, "zuid", "Zuid"), Place(7, 1, "staf", "Staf"),
]  # fmt: skip


def test_a_unit_is_found_by_code_name_or_path():
    places = Places(UNITS)
    assert [
        places.find(text).id for text in ("woon", "WOONZORG", "Thuiszorg / Noord", "De Brug > thuiszorg > zuid")
    ] == [2, 2, 5, 6]
    assert places.find("").id == places.find("Totaal").id == 1
    with pytest.raises(TwoPlaces):
        places.find("Noord")
    with pytest.raises(NoPlace):
        places.find("Nergens")


def test_figures_are_kept_for_departments_and_never_for_a_team():
    places = Places(UNITS)
    assert [unit.id for unit in UNITS if places.keeps(unit)] == [1, 2, 3, 7]
