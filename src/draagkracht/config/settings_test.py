"""Settings of the test suite: a data folder of its own, both databases as files (threads share them) or PostgreSQL.

TEST_DATABASE=postgresql runs everything on the server that PGHOST, PGPORT and PGUSER name.
"""

import os
import tempfile

os.environ.setdefault("DRAAGKRACHT_DATA", tempfile.mkdtemp(prefix="draagkracht-test-"))
os.environ.setdefault("DRAAGKRACHT_SECRET_KEY", "only for tests, nothing is kept under it")
os.environ.setdefault("DRAAGKRACHT_MASTER_KEY", "only for tests, nothing is kept under it either")

from draagkracht.config.settings import *  # noqa: F403
from draagkracht.config.settings import DATA, DATABASES, STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
if os.environ.get("TEST_DATABASE") == "postgresql":
    for alias in DATABASES:
        DATABASES[alias] = {
            "ENGINE": "draagkracht.config.postgresql",
            "NAME": "postgres",
            "HOST": os.environ.get("PGHOST", "127.0.0.1"),
            "PORT": os.environ.get("PGPORT", "5432"),
            "USER": os.environ.get("PGUSER", "postgres"),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
            "TEST": {"NAME": f"draagkracht_test_{alias}"},
            # Nothing of a test outlives it: no commit waits for the disk.
            "OPTIONS": {"options": "-c synchronous_commit=off"},
        }
else:
    for alias in DATABASES:
        DATABASES[alias]["TEST"] = {"NAME": str(DATA / f"test-{alias}.sqlite3")}
