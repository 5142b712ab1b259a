"""A chart says the same in its drawing, in words and in its table, whatever the names and numbers."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.ui import gallery
from draagkracht.ui.charts import (
    Band,
    BandRow,
    Course,
    DotRow,
    Estimate,
    Figure,
    HeatColumn,
    HeatRow,
    Moment,
    Scale,
    Weight,
    Zone,
    before_after,
    diverging_bars,
    dot_interval,
    heat_table,
    sparkline,
    stacked_bands,
    trend_line,
)  # fmt: skip
from draagkracht.ui.charts.heat import step

FIVE = Scale(1, 5, "never", "always")
EVIL = "<script>alert(1)</script>\"'&"
BANDS = (Band("light", "low"), Band("heavy", "high"))


def everything(name: str = "Workload", reason: str = "too few answers.") -> dict[str, str]:
    """One chart of each kind, with this name and this reason in every place that takes a text."""
    scale, estimate, shut = Scale(1, 5, name, name), Estimate(3.5, 3.1, 3.9, 12), Estimate(reason=reason)
    moments = [Moment(name, estimate, 3.2), Moment(name, shut), Moment(name, Estimate())]
    column = HeatColumn(name, scale)
    return {
        "dots": str(dot_interval([DotRow(name, estimate, 3.2, name), DotRow(name, shut)], scale, title=name, who=name, reference_name=name)),
        "bands": str(stacked_bands([BandRow(name, (60, 40), 50), BandRow(name, None, None, reason)], [Band(name, "low"), Band(name, "high")], title=name)),
        "balance": str(diverging_bars([Weight(name, -3), Weight(name, 2), Weight(name, None), Weight(name, 0)], title=name, costs=name, gives=name)),
        "trend": str(trend_line(moments, scale, title=name, who=name, zone=Zone(2, 3, name), reference_name=name)),
        "courses": str(before_after([Course(name, (estimate, shut)), Course(f"{name}2", (estimate, Estimate()))], [name, f"{name}3"], scale, title=name, sure=name)),
        "heat": str(heat_table([column], [HeatRow(name, (estimate,), name), HeatRow(name, (shut,))], title=name, row_head=name)),
        "spark": f"<p>{sparkline(moments, scale, title=name)}</p>",
    }  # fmt: skip


def parsed(html: str) -> ElementTree.Element:
    """Our own drawing, read as XML: it must be well formed."""
    return ElementTree.fromstring(html)  # noqa: S314 (made by the code under test)


def texts(html: str, path: str) -> list[str]:
    return ["".join(found.itertext()) for found in parsed(html).iter(path)]


def cells(html: str) -> list[list[str]]:
    """The rows of the table that goes with a figure."""
    return [["".join(cell.itertext()) for cell in row] for row in parsed(html).iter("tr")]


@pytest.mark.parametrize("kind", everything())
def test_names_and_reasons_are_escaped(kind: str):
    html = everything(EVIL, EVIL)[kind]
    assert "<script" not in html
    assert EVIL in "".join(parsed(html).itertext())


@pytest.mark.parametrize("kind", everything())
def test_a_chart_holds_no_style_no_script_and_no_handler(kind: str):
    for found in parsed(everything()[kind]).iter():
        assert found.tag not in {"script", "style", "foreignObject"}
        assert not [key for key in found.attrib if key == "style" or key.startswith("on") or key.endswith("href")]


@pytest.mark.parametrize("kind", everything())
def test_the_same_input_gives_the_same_bytes(kind: str):
    assert everything()[kind] == everything()[kind]


@pytest.mark.parametrize("kind", [kind for kind in everything() if kind != "heat"])
def test_every_drawing_has_a_name_and_a_description(kind: str):
    root = parsed(everything()[kind])
    drawings = [found for found in root.iter("svg") if found.get("aria-hidden") != "true"]
    assert drawings
    for drawing in drawings:
        named = {found.get("id"): found.text for found in drawing if found.tag in {"title", "desc"}}
        assert drawing.get("role") == "img"
        assert all(named[reference] for reference in drawing.get("aria-labelledby").split())


def test_ids_are_unique_on_a_page_of_many_charts():
    html = "".join(str(figure) for figure in gallery.showcase().values() if isinstance(figure, Figure))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) > 50
    assert len(ids) == len(set(ids))


def test_dots_tell_the_same_in_words_and_table():
    with translation.override("en"):
        html = str(dot_interval([DotRow("Workload", Estimate(3.5, 3.1, 3.9, 12), 3.4)], FIVE, title="Where you stand"))
    assert texts(html, "title") == ["Workload: about 3.5; between 3.1 and 3.9; organisation 3.4"]
    assert cells(html)[1] == ["Workload", "3.5", "3.1", "3.9", "12", "3.4"]
    assert "about 3.5" in html
    assert "12 people took part" in html


def test_trend_tells_the_same_in_words_and_table():
    moments = [
        Moment("Mar", Estimate(2, 1.5, 2.5, 9)),
        Moment("Jun", Estimate(reason="too few answers.")),
        Moment("Sep", Estimate()),
    ]
    with translation.override("en"):
        html = str(trend_line(moments, FIVE, title="Energy"))
    assert "Mar: 2.0 between 1.5 and 2.5; Jun: Not shown: too few answers.; Sep: No data" in texts(html, "desc")[0]
    assert cells(html)[1:] == [
        ["Mar", "2.0", "1.5", "2.5", "9"],
        ["Jun", "Not shown: too few answers.", "–", "–", "–"],
        ["Sep", "No data", "–", "–", "–"],
    ]


def test_bands_tell_the_same_in_drawing_words_and_table():
    with translation.override("en"):
        html = str(stacked_bands([BandRow("Fatigue", (60, 40), 412)], BANDS, title="Spread"))
    assert texts(html, "text") == ["60", "40"]
    assert texts(html, "title") == ["Fatigue: light 60%; heavy 40%"]
    assert cells(html)[1] == ["Fatigue", "60", "40", "412"]


def test_balance_tells_the_same_in_words_and_table():
    with translation.override("en"):
        html = str(diverging_bars([Weight("noise", -52), Weight("colleagues", 96)], title="Balance"))
    assert texts(html, "title") == ["noise: costs energy", "colleagues: gives energy"]
    assert texts(html, "desc") == ["52", "96"]
    assert cells(html)[1:] == [["noise", "52", "–"], ["colleagues", "–", "96"]]


def test_heat_table_keeps_withheld_apart_from_no_data():
    row = HeatRow("Night", (Estimate(4.9, 4.6, 5, 12), Estimate(reason="too few answers."), Estimate()))
    with translation.override("en"):
        html = str(heat_table([HeatColumn(name, FIVE) for name in "abc"], [row], title="Units"))
    assert cells(html)[1] == [
        "Night",
        "4.9much heavier4.6\u00a0to\u00a05.0 · n\u00a012",
        "not showntoo few answers.",
        "no data",
    ]
    assert 'class="shut"' in html
    assert 'class="void"' in html


def test_a_cell_of_the_heat_table_has_a_word_only_where_the_difference_is_larger_than_the_uncertainty():
    column = HeatColumn("Workload", FIVE, middle=3.25, around=(3.1, 3.4))
    near, touching, apart = (Estimate(*given, 12) for given in ((3.2504, 3.2, 3.3), (3.6, 3.4, 3.8), (3.6, 3.41, 3.8)))
    with translation.override("en"):
        html = str(heat_table([column] * 3, [HeatRow("Night", (near, touching, apart))], title="Units"))
    assert [cell.replace("\u00a0", " ") for cell in cells(html)[1][1:]] == [
        "3.253.2 to 3.3 · n 12",
        "3.63.4 to 3.8 · n 12",
        "3.6heavier3.41 to 3.8 · n 12",
    ]
    # What reads as the same number has no tint either; colour alone tells the distance.
    assert re.findall(r'<td class="(\w+)"', html) == ["even", "w2", "w2"]


@pytest.mark.parametrize("estimate", [Estimate(reason="too few answers."), Estimate()])
def test_what_is_not_shown_leaves_no_mark_and_no_count(estimate: Estimate):
    html = str(dot_interval([DotRow("Workload", Estimate(None, 3.1, 3.9, 4, estimate.reason), 3.4)], FIVE, title="t"))
    assert "<circle" not in html.split("</ul>")[1]
    assert "3.1" not in html
    assert cells(html)[1][2:5] == ["–", "–", "–"]


@pytest.mark.parametrize(("language", "shown"), [("nl", "ongeveer 4,25"), ("en", "about 4.25")])
def test_numbers_and_words_follow_the_language(language: str, shown: str):
    with translation.override(language):
        html = str(dot_interval([DotRow("x", Estimate(4.25))], FIVE, title="t"))
    assert shown in html
    assert 'cx="81.25%"' in html


def test_a_gap_in_a_trend_stays_a_gap():
    joined = trend_line([Moment("a", Estimate(2)), Moment("b", Estimate(3))], FIVE, title="t")
    broken = trend_line([Moment("a", Estimate(2)), Moment("b", Estimate()), Moment("c", Estimate(3))], FIVE, title="t")
    assert joined.picture.count('class="s-low"') == 1
    assert broken.picture.count('class="s-low"') == 0


@pytest.mark.parametrize("count", [1, 2, 5, 12, 24])
def test_labels_of_a_trend_fit_beside_each_other_on_a_small_phone(count: int):
    figure = trend_line([Moment(f"month {at:02}", Estimate(3)) for at in range(count)], FIVE, title="t")
    places = [float(x) for x in re.findall(r'x="([\d.]+)%" y="184"', figure.picture)]
    assert places
    assert all(2.4 * (right - left) >= 8 * 6.8 for left, right in pairwise(places))


@given(
    value=st.floats(-20, 20), half=st.floats(0, 10), low=st.floats(-10, 0), width=st.floats(0.1, 30), n=st.integers(1, 10**6)
)  # fmt: skip
def test_every_mark_stays_on_the_scale(value: float, half: float, low: float, width: float, n: int):
    scale, estimate = Scale(low, low + width), Estimate(value, value - half, value + half, n)
    html = str(dot_interval([DotRow("x", estimate, value)], scale, title="t"))
    html += str(
        trend_line(
            [Moment("a", estimate, value), Moment("b", estimate)], scale, title="t", zone=Zone(value - half, value, "z")
        )
    )
    assert all(0 <= float(share) <= 100 for share in re.findall(r'"(-?[\d.e-]+)%"', html))
    assert "nan" not in html
    assert not re.search(r'(height|width|r)="-', html)


@given(value=st.floats(1, 5), middle=st.floats(1.5, 4.5))
def test_tint_turns_at_the_middle_and_with_the_heavy_end(value: float, middle: float):
    heavy_high = step(value, HeatColumn("x", FIVE, "high", middle))
    assert -7 <= heavy_high <= 7
    assert heavy_high == -step(value, HeatColumn("x", FIVE, "low", middle))
    assert (heavy_high > 0) <= (value > middle)
    assert step(value, HeatColumn("x", FIVE, "", middle)) == 0


def test_shares_and_cells_must_match_their_heads():
    with pytest.raises(ValueError, match="1 shares for 2 bands"):
        stacked_bands([BandRow("x", (100,))], BANDS, title="t")
    with pytest.raises(ValueError, match="0 cells for 1 columns"):
        heat_table([HeatColumn("x", FIVE)], [HeatRow("y", ())], title="t")
    with pytest.raises(ValueError, match="scale from 5 to 1"):
        Scale(5, 1)


def test_two_courses_stand_beside_each_other_and_differ_by_more_than_colour():
    ours, theirs = (
        (Estimate(3, 2.5, 3.5, 20), Estimate(4, 3.5, 4.5, 20)),
        (Estimate(3, 2.8, 3.2, 30), Estimate(3, 2.8, 3.2, 30)),
    )
    html = str(before_after([Course("us", ours), Course("them", theirs)], ["before", "after"], FIVE, title="Energy"))
    assert html.count("stroke-dasharray") == 1 and "<circle" in html and 'width="12"' in html
    drawn = [float(x) for x in re.findall(r'<circle class="f-low s-card" cx="([\d.]+)%"', html)]
    squares = [float(x) for x in re.findall(r'<rect class="f-high s-card" x="([\d.]+)%"', html)]
    assert len(drawn) == len(squares) == 2 and all(a < b for a, b in zip(drawn, squares, strict=True))
    assert "us, after: 4" in html and "them, before: 3" in html and "before · us" in html
    with pytest.raises(ValueError):
        before_after([Course("us", ours)], ["before"], FIVE, title="Energy")
