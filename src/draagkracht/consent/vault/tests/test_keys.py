import threading

import pytest
from django.db import connections
from django.utils import timezone
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.consent import actions
from draagkracht.consent.vault import keys
from draagkracht.consent.vault.models import PersonKey
from draagkracht.people.models import Person


def test_what_was_sealed_opens_under_its_key_and_in_its_place(db):
    key = keys.new_key()
    sealed = keys.seal(key, b"three", b"submission:1")
    assert keys.unseal(key, sealed, b"submission:1") == b"three"
    assert b"three" not in sealed
    assert keys.seal(key, b"three", b"submission:1") != sealed


def test_moved_changed_or_cut_bytes_do_not_open(db):
    key, other = keys.new_key(), keys.new_key()
    sealed = keys.seal(key, b"three", b"submission:1")
    for wrong in (sealed[:-1], sealed[:5], b"", bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(keys.Tampered):
            keys.unseal(key, wrong, b"submission:1")
    with pytest.raises(keys.Tampered):
        keys.unseal(key, sealed, b"submission:2")
    with pytest.raises(keys.Tampered):
        keys.unseal(other, sealed, b"submission:1")


def test_a_wrapped_key_opens_in_its_own_row_only(db):
    key, other = keys.new_key(), keys.new_key()
    PersonKey.objects.filter(id=other).update(wrapped=PersonKey.objects.get(id=key).wrapped)
    with pytest.raises(keys.Tampered):
        keys.Opener(other)


def test_a_key_that_is_gone_opens_nothing(db):
    key, other = keys.new_key(), keys.new_key()
    sealed = keys.seal(key, b"three", b"a")
    keys.drop(key)
    with pytest.raises(keys.KeyGone):
        keys.unseal(key, sealed, b"a")
    assert keys.unseal_many([(key, sealed, b"a"), (other, keys.seal(other, b"four", b"b"), b"b")]) == [None, b"four"]
    with pytest.raises(keys.KeyGone):
        keys.seal_many([(other, b"x", b"b"), (key, b"x", b"a")])


def test_a_new_master_key_opens_what_the_former_one_wrapped(db, settings):
    key = keys.new_key()
    sealed, mail = keys.seal(key, b"three", b"a"), keys.master_seal(b"mail", b"m")
    settings.MASTER_KEY_FALLBACKS, settings.MASTER_KEY = [settings.MASTER_KEY], "another master key, long enough"
    assert keys.unseal(key, sealed, b"a") == b"three"
    assert keys.master_unseal(mail, b"m") == b"mail"
    assert keys.rewrap_all() == 1
    assert keys.rewrap_all() == 0
    settings.MASTER_KEY_FALLBACKS = []
    assert keys.unseal(key, sealed, b"a") == b"three"
    with pytest.raises(keys.Tampered):
        keys.master_unseal(mail, b"m")


def test_a_wrong_master_key_opens_nothing_and_changes_nothing(db, settings):
    key = keys.new_key()
    before = bytes(PersonKey.objects.get(id=key).wrapped)
    settings.MASTER_KEY = "a wrong master key"
    with pytest.raises(keys.Tampered):
        keys.Opener(key)
    with pytest.raises(keys.Tampered):
        keys.rewrap_all()
    assert bytes(PersonKey.objects.get(id=key).wrapped) == before


def test_many_keys_are_wrapped_anew_in_pages(db, settings):
    ids = [keys.new_key() for _ in range(5)]
    settings.MASTER_KEY_FALLBACKS, settings.MASTER_KEY = [settings.MASTER_KEY], "another"
    assert keys.rewrap_all(batch=2) == 5
    settings.MASTER_KEY_FALLBACKS = []
    assert set(keys.ciphers(ids)) == set(ids)


def test_fingerprints_tell_master_keys_apart_without_telling_them(settings):
    settings.MASTER_KEY, settings.MASTER_KEY_FALLBACKS = "one", ["two"]
    first, second = keys.fingerprints()
    assert first != second
    assert len(first) == 16


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_a_sealed_mail_opens_as_it_was(plain, context):
    assert keys.master_unseal(keys.master_seal(plain, context), context) == plain


def test_one_key_per_person(cast):
    person = cast.brug.people["linde.amina"]
    with scope(organisation=cast.brug.organisation):
        key = actions.ensure_key(person)
        assert actions.ensure_key(Person.objects.get(pk=person.pk)) == key
    assert PersonKey.objects.count() == 1


def test_no_key_is_made_for_who_was_erased(cast):
    with scope(organisation=cast.brug.organisation):
        person = Person.objects.get(pk=cast.brug.people["linde.amina"].pk)
        Person.objects.filter(pk=person.pk).update(erased_at=timezone.now())
        with pytest.raises(keys.KeyGone):
            actions.ensure_key(person)
    assert not PersonKey.objects.exists()


def test_of_many_processes_at_once_one_key_wins_for_all(cast, transactional_db):
    person = cast.brug.people["linde.amina"]
    start, found, failed = threading.Barrier(8), [], []

    def first_answer():
        try:
            with scope(organisation=cast.brug.organisation):
                mine = Person.objects.get(pk=person.pk)
                start.wait()
                found.append(actions.ensure_key(mine))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=first_answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 8
    assert len(set(found)) == 1
    assert PersonKey.objects.count() == 1
