"""Every chart in every state: a name, a description, the figures as a table, and in words why there is no number."""

import re
import shutil
from itertools import product

import pytest
from django.utils.translation import override

from draagkracht.ui import charts
from draagkracht.ui.charts import Figure
from draagkracht.ui.gallery_states import CHARTS, FEW, LONG, STATES, states

from .test_gallery import RULES, chromium, site  # noqa: F401

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
with override("nl"):
    DRAWN = {(name, state): CHARTS[name](state) for name, state in product(CHARTS, STATES)}
FIGURES = {key: one for key, one in DRAWN.items() if isinstance(one, Figure)}
WITHOUT_TABLE = "Tabel met tinten"  # it is a table


def test_each_chart_of_the_product_stands_in_each_state():
    drawing = {name for name in charts.__all__ if name.islower()}
    shown = {function for function in drawing if any(function in _called(draw) for draw in CHARTS.values())}
    assert drawing == shown
    assert [len(found) for _name, found in states()] == [len(STATES)] * len(CHARTS)
    assert all(isinstance(one, str) and one for key, one in DRAWN.items() if key not in FIGURES)


def _called(draw) -> set[str]:
    return set(draw.__code__.co_names)


@pytest.mark.parametrize("key", sorted(FIGURES), ids=" ".join)
def test_a_picture_has_a_name_a_description_and_its_figures_as_a_table(key):
    figure = FIGURES[key]
    whole = str(figure)
    assert figure.title and f">{figure.title}</" in whole
    for svg in re.findall(r'<svg[^>]*role="img".*?</svg>', whole, re.DOTALL):
        assert re.search(r"<title id=[^>]*>[^<]+</title><desc id=[^>]*>[^<]+</desc>", svg)
    if key[0] != WITHOUT_TABLE:
        assert "<table>" in figure.table and "<caption>" in figure.table


@pytest.mark.parametrize("name", CHARTS)
def test_withheld_and_no_data_are_words_and_not_alike(name):
    shut, void = (str(DRAWN[name, state]) for state in ("withheld", "no data"))
    assert shut != void
    if (name, "withheld") in FIGURES:
        assert FEW.rstrip(".") in shut and FEW.rstrip(".") not in void
        assert "niet getoond" in shut.lower()
    elif name == "In een zin":
        assert f"Niet getoond: {FEW}" in shut
    assert "geen gegevens" in void.lower()
    assert not re.search(r"<circle[^>]*f-low", re.sub(r'<ul class="legend">.*?</ul>', "", shut + void))


@pytest.mark.parametrize("name", CHARTS)
def test_a_long_name_stands_there_whole(name):
    assert LONG in str(DRAWN[name, "long names"])


MODES = {"more contrast": {"contrast": "more"}, "forced colours": {"color_scheme": "dark", "forced_colors": "active"}}


def open_gallery(chromium, site: str, width: int, **mode):  # noqa: F811
    page = chromium.new_page(viewport={"width": width, "height": 900}, locale="nl-BE", bypass_csp=True, **mode)
    assert page.goto(site + "/ui/gallery/?states").status == 200
    return page


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="NO CHROMIUM: the gallery was not looked at")
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_with_more_contrast_or_forced_colours(chromium, site, mode):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    page = open_gallery(chromium, site, 390, **MODES[mode])
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # Forced colours are those of the reader's system: not ours to judge.
    rules = {"color-contrast": {"enabled": "forced_colors" not in MODES[mode]}}
    found = Axe().run(page, options={"runOnly": RULES, "rules": rules}).response["violations"]
    assert not [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    page.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="NO CHROMIUM: the gallery was not looked at")
def test_on_paper_every_picture_stands_and_nothing_is_cut_off(chromium, site):  # noqa: F811
    page = open_gallery(chromium, site, 690)
    page.emulate_media(media="print")
    wide = "() => [...document.querySelectorAll('.chart, .card, table')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.offsetParent && !e.closest('details')).map(e => e.outerHTML.slice(0, 90))"
    hidden = "() => [...document.querySelectorAll('main .card svg')].filter(s => !s.closest('details') && !s.getBoundingClientRect().height).length"
    assert page.evaluate(wide) == [] and page.evaluate(hidden) == 0
    page.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="NO CHROMIUM: the gallery was not looked at")
def test_forced_colours_keep_marks_apart_from_their_ground(chromium, site):  # noqa: F811
    page = open_gallery(chromium, site, 390, forced_colors="active")
    same = """() => [...document.querySelectorAll('.chart circle.f-low, .chart line.s-mid')].filter(mark => {
        const style = getComputedStyle(mark), ground = getComputedStyle(document.body).backgroundColor;
        return (mark.tagName === 'circle' ? style.fill : style.stroke) === ground; }).length"""
    assert page.locator(".chart circle.f-low").count() > 10
    assert page.evaluate(same) == 0
    page.close()
