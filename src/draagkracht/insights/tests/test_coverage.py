"""Which levels and factors were measured, told of what was published."""

import json

import jsonschema
import pytest
import yaml
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights.models import Release
from draagkracht.insights.shared import coverage
from draagkracht.insights.shared.coverage import Covered, Factor
from draagkracht.insights.shared.published import Measure
from draagkracht.instruments import catalogue

PULSE = ("pulse.work_pressure", "Werkdruk", "demand", ("organisation",))


def test_the_file_of_factors_fits_its_schema_and_names_scales_that_exist_in_their_place():
    raw = yaml.safe_load(coverage.FILE.read_text(encoding="utf-8"))
    schema = json.loads((catalogue.CATALOGUE / "schemas" / "factors.json").read_text(encoding="utf-8"))
    jsonschema.validate(raw, schema)
    for one in raw["factors"]:
        for scale in one["scales"]:
            name, _dot, part = scale.partition(".")
            role = catalogue.find(name).scale[part].role
            assert role == one["role"], (one["id"], scale, role)
        assert all(catalogue.find(name).template for name in one.get("templates", []))
        assert one["scales"] or one["templates"], one["id"]


def test_every_level_and_part_of_the_model_that_is_missing_is_named():
    one = Covered(*PULSE)
    assert coverage.matrix([one]) == {
        "demand": [0, 0, 0, 1], "resource": [0] * 4, "strain": [0] * 4, "engagement": [0] * 4, "outcome": [0] * 4
    }  # fmt: skip
    said = coverage.sentence([one])
    assert "Individu" in said and "Organisatie" not in said
    everything = [Covered(role, role, role, coverage.LEVELS) for role in coverage.ROLES]
    assert coverage.sentence(everything) == "Alle vier de niveaus en alle delen van het model zijn gemeten."


def test_a_factor_is_measured_by_any_of_its_scales():
    known = [Factor("druk", "demand", ("pulse.work_pressure", "x.y"), ()), Factor("leeg", "demand", ("x.y",), ())]
    assert coverage.factors_of([Covered(*PULSE)], known) == [(known[0], ["Werkdruk"]), (known[1], [])]


def test_a_scale_that_can_be_asked_is_suggested_before_a_template():
    assert coverage.suggestion(Factor("a", "demand", ("pulse.energy",), ("jd-r-scales",)), "en").startswith(
        "Short pulse"
    )
    assert "eerst" in coverage.suggestion(Factor("a", "demand", (), ("jd-r-scales",)), "nl")
    assert coverage.suggestion(Factor("a", "demand", (), ()), "nl") == ""


@pytest.mark.parametrize(
    ("data", "levels"),
    [
        ({"iglo": ["group"]}, ("group",)),
        ({}, ("organisation",)),
    ],
    ids=["as published", "an older row"],
)
def test_levels_are_those_of_the_release_else_of_the_catalogue(data, levels):
    assert coverage.levels_of(Measure("pulse.work_pressure", data)) == levels


def test_a_measure_that_no_catalogue_knows_says_nothing_about_a_level():
    assert coverage.levels_of(Measure("gone.total", {})) == ()
    assert coverage.levels_of(Measure("pulse.gone", {})) == ()


def test_only_published_figures_of_the_last_year_about_the_same_people_count(published):
    with scope(organisation=published.organisation):
        release = published.release
        found = {one.id for one in coverage.of_year(release)}
        assert "pulse.work_pressure" in found and "bat-12.total" in found
        given = {"organisation": published.organisation, "measures": release.measures, "algorithm": "test"}
        later = Release.objects.create(
            wave_id=901, closed_on=release.closed_on.replace(year=2028), scope=["brug"], **given
        )
        assert coverage.of_year(later) == []
        part = Release.objects.create(wave_id=902, closed_on=release.closed_on, scope=["brug", "woonzorg"], **given)
        assert coverage.of_year(part) == []


def test_the_page_tells_what_is_measured_and_what_could_be(published, sign_in):
    body = sign_in(published.cast.accounts["coordinator"]).get(reverse("insights:organisation")).content.decode()
    part = body.split('id="coverage"')[1]
    assert "willen blijven" in part and "te vragen met: Betrokkenheid bij de organisatie" in part
    assert "Niet gemeten: bevlogenheid" in part
    assert part.count('scope="row"') >= 5
