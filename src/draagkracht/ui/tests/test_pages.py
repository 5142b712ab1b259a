"""Help in sight on every page, calm words where something goes wrong, forms that say what they want."""

import json
from importlib import resources
from types import SimpleNamespace

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from jsonschema import Draft202012Validator

from draagkracht.ui import views
from draagkracht.ui.crisis import crisis_lines
from draagkracht.ui.gallery import GalleryForm

PROBLEMS = [400, 403, 404, 410, 413, 429, 500, 503]
NUMBERS = {"BE": ["1813", "106", "112"], "NL": ["0800-0113", "112"]}


@pytest.fixture
def ask(rf):
    """A request of a visitor, with an organisation in that country when one is given."""

    def make(country: str = "", accent: str = ""):
        request = rf.get("/")
        request.user = AnonymousUser()
        request.organisation = SimpleNamespace(country=country, accent=accent) if country else None
        return request

    return make


def test_crisis_lines_follow_their_schema():
    catalogue = resources.files("draagkracht.catalogue")
    schema = json.loads(catalogue.joinpath("schemas/crisis.json").read_text(encoding="utf-8"))
    lines = yaml.safe_load(catalogue.joinpath("help/crisis.yaml").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(lines)] == []
    lines["countries"][0]["lines"][0]["dial"] = "call us"
    assert list(Draft202012Validator(schema).iter_errors(lines))


@pytest.mark.parametrize("country", NUMBERS)
def test_crisis_lines_are_those_of_the_country(country: str):
    (found,) = crisis_lines(country, "nl")
    assert found.code == country
    assert all(any(number in line.number for line in found.lines) for number in NUMBERS[country])
    assert all(line.dial.isdigit() for line in found.lines)


@pytest.mark.parametrize("country", ["", "XX"])
def test_an_unknown_country_gets_every_line(country: str):
    assert [entry.code for entry in crisis_lines(country, "nl")] == ["BE", "NL"]


@pytest.mark.parametrize(("language", "name"), [("nl", "België"), ("en", "Belgium"), ("fr", "Belgium")])
def test_crisis_lines_speak_the_language_of_the_reader_or_english(language: str, name: str):
    assert crisis_lines("BE", language)[0].name == name


@pytest.mark.parametrize("template", ["ui/help.html", "ui/offline.html", *(f"{status}.html" for status in PROBLEMS)])
@pytest.mark.parametrize("country", ["BE", "NL", ""])
def test_every_page_shows_the_crisis_lines_twice(ask, template: str, country: str):
    html = render_to_string(template, {}, request=ask(country))
    for wanted in [country] if country else list(NUMBERS):
        for number in NUMBERS[wanted]:
            assert html.count(number) >= 2, f"{number} in head and foot"


@pytest.mark.parametrize("status", PROBLEMS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_problem_has_its_status_one_heading_and_a_way_on(ask, status: int, language: str):
    with translation.override(language):
        response = views.problem(ask("BE"), status, "Zin <b>erbij</b>.")
    html = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert 'href="/"' in html
    assert "Zin &lt;b&gt;erbij&lt;/b&gt;." in html


def test_the_page_of_a_server_error_needs_no_database(rf):
    response = views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "1813" in response.content.decode()


@pytest.mark.parametrize(("chosen", "shown"), [("plum", "plum"), ("neon", "petrol"), ("", "petrol")])
def test_a_page_wears_the_accent_of_its_organisation(ask, chosen: str, shown: str):
    assert f'data-accent="{shown}"' in render_to_string("ui/help.html", {}, request=ask("BE", chosen))


def test_unknown_pages_and_stale_forms_get_the_calm_page(cast):
    browser = Client(enforce_csrf_checks=True)
    missing = browser.get("/no-such-page/<script>")
    stale = browser.post(reverse("set_language"), {"language": "en"})
    assert missing.status_code == 404
    assert "no-such-page" not in missing.content.decode().split("<main")[1].split("</main>")[0]
    assert stale.status_code == 403
    for answer in (missing, stale):
        assert "1813" in answer.content.decode()
        assert "style=" not in answer.content.decode()


def test_the_gallery_is_closed_outside_development_and_demo(client, db, settings):
    settings.DEBUG = settings.DEMO = False
    assert client.get(reverse("ui:gallery")).status_code == 404
    settings.DEMO = True
    assert client.get(reverse("ui:gallery")).status_code == 200


def test_language_can_be_switched_on_every_page(client, db):
    page = client.get(reverse("ui:help")).content.decode()
    assert 'value="nl"' in page
    assert 'value="en"' in page
    client.post(reverse("set_language"), {"language": "en", "next": reverse("ui:help")})
    assert "You need not carry it alone." in client.get(reverse("ui:help")).content.decode()


def test_a_field_ties_label_help_and_error_to_its_control():
    html = str(GalleryForm({"mail": "geen adres"}))
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert html.count('aria-invalid="true"') >= 2


def test_choices_are_cards_with_one_label_each():
    html = str(GalleryForm()["often"].as_field_group())
    assert html.count('<label class="choice"') == 5
    assert "<fieldset" in html
    assert "<legend>" in html


def test_a_checkbox_is_said_once():
    html = str(GalleryForm()["agree"].as_field_group())
    assert html.count("Ik heb gelezen wie wat ziet.") == 1
    assert html.index("<input") < html.index("Ik heb gelezen")
