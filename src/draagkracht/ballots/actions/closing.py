"""Voting closes: the ballots are rewritten in random order, and whatever could lead to a ticket is destroyed."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.consent.vault import keys
from draagkracht.people.actions import audit
from draagkracht.people.models import Account
from draagkracht.science.disclosure import live_participation
from draagkracht.ui.refusal import Refusal

from .. import rules
from ..models import Ballot, BoxedBallot, Evaluation, Ticket
from ..questions import Answers, unpacked
from .voting import box_context


def close(evaluation: Evaluation, account: Account | None = None) -> bool:
    """Closes voting; False when it was closed already. Fewer than k ballots are thrown away, unread.

    One transaction: ballots with fresh random keys in random order, box and tickets deleted. Then, in the vault, the key
    under which the box was sealed is destroyed; `forget_keys` does so later where that was cut off.
    """
    with transaction.atomic():
        found = Evaluation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=evaluation.pk)
        if found.closed_at:
            return False
        if not found.opened_at:
            raise Refusal(_("Voting was never opened."), 409)
        ballots = _emptied(found)
        enough = len(ballots) >= rules.policy(found.organisation).k
        Ballot.objects.bulk_create(
            [Ballot(evaluation=found, answers=one) for one in _mixed(ballots)] if enough else [], batch_size=500
        )
        Ticket.objects.filter(evaluation=found).delete()
        found.closed_at, found.ballots_counted = timezone.now(), len(ballots)
        # A marked row keeps no trace of the key of signatures either.
        found.public_key, found.sealed_key = "", b""
        found.save(update_fields=["closed_at", "ballots_counted", "public_key", "sealed_key"])
        audit(found.organisation, account, "evaluation.closed", evaluation=found.pk)
    _forget(found)
    evaluation.refresh_from_db()
    return True


def _emptied(evaluation: Evaluation) -> list[Answers]:
    """Everything that lay in the box, which is empty afterwards."""
    rows = list(BoxedBallot.objects.filter(evaluation=evaluation).values_list("key_hash", "sealed"))
    opened = keys.unseal_many((evaluation.key_id, sealed, box_context(name)) for name, sealed in rows)  # type: ignore[misc]
    if any(plain is None for plain in opened):
        raise Refusal(
            _("The key of the ballot box is missing. Ask the system administrator to look at the vault."), 409
        )
    BoxedBallot.objects.filter(evaluation=evaluation).delete()
    return [unpacked(plain) for plain in opened if plain is not None]


def _mixed(ballots: list[Answers]) -> list[Answers]:
    """In an order drawn from the system's source of randomness."""
    return secrets.SystemRandom().sample(ballots, len(ballots))


def forget_keys() -> int:
    """Destroys the keys of closed evaluations that are left over; returns how many. Call inside a scope."""
    left = list(Evaluation.objects.exclude(closed_at=None).exclude(key_id=None))
    for evaluation in left:
        _forget(evaluation)
    return len(left)


def _forget(evaluation: Evaluation) -> None:
    if evaluation.key_id:
        keys.drop(evaluation.key_id)
        Evaluation.objects.filter(pk=evaluation.pk).update(key_id=None)


def refresh_turnout(evaluation: Evaluation) -> bool:
    """How many tickets were used, rounded to fives, once a day, so that nobody watches single votes; False when of today."""
    today = timezone.localdate()
    if evaluation.turnout_on == today or not evaluation.opened_at or evaluation.closed_at:
        return False
    used = Ticket.objects.filter(evaluation=evaluation).exclude(asked_hash="").count()
    least = rules.policy(evaluation.organisation).k
    evaluation.turnout = live_participation(evaluation.tickets_issued, used, least)
    evaluation.turnout_on = today
    evaluation.save(update_fields=["turnout", "turnout_on"])
    return True
