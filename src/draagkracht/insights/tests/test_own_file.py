"""Everything that one answered, to take along as FHIR: one's own, all of it, naming nobody."""

import datetime
import json

import pytest
from django.db import transaction
from django.urls import reverse
from django_scopes import scope

from draagkracht.insights.rights import own_answers
from draagkracht.instruments import queries
from draagkracht.instruments.exchange import fhir_responses
from draagkracht.surveys.actions import store_complete

ANSWERS = {"pulse.wp1": 2, "pulse.rc1": None, "pulse.rc2": 5}
DAY = datetime.date(2026, 3, 3)
HERE = "insights:my-data"


@pytest.fixture
def amina(published, cast):
    person = cast.brug.people["zuid.amina"]
    with scope(organisation=cast.brug.organisation), transaction.atomic():
        store_complete(published.open, [(person, ANSWERS, DAY)])
    return person


def test_the_file_holds_every_own_answer_and_reads_back(amina, published, cast, sign_in):
    response = sign_in(amina.account, second_factor=False).post(reverse(HERE), {"format": "fhir"})
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    with scope(organisation=cast.brug.organisation):
        content = queries.content(queries.version(published.open.version_id))
    assert fhir_responses.read(response.content, content) == [fhir_responses.Response(ANSWERS, "", "2026-03-03")]
    text = response.content.decode()
    assert "Amina" not in text and amina.email not in text and str(amina.pseudonym) not in text


@pytest.mark.parametrize("version", ["R5", "R4B"])
def test_it_is_a_bundle_of_either_version(amina, cast, version):
    with scope(organisation=cast.brug.organisation):
        found = json.loads(own_answers(amina, "en", version))
    assert found["resourceType"] == "Bundle" and len(found["entry"]) == 1


def test_who_answered_nothing_gets_an_empty_file(cast, sign_in):
    browser = sign_in(cast.buurt.people["linde.amina"].account, second_factor=False)
    response = browser.post(reverse(HERE), {"format": "fhir"})
    assert json.loads(response.content) == {"resourceType": "Bundle", "type": "collection"}


def test_other_roles_have_no_such_file(cast, sign_in):
    for role in ("coordinator", "adviser", "privacy-officer", "platform-admin", "researcher"):
        assert sign_in(cast.accounts[role]).post(reverse(HERE), {"format": "fhir"}).status_code == 403
