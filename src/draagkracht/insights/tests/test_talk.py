"""The texts for a team's talk: complete in both languages, for every theme there is, and calm."""

import json
import re
from importlib import resources

import pytest
from django.utils import translation
from jsonschema import Draft202012Validator

from draagkracht.insights.shared import talk
from draagkracht.instruments import catalogue

SCHEMA = json.loads(resources.files("draagkracht").joinpath("catalogue/schemas/talk.json").read_text(encoding="utf-8"))
MEASURES = {
    f"{one.id}.{scale.id}": scale.role
    for one in catalogue.load_all().values()
    if not one.template
    for scale in one.scales
}
# Claims of cause, verdicts about people, and hunting for who said what have no place here.
FORBIDDEN = re.compile(
    r"\b(diagnos\w*|voorspel\w*|predict(?:s|ed|ing|ion)?|detect\w*|veroorzaak\w*|cause[sd]?|schuld van|ranglijst|ranking|"
    r"wie (?:gaf|antwoordde|scoorde)|who (?:answered|scored))\b",
    re.I,
)


@pytest.mark.parametrize("raw", talk.catalogue().values(), ids=lambda raw: raw["id"])
def test_a_text_follows_its_schema(raw):
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(raw)] == []


@pytest.mark.parametrize(
    "change",
    [{"opening": {"nl": "Hallo"}}, {"questions": [{"nl": "Eén?", "en": "One?"}]}, {"role": "demand"}, {"x": 1}],
)
def test_the_schema_refuses_what_is_not_whole(change):
    raw = talk.catalogue()["recovery"] | change
    assert list(Draft202012Validator(SCHEMA).iter_errors(raw))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "other"}, "the id"),
        ({"opening": None}, "opening"),
        ({"questions": []}, "questions[0]"),
        ({"step": {"what": {"en": "x"}, "iglo": ["group"]}}, "step.who"),
        ({"role": "demand"}, "measures or role"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_field(change, field):
    with pytest.raises(talk.TalkError) as refused:
        talk.check("recovery.yaml", talk.catalogue()["recovery"] | change)
    assert "recovery.yaml" in str(refused.value) and field in str(refused.value)


def test_every_measure_that_a_text_names_exists():
    templates = {one.id for one in catalogue.load_all().values() if one.template}
    named = [name for raw in talk.catalogue().values() for name in raw.get("measures", ())]
    assert not [name for name in named if name not in MEASURES and name.partition(".")[0] not in templates]


def test_every_factor_of_the_pulse_has_a_text_of_its_own():
    own = [name for name in MEASURES if name.startswith("pulse.")]
    assert len(own) == 10
    assert {talk.about(name, MEASURES[name]).id for name in own} == {name[6:].replace("_", "-") for name in own}


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
@pytest.mark.parametrize("keep", [False, True])
def test_every_theme_there_is_has_something_to_talk_about(language, keep):
    with translation.override(language):
        for name, role in (MEASURES | {"own.question": "outcome", "other.scale": "demand"}).items():
            found = talk.about(name, role, keep)
            assert found.opening and found.step.what and found.step.who and found.step.levels and found.avoid
            assert 3 <= len(found.questions) <= 4 and all(one.endswith("?") for one in found.questions)


def test_what_stands_out_in_a_good_way_is_kept_and_not_mended():
    with translation.override("nl"):
        kept, plain = (
            talk.about("pulse.work_pressure", "demand", keep=True),
            talk.about("pulse.work_pressure", "demand"),
        )
    assert kept.title == plain.title == "Werkdruk"
    assert kept.questions[0] == plain.questions[0] and kept.questions[1:] != plain.questions[1:]
    assert kept.step != plain.step and "blijft" in kept.step.what


def test_no_text_blames_predicts_or_looks_for_who_said_what():
    for raw in talk.catalogue().values():
        for text in texts(raw):
            assert not FORBIDDEN.search(text), (raw["id"], text)
    assert FORBIDDEN.search("Vraag wie scoorde") is not None


def texts(raw) -> list[str]:
    if isinstance(raw, str):
        return [raw]
    parts = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return [text for part in parts for text in texts(part)]


def test_sentences_are_short():
    for raw in talk.catalogue().values():
        for text in texts([raw["opening"], raw["step"]["what"], raw["avoid"]]):
            assert max(len(part.split()) for part in re.split(r"[.:?;]", text)) <= 26, text
