"""Every shipped file obeys the schema, says what the sources say, and a broken file says where it is broken."""

import json
from pathlib import Path

import pytest
import yaml

from draagkracht.instruments.catalogue import (
    CATALOGUE,
    DEMO_TEXTS,
    SHIPPED,
    InstrumentError,
    UnknownIdError,
    find,
    load,
    load_all,
)
from draagkracht.instruments.tables import read
from draagkracht.instruments.texts import parse
from draagkracht.science.scoring import band, score

FILES = sorted(SHIPPED.glob("*.yaml"))
FACTS = Path(__file__).resolve().parents[5] / "shared" / "facts" / "instruments.json"
OWN = """
id: leadership
version: 1
title: {en: Leadership}
construct: {en: Leadership climate}
role: resource
iglo: [leader]
strain: false
population: {en: Soldiers}
minutes: 2
response: {min: 1, max: 5}
items: [LEAD01, LEAD02, LEAD03]
scales:
  - {id: lead, title: {en: Leadership}, direction: favourable, items: all, method: mean, missing: {rule: half}}
licence: {kind: free, holder: Somebody, text: {en: Free}}
evidence:
  items: {status: settled, source: Own}
  scoring: {status: settled, source: Own}
  missing: {status: settled, source: Own}
  licence: {status: settled, source: Own}
citation: Own
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with one own instrument, to be broken by a test."""
    (tmp_path / "leadership.yaml").write_text(OWN)
    return tmp_path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_obeys_the_schema_and_is_named_after_its_id(path):
    instrument = load(path)
    assert instrument.id == path.stem
    for texts in (instrument.title, instrument.construct, instrument.population, instrument.licence.text):
        assert {"nl", "en"} <= texts.keys()
    for scale in instrument.scales:
        assert {"nl", "en"} <= scale.title.keys()
    for evidence in instrument.evidence.values():
        assert {"nl", "en"} <= evidence.source.keys()


def test_the_catalogue_holds_what_the_first_release_promises():
    assert set(load_all()) >= {"bat-12", "bat-23", "uwes-9", "pes", "edmondson", "gse", "pulse"}


def test_only_the_own_pulse_carries_texts():
    for instrument in load_all().values():
        assert bool(instrument.texts) == (instrument.id == "pulse")
    pulse = find("pulse")
    assert pulse.carries_texts("nl") and pulse.carries_texts("en") and not pulse.carries_texts("fr")
    assert 14 <= len(pulse.codes) <= 20


def test_strain_is_marked_so_that_the_larger_minimum_holds():
    strain = {i.id for i in load_all().values() if i.strain}
    health = {i.id for i in load_all().values() if i.health}
    assert health == {"audit-c", "isi", "pc-ptsd-5", "phq-4", "who-5"}
    assert strain == health | {"bat-12", "bat-23", "bat-secondary", "copsoq-iii", "proqol-5"}
    assert all(scale.health for name in health for scale in find(name).scales)
    assert [s.id for s in find("pulse").scales if s.strain] == ["energy", "involvement"]
    assert all(scale.strain for scale in find("bat-12").scales)


@pytest.mark.skipif(not FACTS.exists(), reason="SKIPPED: the reference folder beside the project is missing")
@pytest.mark.parametrize("name", ["BAT-23", "BAT-12"])
def test_cut_offs_and_subscales_are_those_of_the_facts(name):
    fact = next(fact for fact in json.loads(FACTS.read_text()) if fact["id"] == name)
    instrument = find(name.lower())
    assert len(instrument.codes) == fact["items"]
    numbers = fact.get("from_BAT23", list(range(1, 24)))
    for scale in instrument.key.scales[1:]:
        given = [numbers[instrument.codes.index(code)] for code in scale.items]
        text = fact["subscales"][scale.id]
        low, _, high = text.partition("-")
        assert given == ([int(n) for n in text.split(",")] if not high else list(range(int(low), int(high) + 1)))
    starts = {scale: list(values) for scale, values in instrument.cutoffs[0].starts.items()}
    assert starts == {scale: values for scale, values in fact["cutoffs"].items() if scale != "secondary"}
    assert instrument.cutoffs[0].status == "provisional"


def test_only_facts_that_were_read_or_computed_are_settled():
    settled = {i.id: set(i.evidence) - set(i.provisional) for i in load_all().values()}
    assert settled["bat-23"] == {"items", "scoring"}
    assert settled["bat-12"] == {"items"}
    assert settled["gse"] == {"scoring"}
    assert settled["uwes-9"] == settled["pes"] == settled["edmondson"] == set()
    assert find("pulse").provisional == ("validity",)


def test_flemish_cut_offs_do_not_serve_the_netherlands():
    assert find("bat-23").cutoff("total", "BE").starts["total"] == (2.59, 3.02)
    assert find("bat-23").cutoff("total", "NL") is None
    assert find("uwes-9").cutoff("total", "BE") is None
    pooled = find("bat-12").cutoff("total", "NL")
    assert pooled is not None and pooled.country == "any"


def test_the_smallest_change_of_a_person_is_known_for_the_burnout_totals_only():
    assert find("bat-12").smallest_change("total") == 0.66 and find("bat-23").smallest_change("total") == 0.5
    assert find("bat-12").smallest_change("exhaustion") is None and find("pulse").smallest_change("energy") is None


def test_families_derive_a_total_from_its_parts():
    (family,) = find("bat-23").families
    assert family.weights == (8 / 23, 5 / 23, 5 / 23, 5 / 23)
    assert find("pes").families[0].weights == (0.25, 0.25, 0.25, 0.25)
    assert {scale.family for scale in find("bat-12").scales} == {"bat-12.total"}
    assert len({scale.family for scale in find("pulse").scales}) == len(find("pulse").scales)


# --- values worked out by hand ------------------------------------------------------------------------------------


def of(instrument_id: str, *values: int | None) -> dict[str, float | None]:
    instrument = find(instrument_id)
    return score(instrument.key, dict(zip(instrument.codes, values, strict=True)))


def test_bat_23_by_hand():
    # 8: 1+2+3+4+5+1+2+3 = 21; 5: 4+5+1+2+3 = 15; 5: 15; 5: 15; together 66
    values = of("bat-23", *[1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3])
    assert values == {
        "total": 2.869565217391304,
        "exhaustion": 2.625,
        "mental_distance": 3.0,
        "cognitive_impairment": 3.0,
        "emotional_impairment": 3.0,
    }


def test_bat_23_with_missing_answers():
    # exhaustion 4 of 8 is enough; mental distance 2 of 5 is not, so there is no total
    values = of("bat-23", *[None, None, None, None, 5, 4, 2, 3, 4, 5, None, None, None, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3])
    assert values["exhaustion"] == 3.5 and values["mental_distance"] is None and values["total"] is None
    # with 3 of 5 there is: (14 + 10 + 15 + 15) / (4 + 3 + 5 + 5)
    values = of("bat-23", *[None, None, None, None, 5, 4, 2, 3, 4, 5, 1, None, None, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3])
    assert values["total"] == 54 / 17 == 3.176470588235294


@pytest.mark.parametrize(
    ("scale", "sums"),
    [
        ("total", (31, 36)),
        ("exhaustion", (10, 11)),
        ("mental_distance", (7, 10)),
        ("cognitive_impairment", (9, 10)),
        ("emotional_impairment", (7, 9)),
    ],
)
def test_bat_12_bands_begin_at_the_known_sums_of_answers(scale, sums):
    instrument = find("bat-12")
    items = next(s for s in instrument.key.scales if s.id == scale).items
    starts = instrument.cutoffs[0].starts[scale]
    bands = [band(total / len(items), starts) for total in range(len(items), 5 * len(items) + 1)]
    assert (bands.index(1) + len(items), bands.index(2) + len(items)) == sums


def test_uwes_9_by_hand():
    values = of("uwes-9", 6, 5, 4, 3, 2, 1, 0, 6, 5)
    assert values == {
        "total": 3.5555555555555554,
        "vigor": 4.333333333333333,  # items 1, 2, 5
        "dedication": 2.3333333333333335,  # items 3, 4, 7
        "absorption": 4.0,  # items 6, 8, 9
    }
    assert band(1.775, find("uwes-9").cutoffs[0].starts["total"]) == 0
    assert band(4.67, find("uwes-9").cutoffs[0].starts["total"]) == 3


def test_pes_by_hand():
    values = of("pes", 7, 6, None, 5, 5, 4, 3, 3, 3, 1, 2, 2)
    # 6.5, 14/3, 3, 5/3: the mean of the four, not of the eleven answers
    assert values["meaning"] == 6.5 and values["impact"] == 1.6666666666666667
    assert values["total"] == pytest.approx(3.9583333333333335, rel=1e-15)
    assert of("pes", 7, None, None, 5, 5, 4, 3, 3, 3, 1, 2, 2)["total"] is None


def test_edmondson_by_hand():
    # reversed 1, 3, 5: 7 + 6 + 5 + 4 + 3 + 2 + 1
    assert of("edmondson", 1, 6, 3, 4, 5, 2, 1) == {"total": 4.0}
    assert of("edmondson", 1, 7, 1, 7, 1, 7, 7) == {"total": 7.0}


def test_gse_by_hand():
    assert of("gse", 4, 3, 3, 2, 4, 3, 1, 2, 3, 4) == {"total": 29.0}
    assert of("gse", 4, 3, 3, 2, 4, 3, None, None, None, 4) == {"total": 32.857142857142854}  # 23 / 7 * 10
    assert of("gse", 4, 3, 3, 2, 4, None, None, None, None, 4) == {"total": None}


def test_the_pulse_needs_both_questions_of_a_scale():
    values = of("pulse", 4, 3, None, 2, *[3] * 16)
    assert values["work_pressure"] == 3.5 and values["role_conflict"] is None


# --- files of an organisation ---------------------------------------------------------------------------------------


def test_an_own_instrument_joins_the_catalogue(folder):
    assert find("leadership", [folder]).key.scales[0].at_least == 2
    assert set(load_all([folder])) == set(load_all()) | {"leadership"}
    assert find("leadership", [folder / "leadership.yaml"]).version == "1"


def test_an_unknown_id_lists_the_near_ones():
    with pytest.raises(UnknownIdError, match="bat-12"):
        find("BAT_12")
    with pytest.raises(UnknownIdError, match=r"Known are affective-commitment, .*uwes-9"):
        find("zzz")
    with pytest.raises(UnknownIdError):
        find("../instruments/bat-12")


def test_an_id_exists_once(folder):
    (folder / "second.yaml").write_text(OWN)
    with pytest.raises(InstrumentError, match=r"second\.yaml.*exists already.*leadership\.yaml"):
        load_all([folder])
    (folder / "second.yaml").write_text(OWN.replace("id: leadership", "id: bat-12"))
    with pytest.raises(InstrumentError, match="bat-12"):
        load_all([folder])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("items: all, method: mean", "items: all, gate: LEAD01, method: mean", r"gate"),
        ("items: all, method: mean", "items: all, multiply: 0, method: mean", r"multiply"),
        ("[LEAD01, LEAD02, LEAD03]", "[{code: LEAD01, response: {}}, LEAD02, LEAD03]", r"items\.0"),
        (
            "[LEAD01, LEAD02, LEAD03]",
            "[{code: LEAD01, response: {max: 2, labels: {nl: [a]}}}, LEAD02, LEAD03]",
            r"item LEAD01\.labels\.nl: 1 labels for 2",
        ),
        ("strain: false", "strain: false\nhealth: true", r"strain too"),
        ("strain: false", "strain: false\ntemplate: true", r"to_complete"),
        ("minutes: 2", "minutes: two", r"line 10, minutes: 'two' is not of type 'number'"),
        ("role: resource", "role: hobby", r"line 6, role"),
        ("method: mean,", "method: median,", r"line 14, scales\.0\.method"),
        ("items: [LEAD01, LEAD02, LEAD03]", "items: [LEAD01, 2, LEAD03]", r"line 12, items\.1"),
        ("citation: Own", "", r"'citation' is a required property"),
        ("citation: Own", "citation: Own\nfoo: 1", r"foo"),
        ("items: all", "items: [LEAD01, LEAD09]", r"lead.*unknown item 'LEAD09'"),
        ("{min: 1, max: 5}", "{min: 5, max: 1}", r"LEAD01"),
        ("citation: Own", "citation: [", r"line \d+: not readable as YAML"),
        ("citation: Own", "citation: Own\ncitation: Again", r"line 22: .*'citation' stands here twice"),
        ("missing: {rule: half}", "missing: {rule: at-least}", r"count"),
        ("missing: {rule: half}", "missing: {rule: scales, scales: [nought]}", r"unknown scale 'nought'"),
        ("{min: 1, max: 5}", "{min: 1, max: 5, labels: {nl: [a, b]}}", r"2 labels for 5"),
    ],
)
def test_a_broken_file_says_where(folder, old, new, words):
    path = folder / "leadership.yaml"
    assert old in OWN
    path.write_text(OWN.replace(old, new))
    with pytest.raises(InstrumentError, match=words) as caught:
        load_all([folder])
    assert str(path) in str(caught.value)


CUTOFFS = """
cutoffs:
  - country: BE
    population: {en: All}
    source: Own
    status: settled
    bands: {en: [low, high]}
    from: {lead: [3.0]}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lead: [3.0]", "lead: [3.0, 2.0]", "must rise"),
        ("lead: [3.0]", "lead: [7.0]", "outside 1 to 5"),
        ("lead: [3.0]", "lead: [2.0, 3.0]", "3 names"),
        ("lead: [3.0]", "nought: [3.0]", "unknown scale"),
    ],
)
def test_cut_offs_that_cannot_be_are_refused(folder, old, new, words):
    (folder / "leadership.yaml").write_text(OWN + CUTOFFS)
    assert find("leadership", [folder]).cutoff("lead", "BE") is not None
    (folder / "leadership.yaml").write_text(OWN + CUTOFFS.replace(old, new))
    with pytest.raises(InstrumentError, match=words):
        find("leadership", [folder])


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(InstrumentError, match="no such folder"):
        load_all([tmp_path / "nowhere"])
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InstrumentError, match=r"a\.yaml: not UTF-8"):
        load_all([tmp_path])
    (tmp_path / "a.yaml").write_text("")
    with pytest.raises(InstrumentError, match=r"a\.yaml"):
        load_all([tmp_path])


# --- texts of the demo ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument_id", ["bat-12", "uwes-9"])
def test_demo_wording_is_complete_and_never_called_validated(instrument_id):
    instrument = find(instrument_id)
    for language in ("nl", "en"):
        path = DEMO_TEXTS / instrument.texts_file(language)
        wording = parse(instrument, language, read(path.read_bytes(), path.name))
        assert wording.validated is False and wording.source and wording.instruction
        assert set(wording.items) == set(instrument.codes)


def test_no_other_file_of_texts_is_shipped():
    names = {path.stem.split(".")[0] for path in CATALOGUE.rglob("*.csv")}
    assert names <= {"bat-12", "uwes-9"}
    for path in FILES:
        if path.stem != "pulse":
            items = yaml.safe_load(path.read_text()).get("items", [])
            assert all(isinstance(item, str) or item.keys() <= {"code", "response"} for item in items)
