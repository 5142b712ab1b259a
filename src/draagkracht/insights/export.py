"""The command `draagkracht export released --organisation SLUG [-o cells.csv]`."""

import argparse
import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.insights.publish import organisation_named
from draagkracht.insights.shared import cells
from draagkracht.ui.refusal import Refusal


def main(argv: list[str]) -> int:
    """Writes every published figure of an organisation, to a file or to standard output."""
    parser = argparse.ArgumentParser(prog="draagkracht export released")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path)
    options = parser.parse_args(argv)
    with scope(organisation=organisation_named(options.organisation)):
        if options.output is None:
            cells.write(sys.stdout)
            return 0
        count = _to_file(options.output)
    sys.stdout.write(_("%(count)s rows written to %(file)s") % {"count": count, "file": options.output} + "\n")
    return 0


def _to_file(path: Path) -> int:
    """Whole or not at all: an interrupted export leaves no half file under this name."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as target:
            count = cells.write(target)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        words = {"file": path, "why": error.strerror or ""}
        raise Refusal(_("Could not write %(file)s: %(why)s") % words) from error
    return count
