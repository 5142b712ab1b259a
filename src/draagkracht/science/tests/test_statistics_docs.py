"""The examples of the page about statistics run, and it names every function of the modules that it tells about."""

import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "statistics.md"
MODULES = (
    "reliability",
    "factor",
    "agreement",
    "aggregate",
    "careless",
    "nonresponse",
    "trend",
    "interval",
    "multiplicity",
    "relations",
)


def test_the_examples_of_the_page_run():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 15
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_the_page_names_every_function_and_what_it_gives(name):
    module = importlib.import_module(f"draagkracht.science.{name}")
    own = {
        found: part
        for found, part in inspect.getmembers(module)
        if not found.startswith("_") and getattr(part, "__module__", "") == module.__name__ and callable(part)
    }
    assert own
    page = PAGE.read_text(encoding="utf-8")
    assert [found for found in own if f"{found}(" not in page and f"`{found}`" not in page] == []
    assert [found for found, part in own.items() if not (part.__doc__ or "").strip()] == []


def test_scipy_waits_until_it_is_needed():
    imports = "; ".join(f"import draagkracht.science.{name}" for name in MODULES)
    program = f"import sys; {imports}; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
