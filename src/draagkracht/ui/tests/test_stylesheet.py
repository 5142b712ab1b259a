"""One small stylesheet, readable in both schemes, kept by the browser until it changes."""

import gzip
import re

import pytest
from django.urls import reverse

from draagkracht.ui import stylesheet
from draagkracht.ui.context import ACCENTS

TOKENS = (stylesheet.FOLDER / "tokens.css").read_text(encoding="utf-8")
TABLE = (stylesheet.FOLDER / "table.css").read_text(encoding="utf-8")
TEXT, LARGE = 4.5, 3.0
TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "sand"), ("ink-soft", "paper"), ("ink-soft", "card"), ("ink-soft", "sand"),
    ("accent", "paper"), ("accent", "card"), ("accent", "accent-soft"), ("accent", "sand"), ("on-accent", "accent"),
    ("ink", "accent-soft"), ("paper", "ink"), *((f"on-{tone}", tone) for tone in ("low", "mid", "even", "warm", "high", "top")),
]  # fmt: skip
SIGHT_PAIRS = [
    ("focus", "paper"), ("focus", "card"), ("focus", "sand"), ("edge", "card"), ("edge", "paper"),
    ("low", "card"), ("top", "card"), ("top", "sand"), ("accent", "accent-soft"),
]  # fmt: skip


def block(selector: str, dark: bool) -> dict[str, str]:
    """Custom properties that tokens.css sets for a selector in one scheme."""
    light, night = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", night if dark else light, re.DOTALL)
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", found[1])) if found else {}


def tokens(dark: bool, accent: str) -> dict[str, str]:
    values = block(":root", dark=False) | (block(":root", dark=True) if dark else {})
    return values if accent == ACCENTS[0] else values | block(f'[data-accent="{accent}"]', dark)


def rgb(value: str) -> tuple[float, ...]:
    if value.startswith("#"):
        digits = value[1:] if len(value) == 7 else "".join(d * 2 for d in value[1:])
        return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return tuple(float(part) for part in value.split())


def luminance(colour: tuple[float, ...]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    bright, dim = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_stylesheet_stays_within_its_budget():
    assert len(stylesheet.build().encode()) <= 20_000


def test_nothing_but_comments_and_needless_spaces_is_taken_out():
    source = "".join((stylesheet.FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in stylesheet.ORDER)
    bare = stylesheet.COMMENT.sub("", source)
    assert not [text for text in re.findall(r'"[^"]*"', bare) if ": " in text or ", " in text]
    assert not re.search(r":\s+[a-z-]+[^;{}]*\{", re.sub(r"\([^()]*\)", "", bare)), (
        "a selector has a space after its colon"
    )
    assert re.sub(r"[\s;]", "", stylesheet.build()) == re.sub(r"[\s;]", "", bare)


def test_every_component_file_is_part_of_the_stylesheet():
    assert {path.stem for path in stylesheet.FOLDER.glob("*.css")} == set(stylesheet.ORDER)


def test_layers_are_declared_before_they_are_filled():
    assert stylesheet.build().startswith("@layer tokens,base,components,print;")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_PAIRS, TEXT), (SIGHT_PAIRS, LARGE)], ids=["text", "sight"])
def test_colours_can_be_told_apart(dark: bool, accent: str, pairs: list[tuple[str, str]], least: float):
    values = tokens(dark, accent)
    weak = {
        pair: round(contrast(rgb(values[pair[0]]), rgb(values[pair[1]])), 2)
        for pair in pairs
        if contrast(rgb(values[pair[0]]), rgb(values[pair[1]])) < least
    }
    assert not weak


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_figures_stay_readable_on_every_tint_of_the_heat_table(dark: bool):
    values = tokens(dark, ACCENTS[0])
    tints = re.findall(r"\.([cw]\d) \{ background: rgb\(var\(--(\w+)-rgb\) / ([\d.]+)\)", TABLE)
    assert len(tints) == 14
    for name, side, share in tints:
        card, colour, part = rgb(values["card"]), rgb(values[f"{side}-rgb"]), float(share)
        mixed = tuple(part * over + (1 - part) * under for over, under in zip(colour, card, strict=True))
        assert contrast(rgb(values["ink"]), mixed) >= TEXT, name


def test_no_colour_of_a_chart_is_a_red_or_green_signal():
    from draagkracht.ui.charts.figure import PAPER

    values = block(":root", dark=False)
    assert {tone: values[tone] for tone in ("low", "mid", "even", "warm", "high", "top")} == {
        tone: PAPER[tone] for tone in ("low", "mid", "even", "warm", "high", "top")
    }
    assert (values["low"], values["high"], values["top"]) == ("#2073bc", "#f46a25", "#801650")


def test_current_address_is_kept_for_a_year_and_an_old_one_is_not(client, db):
    digest, body, _ = stylesheet.packed()
    now = client.get(reverse("ui:style", args=[digest]))
    old = client.get(reverse("ui:style", args=["0" * 12]))
    assert now.content == body
    assert "immutable" in now["Cache-Control"]
    assert old.content == body
    assert old["Cache-Control"] == "no-cache"


def test_gzipped_stylesheet_holds_the_same_text(client, db):
    digest, body, _ = stylesheet.packed()
    answer = client.get(reverse("ui:style", args=[digest]), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == body
