"""A whole installation in a folder of its own, run through the real command, for the tests of this room."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MAIN = "import sys; from draagkracht.config.command import main; sys.exit(main())"
SOURCE = Path(__file__).resolve().parents[3]
MASTER = "the master key of these tests, long enough"
SEED = """
import django; django.setup()
import datetime
from django_scopes import scope
from draagkracht.people.models import *
from draagkracht.insights.tests import build
organisation = Organisation.objects.create(slug="brug", name="De Brug")
with scope(organisation=organisation):
    unit = Unit.objects.create(organisation=organisation, code="brug", name="De Brug")
    people = [
        Person.objects.create(organisation=organisation, name=name, email=f"{name.lower()}@brug.example",
                              account=Account.objects.create_user(f"{name.lower()}@brug.example"))
        for name in ("Amina", "Bram")
    ]
    for person in people:
        Membership.objects.create(organisation=organisation, person=person, unit=unit, starts_on="2026-01-01")
build.wave(organisation, "first", {p: {"pulse.work-pressure": 2.0} for p in people}, {p: unit.id for p in people},
           instruments=("pulse",))
"""
READ = """
import django; django.setup()
import json
from django_scopes import scopes_disabled
from draagkracht.people.models import Person
from draagkracht.surveys.models import Submission
from draagkracht.consent.vault import keys
with scopes_disabled():
    rows = list(Submission.objects.order_by("id"))
    opened = keys.unseal_many([(row.key_id, row.sealed, b"submission:%d" % row.id) for row in rows])
    print(json.dumps({"people": sorted(Person.objects.exclude(name="").values_list("name", flat=True)),
                      "answers": len(rows), "readable": sum(text is not None for text in opened)}))
"""


class Installation:
    """`run` is the command, `python` a script inside it."""

    _finished: list["Installation"] = []

    def __init__(self, data: Path, databases: dict[str, str] | None = None) -> None:
        self.data = data
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DRAAGKRACHT_")},
            "DRAAGKRACHT_DATA": str(data),
            "DRAAGKRACHT_SECRET_KEY": "the secret key of these tests, long enough",
            "DRAAGKRACHT_MASTER_KEY": MASTER,
            "DRAAGKRACHT_MAIL_DELIVERY": "file",
            "DJANGO_SETTINGS_MODULE": "draagkracht.config.settings",
            "PYTHONPATH": str(SOURCE),
            "LANG": "en_GB.UTF-8",
            **(databases or {}),
        }

    def run(self, *words: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
        return self.start("-c", MAIN, *map(str, words), **extra)

    def python(self, script: str) -> str:
        done = self.start("-c", script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        surroundings = {**self.environment, **extra}
        return subprocess.run([sys.executable, *words], env=surroundings, capture_output=True, text=True)

    def make(self) -> "Installation":
        """Databases and a little data. On SQLite they are made once a process and copied: migrations take seconds."""
        if "DRAAGKRACHT_DATABASE_URL" in self.environment:
            return self._make()
        if not Installation._finished:
            Installation._finished = [Installation(Path(tempfile.mkdtemp(prefix="draagkracht-made-")) / "data")._make()]
        shutil.copytree(Installation._finished[0].data, self.data, dirs_exist_ok=True)
        return self

    def _make(self) -> "Installation":
        done = self.run("init")
        assert done.returncode == 0, done.stderr
        self.python(SEED)
        return self

    def read(self) -> dict:
        return json.loads(self.python(READ))
