"""The example in the documentation runs, and its page names the whole interface."""

import doctest
from pathlib import Path

from draagkracht.science import disclosure

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "disclosure.md"


def test_the_example_of_the_reference_page_runs():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 10
    assert result.failed == 0


def test_the_reference_page_names_everything_that_others_may_call():
    page = PAGE.read_text()
    assert [name for name in disclosure.__all__ if name not in page and name not in {"Path", "Person"}] == []
