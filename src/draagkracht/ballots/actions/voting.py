"""One vote: a ticket is signed for without knowing the ballot, a ballot is taken in without knowing the ticket.

The two acts are two requests and two transactions; neither receives anything of the other. Both may be repeated: the same
request gets the same answer, and changes nothing.
"""

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.consent.vault import keys
from draagkracht.ui.refusal import Refusal

from .. import blind
from ..models import BoxedBallot, Evaluation, Ticket
from ..questions import NotAnAnswer, answers, packed
from .issuing import key_context


def sign_for(ticket: Ticket, blinded: bytes) -> bytes:
    """The blind signature for this ticket: one blinded message, as often as it is asked. Raises Refusal for another one."""
    asked = hashlib.sha256(blinded).hexdigest()
    with transaction.atomic():
        evaluation = _open(ticket.evaluation_id)
        row = Ticket.objects.get(pk=ticket.pk)
        if row.asked_hash and row.asked_hash != asked:
            raise Refusal(_("This ticket was used already, on another device or in another window."), 409)
        private = blind.PrivateKey.from_bytes(
            keys.unseal(evaluation.key_id, evaluation.sealed_key, key_context(evaluation))  # type: ignore[arg-type]
        )
        try:
            signed = blind.sign(private, blinded)
        except blind.Malformed as error:
            raise Refusal(_("Your browser sent something that we can not read.")) from error
        if not row.asked_hash:
            _write_together(evaluation, row, asked)
    return signed


def _write_together(evaluation: Evaluation, row: Ticket, asked: str) -> None:
    """Marks the ticket, and writes every other of the evaluation anew in the same statement: the marks of the database
    (`xmin`) then tell when the last one was used, and of none of them which."""
    fresh = Case(When(pk=row.pk, then=Value(asked)), default=F("asked_hash"))
    Ticket.objects.filter(evaluation=evaluation).update(asked_hash=fresh)


def cast(evaluation: Evaluation, ballot_key: bytes, signature: bytes, given: dict[str, Any]) -> bool:
    """Puts a ballot into the box; False when one with this key lies there already: the first counts. Raises Refusal.

    Nothing here knows a ticket: the signature says that some ticket was used for this key.
    """
    try:
        data = packed(answers(evaluation.questions, given))
    except NotAnAnswer as error:
        raise Refusal(
            _("One of your answers can not be right. Nothing was stored; please look at it again.")
        ) from error
    if len(ballot_key) != 32:
        raise Refusal(_("Your browser sent something that we can not read."))
    name = hashlib.sha256(ballot_key).hexdigest()
    with transaction.atomic():
        found = _open(evaluation.pk)
        if not blind.holds(blind.PublicKey(int(found.public_key, 16)), ballot_key, signature):
            raise Refusal(_("This vote does not belong to a ticket of this evaluation."), 403)
        if BoxedBallot.objects.filter(pk=name).exists():
            return False
        sealed = keys.seal(found.key_id, data, box_context(name))  # type: ignore[arg-type]
        BoxedBallot(key_hash=name, evaluation=found, sealed=sealed).save(force_insert=True)
    return True


def box_context(name: str) -> bytes:
    """What binds a sealed ballot to its row."""
    return b"ballot:" + name.encode()


def _open(number: int) -> Evaluation:
    """The evaluation, locked while one vote is handled. Raises Refusal while or once it is not open."""
    found = Evaluation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=number)
    if found.closed_at or found.closes_on < timezone.localdate():
        raise Refusal(_("Voting is closed. Your vote can no longer be added."), 410)
    if not found.opened_at:
        raise Refusal(_("Voting is not open yet. Keep your ticket and come back later."), 409)
    return found
