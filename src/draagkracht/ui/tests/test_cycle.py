"""A cycle says the same in its arrows, in words and in its table, and claims nothing that its interval does not."""

import re

import pytest
from django.utils import translation

from draagkracht.ui.charts import Arrow, Estimate, cycle

from .test_charts import EVIL, cells, parsed

CLEAR, NONE = Arrow(Estimate(0.2, 0.1, 0.35, 220)), Arrow(Estimate(0.05, -0.05, 0.15, 220))
LESS = Arrow(Estimate(-0.2, -0.3, -0.05, 220))
SHUT, NOTHING, LATER = Arrow(Estimate(reason="too few.")), Arrow(Estimate()), Arrow(Estimate(), "after the next round")


def drawn(there: Arrow, back: Arrow, name: str = "Resources") -> str:
    with translation.override("en"):
        return str(cycle(name, "Engagement", there, back, title="Gain cycle"))


def said(html: str) -> list[str]:
    """What stands beside the two arrows."""
    return [" | ".join(part.itertext()) for part in parsed(html).iter("div") if part.get("class") == "path"]


def test_arrows_words_and_table_say_the_same():
    html = drawn(CLEAR, NONE)
    there, back = said(html)
    assert (
        there.startswith("Resources → Engagement")
        and "0.2 | more goes together with more | between 0.1 and 0.35" in there
    )
    assert back.startswith("Engagement → Resources") and "no clear link | between -0.05 and 0.15" in back
    assert cells(html)[1:] == [
        ["Resources → Engagement", "0.2", "0.1", "0.35", "220"],
        ["Engagement → Resources", "0.05", "-0.05", "0.15", "220"],
    ]
    assert "more goes together with less" in said(drawn(LESS, NONE))[0]


def test_only_a_clear_link_has_a_number_a_full_shaft_and_its_colour():
    html = drawn(CLEAR, NONE)
    full, broken = (found for found in parsed(html).iter("line"))
    assert (full.get("class"), full.get("stroke-dasharray")) == ("s-low", None)
    assert (broken.get("class"), broken.get("stroke-dasharray")) == ("s-soft", "4 5")
    assert not re.search(r">-?0\.05<", html.split("<table")[0])
    assert "s-high" in str(cycle("a", "b", CLEAR, NONE, title="t", tone="high"))


@pytest.mark.parametrize(
    ("arrow", "word"), [(SHUT, "Not shown: too few."), (NOTHING, "No data"), (LATER, "after the next round")]
)
def test_without_a_number_the_arrow_is_broken_and_says_why(arrow: Arrow, word: str):
    html = drawn(arrow, arrow)
    assert all(f"| {word}" in one for one in said(html))
    assert {row[1] for row in cells(html)[1:]} == {word} and {row[4] for row in cells(html)[1:]} == {"–"}
    assert {found.get("class") for found in parsed(html).iter("line")} == {"s-soft"}


def test_an_interval_that_touches_nothing_is_no_clear_link():
    assert not Arrow(Estimate(0.1, 0.0, 0.2, 60)).clear and not Arrow(Estimate()).clear
    assert Arrow(Estimate(0.1, 0.05, 0.2, 60)).clear


def test_forward_points_down_and_back_points_up():
    down, up = (found.get("d") for found in parsed(drawn(CLEAR, CLEAR)).iter("path"))
    assert down.endswith("L12 104L23 90Z") and up.endswith("L12 0L23 14Z")


def test_texts_are_escaped_ids_differ_and_nothing_runs_or_styles():
    html = str(cycle(EVIL, EVIL, Arrow(Estimate(reason=EVIL)), Arrow(Estimate(), EVIL), title=EVIL))
    assert "<script" not in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4
    for found in parsed(html).iter():
        assert not [key for key in found.attrib if key == "style" or key.startswith("on") or key.endswith("href")]
    for picture in (found for found in parsed(html).iter("svg")):
        named = {found.get("id"): found.text for found in picture if found.tag in {"title", "desc"}}
        assert picture.get("role") == "img" and all(named[one] for one in picture.get("aria-labelledby").split())
