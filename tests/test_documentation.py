"""The reference pages say what the code says; links between the pages lead somewhere."""

import re
from pathlib import Path

import pytest

from draagkracht.config import reference

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "routes.md", "my-data.md", "own-figures.md"])
def test_a_reference_page_is_what_the_code_prints(name):
    page = DOCS / "reference" / name
    assert page.read_text(encoding="utf-8") == reference.pages()[name], (
        f"{name} is out of date: python -m draagkracht.config.reference"
    )


def test_every_setting_has_a_meaning_and_no_meaning_is_left_over():
    read = reference.settings_read(reference.SETTINGS_FILE.read_text(encoding="utf-8"))
    assert set(read) == set(reference.MEANING)


def test_settings_are_found_however_they_are_read():
    source = (
        'A = env.text("A", "x")\nB = int(env.text("B"))\nC = env.flag("C")\nD = env.secret("D", DATA)\nE = other("E")'
    )
    assert reference.settings_read(source) == {"A": "x", "B": "", "C": "0", "D": "made at first start"}


def test_every_instrument_of_the_catalogue_is_documented():
    page = DOCS / "reference" / "instruments.md"
    if not page.exists():
        pytest.skip("docs/reference/instruments.md does not exist yet")
    text = page.read_text(encoding="utf-8")
    missing = [
        path.stem
        for path in (ROOT / "src/draagkracht/catalogue/instruments").glob("*.yaml")
        if not re.search(rf"\b{re.escape(path.stem)}\b", text)
    ]
    assert not missing


def test_links_between_documents_lead_to_a_file():
    broken = []
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken
