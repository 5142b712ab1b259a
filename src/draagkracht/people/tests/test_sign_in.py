"""Signing in by link, code and demo link; the second factor; nothing that tells whether an address is known."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from draagkracht.people.actions.sign_in import send_sign_in_link, token_hash, use_link
from draagkracht.people.models import Account, AuditLine, SignInLink
from draagkracht.people.sign_in import DEMO_KEY, make_demo_link
from draagkracht.ui.refusal import Refusal

AMINA = "amina.linde@brug.example"
LOGIN = "/account/login/"


def ask(client, email: str, means: str = "link", **extra):
    return client.post(LOGIN, {"email": email, "means": means, **extra})


def path_in(mail) -> str:
    return re.search(r"http://localhost:8000(/in/\S+)", mail.body)[1]


def totp_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


def audited(act: str, account) -> int:
    with scopes_disabled():  # acts on an account belong to no organisation
        return AuditLine.objects.filter(act=act, account=account).count()


def test_link_signs_in_once_and_looking_at_it_uses_nothing(cast, client, mailoutbox):
    assert ask(client, AMINA).url == "/account/sent/"
    path = path_in(mailoutbox[0])
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200 and AMINA in page.content.decode()
    assert signed_in(client) is None
    assert client.post(path).status_code == 302
    assert signed_in(client) == str(cast.accounts["worker"].pk)
    again = Client().post(path)
    assert again.status_code == 410 and reverse("account_login") in again.content.decode()
    assert audited("sign-in.link-used", cast.accounts["worker"]) == 1


@pytest.mark.parametrize("way", ["link", "code", "demo"])
def test_every_way_in_opens_the_file_with_everything_for_a_while(cast, client, mailoutbox, settings, way):
    """The session tells when it signed in, and by that alone."""
    settings.DEMO = way == "demo"
    if way == "demo":
        client.get(demo_path(cast.accounts["worker"]), HTTP_HOST="localhost:8000")
    elif way == "link":
        ask(client, AMINA)
        client.post(path_in(mailoutbox[0]))
    else:
        confirm = ask(client, AMINA, "code").url
        client.post(confirm, {"code": re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mailoutbox[0].body, re.M)[1]})
    assert signed_in(client) == str(cast.accounts["worker"].pk)
    answer = client.post(reverse("insights:my-data"), {"format": "json"}, HTTP_HOST="localhost:8000")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]


def test_link_leads_to_the_page_that_was_wanted_but_never_to_another_site(cast, client, mailoutbox):
    ask(client, AMINA, next="/account/organisation/")
    assert client.post(path_in(mailoutbox[0])).url == "/account/organisation/"
    other = Client()
    ask(other, AMINA, next="https://evil.example/")
    assert other.post(path_in(mailoutbox[1])).url == "/"


def test_only_a_hash_of_the_token_is_kept(cast, client, mailoutbox):
    ask(client, AMINA)
    token = path_in(mailoutbox[0]).split("/")[2]
    link = SignInLink.objects.get()
    assert link.token_hash == token_hash(token) and token not in str(link.__dict__)


@pytest.mark.parametrize("age, status", [(datetime.timedelta(minutes=19), 200), (datetime.timedelta(minutes=21), 410)])
def test_link_expires_after_twenty_minutes(cast, client, mailoutbox, age, status):
    ask(client, AMINA)
    SignInLink.objects.update(expires_at=timezone.now() + datetime.timedelta(minutes=20) - age)
    assert client.get(path_in(mailoutbox[0])).status_code == status


def test_unknown_link_is_not_found_and_offers_a_new_one(cast, client):
    answer = client.get("/in/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")
    assert answer.status_code == 404 and "/account/login/" in answer.content.decode()


def test_link_of_somebody_else_is_refused_while_signed_in_and_stays_valid(cast, client, mailoutbox, sign_in):
    ask(client, AMINA)
    path = path_in(mailoutbox[0])
    bram = sign_in(cast.brug.people["linde.bram"].account)
    assert bram.post(path).status_code == 409
    assert signed_in(bram) == str(cast.brug.people["linde.bram"].account.pk)
    assert client.get(path).status_code == 200


def test_link_of_a_closed_account_is_over(cast, client, mailoutbox):
    ask(client, AMINA)
    Account.objects.filter(email=AMINA).update(is_active=False)
    assert client.post(path_in(mailoutbox[0])).status_code == 410


@pytest.mark.parametrize("means", ["link", "code"])
def test_unknown_address_gets_the_same_answer_and_the_same_work(cast, mailoutbox, means):
    def answer(email: str):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            first = ask(browser, email, means)
        page = browser.get(first.url).content.decode().replace(email, "ADDRESS")
        return first.status_code, first.url, re.sub(r'value="\w{64}"', "", page), len(queries)

    known, unknown = answer(AMINA), answer("nobody@elsewhere.example")
    assert known[:3] == unknown[:3]
    assert abs(known[3] - unknown[3]) <= 1
    assert [m.to for m in mailoutbox] == [[AMINA], ["nobody@elsewhere.example"]]
    assert "/in/" not in mailoutbox[1].body


def test_code_from_the_mail_signs_in_and_a_wrong_one_does_not(cast, client, mailoutbox):
    confirm = ask(client, AMINA, "code").url
    assert client.post(confirm, {"code": "wrong"}).status_code == 200
    code = next(line for line in mailoutbox[0].body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line.strip()))
    assert client.post(confirm, {"code": code.strip()}).status_code == 302
    assert signed_in(client) == str(cast.accounts["worker"].pk)


def test_too_many_mails_to_one_address_are_refused(cast, client, mailoutbox):
    answers = [ask(client, AMINA).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429] and len(mailoutbox) == 3
    assert ask(client, "bram.linde@brug.example").status_code == 302


def test_address_that_is_none_is_explained(cast, client, mailoutbox):
    answer = ask(client, "geen adres")
    assert answer.status_code == 400 and "aria-invalid" in answer.content.decode() and not mailoutbox


@pytest.mark.django_db(transaction=True)
def test_of_twenty_uses_at_once_exactly_one_wins(transactional_db, mailoutbox):
    Account.objects.create_user("een@brug.example")
    send_sign_in_link("een@brug.example")
    token = path_in(mailoutbox[0]).split("/")[2]

    def attempt(_):
        try:
            use_link(token)
        except Refusal as refusal:
            return refusal.status
        finally:
            connections.close_all()
        return 200

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(20)))
    assert sorted(results) == [200] + [410] * 19


# -- second factor ----------------------------------------------------------------------------------------------------


def test_role_that_sees_more_needs_a_second_factor_and_then_lands_where_it_wanted(cast, sign_in):
    browser = sign_in(cast.accounts["platform-admin"], second_factor=False)
    wanted = reverse("people:security")
    session = browser.session
    session["after_second_factor"] = wanted
    session.save()
    page = browser.get("/account/second-step/")
    assert page.status_code == 200 and reverse("mfa_activate_totp") in page.content.decode()
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    assert browser.get("/account/second-step/").url == wanted


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_counts_at_once_and_is_asked_at_the_next_sign_in(transactional_db, cast, sign_in, mailoutbox):
    account = cast.accounts["coordinator"]
    browser = sign_in(account, second_factor=False)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = browser.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    codes = browser.get(done.url)
    assert codes.status_code == 200
    recovery = codes.context["unused_codes"][0]
    assert browser.get("/account/second-step/").status_code == 302
    assert audited("second-factor.added", account) == 2  # the app, and the recovery codes that come with it
    assert all(secret not in str(a.data) for a in Authenticator.objects.filter(user=account))

    later = Client()
    ask(later, account.email)
    stage = later.post(path_in(mailoutbox[-1]))
    assert stage.url == reverse("mfa_authenticate") and signed_in(later) is None
    assert later.get(stage.url).status_code == 200
    assert later.post(stage.url, {"code": "000000"}).status_code == 200 and signed_in(later) is None
    assert later.post(stage.url, {"code": recovery}).status_code == 302
    assert signed_in(later) == str(account.pk)
    assert later.get("/account/second-step/").status_code == 302


def test_records_of_another_account_in_the_session_do_not_count(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    session = browser.session
    session["account_authentication_methods_user"] = str(cast.stranger.pk)
    session.save()
    assert browser.get("/account/second-step/").status_code == 200


# -- demo links -------------------------------------------------------------------------------------------------------


def demo_path(account) -> str:
    return make_demo_link(account).removeprefix("http://localhost:8000")


def test_demo_link_signs_in_again_and_again_and_stands_for_the_second_factor(cast, settings):
    settings.DEMO = True
    path = demo_path(cast.accounts["coordinator"])
    for _ in range(2):
        browser = Client()
        assert browser.get(path, headers={"host": "localhost:8000"}).status_code == 302
        assert signed_in(browser) == str(cast.accounts["coordinator"].pk)
        assert browser.get("/account/second-step/").status_code == 302


@pytest.mark.parametrize(
    "demo, environ",
    [
        (False, {}),
        (True, {"REMOTE_ADDR": "192.168.1.20"}),
        (True, {"REMOTE_ADDR": "2001:db8::1"}),
        (True, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}),
        (True, {"HTTP_FORWARDED": "for=203.0.113.9"}),
        (True, {"HTTP_HOST": "testserver"}),
    ],
)
def test_demo_link_does_not_exist_outside_the_demo_or_for_another_machine(cast, settings, demo, environ):
    settings.DEMO = demo
    browser = Client()
    answer = browser.get(demo_path(cast.accounts["coordinator"]), **{"HTTP_HOST": "localhost:8000", **environ})
    assert answer.status_code == 404 and signed_in(browser) is None


def test_demo_session_is_worth_nothing_once_the_demo_is_off(cast, settings, sign_in):
    settings.DEMO = False
    browser = sign_in(cast.accounts["coordinator"], second_factor=False)
    session = browser.session
    session[DEMO_KEY] = cast.accounts["coordinator"].pk
    session.save()
    assert browser.get("/account/second-step/").status_code == 200


def test_forged_demo_link_is_refused(cast, settings):
    settings.DEMO = True
    path = demo_path(cast.accounts["coordinator"])
    assert Client().get(path[:-3] + "xx/", headers={"host": "localhost"}).status_code == 404


# -- organisations ----------------------------------------------------------------------------------------------------


def test_account_in_two_organisations_chooses_where_it_works_and_no_other(cast, sign_in):
    from draagkracht.conftest import give_role

    account = cast.accounts["coordinator"]
    give_role(cast.buurt, account.email, "adviser")
    browser = sign_in(account)
    page = browser.get("/account/organisation/").content.decode()
    assert "Zorggroep De Brug" in page and "Buurthuis" in page
    assert browser.post("/account/organisation/", {"organisation": cast.buurt.organisation.pk}).status_code == 302
    assert browser.session["organisation"] == cast.buurt.organisation.pk
    outsider = sign_in(cast.stranger)
    assert outsider.post("/account/organisation/", {"organisation": cast.brug.organisation.pk}).status_code == 404
