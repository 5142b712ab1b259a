"""No template of any room may let text run as code or leave out the crisis lines. (Inline style and script: test_house.)"""

import re
from pathlib import Path

import pytest
from django.conf import settings

PACKAGE = Path(settings.PACKAGE)
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
FORBIDDEN = {
    "script in an address": re.compile(r"javascript:", re.IGNORECASE),
    "text marked safe": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}
# Names of sheets that are only ever turned into a PDF.
# What is printed or taken along is no page: it is not left by a link.
PAPER = re.compile(r"paper|(poster|codebook)\.html$")


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_lets_text_run_as_code(rule: str):
    assert TEMPLATES
    found = [name(path) for path in TEMPLATES if FORBIDDEN[rule].search(path.read_text(encoding="utf-8"))]
    assert not found


def test_every_page_of_its_own_carries_the_crisis_lines():
    whole = [
        path
        for path in TEMPLATES
        if "<!doctype" in path.read_text(encoding="utf-8").lower() and not PAPER.search(path.name)
    ]
    assert PACKAGE / "ui/templates/ui/base.html" in whole
    assert not [name(path) for path in whole if "help_lines" not in path.read_text(encoding="utf-8")]
