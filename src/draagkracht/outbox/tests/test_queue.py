import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import transaction
from django.db.models import F

from draagkracht.consent.vault import keys
from draagkracht.outbox.actions import Letter, drop_mail, queue, queue_many
from draagkracht.outbox.envelope import unseal
from draagkracht.outbox.models import Message
from draagkracht.outbox.queries import state


@pytest.fixture
def through_the_queue(settings, db):
    settings.EMAIL_BACKEND = "draagkracht.outbox.backend.OutboxBackend"


def opened(row):
    return unseal(row.sealed, row.idempotency_key)


def test_a_mail_is_kept_sealed_and_whole(cast):
    person = cast.brug.people["linde.amina"]
    assert queue(
        "invitation", "invitation:1", person.email, "Vijf minuten voor jou", "Hoi Amina", person, html="<p>Hoi</p>"
    )
    row = Message.objects.get()
    for told in (b"Amina", b"amina", b"Vijf minuten"):
        assert told not in bytes(row.sealed)
    content = opened(row)
    assert content.receivers == (person.email,)
    assert b"Hoi Amina" in content.mime
    assert b"<p>Hoi</p>" in content.mime
    assert (row.organisation, row.kind) == (cast.brug.organisation, "invitation")


def test_a_sealed_mail_does_not_open_in_another_row(db):
    queue("a", "one", "a@x.example", "s", "b")
    queue("a", "two", "b@x.example", "s", "b")
    first, second = Message.objects.order_by("id")
    with pytest.raises(keys.Tampered):
        unseal(first.sealed, second.idempotency_key)


def test_the_same_key_is_queued_once(db):
    assert queue("a", "one", "a@x.example", "s", "b")
    assert not queue("a", "one", "other@x.example", "s", "b")
    assert queue_many([Letter("a", "one", "a@x.example", "s", "b"), Letter("a", "two", "a@x.example", "s", "b")]) == 1
    assert Message.objects.count() == 2


def test_no_act_without_its_mail_and_no_mail_without_its_act(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue("a", "one", "a@x.example", "s", "b")
        raise RuntimeError
    assert not Message.objects.exists()


def test_many_mails_take_few_queries(db, django_assert_max_num_queries):
    letters = [Letter("a", f"key {number}", "a@x.example", "s", "b") for number in range(300)]
    with django_assert_max_num_queries(8):
        assert queue_many(letters) == 300


def test_send_mail_goes_through_the_queue_and_is_urgent(through_the_queue):
    assert send_mail("Code", "123456", None, ["Amina <amina@x.example>"]) == 1
    row = Message.objects.get()
    assert row.urgent
    assert opened(row).receivers == ("amina@x.example",)


def test_a_named_mail_is_queued_once_and_its_name_is_not_sent(through_the_queue):
    for _ in range(2):
        EmailMessage("s", "b", to=["a@x.example"], headers={"X-Draagkracht-Key": "welcome:1"}).send()
    assert b"welcome:1" not in opened(Message.objects.get()).mime


def test_a_mail_to_nobody_is_none(through_the_queue):
    assert EmailMessage("s", "b").send() == 0
    assert not Message.objects.exists()


def test_a_header_with_a_line_break_is_refused(db):
    with pytest.raises(ValueError, match="newline"):
        queue("a", "one", "a@x.example", "subject\nBcc: spy@x.example", "b")
    assert not Message.objects.exists()


def test_mail_of_one_person_leaves_the_queue_also_by_address(cast, through_the_queue):
    amina, bram = (cast.brug.people[f"linde.{name}"] for name in ("amina", "bram"))
    queue("invitation", "one", amina.email, "s", "b", amina)
    queue("invitation", "two", bram.email, "s", "b", bram)
    send_mail("Code", "123456", None, [amina.email.upper()])
    send_mail("Code", "123456", None, [bram.email])
    assert drop_mail(amina, [amina.email]) == 2
    assert [opened(row).receivers for row in Message.objects.all()] == [(bram.email,)] * 2


def test_the_state_tells_what_waits_and_since_when(db):
    assert (state().waiting, state().oldest) == (0, None)
    queue("a", "one", "a@x.example", "s", "b")
    queue("a", "two", "a@x.example", "s", "b")
    Message.objects.filter(idempotency_key="two").update(failed_at=F("queued_at"))
    assert (state().waiting, state().given_up) == (1, 1)
    assert state().oldest == Message.objects.get(idempotency_key="one").queued_at
