import uuid

import pytest
from django.utils import timezone
from django_scopes import scope

from draagkracht.consent.vault import keys, ledger
from draagkracht.consent.vault.models import Erasure, PersonKey
from draagkracht.people.models import Person


@pytest.fixture
def beside(settings, tmp_path):
    """A data folder of its own, so that the ledger file begins empty."""
    settings.DATA = tmp_path
    return tmp_path / "erasures.jsonl"


def line(key=True):
    return ledger.Line(uuid.uuid4(), uuid.uuid4() if key else None, timezone.now())


def test_lines_come_back_as_they_were_written_and_only_once(beside):
    first, second = line(), line(key=False)
    ledger.append(beside, [first])
    ledger.append(beside, [first, second])
    assert ledger.read(beside) == ([first, second], 0)
    assert beside.stat().st_mode & 0o077 == 0


def test_a_torn_line_does_not_swallow_the_next(beside):
    first, second = line(), line()
    ledger.append(beside, [first])
    with beside.open("a") as file:
        file.write('{"pseudonym": "1234')
    ledger.append(beside, [second])
    assert ledger.read(beside) == ([first, second], 1)


def test_nothing_is_known_where_no_file_is(beside):
    assert ledger.read(beside) == ([], 0)


def test_recording_destroys_the_key_and_stands_in_file_and_table(beside, db):
    key, other, pseudonym = keys.new_key(), keys.new_key(), uuid.uuid4()
    ledger.record(pseudonym, key)
    ledger.record(pseudonym, key)
    assert list(PersonKey.objects.values_list("id", flat=True)) == [other]
    assert [(x.pseudonym, x.key_id) for x in ledger.read(beside)[0]] == [(pseudonym, key)]
    assert Erasure.objects.get().pseudonym == pseudonym


def test_the_file_is_written_before_anything_is_destroyed(beside, db, monkeypatch):
    key = keys.new_key()

    def no_disk(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger, "append", no_disk)
    with pytest.raises(OSError, match="No space"):
        ledger.record(uuid.uuid4(), key)
    assert PersonKey.objects.filter(id=key).exists()


def test_a_lost_file_is_made_good_by_the_table_and_the_other_way_round(beside, db):
    ledger.record(uuid.uuid4(), keys.new_key())
    beside.unlink()
    assert len(ledger.entries()) == 1
    ledger.append(beside, [line()])
    assert len(ledger.entries()) == 2


def test_a_key_or_an_identity_that_came_back_is_pending(cast, beside):
    amina, bram, celine = (cast.brug.people[f"linde.{name}"] for name in ("amina", "bram", "céline"))
    key = keys.new_key()
    wrapped = PersonKey.objects.get(id=key).wrapped
    for person in (amina, bram):
        ledger.record(person.pseudonym, key if person is amina else None)
    assert {x.pseudonym for x in ledger.pending()} == {amina.pseudonym, bram.pseudonym}
    with scope(organisation=cast.brug.organisation):
        Person.objects.filter(pk__in=[amina.pk, bram.pk]).update(erased_at=timezone.now())
    assert ledger.pending() == []
    PersonKey.objects.create(id=key, wrapped=wrapped)
    assert [x.pseudonym for x in ledger.pending()] == [amina.pseudonym]
    assert celine.erased_at is None
