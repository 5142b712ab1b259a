"""The example on the attacker's page runs, and the page names the whole interface."""

import doctest
from pathlib import Path

from draagkracht.science import attack

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "audit.md"


def test_the_example_of_the_attacker_runs():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 7
    assert result.failed == 0


def test_the_page_of_the_attacker_names_everything_that_others_may_call():
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in attack.__all__ if name not in page and name != "Narrowest"] == []
