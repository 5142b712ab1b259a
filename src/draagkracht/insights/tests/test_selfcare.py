"""What helps one person: a catalogue that anybody can read, whole in both languages, with no promise and no verdict."""

import json
import re
from importlib import resources

import jsonschema
import pytest
import yaml
from django.urls import reverse
from django.utils import translation

from draagkracht.insights import selfcare
from draagkracht.instruments import catalogue

FOLDER = resources.files("draagkracht").joinpath(selfcare.FOLDER)
SCHEMAS = resources.files("draagkracht").joinpath("catalogue/schemas")
# No medical device, no promise: nothing here finds, names or cures an illness.
NEVER = r"diagnos|detect|predict|voorspel|genees|genez|behandel|cure|treat|burn-?out|depress"


def schema(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMAS.joinpath(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(one.name for one in FOLDER.iterdir()))
def test_every_file_keeps_to_its_schema_and_promises_nothing(name):
    text = FOLDER.joinpath(name).read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    schema("turn-to.json" if name == selfcare.CONTACTS else "selfcare.json").validate(read)
    assert name == selfcare.CONTACTS or f"{read['id']}.yaml" == name
    told = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "measures")))
    assert not re.search(NEVER, told, re.IGNORECASE)


def test_every_contact_is_known_and_every_country_has_somebody_for_every_theme():
    known = selfcare.raw_contacts()
    for one in selfcare.raw().values():
        assert set(one["turn_to"]) <= set(known), one["id"]
        for country in ("BE", "NL"):
            assert any(country in known[name]["countries"] for name in one["turn_to"])


def test_every_scale_that_leads_somewhere_exists_and_leads_to_one_theme():
    named = [measure for one in selfcare.raw().values() for measure in one["measures"]]
    assert len(named) == len(set(named))
    exist = {f"{one.id}.{scale.id}" for one in catalogue.load_all().values() for scale in one.scales}
    instruments = {one.split(".")[0] for one in exist}
    for measure in named:
        assert measure == "*" or measure in exist or (measure.endswith(".*") and measure[:-2] in instruments), measure


def test_a_scale_leads_to_its_own_theme_before_that_of_its_instrument_and_to_talking_at_last():
    assert selfcare.theme_of("pulse.work_pressure") == "work-pressure"
    assert selfcare.theme_of("bat-12.exhaustion") == "energy"
    assert selfcare.theme_of("bat-12.mental_distance") == "meaning"
    assert selfcare.theme_of("uwes-9.vigor") == "energy" and selfcare.theme_of("uwes-9.dedication") == "meaning"
    assert selfcare.theme_of("own.parking") == "talking"
    assert list(selfcare.raw())[-1] == "talking"


def test_a_country_has_its_own_people():
    with translation.override("nl"):
        belgium, netherlands = ({one.id for one in selfcare.contacts(country)} for country in ("BE", "NL"))
    assert "prevention" in belgium - netherlands and "occupational-physician-nl" in netherlands - belgium


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_tells_everything_of_the_own_country_and_what_the_employer_learns(cast, sign_in, language):
    browser = sign_in(cast.accounts["worker"])
    page = browser.get(reverse("insights:what-helps"), headers={"accept-language": language}).content.decode()
    with translation.override(language):
        for theme in selfcare.themes("BE"):
            assert f'id="{theme.id}"' in page
        for contact in selfcare.contacts("BE"):
            assert f'id="{contact.id}"' in page
    assert ("Wat je werkgever verneemt:" if language == "nl" else "What your employer gets to know:") in page
    assert "POH-GGZ" not in page and reverse("ui:help") in page
    assert sign_in(cast.accounts["coordinator"]).get(reverse("insights:what-helps")).status_code == 403
