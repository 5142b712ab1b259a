"""A vote from a browser without script: the server does what the script would have done, within one request.

Weaker: for that moment one process holds ticket and answers side by side. Nothing else differs: the same two
transactions, and no row, log line or answer in which both stand.
"""

from typing import Any

from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from .. import blind
from ..models import Evaluation, Ticket
from ..questions import NotAnAnswer, answers
from .voting import cast, sign_for


def vote(ticket: Ticket, evaluation: Evaluation, seed: bytes, given: dict[str, Any]) -> bool:
    """The whole vote; `seed`: 32 bytes of the form, so that the same form may be sent again. Raises Refusal."""
    try:  # before the ticket is used
        answers(evaluation.questions, given)
    except NotAnAnswer as error:
        raise Refusal(
            _("One of your answers can not be right. Nothing was stored; please look at it again.")
        ) from error
    if not evaluation.public_key or len(seed) != 32:
        raise Refusal(_("Voting is not open yet. Keep your ticket and come back later."), 409)
    public = blind.PublicKey(int(evaluation.public_key, 16))
    key, salt, factor = blind.from_seed(public, seed)
    blinded = blind.blind(public, key, salt, factor)
    signature = blind.finalize(public, key, sign_for(ticket, blinded.message), blinded.inverse)
    return cast(evaluation, key, signature, given)
