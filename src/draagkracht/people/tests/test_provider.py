"""Signing in through the organisation's own provider (OpenID Connect), with a real one on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from draagkracht.people.models import Account


class Provider(BaseHTTPRequestHandler):
    """Discovery, token and user information of one person whose address the test sets."""

    email = ""

    def answer(self, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.startswith("/.well-known"):
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            self.answer({"issuer": base, "jwks_uri": f"{base}/keys"} | {k: f"{base}/{v}" for k, v in names.items()})
        else:
            self.answer({"sub": "41", "email": type(self).email, "name": "Iemand"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "abc", "token_type": "Bearer"})

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def provider(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "own",
        "name": "Ziekenhuis",
        "client_id": "us",
        "secret": "hush",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"VERIFIED_EMAIL": True, "APPS": [app]}}
    yield Provider
    server.shutdown()
    server.server_close()


def sign_in_through(browser: Client):
    sent = browser.post("/account/oidc/own/login/")
    query = parse_qs(urlsplit(sent.url).query)
    assert sent.status_code == 302 and query["client_id"] == ["us"]
    return browser.get("/account/oidc/own/login/callback/", {"code": "1", "state": query["state"][0]})


def test_page_offers_the_provider_only_where_there_is_one(cast, client, provider, settings):
    assert "Ziekenhuis" in client.get("/account/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Ziekenhuis" not in client.get("/account/login/").content.decode()


def test_known_address_signs_in_and_needs_our_second_factor_unless_the_provider_has_one(
    cast, client, provider, settings
):
    account = cast.accounts["coordinator"]
    provider.email = account.email
    assert sign_in_through(client).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.get("/account/second-step/").status_code == 200
    settings.OIDC_SECOND_FACTOR = True
    assert client.get("/account/second-step/").status_code == 302


def test_unknown_address_gets_a_sentence_and_no_account(cast, client, provider):
    provider.email = "vreemd@elders.example"
    answer = sign_in_through(client)
    page = client.get(answer.url) if answer.status_code == 302 else answer
    assert "_auth_user_id" not in client.session
    assert not Account.objects.filter(email="vreemd@elders.example").exists()
    assert page.status_code == 200 and "/account/login/" in page.content.decode()


def test_closed_account_stays_closed(cast, client, provider):
    Account.objects.filter(email="coordinator@brug.example").update(is_active=False)
    provider.email = "coordinator@brug.example"
    answer = sign_in_through(client)
    assert "_auth_user_id" not in client.session and answer.status_code in (200, 302)
