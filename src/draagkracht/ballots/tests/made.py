"""Evaluations for the tests of this room: made, opened, voted in, through the real acts."""

import datetime
import secrets

from django.utils import timezone

from draagkracht.ballots import blind
from draagkracht.ballots.actions import issuing, voting
from draagkracht.ballots.models import Evaluation, Ticket

GIVEN = {"insight": 4, "practical": 5, "expectations": 3, "trainer": 4, "material": 2}


def evaluation(organisation, tickets: int = 8, **told) -> tuple[Evaluation, list[str]]:
    """An evaluation and its codes, not opened."""
    wanted = {"programme": "Veerkracht", "title": "Sessie 1", "closes_on": timezone.localdate() + datetime.timedelta(7)}
    made = issuing.make(organisation, None, **{**wanted, **told})
    return made, issuing.print_codes(made, None, tickets) if tickets else []


def opened(organisation, tickets: int = 8, **told) -> tuple[Evaluation, list[str]]:
    """An evaluation in which can be voted, and its codes."""
    made, codes = evaluation(organisation, tickets, **told)
    made.refresh_from_db()
    issuing.open_voting(made, None)
    return made, codes


def ticket(code: str) -> Ticket:
    return Ticket.objects.get(code_hash=issuing.hash_of(code))


class Voter:
    """What the script of the page does, for one ticket."""

    def __init__(self, made: Evaluation, code: str) -> None:
        self.evaluation, self.code = made, code
        self.public = blind.PublicKey(int(made.public_key, 16))
        self.key, salt, factor = blind.from_seed(self.public, secrets.token_bytes(32))
        self.blinded = blind.blind(self.public, self.key, salt, factor)
        self.signature = b""

    def ask(self) -> None:
        signed = voting.sign_for(ticket(self.code), self.blinded.message)
        self.signature = blind.finalize(self.public, self.key, signed, self.blinded.inverse)

    def cast(self, given: dict | None = None) -> bool:
        return voting.cast(self.evaluation, self.key, self.signature, GIVEN if given is None else given)


def vote(made: Evaluation, code: str, given: dict | None = None) -> Voter:
    """One whole vote."""
    voter = Voter(made, code)
    voter.ask()
    voter.cast(given)
    return voter
