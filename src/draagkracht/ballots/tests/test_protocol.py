"""One vote each, safe to retry, and nothing that leads from a ticket to a ballot."""

import datetime

import pytest
from django.utils import timezone
from django_scopes import scope

from draagkracht.ballots import tasks
from draagkracht.ballots.actions import closing, issuing, voting
from draagkracht.ballots.models import Ballot, BoxedBallot, Evaluation, Ticket
from draagkracht.ballots.questions import PADDED
from draagkracht.consent.vault import keys
from draagkracht.consent.vault.models import PersonKey
from draagkracht.outbox.models import Message
from draagkracht.people.models import AuditLine, Person
from draagkracht.ui.refusal import Refusal

from .made import GIVEN, Voter, evaluation, opened, ticket, vote


@pytest.fixture
def place(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


def test_a_ballot_holds_a_key_and_answers_and_nothing_else(place):
    fields = {field.name for field in Ballot._meta.get_fields() if field.concrete}
    assert fields == {"key", "evaluation", "answers"}
    assert {f.name for f in BoxedBallot._meta.get_fields() if f.concrete} == {"key_hash", "evaluation", "sealed"}
    assert {f.name for f in Ticket._meta.get_fields() if f.concrete} == {"id", "evaluation", "code_hash", "asked_hash"}


def test_voting_opens_only_from_k_tickets(place):
    made, _ = evaluation(place, 4)
    with pytest.raises(Refusal):
        issuing.open_voting(made, None)
    issuing.print_codes(made, None, 1)
    issuing.open_voting(made, None)
    assert made.opened_at
    with pytest.raises(Refusal):
        issuing.open_voting(made, None)


def test_a_vote_may_be_sent_again_and_counts_once(place):
    made, codes = opened(place)
    voter = Voter(made, codes[0])
    voter.ask()
    first = voter.signature
    voter.ask()
    assert voter.signature == first
    assert voter.cast() is True
    assert voter.cast({"insight": 1}) is False
    assert BoxedBallot.objects.count() == 1


def test_a_ticket_is_good_for_one_ballot(place):
    made, codes = opened(place)
    vote(made, codes[0])
    with pytest.raises(Refusal) as refused:
        Voter(made, codes[0]).ask()
    assert refused.value.status == 409
    with pytest.raises(Refusal) as refused:
        Voter(made, codes[1]).cast()  # no signature was asked for
    assert refused.value.status == 403
    assert BoxedBallot.objects.count() == 1


def test_a_signature_of_one_evaluation_opens_no_other_box(place):
    one, codes = opened(place)
    other, _ = opened(place)
    voter = Voter(one, codes[0])
    voter.ask()
    with pytest.raises(Refusal):
        voting.cast(other, voter.key, voter.signature, GIVEN)


def test_wrong_answers_are_refused_and_the_ticket_can_still_be_used(place):
    made, codes = opened(place)
    voter = Voter(made, codes[0])
    voter.ask()
    for wrong in (
        {"insight": 6},
        {"insight": True},
        {"unknown": 3},
        {"keep": "x" * 601},
        {"keep": 3.5},
        {"keep": ["a"]},
    ):
        with pytest.raises(Refusal):
            voter.cast(wrong)
    assert voter.cast({"insight": "5", "keep": "Goed\r\nzo"}) is True


def test_what_lies_in_the_box_is_sealed_and_of_one_length(place):
    made, codes = opened(place)
    vote(made, codes[0], {})
    vote(made, codes[1], GIVEN | {"keep": "🙂" * 600, "better": "é" * 600})
    lengths = {len(bytes(row.sealed)) for row in BoxedBallot.objects.all()}
    assert lengths == {PADDED + keys.NONCE + keys.TAG}
    assert not any(b"insight" in bytes(row.sealed) for row in BoxedBallot.objects.all())


def test_closing_leaves_answers_and_nothing_of_who_took_part(place):
    made, codes = opened(place)
    given = [GIVEN | {"keep": f"tekst {n}"} for n in range(6)]
    voters = [vote(made, code, one) for code, one in zip(codes, given, strict=False)]
    key_id = Evaluation.objects.get(pk=made.pk).key_id
    assert closing.close(made) is True
    assert closing.close(made) is False
    ballots = list(Ballot.objects.all())
    assert sorted(b.answers["keep"] for b in ballots) == [one["keep"] for one in given]
    assert not {b.key.bytes for b in ballots} & {v.key[:16] for v in voters}
    assert not Ticket.objects.exists() and not BoxedBallot.objects.exists()
    assert not PersonKey.objects.filter(id=key_id).exists()
    assert (made.key_id, made.public_key, bytes(made.sealed_key)) == (None, "", b"")
    assert (made.tickets_issued, made.ballots_counted) == (8, 6)
    with pytest.raises(Refusal):
        voters[0].cast()
    with pytest.raises(Refusal):
        issuing.print_codes(made, None, 1)


def test_too_few_ballots_are_thrown_away(place):
    made, codes = opened(place)
    for code in codes[:4]:
        vote(made, code)
    closing.close(made)
    assert not Ballot.objects.exists()
    assert made.ballots_counted == 4


def test_a_box_whose_key_is_gone_is_not_emptied(place):
    made, codes = opened(place)
    vote(made, codes[0])
    PersonKey.objects.filter(id=Evaluation.objects.get(pk=made.pk).key_id).delete()
    with pytest.raises(Refusal):
        closing.close(made)
    assert BoxedBallot.objects.count() == 1


def test_the_work_closes_on_the_day_and_forgets_a_key_that_was_left_over(place, monkeypatch):
    made, codes = opened(place)
    for code in codes[:5]:
        vote(made, code)
    assert tasks.close_due() == 1  # the count of today
    Evaluation.objects.filter(pk=made.pk).update(closes_on=timezone.localdate() - datetime.timedelta(1))
    with pytest.raises(Refusal):
        Voter(made, codes[6]).ask()
    monkeypatch.setattr(closing, "_forget", lambda evaluation: None)  # cut off between the two databases
    assert tasks.close_due() == 1
    monkeypatch.undo()
    assert Evaluation.objects.get().key_id
    assert tasks.close_due() == 1
    assert Evaluation.objects.get().key_id is None and not PersonKey.objects.exists()
    assert tasks.close_due() == 0


def test_the_live_count_is_rounded_and_of_today(place):
    made, codes = opened(place, 12)
    for code in codes[:8]:
        vote(made, code)
    assert closing.refresh_turnout(made) is True and made.turnout == 10
    vote(made, codes[8])
    assert closing.refresh_turnout(made) is False and made.turnout == 10


def test_links_by_mail_go_once_and_no_ticket_knows_its_person(place):
    made, _ = evaluation(place, 0)
    persons = list(Person.objects.filter(staff_number__startswith="linde"))
    assert issuing.mail_links(made, None, persons) == 6
    assert issuing.mail_links(made, None, persons) == 0
    assert Ticket.objects.count() == Message.objects.filter(kind="ballot").count() == 6


def test_no_audit_line_tells_of_a_vote(place):
    made, codes = opened(place)
    before = AuditLine.objects.count()
    for code in codes:
        vote(made, code)
    assert AuditLine.objects.count() == before
    assert ticket(codes[0]).asked_hash
