"""The command `draagkracht audit released --organisation SLUG [--measure ID] [--insiders N] [--answers KIND]`."""

import argparse
import sys

from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.insights.attack.rows import Published, histories
from draagkracht.insights.attack.words import closing, lines, opening
from draagkracht.insights.publish import organisation_named
from draagkracht.people.models import Organisation
from draagkracht.science.attack import Damaged, Verdict, attack, hostile, usual
from draagkracht.ui.refusal import Refusal


def main(argv: list[str]) -> int:
    """0 when nobody is found, 1 when somebody is: pinned to less than rho of the range, or in a certain band."""
    parser = argparse.ArgumentParser(prog="draagkracht audit released")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--measure", metavar="ID")
    parser.add_argument("--insiders", type=_number, metavar="N", help="in each group; default: as the release promises")
    parser.add_argument("--answers", choices=["usual", "hostile"], help="only these made-up answers; default: both")
    options = parser.parse_args(argv)
    organisation = organisation_named(options.organisation)
    with scope(organisation=organisation):
        return _audit(organisation, _chosen(options.measure), options)


def _number(text: str) -> int:
    if int(text) < 0:
        raise ValueError
    return int(text)


def _chosen(measure: str | None) -> list[Published]:
    try:
        every = histories()
    except Damaged as error:
        raise Refusal(_("The published rows contradict each other: %(what)s") % {"what": error}, 409) from error
    found = [one for one in every if measure in (None, one.measure)]
    if measure and not found:
        names = {"name": measure, "names": ", ".join(dict.fromkeys(one.measure for one in every)) or "–"}
        raise Refusal(_("No figures of “%(name)s” were published. Known: %(names)s") % names, 404)
    return found


def _audit(organisation: Organisation, chosen: list[Published], options: argparse.Namespace) -> int:
    """Measures that tell the same about everybody are attacked once; each gets its own lines."""
    sys.stdout.write(opening(organisation.name, chosen))
    done: dict[tuple, dict[str, Verdict]] = {}
    for one in chosen:
        if not one.total and one.key not in done:
            done[one.key] = _verdicts(one, options)
        sys.stdout.write(lines(one, {} if one.total else done[one.key]))
        sys.stdout.flush()
    found = any(verdict.found for verdicts in done.values() for verdict in verdicts.values())
    sys.stdout.write(closing(chosen, found))
    return 1 if found else 0


def _verdicts(one: Published, options: argparse.Namespace) -> dict[str, Verdict]:
    count = one.c if options.insiders is None else options.insiders
    return {
        kind: attack(one.history, least=one.least, edges=one.edges, insiders=count, answers=made(one.history))
        for kind, made in (("usual", usual), ("hostile", hostile))
        if options.answers in (None, kind)
    }
