"""What opens something never stands in a log, whatever is asked of its address."""

import json
import logging

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from draagkracht.config.logs import JsonFormatter

# Signed parts hold ":" or "~" beside letters and digits.
SECRET = "Tm9ib2R5~s1gn:ed-with_care.aBcDeFgH"
# What may follow a secret in an address; these words are no secret themselves.
CAUGHT = ("token", "signed")


def logged(message: str) -> str:
    return JsonFormatter().format(logging.LogRecord("django", logging.WARNING, "", 1, message, None, None))


def secret_routes():
    """(name, arguments) of every route whose address holds something that opens it."""
    for space in ("surveys", "people", "insights"):
        routes = get_resolver().namespace_dict[space][1].reverse_dict
        for name in (name for name in routes if isinstance(name, str)):
            for _template, names in routes.getlist(name)[0][0]:
                if set(names) & set(CAUGHT):
                    yield f"{space}:{name}", {one: SECRET if one in CAUGHT else 1 for one in names}


def test_every_address_that_opens_something_is_blanked():
    found = dict(secret_routes())
    assert {"surveys:answer", "people:confirm-address", "people:demo-link", "insights:shared-cells"} <= set(found)
    for name, given in found.items():
        line = logged(f"Method Not Allowed: {reverse(name, kwargs=given)}")
        assert "s1gn" not in line and "aBcD" not in line, name
        assert "…" in json.loads(line)["message"], name


@pytest.mark.parametrize("message", ["Not Found: /in/demo/", "Not Found: /insights/shared-links/", "Not Found: /a/b/"])
def test_an_address_without_a_secret_stays_readable(message):
    assert json.loads(logged(message))["message"] == message


def test_no_request_brings_a_secret_into_the_log(cast, caplog):
    for name, given in secret_routes():
        for act in ("get", "head", "post", "put"):
            address = reverse(name, kwargs=given)
            getattr(Client(), act)(address)
            getattr(Client(), act)(f"{address}x")
    said = [JsonFormatter().format(record) for record in caplog.records]
    assert not [line for line in said if "s1gn" in line]
    for start in ("/a/…/", "/shared/…/", "/address/…/", "/in/demo/…/"):
        assert any(start in line for line in said), start


def test_lines_are_written_by_that_formatter():
    assert {type(handler.formatter) for handler in logging.getLogger().handlers} >= {JsonFormatter}
