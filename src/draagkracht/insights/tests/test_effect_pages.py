"""The page of an effect study: what it says, who may open it, and that no answer can reach it."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights.models import EffectStudy, ReleasedEffect
from draagkracht.insights.release import effects, studies
from draagkracht.insights.shared import effect_words as words
from draagkracht.insights.shared.published import Measure
from draagkracht.people.models import Role

from . import build
from .effect_world import add_wave, world
from .test_shared_pages import RAW

STRUCTURE = re.compile(r'"insights_effectstructure"|"insights_effectstudy"\."pseudonyms"')
RECOVERY = "pulse.recovery"


@pytest.fixture
def made(db):
    """Four teams of seven, two of them with a trajectory; one study with its answer, one that waits for its round."""
    found = world(size=7, teams=["p1", "p2", "c1", "c2"], gain=1.2, seed=11)
    ours = {"primary": [RECOVERY], "secondary": ["pulse.work_pressure"], "participants": ["p1", "p2"]}
    with scope(organisation=found.organisation):
        chosen = [wave.pk for wave in found.waves]
        found.compared = studies.register(
            found.organisation, "Met vergelijking", chosen, comparison=["c1", "c2"], **ours
        )
        effects.publish(found.compared)
        found.accounts = {}
    place = type("Place", (), {"organisation": found.organisation, "units": found.units})
    for role in ("coordinator", "trainer", "researcher", "team-lead"):
        found.accounts[role] = give_role(place, f"{role}@veld.example", role, "p1" if role == "team-lead" else None)
    found.accounts["half"] = give_role(place, "half@veld.example", Role.COORDINATOR, "p1")
    return found


def page(sign_in, account, address: str, **options) -> str:
    answer = sign_in(account).get(address, **options)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def url(name: str, study=None) -> str:
    return reverse(f"insights:{name}", args=[study.pk] if study else [])


def test_a_trainer_reads_a_sentence_its_interval_and_what_it_can_not_show(made, sign_in):
    body = page(sign_in, made.accounts["trainer"], url("effect", made.compared))
    with scope(organisation=made.organisation):
        told = ReleasedEffect.objects.get(study=made.compared, primary=True).figures["headline"]
    head = re.search(r"<h1>(.*?)</h1>", body, re.S)[1]
    assert told["low"] > 0 and "hoger dan vergelijkbare mensen" in head
    for number in words.points(told["value"], told["low"], told["high"]):
        assert number in head
    assert "niet geloot" in body and "Dit kan het niet tonen" in body and "beide groepen" not in body
    assert "ANCOVA" in body and "Holm" in body and "effect-1" in body and body.count("<svg width") >= 3


def test_without_a_comparison_group_the_page_says_that_it_proves_nothing(made, sign_in):
    with scope(organisation=made.organisation):
        alone = studies.register(
            made.organisation, "Zonder", [w.pk for w in made.waves], primary=[RECOVERY], participants=["p1", "p2"]
        )
        effects.publish(alone)
    body = page(sign_in, made.accounts["trainer"], url("effect", alone))
    assert "Zonder vergelijkingsgroep bewijst dit niet" in body and "Geen vergelijkingsgroep" in body
    english = page(sign_in, made.accounts["trainer"], url("effect", alone), headers={"accept-language": "en"})
    assert "Without a comparison group this does not prove" in english and "higher than before" in english
    assert "vergelijkingsgroep" not in english


def test_an_unclear_answer_is_never_called_a_change():
    measure = Measure("x", {"title": {"nl": "Herstel"}, "favourable": "high"})
    figures = {"headline": {"value": 0.2, "low": -0.1, "high": 0.5}, "p_adjusted": 0.3}
    assert "geen duidelijke verandering" in words.headline(measure, figures, False)
    assert "van 0,1 lager tot 0,5 hoger" in words.headline(measure, figures, False)
    assert "bewijst niet dat er niets veranderde" in words.meaning(measure, figures, False)
    # Of two main questions: the interval leaves out 0, the corrected p-value does not.
    corrected = {"headline": {"value": 0.2, "low": 0.01, "high": 0.5}, "p_adjusted": 0.08}
    assert "geen duidelijk verschil" in words.headline(measure, corrected, True)
    worse = {"headline": {"value": -0.2, "low": -0.4, "high": -0.04}, "p_adjusted": 0.01}
    assert "0,2 punt lager dan ervoor (0,04 tot 0,4)" in words.headline(measure, worse, False)
    assert words.meaning(measure, worse, False).startswith("Dat is minder gunstig.")


def test_who_may_open_what(made, sign_in):
    opens = {
        "coordinator": {"effects": 200, "effect": 200, "effect-table": 200, "effect-new": 200},
        "trainer": {"effects": 200, "effect": 200, "effect-table": 200, "effect-new": 403},
        "researcher": {"effects": 200, "effect": 200, "effect-table": 200, "effect-new": 403},
        "team-lead": dict.fromkeys(("effects", "effect", "effect-table", "effect-new"), 403),
        # A role for some units only opens nothing about the whole.
        "half": dict.fromkeys(("effects", "effect", "effect-table", "effect-new"), 403),
    }
    for role, routes in opens.items():
        client = sign_in(made.accounts[role])
        for name, status in routes.items():
            study = made.compared if name in ("effect", "effect-table") else None
            assert client.get(url(name, study)).status_code == status, (role, name)
        refused = client.post(url("effect-calculate", made.compared)).status_code
        assert refused == (409 if role == "coordinator" else 403), role


def test_another_organisation_finds_no_study(made, sign_in, cast):
    stranger = sign_in(cast.accounts["coordinator"])
    assert stranger.get(url("effect", made.compared)).status_code == 404
    assert stranger.get(url("effect-table", made.compared)).status_code == 404
    assert stranger.post(url("effect-calculate", made.compared)).status_code == 404
    assert "Met vergelijking" not in stranger.get(url("effects")).content.decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_name_no_answer_and_no_raw_table_is_behind_a_page(made, sign_in, language):
    client = sign_in(made.accounts["coordinator"])
    names = [word for p in made.people for word in (p.name, p.email, p.pseudonym.hex, str(p.pseudonym))]
    for address in (url("effects"), url("effect", made.compared), url("effect-table", made.compared)):
        with CaptureQueriesContext(connection) as queries:
            body = client.get(address, headers={"accept-language": language}).content.decode()
        assert not [q["sql"] for q in queries if RAW.search(q["sql"]) or STRUCTURE.search(q["sql"])]
        assert not [name for name in names if name in body] and build.SECRET not in body


def test_the_number_of_queries_does_not_grow_with_studies_or_themes(made, sign_in):
    client = sign_in(made.accounts["trainer"])

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = count(url("effects")), count(url("effect", made.compared))
    with scope(organisation=made.organisation):
        more = studies.register(
            made.organisation, "Meer", [w.pk for w in made.waves], primary=[RECOVERY, "pulse.social_support"],
            secondary=["pulse.work_pressure"], participants=["p1", "p2"], comparison=["c1", "c2"],
        )  # fmt: skip
        effects.publish(more)
    assert (count(url("effects")), count(url("effect", more))) == before


def test_the_file_holds_what_the_page_shows_and_nothing_that_a_spreadsheet_would_run(made, sign_in):
    with scope(organisation=made.organisation):
        EffectStudy.objects.bulk_create(
            [
                EffectStudy(
                    organisation=made.organisation,
                    title="=1+1",
                    waves=made.compared.waves,
                    primary=[RECOVERY],
                    late=True,
                )
            ]
        )
        evil = EffectStudy.objects.get(title="=1+1")
        row = ReleasedEffect.objects.get(study=made.compared, primary=True)
        ReleasedEffect.objects.bulk_create([
            ReleasedEffect(study=evil, organisation=made.organisation, measure=RECOVERY, primary=True, position=0, data=row.data, reason="protected", algorithm="effect-1")
        ])  # fmt: skip
    text = sign_in(made.accounts["trainer"]).get(url("effect-table", made.compared)).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    adjusted = next(r for r in rows if r["statistic"] == "adjusted difference" and r["question"] == "primary")
    assert float(adjusted["value"]) == row.figures["headline"]["value"] and adjusted["df"]
    assert {r["statistic"] for r in rows} == {
        "mean",
        "change",
        "adjusted difference",
        "g",
        "p adjusted",
        "spread of change",
    }
    withheld = sign_in(made.accounts["trainer"]).get(url("effect-table", evil)).content.decode()
    assert "'=1+1" in withheld and "protected" in withheld
    body = page(sign_in, made.accounts["trainer"], url("effect", evil))
    assert (
        "Niet getoond" in body and "Van dit effect kunnen geen cijfers getoond worden." in body and "verkenning" in body
    )


def test_a_coordinator_writes_a_study_down_and_has_it_calculated(made, sign_in):
    with scope(organisation=made.organisation):
        made.answers.append(made.answers[1])
        opened = add_wave(made, 2, closed=False)
    client = sign_in(made.accounts["coordinator"])
    first, second = (wave.pk for wave in made.waves[:2])
    wrong = client.get(url("effect-new"), {"before": second, "after": first}).content.decode()
    assert "komt later dan de ronde ervoor" in wrong
    address = f"{url('effect-new')}?before={first}&after={second}"
    assert "al gesloten" in client.get(address).content.decode()
    data = {"title": " Nieuw  traject ", "participants": ["p1"], "comparison": ["p1"], "primary": [RECOVERY]}
    refused = client.post(address, data).content.decode()
    assert "niet allebei" in refused and 'value=" Nieuw  traject "' in refused
    three = client.post(address, data | {"comparison": [], "primary": [RECOVERY, "pulse.energy", "pulse.involvement"]})
    assert "één of twee" in three.content.decode()
    answer = client.post(
        address, data | {"comparison": ["c1", "c2"], "participants": ["p1", "p2"], "secondary": [RECOVERY]}
    )
    with scope(organisation=made.organisation):
        study = EffectStudy.objects.get(title="Nieuw traject")
    assert answer.url == url("effect", study) and study.late and study.secondary == []
    assert "Bereken het effect" in client.get(answer.url).content.decode()
    assert client.post(url("effect-calculate", study)).url == answer.url
    assert "hoger dan vergelijkbare mensen" in client.get(answer.url).content.decode()
    waits = client.post(
        f"{url('effect-new')}?before={first}&after={opened.pk}", data | {"title": "Wacht", "comparison": []}
    )
    body = client.get(waits.url).content.decode()
    assert "Ronde 3" in body and "Bereken het effect" not in body
    assert "wacht op de rondes" in client.get(url("effects")).content.decode()
    again = client.post(address, data | {"title": "Wacht", "comparison": []}).content.decode()
    assert "Er is al een effectmeting met deze naam." in again
