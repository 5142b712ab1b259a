"""Saving and completing: retries, tabs, bad answers, fifty at once."""

import json
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django_scopes import scope, scopes_disabled

from draagkracht.consent.models import Grant
from draagkracht.surveys.actions import close_wave
from draagkracht.surveys.models import Submission

CODE, OTHER = "pulse.wp1", "pulse.wp2"


def form(link, agreement=None, **answers):
    """The fields of the plain form."""
    given = {"version": link.version, "rev": "99"} | {f"q.pulse.{code}": str(value) for code, value in answers.items()}
    return given | ({"agree": agreement[0], "language": agreement[1]} if agreement else {})


def every(link):
    """An answer to every question of the pulse."""
    return {question["item"]: 3 for question in link.wave.version.content["items"]}


def test_the_first_save_stores_consent_with_the_words_that_were_read(client, held, save, stored, agreement, cast):
    link = held()
    assert save(client, link, ["t", 1, CODE, 2, 0]).json() == {"r": 1}
    assert stored(link)["answers"] == {CODE: 2}
    with scope(organisation=cast.brug.organisation):
        given = Grant.objects.get(person=link.person, purpose="measure")
    assert given.text_hash == agreement[0]


def test_without_consent_nothing_is_kept(client, held, save, stored):
    link = held()
    refused = save(client, link, ["t", 1, CODE, 2, 0], agree=False)
    assert (refused.status_code, refused.json()["error"]) == (409, "consent-missing")
    changed = client.post(
        f"{link.path}save",
        {"v": link.version, "a": [["t", 1, CODE, 2, 0]], "c": ["0" * 64, "nl"]},
        content_type="application/json",
    )
    assert (changed.status_code, changed.json()["error"]) == (409, "consent-changed")
    assert stored(link) is None


def test_no_answer_stands_readable_in_the_database(client, held, save):
    link = held()
    save(client, link, ["t", 1, CODE, 2, 0])
    with scopes_disabled():
        row = Submission.objects.get()
    assert b"wp1" not in bytes(row.sealed)


def test_a_retry_changes_nothing(client, held, save, stored):
    link = held()
    save(client, link, ["t", 1, CODE, 2, 0])
    before = stored(link)
    assert save(client, link, ["t", 1, CODE, 2, 0]).json() == {"r": 1}
    assert stored(link) == before


def test_an_older_answer_of_the_same_tab_that_arrives_late_is_ignored(client, held, save, stored):
    link = held()
    save(client, link, ["t", 2, CODE, 5, 0])
    save(client, link, ["t", 1, CODE, 1, 0])
    assert stored(link)["answers"] == {CODE: 5}


def test_a_late_retry_never_overwrites_a_newer_answer_of_another_tab(client, held, save, stored):
    link = held()
    save(client, link, ["first", 1, CODE, 1, 0])
    save(client, link, ["second", 1, CODE, 4, 1])
    save(client, link, ["first", 1, CODE, 1, 0])
    assert stored(link)["answers"] == {CODE: 4}
    kept = save(client, link, ["first", 2, CODE, 2, 1]).json()
    assert kept == {"r": 2, "k": [CODE]}
    save(client, link, ["first", 3, CODE, 3, 2])
    assert stored(link)["answers"] == {CODE: 3}


def test_rather_not_say_is_kept_as_such(client, held, save, stored):
    link = held()
    save(client, link, ["t", 1, CODE, None, 0])
    assert stored(link)["answers"] == {CODE: None}


@pytest.mark.parametrize(
    ("entry", "status", "error"),
    [
        (["t", 2, CODE, 6, 0], 422, "out-of-range"),
        (["t", 2, CODE, 0, 0], 422, "out-of-range"),
        (["t", 2, CODE, "3", 0], 422, "out-of-range"),
        (["t", 2, CODE, 2.5, 0], 422, "out-of-range"),
        (["t", 2, CODE, True, 0], 422, "out-of-range"),
        (["t", 2, "pulse.nope", 3, 0], 422, "unknown-item"),
        (["t", 0, CODE, 3, 0], 400, "malformed"),
        (["t", 2, CODE, 3], 400, "malformed"),
        (["x" * 17, 2, CODE, 3, 0], 400, "malformed"),
    ],
)
def test_a_bad_answer_is_refused_and_nothing_of_its_request_is_stored(client, held, save, stored, entry, status, error):
    link = held()
    save(client, link, ["t", 1, CODE, 1, 0])
    refused = save(client, link, ["t", 1, OTHER, 1, 0], entry)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["message"]
    assert stored(link)["answers"] == {CODE: 1}


def test_messages_come_in_the_language_of_the_page(client, held, agreement):
    link = held()
    body = {"v": link.version, "a": [["t", 1, CODE, 9, 0]], "c": agreement}
    said = [
        client.post(f"{link.path}save?l={one}", body, content_type="application/json").json() for one in ("nl", "en")
    ]
    assert "antwoord" in said[0]["message"]
    assert "answer" in said[1]["message"]


def test_other_shapes_are_refused(client, held):
    path = f"{held().path}save"
    assert client.post(path, "{", content_type="application/json").status_code == 400
    assert client.post(path, "[]", content_type="application/json").status_code == 400
    assert client.post(path, {"v": "x"}).status_code == 415
    assert client.post(path, "x" * 70_000, content_type="application/json").status_code == 413
    assert client.get(path).status_code == 405


def test_a_page_of_another_version_is_refused(client, held, save):
    link = held()
    link.version = "0" * 12
    assert save(client, link, ["t", 1, CODE, 1, 0]).json()["error"] == "other-version"


def test_after_closing_an_answer_is_refused(client, held, save):
    link = held()
    save(client, link, ["t", 1, CODE, 1, 0])
    with scope(organisation=link.wave.organisation):
        close_wave(link.wave)
    refused = save(client, link, ["t", 2, CODE, 1, 0])
    assert (refused.status_code, refused.json()["error"]) == (410, "closed")


def test_a_saved_answer_needs_few_statements_and_no_session(client, held, save, django_assert_num_queries):
    link = held()
    save(client, link, ["t", 1, CODE, 1, 0])
    client.cookies["sessionid"] = "whatever"
    # A savepoint (of the test) and its release, one SELECT, one UPDATE; PostgreSQL needs no transaction for them.
    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 4):
        reply = save(client, link, ["t", 2, CODE, 2, 1])
    size = sum(len(name) + len(value) + 4 for name, value in reply.headers.items()) + len(reply.content)
    assert size < 250


def test_completing_without_a_script_stores_answers_and_scores(client, held, stored, agreement):
    link = held()
    client.get(link.path)
    done = client.post(f"{link.path}complete", form(link, agreement, **every(link)))
    assert (done.status_code, done["Location"]) == (303, link.path)
    payload = stored(link)
    assert payload["scores"]["pulse.work_pressure"] == 3.0
    assert len(payload["answers"]) == 20
    assert "Bedankt" in client.get(link.path).content.decode()


def test_completing_again_changes_nothing(client, held, stored, agreement):
    link = held()
    client.post(f"{link.path}complete", form(link, agreement, wp1=2, wp2=2))
    before = stored(link)
    again = client.post(f"{link.path}complete", form(link, agreement, wp1=5, wp2=5))
    assert again.status_code == 303
    assert stored(link) == before


def test_a_completed_questionnaire_takes_no_answer(client, held, save, agreement):
    link = held()
    client.post(f"{link.path}complete", form(link, agreement, wp1=2))
    refused = save(client, link, ["t", 1, CODE, 1, 0])
    assert (refused.status_code, refused.json()["error"]) == (409, "completed")


def test_a_form_with_a_bad_answer_stores_nothing(client, held, stored, agreement):
    link = held()
    for fields in ({"wp1": 9}, {"wp1": "x"}, {"zz": 1}, {}):
        refused = client.post(f"{link.path}complete", form(link, agreement, **fields))
        assert refused.status_code == 422
    assert stored(link) is None


def test_the_own_result_shows_only_where_it_was_completed_or_to_the_person(client, held, agreement, sign_in, cast):
    link = held()
    client.get(link.path)
    client.post(f"{link.path}complete", form(link, agreement, **every(link)))
    assert "Werkdruk" in client.get(f"{link.path}result/").content.decode()
    assert Client().get(f"{link.path}result/").status_code == 403
    colleague = sign_in(cast.brug.people["linde.bram"].account, second_factor=False)
    refused = colleague.get(f"{link.path}result/")
    assert refused.status_code == 403
    assert "Werkdruk" not in refused.content.decode()
    own = sign_in(link.person.account, second_factor=False)
    assert own.get(f"{link.path}result/").status_code == 200


def test_wiping_a_device_closes_the_own_result(client, held, agreement):
    link = held()
    client.get(link.path)
    client.post(f"{link.path}complete", form(link, agreement, wp1=2, wp2=2))
    client.post(f"{link.path}wipe")
    assert client.get(f"{link.path}result/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_fifty_completions_at_once_are_one(held, agreement, stored):
    link = held()
    start, statuses = threading.Barrier(50), []

    def send() -> None:
        try:
            start.wait()
            statuses.append(Client().post(f"{link.path}complete", form(link, agreement, wp1=2, wp2=4)).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 50
    with scopes_disabled():
        assert Submission.objects.count() == 1
        assert Grant.objects.count() == 1
    assert stored(link)["scores"]["pulse.work_pressure"] == 3.0


@pytest.mark.django_db(transaction=True)
def test_saves_of_many_tabs_at_once_all_arrive(held, agreement, stored):
    link = held()
    codes = [question["code"] for question in link.wave.version.content["items"]]

    def send(number: int) -> None:
        try:
            body = {"v": link.version, "c": agreement, "a": [[f"tab{number}", 1, codes[number], 4, None]]}
            Client().post(f"{link.path}save", json.dumps(body), content_type="application/json")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(link)["answers"] == dict.fromkeys(codes, 4)
