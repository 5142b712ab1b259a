"""Compiles every room's gettext catalogue (.po) beside it, with Babel: no gettext tools needed on the machine."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_all(package: Path = PACKAGE) -> int:
    """Writes a .mo beside each .po that is newer than it. Returns how many were written."""
    written = 0
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written += 1
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{compile_all()} catalogue(s) compiled\n")
