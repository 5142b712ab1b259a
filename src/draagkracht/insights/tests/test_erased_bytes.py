"""After an erasure: what is in the files themselves, byte for byte. SQLite only; PostgreSQL's files are its server's."""

from pathlib import Path

import pytest
from django.db import connection, connections
from django_scopes import scope

from draagkracht.consent.vault.models import Erasure, PersonKey
from draagkracht.insights import rights
from draagkracht.insights.tests import build
from draagkracht.outbox.actions import queue
from draagkracht.surveys.models import Submission

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the files of SQLite")


def raw_bytes() -> bytes:
    """Both databases with their write-ahead logs and shared memory, as they lie on the disk now."""
    names = [str(connections[alias].settings_dict["NAME"]) for alias in ("default", "vault")]
    files = [Path(f"{name}{end}") for name in names for end in ("", "-wal", "-shm", "-journal")]
    return b"".join(file.read_bytes() for file in files if file.exists())


@pytest.fixture
def secrets(transactional_db, cast, settings, tmp_path):
    """What of Amina must vanish, each as the bytes that stand on the disk before."""
    settings.DATA = tmp_path
    people = {person: {"pulse.work-pressure": 3.5} for name, person in cast.brug.people.items()}
    home = {person: cast.brug.units["linde"].id for person in people}
    build.wave(cast.brug.organisation, "first", people, home)
    amina = cast.brug.people["linde.amina"]
    # The cast has a look-alike elsewhere, who stays.
    amina.name = amina.account.name = "Amina Eenmalig"
    with scope(organisation=cast.brug.organisation):
        amina.save()
    amina.account.save()
    queue("invitation", "invitation:amina", amina.email, "s", "b", amina)
    with scope(organisation=cast.brug.organisation):
        sealed = bytes(Submission.objects.get(person=amina).sealed)
    wrapped = bytes(PersonKey.objects.get(id=amina.key_id).wrapped)
    found = {
        "address": amina.email.encode(),
        "name": amina.name.encode(),
        "sealed answers": sealed[:40],
        "end of the sealed answers": sealed[-24:],
        "wrapped key": wrapped[:24],
        "key id": amina.key_id.hex.encode(),
        "personal link": b"invitation:amina",
    }
    return amina, found


def test_nothing_of_an_erased_person_stays_in_the_files(secrets):
    amina, found = secrets
    before = raw_bytes()
    assert [what for what, told in found.items() if told not in before] == []
    rights.erase_all(amina.email)
    after = raw_bytes()
    # The ledger names the id of the key that is gone: it opens nothing, and finds it in older copies.
    found.pop("key id")
    assert [what for what, told in found.items() if told in after] == []
    assert Erasure.objects.get().scrubbed_at
    assert build.SECRET.encode() not in before


def test_a_reader_in_the_way_delays_the_rewriting_and_the_worker_makes_it_good(secrets):
    import sqlite3

    amina, found = secrets
    reader = sqlite3.connect(str(connections["vault"].settings_dict["NAME"]), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM vault_personkey").fetchone()
    with connections["vault"].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    rights.erase_all(amina.email)
    assert Erasure.objects.get().scrubbed_at is None
    reader.close()
    assert rights.scrub_due() == 1
    assert rights.scrub_due() == 0
    after = raw_bytes()
    assert found["wrapped key"] not in after
    assert found["name"] not in after
