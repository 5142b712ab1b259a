"""The examples of the page about conditions give what the page says."""

import json
import re
from pathlib import Path

import pytest

from draagkracht.instruments import conditions
from draagkracht.instruments.conditions.grammar import FUNCTIONS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "conditions.md"
ROWS = re.findall(r"^\| `([^`]+)` \| `(\{[^`]*\})` \| (yes|no) \|$", PAGE.read_text(encoding="utf-8"), flags=re.M)


def test_the_page_has_examples_of_both_outcomes():
    assert len(ROWS) >= 10 and {asked for _, _, asked in ROWS} == {"yes", "no"}


@pytest.mark.parametrize(("text", "answers", "asked"), ROWS)
def test_an_example_gives_what_the_page_says(text, answers, asked):
    assert conditions.holds(conditions.parse(text), json.loads(answers)) is (asked == "yes")


def test_the_page_names_every_function_and_its_long_example_can_be_read():
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"{name}(" in page for name in FUNCTIONS)
    assert conditions.parse(re.search(r"```\n(.+)\n```", page)[1])
