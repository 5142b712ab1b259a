"""The catalogue against the facts it rests on, and a worked example for every instrument. All answers are invented."""

import json
from pathlib import Path

import pytest

from draagkracht.instruments.catalogue import find, load_all
from draagkracht.science.scoring import band, score

FACTS = Path(__file__).resolve().parents[5] / "shared" / "facts" / "instruments.json"
HERE = {  # the name in the facts -> ours; BAT-4 stands as a note only
    "BAT-23": "bat-23", "BAT-12": "bat-12", "BAT secondary": "bat-secondary", "UWES-9": "uwes-9", "UWES-3": "uwes-3",
    "ProQOL-5": "proqol-5", "WHO-5": "who-5", "PHQ-4": "phq-4", "PC-PTSD-5": "pc-ptsd-5", "AUDIT-C": "audit-c",
    "ISI": "isi", "GSE": "gse", "CD-RISC-10": "cd-risc-10", "Affective commitment (TCM revised)": "affective-commitment",
    "PES (Spreitzer)": "pes", "CWEQ-II": "cweq-ii", "WDQ-NL autonomy": "wdq-autonomy",
    "NWI-R 'Sociaal Klimaat' 6": "nwi-r-social-climate-6", "Edmondson team psychological safety": "edmondson", "REQ": "req",
    "COPSOQ III": "copsoq-iii", "job satisfaction 3 (candidate: MOAQ-JSS, 1-7, item 2 reversed)": "job-satisfaction-3",
    "intention to leave 6": "intention-to-leave-6", "professional development short 8": "professional-development-8",
    "manager support 11": "manager-support-11",
    "JD-R scales (choose VBBA2.0/QEEW - SKB licence - or COPSOQ)": "jd-r-scales",
}  # fmt: skip
TEMPLATES = {
    "copsoq-iii", "jd-r-scales", "job-satisfaction-3", "intention-to-leave-6", "professional-development-8",
    "manager-support-11", "nwi-r-social-climate-6",
}  # fmt: skip
SIZES = {
    "bat-secondary": 10, "uwes-3": 3, "proqol-5": 30, "who-5": 5, "phq-4": 4, "pc-ptsd-5": 6, "audit-c": 3, "isi": 7,
    "cd-risc-10": 10, "affective-commitment": 6, "cweq-ii": 21, "wdq-autonomy": 9, "req": 16, "job-satisfaction-3": 3,
    "intention-to-leave-6": 6, "professional-development-8": 8, "manager-support-11": 11, "nwi-r-social-climate-6": 6,
}  # fmt: skip
SETTLED = {
    "bat-secondary": {"items", "scoring"}, "proqol-5": {"licence"}, "who-5": {"items", "scoring", "cutoffs"},
    "pc-ptsd-5": {"cutoffs"}, "isi": {"cutoffs"}, "affective-commitment": {"items"}, "cweq-ii": {"scoring"},
    "req": {"items", "scoring", "licence"}, "copsoq-iii": {"licence"},
}  # fmt: skip


@pytest.mark.skipif(not FACTS.exists(), reason="SKIPPED: the reference folder beside the project is missing")
def test_every_entry_of_the_facts_stands_in_the_catalogue():
    named = [fact["id"] for fact in json.loads(FACTS.read_text())]
    assert len(named) == 27 and set(named) == set(HERE) | {"BAT-4"}
    assert set(HERE.values()) | {"pulse"} == set(load_all())


def test_a_form_whose_questions_are_not_confirmed_is_a_note():
    assert "BAT-4" in find("bat-23").notes["en"] and "BAT-4" in find("bat-23").notes["nl"]
    assert "bat-4" not in load_all()


def test_the_number_of_questions_is_that_of_the_facts():
    assert {name: find(name).size for name in SIZES} == SIZES
    assert find("copsoq-iii").size is None and find("jd-r-scales").size is None


def test_only_what_was_read_is_settled():
    for name, instrument in load_all().items():
        if name in SETTLED or name in TEMPLATES:
            assert set(instrument.evidence) - set(instrument.provisional) == SETTLED.get(name, set()), name
    for name in ("uwes-3", "phq-4", "audit-c", "cd-risc-10", "wdq-autonomy"):
        assert set(find(name).provisional) == set(find(name).evidence)
    settled = {(one.id, c.country) for one in load_all().values() for c in one.cutoffs if c.status == "settled"}
    assert settled == {("who-5", "any"), ("phq-4", "any"), ("pc-ptsd-5", "any"), ("audit-c", "BE"), ("isi", "any")}


def test_what_the_project_before_changed_is_said():
    assert "12" in find("req").notes["nl"] and "12" in find("req").notes["en"]
    for name in ("req", "gse", "professional-development-8"):
        assert "norms" in find(name).notes["en"].lower() and "normen" in find(name).notes["nl"].lower()


def test_templates_say_what_is_missing_and_cannot_be_asked():
    assert {one.id for one in load_all().values() if one.template} == TEMPLATES
    for name in TEMPLATES:
        template = find(name)
        assert not template.codes and not template.scales and not template.carries_texts("nl")
        assert len(template.to_complete) >= 3 and all({"nl", "en"} <= step.keys() for step in template.to_complete)


def test_every_instrument_tells_who_it_is_for_what_it_costs_and_how_long_it_takes():
    for one in load_all().values():
        assert one.citation and one.minutes > 0 and one.iglo and one.licence.holder
        assert one.licence.kind in ("free", "permission", "paid") and (
            one.licence.ask_name or one.template or one.texts
        )
        for cutoff in one.cutoffs:
            assert {"nl", "en"} <= cutoff.bands.keys() & cutoff.population.keys() & cutoff.source.keys()


@pytest.mark.parametrize("name", ["audit-c", "isi", "pc-ptsd-5", "phq-4", "who-5"])
def test_what_is_about_health_speaks_of_oneself_and_never_judges(name):
    one = find(name)
    assert "self-screener" in one.notes["en"] and "zelfcheck" in one.notes["nl"]
    words = json.dumps(
        [one.title, one.construct, [s.title for s in one.scales], [c.bands for c in one.cutoffs]]
    ).lower()
    for word in ("depress", "anxiety", "angst", "disorder", "stoornis", "diagnos", "insomnia", "ptss", "verslav"):
        assert word not in words


# --- values worked out by hand --------------------------------------------------------------------------------------


def of(name: str, *values: int | None) -> dict[str, float | None]:
    instrument = find(name)
    return score(instrument.key, dict(zip(instrument.codes, values, strict=True)))


def word(name: str, scale: str, value: float, country: str = "any") -> str:
    cutoff = find(name).cutoff(scale, country)
    return cutoff.bands["en"][band(value, cutoff.starts[scale])]


def test_bat_secondary_is_one_mean_of_ten():
    # 1+2+3+4+5 + 2+2+3+3+4 = 29
    assert of("bat-secondary", 1, 2, 3, 4, 5, 2, 2, 3, 3, 4) == {"total": 2.9}
    assert of("bat-secondary", 1, 2, 3, 4, 5, None, None, None, None, None) == {"total": 3.0}
    assert of("bat-secondary", 1, 2, 3, 4, *[None] * 6) == {"total": None}
    assert (
        word("bat-secondary", "total", 2.85, "BE") == "raised" and find("bat-secondary").cutoff("total", "NL") is None
    )


def test_uwes_3_is_scored_from_the_nine_questions_too():
    assert of("uwes-3", 6, 4, 3) == {"total": 13 / 3} and of("uwes-3", 6, None, 3) == {"total": None}
    assert set(find("uwes-3").codes) < set(find("uwes-9").codes)
    assert [find("uwes-9").codes[number - 1] for number in find("uwes-3").short_form_items] == list(
        find("uwes-3").codes
    )


def test_proqol_counts_five_questions_from_the_other_end():
    answers = [1, 2, 3, 4, 5] * 6
    # satisfaction 3,6,12,16,18,20,22,24,27,30: 3+1+2+1+3+5+2+4+2+5 = 28
    # burn-out 1R,4R,8,10,15R,17R,19,21,26,29R: 5+2+3+5+1+4+4+1+1+2 = 28
    # secondary 2,5,7,9,11,13,14,23,25,28: 2+5+2+4+1+3+4+3+5+3 = 32
    expected = {"compassion_satisfaction": 28.0, "burnout": 28.0, "secondary_traumatic_stress": 32.0}
    assert of("proqol-5", *answers) == expected
    assert of("proqol-5", *answers[:-1], None)["compassion_satisfaction"] is None
    assert [word("proqol-5", "burnout", value) for value in (22, 23, 41, 42)] == ["low", "average", "average", "high"]
    assert {scale.id: scale.direction for scale in find("proqol-5").scales}["compassion_satisfaction"] == "favourable"


def test_who_5_is_told_from_0_to_100():
    assert of("who-5", 5, 4, 3, 2, 1) == {"total": 60.0} and of("who-5", 5, 5, 5, 5, 5) == {"total": 100.0}
    assert of("who-5", 5, 4, 3, 2, None) == {"total": None}
    assert (find("who-5").scale["total"].minimum, find("who-5").scale["total"].maximum) == (0, 100)
    assert [word("who-5", "total", 4 * raw) for raw in (12, 13)] == ["low well-being", "usual well-being"]


def test_phq_4_is_a_sum_with_two_parts():
    assert of("phq-4", 3, 2, 1, 0) == {"total": 6.0, "gad_2": 5.0, "phq_2": 1.0}
    assert of("phq-4", 3, None, 1, 0) == {"total": None, "gad_2": None, "phq_2": 1.0}
    words = [word("phq-4", "total", value) for value in (0, 2, 3, 5, 6, 8, 9, 12)]
    assert words == ["none or few"] * 2 + ["mild"] * 2 + ["moderate"] * 2 + ["many"] * 2
    assert find("phq-4").families[0].weights == (1.0, 1.0)
    assert find("phq-4").cutoff("gad_2", "BE").status == "provisional"


def test_pc_ptsd_5_counts_only_after_an_event():
    assert of("pc-ptsd-5", 1, 1, 1, 0, 1, 1) == {"total": 4.0}
    assert of("pc-ptsd-5", 0, None, None, None, None, None) == {"total": 0.0}
    assert of("pc-ptsd-5", 1, 1, 1, None, 1, 1) == of("pc-ptsd-5", None, 1, 1, 1, 1, 1) == {"total": None}
    assert find("pc-ptsd-5").cutoff("total", "BE").starts["total"] == (4,)
    assert [c.starts["total"] for c in find("pc-ptsd-5").cutoffs if c.for_reader] == [(3,)]


def test_audit_c_has_limits_that_are_laid_beside_nobody():
    assert of("audit-c", 4, 1, 2) == {"total": 7.0} and of("audit-c", 4, 1, None) == {"total": None}
    assert find("audit-c").cutoff("total", "BE") is None and find("audit-c").cutoff("total", "NL") is None
    shown = [(c.country, c.population["en"], c.starts["total"]) for c in find("audit-c").cutoffs]
    assert shown[:2] == [("BE", "Women", (4,)), ("BE", "Men", (5,))]


def test_isi_is_a_sum_of_seven():
    assert of("isi", 4, 3, 2, 1, 0, 2, 3) == {"total": 15.0} and of("isi", 4, 3, 2, 1, 0, 2, None) == {"total": None}
    words = [word("isi", "total", value) for value in (7, 8, 14, 15, 21, 22)]
    assert words == ["none or few", "mild", "mild", "moderate", "moderate", "many"]


def test_cd_risc_10_is_a_sum_of_ten():
    assert of("cd-risc-10", 4, 3, 2, 1, 0, 4, 4, 3, 3, 2) == {"total": 26.0}
    assert of("cd-risc-10", 4, 3, 2, 1, 0, 4, 4, 3, 3, None) == {"total": None}


def test_affective_commitment_turns_three_questions():
    # 7 + 6 + (8-1) + (8-2) + 5 + (8-4) = 35
    assert of("affective-commitment", 7, 6, 1, 2, 5, 4) == {"total": 35 / 6}
    assert of("affective-commitment", 7, 6, None, None, None, 4) == {"total": 17 / 3}
    assert of("affective-commitment", 7, 6, *[None] * 4) == {"total": None}


def test_cweq_ii_sums_means_and_leaves_the_global_questions_out():
    answers = [1, 2, 3, 4, 4, 4, 5, 4, 3, 2, 2, 5, 1, 1, 4, 5, 4, 3, 2, 5, 5]
    parts = {"opportunity": 2.0, "information": 4.0, "support": 4.0, "resources": 3.0, "formal_power": 2.0}
    expected = {"total": 13.0, "total_six": 18.5, **parts, "informal_power": 3.5, "global": 5.0}
    assert of("cweq-ii", *answers) == expected
    assert of("cweq-ii", *answers[:19], None, None) == expected | {"global": None}
    without = of("cweq-ii", *answers[:15], *[None] * 6)
    assert without["total"] == 13.0 and without["total_six"] is None
    words = [word("cweq-ii", "total", value) for value in (9.99, 10, 14.5, 15, 15.99, 16)]
    assert words == ["low", "moderate", "moderate", "moderate", "moderate", "high"]  # the gap of the table, closed
    assert len({scale.family for scale in find("cweq-ii").scales if scale.id != "global"}) == 1


def test_wdq_autonomy_has_three_parts_and_a_total():
    values = of("wdq-autonomy", 5, 4, None, 3, 3, 3, 1, 2, 3)
    assert values == {"total": 3.0, "work_scheduling": 4.5, "decision_making": 3.0, "work_methods": 2.0}
    assert of("wdq-autonomy", 5, None, None, 3, 3, 3, 1, 2, 3)["total"] is None


def test_req_has_four_means_and_no_total():
    values = of("req", 1, 2, 3, 4, 5, 5, None, None, 2, 2, 2, 4, 3, None, None, None)
    assert values == {"detachment": 2.5, "relaxation": 5.0, "mastery": 2.5, "control": None}


def test_answers_of_their_own_for_one_question(tmp_path):
    (tmp_path / "own.yaml").write_text(MIXED)
    own = find("mixed", [tmp_path])
    assert own.key.ranges == {"likes": (1, 5), "often": (0, 1), "grade": (0, 10)}
    assert own.item_labels("likes", "en") == ("1", "2", "3", "4", "5") and own.item_labels("often", "nl") == (
        "nee",
        "ja",
    )
    assert own.item_labels("grade", "nl") == (None,) * 11 and own.carries_texts("en") and not own.carries_texts("nl")
    assert score(own.key, {"likes": 2, "often": 1, "grade": 7}) == {"sum": 10.0, "share": 50.0}


MIXED = """
id: mixed
version: 1
title: {en: Mixed}
construct: {en: Three kinds of answers}
role: resource
iglo: [individual]
strain: false
population: {en: Everybody}
minutes: 1
response: {min: 1, max: 5, labels: {en: ["1", "2", "3", "4", "5"]}}
items:
  - {code: likes, en: How much do you like it}
  - {code: often, en: Every day, response: {min: 0, max: 1, labels: {nl: [nee, ja], en: ["no", "yes"]}}}
  - code: grade
    en: A grade
    response: {min: 0, max: 10, labels: {en: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]}}
scales:
  - {id: sum, title: {en: Sum}, direction: favourable, items: all, method: sum}
  - {id: share, title: {en: Share}, direction: favourable, items: [likes], reverse: [likes], method: mean,
     multiply: 25, add: -50}
licence: {kind: free, holder: Somebody, text: {en: Free}}
evidence:
  items: {status: settled, source: Own}
  scoring: {status: settled, source: Own}
  missing: {status: settled, source: Own}
  licence: {status: settled, source: Own}
citation: Own
"""


COMPLETED = MIXED.replace("id: mixed", "id: job-satisfaction-3")


def test_a_file_of_the_same_id_completes_a_template(tmp_path):
    (tmp_path / "own.yaml").write_text(COMPLETED)
    assert find("job-satisfaction-3").template and not find("job-satisfaction-3", [tmp_path]).template
    (tmp_path / "own.yaml").write_text(COMPLETED.replace("job-satisfaction-3", "manager-support-11"))
    with pytest.raises(Exception, match="exists already"):
        find("manager-support-11", [tmp_path])  # three questions where eleven are known
