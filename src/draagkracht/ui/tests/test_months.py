"""The picture by month: gaps stay gaps, withheld is not missing, moments never overlap, and the table says the same."""

import re

import pytest
from django.utils import translation
from django.utils.html import escape

from draagkracht.ui.charts import Estimate, Mark, Moment, Scale, month_line
from draagkracht.ui.charts.months import MARK, _lanes
from draagkracht.ui.charts.trend import FIRST, LAST, PHONE

TEN = Scale(0, 10)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def months(*values) -> list[Moment]:
    return [
        Moment(f"m{at}", value if isinstance(value, Estimate) else Estimate(value))
        for at, value in enumerate(values, 1)
    ]


def lines(figure) -> int:
    return str(figure.picture).count('class="s-low"')


def test_a_missing_month_is_a_gap_and_zero_is_a_value():
    whole, gap = (month_line(months(*v), TEN, title="A", who="us", unit="%") for v in ((3, 0, 4, 5), (3, None, 4, 5)))
    assert (lines(whole), lines(gap)) == (3, 1)
    assert "m2: No data" in gap.picture and "0\N{NO-BREAK SPACE}%" in whole.table and "No data" in gap.table


def test_a_withheld_month_is_told_apart_from_one_without_data():
    figure = month_line(months(3, Estimate(reason="too few."), None, 5), TEN, title="A", who="us", unit="%")
    assert "Not shown: too few." in figure.picture and "No data" in figure.picture
    assert "stroke-dasharray" in figure.picture and "not shown" in figure.legend


def test_rounds_of_a_survey_are_joined_over_the_months_between():
    figure = month_line(months(3, None, None, 4), TEN, title="A", who="us", bridged=True)
    assert lines(figure) == 1 and "No data" not in figure.table and figure.table.count("<tr>") == 3


def test_months_without_a_value_are_told_as_spans():
    figure = month_line(months(1, None, None, None, 2, None, 3), TEN, title="A", who="us", unit="%")
    assert "m2 – m4, m6: No data" in figure.picture


@pytest.mark.parametrize("places", [[5, 5, 5, 5], [0, 0.4, 0.8, 29], [10 + at / 4 for at in range(12)], [3]])
def test_numbers_of_moments_never_overlap_on_the_narrowest_phone(places):
    marks = [Mark(place, "M", "d") for place in places]
    lanes, month = _lanes(marks, 30), PHONE * (LAST - FIRST) / 29
    for one, (place, lane) in enumerate(zip(places, lanes, strict=True)):
        for other, beside in zip(places[:one], lanes[:one], strict=True):
            assert lane != beside or abs(place - other) * month >= 2 * MARK - 1e-9


def test_every_moment_stands_by_number_in_the_list_in_the_description_and_in_the_picture():
    marks = [Mark(0.2, "Roster <new>", "1 March 2026"), Mark(1, "Trajectory", "all spring", 2)]
    figure = month_line(months(1, 2, 3), TEN, title="A", who="us", unit="%", marks=marks)
    for at, mark in enumerate(marks, 1):
        assert f"{at} {escape(mark.name)}" in figure.picture and f"<li>{escape(mark.name)}" in figure.picture
        assert re.search(rf">{at}</text>", figure.picture)
    assert "<new>" not in figure.picture
    assert "<ol" not in month_line(months(1), TEN, title="A", who="us", marks=marks, listed=False).picture


def test_the_same_input_gives_the_same_bytes_and_an_empty_one_a_picture():
    made = [str(month_line(months(1, 2), TEN, title="A", who="us", unit="%")) for _ in range(2)]
    assert made[0] == made[1]
    assert "No data" in str(month_line(months(None), TEN, title="A", who="us", unit="%"))
