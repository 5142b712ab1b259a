"""Simulated evaluations are attacked with everything that a database keeps: no better than chance + 3 sigma.

30 evaluations here; `make prove` runs 1,000 on both databases (BALLOT_EVALUATIONS). An attacker above the limit is tried
once more on as many fresh evaluations, so that bad luck alone does not fail a run; a leak fails both.
"""

import io
import logging
import math
import os
import random
import secrets
from collections import Counter

import pytest
from django.db import connection
from django_scopes import scope

from draagkracht.ballots.actions import closing, issuing, voting
from draagkracht.ballots.models import BoxedBallot, Ticket

from . import attack
from .made import Voter, opened

EVALUATIONS = int(os.environ.get("BALLOT_EVALUATIONS", "30"))
VOTERS = 8

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def place(cast):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


def one(organisation) -> Counter:
    """One evaluation, voted in and attacked: attacker -> voters that it got right."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").propagate = False  # statements are no log of an installation
    try:
        seen, truth = voted(organisation)
        found = attack.open_dump(seen.evaluation, truth)
        closing.close(closing.Evaluation.objects.get(pk=seen.evaluation))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        logging.getLogger("django.db.backends").propagate = True
    seen.logged = lines.getvalue()
    for name, guess in attack.attackers().items():
        found[name] += attack.right(guess(seen), seen.voters)
    return found


def voted(organisation) -> tuple[attack.Seen, dict[str, str]]:
    """Eight of ten ticket holders vote, in an order of their own; what the attacker sees while they do."""
    since = attack.rows("SELECT pg_current_wal_insert_lsn()::text")[0][0] if connection.vendor == "postgresql" else ""
    made, codes = opened(organisation, VOTERS + 2)
    seen, truth = attack.Seen(made.pk, [], since=since), {}
    for code in random.sample(codes, VOTERS):
        voter, mark = Voter(made, code), f"mark{secrets.token_hex(8)}"
        voter.ask()
        voter.cast({"keep": mark + " " + "x" * random.randint(0, 500), "insight": random.randint(1, 5)})
        boxed = BoxedBallot.objects.exclude(key_hash__in=seen.names).get(evaluation=made)
        seen.voters.append(mark)
        seen.names.append(boxed.key_hash)
        seen.lengths.append(len(bytes(boxed.sealed)))
        truth[issuing.hash_of(code)] = boxed.key_hash
    return seen, truth


def scores(organisation, count: int) -> Counter:
    found: Counter = Counter({name: 0 for name in attack.attackers()})
    for _ in range(count):
        found.update(one(organisation))
    return found


def limit(count: int) -> float:
    """Chance + 3 sigma."""
    return count + 3 * math.sqrt(count)


def leaks(organisation, count: int) -> tuple[dict[str, int], Counter]:
    """Attackers above the limit twice, and the first scores of all."""
    first = scores(organisation, count)
    above = [name for name, right in first.items() if right > limit(count)]
    again = scores(organisation, count) if above else Counter()
    return {name: again[name] for name in above if again[name] > limit(count)}, first


def test_no_attacker_does_better_than_chance(place, capsys):
    found, first = leaks(place, EVALUATIONS)
    with capsys.disabled():
        told = ", ".join(f"{name} {right}" for name, right in sorted(first.items()))
        if "BALLOT_EVALUATIONS" in os.environ:
            print(
                f"\nballots: {EVALUATIONS * VOTERS} voters, chance {EVALUATIONS}, limit {limit(EVALUATIONS):.0f}; right: {told}"
            )
    assert found == {}


def test_the_attacker_sees_ballots_that_were_not_shuffled(place, monkeypatch):
    monkeypatch.setattr(closing, "_mixed", lambda ballots: ballots)
    found, _ = leaks(place, 6)
    expected = (
        {"ctid", "xmin", "write-ahead log"}
        if connection.vendor == "postgresql"
        else {"row id", "file and write-ahead log"}
    )
    assert expected <= set(found)


def test_the_attacker_sees_ballots_of_different_lengths(place, monkeypatch):
    padded = voting.packed
    monkeypatch.setattr(voting, "packed", lambda given: padded(given).rstrip())
    found, _ = leaks(place, 6)
    assert "length" in found


def test_the_attacker_sees_a_line_in_the_log(place, monkeypatch):
    packed = voting.packed

    def talkative(given):
        logging.getLogger("draagkracht.ballots").info("ballot %s", given)
        return packed(given)

    monkeypatch.setattr(voting, "packed", talkative)
    found, _ = leaks(place, 6)
    assert "log" in found


def test_the_attacker_sees_tickets_that_are_written_one_by_one(place, monkeypatch):
    """On PostgreSQL the mark of the row tells when; SQLite keeps no such mark, so there one by one would give nothing away."""

    def alone(evaluation, row, asked):
        Ticket.objects.filter(pk=row.pk).update(asked_hash=asked)

    monkeypatch.setattr(voting, "_write_together", alone)
    found, _ = leaks(place, 6)
    expected = {"dump while open, by xmin"} if connection.vendor == "postgresql" else set()
    assert {name for name in found if name.startswith("dump")} >= expected
