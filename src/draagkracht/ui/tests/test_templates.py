"""No template of any room may need a looser content security policy, and none may leave out the crisis lines."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PACKAGE = Path(settings.PACKAGE)
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script in the page": re.compile(
        r"<script\b(?![^>]*\b(src\s*=|type=\"application/(json|manifest\+json)\"))", re.IGNORECASE
    ),
    "handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script in an address": re.compile(r"javascript:", re.IGNORECASE),
    "text marked safe": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}
# In the name of a sheet that is only ever turned into a PDF.
PAPER = "paper"


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_breaks_the_content_security_policy(rule: str):
    assert TEMPLATES
    found = [name(path) for path in TEMPLATES if FORBIDDEN[rule].search(path.read_text(encoding="utf-8"))]
    assert not found


def test_no_drawing_in_python_uses_a_style_attribute_or_a_handler():
    drawn = [
        path
        for path in PACKAGE.glob("**/*.py")
        if "tests" not in path.parts and "<svg" in path.read_text(encoding="utf-8")
    ]
    assert drawn
    for path in drawn:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", text), name(path)


def test_every_page_of_its_own_carries_the_crisis_lines():
    whole = [
        path for path in TEMPLATES if "<!doctype" in path.read_text(encoding="utf-8").lower() and PAPER not in path.stem
    ]
    assert PACKAGE / "ui/templates/ui/base.html" in whole
    assert not [name(path) for path in whole if "help_lines" not in path.read_text(encoding="utf-8")]
