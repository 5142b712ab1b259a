"""Ends with 0 when a PostgreSQL server answers where PGHOST, PGPORT and PGUSER say.

Prints what it found. A suite that could not reach PostgreSQL must fail, not skip.
"""

import os
import sys

import psycopg


def main() -> int:
    try:
        with psycopg.connect(dbname="postgres", connect_timeout=10) as connection:
            version = connection.execute("SHOW server_version").fetchone()
    except psycopg.Error as error:
        place = f"{os.environ.get('PGHOST')}:{os.environ.get('PGPORT')}"
        sys.stderr.write(f"PostgreSQL does not answer at {place} ({error}). The suite must run on it: stopping.\n")
        return 1
    sys.stdout.write(f"PostgreSQL {version[0] if version else '?'} answers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
