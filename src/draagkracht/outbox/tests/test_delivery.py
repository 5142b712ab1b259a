import datetime
import os
import signal
import subprocess
import sys
import threading

import pytest
from django.db import connections
from django.utils import timezone

from draagkracht.outbox import claims
from draagkracht.outbox.actions import queue
from draagkracht.outbox.models import Message
from draagkracht.outbox.tasks import deliver_due


def post(number, urgent=False, to=""):
    queue("invitation", f"key {number}", to or f"p{number}@x.example", f"Subject {number}", "Body", urgent=urgent)


def later(**pause):
    """As if that much time had passed for everything that waits."""
    back = timezone.now() - datetime.timedelta(**pause)
    Message.objects.filter(next_attempt_at__gt=back, sent_at=None).update(next_attempt_at=back)


def test_a_server_that_is_down_loses_nothing_and_uses_no_tries(db, mailbox):
    for number in range(3):
        post(number)
    for _ in range(20):
        assert deliver_due() == 0
        later(minutes=1)
    row = Message.objects.first()
    assert (row.attempts, row.failed_at, row.last_error) == (0, None, "ConnectionRefusedError")
    mailbox.start()
    assert deliver_due() == 3
    assert sorted(mailbox.receivers) == ["p0@x.example", "p1@x.example", "p2@x.example"]
    assert deliver_due() == 0


def test_a_sent_mail_leaves_no_text_behind(db, mailbox):
    mailbox.start()
    post(1)
    deliver_due()
    row = Message.objects.get()
    assert bytes(row.sealed) == b""
    assert row.sent_at
    _, mail = mailbox.mails[0]
    assert mail["Subject"] == "Subject 1"
    assert mail["Message-ID"].endswith("@localhost>")


def test_while_the_server_is_down_it_is_not_asked_again_at_once(db, mailbox):
    post(1)
    deliver_due()
    mailbox.start()
    assert deliver_due() == 0
    later(minutes=1)
    assert deliver_due() == 1


def test_an_address_that_does_not_exist_is_given_up_and_the_others_go_out(db, mailbox):
    mailbox.start()
    mailbox.answers["p1@x.example"] = "550 no such user p1@x.example"
    for number in range(3):
        post(number)
    assert deliver_due() == 2
    row = Message.objects.get(idempotency_key="key 1")
    assert row.failed_at
    assert row.last_error == "SMTPRecipientsRefused 550"
    assert bytes(row.sealed) == b""


def test_a_full_mailbox_is_tried_again_with_growing_pauses_and_given_up_at_last(db, mailbox):
    mailbox.start()
    mailbox.answers["p1@x.example"] = "452 full"
    post(1)
    pauses = []
    for _ in range(claims.TRIES):
        before = timezone.now()
        assert deliver_due() == 0
        row = Message.objects.get()
        pauses.append(round((row.next_attempt_at - before).total_seconds() / 60))
        later(minutes=1)
    assert row.failed_at
    assert row.attempts == claims.TRIES
    growing = pauses[: claims.TRIES - 1]
    assert growing == sorted(growing)
    assert (growing[0], growing[-1]) == (1, 240)


def test_a_sender_that_is_not_allowed_is_a_setting_not_a_lost_mail(db, mailbox):
    mailbox.start()
    mailbox.answers["draagkracht@localhost"] = "550 who are you?"
    post(1)
    assert deliver_due() == 0
    row = Message.objects.get()
    assert (row.attempts, row.failed_at) == (0, None)


def test_a_mail_that_upsets_the_server_does_not_stop_the_others(db, mailbox):
    mailbox.start()
    mailbox.answers["break"] = ("p0@x.example",)
    for number in range(3):
        post(number)
    for _ in range(3):
        deliver_due()
        Message.objects.filter(attempts=0, sent_at=None).update(next_attempt_at=timezone.now())
    assert sorted(mailbox.receivers) == ["p1@x.example", "p2@x.example"]
    assert Message.objects.get(idempotency_key="key 0").attempts == 1


def test_an_address_that_no_server_can_take_does_not_stop_the_others(db, mailbox):
    mailbox.start()
    post(1, to="zoë@x.example")
    post(2)
    assert deliver_due() == 1
    assert Message.objects.get(idempotency_key="key 1").failed_at


def test_sign_in_mail_overtakes(db, mailbox):
    mailbox.start()
    for number in range(3):
        post(number)
    post(9, urgent=True)
    assert deliver_due(limit=1) == 1
    assert mailbox.receivers == ["p9@x.example"]


def test_a_changed_master_key_is_told_and_stops_nothing(db, mailbox, settings):
    mailbox.start()
    post(1)
    settings.MASTER_KEY = "another"
    post(2)
    assert deliver_due() == 1
    assert "master key" in Message.objects.get(idempotency_key="key 1").last_error


def test_two_workers_at_once_send_each_mail_once(transactional_db, mailbox):
    mailbox.start()
    for number in range(40):
        post(number)
    start, out, failed = threading.Barrier(4), [], []

    def work():
        try:
            start.wait()
            while count := deliver_due(limit=3):
                out.append(count)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert deliver_due(limit=100) + sum(out) == 40
    assert sorted(mailbox.receivers) == sorted(f"p{number}@x.example" for number in range(40))


WORKER = """
import os, sys, django
django.setup()
from django.conf import settings
from django.db import connections
for alias, name in (("default", sys.argv[1]), ("vault", sys.argv[2])):
    connections[alias].settings_dict["NAME"] = name
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[3])
from draagkracht.outbox import claims, tasks
if sys.argv[4] == "die before sending":
    tasks.unseal = lambda *a: os.kill(os.getpid(), 9)
if sys.argv[4] == "die after sending":
    claims.sent = lambda *a: os.kill(os.getpid(), 9)
print(tasks.deliver_due())
"""


def run_worker(mailbox, fate):
    names = [str(connections[alias].settings_dict["NAME"]) for alias in ("default", "vault")]
    return subprocess.run(
        [sys.executable, "-c", WORKER, *names, str(mailbox.port), fate],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "draagkracht.config.settings_test", "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
    )


def lease_ends():
    Message.objects.filter(sent_at=None).update(claimed_until=timezone.now() - datetime.timedelta(seconds=1))


def test_a_worker_killed_before_sending_leaves_the_mail_to_the_next(transactional_db, mailbox):
    mailbox.start()
    post(1)
    assert run_worker(mailbox, "die before sending").returncode == -signal.SIGKILL
    assert deliver_due() == 0
    lease_ends()
    assert deliver_due() == 1
    assert mailbox.receivers == ["p1@x.example"]


def test_a_worker_killed_between_sending_and_noting_sends_the_same_message_id_again(transactional_db, mailbox):
    mailbox.start()
    post(1)
    assert run_worker(mailbox, "die after sending").returncode == -signal.SIGKILL
    lease_ends()
    assert deliver_due() == 1
    first, second = (mail["Message-ID"] for _, mail in mailbox.mails)
    assert first == second


def test_a_lease_that_ran_out_is_not_used(db, mailbox):
    mailbox.start()
    post(1)
    (mine,) = claims.claim(10)
    lease_ends()
    (theirs,) = claims.claim(10)
    assert not claims.still_mine(mine)
    assert claims.still_mine(theirs)
    claims.postpone(mine, "late")
    assert Message.objects.get().attempts == 0


def test_in_file_mode_mail_becomes_files_that_only_we_can_read(db, settings, tmp_path):
    settings.OUTBOX_DELIVERY, settings.DATA = "file", tmp_path
    post(1)
    assert deliver_due() == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert b"Subject: Subject 1" in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("secret", ["p1@x.example", "Subject 1", "Body"])
def test_nothing_of_a_mail_reaches_the_log(db, mailbox, caplog, secret):
    mailbox.start()
    mailbox.answers["p1@x.example"] = "550 no such user p1@x.example"
    post(1)
    deliver_due()
    assert "a mail was not taken" in caplog.text
    assert secret not in caplog.text
