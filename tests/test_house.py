"""Rules of the house that the import contracts can not see."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "draagkracht"
TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*") if p.suffix in (".html", ".svg"))
SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if "tests" not in p.parts and "migrations" not in p.parts)
# Sheets that only a printer sees: no browser's policy applies to them.
PAPER = {"surveys/templates/surveys/poster.html"}
SEALED = ("Invitation", "Submission", "RosterEntry")


class Inline(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attributes]
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (
            tag == "script" and "src" not in names and ("type", "application/json") not in attributes
        ):
            self.found.append(f"<{tag}>")

    handle_startendtag = handle_starttag


def inline(text: str) -> list[str]:
    parser = Inline()
    # Template tags inside a start tag would confuse a parser of HTML.
    parser.feed(re.sub(r"{%.*?%}|{#.*?#}", " ", re.sub(r"{{.*?}}", "x", text), flags=re.S))
    return parser.found


def test_what_a_strict_policy_refuses_is_seen():
    assert inline('<p style="x"><a {% if a %}onclick="b"{% endif %}></a><style></style><script>1</script>') == [
        "<p style>", "<a onclick>", "<style>", "<script>"
    ]  # fmt: skip
    assert inline('<script src="{% static "a.js" %}" defer></script><svg><path class="a" d="b"/></svg>') == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_template_has_no_inline_script_or_style(path):
    allowed = ["<style>"] if str(path.relative_to(PACKAGE)) in PAPER else []
    assert inline(path.read_text(encoding="utf-8")) == allowed


def test_code_that_writes_markup_writes_no_style_and_no_handler():
    wrong = [
        f"{path.relative_to(PACKAGE)}: {match.group()}"
        for path in SOURCES
        for match in re.finditer(r"<[a-z]+[^<>\n]*\s(?:style|on[a-z]+)=", path.read_text(encoding="utf-8"))
    ]
    assert not wrong


def test_nothing_leads_from_a_person_to_an_answer():
    models = [model for model in apps.get_app_config("surveys").get_models() if model.__name__ in SEALED]
    assert len(models) == len(SEALED)
    open_ends = [
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and not field.remote_field.hidden
    ]
    assert not open_ends, 'give these related_name="+"'


def test_models_are_imported_by_name_outside_migrations():
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_model":
                wrong.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert not wrong, "get_model hides an import from the contracts"


def test_every_model_of_an_organisation_is_closed_outside_its_scope():
    from django_scopes import scopes_disabled
    from django_scopes.exceptions import ScopeError

    open_models = []
    for model in apps.get_models():
        fields = {field.name: field for field in model._meta.get_fields() if field.concrete}
        # A field that may be empty belongs to the platform as well: mail in the queue, lines of the audit.
        if model.__module__.startswith("draagkracht.") and "organisation" in fields:
            try:
                model.objects.all()
            except ScopeError:
                continue
            if not fields["organisation"].null:
                open_models.append(model.__name__)
    assert not open_models
    with scopes_disabled():
        assert apps.get_model("surveys.Submission").objects.all() is not None


def test_rooms_have_no_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "service", "services", "manager", "managers", "repository", "signals"}
    assert not [path for path in SOURCES if path.stem in drawers or path.parent.name in drawers]
