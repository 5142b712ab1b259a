"""The pages: voting with and without script, what is withheld, who reads texts, the report, the register."""

import csv
import datetime
import io
import json
import re
from importlib import resources

import jsonschema
import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.ballots import blind, queries
from draagkracht.ballots.actions import closing
from draagkracht.ballots.models import Ballot, BoxedBallot, Evaluation, Signal, Ticket
from draagkracht.config.logs import JsonFormatter

from .made import GIVEN, Voter, evaluation, opened, vote


@pytest.fixture
def place(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


def closed(organisation, voters: int, **told) -> Evaluation:
    made, codes = opened(organisation, max(voters, 5), **told)
    for number, code in enumerate(codes[:voters]):
        vote(made, code, GIVEN | {"insight": number % 5 + 1, "keep": f"blijft {number}", "better": f"beter {number}"})
    closing.close(made)
    return made


def test_the_catalogue_fits_its_schema():
    folder = resources.files("draagkracht").joinpath("catalogue")
    schema = json.loads(folder.joinpath("schemas/ballot.json").read_text(encoding="utf-8"))
    for file in folder.joinpath("ballots").iterdir():
        jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schema)


def test_without_script_a_vote_can_be_sent_twice_and_counts_once(place):
    _, codes = opened(place)
    browser, url = Client(), reverse("ballots:vote", args=[codes[0]])
    page = browser.get(url)
    assert page.status_code == 200 and not page.cookies
    seed = re.search(r'name="seed" value="([0-9a-f]{64})"', page.content.decode()).group(1)
    sent = {"seed": seed, "insight": "4", "keep": "De oefeningen"}
    for _ in range(2):
        answer = browser.post(url, sent)
        assert answer.status_code == 200 and not answer.cookies
    assert BoxedBallot.objects.count() == 1
    refused = browser.post(url, sent | {"seed": "00" * 32})
    assert refused.status_code == 409 and "De oefeningen" in refused.content.decode()
    assert BoxedBallot.objects.count() == 1


def test_a_wrong_form_is_refused_before_the_ticket_is_used(place):
    _, codes = opened(place)
    url = reverse("ballots:vote", args=[codes[0]])
    for wrong in ({"seed": "00" * 32, "insight": "9"}, {"seed": "xyz"}, {"seed": "00", "insight": "4"}, {}):
        assert Client().post(url, wrong).status_code in (400, 409)
    assert not Ticket.objects.exclude(asked_hash="").exists()


def test_the_script_votes_in_two_requests_of_which_the_second_names_no_ticket(place):
    made, codes = opened(place)
    voter, browser = Voter(made, codes[0]), Client()
    as_json = {"content_type": "application/json"}
    asked = browser.post(reverse("ballots:sign", args=[codes[0]]), {"blinded": voter.blinded.message.hex()}, **as_json)
    signature = blind.finalize(voter.public, voter.key, bytes.fromhex(asked.json()["signed"]), voter.blinded.inverse)
    box = reverse("ballots:box", args=[made.box_code])
    body = {"key": voter.key.hex(), "signature": signature.hex(), "answers": {"insight": "4"}}
    assert codes[0] not in box + json.dumps(body)
    assert Client().post(box, body, **as_json).json() == {"kept": True}
    forged = Client().post(box + "?l=en", body | {"key": "11" * 32}, **as_json)
    assert forged.status_code == 403 and "ticket" in forged.json()["message"]
    for nonsense in ("[]", "{", '{"key": 5}', json.dumps({"key": "0g"})):
        assert Client().post(box, nonsense, **as_json).status_code == 400
    assert Client().get(box).status_code == 405


def test_a_code_may_be_typed_with_spaces_and_capitals(place):
    _, codes = opened(place)
    typed = f"{codes[0][:4]} {codes[0][4:8]}-{codes[0][8:]}".upper()
    assert Client().post(reverse("ballots:start"), {"code": typed}).url == reverse("ballots:vote", args=[codes[0]])
    assert Client().post(reverse("ballots:start"), {"code": "abc"}).status_code == 400
    assert Client().get(reverse("ballots:vote", args=["2" * 12])).status_code == 404


def test_before_opening_and_after_the_last_day_the_page_says_so(place):
    made, codes = evaluation(place)
    url = reverse("ballots:vote", args=[codes[0]])
    assert Client().get(url).status_code == 200 and b"seed" not in Client().get(url).content
    Evaluation.objects.filter(pk=made.pk).update(closes_on=timezone.localdate() - datetime.timedelta(1))
    assert Client().get(url).status_code == 410


def test_results_are_withheld_below_k_and_texts_below_ten(place, cast, sign_in):
    browser = sign_in(cast.accounts["trainer"])
    few, some = closed(place, 4), closed(place, 6)
    page = browser.get(reverse("ballots:evaluation-results", args=[few.pk])).content.decode()
    assert "blijft" not in page and "<table" not in page
    page = browser.get(reverse("ballots:evaluation-results", args=[some.pk])).content.decode()
    assert "<table" in page and "blijft" not in page
    reader = sign_in(cast.accounts["privacy-officer"])
    assert reader.get(reverse("ballots:evaluation-texts", args=[some.pk])).status_code == 302


def test_a_question_that_few_answered_is_withheld(place):
    made, codes = opened(place)
    for number, code in enumerate(codes):
        vote(made, code, {"insight": 4} if number else {"insight": 5, "trainer": 1})
    closing.close(made)
    found = {row.question.id: row for row in queries.outcomes([made], "en")}
    assert (found["insight"].n, found["insight"].counts) == (8, (0, 0, 0, 7, 1))
    assert (found["trainer"].n, found["trainer"].counts, found["trainer"].mean) == (None, None, None)


def test_mean_and_interval_are_those_of_student(place):
    # 1, 2, 3, 4, 5, 1: mean 8/3, sd 1.632993, t(0.975, 5) = 2.570582: 0.9529 to 4.3804; no mean lies below 1.
    row = next(iter(queries.outcomes([closed(place, 6)], "en")))
    assert row.mean == pytest.approx(8 / 3)
    assert (row.low, row.high) == (1.0, pytest.approx(4.380381, abs=1e-5))


def test_texts_are_published_by_the_privacy_officer_once_and_only_what_is_ticked(place, cast, sign_in):
    made = closed(place, 10)
    url, reader = reverse("ballots:evaluation-texts", args=[made.pk]), sign_in(cast.accounts["privacy-officer"])
    assert reader.get(url).content.decode().count("blijft") == 20  # each as value and as words
    reader.post(url, {"keep": ["blijft 1", "blijft 2", "nooit geschreven"], "better": ["beter 3"]})
    page = sign_in(cast.accounts["trainer"]).get(reverse("ballots:evaluation-results", args=[made.pk])).content.decode()
    assert "blijft 1" in page and "beter 3" in page
    assert "blijft 3" not in page and "nooit geschreven" not in page
    reader.post(url, {"keep": ["blijft 5"]})
    made.refresh_from_db()
    assert sorted(made.texts["keep"]) == ["blijft 1", "blijft 2"]


def test_the_report_takes_evaluations_of_a_programme_together(place, cast, sign_in):
    day = datetime.date(2026, 3, 1)
    for voters in (6, 7, 3):
        closed(place, voters, held_on=day, programme="=Veerkracht")
    closed(place, 5, held_on=day, programme="Ander")
    browser = sign_in(cast.accounts["coordinator"])
    page = browser.get(reverse("ballots:evaluation-half-year", args=[2026, 1]))
    assert page.status_code == 200
    text = browser.get(reverse("ballots:evaluation-half-year-file", args=[2026, 1])).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    mine = next(row for row in lines if row["programme"] == "'=Veerkracht" and row["question"] == "insight")
    assert (mine["evaluations"], mine["left_out"], mine["n"]) == ("2", "1", "13")
    assert browser.get(reverse("ballots:evaluation-half-year", args=[2026, 3])).status_code == 404


def test_the_list_takes_as_many_queries_for_one_evaluation_as_for_many(
    place, cast, sign_in, django_assert_max_num_queries
):
    browser, url = sign_in(cast.accounts["coordinator"]), reverse("ballots:evaluations")
    counts = []
    for _ in range(2):
        evaluation(place, 0)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url).status_code == 200
        counts.append(len(seen))
        for _more in range(9):
            evaluation(place, 0)
    assert counts[0] == counts[1]


def test_the_sheet_of_codes_shows_what_is_stored_only_as_a_hash(place, cast, sign_in):
    made, _ = evaluation(place, 0)
    page = sign_in(cast.accounts["coordinator"]).post(reverse("ballots:evaluation-codes", args=[made.pk]), {"count": 5})
    codes = re.findall(r"<strong>([a-z2-9]{4}) ([a-z2-9]{4}) ([a-z2-9]{4})</strong>", page.content.decode())
    assert len(codes) == 5 == Ticket.objects.count()
    assert page["Cache-Control"].find("no-store") >= 0
    assert Client().get(reverse("ballots:vote", args=["".join(codes[0])])).status_code == 200


def test_links_are_mailed_to_a_unit_and_all_below_it(place, cast, sign_in):
    made, _ = evaluation(place, 0)
    url = reverse("ballots:evaluation-mail", args=[made.pk])
    sign_in(cast.accounts["coordinator"]).post(url, {"unit": cast.brug.units["woonzorg"].pk})
    assert Ticket.objects.count() == 12


def test_a_worker_reads_the_register_and_writes_nothing(place, cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    told = {
        "said": "De sessies zijn te lang",
        "said_on": "2026-02-01",
        "owner": "HR",
        "answer": "Dat klopt",
        "done": "",
    }
    assert browser.post(reverse("ballots:signal-new"), told).status_code == 400  # an answer without its day
    assert browser.post(reverse("ballots:signal-new"), told | {"answered_on": "2026-02-08"}).status_code == 302
    worker = sign_in(cast.accounts["worker"])
    page = worker.get(reverse("ballots:signals")).content.decode()
    assert "De sessies zijn te lang" in page and reverse("ballots:signal-new") not in page
    assert worker.get(reverse("ballots:signal", args=[Signal.objects.get().pk])).status_code == 403


def test_nothing_of_another_organisation_is_shown(place, cast, sign_in):
    made = closed(place, 6)
    Signal.objects.create(organisation=place, said="Geheim signaal", said_on=datetime.date(2026, 1, 1), owner="HR")
    stranger = sign_in(cast.stranger)
    assert stranger.get(reverse("ballots:evaluation-results", args=[made.pk])).status_code == 404
    assert "Geheim" not in stranger.get(reverse("ballots:signals")).content.decode()
    assert made.title not in stranger.get(reverse("ballots:evaluations")).content.decode()
    assert Ballot.objects.count() == 6


def test_no_code_stands_in_a_line_of_the_log(place, caplog):
    _, codes = opened(place)
    for name in ("vote", "sign"):
        Client().put(reverse(f"ballots:{name}", args=[codes[0]]), "{")
        Client().get(reverse(f"ballots:{name}", args=[codes[0]]) + "x")
    said = [JsonFormatter().format(record) for record in caplog.records]
    assert any("/b/…/" in line for line in said)
    assert not any(codes[0] in line for line in said)
