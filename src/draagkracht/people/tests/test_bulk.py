"""Rows that go in at once are the rows that a model would have written, on either database."""

import datetime
import uuid

import pytest
from django.db import IntegrityError
from django_scopes import scope

from draagkracht.people.bulk import insert
from draagkracht.people.models import AuditLine, Person


def test_dates_identifiers_json_and_relations_come_back_as_they_went_in(cast):
    place, account = cast.brug.organisation, cast.accounts["coordinator"]
    at = datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.UTC)
    insert(AuditLine, ("organisation", "account", "act", "detail", "at"), [
        (place.pk, account.pk, "one", {"n": 1, "é": [None, True]}, at),
        (place.pk, None, "two", {}, at),
    ])  # fmt: skip
    with scope(organisation=place):
        first, second = AuditLine.objects.filter(act__in=["one", "two"]).order_by("id")
    assert (first.account, first.detail, first.at) == (account, {"n": 1, "é": [None, True]}, at)
    assert second.account is None


def test_a_uuid_is_found_again(cast):
    place, pseudonym = cast.brug.organisation, uuid.uuid4()
    names = ("organisation", "staff_number", "name", "email", "language", "pseudonym", "created_at")
    insert(Person, names, [(place.pk, "x-1", "", "", "", pseudonym, datetime.datetime.now(tz=datetime.UTC))])
    with scope(organisation=place):
        assert Person.objects.get(pseudonym=pseudonym).staff_number == "x-1"


def test_constraints_still_guard(cast):
    place, now = cast.brug.organisation, datetime.datetime.now(tz=datetime.UTC)
    taken = cast.brug.people["linde.amina"].staff_number
    names = ("organisation", "staff_number", "name", "email", "language", "pseudonym", "created_at")
    with pytest.raises(IntegrityError):
        insert(Person, names, [(place.pk, taken, "", "", "", uuid.uuid4(), now)])
