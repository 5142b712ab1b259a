import json
from importlib import resources

import jsonschema
import pytest
import yaml

from draagkracht.consent import purposes

FOLDER = resources.files("draagkracht").joinpath("catalogue")
FILES = sorted(FOLDER.joinpath("purposes").iterdir(), key=lambda file: file.name)
# Published words never change. A new version adds a line here; a changed line is a broken promise.
PUBLISHED = {
    ("measure", 1, "en"): "925e34d7ee875705f3616386803f829f09189d40cf5486ea6a7f39f79e0df2f7",
    ("measure", 1, "nl"): "9879b8269764ddbefd6d8a7db5b8c22c3e847b4b56458bd5d771df200510ee9a",
    ("measure", 2, "en"): "7bf0bcef836eb2c2b4bee67933fee70f5375cf13b460d5efc35ef12210da8398",
    ("measure", 2, "nl"): "08f707592df010c721081dc6d6ff37dbc9295da49083366e3026c24513d81f2e",
    ("research", 1, "en"): "4744d2f8e5b7c738bafa44187db2d80743687f7b8a835a8d4d437f82a6fb9e84",
    ("research", 1, "nl"): "ae33f476ea1c3164681ea37598a707a1ea627aec2749609b023ed4931e184d28",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_purpose_follows_its_schema(file):
    schema = json.loads(FOLDER.joinpath("schemas/purpose.json").read_text(encoding="utf-8"))
    # Dates stay text, as the loader reads them.
    entry = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  (makes only strings)
    for version in entry["versions"]:
        version["number"] = int(version["number"])
    jsonschema.validate(entry, schema)
    assert file.name == f"{entry['id']}.yaml"
    assert [version["number"] for version in entry["versions"]] == list(range(1, len(entry["versions"]) + 1))


def test_every_language_tells_the_same_points():
    for versions in purposes.catalogue().values():
        for languages in versions.values():
            assert len({len(text.points) for text in languages.values()}) == 1


def test_published_words_stay_as_they_were():
    now = {
        (text.purpose, text.number, text.language): text.hash
        for versions in purposes.catalogue().values()
        for languages in versions.values()
        for text in languages.values()
    }
    assert now == PUBLISHED


def test_the_hash_follows_every_word_and_the_language():
    told = {"title": "a", "short": "b", "points": [{"title": "c", "text": "d"}]}
    first = purposes.text_hash("measure", 1, "nl", told)
    assert purposes.text_hash("measure", 1, "nl", dict(reversed(told.items()))) == first
    assert purposes.text_hash("measure", 1, "en", told) != first
    assert purposes.text_hash("measure", 2, "nl", told) != first
    assert purposes.text_hash("measure", 1, "nl", {**told, "short": "B"}) != first


def test_a_language_that_is_missing_falls_back_to_english():
    assert purposes.current("measure", "fr").language == "en"


def test_an_unknown_purpose_is_told():
    with pytest.raises(purposes.UnknownPurpose):
        purposes.current("marketing", "nl")
    with pytest.raises(purposes.UnknownPurpose):
        purposes.as_read("measure", 99, "nl")
