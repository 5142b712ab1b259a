import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.consent import actions, purposes, queries
from draagkracht.consent.models import AccessEntry, Grant
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal


@pytest.fixture
def amina(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.people["linde.amina"]


def agree(person, purpose="measure", language="nl"):
    return actions.grant(person, purpose, language, purposes.current(purpose, language).hash)


@pytest.fixture
def next_version(monkeypatch):
    """The catalogue as it is after the words of `measure` were changed."""
    known = dict(purposes.catalogue())
    old = known["measure"][2]["nl"]
    new = purposes.Text("measure", 3, "2027-01-01", "nl", old.title, "Andere woorden.", old.points, "f" * 64)
    known["measure"] = {**known["measure"], 3: {"nl": new, "en": new}}

    def publish():
        monkeypatch.setattr(purposes, "catalogue", lambda: known)

    return publish


def test_agreeing_keeps_the_words_the_language_and_the_time(amina):
    given = agree(amina, language="en")
    assert given.text_hash == purposes.current("measure", "en").hash
    assert (given.version, given.language) == (2, "en")
    assert abs((timezone.now() - given.granted_at).total_seconds()) < 60
    assert queries.has_grant(amina, "measure")
    assert not queries.has_grant(amina, "research")


def test_agreeing_twice_is_one_consent_and_one_audit_line(amina):
    assert agree(amina).pk == agree(amina).pk
    assert Grant.objects.count() == 1
    assert AuditLine.objects.filter(act="consent.granted").count() == 1


def test_words_that_changed_while_reading_are_refused(amina):
    with pytest.raises(Refusal) as refused:
        actions.grant(amina, "measure", "nl", purposes.current("measure", "en").hash)
    assert refused.value.status == 409
    assert not Grant.objects.exists()


def test_an_unknown_purpose_is_refused(amina):
    with pytest.raises(Refusal) as refused:
        actions.grant(amina, "marketing", "nl", "0" * 64)
    assert refused.value.status == 404


def test_who_was_erased_can_not_agree(amina):
    amina.erased_at = timezone.now()
    with pytest.raises(Refusal) as refused:
        agree(amina)
    assert refused.value.status == 410


def test_new_words_ask_again_and_replace_the_old_consent(amina, next_version):
    agree(amina)
    next_version()
    assert not queries.has_grant(amina, "measure")
    agree(amina)
    assert queries.has_grant(amina, "measure")
    old, new = Grant.objects.order_by("version")
    assert (old.version, new.version) == (2, 3)
    assert old.withdrawn_at
    assert not new.withdrawn_at


def test_withdrawing_ends_the_consent_and_may_be_repeated(amina):
    agree(amina)
    assert actions.withdraw(amina, "measure")
    assert not queries.has_grant(amina, "measure")
    assert not actions.withdraw(amina, "measure")
    agree(amina)
    assert queries.has_grant(amina, "measure")


def test_what_holds_is_shown_as_it_was_read(amina, next_version):
    agree(amina)
    next_version()
    shown = {consent.text.purpose: consent for consent in queries.consents(amina, "en")}
    assert (shown["measure"].text.number, shown["measure"].text.language) == (2, "nl")
    assert shown["measure"].holds
    assert not shown["research"].holds


def test_the_log_of_who_looked_is_in_words_and_newest_first(cast, amina):
    lead = cast.accounts["team-lead"]
    lead.name = "Lena Lead"
    lead.save()
    actions.log_access([amina], None, "", "release.counted")
    actions.log_access([amina], lead, "team-lead", "staff.seen")
    actions.log_access([amina], amina.account, "worker", "own.seen")
    with translation.override("en"):
        looks = queries.access_log(amina)
    assert [look.who for look in looks] == [
        "You",
        "Lena Lead (team lead)",
        "Draagkracht itself, without anybody looking",
    ]
    assert looks[1].what == "Looked at the staff list with your name and place in it"


def test_the_log_stays_readable_when_the_account_is_gone(cast, amina):
    actions.log_access([amina], cast.accounts["adviser"], "adviser", "staff.seen")
    AccessEntry.objects.update(account=None)
    with translation.override("en"):
        assert queries.access_log(amina)[0].who == "somebody who has left (HR or prevention adviser)"


def test_a_log_line_without_words_is_a_mistake_of_the_caller(amina):
    with pytest.raises(ValueError, match="no words"):
        actions.log_access([amina], None, "", "peeked")


def test_a_log_of_many_people_stays_within_the_organisation(cast, amina, django_assert_num_queries):
    everybody = [*cast.brug.people.values(), *cast.buurt.people.values()]
    with django_assert_num_queries(2):
        actions.log_access(everybody, None, "", "release.counted")
    assert AccessEntry.objects.count() == len(cast.brug.people)


def test_the_public_page_tells_who_sees_what_in_both_languages(client, db):
    for language, words in (("nl", "Wie ziet wat"), ("en", "Who sees what")):
        client.cookies["django_language"] = language
        page = client.get(reverse("consent:who-sees-what"))
        assert page.status_code == 200
        assert words in page.content.decode()
        assert purposes.current("measure", language).points[2][1] in page.content.decode()


def test_my_page_shows_only_my_own(cast, sign_in):
    amina, bram = (cast.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    with scope(organisation=cast.brug.organisation):
        agree(amina, language="en")
        actions.log_access([bram], cast.accounts["adviser"], "adviser", "staff.seen")
    with translation.override("en"):
        page = sign_in(amina.account, second_factor=False).get(
            reverse("consent:mine"), headers={"accept-language": "en"}
        )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Yes, since" in text
    assert "Nobody yet" in text
    assert "staff list with your name" not in text
    assert page.headers["Cache-Control"].startswith("max-age=0")


def test_my_page_needs_a_person(cast, sign_in, client):
    assert client.get(reverse("consent:mine")).status_code == 302
    assert sign_in(cast.accounts["editor"]).get(reverse("consent:mine")).status_code == 403


def test_agreeing_on_the_page_needs_the_words_that_stood_there(cast, sign_in):
    amina = cast.brug.people["linde.amina"]
    browser = sign_in(amina.account)
    address = reverse("consent:agree", args=["research"])
    assert browser.post(address, {"shown": "0" * 64, "language": "nl"}).status_code == 409
    assert browser.get(address).status_code == 405
    shown = purposes.current("research", "nl").hash
    assert browser.post(address, {"shown": shown, "language": "nl"}).status_code == 302
    with scope(organisation=cast.brug.organisation):
        assert queries.has_grant(amina, "research")
